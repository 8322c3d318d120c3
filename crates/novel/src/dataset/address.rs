//! Words by which people are addressed, or called where they have no name: 先生, お兄ちゃん, 同学, Professor. They are words of the language
//! and no names: a character who may not say 先輩 any more speaks like nobody.
//!
//! The list is our own: kin, school, work, rank, pronouns, and the voices of crowds and narrators in three languages.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::words::words;

/// In hiragana and Han characters; katakana is looked up as hiragana, and what may stand around a word ([`BEFORE`], [`BEHIND`]) is left out.
const WIDE: &str = "\
    先生 せんせい せんせー 先輩 せんぱい ぱいせん 後輩 こうはい 師匠 ししょう 師範 教師 教授 きょうじゅ 博士 はかせ 校長 教頭 担任 部長 \
    副部長 会長 副会長 委員長 生徒会長 班長 団長 隊長 たいちょう 艦長 船長 店長 てんちょう 社長 課長 係長 所長 院長 園長 司令 司令官 将軍 \
    大佐 少佐 大尉 中尉 少尉 軍曹 陛下 殿下 閣下 猊下 王様 女王 国王 王子 王女 姫 お姫様 皇帝 主 主人 ご主人 御主人 ごしゅじん ますたー \
    旦那 だんな 奥 奥方 嬢 お嬢 じょう 坊 坊ちゃん ぼっちゃん 若 若旦那 兄 姉 弟 妹 父 母 祖父 祖母 爺 婆 叔父 伯父 叔母 伯母 従兄 従姉 \
    にい にぃ にいに あに あにき 兄貴 兄上 ねえ ねぇ ねえね あね あねき 姉貴 姉上 姐 いもうと おとうと とう おやじ 親父 父上 \
    かあ おふくろ お袋 母上 じい じいや ばあ ばあや ぱぱ まま おじ おば 両親 息子 娘 孫 双子 家族 医者 先生方 看護師 看護婦 \
    警官 刑事 警察 警察官 巡査 探偵 弁護士 店員 客 女将 おかみ 板前 運転手 司会 司会者 受付 受付嬢 執事 しつじ 召使い 侍女 めいど 巫女 神父 牧師 \
    僧侶 坊主 神 神様 天使 悪魔 魔王 勇者 騎士 兵士 衛兵 門番 商人 村人 村長 町長 市長 男 女 少年 少女 青年 老人 老婆 男性 女性 男子 女子 子供 \
    こども 幼女 幼児 赤子 美少女 生徒 男子生徒 女子生徒 学生 大学生 同級生 友人 友達 ともだち 仲間 幼馴染 幼なじみ 恋人 彼 彼女 彼氏 \
    自分 私 俺 僕 わたし わたくし あたし ぼく おれ わし うち きみ あなた あんた おまえ お前 貴様 きさま みんな みな 皆 全員 一同 二人 三人 \
    傭兵 敵 敵兵 敵兵士 兵 隊員 団員 劇団員 手下 部下 上司 盗賊 山賊 海賊 役人 使者 弟子 信者 市民 住民 農民 乗客 船員 店主 紳士 淑女 不良 ちんぴら \
    魔物 怪物 くらいあんと 誰か 誰 だれか 声 謎 謎の声 謎の男 謎の女 謎の少女 不明 主人公 群衆 観客 通行人 放送 校内放送 電話 館内放送 \
    地の文 なれーしょん なれーたー ぷろでゅーさー まねーじゃー こーち どくたー きゃぷてん りーだー ぼす おーなー しすたー さー まだむ れでぃ \
    むっしゅ せんぱい しぇふ がいど あなうんす あなうんさー \
    老师 老師 班主任 辅导员 导师 師傅 师傅 师父 師父 师兄 师姐 师弟 师妹 師兄 師姐 師弟 師妹 师尊 師尊 同学 同學 学长 學長 学姐 學姐 学弟 學弟 \
    学妹 學妹 前辈 前輩 后辈 後輩 教练 教練 校长 校長 会长 會長 班长 部长 社长 组长 队长 隊長 船长 舰长 店长 店長 经理 經理 总裁 老板 老闆 \
    老板娘 老闆娘 医生 醫生 大夫 护士 護士 警察 警官 律师 律師 司机 服务员 店员 店員 客人 顾客 主持人 管家 女仆 女僕 侍女 神父 修女 巫女 公主 殿下 \
    陛下 王子 国王 國王 女王 皇上 皇帝 太子 将军 將軍 大人 主人 少爷 少爺 小姐 大小姐 先生 太太 夫人 女士 姑娘 公子 阁下 閣下 \
    爸爸 妈妈 媽媽 爸 妈 媽 父亲 父親 母亲 母親 爹 娘 爹爹 娘亲 爷爷 爺爺 奶奶 外公 外婆 姥姥 姥爷 公公 婆婆 哥哥 哥 大哥 二哥 欧尼酱 姐姐 姐 大姐 小姐姐 小哥哥 小妹妹 小弟弟 小朋友 \
    弟弟 妹妹 姊姊 老哥 老姐 老弟 老妹 老爸 老妈 老媽 叔叔 阿姨 大叔 大妈 大媽 大爷 大爺 伯伯 伯父 伯母 舅舅 姑姑 姨妈 婶婶 儿子 女儿 兄长 兄弟 \
    姐妹 老公 老婆 亲爱的 宝贝 朋友 男友 女友 男生 女生 男孩 女孩 小孩 孩子 少年 少女 青年 老人 男人 女人 男子 女子 路人 村民 村长 学生 學生 众人 眾人 \
    大家 所有人 全体 全體 我 你 他 她 它 我们 你们 他们 她们 我們 你們 他們 她們 自己 某人 旁白 画外音 广播 廣播 电话 声音 聲音 神秘人 神秘声音 主角 \
    士兵 卫兵 衛兵 敌人 敵人 佣兵 傭兵 强盗 強盜 市民 乘客 船员 船員 手下 属下 屬下 徒弟 怪物 魔物 主人公 男主 女主 男主角 女主角 未知 哥们 帅哥 美女 同桌 邻居";

