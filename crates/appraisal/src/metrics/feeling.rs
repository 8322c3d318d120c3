//! The feelings in brackets: whether they are legal, whether they vary, whether they fit what was said.

use domain::{Direction, Emotion};

/// A reply taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// Feelings, in order.
    pub feelings: Vec<Emotion>,
    /// Tags that are no feeling: `[nod]`.
    pub unknown: usize,
    /// The reply begins with a feeling.
    pub first: bool,
    /// The text without tags.
    pub text: String,
}

impl Tagged {
    /// One known feeling first, and nothing else in brackets.
    pub fn is_legal(&self) -> bool {
        self.first && self.unknown == 0
    }
}

/// Takes tags out of a reply, by the grammar of `delivery`: `[`, 1 to 24 letters, `_` or `-`, `]`.
pub fn tagged(reply: &str) -> Tagged {
    let mut out = Tagged { feelings: Vec::new(), unknown: 0, first: false, text: String::new() };
    let mut rest = reply;
    while let Some(open) = rest.find('[') {
        out.text.push_str(&rest[..open]);
        let inside = &rest[open + 1..];
        // A direction (`[scene: park]`) is no feeling, and no text either.
        if let Some(close) = inside.find(']')
            && let Some((name, argument)) = inside[..close].split_once(':')
            && Direction::from_name(name.trim()).is_some()
            && !argument.trim().is_empty()
        {
            rest = &inside[close + 1..];
            continue;
        }
        let name = inside.find(']').map(|close| &inside[..close]).filter(|name| {
            (1..=24).contains(&name.chars().count())
                && name.chars().all(|c| c.is_alphabetic() || matches!(c, '_' | '-'))
        });
        let Some(name) = name else {
            out.text.push('[');
            rest = inside;
            continue;
        };
        match Emotion::from_tag(name) {
            Some(feeling) => {
                out.first |= out.text.trim().is_empty() && out.feelings.is_empty();
                out.feelings.push(feeling);
            }
            None => out.unknown += 1,
        }
        rest = &inside[name.len() + 1..];
    }
    out.text.push_str(rest);
    out.text = out.text.trim().to_owned();
    out
}

/// Whether the first feeling is one of those that fit.
pub fn fits(reply: &Tagged, fitting: &[Emotion]) -> bool {
    reply.feelings.first().is_some_and(|first| fitting.contains(first))
}

/// How much first feelings vary: the entropy of their distribution ÷ that of ten equally frequent ones. 0: always the same.
/// `None` where no reply has any.
pub fn tag_variety(replies: &[Tagged]) -> Option<f64> {
    let mut counts = [0_usize; Emotion::ALL.len()];
    for reply in replies {
        if let Some(first) = reply.feelings.first()
            && let Some(at) = Emotion::ALL.iter().position(|one| one == first)
        {
            counts[at] += 1;
        }
    }
    let all: usize = counts.iter().sum();
    if all == 0 {
        return None;
    }
    let entropy: f64 = counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| {
            let p = count as f64 / all as f64;
            -p * p.ln()
        })
        .sum();
    Some(entropy / (Emotion::ALL.len() as f64).ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_they_are_delivered() {
        let reply = tagged("[joy] Hello! [nod] See [1] and [shy] well.");
        assert_eq!(
            (reply.feelings.as_slice(), reply.unknown, reply.first),
            (&[Emotion::Joy, Emotion::Shy][..], 1, true)
        );
        assert_eq!(reply.text, "Hello!  See [1] and  well.");
        assert!(
            !reply.is_legal()
                && tagged("[happy] Hi.").is_legal()
                && !tagged("Hi. [joy]").is_legal()
        );
        assert!(!tagged("[joy Hello").first && tagged("").text.is_empty());
        let staged = tagged("[scene: park][joy] Look! [note: milk]");
        assert!(staged.is_legal() && staged.text == "Look! [note: milk]", "{staged:?}");
    }

    #[test]
    fn variety_by_hand() {
        let of =
            |replies: &[&str]| tag_variety(&replies.iter().map(|r| tagged(r)).collect::<Vec<_>>());
        assert_eq!(of(&["[joy] a", "[joy] b"]), Some(0.0));
        // Two feelings, equally often: ln 2 / ln 10.
        assert!(
            (of(&["[joy] a", "[sad] b"]).unwrap() - 2.0_f64.ln() / 10.0_f64.ln()).abs() < 1e-12
        );
        assert_eq!(of(&["a"]), None);
        assert!(fits(&tagged("[worried] Oh."), &[Emotion::Sad, Emotion::Worried]));
    }
}
