//! What Chinese speakers tell of their lives, beyond the plain sentences of [`super::zh`]. Clauses come without spaces, cut at commas.

use std::sync::LazyLock;

use regex::Regex;

use super::Attribute;
use super::en::Found;
use super::rules::{Compiled, Rule, compiled};

/// How a statement of oneself begins: 我, 我现在, 其实我一直.
macro_rules! me {
    () => {
        r"^(?:其实|对了|不过|而且|但是?|因为|所以|现在|最近|今年|今天)*(?:我们?)(?:自己)?(?:其实|现在|目前|最近|已经|一直|从小(?:就)?|从来|平时|还是|也|还|真的|刚刚?|终于|早就|之前|去年|前年|上个?月|上周)*"
    };
}

macro_rules! time {
    () => {
        r"(?:明天|后天|大后天|下下?个?(?:周|星期|礼拜)[一二三四五六日天末]?|下下?个?月(?:初|底|[一二三四五六七八九十\d]+[号日])?|(?:这个?)?(?:周|星期|礼拜)[一二三四五六日天末]|[一二三四五六七八九十\d]{1,3}月(?:份|[一二三四五六七八九十\d]{1,3}[号日]|初|底)?|[一二三四五六七八九十\d]{1,3}[号日]|明年|暑假|寒假|国庆|五一|春节|过年|圣诞)"
    };
}

macro_rules! relative {
    () => {
        r"(?:爸爸?|妈妈?|父亲|母亲|爸妈|父母|哥哥?|弟弟?|姐姐?|妹妹?|爷爷|奶奶|外婆|外公|姥姥|姥爷|儿子|女儿|孩子|宝宝|孙子|孙女|舅舅|舅妈|姑姑|姑妈|叔叔|伯父|阿姨|姨妈|表哥|表姐|表弟|表妹|堂哥|堂姐|堂弟|堂妹|侄子|侄女|双胞胎[哥弟姐妹]+)"
    };
}

macro_rules! partner {
    () => {
        r"(?:老公|老婆|丈夫|妻子|先生|太太|男朋友|女朋友|男友|女友|对象|未婚夫|未婚妻|前男友|前女友|前任|前妻|前夫|爱人)"
    };
}

macro_rules! animal {
    () => {
        r"(?:猫咪?|狗狗?|小猫|小狗|兔子?|仓鼠|鸟|鹦鹉|金鱼|鱼|乌龟|蜥蜴|蛇|鸡|鸭子?|羊|马|猪|柯基|金毛|哈士奇|布偶|橘猫|英短|龙猫|荷兰猪|宠物)"
    };
}

/// The same as patterns, for whoever reads what is told in passing.
pub(super) const RELATIVE: &str = relative!();
pub(super) const PARTNER: &str = partner!();
pub(super) const ANIMAL: &str = animal!();

macro_rules! state {
    () => {
        r"(?:是.+|在.+|住.+|去世.*|过世.*|走了|没了|今年.*岁.*|刚.*(?:上|考|生|结|毕业|搬|退休|出生).*|.{0,6}(?:快|就)?(?:要|会|准备).*(?:结婚|生孩子|生宝宝|毕业|退休|出嫁|高考|中考).*|.*满.*岁.*|.*岁了?|有.+|当.+|做.+的|开.+的|教.+|退休.*|离婚.*|结婚.*|怀孕.*|生病.*|住院.*|得了.+|跟我分手.*|和我分手.*|提分手.*|出轨.*|求婚.*|出国.*|搬.+)"
    };
}

