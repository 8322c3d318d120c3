//! How she speaks: catch phrases, and the share of words that are hers.

use std::collections::HashSet;
use std::hash::BuildHasher;

use crate::words::{contains, content_words};

/// Share of replies that hold one of the character's catch phrases. `None` where there are none of either.
pub fn catch_phrase_rate(replies: &[&str], phrases: &[String]) -> Option<f64> {
    if replies.is_empty() || phrases.is_empty() {
        return None;
    }
    let hits = replies.iter().filter(|reply| phrases.iter().any(|one| contains(reply, one)));
    Some(hits.count() as f64 / replies.len() as f64)
}

/// Share of a reply's content words that belong to the character's lexicon. `None` where it has none.
pub fn lexicon_share(reply: &str, lexicon: &HashSet<String, impl BuildHasher>) -> Option<f64> {
    let own = content_words(reply);
    if own.is_empty() || lexicon.is_empty() {
        return None;
    }
    Some(own.iter().filter(|word| lexicon.contains(*word)).count() as f64 / own.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_by_hand() {
        let phrases = vec!["oh, come in".to_owned(), "bean bun".to_owned()];
        let replies = ["Oh, come in!", "No.", "A bean bun?", "Tea."];
        assert_eq!(catch_phrase_rate(&replies, &phrases), Some(0.5));
        assert_eq!(catch_phrase_rate(&replies, &[]), None);
        let lexicon = HashSet::from(["lamp", "tea"].map(str::to_owned));
        // content words: lamp, tea, gone, today
        assert_eq!(lexicon_share("The lamp and the tea are gone today", &lexicon), Some(0.5));
        assert_eq!(lexicon_share("the", &lexicon), None);
    }
}
