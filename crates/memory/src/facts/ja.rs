//! Japanese sentences in which people say things of themselves. The I is usually left out, so the rules lean on what is said.

use std::sync::LazyLock;

use domain::Lang;
use regex::Regex;

use super::Attribute;
use super::en::Found;
use super::{hollow, ja_life as life};

macro_rules! rule {
    ($name:ident, $pattern:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| super::rules::one($pattern));
    };
}

// Copulas and particles at the end of a sentence, in one place.
macro_rules! end {
    () => {
        r"(?:です|だ|でした|だった|なんです|なんだ|になりました|になった)?(?:よ|ね|よね|けど|が|から|の|わ|ぜ)*$"
    };
}

rule!(
    NAME,
    concat!(r"^(?:はじめまして[、,]?)?(?:私|僕|俺|わたし|ぼく|あたし)?の?名前は(.{1,16}?)", end!())
);
rule!(
    CALLED,
    r"^(?:はじめまして[、,]?)?(?:(?:私|僕|俺|わたし|ぼく|あたし)は)?(.{1,16}?)(?:と申します|といいます|と言います|っていいます|って言います|っていうの|っていうんだ|って呼んで(?:ください|ね|くれ)?)(?:ね|よ)?$"
);
rule!(
    HER_NAME,
    r"^(?:(?:これから|今度から|今日から|今から)(?:は)?[、,]?)?(?:(?:君|あなた)(?:のこと)?(?:を|は))?([^、。はがを]{1,12}?)(?:って|と)(?:呼ぶ|呼びます|呼ばせて)(?:ね|よ|から|ことにする|ことにします|ください)*$"
);
rule!(
    AGE,
    r"(?:今年で|もう|まだ|今)?([\d一二三四五六七八九十〇]{1,4})(?:歳|才)(?:です|だ|で|になりました|になった|になります|になる)?(?:よ|ね|んだ|んです)*$"
);
rule!(BIRTHDAY, concat!(r"誕生日は(.{1,20}?)", end!()));
rule!(BORN, r"(?:(?:私|僕|俺)は)?(.{1,16}?[月日春夏秋冬])(?:に)?生まれ");
rule!(
    HOME,
    r"(?:(?:私|僕|俺|今|今は|現在|最近|先月|去年)[は、]?)*([^、。はがを]{1,16}?)(?:に住んで(?:い)?(?:る|ます|て)|[にへ]引っ越し|に引越し|で暮らして(?:い)?(?:る|ます)|で一人暮らし)"
);
rule!(ORIGIN, concat!(r"(?:出身|実家|故郷|生まれ)は(.{1,16}?)", end!()));
rule!(FROM, r"(?:(?:私|僕|俺)は)?(.{1,16}?)(?:出身|生まれ育ち|から来ました|から来た|で育)");
rule!(JOB, concat!(r"(?:仕事|職業)は(.{1,20}?)", end!()));
rule!(
    WORK,
    r"(?:(?:私|僕|俺|今|今は)[は、]?)*(.{1,20}?)(?:として働|で働いて|に勤めて|をして(?:い)?(?:る|ます)$|で仕事)"
);
rule!(
    STUDY,
    r"(?:(?:私|僕|俺|大学で|今)[は、]?)*(.{1,20}?)を(?:勉強|専攻|習って|学んで|(?:習い|学び)始め)"
);
rule!(ALLERGY, r"(?:(?:私|僕|俺)は)?(.{1,16}?)(?:の|に)?アレルギー");
rule!(FAVOURITE, concat!(r"(?:一番|いちばん)?(?:好き|お気に入り)な(.{1,10}?)は(.{1,30}?)", end!()));
rule!(IS_FAVOURITE, r"(.{1,20}?)が(?:一番|いちばん)好きな(.{1,10}?)(?:です|だ)");
rule!(
    HATE,
    r"(?:(?:私|僕|俺|実は)[は、]?)*(.{1,24}?)(?:が|は|も)(?:本当に|大|とても|ちょっと|あまり|もう)?(?:嫌い|きらい|苦手|好きじゃな|好きでは(?:ない|ありません))"
);
rule!(
    LIKE,
    r"(?:(?:私|僕|俺|実は|やっぱり|最近)[は、]?)*(.{1,24}?)(?:が|も)(?:本当に|大|とても|すごく|一番)?(?:好き|すき|大好き)(?:です|だ|で|なん)?"
);
rule!(
    OWN,
    concat!(
        r"(?:私|僕|俺|わたし|ぼく|あたし|うち)の(.{1,8}?)(?:の名前)?は(.{1,24}?)(?:といいます|と言います|って言います|っていいます|っていうの|っていう名前です)?",
        end!()
    )
);
rule!(KEEPS, r"(.{1,12}?)(?:という|っていう)(?:名前の)?(.{1,6}?)を飼って");
rule!(PET_NAME, concat!(r"(?:飼って(?:い)?る)(.{1,6}?)(?:の名前)?は(.{1,16}?)", end!()));
rule!(
    NAMED,
    concat!(
        r"^(猫|犬|妹|弟|姉|兄|母|父|息子|娘|彼女|彼氏|夫|妻|親友|うさぎ|鳥|金魚|ハムスター)の名前は(.{1,16}?)",
        end!()
    )
);
rule!(
    CORRECTION,
    concat!(
        r"^(?:(?:いや|いえ|違う|違います|ちがう|ごめん|すみません|実は|間違えた|間違い|訂正|本当は)[、,。！ ]*)+(.{1,20}?)",
        end!()
    )
);

