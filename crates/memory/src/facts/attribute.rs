//! Of what something is a fact: one name for the same thing in three languages.

use domain::Lang;
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

    /// Words in which this is told or asked for, in a language.
    pub fn words_in(&self, lang: Lang) -> &'static [&'static str] {
        let about = self.0.rsplit(" / ").next().unwrap_or_default();
        let found = WORDS.iter().find(|(name, ..)| *name == about);
        found.map_or(&[], |(_, en, zh, ja)| match lang {
            Lang::En => en,
            Lang::Zh => zh,
            Lang::Ja => ja,
        })
    }
}

/// How things are told and asked for: attribute, English, Chinese, Japanese.
type Words =
    (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);
const WORDS: [Words; 10] = [
    ("name", &["name", "called", "call"], &["名字", "叫"], &["名前", "呼んで"]),
    ("birthday", &["birthday", "born", "birth"], &["生日", "出生"], &["誕生日", "生まれ"]),
    ("age", &["old", "age", "years"], &["岁", "年纪", "年龄"], &["歳", "年齢"]),
    (
        "home",
        &["live", "living", "moved", "flat", "house", "home", "settled"],
        &["住", "住在", "搬到", "房子"],
        &["住んで", "引っ越し", "暮らして"],
    ),
    ("origin", &["from", "hometown", "born"], &["老家", "来自", "家乡"], &["出身", "実家"]),
    (
        "work",
        &["work", "job", "living", "profession", "career"],
        &["工作", "上班", "职业", "当"],
        &["仕事", "働いて", "職業", "勤め"],
    ),
    (
        "study",
        &["study", "studying", "university", "major"],
        &["学", "专业", "大学"],
        &["勉強", "専攻", "大学"],
    ),
    (
        "likes",
        &["like", "love", "hobby", "favourite", "weekend", "enjoy"],
        &["喜欢", "爱好", "迷上", "周末"],
        &["好き", "趣味", "週末", "夢中"],
    ),
    ("dislikes", &["hate", "dislike", "stand"], &["讨厌", "不喜欢"], &["嫌い", "苦手"]),
    ("allergy", &["allergic", "allergy"], &["过敏"], &["アレルギー"]),
];

/// Whether two names are the same attribute (`birthday`, 生日).
pub fn same_attribute(one: &str, other: &str) -> bool {
    Attribute::named(one) == Attribute::named(other)
}

/// The attribute that the words of a text are about.
pub(super) fn mentioned(text: &str) -> Option<Attribute> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let is_named = |name: &&&str| {
        if name.is_ascii() {
            words.contains(*name)
        } else {
            name.chars().count() > 1 && lower.contains(**name)
        }
    };
    let by_name = NAMES.iter().find(|(_, names)| names.iter().any(|name| is_named(&name)));
    let by_words = || {
        WORDS
            .iter()
            .find(|(_, en, zh, ja)| en.iter().chain(*zh).chain(*ja).any(|name| is_named(&name)))
    };
    by_name
        .map(|(name, _)| *name)
        .or_else(|| by_words().map(|(name, ..)| *name))
        .map(|name| Attribute(name.to_owned()))
}
