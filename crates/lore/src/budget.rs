//! Token budgets: what goes when the entries are more than a book, or all books together, may take.

use serde::Serialize;

use crate::activate::Verdict;
use crate::index::Index;

/// Why an entry that fired is not in the prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trimmed {
    /// The book's `token_budget`.
    BookBudget {
        /// Tokens that the book may take.
        budget: u32,
    },
    /// The budget of all books together.
    TotalBudget {
        /// Tokens that they may take.
        budget: u32,
    },
    /// The context was full (`@@ignore_on_max_context`, or nothing else was left to go).
    FullContext,
}

impl std::fmt::Display for Trimmed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BookBudget { budget } => write!(f, "the book may take {budget} tokens"),
            Self::TotalBudget { budget } => write!(f, "all books may take {budget} tokens"),
            Self::FullContext => f.write_str("the context is full"),
        }
    }
}

/// Trims what fired: lowest priority first (the insertion order where there is none), of equals the one further from the
/// conversation's own book, then the later one.
pub(crate) fn trim(index: &Index, verdicts: &mut [Verdict]) {
    for book in 0..index.books.len() {
        if let Some(budget) = index.books[book].1.token_budget {
            let of_book: Vec<usize> =
                (0..verdicts.len()).filter(|&at| verdicts[at].book == book).collect();
            drop_until_it_fits(index, verdicts, of_book, budget, Trimmed::BookBudget { budget });
        }
    }
    if let Some(budget) = index.settings.token_budget {
        let all = (0..verdicts.len()).collect();
        drop_until_it_fits(index, verdicts, all, budget, Trimmed::TotalBudget { budget });
    }
}

fn drop_until_it_fits(
    index: &Index,
    verdicts: &mut [Verdict],
    mut candidates: Vec<usize>,
    budget: u32,
    reason: Trimmed,
) {
    let entry = |at: usize| index.entry(&index.entries[at]);
    candidates.retain(|&at| {
        let verdict = &verdicts[at];
        verdict.fired && verdict.trimmed.is_none() && !entry(at).ignore_budget
    });
    let mut total: usize = candidates.iter().map(|&at| verdicts[at].tokens).sum();
    let rank = |at: usize| entry(at).priority.unwrap_or(entry(at).insertion_order);
    candidates.sort_by(|&a, &b| {
        let scope = |at: usize| index.books[verdicts[at].book].0;
        rank(a).total_cmp(&rank(b)).then(scope(a).cmp(&scope(b))).then(b.cmp(&a))
    });
    for at in candidates {
        if total <= budget as usize {
            break;
        }
        if verdicts[at].tokens > 0 {
            total -= verdicts[at].tokens;
            verdicts[at].trimmed = Some(reason);
        }
    }
}
