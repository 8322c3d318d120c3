//! What has been said in a session, so that it is not said again: runs of words from the last lines of either side (ChatPLUG bans all
//! 6-grams of its last 20 utterances), sentences of her own in slightly other words, and one farewell after the other.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use crate::metrics::tagged;
use crate::words::{Phrases, content_words, words};

/// Lines of either side whose runs of words are not used again.
pub const LINES: usize = 20;
/// Words in a row that are a run.
const RUN: usize = 6;
/// Words of a run that carry content: "I would like to be a" is nobody's.
const CONTENT: usize = 2;
/// Content words without which a sentence is like many others.
const LEAST: usize = 4;
/// Share of the content words of two sentences together that both hold, from which on they say the same.
const ALIKE: f64 = 0.75;

/// What must not be said again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaidBefore {
    runs: HashSet<u64>,
    /// Content words of her own last sentences.
    sentences: Vec<Vec<String>>,
    /// Her last line was a farewell, and the person went on talking.
    took_leave: bool,
}

impl SaidBefore {
    /// Of the last lines of a session, the oldest first, each with whether it is hers; the last one is the line to be answered.
    /// What stands in `card` may be said as often as she likes: it is what she is.
    pub fn new(lines: &[(bool, &str)], card: &str) -> Self {
        let recent = &lines[lines.len().saturating_sub(LINES + 1)..];
        let mut this = Self::default();
        for (hers, text) in recent {
            let text = tagged(text).text;
            this.runs.extend(runs(&text));
            if *hers {
                this.sentences.extend(sentences(&text));
            }
        }
        for run in runs(card) {
            this.runs.remove(&run);
        }
        let hers = recent.iter().rev().find(|(hers, _)| *hers).map(|(_, text)| *text);
        let asked = recent.last().filter(|(hers, _)| !hers).map(|(_, text)| *text);
        this.took_leave =
            hers.is_some_and(is_farewell) && asked.is_some_and(|asked| !is_farewell(asked));
        this
    }

    /// Whether a text holds a run of words from the last lines that its first `before` characters do not hold.
    pub fn has_run(&self, text: &str, before: &str) -> bool {
        if self.runs.is_empty() {
            return false;
        }
        let known: HashSet<u64> = runs(before).collect();
        runs(text).any(|run| self.runs.contains(&run) && !known.contains(&run))
    }

    /// Whether the last sentence of a text (what stands behind its end mark, if anything does, is none yet) says what one of her own
    /// last sentences said.
    pub fn is_alike(&self, text: &str) -> bool {
        let Some(last) = sentences(text).pop() else { return false };
        let last: HashSet<&String> = last.iter().collect();
        self.sentences.iter().any(|sentence| {
            let sentence: HashSet<&String> = sentence.iter().collect();
            let (both, all) = (last.intersection(&sentence).count(), last.union(&sentence).count());
            both as f64 >= ALIKE * all as f64
        })
    }

    /// Whether a text takes leave once more, though the person went on talking after the last time.
    pub fn takes_leave_again(&self, text: &str) -> bool {
        self.took_leave && is_farewell(text)
    }
}

/// Runs of words in a text: digits are left out, because a number may be said twice.
fn runs(text: &str) -> impl Iterator<Item = u64> {
    let text: String = text.chars().map(|c| if c.is_numeric() { ' ' } else { c }).collect();
    let words = words(&text);
    let telling: HashSet<String> = content_words(&text).into_iter().collect();
    let runs: Vec<u64> = words
        .windows(RUN)
        .filter(|run| run.iter().filter(|word| telling.contains(*word)).count() >= CONTENT)
        .map(|run| {
            let mut hasher = DefaultHasher::new();
            run.hash(&mut hasher);
            hasher.finish()
        })
        .collect();
    runs.into_iter()
}

/// The content words of each sentence that has enough of them.
fn sentences(text: &str) -> Vec<Vec<String>> {
    text.split(['.', '!', '?', '…', '\n', '。', '！', '？'])
        .map(content_words)
        .filter(|words| words.len() >= LEAST)
        .collect()
}

