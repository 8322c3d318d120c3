//! Replies that go wrong in the middle, cut into pieces of every size.

use proptest::prelude::*;

use super::*;

fn policy() -> Policy {
    Policy { feelings: true, ..Policy::new("Hello!", Vec::new(), &["dear user".to_owned()]) }
}

/// Streams texts, one for each try; answers what came out and why something was written anew.
fn streamed(policy: Policy, tries: &[&str], size: usize) -> (String, Vec<Fault>) {
    let mut watch = Watch::new(policy);
    let mut out = String::new();
    'tries: for text in tries {
        let chars: Vec<char> = text.chars().collect();
        for piece in chars.chunks(size) {
            match watch.push(&piece.iter().collect::<String>()) {
                Step::Hold => {}
                Step::LetGo(text) => out.push_str(&text),
                Step::Again(_) => continue 'tries,
                Step::End(_) => break 'tries,
            }
        }
        match watch.finish() {
            Step::LetGo(text) => out.push_str(&text),
            Step::Again(_) => continue 'tries,
            Step::Hold | Step::End(_) => {}
        }
        break;
    }
    assert_eq!(out, watch.said());
    (out, watch.again().to_vec())
}

#[test]
fn a_good_reply_comes_through_untouched_in_any_pieces() {
    let text = "[joy] Oh, come in! The tea is 3.5 minutes old, and… well. 请坐。";
    for size in 1..40 {
        assert_eq!(streamed(policy(), &[text], size), (text.to_owned(), vec![]));
    }
}

#[test]
fn assistant_talk_is_written_anew_before_a_word_of_it_is_said() {
    let tries = ["[neutral] As an AI language model, I have no tea.", "[joy] Tea? Always."];
    for size in 1..30 {
        assert_eq!(
            streamed(policy(), &tries, size),
            ("[joy] Tea? Always.".into(), vec![Fault::Assistant])
        );
    }
}

#[test]
fn what_was_said_stays_and_the_rest_is_written_anew() {
    let (out, faults) = streamed(
        policy(),
        &["[joy] Good evening! I'm sorry, but I can't help with that.", "the kettle sings."],
        1,
    );
    assert!(
        out.starts_with("[joy] Good evening! I") && out.ends_with("the kettle sings."),
        "{out}"
    );
    assert!(!out.contains("can't help"), "{out}");
    assert_eq!(faults, [Fault::Refusal]);
}

#[test]
fn banned_phrases_and_tags_and_repetitions() {
    let fault = |text: &str, policy: Policy| streamed(policy, &[text, "[joy] Fine!"], 3).1;
    assert_eq!(fault("[joy] Well, dear user, hello.", policy()), [Fault::Banned]);
    assert_eq!(fault("Hello there.", policy()), [Fault::Tag]);
    assert!(fault("[joy] Hello [nod] there.", policy()).is_empty(), "unknown tags vanish anyway");
    // A model that knows no feelings is asked for one once.
    assert_eq!(
        streamed(policy(), &["Hello.", "Hello.", "[joy] Hello."], 3),
        ("Hello.".into(), vec![Fault::Tag])
    );
    let again = Policy {
        recent: vec!["The lamp turns by itself for a while.".into(), "Mm.".into()],
        ..policy()
    };
    assert_eq!(
        fault("[sad] The lamp turns by itself for a while.", again.clone()),
        [Fault::Repetition]
    );
    assert_eq!(fault("[sad] Mm.", again.clone()), [Fault::Repetition]);
    assert!(fault("[sad] Mm. That is another matter altogether, I think.", again).is_empty());
}

#[test]
fn what_was_said_in_the_session_is_written_anew_and_never_ends_a_reply() {
    let lines = [
        (true, "I have a kettle of copper that whistles two notes."),
        (false, "Goodness."),
        (true, "Goodbye then!"),
        (false, "Wait! What was that noise?"),
    ];
    let policy = || Policy::new("Wait! What was that noise?", Vec::new(), &[]).within(&lines, "");
    let run = "Only that kettle: a kettle of copper that whistles two notes.";
    for size in [1, 3, 7, 50] {
        let (out, faults) = streamed(policy(), &[run, "Only the kettle."], size);
        assert!(out.ends_with("Only the kettle.") && !out.contains("whistles"), "{size}: {out}");
        assert_eq!(faults, [Fault::Run], "{size}");
    }
    let (out, faults) = streamed(policy(), &["Goodbye, goodbye!", "The kettle, I think."], 4);
    assert_eq!((out.as_str(), faults), ("The kettle, I think.", vec![Fault::Farewell]));
    let alike = "Two notes my copper kettle whistles.";
    let (_, faults) = streamed(policy(), &[alike, "Only the kettle."], 4);
    assert_eq!(faults, [Fault::Alike]);
    // Out of tries it is said all the same, behind what stayed of each try (a real model goes on from there).
    assert!(streamed(policy(), &[run; 6], 4).0.ends_with(run));
    let again = Policy::new("Say that again?", Vec::new(), &[])
        .within(&[lines[0], (false, "Say that again?")], "");
    assert_eq!(streamed(again, &[run], 4).1, []);
}

