//! What macros promise.

use super::*;
use jiff::SignedDuration;
use proptest::prelude::*;

const NAMES: Names<'_> = Names { char: "琴", user: "Ann {{char}}" };

fn expand(text: &str) -> String {
    Macros::new(NAMES, 7).expand(text)
}

#[test]
fn every_macro_of_the_specification() {
    for (text, expanded) in [
        ("{{char}} {{ CHAR }} <BOT> <char>", "琴 琴 琴 琴"),
        ("{{User}} <user>", "Ann {{char}} Ann {{char}}"),
        ("a{{// not {{char}} seen }}b", "ab"),
        ("a{{//}}b", "ab"),
        ("a{{hidden_key:dragon}}b{{comment: x}}c", "abc"),
        ("{{reverse:Hello}} {{reverse:{{char}}の}}", "olleH の琴"),
        ("{{random:x}}{{pick::x}}{{RANDOM: x }}", "xxx"),
        ("{{random:a\\,b}}", "a,b"),
        ("{{roll:1}} {{roll:d1}} {{roll:D1}} {{roll 3d1+2}}", "1 1 1 5"),
    ] {
        assert_eq!(expand(text), expanded, "{text}");
    }
    assert_eq!(
        Macros::new(NAMES, 7).expand_for("{{hidden_key:{{char}}}}{{//x}}", View::Scan, &[]),
        "琴"
    );
}

#[test]
fn draws_are_one_of_the_values_and_repeat() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..200 {
        let macros = Macros::new(NAMES, seed);
        for text in [
            "{{random:red,green,{{char}}}}",
            "{{pick::red::green::{{char}}}}",
            "{{pick::red,green,琴}}",
        ] {
            let value = macros.expand(text);
            assert!(["red", "green", "琴"].contains(&value.as_str()), "{value}");
            assert_eq!(macros.expand(text), value);
            seen.insert(value);
        }
        let roll: u32 = macros.expand("{{roll:2d6}}").parse().unwrap();
        assert!((2..=12).contains(&roll));
    }
    assert_eq!(seen.len(), 3);
    // Two places of one text are drawn apart.
    let pairs: std::collections::BTreeSet<_> = (0..50)
        .map(|seed| Macros::new(NAMES, seed).expand("{{random:a,b}}{{random:a,b}}"))
        .collect();
    assert_eq!(pairs.len(), 4);
}

#[test]
fn arguments_first_left_to_right_and_nothing_twice() {
    for (text, expanded) in [
        ("{{setvar::n::{{char}}}}[{{getvar::n}}]", "[琴]"),
        ("[{{getvar::n}}]{{setvar::n::1}}[{{getvar::n}}]", "[][1]"),
        ("{{setvar::x::1}}{{addvar::x::2}}{{incvar::x}}{{decvar::x}}={{getvar::x}}", "43=3"),
        ("{{setvar::s::a}}{{addvar::s::b}}{{getvar::s}}", "ab"),
        ("{{setglobalvar::x::1}}{{getvar::x}}|{{getglobalvar::x}}", "|1"),
        ("{{setvar::u::a::b}}{{getvar::u}}", "a::b"),
        // Only the item that is used is expanded.
        ("{{random:{{setvar::n::1}},{{setvar::n::1}}}}{{getvar::n}}", "1"),
        ("{{setvar::m::{{user}}}}{{getvar::m}}", "Ann {{char}}"),
        ("a\n\n{{trim}}\n\nb{{newline}}c{{noop}}", "ab\nc"),
    ] {
        assert_eq!(expand(text), expanded, "{text}");
    }
}

#[test]
fn conditions_choose_a_branch_and_only_that_is_expanded() {
    let macros = Macros::new(NAMES, 7).with_texts(&[("personality", "shy"), ("scenario", "")]);
    for (text, expanded) in [
        ("{{if personality}}She is {{personality}}.{{/if}}", "She is shy."),
        ("a{{if scenario}}x{{/if}}b", "ab"),
        ("{{if scenario}}x{{else}} y {{/if}}", "y"),
        ("{{if !scenario}}x{{else}}y{{/if}}", "x"),
        ("{{IF char}}\n{{char}}\n{{ELSE}}y{{/IF}}", "琴"),
        ("{{if 0}}x{{/if}}{{if off}}x{{/if}}{{if FALSE}}x{{/if}}{{if words}}y{{/if}}", "y"),
        // Nested ones belong to the nearest; `{{else}}` to the one that it stands in.
        ("{{if char}}{{if scenario}}a{{else}}b{{/if}}{{else}}c{{/if}}", "b"),
        ("{{if scenario}}{{if char}}a{{else}}b{{/if}}{{else}}c{{/if}}", "c"),
        ("{{if {{getvar::x}}}}a{{else}}{{setvar::x::1}}b{{/if}}{{if .x}}c{{/if}}", "bc"),
        ("{{if scenario}}{{setvar::n::1}}{{/if}}[{{getvar::n}}]", "[]"),
        ("{{setglobalvar::g::1}}{{if $g}}a{{/if}}{{if $h}}b{{/if}}", "a"),
        ("{{if::char::yes}}{{if scenario::no}}{{if scenario::no{{else}}else}}", "yeselse"),
        // What is not whole stays.
        ("{{if char}}x", "{{if char}}x"),
        ("x{{/if}}{{else}}", "x{{/if}}{{else}}"),
        ("{{if}}x{{/if}}", "{{if}}x{{/if}}"),
    ] {
        assert_eq!(macros.expand(text), expanded, "{text}");
    }
    let open = "{{if char}}".repeat(50_000) + "x";
    assert!(macros.expand(&open).ends_with('x'));
    let nested = "{{if char}}".repeat(100) + "x" + &"{{/if}}".repeat(100);
    assert!(macros.expand(&nested).contains('x'));
}

