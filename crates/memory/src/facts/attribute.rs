//! Of what something is a fact: one name for the same thing in three languages.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use domain::Lang;
use serde::{Deserialize, Serialize};

/// The attribute that a fact is about: lower case, canonical where the same thing has several names (`birthday` for 生日 and 誕生日),
/// in the person's own words otherwise (`favourite song`, 妹妹).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attribute(pub String);

/// What can be true several times over; of everything else the newest value holds.
const MANY: [&str; 12] = [
    "likes",
    "dislikes",
    "allergy",
    "earlier",
    "pets",
    "family",
    "health",
    "plans",
    "diet",
    "fears",
    "languages",
    "hobby",
];

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

    /// Whether a text holds one of the ways to tell this.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        let said: HashSet<String> = words::terms(text).into_iter().collect();
        let lower = text.to_lowercase();
        let ways = [Lang::En, Lang::Zh, Lang::Ja].map(|lang| self.words_in(lang)).concat();
        ways.iter().any(|way| {
            if way.is_ascii() {
                words::terms(way).iter().all(|term| said.contains(term))
            } else {
                lower.contains(way)
            }
        })
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
/// A thesaurus of what people tell of each other. Where two attributes share a word ("living"), the longer phrase decides.
const WORDS: [Words; 20] = [
    ("name", &["name", "called", "call"], &["名字", "叫"], &["名前", "呼んで", "呼び"]),
    (
        "birthday",
        &["birthday", "born", "birth", "turns", "birthdate", "date", "what day", "which day"],
        &["生日", "出生", "过生"],
        &["誕生日", "生まれ", "誕生", "バースデー"],
    ),
    (
        "age",
        &["how old", "old", "age", "years", "turned"],
        &["岁", "年纪", "年龄", "多大"],
        &["歳", "才", "年齢", "いくつ"],
    ),
    (
        "home",
        &[
            "live",
            "living",
            "lives in",
            "moved",
            "move",
            "moving",
            "flat",
            "apartment",
            "house",
            "home",
            "settled",
            "reside",
            "residence",
            "address",
            "city",
            "town",
            "village",
            "relocated",
            "new place",
            "neighbourhood",
            "lodgings",
        ],
        &[
            "住", "住在", "住那", "住这", "住到", "居住", "搬到", "搬去", "搬家", "搬来", "搬进",
            "房子", "公寓", "定居", "城市", "安家", "买房",
        ],
        &[
            "住んで",
            "住む",
            "住まい",
            "住所",
            "引っ越し",
            "引越",
            "転居",
            "移り住",
            "暮らし",
            "新居",
            "家を買",
        ],
    ),
    (
        "origin",
        &["from", "hometown", "born", "grew up", "grow up", "raised", "come from"],
        &["老家", "来自", "家乡", "故乡", "长大"],
        &["出身", "実家", "故郷", "育ち", "育った"],
    ),
    (
        "work",
        &[
            "work",
            "job",
            "for a living",
            "living as",
            "earns a living",
            "profession",
            "occupation",
            "career",
            "employed",
            "employer",
            "hired",
            "position",
            "trade",
            "promoted",
            "colleagues",
        ],
        &[
            "工作",
            "上班",
            "职业",
            "当了",
            "当上",
            "做什么工作",
            "是做",
            "从事",
            "职位",
            "就业",
            "入职",
            "任职",
            "一名",
            "行业",
        ],
        &[
            "仕事",
            "働いて",
            "働く",
            "働き",
            "職業",
            "勤め",
            "勤務",
            "就職",
            "転職",
            "職場",
            "になりました",
            "になった",
            "をして働",
        ],
    ),
    (
        "study",
        &[
            "study",
            "studying",
            "university",
            "college",
            "school",
            "major",
            "degree",
            "course",
            "lectures",
        ],
        &["学习", "专业", "大学", "读书", "上学", "念书", "学校", "攻读"],
        &["勉強", "専攻", "大学", "学部", "学校", "通って"],
    ),
    (
        "likes",
        &[
            "like",
            "love",
            "hobby",
            "pastime",
            "favourite",
            "weekend",
            "enjoy",
            "fond of",
            "keen on",
            "crazy about",
            "mad about",
            "obsessed",
            "addicted",
            "passion",
            "free time",
            "spare time",
            "leisure",
            "take up",
            "took up",
            "taken up",
            "interest",
            "fan",
            "hooked",
            "spends",
        ],
        &[
            "喜欢", "爱好", "迷上", "着迷", "痴迷", "沉迷", "兴趣", "周末", "业余", "热爱", "爱上",
            "每天", "天天", "闲暇", "休闲",
        ],
        &[
            "好き",
            "趣味",
            "週末",
            "夢中",
            "はまって",
            "ハマって",
            "熱中",
            "楽しんで",
            "休日",
            "凝って",
            "愛好",
        ],
    ),
    (
        "dislikes",
        &["hate", "dislike", "stand", "loathe", "detest", "fed up"],
        &["讨厌", "不喜欢", "受不了", "反感"],
        &["嫌い", "苦手", "嫌がって"],
    ),
    ("allergy", &["allergic", "allergy"], &["过敏"], &["アレルギー"]),
    ("nickname", &["nickname"], &["外号", "昵称"], &["あだ名", "ニックネーム"]),
    (
        "pets",
        &["pet", "pets", "animals"],
        &["宠物", "养什么", "养了什么"],
        &["ペット", "飼って", "動物"],
    ),
    (
        "family",
        &["family", "siblings", "relatives"],
        &["家人", "兄弟姐妹", "亲戚", "家里有谁"],
        &["家族", "兄弟", "姉妹", "親戚"],
    ),
    (
        "partner",
        &["partner", "married", "relationship", "dating", "spouse", "engaged"],
        &["对象", "结婚", "恋爱", "单身"],
        &["恋人", "結婚", "付き合って", "独身", "パートナー"],
    ),
    (
        "health",
        &["health", "illness", "disease", "diagnosed", "sick", "medical"],
        &["身体", "生病", "什么病", "疾病", "诊断", "健康"],
        &["健康", "病気", "持病", "診断"],
    ),
    (
        "plans",
        &["plan", "planned", "appointment", "scheduled", "exam", "interview"],
        &["计划", "打算", "安排", "考试", "面试"],
        &["予定", "計画", "試験", "面接"],
    ),
    (
        "diet",
        &["diet", "eat"],
        &["饮食", "忌口", "不能吃", "不吃", "吃什么"],
        &["食べられない", "食べない", "食べられる", "食事"],
    ),
    (
        "fears",
        &["afraid", "fear", "scared", "scare", "terrified", "phobia"],
        &["害怕", "最怕", "怕什么", "很怕", "恐惧"],
        &["怖い", "こわい", "怖が", "恐怖"],
    ),
    (
        "languages",
        &["language", "speak", "fluent", "learn"],
        &["语言", "会说", "会讲", "外语"],
        &["言語", "何語", "外国語", "話せる", "話せま"],
    ),
    (
        "hobby",
        &["instrument", "play", "collect", "sport"],
        &["乐器", "运动", "收集", "弹什么"],
        &["楽器", "スポーツ", "弾いて", "集めて"],
    ),
];

