//! From conversations to tokens: what is read, what is learnt, what is cut off, what shares a row.

use crate::decoder::Pass;
use std::sync::Arc;

/// One question with its answer, as the model's template writes them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turn {
    /// Everything up to where the answer begins (for the first turn with what stands before the conversation).
    pub prompt: String,
    /// The answer with what ends it.
    pub reply: String,
}

/// A text with marks on what is learnt of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Example {
    /// Its tokens.
    pub ids: Vec<u32>,
    /// Whether the loss counts each of them.
    pub learned: Vec<bool>,
}

/// How much of a source of `source` and a target of `target` tokens is kept within `cutoff`, as LLaMA-Factory divides it.
pub fn truncated(source: usize, target: usize, cutoff: usize) -> (usize, usize) {
    let most = if target * 2 < cutoff {
        cutoff
    } else if source * 2 < cutoff {
        cutoff - source
    } else {
        cutoff * target / (source + target).max(1)
    };
    let target = most.min(target);
    (cutoff.saturating_sub(target).min(source), target)
}

/// Which parts of a conversation are learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Learning {
    /// Tokens of an example at most.
    pub cutoff: usize,
    /// Questions, too.
    pub prompts: bool,
    /// Only the last answer.
    pub last_only: bool,
}

impl Example {
    /// Of a conversation in tokens, `(prompt, reply)` a turn. Turn by turn until the cutoff is used up; with
    /// [`Learning::last_only`] the last turn first.
    pub fn of_turns(turns: &[(Vec<u32>, Vec<u32>)], learning: Learning) -> Self {
        let mut parts: Vec<Self> = Vec::new();
        let mut length = 0;
        let order: Box<dyn Iterator<Item = usize>> = if learning.last_only {
            Box::new((0..turns.len()).rev())
        } else {
            Box::new(0..turns.len())
        };
        for turn in order {
            if length >= learning.cutoff {
                break;
            }
            let (prompt, reply) = &turns[turn];
            let (source, target) = truncated(prompt.len(), reply.len(), learning.cutoff - length);
            length += source + target;
            let counts = !learning.last_only || turn + 1 == turns.len();
            let ids = [&prompt[..source], &reply[..target]].concat();
            let learned = (0..ids.len())
                .map(|at| if at < source { learning.prompts && counts } else { counts })
                .collect();
            parts.push(Self { ids, learned });
        }
        if learning.last_only {
            parts.reverse();
        }
        let mut whole = Self::default();
        for part in parts {
            whole.ids.extend(part.ids);
            whole.learned.extend(part.learned);
        }
        whole
    }

    /// A text that is learnt from its second token on, cut off behind `cutoff`.
    pub fn of_text(mut ids: Vec<u32>, cutoff: usize) -> Self {
        ids.truncate(cutoff);
        Self { learned: vec![true; ids.len()], ids }
    }

    /// Tokens that the loss counts: the first has nothing before it.
    pub fn targets(&self) -> usize {
        self.learned.iter().skip(1).filter(|l| **l).count()
    }
}

/// One row of a batch: a text, or several that do not see each other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) ids: Vec<u32>,
    pub(crate) learned: Vec<bool>,
    positions: Vec<u32>,
    segments: Vec<u32>,
}

impl Row {
    fn push(&mut self, example: &Example) {
        let segment = self.segments.last().map_or(0, |last| last + 1);
        self.segments.resize(self.segments.len() + example.ids.len(), segment);
        self.positions.extend(0..example.ids.len() as u32);
        self.ids.extend(&example.ids);
        // What begins a text follows from nothing before it.
        self.learned.extend(example.learned.iter().enumerate().map(|(at, l)| at > 0 && *l));
    }

    /// Tokens that the loss counts.
    pub(crate) fn targets(&self) -> usize {
        self.learned.iter().filter(|l| **l).count()
    }
}

/// Every example in a row of its own.
pub(crate) fn rows(examples: &[Example]) -> Vec<Row> {
    let row = |example| {
        let mut row = Row::default();
        row.push(example);
        row
    };
    examples.iter().map(row).collect()
}

/// Examples put together in rows of at most `capacity` tokens, the largest that fits first (LLaMA-Factory's greedy knapsack).
pub(crate) fn packed(examples: &[Example], capacity: usize) -> Vec<Row> {
    let mut waiting: Vec<&Example> = examples.iter().collect();
    waiting.sort_by_key(|example| example.ids.len());
    let mut rows = Vec::new();
    while !waiting.is_empty() {
        let (mut row, mut room) = (Row::default(), capacity);
        loop {
            let fitting = waiting.partition_point(|example| example.ids.len() <= room);
            if fitting == 0 {
                break;
            }
            let example = waiting.remove(fitting - 1);
            room -= example.ids.len();
            row.push(example);
        }
        if row.ids.is_empty() {
            // Longer than a row: it gets one of its own.
            if let Some(example) = waiting.pop() {
                row.push(example);
            }
        }
        rows.push(row);
    }
    rows
}