#[test]
fn a_long_text_that_asks_for_itself_is_not_read_for_ever() {
    for asks in ["{{if description}}{{/if}}", "{{setvar::x::{{description}}}}"] {
        let text = asks.repeat(5) + &"x".repeat(1 << 20);
        let macros = Macros::new(NAMES, 7).with_texts(&[("description", text.as_str())]);
        let start = std::time::Instant::now();
        assert!(macros.expand("{{description}}").ends_with('x'));
        assert!(start.elapsed().as_secs() < 3, "{asks}: {:?}", start.elapsed());
    }
}

#[test]
fn short_forms_and_counts_are_those_of_sillytavern() {
    for (text, expanded) in [
        ("{{.x = 4}}{{.x++}}{{.x += 2}}|{{.x}}|{{getvar::x}}", "5|7|7"),
        ("{{.x--}}", "-1"),
        ("{{$g = {{char}}}}{{$g}}|{{.g}}|{{getglobalvar::g}}", "琴||琴"),
        ("a{{newline::2}}b{{space::3}}c{{space}}d", "a\n\nb   c d"),
        ("a{{banned \"word\"}}b{{groupNotMuted}}", "ab琴"),
        (
            "{{newline::many}}{{space::9999999}}{{.x ? 1}}{{.5}}",
            "{{newline::many}}{{space::9999999}}{{.x ? 1}}{{.5}}",
        ),
    ] {
        assert_eq!(expand(text), expanded, "{text}");
    }
}

#[test]
fn what_is_unknown_stays() {
    for text in [
        "{{time}}",
        "{{char",
        "char}}",
        "{char}",
        "<b>",
        "< user >",
        "a < b",
        "{{",
        "}}",
        "<",
        "{{{}}}",
        "{{original}}",
        "{{roll:x}}",
        "{{roll:0}}",
        "{{roll:999999999}}",
        "{{getvar}}",
        "{{setvar::x}}",
        "{{constructor}}",
        "{{unknown:{{user",
    ] {
        assert_eq!(expand(text), text);
    }
    assert_eq!(expand("{{{char}}}"), "{琴}");
    assert_eq!(expand("{{unknown:{{char}}}}"), "{{unknown:{{char}}}}", "as a whole");
    let more = Macros::new(NAMES, 0).expand_for(
        "a {{Original}} b",
        View::Prompt,
        &[("original", "x {{char}}")],
    );
    assert_eq!(more, "a x {{char}} b");
}

#[test]
fn the_time_is_told_in_the_person_s_language() {
    let moment = Moment {
        local: jiff::civil::datetime(2026, 11, 25, 15, 4, 9, 0),
        utc_offset_minutes: 60,
        idle: Some(SignedDuration::from_mins(125)),
    };
    let told = |text: &str, lang| Macros::new(NAMES, 0).at(Some(moment), lang).expand(text);
    assert_eq!(
        told("{{time}} {{date}} {{weekday}} {{idle_duration}}", Lang::En),
        "15:04 November 25, 2026 Wednesday 2 hours"
    );
    assert_eq!(told("{{date}}{{weekday}}{{idle_duration}}", Lang::Ja), "2026年11月25日水曜日2時間");
    assert_eq!(told("{{isodate}} {{isotime}} {{time_UTC+9}}", Lang::Zh), "2026-11-25 15:04 23:04");
    assert_eq!(
        told("{{time::UTC+9}} {{time_UTC-3:30}} {{time::UTC+5:45}}", Lang::En),
        "23:04 10:34 19:49"
    );
    assert_eq!(
        told("{{time_UTC+9:75}}{{time::noon}}", Lang::En),
        "{{time_UTC+9:75}}{{time::noon}}"
    );
    assert_eq!(
        told("{{datetimeformat DD.MM.YYYY hh:mm A [at]}}", Lang::En),
        "25.11.2026 03:04 PM at"
    );
}

#[test]
fn texts_may_name_each_other_without_end() {
    let macros = Macros::new(NAMES, 0)
        .with_texts(&[("scenario", "in {{description}}"), ("description", "{{scenario}}!")]);
    let text = macros.expand("{{scenario}}");
    assert!(text.starts_with("in in ") && text.len() < 200, "{text}");
}

#[test]
fn a_bomb_of_macros_stays_small() {
    let doubling = (0..40).fold("{{setvar::a::x}}".to_owned(), |text, _| {
        text + "{{setvar::a::{{getvar::a}}{{getvar::a}}}}"
    });
    assert!(expand(&(doubling + "{{getvar::a}}")).len() <= 2 * MAX_OUTPUT);
    let deep = format!("{}x{}", "{{reverse:".repeat(5000), "}}".repeat(5000));
    assert!(expand(&deep).len() <= deep.len());
    let many = "{{char}}".repeat(50_000);
    assert!(expand(&many).starts_with("琴琴"));
}

proptest! {
    #[test]
    fn any_text_is_expanded_without_a_panic(text in "[{}:<>,\\\\/|a-c ]{0,60}|.{0,40}") {
        let once = expand(&text);
        prop_assert_eq!(expand(&text), once);
    }

    #[test]
    fn a_text_without_braces_is_left_alone(text in "[^{<]{0,60}") {
        prop_assert_eq!(expand(&text), text);
    }
}
