//! Clauses that have the form of a statement of oneself and tell nothing: "I live in denial", 我叫了外卖, 名前は内緒です. A rule looks at the
//! form alone, so what is said in that form otherwise stands here. To remember what is not so is worse than to remember nothing: where it
//! can be either, nothing is read.

mod en;
mod ja;
mod zh;

use std::sync::LazyLock;

use domain::Lang;
use regex::Regex;

use super::attribute::is_of_everybody;
use super::en::Found;

/// Where a pattern is looked for.
#[derive(Clone, Copy)]
enum In {
    /// In what would be remembered.
    Value,
    /// In the clause.
    Clause,
}
use In::{Clause, Value};

/// Of which attributes (all where there are none; `*` for those in a person's own words), where, and the pattern.
type Rule = (&'static [&'static str], In, &'static str);
/// The same, ready to be applied.
type Ready = (&'static [&'static str], In, Regex);

static RULES: LazyLock<[Vec<Ready>; 3]> = LazyLock::new(|| {
    [(en::HOLLOW, "(?i)"), (zh::HOLLOW, ""), (ja::HOLLOW, "")].map(|(rules, flags)| {
        let ready = |(of, place, pattern): &Rule| {
            Some((*of, *place, super::rules::one(&format!("{flags}{pattern}"))?))
        };
        rules.iter().filter_map(ready).collect()
    })
});

/// Whether what was found in a clause only sounds like a fact. What takes something back is none of it.
pub(super) fn is_hollow(clause: &str, lang: Lang, (attribute, value, denied): &Found) -> bool {
    let [en, zh, ja] = &*RULES;
    let rules = match lang {
        Lang::En => en,
        Lang::Zh => zh,
        Lang::Ja => ja,
    };
    // A favourite song may be called anything.
    let named = [" / ", "favourite", "最喜欢", "好きな"];
    let own_words =
        || !is_of_everybody(attribute) && !named.iter().any(|part| attribute.0.contains(part));
    let is_of = |of: &[&str]| {
        of.is_empty() || of.contains(&attribute.0.as_str()) || of.contains(&"*") && own_words()
    };
    !denied
        && rules.iter().any(|(of, place, pattern)| {
            let text = match place {
                Value => value.trim(),
                Clause => clause,
            };
            is_of(of) && pattern.is_match(text)
        })
}

/// Whether a clause says that what was said before it was a joke.
pub(super) fn takes_back(clause: &str) -> bool {
    static JOKES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        super::rules::one(concat!(
            r"(?i)^(?:(?:lol|haha+|no,|nah|ok|okay|but|well|and)[,. ]+)*(?:(?:just|i[’']?m|i was|only) )*(?:kidding|joking|jk|j/k|psych$|gotcha|i lied|april fools)\b|^not$",
            r"|^(?:(?:哈+|嘿+|嘻+|好吧|其实|不是[，,]|我|都|是|在)[，,]?)*(?:开玩笑|骗你|逗你|瞎说|胡说|乱说|假的|才怪)",
            r"|^(?:(?:なーん|な)てね|(?:って)?(?:冗談|嘘|うそ|ウソ)(?:です|だ)?(?:よ|けど|w|笑|$)|なんちゃって)"
        ))
    });
    // "Joking aside, …"
    let aside = ["aside", "apart"].iter().any(|word| clause.contains(word));
    !aside && JOKES.as_ref().is_some_and(|rule| rule.is_match(clause.trim()))
}

/// Whether somebody else begins to speak behind a clause, as people tell it aloud: "Tom is like, I live …".
pub(super) fn another_speaks(clause: &str) -> bool {
    static LIKE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        super::rules::one(
            r"(?i)\b(?:\p{L}+[’']s|\p{L}+ (?:is|was|are|were|goes|went)(?: all)?)(?: just| always| all)? like$|\b(?:he|she|they) (?:just |always )?(?:goes|go|went)$",
        )
    });
    LIKE.as_ref().is_some_and(|rule| rule.is_match(clause.trim().trim_end_matches([',', ':'])))
}

#[cfg(test)]
mod tests {
    use super::super::read;

    /// What is nearly what tells nothing, and tells something.
    #[test]
    fn near_misses_are_read() {
        for (text, attribute, value) in [
            ("Call me Crazy Horse", "name", "Crazy Horse"),
            ("I live on Maple Street", "home", "Maple Street"),
            ("we live on a farm near Ghent", "home", "a farm near Ghent"),
            ("I live in Hope Valley", "home", "Hope Valley"),
            ("I'm a bartender", "work", "bartender"),
            ("I'm a delivery man", "work", "delivery man"),
            ("I'm a real estate broker", "work", "real estate broker"),
            ("My name is An", "name", "An"),
            ("I'm engaged to Paula", "partner", "engaged to Paula"),
            ("I don't eat meat any more", "diet", "don't eat meat any more"),
            ("I'm learning to sail", "study", "to sail"),
            ("my sister's name is Ona", "sister", "Ona"),
            ("我叫车晓", "name", "车晓"),
            ("我学长笛", "study", "长笛"),
            ("我学生物的", "study", "生物"),
            ("我对花生过敏", "allergy", "花生"),
            ("我今年三十岁了", "age", "三十"),
            ("誕生日は五月三日です", "birthday", "五月三日"),
            ("卵アレルギーです", "allergy", "卵"),
            ("蜘蛛が怖くなった", "fears", "蜘蛛"),
            ("仕事は大工です", "work", "大工"),
            ("名前は長谷川です", "name", "長谷川"),
            ("仕事は楽器店員です", "work", "楽器店員"),
            ("妹の名前は今日子です", "妹", "今日子"),
            ("我喜欢不辣的火锅", "likes", "不辣的火锅"),
            ("我学精算的", "study", "精算"),
            ("我读分子生物学", "study", "分子生物学"),
            ("I work in IT", "work", "IT"),
            ("I work at Great Western Railway", "work", "Great Western Railway"),
            ("I live in Los Angeles, no, Denver", "home", "Denver"),
            ("I live in Leeds. Joking aside, it rains.", "home", "Leeds"),
            ("I'm a pilot. No kidding!", "work", "pilot"),
            ("我是飞行员。我不是开玩笑。", "work", "飞行员"),
            ("我住在幸福路", "home", "幸福路"),
            ("趣味は多肉植物です", "hobby", "多肉植物"),
            ("はちみつアレルギーです", "allergy", "はちみつ"),
        ] {
            let read = read(text, None);
            let found = read.iter().any(|one| one.attribute.0 == attribute && one.value == value);
            assert!(found, "{text}: {read:?}");
        }
    }

    #[test]
    fn what_was_a_joke_is_not_remembered() {
        for text in [
            "I live in Leeds. I'm a pilot. Just kidding.",
            "I live in Leeds. I'm a pilot. lol jk",
            "我住在利兹。我是飞行员。哈哈，骗你的。",
            "リーズに住んでいます。仕事は医者です。嘘だよ。",
        ] {
            let read = read(text, None);
            let attributes: Vec<&str> = read.iter().map(|one| one.attribute.0.as_str()).collect();
            assert_eq!(attributes, ["home"], "{text}: {read:?}");
        }
    }

    #[test]
    fn what_others_are_quoted_with_aloud_is_theirs() {
        for text in ["Tom is like, I live in Boston now", "and she goes, I hate cats"] {
            assert_eq!(read(text, None), [], "{text}");
        }
        assert_eq!(read("Leeds is like home, I live in Leeds", None).len(), 1);
    }
}
