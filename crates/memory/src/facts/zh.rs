//! Chinese sentences in which people say things of themselves.

use std::sync::LazyLock;

use domain::Lang;
use regex::Regex;

use super::Attribute;
use super::en::Found;
use super::{hollow, zh_life as life};

macro_rules! rule {
    ($name:ident, $pattern:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| super::rules::one($pattern));
    };
}

rule!(
    NAME,
    r"^(?:你好[，,]?)?(?:其实)?(?:我(?:的)?名字(?:是|叫)|我叫(?:做)?|我姓|(?:大家|朋友们?|你|家里人|同学们?)?(?:可以|就|请|都|一般)*叫我)([\p{L}·]{1,12}?)(?:吧|就好|就行|好了|哦|啦|的)*$"
);
rule!(
    HER_NAME,
    r"^(?:那|以后|今后|从现在起|从今以后)*[，,]?我(?:就|会|想|要|以后|可以)*叫你(?:做)?([\p{L}·]{1,8}?)(?:吧|了|啦|好了|哦)?$"
);
rule!(
    AGE,
    r"我(?:今年|现在|已经|才|刚|刚满|快|马上|都)*(?:满|是)?([\d一二三四五六七八九十两百零]{1,5})岁"
);
rule!(BIRTHDAY, r"我(?:的)?(?:生日|出生日期)(?:其实)?(?:是在|是|在|：)(.+?)(?:哦|啦|呢|的|了)?$");
rule!(BORN, r"我(?:是)?(?:在)?(.*?[年月日号春夏秋冬天].*?)(?:出生的?|生的)$");
rule!(
    HOME,
    r"我(?:现在|目前|其实|刚|刚刚|最近|已经|们|一直|自己|一个人|去年|今年|前年|上个月|上周|终于)*(?:住在|搬到了?|搬去了?|搬来了?|搬进了?|定居在|生活在)(.+?)(?:了|啦|的|住)?$"
);
rule!(
    ORIGIN,
    r"我(?:的)?(?:其实)?(?:来自|老家(?:是|在)|家乡(?:是|在)|故乡(?:是|在)|(?:从小|是)?在)(.+?)(?:长大的?|人)?$"
);
rule!(FROM, r"我(?:其实)?是(?:从)?([\p{Han}]{1,16}?)(?:来的|人)$");
rule!(WORK_AT, r"我(?:现在|目前|其实|最近|已经)*在(.+?)(?:工作|上班|打工|实习)(?:了|啦)?$");
rule!(JOB, r"我(?:的)?(?:工作|职业)(?:其实)?(?:是|：)(?:一名|一个|一位)?(.+?)(?:哦|啦|呢)?$");
rule!(
    ROLE,
    r"我(?:现在|目前|其实|已经)*(?:是|当|做)(?:了)?(?:一名|一个|一位|个)?([\p{Han}]{0,8}(?:师|员|家|手|医生|护士|警察|学生|司机|编辑|律师|会计|记者|演员|作家|工人|农民|军人|教授|经理|老板|裁缝|木匠|园丁))(?:了|啦)?$"
);
rule!(STUDY, r"我(?:现在|目前|其实|在)*(?:学|读|主修|攻读)(?:的)?(?:是)?(.+?)(?:专业|系)?(?:的)?$");
rule!(ALLERGY, r"我对(.+?)(?:严重)?过敏");
rule!(
    HATE,
    r"我(?:真的|其实|现在|特别|非常|最|很|一直|再也|有点|都)*(?:不喜欢|不爱|讨厌|受不了|不再喜欢|恨)(?:吃|喝|看|听)?(.+?)(?:了|啦)?$"
);
rule!(
    FAVOURITE,
    r"我(?:现在)?最(?:喜欢|爱)的(.{1,8}?)(?:其实)?(?:就)?(?:是|叫)(.+?)(?:哦|啦|呢|了)?$"
);
rule!(
    LIKE,
    r"我(?:真的|其实|现在|也|特别|非常|最|很|一直|还|超|超级|挺|蛮|更|可|最近|从小就?|平时)*(?:喜欢|爱|热爱|迷上了?)(.+?)(?:了|啦|哦)?$"
);
rule!(
    OWN_NAME,
    r"我(?:们)?(?:家)?(?:的)?(?:那只|那条|养的|新)*([\p{Han}]{1,6}?)(?:的名字)?(?:其实)?(?:叫做?|名叫|名字是|名字叫|的名字是)(.+?)(?:哦|啦|呢|了|吧)?$"
);
rule!(
    HAVE_CALLED,
    r"我(?:家)?(?:还|有|养了|养着|刚养了|刚|收养了|新养了|领养了)+(?:一?[个只条位匹])?(?:小|大|可爱的|黑|白|橘|灰)*([\p{Han}]{1,4}?)[，,]?(?:它|他|她)?(?:名字)?叫(?:做)?(.+?)(?:哦|啦|呢|了|吧)?$"
);
rule!(OWN, r"我(?:家)?的([\p{Han}]{1,8}?)(?:其实)?(?:是|在)(.+?)(?:哦|啦|呢|了)?$");
rule!(
    CORRECTION,
    r"^(?:不对|不是|不[，,]|错了|说错了|其实|啊不|抱歉|更正|我是说)[，,。！! ]*(?:应该)?(?:是在|是|叫|在)?(.+?)(?:才对|哦|啦|了)?$"
);
rule!(IT_IS, r"^(?:应该)?(?:是在|是|叫)(.{1,16}?)(?:哦|啦|的)?$");