/// Of those who are spoken to in English, with a capital.
const ENGLISH: &str = "\
    sir ma'am madam madame miss mister mr mrs ms mx dr doctor doc nurse professor prof teacher coach captain boss chief officer sergeant \
    lieutenant colonel general major commander master mistress lord lady king queen prince princess majesty highness excellency \
    mom mum mommy mummy mama mamma mother dad daddy papa father pa ma grandma grandpa grandmother grandfather granny gran aunt auntie \
    uncle cousin sister brother sis bro son daughter kid guys everyone everybody senpai sensei narrator announcer voice \
    guard waiter waitress bartender clerk driver stranger girl boy man woman";

/// What may stand in front of such a word, and behind it.
const BEFORE: &[&str] = &["お", "御", "ご"];
const BEHIND: &[&str] = &[
    "ちゃん",
    "さん",
    "さま",
    "様",
    "くん",
    "君",
    "殿",
    "どの",
    "たん",
    "たち",
    "達",
    "ら",
    "方",
    "们",
    "們",
    "甲",
    "乙",
    "丙",
    "丁",
];

static WIDE_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| words(WIDE));
static ENGLISH_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| words(ENGLISH));

/// Whether a text is such a word, whatever honorific it has.
pub(super) fn is_address(text: &str) -> bool {
    let small = text.to_lowercase();
    if ENGLISH_WORDS.contains(small.as_str()) {
        return true;
    }
    let hiragana = |c: char| match c {
        // Katakana stand as far behind hiragana as these two do.
        'ァ'..='ヶ' => char::from_u32(c as u32 - 'ァ' as u32 + 'ぁ' as u32).unwrap_or(c),
        c => c,
    };
    let all: String = text.trim_end_matches(is_counter).chars().map(hiragana).collect();
    let mut tried = vec![all.as_str()];
    // An honorific in front, one behind, and a plural behind that: the shortest is tried as well as the whole.
    for _ in 0..3 {
        let more: Vec<&str> = tried.iter().flat_map(|word| shorter(word)).collect();
        tried.extend(more.into_iter().filter(|word| !word.is_empty()));
        tried.dedup();
    }
    tried.iter().any(|word| WIDE_WORDS.contains(word))
}

/// What is left of a word without one thing in front of it or behind it.
fn shorter(word: &str) -> impl Iterator<Item = &str> {
    let behind = BEHIND.iter().filter_map(|end| word.strip_suffix(*end));
    BEFORE.iter().filter_map(|begin| word.strip_prefix(*begin)).chain(behind)
}

/// The name in a name with a title behind it (`田中先生`, `星奏さん`): titles stay words. The whole where less than two letters would be
/// left.
pub(super) fn without_title(name: &str) -> &str {
    let title = |text: &str| {
        // Two syllables that sound like a title may end any name.
        let told =
            text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}')) || BEHIND.contains(&text);
        told && text.chars().count() > 1 && (BEHIND.contains(&text) || is_address(text))
    };
    let cut = name.char_indices().map(|(at, _)| at).skip(2).find(|at| title(&name[*at..]));
    cut.map_or(name, |at| &name[..at])
}

/// What tells one of several from the next: 男子生徒Ａ.
fn is_counter(c: char) -> bool {
    matches!(c, 'Ａ'..='Ｚ' | '０'..='９' | '①'..='⑨') || c.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_address_are_told_from_names() {
        for word in [
            "先生",
            "先輩",
            "センパイ",
            "お兄ちゃん",
            "お兄さん",
            "お姉様",
            "おかあさん",
            "お嬢様",
            "オジサン",
            "マスター",
            "男子生徒Ａ",
            "敵兵士",
            "傭兵",
            "店員",
            "先生たち",
            "老师",
            "老师们",
            "同学",
            "同学们",
            "学姐",
            "妈妈",
            "大哥",
            "小姐姐",
            "路人甲",
            "Professor",
            "Mom",
        ] {
            assert!(is_address(word), "{word}");
        }
        for name in [
            "寧々",
            "柊史",
            "綾",
            "田中",
            "田中先生",
            "シルヴァン",
            "さくら",
            "小颖",
            "顾然",
            "王小明",
            "姫野",
            "Sylvie",
            "Felix",
            "星奏",
            "大和",
            "大神",
        ] {
            assert!(!is_address(name), "{name}");
        }
    }

    #[test]
    fn titles_behind_names_are_no_part_of_them() {
        for (name, bare) in [
            ("田中先生", "田中"),
            ("星奏さん", "星奏"),
            ("寧々お姉ちゃん", "寧々"),
            ("さとう", "さとう"),
            ("顾然同学", "顾然"),
            ("王老师", "王老师"),
            ("小颖", "小颖"),
        ] {
            assert_eq!(without_title(name), bare, "{name}");
        }
    }
}
