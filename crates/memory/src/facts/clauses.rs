//! A message in clauses: the pieces in which one thing is said.

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The text, without its final mark.
    pub text: String,
    /// It asks.
    pub is_question: bool,
}

/// Endings after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 10] =
    ["mr", "mrs", "ms", "dr", "st", "prof", "vs", "no", "approx", "etc"];

/// Longest text that is read, in bytes: what comes behind that was pasted, not said.
pub(super) const LONGEST: usize = 8 << 10;

/// Cuts a message at the ends of its sentences, and at commas and conjunctions behind which somebody speaks of themselves again.
/// What stands between asterisks is acted, not said, and left out.
pub fn clauses(text: &str) -> Vec<Clause> {
    by_sentence(text).into_iter().flatten().collect()
}

/// The same, sentence by sentence.
pub(super) fn by_sentence(text: &str) -> Vec<Vec<Clause>> {
    let said = without_actions(words::beginning(text, LONGEST));
    let clauses = |(sentence, mark): (&str, Option<char>)| {
        let parts = parts(sentence).into_iter().map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| Clause {
                text: part.to_owned(),
                is_question: mark == Some('?') || asks(part),
            })
            .collect()
    };
    sentences(&said).into_iter().map(clauses).collect()
}

fn without_actions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('*') {
        let Some(length) = rest[start + 1..].find('*') else { break };
        out.push_str(&rest[..start]);
        out.push(' ');
        rest = &rest[start + 1 + length + 1..];
    }
    out.push_str(rest);
    out
}

/// Sentences, each with the mark that ended it (question marks as `?`).
fn sentences(text: &str) -> Vec<(&str, Option<char>)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let after = text[at + c.len_utf8()..].chars().next();
        let ends = match c {
            '。' | '！' | '？' | '!' | '?' | '\n' | ';' | '；' | '…' => true,
            '.' => {
                after.is_none_or(char::is_whitespace) && {
                    let word = text[start..at]
                        .rsplit(|c: char| !c.is_alphanumeric())
                        .next()
                        .unwrap_or_default();
                    !ABBREVIATIONS.contains(&word.to_ascii_lowercase().as_str())
                }
            }
            _ => false,
        };
        if ends {
            let mark = match c {
                '?' | '？' => Some('?'),
                c => Some(c),
            };
            found.push((&text[start..at], mark));
            start = at + c.len_utf8();
        }
    }
    found.push((&text[start..], None));
    found.retain(|(sentence, _)| !sentence.trim().is_empty());
    found
}

/// Words behind a comma (or a conjunction) with which another statement begins.
const BEGINNINGS: [&str; 8] = ["i ", "i'm ", "i’m ", "i've ", "i’ve ", "my ", "we ", "our "];

fn parts(sentence: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in sentence.char_indices() {
        let cut = match c {
            '，' | '、'
                if sentence[at..]
                    .chars()
                    .nth(1)
                    .is_some_and(|next| matches!(next, '我' | '你' | '私' | '僕' | '俺')) =>
            {
                Some(at)
            }
            '，' if ["不过", "但", "而", "还有", "今年", "住", "在", "也"]
                .iter()
                .any(|word| sentence[at + c.len_utf8()..].starts_with(word)) =>
            {
                Some(at)
            }
            ',' | ' ' => {
                let rest = sentence[at + 1..].trim_start();
                let conjunction = ["and ", "but ", "so ", "because ", "also "]
                    .iter()
                    .find(|word| starts_with_ignoring_case(rest, word));
                let body = conjunction.map_or(rest, |word| rest[word.len()..].trim_start());
                let begins = (c == ',' || conjunction.is_some())
                    && BEGINNINGS.iter().any(|word| starts_with_ignoring_case(body, word));
                begins.then_some(at)
            }
            _ => None,
        };
        if let Some(at) = cut
            && at > start
        {
            parts.push(&sentence[start..at]);
            start = at + c.len_utf8();
        }
    }
    parts.push(&sentence[start..]);
    parts.into_iter().map(without_conjunction).collect()
}

