//! Questions about a character with the answers its card gives.

use domain::{Character, Lang};

use super::Example;

/// The seven attributes and the questions that ask for each.
type Questions = [(&'static str, [&'static str; 2]); 7];

const ENGLISH: Questions = [
    ("identity", ["Who are you?", "Tell me about yourself."]),
    ("interests", ["What do you like?", "What do you do in your free time?"]),
    ("viewpoints", ["What do you believe in?", "How do you see the world?"]),
    ("experiences", ["What have you been through?", "What happened to you before we met?"]),
    ("achievements", ["What are you proud of?", "What have you achieved?"]),
    ("relationships", ["Who is close to you?", "Tell me about your family and friends."]),
    (
        "other",
        ["What else should I know about you?", "Is there anything people do not expect of you?"],
    ),
];

const CHINESE: Questions = [
    ("identity", ["你是谁？", "介绍一下你自己吧。"]),
    ("interests", ["你喜欢什么？", "你空闲的时候做什么？"]),
    ("viewpoints", ["你相信什么？", "你怎么看这个世界？"]),
    ("experiences", ["你经历过什么？", "我们认识之前，你身上发生过什么？"]),
    ("achievements", ["你最自豪的事是什么？", "你做成过什么？"]),
    ("relationships", ["谁和你最亲近？", "说说你的家人和朋友吧。"]),
    ("other", ["还有什么我该知道的吗？", "你有什么让人意想不到的地方吗？"]),
];

const JAPANESE: Questions = [
    ("identity", ["あなたは誰ですか？", "自己紹介をしてください。"]),
    ("interests", ["好きなものは何ですか？", "暇なときは何をしていますか？"]),
    ("viewpoints", ["何を信じていますか？", "この世界をどう思いますか？"]),
    ("experiences", ["どんなことを経験してきましたか？", "私と会う前に何がありましたか？"]),
    ("achievements", ["誇りに思っていることは何ですか？", "何を成し遂げましたか？"]),
    ("relationships", ["親しい人は誰ですか？", "家族や友だちのことを教えてください。"]),
    ("other", ["ほかに知っておくべきことはありますか？", "意外な一面はありますか？"]),
];

/// Two questions for each of the seven attributes that the card fills in, in the card's language. The answers are the card's words:
/// whoever wants them in the first person writes the card so.
pub fn describe(character: &Character, system: &str) -> Vec<Example> {
    let questions = match character.language {
        Some(Lang::Zh) => &CHINESE,
        Some(Lang::Ja) => &JAPANESE,
        _ => &ENGLISH,
    };
    let resolve = |text: &str| text.replace("{{char}}", character.short_name()).trim().to_owned();
    let entries = character.attributes.entries();
    let mut out = Vec::new();
    for (name, asked) in questions {
        let answer = entries
            .iter()
            .find(|(entry, _)| entry == name)
            .map(|(_, text)| resolve(text))
            .unwrap_or_default();
        if answer.is_empty() {
            continue;
        }
        out.extend(asked.iter().map(|question| Example {
            system: system.to_owned(),
            prompt: (*question).to_owned(),
            answer: answer.clone(),
            scene: format!("card:{name}"),
            ..Example::default()
        }));
    }
    out
}

/// Questions and answers line by line, as ChatNVL's `generate_desc` reads them; blank lines between do not count.
pub fn questions_and_answers(text: &str) -> Vec<Example> {
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.trim().trim_start_matches('\u{feff}'))
        .filter(|line| !line.is_empty())
        .collect();
    let pair = |two: &[&str]| Example {
        prompt: two[0].to_owned(),
        answer: two[1].to_owned(),
        scene: "card:text".to_owned(),
        ..Example::default()
    };
    lines.chunks_exact(2).map(pair).collect()
}