rule!(
    OTHERS,
    r"^(?:実は|そういえば|いや|違う)?[、,]?(?:(?:友達|友人|同僚|隣人|いとこ|叔父|叔母|上司|先輩|後輩)の)?([\p{L}ー]{1,8}?)(?:さん|ちゃん|くん|君)?(?:は|って|が)(?:今は?|実は|最近|もう|先月|先週|去年|昨年|今年|やっと|ついに|いつも|週末)*[、,]?(.{1,24}?)(に住んで|に引っ越し|で暮らし|に夢中|をしてい|として働|で働いて|を勉強して|が(?:大)?好き|が嫌い|が苦手|生まれ|出身|という.を飼って)"
);
rule!(
    SUBJECT,
    r"^(?:実は|そういえば|いや|友達の|友人の|同僚の)?[、,]?([\p{Han}\p{Katakana}ー]{2,8}|[\p{Han}]{1,4}[\p{Hiragana}]{2,4})(?:さん|ちゃん|くん|君)?(?:は|が)"
);
rule!(
    OTHERS_BIRTHDAY,
    concat!(
        r"^(?:実は|いや)?[、,]?([\p{L}ー]{1,8}?)(?:さん|ちゃん|くん|君)?の誕生日は(.{1,16}?)",
        end!()
    )
);

rule!(
    OTHERS_OWN,
    concat!(
        r"^(?:実は|いや|違いました|間違えました|前に言ったのは違って)?[、,]?([\p{L}ー]{2,8}?)(?:さん|ちゃん|くん|君)?の([\p{Han}\p{Katakana}]{1,4})(?:の名前)?は(.{1,20}?)",
        end!()
    )
);

/// Words before は and が that are no other person.
const NOBODY: [&str; 39] = [
    "私",
    "僕",
    "俺",
    "わたし",
    "ぼく",
    "あたし",
    "自分",
    "これ",
    "それ",
    "あれ",
    "今",
    "現在",
    "最近",
    "今日",
    "昨日",
    "明日",
    "去年",
    "今年",
    "先月",
    "先週",
    "ここ",
    "週末",
    "休日",
    "毎日",
    "毎朝",
    "普段",
    "平日",
    "昔",
    "以前",
    "当時",
    "朝",
    "夜",
    "趣味",
    "仕事",
    "職業",
    "名前",
    "出身",
    "実家",
    "大学",
];

/// Whether a clause has a subject that is neither the speaker nor a time: what it says is not about the speaker.
fn is_about_another(clause: &str) -> bool {
    ["彼は", "彼が", "彼女は", "彼女が"].iter().any(|start| clause.starts_with(start))
        || has_subject(clause)
}

fn has_subject(clause: &str) -> bool {
    SUBJECT
        .as_ref()
        .and_then(|rule| rule.captures(clause))
        .and_then(|found| found.get(1))
        .is_some_and(|name| !NOBODY.contains(&name.as_str()))
}

