//! Byte-level BPE's merges, over the pieces of the vocabulary themselves.
//!
//! A vocabulary of 150,000 pieces comes with as many merges, and copying all of their parts into maps of strings takes longer than
//! reading a small model's weights. A merge gives a piece, so it is kept as that piece's id and where its border is; two tables of
//! numbers find pieces by their text and merges by the texts of their parts. What is found is what the `tokenizers` crate finds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

/// Pieces by their text, and which two become one, in which order.
pub(super) struct Merges {
    pieces: Arc<[String]>,
    by_text: Table,
    /// The piece that a merge gives and how many bytes of it are the first part's, by rank.
    ranked: Vec<(u32, u32)>,
    by_parts: Table,
    state: RandomState,
}

/// A piece of the word at work.
#[derive(Clone, Copy)]
struct Symbol {
    start: usize,
    /// Nought: it has become part of the one before it.
    length: usize,
    id: u32,
    before: usize,
    behind: usize,
}

/// No neighbour.
const NONE: usize = usize::MAX;

impl Merges {
    /// Takes the pieces of a vocabulary, and merges as `a b`; what is wrong where they do not fit.
    pub(super) fn new(pieces: Arc<[String]>, merges: &[String]) -> Result<Self, String> {
        let state = RandomState::new();
        let mut by_text = Table::of(pieces.len())?;
        let mut twice = false;
        for (id, piece) in pieces.iter().enumerate() {
            let same = |id: u32| pieces[id as usize] == *piece;
            twice |= by_text.insert(hash(&state, piece, ""), id as u32, same);
        }
        let mut made = Self {
            by_parts: Table::of(merges.len())?,
            ranked: Vec::with_capacity(merges.len()),
            pieces,
            by_text,
            state,
        };
        let mut joined = String::new();
        // Most vocabularies list what their merges give in the merges' order: the next piece is tried before all are searched.
        let mut next = 0;
        for merge in merges {
            // The border is the first space behind the first character, as a piece may begin with one.
            let border = merge.char_indices().skip(1).find(|(_, c)| *c == ' ');
            let Some((border, _)) = border else {
                return Err(format!("its tokenizer's merge `{merge}` has no two parts"));
            };
            let (a, b) = (&merge[..border], &merge[border + 1..]);
            joined.clear();
            joined.push_str(a);
            joined.push_str(b);
            let follows = !twice && made.pieces.get(next as usize) == Some(&joined);
            let found = if follows { Some(next) } else { made.id(&joined) };
            let Some(id) = found else {
                return Err(format!(
                    "its tokenizer's merges do not fit its tokens: `{merge}` gives none of them"
                ));
            };
            next = id + 1;
            made.ranked.push((id, border as u32));
            let rank = (made.ranked.len() - 1) as u32;
            let hash = hash(&made.state, a, b);
            let Self { pieces, ranked, by_parts, .. } = &mut made;
            by_parts.insert(hash, rank, |other| {
                let (id, border) = ranked[other as usize];
                border as usize == a.len() && pieces[id as usize] == joined
            });
        }
        Ok(made)
    }

    /// The id of a piece; of equals the last.
    pub(super) fn id(&self, text: &str) -> Option<u32> {
        let hash = hash(&self.state, text, "");
        self.by_text.find(hash, |id| self.pieces[id as usize] == text)
    }

    /// When two texts become one, the earlier the better.
    fn rank(&self, a: &str, b: &str) -> Option<u32> {
        self.by_parts.find(hash(&self.state, a, b), |rank| {
            let (id, border) = self.ranked[rank as usize];
            let whole = &self.pieces[id as usize];
            border as usize == a.len() && whole.len() == a.len() + b.len() && {
                whole.starts_with(a) && whole.ends_with(b)
            }
        })
    }

    /// Appends the ids of a word. Characters that are no piece are left out, as they are where no unknown token is named.
    pub(super) fn word(&self, word: &str, ids: &mut Vec<u32>) {
        let mut text = String::with_capacity(word.len());
        let mut symbols: Vec<Symbol> = Vec::with_capacity(word.len());
        let mut letter = [0; 4];
        for c in word.chars() {
            let Some(id) = self.id(c.encode_utf8(&mut letter)) else { continue };
            let at = symbols.len();
            let before = at.checked_sub(1).unwrap_or(NONE);
            if let Some(last) = symbols.last_mut() {
                last.behind = at;
            }
            let (start, length) = (text.len(), c.len_utf8());
            symbols.push(Symbol { start, length, id, before, behind: NONE });
            text.push(c);
        }
        let part = |symbol: &Symbol| &text[symbol.start..symbol.start + symbol.length];
        let mut waiting = BinaryHeap::new();
        for (at, pair) in symbols.windows(2).enumerate() {
            waiting
                .extend(self.rank(part(&pair[0]), part(&pair[1])).map(|rank| Reverse((rank, at))));
        }
        while let Some(Reverse((rank, at))) = waiting.pop() {
            let first = symbols[at];
            if first.length == 0 || first.behind == NONE {
                continue;
            }
            let second = symbols[first.behind];
            // What stands there may have grown since.
            let (id, border) = self.ranked[rank as usize];
            let length = first.length + second.length;
            if border as usize != first.length
                || self.pieces[id as usize] != text[first.start..first.start + length]
            {
                continue;
            }
            symbols[first.behind].length = 0;
            symbols[at] = Symbol { length, id, behind: second.behind, ..first };
            if second.behind != NONE {
                symbols[second.behind].before = at;
            }
            for (left, right) in [(first.before, at), (at, second.behind)] {
                if left != NONE && right != NONE {
                    let rank = self.rank(part(&symbols[left]), part(&symbols[right]));
                    waiting.extend(rank.map(|rank| Reverse((rank, left))));
                }
            }
        }
        ids.extend(symbols.iter().filter(|symbol| symbol.length > 0).map(|symbol| symbol.id));
    }
}

