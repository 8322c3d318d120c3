//! What the engine does beyond the specification: other tools' rules, many scripts, books in a stack, limits.

use lore::{
    AsWritten, Because, Book, Chat, Entry, Expand, Folding, Index, KeySyntax, Logic, Outcome,
    Place, Scope, Settings, Sources, State,
};
use serde_json::json;

use crate::try_it::{Words, activate, activate_books, activate_with, said, texts};

fn keyed(id: &str, keys: &[&str], content: &str) -> Entry {
    Entry {
        id: id.into(),
        keys: keys.iter().map(|&key| key.into()).collect(),
        content: content.into(),
        ..Entry::default()
    }
}

fn of(entries: Vec<Entry>) -> Book {
    Book { entries, ..Book::default() }
}

fn recursive(entries: Vec<Entry>) -> Book {
    Book { recursive: Some(true), ..of(entries) }
}

fn fired(outcome: &Outcome) -> Vec<usize> {
    outcome
        .verdicts
        .iter()
        .enumerate()
        .filter(|(_, verdict)| verdict.fired)
        .map(|(at, _)| at)
        .collect()
}

#[test]
fn the_four_logics_of_secondary_keys() {
    let fires = |logic, text: &str| {
        let entry = Entry {
            selective: true,
            logic,
            secondary_keys: vec!["red".into(), "old".into()],
            ..keyed("a", &["dragon"], "x")
        };
        activate(of(vec![entry]), &[text]).verdicts[0].fired
    };
    let texts = ["dragon", "red dragon", "red old dragon"];
    for (logic, wanted) in [
        (Logic::AndAny, [false, true, true]),
        (Logic::AndAll, [false, false, true]),
        (Logic::NotAny, [true, false, false]),
        (Logic::NotAll, [true, true, false]),
    ] {
        assert_eq!(texts.map(|text| fires(logic, text)), wanted, "{logic:?}");
    }
}

#[test]
fn every_entry_is_explained() {
    let entries = vec![
        Entry {
            selective: true,
            secondary_keys: vec!["red".into()],
            ..keyed("a", &["cat", "dragon"], "x")
        },
        keyed("b", &["hoard"], "x"),
        Entry { enabled: false, ..keyed("c", &["dragon"], "x") },
        Entry { probability: 0.0, ..keyed("d", &["dragon"], "x") },
        Entry { delay: 9, ..keyed("e", &["dragon"], "x") },
        keyed("f", &[], "x"),
        keyed("g", &["dragon"], "@@exclude_keys red\nx"),
    ];
    let outcome = activate(of(entries), &["a red dragon", "yes"]);
    let because: Vec<String> =
        outcome.verdicts.iter().map(|verdict| verdict.because.to_string()).collect();
    assert_eq!(
        because,
        [
            "`dragon` in message 2 from the end, and `red`",
            "none of its keys was found",
            "it is switched off",
            "its chance is 0 %, and 81.4 was drawn",
            "the conversation has 2 messages, and it waits for 9",
            "it has no key that could be found",
            "`red` was found and must not be",
        ]
        .map(|text| if text.contains("drawn") { because[3].as_str() } else { text })
    );
    assert!(because[3].starts_with("its chance is 0 %, and "));
    let rules: Vec<&str> = outcome.verdicts.iter().map(|verdict| verdict.because.rule()).collect();
    assert_eq!(
        rules,
        ["key", "no_key", "disabled", "probability", "delay", "no_usable_key", "exclude_keys"]
    );
}