/// What is said of somebody else by name.
fn others(clause: &str) -> Option<Found> {
    // もう横浜には住んでない is about nobody of the name もう横浜に.
    let own = |name: &str| {
        NOBODY.contains(&name)
            || ["彼", "彼女", "友達", "友人", "みんな", "誰か", "うち"].contains(&name)
            || name.ends_with(['に', 'を', 'で', 'と', 'へ'])
            || ["もう", "まだ", "ずっと", "やっぱり"].iter().any(|word| name.starts_with(word))
    };
    if let Some(found) = OTHERS_BIRTHDAY.as_ref().and_then(|rule| rule.captures(clause)) {
        let (name, value) = (found.get(1)?.as_str(), found.get(2)?.as_str());
        if !own(name) {
            return Some((Attribute(format!("{name} / birthday")), value.to_owned(), false));
        }
    }
    if let Some(found) = OTHERS_OWN.as_ref().and_then(|rule| rule.captures(clause)) {
        let (name, about, value) =
            (found.get(1)?.as_str(), found.get(2)?.as_str(), found.get(3)?.as_str());
        if !own(name) && !["誕生日", "人", "方", "子"].contains(&about) {
            let about = Attribute::named(about).0;
            return Some((Attribute(format!("{name} / {about}")), value.to_owned(), false));
        }
    }
    let found = OTHERS.as_ref()?.captures(clause)?;
    let (name, value, verb) =
        (found.get(1)?.as_str(), found.get(2)?.as_str(), found.get(3)?.as_str());
    if own(name) {
        return None;
    }
    let about = match verb {
        "に住んで" | "に引っ越し" | "で暮らし" => "home",
        "として働" | "で働いて" => "work",
        // What somebody does every weekend is no trade.
        "をしてい" if !FREE_TIME.iter().any(|word| clause.contains(word)) => "work",
        "を勉強して" => "study",
        "が嫌い" | "が苦手" => "dislikes",
        "生まれ" => "birthday",
        "出身" => "origin",
        verb if verb.starts_with("という") => "pet",
        _ => "likes",
    };
    Some((Attribute(format!("{name} / {about}")), value.to_owned(), false))
}

/// When nobody works.
const FREE_TIME: [&str; 6] = ["週末", "休日", "休み", "いつも", "毎週", "趣味"];

/// What a clause says. One with commas is read piece by piece: 横浜に住んでて、猫を飼ってる.
pub(super) fn read(clause: &str) -> Vec<Found> {
    let clause: String = clause.split_whitespace().collect();
    let pieces: Vec<&str> =
        clause.split(['、', ',']).filter(|piece| piece.chars().count() > 1).collect();
    // Of somebody who is named, the whole says it.
    if pieces.len() < 2
        || others(&clause).is_some()
        || HER_NAME.as_ref().is_some_and(|rule| rule.is_match(&clause))
    {
        return plainly(&clause);
    }
    let mut found: Vec<Found> = Vec::new();
    let mut of_another = false;
    for piece in pieces {
        let starts_anew = NOBODY.iter().any(|word| piece.starts_with(word));
        let new = plainly(piece);
        // 弟はカナダに住んでて、医者です: whose the second is, is not the speaker's.
        let skipped = of_another && !starts_anew;
        of_another =
            !starts_anew && (of_another || life::is_of_another(piece) || is_about_another(piece));
        if skipped {
            continue;
        }
        for one in new {
            if !found.iter().any(|known| known.0 == one.0) {
                found.push(one);
            }
        }
    }
    if found.is_empty() { plainly(&clause) } else { found }
}

/// What a clause says in one go.
fn plainly(clause: &str) -> Vec<Found> {
    let mut found = by_form(clause);
    found.retain(|one| !hollow::is_hollow(clause, Lang::Ja, one));
    found
}

