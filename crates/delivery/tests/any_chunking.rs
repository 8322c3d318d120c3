//! What the scribe promises for every text, however it is cut into chunks.

use delivery::{Delivered, Scribe, heard, shown, tagged};
use domain::{Emotion, Heard, Lang, Line, TurnId};
use proptest::prelude::*;

fn delivered<'a>(chunks: impl IntoIterator<Item = &'a str>) -> Delivered {
    let mut scribe = Scribe::new(TurnId(1), None);
    let mut all = Delivered::default();
    let mut add = |part: Delivered| {
        all.text.push_str(&part.text);
        all.cues.extend(part.cues);
        all.lines.extend(part.lines);
    };
    chunks.into_iter().for_each(|chunk| add(scribe.push(chunk)));
    add(scribe.finish());
    all
}

fn lines(text: &str) -> Vec<Line> {
    delivered([text]).lines
}

/// Cuts a text at the given places (taken modulo what is left).
fn chunks<'a>(text: &'a str, sizes: &[usize]) -> Vec<&'a str> {
    let mut rest = text;
    let mut out = Vec::new();
    for &size in sizes.iter().cycle() {
        let at = rest.char_indices().nth(size).map_or(rest.len(), |(at, _)| at);
        let (chunk, later) = rest.split_at(at);
        out.push(chunk);
        rest = later;
        if rest.is_empty() {
            break;
        }
    }
    out
}

/// The displayed text by another road: whole-text search instead of a character-wise machine.
fn reference(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let lower = rest.to_ascii_lowercase();
        let opening = ["<think>", "<thinking>"].into_iter().find(|tag| lower.starts_with(tag));
        let closing = ["</think>", "</thinking>"].into_iter().find(|tag| lower.starts_with(tag));
        if opening.is_some() {
            let ends = ["</think>", "</thinking>"]
                .into_iter()
                .filter_map(|tag| lower.find(tag).map(|at| at + tag.len()));
            rest = ends.min().map_or("", |at| rest[at..].trim_start());
        } else if let Some(tag) = closing {
            rest = rest[tag.len()..].trim_start();
        } else {
            let (c, later) = rest.split_at(rest.ceil_char_boundary(1));
            out.push_str(c);
            rest = later;
        }
    }
    let text = out;
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let tag =
            rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(name, _)| name);
        let tag = tag.filter(|name| {
            let plain = (1..=24).contains(&name.chars().count())
                && name.chars().all(|c| c.is_alphabetic() || c == '_' || c == '-');
            let direction = name.split_once([':', '：']).is_some_and(|(name, argument)| {
                domain::Direction::from_name(name).is_some()
                    && argument.chars().count() <= domain::LONGEST_ARGUMENT
                    && !argument.contains(|c: char| c.is_control() || c == '[')
            });
            plain || direction
        });
        if let Some(name) = tag {
            rest = &rest[name.len() + 2..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out.trim().to_owned()
}

fn words(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(String::from)
}

/// Words and marks.
fn prose() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z']{1,9} ",
        2 => "[你好我是今天很高兴雨]{1,8}",
        2 => "[おはようございますカナ]{1,8}",
        2 => words(&[
            ", ", ". ", "! ", "? ", "...", "…", "。", "！", "？", "，", "、", "\n", "\n\n", "~ ", ";", "—", "「", "」",
            "\"", "'", " ",
        ]),
        1 => words(&["*", "*smiles* ", "(", ")", "（笑）", "**", "```", "`", "😀", "👋🏽", " :( "]),
        1 => words(&["3.14", "Mr. ", "e.g. ", "1. ", "U.S. ", "https://x.org/a.b ", "12:30"]),
    ]
}

/// Words and marks, and tags among them.
fn tagged_prose() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prose(),
        1 => words(&["[joy] ", "[sad]", "[nod]", "[1]", "[the note]", "【joy】", "[Happy]", "[a-b_c]"]),
        1 => words(&["[scene: a park] ", "[bgm：calm]", "[choice: Go on?]", "[note: milk]", "[scene:]", "[sound: bell", "[time: x\ny]"]),
    ]
}

/// Whatever a model may write.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => tagged_prose(),
        1 => words(&["[", "]", "[[", "<think>", "</think>", "<", "</", "<thin", "<THINKING>", "</Thinking>"]),
        1 => any::<char>().prop_map(String::from),
    ]
}