#[test]
fn who_asks_for_it_again_gets_it_again() {
    let before = || vec!["The lamp turns by itself for a while.".to_owned()];
    let text = "[joy] The lamp turns by itself for a while.";
    for asked in ["Could you say that again?", "请再说一遍。", "もう一度お願いします"]
    {
        let policy = Policy::new(asked, before(), &[]);
        assert_eq!(streamed(policy, &[text], 5), (text.to_owned(), vec![]), "{asked}");
    }
    let policy = Policy::new("And then?", before(), &[]);
    assert_eq!(streamed(policy, &[text, "Then it stops."], 5).1, [Fault::Repetition]);
}

#[test]
fn who_is_asked_what_she_is_may_say_it() {
    let asked =
        Policy { feelings: true, ..Policy::new("Be honest: are you an AI?", Vec::new(), &[]) };
    let text = "[neutral] As an AI, yes.";
    assert_eq!(streamed(asked, &[text], 2), (text.to_owned(), vec![]));
    assert!(Policy::new("你是人工智能吗？", Vec::new(), &[]).about_machines);
    assert!(!Policy::new("Did it rain?", Vec::new(), &[]).about_machines);
}

#[test]
fn thoughts_are_nobody_s_business() {
    let text = "<think>As an AI, I should say hello. </think>[joy] Hello, hello!";
    for size in 1..60 {
        assert_eq!(streamed(policy(), &[text], size), (text.to_owned(), vec![]));
    }
    let mut watch = Watch::new(policy());
    watch.begin_within_thought();
    let mut out = String::new();
    for piece in ["As an AI, no. ", "</thi", "nk>", "As an AI, ", "well."] {
        if let Step::LetGo(text) = watch.push(piece) {
            out.push_str(&text);
        }
    }
    assert_eq!((out.as_str(), watch.again()), ("As an AI, no. </think>", &[Fault::Assistant][..]));
}

#[test]
fn tries_are_bounded_and_somebody_always_answers() {
    let bad = "As an AI, I cannot.";
    let (out, faults) = streamed(policy(), &[bad; 9], 1);
    assert_eq!((out.as_str(), faults.len()), (bad, 3));
    // What was said already can stand alone: better short than wrong.
    let tries =
        ["[joy] Good evening. As an AI, no.", "As an AI, no.", "As an AI, no.", "As an AI, no."];
    let (out, faults) = streamed(policy(), &tries, 40);
    assert_eq!(faults.len(), 3);
    assert!(!out.contains("As an AI, no. As"), "{out}");
}

#[test]
fn nothing_is_held_for_long() {
    let mut watch = Watch::new(Policy::default());
    let longest =
        (0..500).map(|_| watch.push("word ")).take_while(|step| *step == Step::Hold).count();
    assert!(longest < 30);
}

proptest! {
    #[test]
    fn any_text_in_any_pieces_ends(text in "\\PC{0,300}", size in 1_usize..50) {
        let (out, faults) = streamed(policy(), &[text.as_str(); 5], size);
        prop_assert!(faults.len() <= 3);
        prop_assert!(out.len() <= text.len() * 5);
    }
}

#[test]
fn what_leaves_her_world_is_written_anew_in_any_pieces() {
    let outside = ["smartphone".to_owned()];
    let policy = || {
        let bounds = crate::bounds::Bounds::new(&outside, &["Ann"], &["Koto keeps a bookshop."]);
        let lines = [(true, "Good evening."), (false, "Do you have a smartphone?")];
        Policy { feelings: true, ..Policy::new(lines[1].1, Vec::new(), &[]) }
            .bounded(bounds, &lines)
    };
    let tries = [
        ("[joy] I am just an AI, dear.", Fault::Machine),
        ("[joy] My smartphone, yes, lies on the shelf.", Fault::Outside),
        ("Ann: I meant the shop.", Fault::Anothers),
    ];
    for (bad, fault) in tries {
        for size in 1..30 {
            let (out, faults) = streamed(policy(), &[bad, "[joy] Only lamps here."], size);
            assert!(out.ends_with("[joy] Only lamps here.") && !out.contains(&bad[5..]), "{out}");
            assert_eq!(faults, [fault], "{bad} by {size}");
        }
    }
    // To ask what it is, is no claim, wherever the pieces end; and nothing is held back for good.
    let fine = "[thinking] A smartphone, now, is that a kind of lamp? It sounds clever.";
    for size in 1..40 {
        assert_eq!(streamed(policy(), &[fine], size), (fine.to_owned(), vec![]), "{size}");
    }
    // Behind the question whether she is a program, "are you sure" is the same question.
    let lines = [(false, "Are you an AI?"), (true, "Yes."), (false, "Are you sure?")];
    let asked = Policy::new(lines[2].1, Vec::new(), &[])
        .bounded(crate::bounds::Bounds::new(&outside, &[], &["A human."]), &lines);
    let text = "As an AI, yes, I am sure. I am a program.";
    assert_eq!(streamed(asked, &[text], 3), (text.to_owned(), vec![]));
}
