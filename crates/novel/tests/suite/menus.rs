//! What a player chooses is said to whoever answers under it, and narration never becomes anybody's words.

use novel::Line;
use novel::dataset::{Dataset, Narration, Options, build, conversations};

use super::datasets::talk;
use super::read_text;

const BEGINNING: &str =
    "define b = Character(\"Ben\")\ndefine e = Character(\"Eileen\")\nlabel start:\n";

fn renpy(script: &str) -> Vec<Line> {
    read_text("script.rpy", &format!("{BEGINNING}{script}")).lines
}

fn of(speaker: &str) -> Options {
    let speaker = Some(speaker.to_owned());
    Options { speaker, validation: 0.0, near: 1.0, ..Options::default() }
}

fn examples(dataset: &Dataset) -> Vec<Vec<(&str, &str)>> {
    dataset.train.iter().map(|example| example.pairs().collect()).collect()
}

/// Turns as `name: text`; what is chosen has no name.
fn turns(lines: &[Line]) -> Vec<Vec<String>> {
    let of = |turn: &novel::dataset::Turn| format!("{}: {}", turn.speaker, turn.text);
    let found = conversations(lines, &Options::default());
    found.iter().map(|one| one.turns.iter().map(of).collect()).collect()
}

const INVITED: &str = "    b \"Are you coming with us tonight?\"
    e \"I have not decided yet.\"
    menu:
        \"Please come.\":
            e \"Fine, I will come.\"
        \"Stay home.\":
            e \"Then I stay home alone.\"
";

/// Where the player's own person spoke before the menu, as in many games of Ink, what is chosen is still said to who answers.
#[test]
fn the_player_may_speak_before_a_menu() {
    let text = "== a\n# speaker: Player\n\"So...\"\n* \"Did you sleep?\"\n  # speaker: Sam\n  \"A bit.\"\n* \"You are sisters?\"\n  # speaker: Sam\n  \"Half.\"\n\
        \x20 # speaker: Player\n  \"I see.\"\n  # speaker: Sam\n  \"Good.\"\n- -> END\n";
    let lines = read_text("a.ink", text).lines;
    let expected = [
        vec![("So...\nDid you sleep?", "A bit.")],
        vec![("You are sisters?", "Half."), ("I see.", "Good.")],
    ];
    assert_eq!(examples(&build(&lines, Vec::new(), &of("Sam")).unwrap()), expected);
    assert_eq!(
        examples(&build(&lines, Vec::new(), &Options { speaker: None, ..of("") }).unwrap())[0],
        expected[0]
    );
}

#[test]
fn what_is_chosen_is_answered_on_every_side() {
    let lines = renpy(INVITED);
    let dataset = build(&lines, Vec::new(), &of("Eileen")).unwrap();
    assert_eq!(
        examples(&dataset),
        [
            vec![
                ("Are you coming with us tonight?", "I have not decided yet."),
                ("Please come.", "Fine, I will come."),
            ],
            vec![("Stay home.", "Then I stay home alone.")],
        ]
    );
    assert_eq!(dataset.report.answers["Eileen"], 3);
    // Where everybody's answers are learnt, nobody is the player.
    let everybody = Options { speaker: None, ..of("") };
    let dataset = build(&lines, Vec::new(), &everybody).unwrap();
    let all: Vec<_> = examples(&dataset).concat();
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(dataset.report.answers.keys().collect::<Vec<_>>(), ["Eileen"]);
}

/// Each engine calls what stands under a choice in its own way.
#[test]
fn what_is_chosen_is_answered_in_every_engine_that_writes_it_under_the_choice() {
    let yarn = "title: Start\n---\nBen: Are you coming?\nEileen: Perhaps.\n-> Please come.\n    Eileen: Fine.\n-> Stay home.\n    Eileen: Alone, then.\n===\n";
    let ink = "=== start ===\nBen: Are you coming?\nEileen: Perhaps.\nBen: Well?\nEileen: Hm.\n* [Please come.]\n    Eileen: Fine.\n* [Stay home.]\n    Eileen: Alone, then.\n- -> END\n";
    let nani = "Ben: Are you coming?\nEileen: Perhaps.\n@choice \"Please come.\"\n    Eileen: Fine.\n@choice \"Stay home.\"\n    Eileen: Alone, then.\n@stop\n";
    let renjs = "start:\n  - ben says: Are you coming?\n  - eileen says: Perhaps.\n  - choice:\n    - Please come.:\n      - eileen says: Fine.\n    - Stay home.:\n      - eileen says: Alone, then.\n";
    for (file, text) in [("a.yarn", yarn), ("a.ink", ink), ("a.nani", nani), ("Story.yaml", renjs)]
    {
        let found = turns(&read_text(file, text).lines);
        let ends: Vec<Vec<String>> =
            found.iter().map(|one| one[one.len() - 2..].to_vec()).collect();
        let lower = |ends: &[Vec<String>]| format!("{ends:?}").to_lowercase();
        assert_eq!(
            lower(&ends),
            r#"[[": please come.", "eileen: fine."], [": stay home.", "eileen: alone, then."]]"#,
            "{file}"
        );
    }
}