/// What the form of a clause says.
#[expect(clippy::too_many_lines, reason = "a table of rules, one after the other")]
fn by_form(clause: &str) -> Vec<Found> {
    let one = |rule: &Option<Regex>| -> Option<String> {
        Some(rule.as_ref()?.captures(clause)?.get(1)?.as_str().to_owned())
    };
    let two = |rule: &Option<Regex>| -> Option<(String, String)> {
        let found = rule.as_ref()?.captures(clause)?;
        Some((found.get(1)?.as_str().to_owned(), found.get(2)?.as_str().to_owned()))
    };
    let is = |name: &str, value: String| vec![(Attribute(name.to_owned()), value, false)];

    // Heard of somebody, not said of oneself.
    if ["そうです", "らしい", "らしいです", "だって", "んだって"]
        .iter()
        .any(|end| clause.ends_with(end))
    {
        return others(clause).into_iter().collect();
    }
    if let Some(named) = life::named(clause) {
        let more = life::first(clause).filter(|more| more.0 != named.0);
        return std::iter::once(named).chain(more).collect();
    }
    // Names and birthdays have rules of their own.
    if life::is_of_another(clause)
        && !["名前", "誕生日"].iter().any(|word| clause.contains(word))
        && let Some(found) = life::first(clause)
    {
        return vec![found];
    }
    if let Some(other) = others(clause) {
        return vec![other];
    }

    if let Some((name, value)) =
        two(&FAVOURITE).or_else(|| two(&IS_FAVOURITE).map(|(value, name)| (name, value)))
    {
        return vec![(Attribute(format!("好きな{name}")), value, false)];
    }
    if let Some((name, value)) = two(&KEEPS)
        .map(|(value, name)| (name, value))
        .or_else(|| two(&PET_NAME))
        .or_else(|| two(&NAMED))
    {
        return vec![(Attribute::named(&name), value, false)];
    }
    if let Some(found) = life::first(clause).filter(|found| found.0.0 != "work") {
        return vec![found];
    }
    let of_another = is_about_another(clause);
    if let Some(value) = one(&BIRTHDAY).or_else(|| one(&BORN).filter(|_| !of_another)) {
        return is("birthday", value);
    }
    if let Some(value) = one(&ORIGIN) {
        return is("origin", value);
    }
    if let Some(value) = one(&JOB) {
        return is("work", value);
    }
    if let Some(value) = one(&NAME) {
        return is("name", value);
    }
    if let Some((name, value)) = two(&OWN) {
        return vec![(Attribute::named(&name), value, false)];
    }
    if let Some(value) = one(&HER_NAME) {
        return is("her name", value);
    }
    if let Some(value) = one(&CALLED) {
        return is("name", value);
    }
    // How bad it is, and not what of.
    let only_how =
        |value: &String| ["ひどい", "重い", "軽い", "すごい", "強い"].contains(&value.as_str());
    if let Some(value) = one(&ALLERGY).filter(|value| !only_how(value)) {
        return is("allergy", value);
    }
    if let Some(value) = one(&AGE) {
        return is("age", value);
    }
    if let Some(value) = one(&HATE).filter(|value| is_a_taste(value)) {
        return is("dislikes", value);
    }
    if let Some(value) = one(&LIKE).filter(|value| is_a_taste(value)) {
        return is("likes", value);
    }
    if of_another {
        return Vec::new();
    }
    if let Some(value) = one(&HOME) {
        return is("home", without_when(&value));
    }
    if let Some(value) = one(&FROM) {
        return is("origin", value);
    }
    if let Some(value) = one(&STUDY) {
        return is("study", value);
    }
    if let Some(found) = life::first(clause) {
        return vec![found];
    }
    let is_free_time =
        clause.contains("あれば") || FREE_TIME.iter().any(|word| clause.contains(word));
    if let Some(value) =
        one(&WORK).filter(|value| !is_free_time && !matches!(value.as_str(), "何" | "なに"))
    {
        return is("work", value);
    }
    Vec::new()
}

/// 君が好き, その考え、好きだな: said, but no taste.
fn is_a_taste(value: &str) -> bool {
    !["君", "あなた", "お前", "それ", "これ", "あれ", "その", "この", "あの"]
        .iter()
        .any(|word| value.starts_with(word) || value.ends_with(word))
}

/// A place without since when.
fn without_when(value: &str) -> String {
    let mut value = value;
    while let Some(rest) = [
        "ずっと",
        "今は",
        "今",
        "去年の夏に",
        "去年の春に",
        "去年",
        "先月",
        "昔から",
        "もう",
        "まだ",
    ]
    .iter()
    .find_map(|word| value.strip_prefix(word))
    .filter(|rest| !rest.is_empty())
    {
        value = rest;
    }
    value.to_owned()
}

/// The value of a clause that only corrects, and whether it says so itself.
pub(super) fn correction(clause: &str) -> Option<(String, bool)> {
    let clause: String = clause.split_whitespace().collect();
    let value = CORRECTION.as_ref()?.captures(&clause)?.get(1)?.as_str().to_owned();
    Some((value, true))
}