/// Whether it is one that everybody has, and that has words in all languages.
pub(crate) fn is_of_everybody(attribute: &Attribute) -> bool {
    WORDS.iter().any(|(name, ..)| *name == attribute.0)
}

/// Whether two names are the same attribute (`birthday`, 生日).
pub fn same_attribute(one: &str, other: &str) -> bool {
    Attribute::named(one) == Attribute::named(other)
}

/// A name of an attribute, or a way to tell of it, made ready to be looked for.
struct Way {
    /// A longer phrase says more precisely what it is about; of equally long ones a name.
    weight: usize,
    attribute: &'static str,
    /// Terms of a phrase in a spaced script; empty for one that is looked for as it is written.
    terms: Vec<String>,
    written: &'static str,
}

/// All of them.
#[derive(Default)]
struct Ways {
    /// Those in spaced scripts, by their first term.
    spaced: HashMap<String, Vec<Way>>,
    /// The others.
    dense: Vec<Way>,
}

static WAYS: LazyLock<Ways> = LazyLock::new(|| {
    let names = NAMES.iter().flat_map(|(attribute, names)| {
        names.iter().map(|name| (2 * name.len() + 1, *attribute, *name))
    });
    let ways = WORDS.iter().flat_map(|(attribute, en, zh, ja)| {
        en.iter().chain(*zh).chain(*ja).map(|name| (2 * name.len(), *attribute, *name))
    });
    let mut all = Ways::default();
    for (weight, attribute, written) in names.chain(ways) {
        let terms = if written.is_ascii() { words::terms(written) } else { Vec::new() };
        let way = Way { weight, attribute, terms, written };
        match way.terms.first() {
            Some(first) => all.spaced.entry(first.clone()).or_default().push(way),
            None if !written.is_ascii() && written.chars().count() > 1 => all.dense.push(way),
            None => {}
        }
    }
    all
});

/// The attribute that the words of a text are about: that of the longest name or way to say it.
pub(crate) fn mentioned(text: &str) -> Option<Attribute> {
    let Ways { spaced, dense } = &*WAYS;
    let lower = text.to_lowercase();
    let stems: &[String] = &words::terms(&lower);
    let by_words = (0..stems.len()).flat_map(|at| {
        let begun = spaced.get(&stems[at]).map(Vec::as_slice).unwrap_or_default();
        begun.iter().filter(move |way| stems[at..].starts_with(&way.terms))
    });
    let written = dense.iter().filter(|way| !lower.is_ascii() && lower.contains(way.written));
    // Of ways that say as much the name decides, so that the order in a text does not.
    by_words
        .chain(written)
        .max_by_key(|way| (way.weight, way.attribute))
        .map(|way| Attribute(way.attribute.to_owned()))
}