#[test]
fn nothing_is_joined_across_a_menu_that_does_not_say_what_was_chosen() {
    let silent =
        "    menu:\n        \"Go.\":\n            pass\n        \"Stay.\":\n            pass\n";
    let lines = renpy(&format!(
        "    b \"Are you coming?\"\n    e \"Perhaps.\"\n{silent}    e \"As you like.\"\n    b \"Good.\"\n"
    ));
    assert_eq!(
        turns(&lines),
        [["Ben: Are you coming?", "Eileen: Perhaps."], ["Eileen: As you like.", "Ben: Good."]]
    );
    // A condition behind the menu is no entry of it.
    let lines = renpy(&format!(
        "    b \"Are you coming?\"\n    e \"Perhaps.\"\n{silent}    if brave:\n        e \"As you like.\"\n        b \"Good.\"\n"
    ));
    assert_eq!(turns(&lines).len(), 2);
    // Where one side has words, what follows goes on with them.
    let lines = renpy(
        "    e \"Well?\"\n    menu:\n        \"Go.\":\n            e \"Bye.\"\n        \"Stay.\":\n            pass\n    b \"Good.\"\n",
    );
    assert_eq!(turns(&lines), [["Eileen: Well?", ": Go.", "Eileen: Bye.", "Ben: Good."]]);
}

#[test]
fn a_caption_belongs_to_what_was_said_before_the_menu() {
    let lines = renpy(
        "    b \"Are you coming?\"\n    e \"Hm.\"\n    menu:\n        e \"Shall I?\"\n        \"Please come.\":\n            e \"Fine.\"\n        \"No.\":\n            e \"Fine, too.\"\n",
    );
    assert_eq!(
        turns(&lines),
        [
            vec!["Ben: Are you coming?", "Eileen: Hm. Shall I?", ": Please come.", "Eileen: Fine."],
            vec![": No.", "Eileen: Fine, too."],
        ]
    );
}

#[test]
fn a_choice_that_somebody_says_aloud_is_said_once() {
    let lines = renpy(
        "    e \"Tea?\"\n    menu:\n        \"Yes, please!\":\n            b \"Yes, please.\"\n            e \"Here you are.\"\n        \"No.\":\n            b \"Not today.\"\n            e \"A pity.\"\n",
    );
    let dataset = build(&lines, Vec::new(), &of("Eileen")).unwrap();
    assert_eq!(
        examples(&dataset),
        [[("Yes, please.", "Here you are.")], [("Not today.", "A pity.")]]
    );
    // Whom the player plays, nobody's choices are said to.
    let dataset = build(&lines, Vec::new(), &of("Ben")).unwrap();
    assert_eq!(examples(&dataset), [[("Tea?", "Yes, please.")]]);
    let everybody = Options { speaker: None, ..of("") };
    let dataset = build(&lines, Vec::new(), &everybody).unwrap();
    assert_eq!(examples(&dataset)[0], [("Tea?", "Yes, please.")]);
}

#[test]
fn a_choice_with_a_hole_is_answered_by_nothing() {
    let lines = renpy(
        "    b \"Who was it?\"\n    e \"Guess.\"\n    menu:\n        \"It was [name].\":\n            e \"It was.\"\n            b \"I see.\"\n        \"You.\":\n            e \"Me.\"\n",
    );
    assert_eq!(
        turns(&lines),
        [
            vec!["Ben: Who was it?", "Eileen: Guess."],
            vec!["Eileen: It was.", "Ben: I see."],
            vec![": You.", "Eileen: Me."],
        ]
    );
}

#[test]
fn narration_is_told_before_an_answer_and_never_in_it() {
    let lines = renpy(
        "    b \"Who are you then?\"\n    e \"I am nobody special.\"\n    \"The door creaks open loudly.\"\n    menu:\n        \"What do I answer to that?\"\n        \"Lie\":\n            e \"You lied to me now.\"\n",
    );
    let options = Options { narration: Narration::Context, ..of("Eileen") };
    let dataset = build(&lines, Vec::new(), &options).unwrap();
    let told = "(The door creaks open loudly. What do I answer to that?)\nLie";
    assert_eq!(
        examples(&dataset),
        [[("Who are you then?", "I am nobody special."), (told, "You lied to me now.")]]
    );
    // Between two lines of hers it is what the second one is said to.
    let lines = talk(&[
        ("Ben", "Quiet here."),
        ("Eileen", "Always."),
        ("", "It thunders."),
        ("Eileen", "What was that?"),
        ("Ben", "Thunder."),
        ("", "She laughs."),
        ("Ben", "Only thunder."),
        ("Eileen", "Good."),
    ]);
    let dataset = build(&lines, Vec::new(), &options).unwrap();
    let expected = [
        ("Quiet here.", "Always."),
        ("(It thunders.)", "What was that?"),
        ("Thunder.\n(She laughs.)\nOnly thunder.", "Good."),
    ];
    assert_eq!(examples(&dataset), [expected]);
}

#[test]
fn a_long_stretch_of_narration_ends_a_conversation_that_keeps_some_of_it() {
    let mut rows = vec![("Ben", "Good night."), ("Eileen", "Sleep well.")];
    rows.extend([("", "One."), ("", "Two."), ("", "Three."), ("", "Four."), ("", "Five.")]);
    rows.extend([("Ben", "Good morning."), ("Eileen", "You are early.")]);
    for narration in [Narration::Context, Narration::Drop] {
        let options = Options { narration, ..of("Eileen") };
        let dataset = build(&talk(&rows), Vec::new(), &options).unwrap();
        assert_eq!(dataset.report.conversations, 2, "{narration:?}");
        let asked = match narration {
            Narration::Context => "(Three. Four. Five.)\nGood morning.",
            Narration::Drop => "Good morning.",
        };
        assert_eq!(examples(&dataset)[1], [(asked, "You are early.")]);
    }
    rows.truncate(5);
    rows.extend([("Ben", "Good morning."), ("Eileen", "You are early.")]);
    let options = Options { narration: Narration::Context, ..of("Eileen") };
    let dataset = build(&talk(&rows), Vec::new(), &options).unwrap();
    assert_eq!(dataset.report.conversations, 1, "three rows end nothing");
}
