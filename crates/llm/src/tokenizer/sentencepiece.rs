//! SentencePiece's byte-pair merging as llama.cpp does it: of all neighbours that form a piece, the one with the best score is
//! merged first, the leftmost of equals; what remains without a piece is spelled in bytes.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use super::pieces::Pieces;
use super::vocabulary::{Kind, byte_of};

/// Pieces by text.
pub(super) struct SentencePiece {
    pieces: Pieces,
    ids: HashMap<String, u32>,
    bytes: [Option<u32>; 256],
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
    /// Sorts pieces by what they are for.
    pub(super) fn new(pieces: Pieces) -> Self {
        let mut ids = HashMap::with_capacity(pieces.texts.len());
        let mut bytes = [None; 256];
        for (id, (piece, kind)) in pieces.texts.iter().zip(&pieces.kinds).enumerate() {
            match kind {
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
        Self { pieces, ids, bytes }
    }

    /// Whether a text is given a space in front.
    pub(super) fn adds_space(&self) -> bool {
        self.pieces.add_space
    }

    /// Appends the ids of a text without special tokens. `begins` where nothing or a special token stands before it.
    pub(super) fn encode(&self, text: &str, begins: bool, ids: &mut Vec<u32>) {
        let text = self.pieces.spell(text, begins);
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
            queue.push(Bigram { left, right, score: self.pieces.scores[id as usize], length });
        }
    }

    fn push(&self, piece: &str, ids: &mut Vec<u32>) {
        if let Some(&id) = self.ids.get(piece) {
            ids.push(id);
            return;
        }
        for byte in piece.bytes() {
            ids.extend(self.bytes[usize::from(byte)].or(self.unknown()));
        }
    }

    fn unknown(&self) -> Option<u32> {
        self.pieces.uses.unknown.filter(|&id| (id as usize) < self.pieces.texts.len())
    }
}
