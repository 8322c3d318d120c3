//! Who answers whom in a conversation.

use std::collections::HashSet;

use super::conversations::{Conversation, PLAYER, Turn, joint};

/// A question and its answer, with who answers.
pub(super) struct Pair {
    pub(super) prompt: String,
    pub(super) answer: String,
    pub(super) speaker: String,
}

/// Whose answers are looked for.
pub(super) struct Answers<'a> {
    target: Option<&'a str>,
    /// The target is whom the player plays, so nobody's choices are said to it.
    is_player: bool,
}

/// What is said before an answer.
struct Said<'a> {
    speaker: &'a str,
    text: &'a str,
    /// What was told before it.
    narration: String,
}

impl<'a> Answers<'a> {
    /// Those of `target`, or of everybody.
    pub(super) fn new(conversations: &[Conversation], target: Option<&'a str>) -> Self {
        let is_player = target.is_some_and(|target| is_played(conversations, target));
        Self { target, is_player }
    }

    /// Runs of pairs: what others say is the question, what the target says is the answer. Without a target turns alternate. What a
    /// player chooses is the question of who answers it at once; where somebody else speaks first, they say what was chosen, in
    /// their own words, or were spoken to themselves.
    pub(super) fn of(&self, conversation: &Conversation) -> Vec<Vec<Pair>> {
        let mut runs = Vec::new();
        let mut run = Vec::new();
        let mut question: Vec<Said<'_>> = Vec::new();
        let mut before: Option<&str> = None;
        for turn in &conversation.turns {
            let speaker = turn.speaker.as_str();
            let mut narration = turn.narration.clone();
            let is_answer = match self.target {
                _ if speaker == PLAYER => false,
                Some(target) => {
                    let chosen = speaker == target && !self.is_player;
                    keep_chosen(&mut question, turn, chosen, &mut narration);
                    speaker == target
                }
                None => {
                    let chosen =
                        before.is_none_or(|before| before == speaker || is_so_called(before));
                    keep_chosen(&mut question, turn, chosen, &mut narration);
                    question.last().is_some_and(|last| last.speaker != speaker)
                }
            };
            if speaker != PLAYER {
                before = Some(speaker);
            }
            if !is_answer {
                question.push(Said { speaker, text: &turn.text, narration });
            } else if question.is_empty() && narration.is_empty() {
                // The target begins: there is nothing that is answered, and nothing before it that belongs here.
                runs.push(std::mem::take(&mut run));
            } else {
                let mut prompt = asked(&question);
                if !narration.is_empty() {
                    let told = format!("({narration})");
                    prompt = if prompt.is_empty() { told } else { format!("{prompt}\n{told}") };
                }
                run.push(Pair { prompt, answer: turn.text.clone(), speaker: turn.speaker.clone() });
                question.clear();
            }
        }
        runs.push(run);
        runs
    }
}

/// Takes what was chosen out of a question again, unless `turn` answers it: neither where that is not `chosen` for it nor where it
/// says the same. What was told before the choice stays.
fn keep_chosen(question: &mut Vec<Said<'_>>, turn: &Turn, chosen: bool, narration: &mut String) {
    while question.last().is_some_and(|last| {
        last.speaker == PLAYER && (!chosen || same_words(last.text, &turn.text))
    }) {
        let told = question.pop().map(|last| last.narration).unwrap_or_default();
        if !told.is_empty() {
            let between = if narration.is_empty() { "" } else { joint(&told, narration) };
            *narration = format!("{told}{between}{narration}");
        }
    }
}

/// What scripts call whom the player plays, where that has no name.
const PLAYED: [&str; 11] = [
    "player",
    "the player",
    "protagonist",
    "main character",
    "mc",
    "you",
    "me",
    "主人公",
    "主角",
    "玩家",
    "プレイヤー",
];

/// Whether the player plays this one: so called, or who speaks behind a choice is mostly another than who spoke before the menu. Where
/// the player's own person spoke before it, nothing can be told from that.
fn is_played(conversations: &[Conversation], target: &str) -> bool {
    let (mut same, mut other) = (0, 0);
    for conversation in conversations {
        for three in conversation.turns.windows(3) {
            if three[1].speaker == PLAYER && three[2].speaker == target {
                match three[0].speaker.as_str() {
                    before if before == target => same += 1,
                    before if is_so_called(before) => {}
                    _ => other += 1,
                }
            }
        }
    }
    is_so_called(target) || other > same
}

fn is_so_called(name: &str) -> bool {
    PLAYED.contains(&name.to_lowercase().as_str())
}

/// Whether two texts are the same but for marks and capitals.
fn same_words(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let words = letters(one);
    if words.is_empty() { one == other } else { words == letters(other) }
}

/// What several people say before the answer: with their names, if there are several. The player has none.
fn asked(turns: &[Said<'_>]) -> String {
    let named = || turns.iter().map(|turn| turn.speaker).filter(|name| *name != PLAYER);
    let several = named().collect::<HashSet<_>>().len() > 1;
    let lines: Vec<String> = turns
        .iter()
        .map(|Said { speaker, text, narration }| {
            let told =
                if narration.is_empty() { String::new() } else { format!("({narration})\n") };
            let label =
                if several && *speaker != PLAYER { format!("{speaker}: ") } else { String::new() };
            format!("{told}{label}{text}")
        })
        .collect();
    lines.join("\n")
}