fn without_conjunction(part: &str) -> &str {
    let part = part.trim();
    let found = [
        "and ",
        "but ",
        "so ",
        "because ",
        "also ",
        "well, ",
        "oh, ",
        "by the way, ",
        "btw, ",
        "btw ",
    ]
    .iter()
    .find(|word| starts_with_ignoring_case(part, word));
    found.map_or(part, |word| part[word.len()..].trim_start())
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// 什么水果都比不上荔枝 asks nothing: any fruit is meant, and not which.
fn is_whatever(from_the_word: &str) -> bool {
    let asks_for = ["什么", "谁", "哪", "怎么", "多少", "如何"];
    asks_for.iter().any(|word| from_the_word.starts_with(word))
        && from_the_word
            .split(['，', ','])
            .next()
            .is_some_and(|near| near.chars().skip(1).take(8).any(|c| matches!(c, '都' | '也')))
        && !from_the_word.contains('吗')
        && !from_the_word.contains('呢')
}

/// Question words and particles of a clause without its mark.
fn asks(clause: &str) -> bool {
    let lower = clause.to_lowercase();
    let first = lower.split(|c: char| !c.is_alphanumeric() && c != '\'').next().unwrap_or_default();
    // "What I love is the sea" asks nothing.
    let turned_round =
        ["what i ", "what i'm ", "what i’m "].iter().any(|start| lower.starts_with(start))
            && (lower.contains(" is ") || lower.contains(" are "));
    // "When I was small we lived by the river" asks nothing either.
    let mut rest = lower.split(|c: char| !c.is_alphanumeric() && c != '\'').skip(1);
    let tells_when = first == "when"
        && rest.next().is_some_and(|next| {
            ["i", "we", "my", "our", "i'm", "i'd", "i've", "we're"].contains(&next)
        });
    let english = !turned_round
        && !tells_when
        && matches!(
            first,
            "what"
                | "who"
                | "where"
                | "when"
                | "why"
                | "how"
                | "which"
                | "whose"
                | "do"
                | "does"
                | "did"
                | "are"
                | "is"
                | "was"
                | "were"
                | "can"
                | "could"
                | "will"
                | "would"
                | "should"
                | "have"
                | "has"
                | "am"
                | "what's"
                | "who's"
                | "where's"
                | "when's"
        );
    let chinese = [
        "吗",
        "呢",
        "什么",
        "怎么",
        "谁",
        "几岁",
        "多少",
        "哪",
        "是不是",
        "有没有",
        "能不能",
        "行不行",
        "如何",
    ]
    .iter()
    .any(|word| lower.find(word).is_some_and(|at| !is_whatever(&lower[at..])));
    let japanese = ["ですか", "ますか", "でしょうか", "ましたか", "だっけ", "たっけ", "って何", "は何", "の？"]
            .iter()
            .any(|word| lower.ends_with(word))
            // 青緑かな is said of oneself, 何かな asks.
            || lower.ends_with("かな")
                && ["何", "誰", "どこ", "いつ", "どう", "どんな", "どれ", "なに"]
                    .iter()
                    .any(|word| lower.contains(word))
            || lower.contains("教えて")
                && !["教えてる", "教えてい", "教えてま"].iter().any(|word| lower.contains(word));
    english || chinese || japanese
}

#[cfg(test)]
mod tests {
    use super::clauses;

    #[track_caller]
    fn cut(text: &str, expected: &[&str]) {
        let found = clauses(text);
        let said: Vec<&str> = found
            .iter()
            .filter(|clause| !clause.is_question)
            .map(|clause| clause.text.as_str())
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn sentences_and_new_subjects_are_clauses() {
        cut(
            "Hi! I'm Tom, and my sister is Anna. Do you like tea?",
            &["Hi", "I'm Tom", "my sister is Anna"],
        );
        cut("I live in St. Gallen.", &["I live in St. Gallen"]);
        cut("我叫小明，我住在北京。你呢？", &["我叫小明", "我住在北京"]);
    }

    #[test]
    fn what_is_acted_is_not_said() {
        cut("*waves, my hand is cold* My name is Tom.", &["My name is Tom"]);
    }

    #[test]
    fn questions_without_a_mark_are_questions() {
        cut("what is my name", &[]);
        cut("when is my birthday", &[]);
        cut("When I was small we had goats", &["When I was small we had goats"]);
        cut("我叫什么名字", &[]);
        cut("我什么都跟她说", &["我什么都跟她说"]);
        cut("你什么都不知道吗", &[]);
        cut("私の名前は何ですか", &[]);
    }
}