/// A forward pass over rows, with what its loss counts: places in `[rows · length]` and the tokens that come next there.
pub(crate) fn batch(rows: &[&Row], pad: u32) -> (Pass, Vec<u32>, Vec<u32>) {
    let ids: Vec<&[u32]> = rows.iter().map(|row| row.ids.as_slice()).collect();
    let mut pass = Pass::of(&ids, pad);
    let length = pass.length;
    if rows.iter().any(|row| row.segments.last().is_some_and(|last| *last > 0)) {
        let mut positions = Vec::with_capacity(rows.len() * length);
        let mut segments = Vec::with_capacity(rows.len() * length);
        for row in rows {
            positions.extend(&row.positions);
            segments.extend(&row.segments);
            // Padding is a text of its own, at positions that exist.
            let missing = length - row.ids.len();
            positions.extend(0..missing as u32);
            segments.resize(segments.len() + missing, u32::MAX);
        }
        pass.positions = Arc::new(positions);
        pass.segments = Some(Arc::new(segments));
    }
    let (mut places, mut targets) = (Vec::new(), Vec::new());
    for (index, row) in rows.iter().enumerate() {
        for at in 1..row.ids.len() {
            if row.learned[at] {
                places.push((index * length + at - 1) as u32);
                targets.push(row.ids[at]);
            }
        }
    }
    (pass, places, targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_as_llama_factory_cuts_it() {
        assert_eq!(truncated(3000, 100, 2048), (1948, 100));
        assert_eq!(truncated(100, 3000, 2048), (100, 1948));
        assert_eq!(truncated(3000, 3000, 2048), (1024, 1024));
        assert_eq!(truncated(10, 20, 2048), (10, 20));
        assert_eq!(truncated(0, 0, 0), (0, 0));
    }

    fn turns() -> Vec<(Vec<u32>, Vec<u32>)> {
        vec![(vec![1, 2], vec![3, 4]), (vec![5], vec![6, 7])]
    }

    #[test]
    fn answers_are_learnt_and_questions_are_not() {
        let learning = Learning { cutoff: 100, ..Learning::default() };
        let example = Example::of_turns(&turns(), learning);
        assert_eq!(example.ids, [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(example.learned, [false, false, true, true, false, true, true]);
        assert_eq!(example.targets(), 4);
        let all = Example::of_turns(&turns(), Learning { prompts: true, ..learning });
        assert_eq!(all.targets(), 6);
        let last = Example::of_turns(&turns(), Learning { last_only: true, ..learning });
        assert_eq!(last.ids, example.ids);
        assert_eq!(last.learned, [false, false, false, false, false, true, true]);
    }

    #[test]
    fn a_conversation_ends_where_the_cutoff_is() {
        let example = Example::of_turns(&turns(), Learning { cutoff: 5, ..Learning::default() });
        assert_eq!(example.ids.len(), 5);
        assert_eq!(example.ids[..4], [1, 2, 3, 4]);
        let last =
            Example::of_turns(&turns(), Learning { cutoff: 4, last_only: true, prompts: false });
        assert_eq!(last.ids[last.ids.len() - 3..], [5, 6, 7]);
    }

    #[test]
    fn packed_rows_hold_every_example_once_and_none_sees_another() {
        let of = |length: usize, first: u32| Example {
            ids: vec![first; length],
            learned: vec![true; length],
        };
        let rows = packed(&[of(3, 1), of(5, 2), of(2, 3), of(9, 4)], 8);
        let lengths: Vec<usize> = rows.iter().map(|row| row.ids.len()).collect();
        assert_eq!(lengths.iter().sum::<usize>(), 19);
        assert_eq!(lengths, [8, 2, 9]);
        let (pass, places, targets) = batch(&[&rows[0]], 0);
        assert_eq!(*pass.positions, [0, 1, 2, 3, 4, 0, 1, 2]);
        assert_eq!(**pass.segments.as_ref().unwrap(), [0, 0, 0, 0, 0, 1, 1, 1]);
        // Place 4 would predict the next text's first token.
        assert_eq!(places, [0, 1, 2, 3, 5, 6]);
        assert_eq!(targets, [2, 2, 2, 2, 1, 1]);
    }
}