#[test]
fn entries_call_each_other_within_the_rules() {
    let chain = || {
        vec![
            keyed("a", &["dragon"], "guards the hoard"),
            keyed("b", &["hoard"], "gold of the dwarves"),
            keyed("c", &["dwarves"], "short, angry"),
        ]
    };
    assert_eq!(fired(&activate(of(chain()), &["dragon"])), [0], "off unless asked for");
    let outcome = activate(recursive(chain()), &["dragon"]);
    assert_eq!(fired(&outcome), [0, 1, 2]);
    assert_eq!(outcome.verdicts[2].level, 2);
    assert!(
        matches!(&outcome.verdicts[1].because, Because::Key { place: Place::Entry(id), .. } if id == "a")
    );

    let mut closed = chain();
    closed[0].prevent_recursion = true;
    assert_eq!(fired(&activate(recursive(closed), &["dragon"])), [0]);
    let mut deaf = chain();
    deaf[1].exclude_recursion = true;
    assert_eq!(fired(&activate(recursive(deaf.clone()), &["dragon"])), [0]);
    assert_eq!(fired(&activate(recursive(deaf), &["dragon hoard"])), [0, 1, 2]);

    let few = Settings { recursion_steps: 1, ..Settings::default() };
    let messages = said(&["dragon"]);
    let chat = Chat { messages: &messages, ..Chat::default() };
    let outcome =
        activate_books(vec![(Scope::Chat, recursive(chain()))], few, &chat, &State::default());
    assert_eq!(fired(&outcome), [0, 1]);
    let circle = vec![keyed("a", &["b"], "a"), keyed("b", &["a"], "b")];
    assert_eq!(fired(&activate(recursive(circle), &["a"])), [0, 1], "a circle ends");
}

#[test]
fn an_entry_may_wait_for_others_to_call() {
    let waiting = |level| Entry { delay_until_recursion: level, ..keyed("w", &["dragon"], "late") };
    assert_eq!(
        fired(&activate(recursive(vec![waiting(1)]), &["dragon"])),
        [0_usize; 0],
        "nobody calls"
    );
    let entries = vec![keyed("a", &["dragon"], "dragon again"), waiting(1), waiting(2)];
    let outcome = activate(recursive(entries.clone()), &["dragon"]);
    assert_eq!(fired(&outcome), [0, 1, 2]);
    assert!(
        outcome.verdicts[1].level < outcome.verdicts[2].level,
        "the second level is opened after the first"
    );
    assert_eq!(
        fired(&activate(of(entries), &["dragon"])),
        [0],
        "a book without recursion never opens one"
    );
}

#[test]
fn hidden_keys_call_other_entries_and_nobody_reads_them() {
    struct Hidden;
    impl Expand for Hidden {
        fn for_prompt(&self, content: &str, _stable: bool) -> String {
            content.replace("{{hidden_key:hoard}}", "")
        }
        fn for_scan(&self, content: &str) -> String {
            content.replace("{{hidden_key:hoard}}", "hoard")
        }
    }
    let book = recursive(vec![
        keyed("a", &["dragon"], "Old.{{hidden_key:hoard}}"),
        keyed("b", &["hoard"], "Gold."),
    ]);
    let messages = said(&["dragon"]);
    let chat = Chat { messages: &messages, ..Chat::default() };
    let outcome = Index::new(vec![(Scope::Chat, book)], Settings::default(), &Hidden).activate(
        &chat,
        &State::default(),
        &Hidden,
        &Words,
    );
    assert_eq!(texts(&outcome), ["Old.", "Gold."]);
}

#[test]
fn chances_follow_from_the_seed() {
    let entries: Vec<Entry> = (0..400)
        .map(|n| Entry { probability: 25.0, ..keyed(&n.to_string(), &["dragon"], "x") })
        .collect();
    let count = |seed| {
        let messages = said(&["dragon"]);
        fired(&activate_with(
            of(entries.clone()),
            &Chat { messages: &messages, seed, ..Chat::default() },
        ))
    };
    assert_eq!(count(1), count(1));
    assert_ne!(count(1), count(2));
    assert!((60..140).contains(&count(1).len()), "{}", count(1).len());
    let decorated = keyed("a", &["dragon"], "@@probability 0\nx");
    assert!(!activate(of(vec![decorated]), &["dragon"]).verdicts[0].fired);
}

