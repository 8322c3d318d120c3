//! Of what something is a fact: one name for the same thing in three languages.

use serde::{Deserialize, Serialize};

/// The attribute that a fact is about: lower case, canonical where the same thing has several names (`birthday` for 生日 and 誕生日),
/// in the person's own words otherwise (`favourite song`, 妹妹).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attribute(pub String);

/// What can be true several times over; of everything else the newest value holds.
const MANY: [&str; 3] = ["likes", "dislikes", "allergy"];

/// Canonical names, each with what it is called.
const NAMES: [(&str, &[&str]); 9] = [
    ("name", &["name", "名字", "姓名", "名前", "first name"]),
    ("birthday", &["birthday", "birthdate", "date of birth", "bday", "生日", "誕生日"]),
    ("age", &["age", "年龄", "年纪", "岁", "年齢", "歳"]),
    ("home", &["home", "address", "住址", "住所", "家", "hometown now", "city"]),
    ("origin", &["origin", "hometown", "老家", "家乡", "故乡", "出身", "実家", "故郷"]),
    ("work", &["work", "job", "profession", "occupation", "工作", "职业", "仕事", "職業"]),
    ("study", &["study", "major", "subject", "专业", "専攻"]),
    ("allergy", &["allergy", "allergic", "过敏", "アレルギー"]),
    ("nickname", &["nickname", "外号", "昵称", "あだ名", "ニックネーム"]),
];

impl Attribute {
    /// The canonical attribute of a name in any of the three languages.
    pub fn named(name: &str) -> Self {
        let name =
            name.trim().to_lowercase().replace("favorite", "favourite").replace("color", "colour");
        let name = name.replace("colourful", "colorful");
        let known = NAMES.iter().find(|(_, names)| names.contains(&name.as_str()));
        Self(known.map_or(name, |(canonical, _)| (*canonical).to_owned()))
    }

    /// Whether several values hold at once.
    pub fn is_many(&self) -> bool {
        MANY.contains(&self.0.rsplit(" / ").next().unwrap_or_default())
    }

    /// The opposite, where saying the one takes the other back.
    pub fn opposite(&self) -> Option<Self> {
        let (who, about) =
            self.0.rsplit_once(" / ").map_or(("", self.0.as_str()), |(who, about)| (who, about));
        let opposite = match about {
            "likes" => "dislikes",
            "dislikes" => "likes",
            _ => return None,
        };
        Some(Self(if who.is_empty() { opposite.to_owned() } else { format!("{who} / {opposite}") }))
    }

    /// Words that a question about this would use, in all three languages.
    pub fn words(&self) -> Vec<String> {
        // Of somebody else: their name, and the words of what it is about.
        if let Some((name, about)) = self.0.split_once(" / ") {
            let mut words = Self(about.to_owned()).words();
            words.push(name.to_owned());
            return words;
        }
        let canonical = NAMES.iter().find(|(name, _)| *name == self.0);
        let mut words: Vec<String> = vec![self.0.clone()];
        if let Some((_, names)) = canonical {
            words.extend(names.iter().map(|name| (*name).to_owned()));
        }
        let more: &[&str] = match self.0.as_str() {
            "likes" => &["like", "love", "enjoy", "喜欢", "爱", "好き"],
            "dislikes" => &["dislike", "hate", "stand", "讨厌", "不喜欢", "嫌い", "苦手"],
            "home" => &["live", "living", "住", "住んで"],
            "origin" => &["from", "来自", "哪里人"],
            "work" => &["do for a living", "上班", "働いて"],
            "study" => &["studying", "学", "勉強"],
            "age" => &["old", "几岁", "何歳"],
            "birthday" => &["born", "出生", "生まれ"],
            "name" => &["called", "叫", "呼んで"],
            _ => &[],
        };
        words.extend(more.iter().map(|word| (*word).to_owned()));
        words
    }
}

/// Whether two names are the same attribute (`birthday`, 生日).
pub fn same_attribute(one: &str, other: &str) -> bool {
    Attribute::named(one) == Attribute::named(other)
}

/// A canonical attribute whose name occurs in a text.
pub(super) fn mentioned(text: &str) -> Option<Attribute> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    NAMES.iter().find_map(|(canonical, names)| {
        let found = names.iter().any(|name| {
            if name.is_ascii() {
                words.contains(name)
            } else {
                name.chars().count() > 1 && lower.contains(name)
            }
        });
        found.then(|| Attribute((*canonical).to_owned()))
    })
}
