//! In passing, in Japanese. Clauses come without spaces; the I is left out.

use super::Rule;
use crate::facts::ja_life::{ANIMAL, PARTNER, RELATIVE, TIME};

/// A day of the year; written as `DATE`.
const DATE: &str = r"(?:[一二三四五六七八九十\d]{1,3}月[一二三四五六七八九十\d]{1,3}日)";
/// A number; written as `NUMBER`.
const NUMBER: &str = r"[一二三四五六七八九十\d何数]+";
/// Somebody by name with whom something was done; written as `NAME`.
const NAME: &str = r"(?:^|は|で|に|まで|、|さっき|昨日|今日|今朝|先週|昨夜|よく|毎日|いつも)(?P<v>[\p{Han}\p{Katakana}ー]{1,6}|[\p{Hiragana}]{2,4})(?:さん|ちゃん|くん)?(?:とは|には|と|に|を)";
/// Who that is to the speaker; written as `WHO`.
const WHO: &str = r"(?:私の|うちの|僕の|俺の)?(?P<w>RELATIVE|PARTNER|ANIMAL|親友)(?:です|なんです|ですから|だから|なので|なんだ|だ|の|で)?(?:ね|よ)?$";
/// What kinds there are of which one is liked best; written as `KIND`.
const KIND: &str = r"(?:食べ物|飲み物|料理|お菓子|おやつ|デザート|果物|フルーツ|お酒|麺類?|音楽|映画|本|スポーツ|動物|季節|色|花|魚|肉|野菜|パン|お?寿司|ゲーム|漫画|アニメ)";

/// A pattern with what is written in capitals filled in.
pub(super) fn filled(pattern: &str) -> String {
    let pattern = pattern.replace("WHO", WHO).replace("NAME", NAME).replace("KIND", KIND);
    let pattern = pattern.replace("RELATIVE", RELATIVE).replace("PARTNER", PARTNER);
    let pattern = pattern.replace("ANIMAL", ANIMAL).replace("DATE", DATE);
    pattern.replace("TIME", TIME).replace("NUMBER", NUMBER)
}

pub(super) const ONE: &[Rule] = &[
    (
        "work",
        &["になって"],
        r"^(?:(?:私|僕|俺)は)?(?P<v>[\p{L}ー]{2,10}?)になって(?:もう|かれこれ|はや)?NUMBER(?:年|ヶ月|か月|カ月)",
    ),
    ("work", &["歴"], r"^(?:(?:私|僕|俺)は)?(?P<v>[\p{L}ー]{1,8}?[師士員家者])歴NUMBER年"),
    ("work", &["として"], r"^(?:(?:私|僕|俺)は)?(?P<v>[\p{L}ー]{2,8}?)として(?:もう)?NUMBER年"),
    (
        "birthday",
        &["取", "とり", "とる", "重ね"],
        r"(?P<v>DATE)(?:に|で)?(?:なると|なれば|は)?また?(?:一つ|ひとつ)?[歳年]を(?:一つ|ひとつ)?(?:取|と[りる]|重ね)",
    ),
    (
        "allergy",
        &["を食べ", "を飲", "を触", "をさわ"],
        r"(?:^|[はに、])(?P<v>[^、はがをに]{1,10}?)を(?:食べる|食べた|飲む|飲ん|触る|触っ|さわっ)[^、]{0,3}?、?(?:いつも|すぐ)?.{0,6}?(?:蕁麻疹|じんましん|かゆ|痒|腫れ|息が|湿疹)",
    ),
    (
        "health",
        &["薬を", "注射を", "点滴を", "治療を"],
        r"(?:^|[はがにで、]|から)(?P<v>[^、はがをにでの]{2,8}?)の(?:新しい|強い)?(?:薬|注射|点滴|治療)を(?:くれ|もら|飲|処方|出し|受け|始め|続け|打)",
    ),
    (
        "好きな",
        &["一番", "いちばん", "最高"],
        r"(?P<w>KIND)(?:なら|は|といえば)(?P<v>[^、はが]{1,12}?)が(?:一番|いちばん|最高|断然)",
    ),
    (
        "fears",
        &["を見", "を聞"],
        r"(?:^|[はに、])(?P<v>[^、はがをに]{1,10}?)を(?:見る|見た|見かけ|聞く|聞い)[^、]{0,3}?、?.{0,4}?(?:足がすく|震え|鳥肌|固ま|悲鳴|泣きそう|逃げ)",
    ),
    (
        "hobby",
        &["の練習"],
        r"(?:毎晩|毎日|毎朝|毎週|週末に?|今日も|^|[はに、])(?P<v>[^、はがをに]{1,8}?)の練習[をがにで]",
    ),
    (
        "study",
        &["語の"],
        r"(?:^|[はにの、])(?P<v>[^、はがをのに]{1,8}?語)の(?:授業|クラス|レッスン|宿題|単語|講座|教室)",
    ),
    (
        "plans",
        &[
            "試験",
            "テスト",
            "面接",
            "手術",
            "発表",
            "試合",
            "結婚式",
            "締め切り",
            "引っ越し",
            "出張",
        ],
        r"^(?P<v>TIME(?:の?[\p{Han}\d時半]{0,6}?)?[がは](?:期末|入学)?(?:試験|テスト|面接|手術|発表|試合|結婚式|締め切り|引っ越し|出張))(?:なので|だから|です|なんです|なんだ|だ)",
    ),
    (
        "likes",
        &["あれば", "休みになると", "休みのたび"],
        r"(?:暇(?:さえ|が)あれば|時間(?:さえ|が)あれば|休みになると|休みのたびに)(?:いつも|ずっと)?(?P<v>[^、はが]{1,10}?)(?:を|ばかり|三昧|に行|です|だ|して|で)",
    ),
    // 昨日は美咲とご飯を食べました、妹です.
    ("", &["です", "だ", "なので", "だから"], r"NAME[^、]{2,16}、WHO"),
];