#[test]
fn one_of_a_group_fires() {
    let member = |id: &str, weight: f64| Entry {
        groups: vec!["g".into()],
        group_weight: weight,
        ..keyed(id, &["dragon"], id)
    };
    let run = |entries: Vec<Entry>, text: &str, seed| {
        let messages = said(&[text]);
        fired(&activate_with(
            recursive(entries),
            &Chat { messages: &messages, seed, ..Chat::default() },
        ))
    };
    let plain = vec![member("a", 100.0), member("b", 100.0), member("c", 0.0)];
    let mut wins = [0; 3];
    for seed in 0..300 {
        let winners = run(plain.clone(), "dragon", seed);
        assert_eq!(winners.len(), 1);
        wins[winners[0]] += 1;
    }
    assert!(wins[0] > 100 && wins[1] > 100 && wins[2] == 0, "{wins:?}");

    let mut ranked = plain.clone();
    for (order, entry) in ranked.iter_mut().enumerate() {
        (entry.group_override, entry.insertion_order) = (order < 2, order as f64);
    }
    assert!(
        (0..20).all(|seed| run(ranked.clone(), "dragon", seed) == [1]),
        "the highest order of those that say so"
    );

    let mut scored = plain.clone();
    scored[2].keys.push("red".into());
    for entry in &mut scored {
        entry.group_scoring = Some(true);
    }
    assert_eq!(run(scored, "red dragon", 1), [2], "the best match, whatever its weight");

    // A later round finds the place taken.
    let mut late = vec![member("a", 100.0), member("b", 100.0)];
    late[0].content = "hoard".into();
    late[1].keys = vec!["hoard".into()];
    let messages = said(&["dragon"]);
    let outcome = activate_with(recursive(late), &Chat { messages: &messages, ..Chat::default() });
    assert!(matches!(&outcome.verdicts[1].because, Because::Group { winner, .. } if winner == "a"));

    let mut forced = plain;
    forced[2].content = "@@activate\nc".into();
    assert!(
        (0..20).all(|seed| run(forced.clone(), "dragon", seed) == [2]),
        "in any case means in any case"
    );
}

#[test]
fn entries_stay_rest_and_wait() {
    let entry = Entry { sticky: 3, cooldown: 2, ..keyed("a", &["dragon"], "x") };
    let index = Index::new(
        vec![(Scope::Chat, of(vec![entry]))],
        Settings { scan_depth: 1, ..Settings::default() },
        &AsWritten,
    );
    assert!(index.remembers());
    let mut state = State::default();
    let mut talk: Vec<&str> = Vec::new();
    let rules: Vec<&str> = ["dragon", "a", "b", "dragon", "dragon", "dragon"]
        .into_iter()
        .map(|text| {
            talk.push(text);
            let messages = said(&talk);
            let outcome = index.activate(
                &Chat { messages: &messages, ..Chat::default() },
                &state,
                &AsWritten,
                &Words,
            );
            state = serde_json::from_str(&serde_json::to_string(&outcome.state).unwrap()).unwrap();
            outcome.verdicts[0].because.rule()
        })
        .collect();
    assert_eq!(rules, ["key", "sticky", "sticky", "cooldown", "cooldown", "key"]);
    let late = Entry { delay: 3, ..keyed("a", &["dragon"], "x") };
    assert!(!activate(of(vec![late.clone()]), &["a", "dragon"]).verdicts[0].fired);
    assert!(activate(of(vec![late]), &["a", "b", "dragon"]).verdicts[0].fired);
}

