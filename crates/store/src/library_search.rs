//! Searching and sorting the rows of the [`LibraryIndex`].

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use domain::Millis;
use memchr::memmem::Finder;

use crate::library_index::{Card, LibraryIndex};
use crate::{Marks, fold};

/// One card as it is searched.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) stamp: String,
    pub(crate) card: Arc<Card>,
    /// Folded.
    name: String,
    /// Creator, folded.
    creator: String,
    /// Tags, folded, each once, with its place in the card.
    tags: Vec<(String, usize)>,
    /// Folded.
    text: Box<str>,
}

impl Row {
    /// A row; the text is folded already.
    pub(crate) fn new(stamp: String, card: Card, text: String) -> Self {
        let mut tags: Vec<(String, usize)> = Vec::with_capacity(card.tags.len());
        for (place, tag) in card.tags.iter().enumerate() {
            let folded = fold(tag.trim());
            if !folded.is_empty() && tags.iter().all(|(other, _)| *other != folded) {
                tags.push((folded, place));
            }
        }
        Self {
            stamp,
            name: fold(&card.name),
            creator: fold(&card.creator),
            tags,
            card: Arc::new(card),
            text: text.into(),
        }
    }

    fn is_labelled(&self, term: &Finder<'_>) -> bool {
        term.find(self.creator.as_bytes()).is_some()
            || self.tags.iter().any(|(tag, _)| term.find(tag.as_bytes()).is_some())
    }

    /// How well all terms are found: 0 where the first stands at the head of the name, 1 in names, 2 in creator and tags, 3 in the
    /// text; `None` where one is missing.
    fn rank(&self, terms: &[Finder<'_>]) -> Option<u8> {
        let mut worst = 0;
        for term in terms {
            let rank = match term.find(self.name.as_bytes()) {
                Some(0) => 0,
                Some(_) => 1,
                None if self.is_labelled(term) => 2,
                None if term.find(self.text.as_bytes()).is_some() => 3,
                None => return None,
            };
            worst = worst.max(rank);
        }
        Some(worst)
    }
}

/// How a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By name.
    #[default]
    Name,
    /// Who was talked to last comes first; the others follow by name.
    Talked,
    /// What was added last comes first.
    Added,
}

/// What is asked of the index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Words that must all be found: in name, creator, tags or text, as parts of words.
    pub text: String,
    /// Tags that a card must all have.
    pub tags: Vec<String>,
    /// Only favourites.
    pub favourites: bool,
    /// How to sort. Where there is a text, cards with it in their name come first all the same.
    pub order: Order,
}

/// A tag and how many cards have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCount {
    /// As most cards write it.
    pub tag: String,
    /// Cards that match the rest of the query and have it.
    pub cards: u32,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// In order.
    pub cards: Vec<Arc<Card>>,
    /// The tags of these cards, the most frequent first.
    pub tags: Vec<TagCount>,
}

impl LibraryIndex {
    /// Searches. `talked` says when each character was last talked to.
    pub fn search(&self, query: &Query, marks: &Marks, talked: &HashMap<String, Millis>) -> Found {
        let folded = fold(&query.text);
        let terms: Vec<Finder<'_>> = folded.split_whitespace().map(Finder::new).collect();
        let wanted: Vec<String> = query.tags.iter().map(|tag| fold(tag.trim())).collect();
        let rows = self.rows();
        let mut found: Vec<(u8, &Arc<Row>)> = rows
            .values()
            .filter(|row| !query.favourites || marks.is_favourite(&row.card.id))
            .filter(|row| wanted.iter().all(|tag| row.tags.iter().any(|(own, _)| own == tag)))
            .filter_map(|row| row.rank(&terms).map(|rank| (rank, row)))
            .collect();
        let last = |row: &Row| talked.get(&row.card.id).copied().unwrap_or_default();
        found.sort_unstable_by(|(a_rank, a), (b_rank, b)| {
            let order = match query.order {
                Order::Name => Ordering::Equal,
                Order::Talked => last(b).cmp(&last(a)),
                Order::Added => b.card.added_at.cmp(&a.card.added_at),
            };
            a_rank
                .cmp(b_rank)
                .then(order)
                .then_with(|| a.name.cmp(&b.name))
                .then_with(|| a.card.id.cmp(&b.card.id))
        });
        let tags = count_tags(found.iter().map(|(_, row)| &***row));
        Found { cards: found.into_iter().map(|(_, row)| Arc::clone(&row.card)).collect(), tags }
    }
}

fn count_tags<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<TagCount> {
    let mut counts: HashMap<&str, (&str, u32)> = HashMap::new();
    for row in rows {
        for (tag, place) in &row.tags {
            counts.entry(tag).or_insert((row.card.tags[*place].trim(), 0)).1 += 1;
        }
    }
    let mut tags: Vec<TagCount> =
        counts.into_values().map(|(tag, cards)| TagCount { tag: tag.to_owned(), cards }).collect();
    tags.sort_by(|a, b| b.cards.cmp(&a.cards).then_with(|| a.tag.cmp(&b.tag)));
    tags
}