const FIRST: &[Rule] = &[
    // Family and love, before anything that only names the speaker.
    (
        "partner",
        concat!(
            r"^我(?:的)?(",
            partner!(),
            r"(?:[\p{Han}]{0,4})?(?:昨天|今天|前天|上周)?",
            state!(),
            r")$"
        ),
        false,
    ),
    (
        "family",
        concat!(r"^我(?:们)?(?:家)?(?:的)?((?:大|小|二|三|亲)?", relative!(), state!(), r")$"),
        false,
    ),
    (
        "family",
        concat!(
            me!(),
            r"(?:有|只有)((?:一|两|二|三|四|五|六|\d|几)?(?:个|位|对)?(?:双胞胎|亲|同父异母的|可爱的)?",
            relative!(),
            r"(?:和.+)?)$"
        ),
        false,
    ),
    (
        "family",
        concat!(
            me!(),
            r"(?:是|属于)?(独生子女?|独生女|老大|老二|老三|老幺|单亲家庭.*|单亲.*|孤儿)$"
        ),
        false,
    ),
    (
        "family",
        concat!(me!(), r"(没有?(?:任何)?(?:兄弟姐妹|兄弟|姐妹|孩子|", relative!(), r"))$"),
        false,
    ),
    (
        "partner",
        concat!(
            me!(),
            r"((?:结婚|离婚|订婚|分手|失恋|脱单|恋爱)(?:了|过|.*年.*)?|单身.*|已婚|未婚|没有?(?:对象|男朋友|女朋友|女友|男友))$"
        ),
        false,
    ),
    (
        "partner",
        concat!(
            me!(),
            r"(?:跟|和|与)((?:我)?",
            partner!(),
            r".*(?:在一起|分手|结婚|同居|异地|认识|吵架|离婚|复合|分开).*)$"
        ),
        false,
    ),
    // Plans.
    (
        "plans",
        concat!(
            r"^(?:我们?)?(",
            time!(),
            r"(?:.{0,10}?)(?:我们?)?(?:还|得|就)?(?:有个?.{0,6}(?:考试|面试|约会|手术|会议|会|演出|比赛|婚礼|聚会|预约|答辩|体检|航班|课|旅行)|(?:要|打算|准备|计划|会|得|想)(?:去|飞|回|做|搬|结婚|考|参加|见|上|动|开|出|带|和|跟|陪|.).*|去.+|飞.+|结婚|搬家.*|考试|开学|毕业|出差.*|动手术|做手术|回老家.*))(?:啦|哦|呢)?$"
        ),
        false,
    ),
    (
        "plans",
        concat!(r"^(?:我们?)?(?:打算|准备|计划|要|会)(", r".{0,4}", time!(), r".{1,16})$"),
        false,
    ),
    (
        "plans",
        concat!(
            r"^(?:我的?)?((?:期末|期中|入学|驾照|高)?(?:考试|面试|手术|婚礼|飞机|火车|高铁|航班|约会|演出|比赛|答辩|会议|体检|考|聚会|生日会)(?:其实|应该)?(?:改)?(?:是|在|到|定在|改到|改在)+",
            time!(),
            r".*)$"
        ),
        false,
    ),
    // Health.
    (
        "health",
        concat!(
            me!(),
            r"(?:有点|有|得了?|患有?|得过|查出来?|被?确诊(?:出|为)?(?:了|有)?|被诊断(?:出|为)?(?:了|患?有)?)((?:轻度|重度|严重的?|慢性|先天性?|遗传性?|季节性)?.{0,6}(?:病|症|炎|哮喘|癌|糖尿|高血压|低血压|抑郁|焦虑|失眠|鼻炎|偏头痛|近视|散光|结石|多动|自闭|溃疡|贫血|湿疹|残疾|突出|过敏性.+).*)$"
        ),
        false,
    ),
    ("health", concat!(me!(), r"被(?:确诊|诊断)(?:出|为)?(?:了|患?有)*(.+)$"), false),
    (
        "health",
        concat!(
            me!(),
            r"(?:经常|老是?|总是?|常常?|容易|每天|晚上|有点)*(偏头痛|头痛|头疼|胃痛|胃疼|腰痛|腰疼|失眠|贫血|低血糖|晕车|腿疼|背疼|耳鸣|色盲|色弱|近视.*)(?:了)?$"
        ),
        false,
    ),
    (
        "health",
        r"^(?:其实)?我.{0,12}?把((?:左|右)?(?:手腕|脚踝|胳膊|手臂|腿|膝盖|腰|脚|手|肋骨|手指|锁骨|脖子|脚趾).{0,3}(?:断|伤|折|裂|肿|脱臼).{0,2}?)了?$",
        false,
    ),
    (
        "health",
        concat!(
            me!(),
            r"((?:左|右|两|一)(?:只|边的?)?(?:耳朵?|眼睛?|手|腿).{0,3}(?:听不见|听不到|看不见|看不清|失聪|失明|残疾|不好|不方便).*)$"
        ),
        false,
    ),
    (
        "health",
        concat!(me!(), r"(怀孕了.*|怀了.+|住院了.*|坐轮椅.*|戴助听器.*|在吃.{0,6}药.*)$"),
        false,
    ),
    // Food.
    (
        "allergy",
        concat!(
            me!(),
            r"对(.{1,10}?)(?:其实|并|已经|现在|早就|从来|一点也|一点都|都|也)*(?:不|没|没有|不会|不再)过敏了?$"
        ),
        true,
    ),
    (
        "allergy",
        concat!(me!(), r"对?(.{1,10}?)(?:严重|有点|轻微)?(?:过敏|不耐受)(?:.{0,4})$"),
        false,
    ),
    (
        "diet",
        concat!(
            me!(),
            r"(?:都|是)?(吃素.*|素食.*|纯素.*|吃全素|戒.{1,4}|不(?:能|太能|怎么|会)?(?:吃|喝).{1,10}|从不(?:吃|喝).{1,10}|只吃.{1,8}|在?减肥.*|在?控糖|生酮.*)(?:了|的)?$"
        ),
        false,
    ),
    // Fears.
    (
        "fears",
        concat!(me!(), r"(?:很|最|特别|非常|有点|超|超级|挺|比较|就)*(?:害怕|怕|恐惧)(.{1,12})$"),
        false,
    ),
    (
        "fears",
        concat!(me!(), r"(?:有)((?:幽闭|密集|社交|恐|深海|广场).{0,4}恐?惧?症|恐高.*)$"),
        false,
    ),
    ("fears", concat!(me!(), r"(恐高|社恐|晕血)(?:的)?$"), false),
    // What somebody can do, and does for pleasure.
    (
        "languages",
        concat!(me!(), r"(?:会|能|可以)(?:说|讲)(?:一点|一些|流利的|一口)?(.+?)$"),
        false,
    ),
    (
        "languages",
        concat!(me!(), r"(.{1,6}(?:语|文|话))(?:说|讲)得(?:很|挺|还|比较|非常|特别|不错).*$"),
        false,
    ),
    (
        "hobby",
        concat!(
            me!(),
            r"(?:会|在|喜欢|爱|能|学|在学|在练|在.{1,6}里?)*((?:拉|弹|吹|敲|打)(?:大提琴|小提琴|中提琴|二胡|手风琴|钢琴|吉他|贝斯|古筝|琵琶|古琴|尤克里里|电子琴|笛子|萨克斯|长笛|口琴|葫芦丝|架子鼓|鼓|非洲鼓))(?:了.*|.*年.*)?$"
        ),
        false,
    ),
    (
        "hobby",
        concat!(
            me!(),
            r"(?:学|在学|练|自学)(?:了)?(.{1,8}?)(?:学|练)?(?:了|有|已经)?[一二两三四五六七八九十几半\d]+(?:多)?(?:年|个?月)(?:多)?(?:了)?$"
        ),
        false,
    ),
    (
        "hobby",
        concat!(me!(), r"(?:喜欢|爱|在)?((?:收集|收藏|搜集)(?:各种)?.{1,10}?)(?:的)?$"),
        false,
    ),
    (
        "hobby",
        concat!(
            me!(),
            r"(?:每天|每周|每个?周末|经常|天天|常常?|周末|早上|晚上|下班后?|都|会|去|坚持)+(跑步|健身|游泳|爬山|打球|打篮球|打羽毛球|打网球|打乒乓球|踢足球|骑车|骑行|钓鱼|画画|跳舞|练字|瑜伽|练瑜伽|做瑜伽|滑板|冥想|写日记|唱歌|撸铁)(?:.{0,2})$"
        ),
        false,
    ),
    ("hobby", concat!(me!(), r"(?:的)?(?:业余)?(?:爱好|兴趣)(?:爱好)?(?:就)?是(.+)$"), false),
    // Tastes.
    (
        "dislikes",
        concat!(
            me!(),
            r"(?:真的|特别|非常|最|很|有点|都|再也|就)*(?:不太喜欢|不怎么喜欢|不太爱|不怎么爱|从来不爱|不爱|受不了|最烦|特烦|反感|嫌弃|吃不惯|喝不惯)(?:吃|喝|看|听)?(.{1,16})$"
        ),
        false,
    ),
    (
        "likes",
        r"^(?:其实)?(?:比起|跟|和)?.{1,10}?(?:比|相比)?[，,]?我(?:更|还是更|比较)(?:喜欢|爱)(.{1,12})$",
        false,
    ),
    (
        "likes",
        concat!(
            me!(),
            r"(?:特别|非常|很|超|超级|真的)?(?:迷上|爱上|迷恋|沉迷|痴迷)(?:了|于)?(.{1,14})$"
        ),
        false,
    ),
    ("home", r"搬家了?，我?(?:现在|目前|已经)*(?:住)?在([\p{Han}]{2,8})$", false),
    // Learning and work.
    (
        "study",
        concat!(
            me!(),
            r"(?:在|是)(.{2,12}?(?:大学|学院|学校|研究所)?)(?:读|学|念|攻读|主修)(.+?)(?:专业|系)?的?$"
        ),
        false,
    ),
    (
        "study",
        concat!(
            me!(),
            r"(?:在)?(?:是|上|读|念|在上|在读|在念)?((?:大[一二三四五]|高[一二三]|初[一二三]|研[一二三]|博[一二三四]|小学[一二三四五六]年级)(?:的?学生|生)?)(?:了|的)?$"
        ),
        false,
    ),
    (
        "study",
        concat!(
            me!(),
            r"(?:在)?(?:读|念|攻读)(.{1,14}?的?(?:博士|硕士|研究生|本科|大学|研|博).*)$"
        ),
        false,
    ),
    ("work", concat!(me!(), r"(?:是)?(?:做|搞|干|开|跑|送|修|卖|写)(.{1,12}?)的$"), false),
    (
        "work",
        concat!(
            me!(),
            r"(?:是)?(?:在.{1,10})?教((?:小学|初中|高中|大学|中学|幼儿园)?(?:的)?(?:数学|语文|英语|物理|化学|历史|地理|音乐|美术|体育|生物|政治|日语|法语|中文|钢琴|吉他|舞蹈|画画|书法|瑜伽|游泳|编程|孩子|学生|小朋友).{0,4})(?:的)?$"
        ),
        false,
    ),
    (
        "work",
        concat!(me!(), r"(?:在)(.{2,12}?)(?:上|做|干)(?:夜|早|白|晚|中|大|小)?班(?:了|的)?$"),
        false,
    ),
    (
        "work",
        concat!(
            me!(),
            r"(?:在)?(?:和.{1,6}|跟.{1,6})?(?:一起)?(?:开|经营)(?:着)?了?(?:一)?[家间个](.{0,6}(?:店|公司|工作室|餐厅|咖啡馆|民宿|餐馆|诊所|酒吧|厂|书店|花店|农场).*)$"
        ),
        false,
    ),
    ("work", concat!(me!(), r"(?:是|当)(?:了)?一[名位]([\p{Han}]{2,10})$"), false),
    (
        "最好的朋友",
        concat!(me!(), r"(?:的)?最好的(?:朋友|闺蜜)(?:其实|就)*是([^，的]{1,12})$"),
        false,
    ),
    ("work", concat!(me!(), r"(?:不在|不再在)(.{1,10}?)(?:上班|工作|干|做)?了$"), true),
    ("work", concat!(me!(), r"(?:从)?(.{0,10}?)(?:辞职|离职|被裁|失业|退休)了?$"), true),
    ("car", concat!(me!(), r"(?:开的是|开|买了|有)(?:一)?辆(.{1,12})$"), false),
    // Age without its word: 我今年二十六了.
    ("age", r"^我(?:今年|已经|快|都)+([\d一二三四五六七八九十]{2,4})了?$", false),
    ("birthday", r"^(.{2,12}?)(?:就)?是我(?:的)?生日$", false),
    // Animals.
    (
        "pets",
        concat!(
            r"^(?:其实|最近|今年|昨天|刚|前几天)*(?:我们?家?|家里)(?:里)?(?:还|现在|昨天|今天|最近|刚刚?|又|新|前几天|上周)*(?:养着?了?|有|领养了?|收养了?|捡了?|买了?)((?:一|两|二|三|四|五|六|\d|几)?(?:只|条|匹|头|个|缸|窝)?.{0,4}?",
            animal!(),
            r"(?:和.+)?)$"
        ),
        false,
    ),
    (
        "pets",
        concat!(
            r"^我(?:们)?(?:家)?(?:的)?(",
            animal!(),
            r")(?:今天|昨天|又|刚|最近|老是?|总是?|今年|已经|每天|特别|很|很爱|喜欢).*$"
        ),
        false,
    ),
];