#[test]
fn keys_are_found_in_every_script() {
    let fires = |entry: Entry, folding, text: &str| {
        let messages = said(&[text]);
        let chat = Chat { messages: &messages, ..Chat::default() };
        let settings = Settings { folding, ..Settings::default() };
        activate_books(vec![(Scope::Chat, of(vec![entry]))], settings, &chat, &State::default())
            .verdicts[0]
            .fired
    };
    let plain = Folding::default();
    for (key, text) in [
        ("Ｄragon", "a ｄｒａｇｏｎ"),
        ("ﾄﾞﾗｺﾞﾝ", "ドラゴンがいる"),
        ("龙", "那條龍"),
        ("龍", "那条龙"),
        ("桜", "樱花"),
        ("Élan", "his éLAN"),
        ("дракон", "ДРАКОНЫ"),
        ("용", "용이 온다"),
    ] {
        assert!(fires(keyed("a", &[key], "x"), plain, text), "{key} in {text}");
    }
    let kana = Folding { kana: true, ..plain };
    assert!(
        fires(keyed("a", &["ねこ"], "x"), kana, "ネコ")
            && !fires(keyed("a", &["ねこ"], "x"), plain, "ネコ")
    );
    let strict = Folding { han: false, ..plain };
    assert!(!fires(keyed("a", &["龙"], "x"), strict, "龍"));
    let whole = |key: &str| Entry { whole_words: Some(true), ..keyed("a", &[key], "x") };
    for (key, text, found) in [
        ("king", "The King's men", true),
        ("king", "kingdom", false),
        ("old king", "the old king,", true),
        ("old king", "old kings", false),
        ("猫", "黑猫", true),
        ("ネコ", "黒いネコが", true),
        ("ネコ", "ネコバス", false),
    ] {
        assert_eq!(fires(whole(key), plain, text), found, "{key} in {text}");
    }
    let exact = Entry { case_sensitive: Some(true), ..keyed("a", &["May"], "x") };
    assert!(fires(exact.clone(), plain, "in Ｍay") && !fires(exact, plain, "you may"));
}

#[test]
fn keys_may_hold_names() {
    struct Ann;
    impl Expand for Ann {
        fn for_prompt(&self, content: &str, _stable: bool) -> String {
            content.replace("{{user}}", "Ann")
        }
        fn for_scan(&self, content: &str) -> String {
            self.for_prompt(content, false)
        }
    }
    let messages = said(&["I am ann"]);
    let chat = Chat { messages: &messages, ..Chat::default() };
    let outcome = Index::new(
        vec![(Scope::Chat, of(vec![keyed("a", &["{{user}}"], "{{user}} sails.")]))],
        Settings::default(),
        &Ann,
    )
    .activate(&chat, &State::default(), &Ann, &Words);
    assert_eq!(texts(&outcome), ["Ann sails."]);
}

#[test]
fn texts_beside_the_conversation_are_searched_where_an_entry_asks() {
    let entry = |also| Entry { also_scan: also, ..keyed("a", &["sailor"], "x") };
    let messages = said(&["hello"]);
    let sources = Sources { persona: Some("a sailor"), ..Sources::default() };
    let fires = |also| {
        activate_with(
            of(vec![entry(also)]),
            &Chat { messages: &messages, sources, ..Chat::default() },
        )
        .verdicts[0]
            .clone()
    };
    let verdict = fires(lore::AlsoScan::PERSONA);
    assert!(matches!(verdict.because, Because::Key { place: Place::Beside, .. }));
    assert!(!fires(lore::AlsoScan::SCENARIO).fired && !fires(lore::AlsoScan::default()).fired);
}

#[test]
fn entries_may_be_meant_for_some_characters() {
    let entry = |names: &[&str], exclude| {
        let filter = lore::Filter {
            names: names.iter().map(|&name| name.into()).collect(),
            exclude,
            ..lore::Filter::default()
        };
        Entry { filter, ..keyed("a", &["dragon"], "x") }
    };
    let messages = said(&["dragon"]);
    let fires = |entry| {
        activate_with(
            of(vec![entry]),
            &Chat { messages: &messages, character: "Koto", ..Chat::default() },
        )
        .verdicts[0]
            .fired
    };
    assert!(fires(entry(&["Koto"], false)) && !fires(entry(&["Haru"], false)));
    assert!(
        !fires(entry(&["Koto"], true)) && fires(entry(&["Haru"], true)) && fires(entry(&[], true))
    );
}

