//! Lines without a question are found, asked about with what stands near them, and replies that teach nothing are left out.

use super::*;
use crate::dataset::build;
use crate::line::{Kind, Source};

/// Rows of `scene`: who, what; narration without a name.
fn rows(scene: &str, said: &[(&str, &str)]) -> Vec<Line> {
    let row = |&(speaker, text): &(&str, &str)| Line {
        scene: scene.to_owned(),
        kind: if speaker.is_empty() { Kind::Narration } else { Kind::Say },
        speaker: Some(speaker.to_owned()).filter(|name| !name.is_empty()),
        plain: text.to_owned(),
        source: Source { file: "a".to_owned(), ..Source::default() },
        ..Line::default()
    };
    said.iter().map(row).collect()
}

/// Three lines of hers answer nobody: the first of a scene, one behind narration, a monologue.
fn script() -> Vec<Line> {
    let mut lines = rows(
        "one",
        &[
            ("Mia", "The harbour is quiet tonight."),
            ("Tom", "Do you come here often?"),
            ("Mia", "Every evening, after work."),
            ("", "x"),
            ("", "x"),
            ("", "x"),
            ("", "x"),
            ("Mia", "I never learned to swim."),
            ("Tom", "Would you like some tea?"),
            ("Mia", "Yes, with sugar."),
        ],
    );
    lines.extend(rows("two", &[("Mia", "Somebody left a lamp burning."), ("Mia", "Not me.")]));
    lines.extend(rows("three", &[("Tom", "Nobody is here."), ("Mia", "...")]));
    lines
}

fn of_mia() -> Options {
    Options { speaker: Some("Mia".into()), validation: 0.0, ..Options::default() }
}

#[test]
fn lines_that_answer_nobody_are_asked_about_with_pairs_nearby() {
    let found = unprompted(&script(), &of_mia());
    let answers: Vec<&str> = found.iter().map(|line| line.answer.as_str()).collect();
    assert_eq!(
        answers,
        [
            "The harbour is quiet tonight.",
            "I never learned to swim.",
            "Somebody left a lamp burning. Not me."
        ]
    );
    assert!(unprompted(&script(), &Options::default()).is_empty(), "nobody is meant");
    let question = found[1].question(2);
    assert!(question.starts_with(
        "Line: Every evening, after work.\nSaid before it: Do you come here often?\n\nLine: Yes, with sugar."
    ), "{question}");
    let own = "Line: I never learned to swim.\nSaid before it:";
    assert!(question.ends_with(own), "{question}");
    assert_eq!(found[1].question(0), own);
}

#[test]
fn a_word_of_another_language_does_not_change_the_one_that_is_asked_in() {
    let mut lines = Vec::new();
    for (scene, text) in
        ["A quiet night.", "He only wrote 海 on it.", "Nobody came."].iter().enumerate()
    {
        lines.extend(rows(&scene.to_string(), &[("Mia", text)]));
    }
    let found = unprompted(&lines, &of_mia());
    assert!(found.iter().all(|line| line.lang == Lang::En), "{found:?}");
    assert!(found[1].instruction("What did the letter say?").is_ok());
}

/// A scene a line, as some scripts are cut: each is asked about with the pairs nearest to it, and a long novel is read in linear time.
#[test]
fn many_lines_are_gone_through_at_once() {
    let mut lines = Vec::new();
    for scene in 0..40_000 {
        lines.extend(rows(&format!("a{scene}"), &[("Mia", &format!("Alone again, {scene}."))]));
        let (asked, answer) = (format!("Are you {scene}?"), format!("Yes, {scene}."));
        lines.extend(rows(&format!("b{scene}"), &[("Tom", &asked), ("Mia", &answer)]));
    }
    let monologue = "Nothing but words. ".repeat(10_000);
    lines.extend(rows("end", &[("Mia", &monologue)]));
    let found = unprompted(&lines, &of_mia());
    assert_eq!(found.len(), 40_001);
    let near: Vec<&str> = found[100].neighbours.iter().map(|(asked, _)| asked.as_str()).collect();
    assert_eq!(near, ["Are you 98?", "Are you 99?", "Are you 100?"]);
}

#[test]
fn what_is_made_up_becomes_examples_and_is_counted() {
    let (lines, options) = (script(), of_mia());
    let mut done = Reconstruction::default();
    let mut more = Vec::new();
    let replies =
        ["Tom: \"What is it like outside?\"\nMore.", "I never learned to swim!", "谁在那里？"];
    for (line, reply) in unprompted(&lines, &options).iter().zip(replies) {
        more.extend(done.add(line, reply, &options));
    }
    assert_eq!((done.asked, done.same, done.foreign, done.unusable()), (3, 1, 1, 2));
    let before = build(&lines, Vec::new(), &options).unwrap();
    let with = build(&lines, more, &options).unwrap();
    assert_eq!(with.train.len(), before.train.len() + 1);
    let last = with.train.last().unwrap();
    assert!(last.made_up && last.history.is_empty());
    assert_eq!(last.prompt, "What is it like outside?");
    assert_eq!(last.answer, "The harbour is quiet tonight.");
    assert_eq!(with.report.answers["Mia"], before.report.answers["Mia"] + 1);
}

#[test]
fn where_nobody_asks_anything_made_up_questions_alone_are_a_dataset() {
    let (lines, options) = (rows("s", &[("Mia", "All alone again.")]), of_mia());
    assert!(build(&lines, Vec::new(), &options).is_err());
    let found = unprompted(&lines, &options);
    assert!(found[0].neighbours.is_empty());
    let more = Reconstruction::default().add(&found[0], "How are things at home?", &options);
    assert_eq!(build(&lines, vec![more.unwrap()], &options).unwrap().train.len(), 1);
}

#[test]
fn replies_that_teach_nothing_are_told_apart() {
    let line = |answer: &str, lang: Lang| Unprompted {
        answer: answer.to_owned(),
        names: ["Tom".to_owned()].into(),
        neighbours: vec![("Tea?".to_owned(), "Please.".to_owned())],
        lang,
        ..Unprompted::default()
    };
    let english = line("The old lighthouse is closed in winter.", Lang::En);
    for (reply, why) in [
        ("", Unusable::Empty),
        (" \n…\n", Unusable::Empty),
        ("Tom:", Unusable::Empty),
        ("[softly, please.", Unusable::Empty),
        (&"why ".repeat(60), Unusable::Long),
        ("the old lighthouse is closed in winter", Unusable::Same),
        ("Is the old lighthouse closed in winter?", Unusable::Alike),
        ("Ты где?", Unusable::Foreign),
        ("Tea?", Unusable::Copied),
    ] {
        assert_eq!(english.instruction(reply), Err(why), "{reply}");
    }
    // Three words of five are not more than 60 %.
    assert!(english.instruction("Can the lighthouse in summer").is_ok());
    let fine = english.instruction("[joy] Said before it: Tom: “Can we go up there?”");
    assert_eq!(fine.as_deref(), Ok("Can we go up there?"));

    let japanese = line("今日は海が静かだね。", Lang::Ja);
    assert_eq!(japanese.instruction("「何を見てるの？」").as_deref(), Ok("何を見てるの？"));
    assert_eq!(japanese.instruction("What?"), Err(Unusable::Foreign));
    assert_eq!(japanese.instruction("今日は海が静かだ"), Err(Unusable::Alike));
    let chinese = line("今天的海很安静。", Lang::Zh);
    assert_eq!(chinese.instruction("外面怎么样？").as_deref(), Ok("外面怎么样？"));
    assert_eq!(chinese.instruction("外はどう？"), Err(Unusable::Foreign));
}
