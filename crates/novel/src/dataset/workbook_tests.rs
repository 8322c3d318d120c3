//! Lines that are changed, taken out and put back, and what is told of them.

use super::super::remarks::has_markup;
use super::*;

fn example(turns: &[(&str, &str)], scene: &str) -> Example {
    let mut history: Vec<(String, String)> =
        turns.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let (prompt, answer) = history.pop().unwrap();
    Example { history, prompt, answer, scene: scene.to_owned(), ..Example::default() }
}

fn book() -> Workbook {
    let dataset = Dataset {
        train: vec![
            example(&[("Hi.", "Hello you."), ("Tea?", "Yes, please.")], "one"),
            example(&[("Name?", "It is {b}Koto{/b}.")], "two"),
        ],
        validation: vec![example(&[("Where?", "Here, by the lamp.")], "three")],
        ..Dataset::default()
    };
    Workbook::new(dataset, Vec::new())
}

fn answers(book: &Workbook, show: &Show) -> Vec<String> {
    book.lines(show, 0, 100).0.iter().map(|line| line.exchange.answer.clone()).collect()
}

#[test]
fn lines_are_paged_searched_changed_and_put_back() {
    let mut book = book();
    let (page, all) = book.lines(&Show::default(), 1, 2);
    assert_eq!((page.len(), all), (2, 4));
    assert_eq!((page[0].entry, page[0].turn), (0, 1));
    assert_eq!((page[1].entry, page[1].remarks.as_slice()), (1, &[Remark::Markup][..]));
    let tea = Show { text: " TEA ".to_owned(), ..Show::default() };
    assert_eq!(answers(&book, &tea), ["Yes, please."]);
    let remarked = Show { remarked: true, ..Show::default() };
    assert_eq!(answers(&book, &remarked), ["It is {b}Koto{/b}."]);

    book.edit(1, 0, "Name?", "It is Koto.").unwrap();
    book.remove(0, 0, true).unwrap();
    assert!(answers(&book, &remarked).is_empty());
    let touched = Show { touched: true, ..Show::default() };
    assert_eq!(answers(&book, &touched), ["Hello you.", "It is Koto."]);
    let of = book.statistics();
    assert_eq!((of.answers, of.watched, of.removed, of.changed), (2, 1, 1, 1));
    // Changed back by hand is not changed.
    book.edit(1, 0, "Name?", "It is {b}Koto{/b}.").unwrap();
    assert_eq!(book.statistics().changed, 0);
    book.edit(1, 0, "Who?", "Koto.").unwrap();
    book.restore(1, 0).unwrap();
    book.restore(0, 0).unwrap();
    assert_eq!(book, self::book());

    assert!(book.edit(1, 0, "Name?", "  ").is_err());
    assert!(book.edit(9, 0, "a", "b").is_err() && book.remove(0, 9, true).is_err());
    assert!(book.edit(0, 0, "a", &"b".repeat(MAX_TEXT + 1)).is_err());
}