rule!(
    OTHERS,
    r"^(?:其实|不对[，,]?|对了[，,]?|听说|我(?:的)?(?:朋友|同事|邻居|同学|表哥|表姐|表弟|表妹|叔叔|阿姨|舅舅|姑姑|老板|室友)?)?([\p{Han}·]{2,4}?)(?:现在|其实|已经|最近|刚|又)*(住在|搬到了?|在.+(?:工作|上班)|是一[名位个]|当了?|喜欢|讨厌|的生日(?:是|在)|来自|学|养的?[猫狗鸟兔]叫)(.*?)(?:了|啦|哦|才对)?$"
);

/// What names begin with: the families that most people belong to, and 小李, 阿橙, 老王.
const FAMILIES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜\
    范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文欧司诸慕上端皇小阿老";
/// Words that begin like a name, and what no name holds.
const NO_NAME: [&str; 43] = [
    "周末", "周一", "周二", "周三", "周四", "周五", "周六", "周日", "高中", "高考", "高三", "高二",
    "高一", "黄色", "金色", "常常", "马上", "小时", "小学", "老师", "老板", "老是", "文科", "上班",
    "上学", "上次", "上个", "上周", "于是", "任何", "不", "的", "就", "都", "也", "太", "还", "没",
    "很", "会", "要", "想", "把",
];

/// Whether a word can be somebody's name.
pub(super) fn is_a_name(word: &str) -> bool {
    word.chars().next().is_some_and(|first| FAMILIES.contains(first))
        && !NO_NAME.iter().any(|other| word.contains(other))
}

/// What is said of somebody else by name.
fn others(clause: &str) -> Option<Found> {
    let found = OTHERS.as_ref()?.captures(clause)?;
    let (name, verb, value) =
        (found.get(1)?.as_str(), found.get(2)?.as_str(), found.get(3)?.as_str());
    if !is_a_name(name) || name.contains(['我', '你', '他', '她', '它', '这', '那', '谁', '天'])
    {
        return None;
    }
    let (about, value) = if verb.starts_with("住") || verb.starts_with("搬") {
        ("home", value)
    } else if let Some(place) = verb.strip_prefix('在') {
        ("work", place)
    } else if verb.starts_with('是') || verb.starts_with('当') {
        ("work", value)
    } else if verb.starts_with('喜') {
        ("likes", value)
    } else if verb.starts_with('讨') {
        ("dislikes", value)
    } else if verb.starts_with('的') {
        ("birthday", value)
    } else if verb.starts_with('来') {
        ("origin", value)
    } else if verb.starts_with('学') {
        ("study", value)
    } else {
        ("pet", value)
    };
    let value = value.trim_end_matches("工作").trim_end_matches("上班");
    Some((Attribute(format!("{name} / {about}")), value.to_owned(), false))
}