#[test]
fn what_comes_every_turn_is_told_apart() {
    let constant = Entry { constant: true, ..keyed("a", &[], "x") };
    let often = Entry { content: "@@activate_only_every 1\nx".into(), ..constant.clone() };
    let grouped = Entry { groups: vec!["g".into()], ..constant.clone() };
    let listed = Entry { content: "@@exclude_keys cat\nx".into(), ..constant.clone() };
    let forced = keyed("b", &[], "@@activate\nx");
    let stable: Vec<bool> = activate(
        of(vec![constant, often, grouped, listed, forced, keyed("c", &["hello"], "x")]),
        &["hello"],
    )
    .verdicts
    .iter()
    .map(|verdict| verdict.stable)
    .collect();
    assert_eq!(stable, [true, false, false, false, true, false]);
}

#[test]
fn an_entry_may_go_in_whatever_the_budget_says() {
    let free = Entry { ignore_budget: true, ..keyed("a", &["dragon"], "many many many words") };
    let book = Book {
        token_budget: Some(1),
        ..of(vec![free, keyed("b", &["dragon"], "one"), keyed("c", &["dragon"], "two")])
    };
    assert_eq!(texts(&activate(book, &["dragon"])), ["many many many words", "one"]);
}

#[test]
fn memories_of_books_do_not_mix() {
    let once = |id: &str| Entry {
        content: "@@dont_activate_after_match\nx".into(),
        ..keyed(id, &["dragon"], "")
    };
    let books = vec![(Scope::Chat, of(vec![once("0")])), (Scope::Global, of(vec![once("0")]))];
    let index = Index::new(books, Settings::default(), &AsWritten);
    let messages = said(&["dragon"]);
    let chat = Chat { messages: &messages, ..Chat::default() };
    let first = index.activate(&chat, &State::default(), &AsWritten, &Words);
    assert_eq!(fired(&first), [0, 1]);
    assert_eq!(fired(&index.activate(&chat, &first.state, &AsWritten, &Words)), [0_usize; 0]);
}

#[test]
fn a_book_may_not_take_for_ever() {
    // A pattern that would take a backtracking engine years, keys by the thousand, and an entry that calls all others.
    let evil = Entry { syntax: KeySyntax::Regex, ..keyed("a", &["/^(a+)+$/", "/(x|x)*y/"], "x") };
    let long = "a".repeat(50_000) + "!";
    let start = std::time::Instant::now();
    assert!(!activate(of(vec![evil]), &[&long]).verdicts[0].fired);
    let mut entries: Vec<Entry> = (0..2000)
        .map(|n| keyed(&n.to_string(), &[&format!("key{n}x")], &format!("key{}x", n + 1)))
        .collect();
    entries[0].constant = true;
    let outcome = activate(recursive(entries), &["hello"]);
    assert_eq!(fired(&outcome).len(), 11, "ten steps");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn patterns_of_sillytavern_ask_who_said_it() {
    let world = |key: &str| {
        let entry = json!({ "uid": 0, "key": [key], "content": "Tea is brewed.", "scanDepth": 9 });
        lore::read_value(&json!({ "entries": { "0": entry } })).unwrap().0
    };
    for (key, fires) in [
        (r"/\x01Ann:[^\x01]*\btea\b/i", true),
        (r"/\x01Koto:[^\x01]*\btea\b/i", false),
        (r"/\u0001Koto:.*rain/", true),
        (r"/^\x01?Ann: Tea/", true),
        ("/\u{1}Ann: Tea/", true),
        // Without the mark a pattern sees the words alone.
        (r"/Ann: Tea/", false),
        (r"/^Tea/", true),
    ] {
        let outcome = activate(world(key), &["Tea, please.", ">It is the rain."]);
        assert_eq!(outcome.verdicts[0].fired, fires, "{key}");
    }
}