pub(super) const TWO: &[Rule] = &[
    ("", &["です", "だ", "なので", "だから", "なん"], r"NAME[^、]{2,16}、WHO"),
    (
        "allergy",
        &["アレルギー"],
        r"(?:^|[はに、])(?P<v>[^、はがをに]{1,10}?)を(?:食べ|飲ん|触っ)[^、]*、(?:私の|ひどい|重い|軽い)*アレルギー(?:なん|です|だ|持ち|が)",
    ),
    (
        "home",
        &["家", "うち", "住まい"],
        r"(?:^|[は、])(?P<v>[^、はがをの]{1,8}?)の(?:アパート|マンション|部屋|家|一軒家|団地|社宅).*、(?:でも)?(?:ここが|それが|これが)?(?:私|僕|俺)の(?:家|うち|住まい)(?:です|だ|なん)",
    ),
    (
        "origin",
        &["故郷", "ふるさと", "地元"],
        r"(?:ころ|頃|とき|時)は?(?P<v>[^、はがをの]{1,8}?)の[^、]{1,16}、(?:そこが|私の|僕の|大切な)*(?:故郷|ふるさと|地元)(?:です|だ|なん)",
    ),
    (
        "origin",
        &["故郷", "ふるさと", "地元"],
        r"^(?P<v>[^、はがをの]{1,8}?)の[^、]{1,16}、(?:そこが|私の|僕の|大切な)*(?:故郷|ふるさと|地元)(?:です|だ|なん)",
    ),
    (
        "fears",
        &["怖", "こわ"],
        r"(?:^|[はに、])(?P<v>[^、はがをに]{1,10}?)を(?:見|聞|見かけ)[^、]*、(?:本当に|とても|すごく|もう)?(?:怖|こわ)[くいかす]",
    ),
    (
        "dislikes",
        &["嫌い", "苦手", "きらい"],
        r"(?:^|[は、])(?P<v>[^、はがを]{1,10}?)が(?:出てきたら|出たら|入って(?:い)?たら|入って(?:い)?ると|あったら|あると|いたら|いると)[^、]*、(?:それくらい|それほど|本当に|とにかく|大)*(?:嫌い|苦手|きらい)",
    ),
];

/// What a doctor, and nobody else, says of the speaker.
pub(super) const DOCTOR: &str = r"^(?:昨日|今日|先週|この前)?(?:お医者さん|医者|先生|病院|歯医者さん?|主治医)(?:に|で|から)[はも]?、?(.+?)(?:だ|です)?と(?:言われ|診断され|告げられ)";

/// What people become that is no trade, and what is done with that is nobody's name.
const NOBODY: [&str; 26] = [
    "親",
    "母親",
    "父親",
    "大人",
    "社会人",
    "彼女",
    "彼氏",
    "恋人",
    "夫婦",
    "友達",
    "友人",
    "ここ",
    "二人",
    "一人",
    "高校生",
    "学生",
    "一緒",
    "家族",
    "みんな",
    "電話",
    "彼",
    "仲間",
    "病気",
    "元気",
    "春",
    "冬",
];

/// Whether a value says something.
pub(super) fn holds(attribute: &str, value: &str) -> bool {
    const POINTS: [&str; 14] = [
        "君",
        "あなた",
        "それ",
        "これ",
        "あれ",
        "その",
        "この",
        "あの",
        "何",
        "誰",
        "どこ",
        "みんな",
        "ここ",
        "そこ",
    ];
    if value.is_empty() || POINTS.iter().any(|word| value.starts_with(word)) {
        return false;
    }
    let is_somebody = || {
        [RELATIVE, PARTNER, ANIMAL].iter().any(|all| {
            all.trim_start_matches("(?:").trim_end_matches(')').split('|').any(|one| one == value)
        })
    };
    match attribute {
        "work" => !NOBODY.contains(&value) && !value.ends_with("よう") && !value.ends_with('く'),
        "" => !NOBODY.contains(&value) && !is_somebody(),
        "health" => !is_somebody() && !value.ends_with(['犬', '猫']),
        "home" => !NOBODY.contains(&value) && !is_somebody() && !["隣", "実家"].contains(&value),
        "origin" => !["子供", "子ども", "昔", "学生", "小学生"].contains(&value),
        "hobby" => !["発表", "スピーチ", "面接", "運転", "会話", "試合", "本番"].contains(&value),
        _ => true,
    }
}
