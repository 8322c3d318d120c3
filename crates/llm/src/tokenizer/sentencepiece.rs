//! SentencePiece's byte-pair merging as llama.cpp does it: of all neighbours that form a piece, the one with the best score is
//! merged first, the leftmost of equals; what remains without a piece is spelled in bytes.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use super::vocabulary::{Kind, Vocabulary, byte_of};
use crate::Error;
use crate::gguf::Gguf;

/// Pieces by text, with their scores.
pub(super) struct SentencePiece {
    ids: HashMap<String, u32>,
    scores: Vec<f32>,
    bytes: [Option<u32>; 256],
    unknown: Option<u32>,
    add_space: bool,
}

/// A run of the text that is one piece so far; a doubly linked list in a vector.
struct Symbol {
    start: usize,
    /// 0 once it was merged into its left neighbour.
    length: usize,
    previous: Option<usize>,
    next: Option<usize>,
}

/// Two neighbours that could be merged.
struct Bigram {
    left: usize,
    right: usize,
    score: f32,
    /// Bytes of both together, to notice that either has changed since.
    length: usize,
}

impl Ord for Bigram {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then_with(|| other.left.cmp(&self.left))
    }
}

impl PartialOrd for Bigram {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Bigram {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Bigram {}

impl SentencePiece {
    /// Reads scores and rules from the model file.
    pub(super) fn new(gguf: &Gguf, vocabulary: &Vocabulary) -> Result<Self, Error> {
        let scores = match gguf.floats("tokenizer.ggml.scores") {
            Some(scores) if scores.len() == vocabulary.len() => scores.to_vec(),
            Some(scores) => {
                return Err(gguf.damaged(format!(
                    "its tokenizer has {} tokens and {} scores",
                    vocabulary.len(),
                    scores.len()
                )));
            }
            None => return Err(gguf.damaged("its tokenizer has no scores")),
        };
        let mut ids = HashMap::with_capacity(vocabulary.len());
        let mut bytes = [None; 256];
        for (id, piece) in vocabulary.pieces().iter().enumerate() {
            match vocabulary.kind(id as u32) {
                Kind::Byte => {
                    if let Some(byte) = byte_of(piece) {
                        bytes[usize::from(byte)] = Some(id as u32);
                    }
                }
                Kind::Normal | Kind::UserDefined => {
                    ids.entry(piece.clone()).or_insert(id as u32);
                }
                Kind::Control | Kind::Unknown | Kind::Unused => {}
            }
        }
        Ok(Self {
            ids,
            scores,
            bytes,
            unknown: gguf
                .token_id("tokenizer.ggml.unknown_token_id")
                .filter(|&id| (id as usize) < vocabulary.len()),
            add_space: gguf.bool("tokenizer.ggml.add_space_prefix").unwrap_or(true),
        })
    }

    /// Whether a text is given a space in front.
    pub(super) fn adds_space(&self) -> bool {
        self.add_space
    }

    /// Appends the ids of a text without special tokens. `begins` where nothing or a special token stands before it.
    pub(super) fn encode(&self, text: &str, begins: bool, ids: &mut Vec<u32>) {
        let prefix = if self.add_space && begins { "\u{2581}" } else { "" };
        let text = format!("{prefix}{}", text.replace(' ', "\u{2581}"));
        let mut symbols: Vec<Symbol> = text
            .char_indices()
            .enumerate()
            .map(|(index, (start, c))| Symbol {
                start,
                length: c.len_utf8(),
                previous: index.checked_sub(1),
                next: Some(index + 1),
            })
            .collect();
        if let Some(last) = symbols.last_mut() {
            last.next = None;
        }

        let mut queue = BinaryHeap::new();
        for right in 1..symbols.len() {
            self.propose(&text, &symbols, Some(right - 1), Some(right), &mut queue);
        }
        while let Some(Bigram { left, right, length, .. }) = queue.pop() {
            let (l, r) = (&symbols[left], &symbols[right]);
            if l.length == 0 || r.length == 0 || l.length + r.length != length {
                continue;
            }
            let next = r.next;
            symbols[left].length = length;
            symbols[left].next = next;
            symbols[right].length = 0;
            if let Some(next) = next {
                symbols[next].previous = Some(left);
            }
            self.propose(&text, &symbols, symbols[left].previous, Some(left), &mut queue);
            self.propose(&text, &symbols, Some(left), next, &mut queue);
        }
        for symbol in symbols.iter().filter(|s| s.length > 0) {
            self.push(&text[symbol.start..symbol.start + symbol.length], ids);
        }
    }

    fn propose(
        &self,
        text: &str,
        symbols: &[Symbol],
        left: Option<usize>,
        right: Option<usize>,
        queue: &mut BinaryHeap<Bigram>,
    ) {
        let (Some(left), Some(right)) = (left, right) else { return };
        let length = symbols[left].length + symbols[right].length;
        if let Some(&id) = self.ids.get(&text[symbols[left].start..symbols[left].start + length]) {
            queue.push(Bigram { left, right, score: self.scores[id as usize], length });
        }
    }

    fn push(&self, piece: &str, ids: &mut Vec<u32>) {
        if let Some(&id) = self.ids.get(piece) {
            ids.push(id);
            return;
        }
        for byte in piece.bytes() {
            ids.extend(self.bytes[usize::from(byte)].or(self.unknown));
        }
    }
}