fn text(piece: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn lines_joined_are_the_text_without_tags_and_thinking(text in text(anything())) {
        let all = delivered([text.as_str()]);
        let joined: String = all.lines.iter().map(|line| line.text.as_str()).collect();
        prop_assert_eq!(&joined, &reference(&text));
        prop_assert_eq!(&all.text, &joined);
    }

    #[test]
    fn chunks_do_not_matter(text in text(anything()), sizes in prop::collection::vec(1..7_usize, 1..20)) {
        prop_assert_eq!(delivered(chunks(&text, &sizes)), delivered([text.as_str()]));
    }

    #[test]
    fn lines_are_bounded_numbered_and_their_cues_within(text in text(anything())) {
        for (i, line) in lines(&text).iter().enumerate() {
            let length = line.text.chars().count();
            prop_assert_eq!(line.id.index as usize, i);
            prop_assert!(length <= 242, "{} characters: {:?}", length, line.text);
            prop_assert!(line.cues.iter().all(|cue| cue.at <= length));
            prop_assert!(line.cues.is_sorted_by_key(|cue| cue.at));
        }
    }

    #[test]
    fn tags_are_never_said(text in text(anything())) {
        for line in lines(&text) {
            for emotion in Emotion::ALL {
                let tag = format!("[{}]", emotion.tag());
                prop_assert!(!line.speech.contains(&tag), "{:?}", line.speech);
            }
        }
    }

    #[test]
    fn the_log_reads_back_as_it_was_shown(text in text(tagged_prose())) {
        let all = delivered([text.as_str()]);
        let again = shown(&tagged(&all.lines));
        let shows = |cues: &[domain::Cue]| cues.iter().map(|cue| cue.show.clone()).collect::<Vec<_>>();
        prop_assert_eq!(again.text, all.text);
        prop_assert_eq!(shows(&again.cues), shows(&all.cues));
    }

    #[test]
    fn what_was_heard_is_the_beginning_of_what_was_shown(
        text in text(prose()), line in any::<prop::sample::Index>(), played_ms in 0..5_000_u64, line_ms in 0..5_000_u64,
    ) {
        let lines = lines(&text);
        prop_assume!(!lines.is_empty());
        let playing = line.get(&lines).id;
        let all: String = lines.iter().map(|line| line.text.as_str()).collect();
        let at = |played_ms| Heard { turn: TurnId(1), line: Some(playing), played_ms, line_ms };
        let part = heard(&lines, &at(played_ms));
        prop_assert!(all.starts_with(&part), "{:?} of {:?}", part, all);
        prop_assert!(heard(&lines, &at(played_ms + 100)).len() >= part.len());
    }
}

#[test]
fn speech_starts_at_the_first_clause() {
    let texts = |text: &str| lines(text).into_iter().map(|line| line.text).collect::<Vec<_>>();
    assert_eq!(
        texts(
            "[joy] Oh, I was hoping you would come, because the rain has finally stopped. Shall we go out? Yes? It would be lovely to walk."
        ),
        [
            "Oh, I was hoping you would come,",
            " because the rain has finally stopped. Shall we go out?",
            " Yes? It would be lovely to walk.",
        ]
    );
    assert_eq!(
        texts("哦，你今天来得真早，我还没有准备好呢。我们一起去看看那边新开的书店吧，好不好？嗯。"),
        [
            "哦，你今天来得真早，",
            "我还没有准备好呢。我们一起去看看那边新开的书店吧，好不好？",
            "嗯。"
        ]
    );
    assert_eq!(
        texts("うん、今日は雨ですね。傘を持っていったほうがいいと思いますよ。"),
        ["うん、今日は雨ですね。", "傘を持っていったほうがいいと思いますよ。"]
    );
    assert_eq!(texts("Mr. Lee has 3.14 pies. Ok"), ["Mr. Lee has 3.14 pies.", " Ok"]);
    assert_eq!(texts("Hello! Nice to meet you."), ["Hello! Nice to meet you."]);
}

#[test]
fn a_short_clause_is_never_a_line_of_its_own() {
    for text in
        ["哦，好的，我知道了，谢谢你。", "Oh, well, yes, but no.", "ええ、まあ、そうですね、はい。"]
    {
        let lines = lines(text);
        let (_last, before) = lines.split_last().unwrap();
        let letters = |line: &Line| line.speech.chars().filter(|c| c.is_alphanumeric()).count();
        assert!(before.iter().all(|line| letters(line) >= 7), "{lines:?}");
    }
}