/// What a clause says. One with commas is read piece by piece: 我住在成都，养了两只猫. The 我 of the first piece holds for those without
/// one, unless the first piece is about somebody else.
pub(super) fn read(clause: &str) -> Vec<Found> {
    let clause = clause.replace(' ', "");
    let pieces: Vec<&str> = clause.split(['，', ',']).filter(|piece| !piece.is_empty()).collect();
    if pieces.len() < 2 {
        return plainly(&clause);
    }
    if let Some((name, value)) = HAVE_CALLED.as_ref().and_then(|rule| {
        let found = rule.captures(&clause)?;
        Some((found.get(1)?.as_str().to_owned(), found.get(2)?.as_str().to_owned()))
    }) {
        return vec![(Attribute::named(&name), value, false)];
    }
    let mut found: Vec<Found> = Vec::new();
    // Whose a piece without a subject is: nobody's yet, the speaker's, or somebody else's.
    let mut whose: Option<bool> = None;
    for piece in pieces {
        let new = if piece.contains('我') {
            whose = Some(!life::is_of_another(piece));
            plainly(piece)
        } else {
            match whose {
                None => plainly(piece),
                // 名字我记错了，王芳养的猫叫汤圆 is about 王芳.
                Some(true) => match others(piece) {
                    Some(other) => vec![other],
                    None => plainly(&format!("我{piece}")),
                },
                Some(false) => Vec::new(),
            }
        };
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
    found.retain(|one| !hollow::is_hollow(clause, Lang::Zh, one));
    found
}

/// What the form of a clause says.
fn by_form(clause: &str) -> Vec<Found> {
    let one = |rule: &Option<Regex>| -> Option<String> {
        Some(rule.as_ref()?.captures(clause)?.get(1)?.as_str().to_owned())
    };
    let two = |rule: &Option<Regex>| -> Option<(String, String)> {
        let found = rule.as_ref()?.captures(clause)?;
        Some((found.get(1)?.as_str().to_owned(), found.get(2)?.as_str().to_owned()))
    };
    let is = |name: &str, value: String| vec![(Attribute(name.to_owned()), value, false)];

    if let Some((name, value)) = two(&FAVOURITE).filter(|(name, value)| {
        // 我最爱的还是你.
        is_a_taste(value) && !name.ends_with('还')
    }) {
        return vec![(Attribute(format!("最喜欢的{name}")), value, false)];
    }
    if let Some(value) = one(&NAME) {
        return is("name", value);
    }
    if let Some(value) = one(&HER_NAME) {
        return is("her name", value);
    }
    if let Some(value) = one(&BIRTHDAY).or_else(|| one(&BORN)) {
        return is("birthday", value);
    }
    if let Some((name, value)) = two(&HAVE_CALLED) {
        return vec![(Attribute::named(&name), value, false)];
    }
    let may_tell = clause.contains([
        '我', '家', '周', '星', '礼', '明', '后', '月', '号', '日', '年', '假', '节', '试', '术',
        '考',
    ]);
    if may_tell && let Some(found) = life::first(clause) {
        return vec![found];
    }
    if let Some(value) = one(&AGE) {
        return is("age", value);
    }
    if let Some(value) = one(&ALLERGY) {
        return is("allergy", value);
    }
    if let Some(value) = one(&HATE).filter(|value| is_a_taste(value)) {
        return is("dislikes", value);
    }
    if let Some(value) = one(&JOB).or_else(|| one(&WORK_AT)).or_else(|| one(&ROLE)) {
        return is("work", value);
    }
    if let Some((name, value)) =
        two(&OWN_NAME).filter(|(name, value)| is_somebody(name) && is_a_taste(value))
    {
        return vec![(Attribute::named(&name), value, false)];
    }
    let is_past =
        ["小时候", "小的时候", "以前", "曾经", "从前"].iter().any(|word| clause.contains(word));
    if let Some(value) = one(&HOME).filter(|_| !is_past) {
        return is("home", value);
    }
    if let Some(value) = one(&FROM).filter(|value| is_a_place(value)) {
        return is("origin", value);
    }
    if let Some((name, value)) = two(&OWN).filter(|(name, _)| is_somebody(name)) {
        return vec![(Attribute::named(&name), value, false)];
    }
    if let Some(value) = one(&ORIGIN).filter(|_| {
        clause.contains("来自")
            || clause.contains('乡')
            || clause.contains("老家")
            || clause.contains("长大")
    }) {
        return is("origin", value);
    }
    if let Some(value) = one(&STUDY)
        .filter(|value| !value.starts_with(['会', '到', '着', '过']) && !value.ends_with('吧'))
    {
        return is("study", value);
    }
    if let Some(value) = one(&LIKE).filter(|value| is_a_taste(value)) {
        return is("likes", value);
    }
    others(clause).into_iter().collect()
}

/// 我喜欢你, 我喜欢这个主意, 我喜欢的歌: said, but no taste.
fn is_a_taste(value: &str) -> bool {
    value.chars().next().is_some_and(char::is_alphanumeric)
        && !value.starts_with([
            '你', '您', '他', '她', '它', '这', '那', '我', '的', '地', '说', '情', '上', '过',
            '死', '咱',
        ])
        && !value.ends_with(['么', '吗', '的', '吧', '啊', '呀', '哦'])
        && !["吃", "喝", "看", "玩"].contains(&value)
}

/// 我要叫他起床, 我的重点是时间: nobody and nothing of the speaker's.
fn is_somebody(name: &str) -> bool {
    ![
        "它", "他", "她", "谁", "这", "那", "要", "想", "会", "宁可", "能", "不", "就", "都", "也",
        "永远", "重点", "意思", "问题", "感觉", "想法", "理解", "错", "心", "天", "是", "养了",
        "养着",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// 我是一个人, 我是好人: no place.
fn is_a_place(value: &str) -> bool {
    ![
        "一个", "一", "个", "普通", "成年", "当事", "什么", "男", "女", "好", "坏", "大", "老",
        "病", "那种", "这种",
    ]
    .iter()
    .any(|word| value.starts_with(word) && value.chars().count() < word.chars().count() + 3)
}

/// The value of a clause that only corrects, and whether it says so itself.
pub(super) fn correction(clause: &str) -> Option<(String, bool)> {
    if let Some(found) = CORRECTION.as_ref()?.captures(clause) {
        let value = found.get(1)?.as_str();
        return (value.chars().count() <= 16).then(|| (value.to_owned(), true));
    }
    Some((IT_IS.as_ref()?.captures(clause)?.get(1)?.as_str().to_owned(), false))
}
