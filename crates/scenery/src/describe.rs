//! The description of a scene: what a model is asked for, what is kept of its answer, and what stands there where there is none.
//!
//! As in CharacterGLM's demonstration (thu-coai/CharacterGLM-6B, its API demo): the last ten messages, a scene in short phrases, at most
//! fifty characters. The wording is our own.

use domain::Lang;

use crate::choose::Look;

/// Messages that a scene is described from.
pub const MESSAGES: usize = 10;
/// Longest description, in characters.
pub const LONGEST: usize = 50;

/// What a model is told to do.
pub fn instructions(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => {
            "你为视觉小说的插图写场景描述。只写场景：地点、时间、天气、光线、可见的物品与人物的姿态。用短语，用逗号隔开，不超过五十个字。不要对话，不要解释。"
        }
        Lang::Ja => {
            "あなたはビジュアルノベルの挿絵のために場面を描写します。場所、時刻、天気、光、見える物、人物の様子だけを、短い語句で、五十字以内で書いてください。会話や説明は書かないでください。"
        }
        Lang::En => {
            "You write descriptions of scenes for a visual novel's illustrator. Only what is seen: place, hour, weather, light, things, how people stand. Short phrases with commas, at most fifty characters. No dialogue, no explanation."
        }
    }
}

/// What it is asked, behind the talk.
pub fn question(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "请描述此刻的场景：",
        Lang::Ja => "今の場面を描写してください：",
        Lang::En => "Describe the scene of this moment:",
    }
}

/// A model's answer as a description: one line without labels and quotation marks, of at most [`LONGEST`] characters, cut where a phrase
/// ends. `None` where it is none: nothing, or the answer of a speaker.
pub fn tidy(said: &str) -> Option<String> {
    let line = said.lines().map(str::trim).find(|line| !line.is_empty())?;
    let line = match line.split_once([':', '：']) {
        // "Scene: …"; what is long before a colon is part of the sentence.
        Some((label, rest)) if label.chars().count() <= 12 && !rest.trim().is_empty() => rest,
        _ => line,
    };
    let quotes =
        ['"', '“', '”', '「', '」', '『', '』', '*', '_', '`', '(', ')', '（', '）', '【', '】'];
    let line = line.trim().trim_matches(quotes).trim();
    // A line of dialogue is no scene.
    if line.contains(['?', '？', '!', '！', '“', '”', '「', '」', '"']) {
        return None;
    }
    let clean: String = line.chars().filter(|c| !c.is_control()).collect();
    let cut = if clean.chars().count() <= LONGEST {
        clean
    } else {
        let kept: String = clean.chars().take(LONGEST).collect();
        let end = kept.rfind([',', '，', '、', '。', ';', '；', '.']);
        let end = end.or_else(|| kept.rfind(' ')).filter(|end| *end > kept.len() / 3);
        end.map_or(kept.clone(), |end| kept[..end].to_owned())
    };
    let cut = cut.trim_end_matches(['.', '。', ',', '，', '、', ';', '；', ' ']).to_owned();
    (cut.chars().filter(|c| c.is_alphanumeric()).count() >= 3).then_some(cut)
}

/// A description of a look in words.
pub fn caption(look: Look, lang: Lang) -> String {
    let place = match (look.place, lang) {
        ("bookshop", Lang::En) => "an old bookshop",
        ("bookshop", Lang::Zh) => "旧书店",
        ("bookshop", Lang::Ja) => "古い本屋",
        ("lighthouse", Lang::En) => "a lighthouse by the sea",
        ("lighthouse", Lang::Zh) => "海边的灯塔",
        ("lighthouse", Lang::Ja) => "海辺の灯台",
        ("park", Lang::En) => "a park",
        ("park", Lang::Zh) => "公园",
        ("park", Lang::Ja) => "公園",
        ("rooftop", Lang::En) => "a rooftop over the town",
        ("rooftop", Lang::Zh) => "俯瞰小镇的天台",
        ("rooftop", Lang::Ja) => "町を見下ろす屋上",
        ("classroom", Lang::En) => "a classroom",
        ("classroom", Lang::Zh | Lang::Ja) => "教室",
        ("station", Lang::En) => "a railway station",
        ("station", Lang::Zh) => "火车站",
        ("station", Lang::Ja) => "駅のホーム",
        (_, Lang::En) => "a quiet room",
        (_, Lang::Zh) => "安静的房间",
        (_, Lang::Ja) => "静かな部屋",
    };
    let hour = match (look.hour, lang) {
        ("day", Lang::En) => "by day",
        ("night", Lang::En) => "at night",
        (_, Lang::En) => "at dusk",
        ("day", Lang::Zh) => "白天",
        ("night", Lang::Zh) => "夜晚",
        (_, Lang::Zh) => "黄昏",
        ("day", Lang::Ja) => "昼",
        ("night", Lang::Ja) => "夜",
        (_, Lang::Ja) => "夕暮れ",
    };
    let weather = match (look.weather, lang) {
        ("rain", Lang::En) => "rain",
        ("rain", Lang::Zh) => "下着雨",
        ("rain", Lang::Ja) => "雨",
        ("snow", Lang::En) => "falling snow",
        ("snow", Lang::Zh) => "下着雪",
        ("snow", Lang::Ja) => "雪",
        ("petals", Lang::En) => "drifting petals",
        ("petals", Lang::Zh) => "花瓣飘落",
        ("petals", Lang::Ja) => "舞う花びら",
        ("fireflies", Lang::En) => "fireflies",
        ("fireflies", Lang::Zh) => "萤火虫",
        ("fireflies", Lang::Ja) => "蛍",
        _ => "",
    };
    let comma = if lang == Lang::En { ", " } else { "，" };
    let space = if lang == Lang::En { " " } else { comma };
    let first = format!("{place}{space}{hour}");
    if weather.is_empty() { first } else { format!("{first}{comma}{weather}") }
}