#[test]
fn a_line_is_given_out_as_soon_as_it_is_certain() {
    let mut scribe = Scribe::new(TurnId(1), None);
    assert!(scribe.push("[joy] I am glad to see you,").lines.is_empty());
    let delivered = scribe.push(" my");
    assert_eq!(delivered.lines.len(), 1);
    assert_eq!(delivered.lines[0].text, "I am glad to see you,");
    assert_eq!(delivered.lines[0].cues.len(), 1);
}

#[test]
fn text_is_displayed_at_once_unless_it_may_be_a_tag() {
    let mut scribe = Scribe::new(TurnId(1), None);
    let mut shown = |chunk| scribe.push(chunk).text;
    assert_eq!(shown("Well "), "Well");
    assert_eq!(shown("[so"), "");
    assert_eq!(shown("me text"), " [some text");
    assert_eq!(shown(" <th"), "");
    assert_eq!(shown("e end"), " <the end");
}

#[test]
fn a_feeling_belongs_to_the_line_that_follows_it() {
    let lines = lines(
        "[joy] What a lovely day it is! [sad] But you have to leave so soon, and I am alone.",
    );
    let cues: Vec<_> = lines.iter().map(|line| line.cues.clone()).collect();
    assert_eq!(cues[0][0].emotion(), Some(Emotion::Joy));
    assert_eq!((cues[1][0].at, cues[1][0].emotion()), (1, Some(Emotion::Sad)));
    assert_eq!(lines[0].cues.len() + lines[1].cues.len(), 2);
    assert_eq!(
        tagged(&lines),
        "[joy] What a lovely day it is! [sad] But you have to leave so soon, and I am alone."
    );
}

#[test]
fn a_feeling_at_the_very_end_is_kept() {
    let lines = lines("I will see you tomorrow then! [sad]");
    assert_eq!(lines.len(), 2);
    assert_eq!((lines[1].text.as_str(), lines[1].cues.len()), ("", 1));
    assert_eq!(tagged(&lines), "I will see you tomorrow then! [sad]");
}

#[test]
fn a_long_direction_is_never_said() {
    let lines = lines(
        "*She walks over to the window, slowly, one hand on the sill, and looks out at the rain that has been falling since \
         the morning. It is grey, and the lamps are lit already, although it is barely four. She sighs, smiles, and turns \
         round to you, her eyes a little brighter than before, as if something had been decided.* I am glad you came.",
    );
    let said: String = lines.iter().map(|line| line.speech.as_str()).collect();
    assert_eq!(said, "I am glad you came.");
    assert!(lines.len() > 1);
}

#[test]
fn languages_are_told_line_by_line() {
    let langs = |text: &str, hint| {
        let mut scribe = Scribe::new(TurnId(1), hint);
        let mut lines = scribe.push(text).lines;
        lines.extend(scribe.finish().lines);
        lines.into_iter().map(|line| line.lang).collect::<Vec<_>>()
    };
    assert_eq!(langs("你好，我的朋友们，很高兴。", None), [Lang::Zh, Lang::Zh]);
    assert_eq!(langs("今日はいい天気ですね。東京大学前駅。", None), [Lang::Ja, Lang::Ja]);
    assert_eq!(langs("東京大学前駅。", Some(Lang::Ja)), [Lang::Ja]);
    assert_eq!(langs("Good morning to you.", Some(Lang::Ja)), [Lang::En]);
}

#[test]
fn only_whole_words_that_were_heard_are_kept() {
    let lines = lines(
        "[joy] I am so glad you came, *smiles* because today [sad] we have to talk about the old house.",
    );
    let cut = |index: usize, played_ms, line_ms| {
        heard(&lines, &Heard { turn: TurnId(1), line: Some(lines[index].id), played_ms, line_ms })
    };
    assert_eq!(heard(&lines, &Heard { turn: TurnId(1), line: None, played_ms: 0, line_ms: 0 }), "");
    assert_eq!(cut(0, 0, 2000), "");
    assert_eq!(cut(0, 1000, 2000), "[joy] I am so glad");
    assert_eq!(cut(0, 2000, 2000), "[joy] I am so glad you came,");
    assert_eq!(cut(1, 0, 2000), "[joy] I am so glad you came,");
    assert_eq!(cut(1, 600, 2000), "[joy] I am so glad you came, *smiles* because today");
    assert_eq!(
        cut(1, 1000, 2000),
        "[joy] I am so glad you came, *smiles* because today [sad] we have to"
    );
    // The length is not known: about fifteen letters a second.
    assert_eq!(cut(0, 600, 0), "[joy] I am so glad");
}
