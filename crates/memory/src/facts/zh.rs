//! Chinese sentences in which people say things of themselves.

use std::sync::LazyLock;

use regex::Regex;

use super::Attribute;
use super::en::Found;

macro_rules! rule {
    ($name:ident, $pattern:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($pattern).ok());
    };
}

rule!(
    NAME,
    r"^(?:你好[，,]?)?(?:其实)?(?:我(?:的)?名字(?:是|叫)|我叫(?:做)?|我姓|(?:大家|朋友们?|你)?(?:可以|就|请)?叫我)([\p{L}·]{1,12}?)(?:吧|就好|就行|好了|哦|啦|的)?$"
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
    r"我(?:现在|目前|其实|刚|刚刚|最近|已经|们|一直|自己|一个人)*(?:住在|搬到了?|搬去了?|搬来了?|搬进了?|定居在|生活在)(.+?)(?:了|啦|的|住)?$"
);
rule!(
    ORIGIN,
    r"我(?:的)?(?:其实)?(?:来自|老家(?:是|在)|家乡(?:是|在)|故乡(?:是|在)|在)(.+?)(?:长大的?|人)?$"
);
rule!(FROM, r"我(?:其实)?是(?:从)?([\p{Han}]{2,8}?)(?:来的|人)$");
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
    r"我(?:真的|其实|现在|也|特别|非常|最|很|一直|还|超|超级|挺|蛮|更|可)*(?:喜欢|爱|热爱|迷上了?)(.+?)(?:了|啦|哦)?$"
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

/// What is said of somebody else by name.
fn others(clause: &str) -> Option<Found> {
    let found = OTHERS.as_ref()?.captures(clause)?;
    let (name, verb, value) =
        (found.get(1)?.as_str(), found.get(2)?.as_str(), found.get(3)?.as_str());
    if name.contains(['我', '你', '他', '她', '它', '这', '那', '谁', '天']) {
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

/// What a clause says.
pub(super) fn read(clause: &str) -> Vec<Found> {
    let clause = clause.replace(' ', "");
    let one = |rule: &Option<Regex>| -> Option<String> {
        Some(rule.as_ref()?.captures(&clause)?.get(1)?.as_str().to_owned())
    };
    let two = |rule: &Option<Regex>| -> Option<(String, String)> {
        let found = rule.as_ref()?.captures(&clause)?;
        Some((found.get(1)?.as_str().to_owned(), found.get(2)?.as_str().to_owned()))
    };
    let is = |name: &str, value: String| vec![(Attribute(name.to_owned()), value, false)];

    if let Some((name, value)) = two(&FAVOURITE) {
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
    if let Some(value) = one(&AGE) {
        return is("age", value);
    }
    if let Some(value) = one(&ALLERGY) {
        return is("allergy", value);
    }
    if let Some(value) = one(&HATE) {
        return is("dislikes", value);
    }
    if let Some(value) = one(&JOB).or_else(|| one(&WORK_AT)).or_else(|| one(&ROLE)) {
        return is("work", value);
    }
    if let Some((name, value)) = two(&HAVE_CALLED).or_else(|| two(&OWN_NAME)) {
        return vec![(Attribute::named(&name), value, false)];
    }
    if let Some(value) = one(&HOME) {
        return is("home", value);
    }
    if let Some(value) = one(&FROM) {
        return is("origin", value);
    }
    if let Some((name, value)) = two(&OWN) {
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
    if let Some(value) = one(&STUDY).filter(|value| !value.starts_with(['会', '到', '着', '过']))
    {
        return is("study", value);
    }
    if let Some(value) = one(&LIKE).filter(|value| !value.starts_with('你')) {
        return is("likes", value);
    }
    others(&clause).into_iter().collect()
}

/// The value of a clause that only corrects, and whether it says so itself.
pub(super) fn correction(clause: &str) -> Option<(String, bool)> {
    if let Some(found) = CORRECTION.as_ref()?.captures(clause) {
        let value = found.get(1)?.as_str();
        return (value.chars().count() <= 16).then(|| (value.to_owned(), true));
    }
    Some((IT_IS.as_ref()?.captures(clause)?.get(1)?.as_str().to_owned(), false))
}