#[test]
fn what_is_left_is_what_training_reads() {
    let mut book = book();
    book.remove(0, 1, true).unwrap();
    book.remove(2, 0, true).unwrap();
    let folder = tempfile::tempdir().unwrap();
    book.write(folder.path(), "novel", Format::Alpaca).unwrap();
    let read = |file: &str| {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let train = read("novel_train.json");
    assert_eq!(train.as_array().unwrap().len(), 2);
    assert_eq!(train[0]["output"], "Hello you.");
    assert!(read("dataset_info.json").get("novel_validation").is_none());
    // Put back, it is written; taken out again, its file goes.
    book.remove(2, 0, false).unwrap();
    book.write(folder.path(), "novel", Format::Alpaca).unwrap();
    assert_eq!(read("novel_validation.json")[0]["output"], "Here, by the lamp.");
    book.remove(2, 0, true).unwrap();
    book.write(folder.path(), "novel", Format::Alpaca).unwrap();
    assert!(!folder.path().join("novel_validation.json").exists());
    for entry in 0..3 {
        for turn in 0..book.entries[entry].turns.len() {
            book.remove(entry, turn, true).unwrap();
        }
    }
    assert!(book.write(folder.path(), "novel", Format::Alpaca).is_err());
    assert_eq!(book.warnings(), [Warning::Nothing]);
}

#[test]
fn what_should_be_known_is_told_and_what_is_repeated_stays_once() {
    let mut pairs = vec![("a", "Mhm, of course."); 4];
    pairs.push(("b", "Look: [b]."));
    pairs.push(("c", "好的，我们走吧，现在就走吧"));
    let train = pairs.iter().map(|pair| example(&[*pair], "s")).collect();
    let mut book = Workbook::new(Dataset { train, ..Dataset::default() }, Vec::new());
    let warnings = book.warnings();
    assert_eq!(
        warnings,
        [
            Warning::VeryFew(6),
            Warning::NotWatched,
            Warning::Markup(1),
            Warning::Repeated(4),
            Warning::Mixed(18),
        ],
    );
    assert_eq!(book.remove_remarked(Remark::Repeated), 3);
    assert_eq!(book.remove_remarked(Remark::Markup), 1);
    assert_eq!(book.statistics().answers, 2);
    assert_eq!(book.statistics().lengths, [2, 0, 0, 0, 0, 0]);
    assert_eq!(book.questions(2), ["a", "c"]);
}

#[test]
fn ordinary_brackets_are_no_markup() {
    for text in ["[she laughs softly]", "(really?)", "I said <no> such thing", "5 < 6 > 2", "{ }"] {
        let plain = text.starts_with('I');
        assert_eq!(has_markup(text), plain, "{text}");
    }
    for text in ["{w=0.5}", "Hi[r]there", "<color=red>x</color>", "[player_name]", "a\\nb"] {
        assert!(has_markup(text), "{text}");
    }
    // Whole characters to the last byte that is looked at; beyond it, prose.
    assert!(has_markup(&format!("{{a{}}}", "é".repeat(39))));
    assert!(!has_markup(&format!("{{a{}}}", "é".repeat(40))));
}

#[test]
fn a_text_of_opening_signs_is_looked_through_at_once() {
    for sign in ["{", "[a", "<a "] {
        assert!(!has_markup(&sign.repeat(1 << 22)));
    }
}

#[test]
fn it_comes_back_from_the_disk_as_it_was() {
    let mut book = book();
    book.edit(0, 0, "x", "y z").unwrap();
    let text = serde_json::to_string(&book).unwrap();
    assert_eq!(serde_json::from_str::<Workbook>(&text).unwrap(), book);
}

#[test]
fn what_a_model_made_up_is_marked_until_a_person_writes_it_anew() {
    let made_up = Example {
        made_up: true,
        ..example(&[("Hi?", "Hello you."), ("Is it?", "It is late.")], "one")
    };
    let done = Reconstruction {
        model: "mini".into(),
        asked: 3,
        made_up: 1,
        same: 2,
        ..Reconstruction::default()
    };
    let dataset = Dataset {
        train: vec![made_up, example(&[("Tea?", "Yes, please.")], "two")],
        report: crate::dataset::Report { reconstruction: Some(done.clone()), ..Default::default() },
        ..Dataset::default()
    };
    let mut book = Workbook::new(dataset, Vec::new());
    assert_eq!(book.reconstruction, Some(done));
    let found = Show { made_up: true, ..Show::default() };
    let remarked = Show { remarked: true, ..Show::default() };
    // Of a conversation only the last pair is a model's.
    assert_eq!(answers(&book, &found), ["It is late."]);
    assert_eq!(answers(&book, &remarked), ["It is late."]);
    book.edit(0, 1, "Is it?", "It is very late.").unwrap();
    assert_eq!(answers(&book, &remarked), ["It is very late."]);
    book.edit(0, 1, "What time is it?", "It is late.").unwrap();
    assert!(answers(&book, &remarked).is_empty());
    assert_eq!(answers(&book, &found), ["It is late."]);
    book.restore(0, 1).unwrap();
    let kept: Workbook = serde_json::from_str(&serde_json::to_string(&book).unwrap()).unwrap();
    assert_eq!(kept, book);
    assert_eq!(book.remove_remarked(Remark::MadeUp), 1);
    assert_eq!(book.statistics().answers, 2);
    // One that was kept before there was anything of the kind.
    let before: Workbook =
        serde_json::from_str(r#"{"v":1,"entries":[{"turns":[{"said":"a","answer":"b"}]}]}"#)
            .unwrap();
    assert!(before.reconstruction.is_none() && !before.entries[0].turns[0].is_made_up());
}