/// Keyed anew in every run: a file cannot be made so that all of its pieces meet.
fn hash(state: &RandomState, a: &str, b: &str) -> u64 {
    let mut hasher = state.build_hasher();
    hasher.write(a.as_bytes());
    hasher.write(b.as_bytes());
    hasher.write_usize(a.len());
    hasher.finish()
}

/// Numbers by hashes of what they stand for: half of the slots stay empty, and each keeps as much of the hash as tells nearly all others.
struct Table {
    /// The hash's upper half and a number; [`EMPTY`].
    slots: Vec<(u32, u32)>,
    mask: usize,
}

const EMPTY: u32 = u32::MAX;

impl Table {
    /// For at most so many numbers, which are below [`EMPTY`].
    fn of(count: usize) -> Result<Self, String> {
        let slots = count.max(1).checked_mul(2).filter(|_| count < EMPTY as usize);
        let slots = slots.and_then(usize::checked_next_power_of_two);
        let slots = slots.ok_or_else(|| format!("its tokenizer has {count} entries"))?;
        Ok(Self { slots: vec![(0, EMPTY); slots], mask: slots - 1 })
    }

    /// Puts a number in, in the place of what is the same; true where something was.
    fn insert(&mut self, hash: u64, number: u32, same: impl Fn(u32) -> bool) -> bool {
        let tag = (hash >> 32) as u32;
        let mut at = hash as usize & self.mask;
        loop {
            let (other, there) = self.slots[at];
            if there == EMPTY || (other == tag && same(there)) {
                self.slots[at] = (tag, number);
                return there != EMPTY;
            }
            at = (at + 1) & self.mask;
        }
    }

    fn find(&self, hash: u64, same: impl Fn(u32) -> bool) -> Option<u32> {
        let tag = (hash >> 32) as u32;
        let mut at = hash as usize & self.mask;
        loop {
            let (other, there) = self.slots[at];
            if there == EMPTY {
                return None;
            }
            if other == tag && same(there) {
                return Some(there);
            }
            at = (at + 1) & self.mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use tokenizers::Model;
    use tokenizers::models::bpe::{BPE, Vocab};

    use super::*;

    #[test]
    fn words_are_merged_as_the_tokenizers_crate_merges_them() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        for round in 0..60 {
            let letters = ["a", "b", "c", "é", "日", "Ġ"];
            let mut pieces: Vec<String> = letters.iter().map(|&l| l.to_owned()).collect();
            let mut merges: Vec<String> = Vec::new();
            for _ in 0..round * 3 {
                let pick = |n: u32| n as usize % pieces.len();
                let (a, b) = (pick(random.random()), pick(random.random()));
                let (a, b) = (pieces[a].clone(), pieces[b].clone());
                let whole = format!("{a}{b}");
                if whole.chars().count() <= 8 {
                    merges.push(format!("{a} {b}"));
                    // Some pieces stand twice, and some merges.
                    if !pieces.contains(&whole) || random.random::<f32>() < 0.1 {
                        pieces.push(whole);
                    }
                }
            }
            let vocabulary: Vocab =
                pieces.iter().enumerate().map(|(id, piece)| (piece.clone(), id as u32)).collect();
            let pairs = merges.iter().map(|merge| {
                let (a, b) = merge.split_once(' ').unwrap();
                (a.to_owned(), b.to_owned())
            });
            let theirs =
                BPE::builder().vocab_and_merges(vocabulary, pairs.collect()).build().unwrap();
            let ours = Merges::new(pieces.into(), &merges).unwrap();
            for _ in 0..50 {
                // `x` is no piece.
                let alphabet = ["a", "a", "b", "b", "c", "é", "日", "Ġ", "x"];
                let length = random.random::<u32>() % 24;
                let word: String =
                    (0..length).map(|_| alphabet[random.random::<u32>() as usize % 9]).collect();
                let mut ids = Vec::new();
                ours.word(&word, &mut ids);
                let tokens = theirs.tokenize(&word).unwrap();
                let wanted: Vec<u32> = tokens.iter().map(|token| token.id).collect();
                assert_eq!(ids, wanted, "{word} with {merges:?}");
            }
        }
    }

    #[test]
    fn merges_that_do_not_fit_are_refused() {
        let pieces: Arc<[String]> = ["a", "b", "ab"].map(str::to_owned).into();
        let merges = |merge: &str| Merges::new(Arc::clone(&pieces), &[merge.to_owned()]);
        assert!(merges("a b").is_ok());
        assert!(merges("b a").err().unwrap().contains("`b a`"));
        assert!(merges("ab").err().unwrap().contains("no two parts"));
    }
}