static RULES: LazyLock<Compiled> = LazyLock::new(|| compiled(FIRST, ""));

/// 怕太远懒得去 says why, and not what is feared.
fn is_a_reason(value: &str) -> bool {
    ["得", "会", "不", "没", "太", "了", "麻烦"].iter().any(|word| value.contains(word))
}

/// Values that say nothing: 我怕你, 我不吃了.
fn is_empty(value: &str) -> bool {
    value.is_empty()
        || ["我", "的", "你", "他", "她", "它", "这", "那", "自己", "什么", "一下", "麻烦", "吵"]
            .iter()
            .any(|word| value.starts_with(word))
        || ["了", "的", "吗", "完", "饭了"].contains(&value)
}

/// What a clause without commas says before all else.
pub(super) fn first(clause: &str) -> Option<Found> {
    RULES.iter().find_map(|(name, pattern, negated)| {
        let found = pattern.captures(clause)?;
        // 在同济大学读建筑: where, and what.
        let value: String =
            found.iter().skip(1).flatten().map(|part| part.as_str()).collect::<Vec<_>>().join(" ");
        let value = value.trim_end_matches(['啦', '哦', '呢', '呀', '哈']).trim_end_matches('了');
        // 这周末 is when.
        let says_nothing = *name != "plans" && is_empty(value) && !negated;
        let is_none = match *name {
            "fears" => is_a_reason(value),
            // 五月二号我又要大一岁 is a birthday.
            "plans" => value.contains(['不', '没', '岁']),
            _ => false,
        };
        if says_nothing || is_none {
            return None;
        }
        Some((Attribute((*name).to_owned()), value.to_owned(), *negated))
    })
}

/// Whether a clause is about somebody of the speaker's and not about the speaker: what follows without a subject is theirs, too.
pub(super) fn is_of_another(clause: &str) -> bool {
    static ANOTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^我(?:们)?(?:家)?(?:的)?(?:最好的|新|老|好|大|小)*(?:",
            relative!(),
            "|",
            partner!(),
            "|",
            animal!(),
            r"|朋友|同事|同学|室友|邻居|老板|老师|闺蜜|领导|经理)"
        ))
        .ok()
    });
    !clause.contains('我')
        || clause.contains('叫') && !clause.contains("我叫")
        || ANOTHER.as_ref().is_some_and(|rule| rule.is_match(clause))
}