/// Whether somebody takes leave. ChatPLUG's expressions, and their like in English and Japanese.
fn is_farewell(text: &str) -> bool {
    const WORDS: [&str; 28] = [
        "再见",
        "拜拜",
        "不跟你聊",
        "去忙",
        "先忙",
        "不聊",
        "下次聊",
        "再聊",
        "打扰你",
        "下次再",
        "goodbye",
        "good bye",
        "bye",
        "bye-bye",
        "see you",
        "see you later",
        "talk to you later",
        "farewell",
        "good night",
        "until next time",
        "take care",
        "さようなら",
        "じゃあね",
        "またね",
        "また今度",
        "おやすみ",
        "バイバイ",
        "ではまた",
    ];
    static READY: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(WORDS));
    READY.any_in(text)
}

#[cfg(test)]
mod tests {
    use super::SaidBefore;

    #[test]
    fn runs_of_either_side_are_not_used_again() {
        let lines = [
            (false, "The old lighthouse keeper told me a story about seals."),
            (true, "[joy] I have a kettle of copper that whistles two notes."),
            (false, "Tell me more."),
        ];
        let before = SaidBefore::new(&lines, "");
        assert!(before.has_run("He said the old lighthouse keeper told me a lot.", ""));
        assert!(before.has_run("You know, a kettle of copper that whistles two notes!", ""));
        assert!(!before.has_run("The keeper of the lighthouse is old.", ""));
        // What was let go of is no reason to write the rest anew.
        let gone = "a kettle of copper that whistles two notes";
        assert!(!before.has_run(&format!("{gone} and steam"), gone));
        // Her own card is hers to quote.
        let quoting =
            SaidBefore::new(&lines, "She has a kettle of copper that whistles two notes.");
        assert!(!quoting.has_run("a kettle of copper that whistles two notes", ""));
    }

    #[test]
    fn runs_are_found_in_chinese_and_japanese() {
        let lines = [
            (true, "我在海边的旧灯塔里卖二手书和热茶。"),
            (true, "灯台の下で古い本と紅茶を売っています。"),
        ];
        let before = SaidBefore::new(&lines, "");
        assert!(before.has_run("对，我在海边的旧灯塔里卖二手书。", ""));
        assert!(before.has_run("そう、灯台の下で古い本と紅茶を売っています。", ""));
        assert!(!before.has_run("我喜欢灯塔。", "") && !before.has_run("灯台が好き。", ""));
    }

    #[test]
    fn small_talk_and_numbers_are_free() {
        let lines = [(true, "I would like to be a"), (true, "It is 7 30 8 45 9 15 10 20 now.")];
        let before = SaidBefore::new(&lines, "");
        assert!(!before.has_run("I would like to be a", ""));
        assert!(!before.has_run("7 30 8 45 9 15 10 20", ""));
    }

    #[test]
    fn a_sentence_in_slightly_other_words_is_the_same_sentence() {
        let lines = [
            (true, "The storm tore the roof off the harbour office last night."),
            (false, "And then?"),
        ];
        let before = SaidBefore::new(&lines, "");
        assert!(
            before.is_alike(
                "Last night the storm tore off the harbour office's roof… the roof of the office!"
                    .split('…')
                    .next()
                    .unwrap_or_default()
            )
        );
        assert!(!before.is_alike("The storm woke me, so I counted the waves until morning."));
        assert!(!before.is_alike("Yes."));
        // What the person said may be taken up.
        let theirs =
            SaidBefore::new(&[(false, "The storm tore the roof off the harbour office.")], "");
        assert!(!theirs.is_alike("The storm tore the roof off the harbour office."));
    }

    #[test]
    fn one_farewell_is_enough() {
        let lines =
            [(true, "Goodbye, sleep well!"), (false, "Wait, one more thing: where is my cup?")];
        let before = SaidBefore::new(&lines, "");
        assert!(before.takes_leave_again("[joy] Bye, see you tomorrow!"));
        assert!(!before.takes_leave_again("On the shelf."));
        let both = SaidBefore::new(&[(true, "再见！"), (false, "拜拜")], "");
        assert!(!both.takes_leave_again("再见！"));
    }

    #[test]
    fn only_the_last_lines_count() {
        let old = "a kettle of copper that whistles two notes";
        let mut lines = vec![(true, old)];
        lines.extend(std::iter::repeat_n((false, "Hm."), super::LINES + 1));
        assert!(!SaidBefore::new(&lines, "").has_run(old, ""));
        assert!(SaidBefore::new(&lines[..super::LINES], "").has_run(old, ""));
    }
}
