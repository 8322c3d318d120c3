//! A small automaton that keeps a reply's `[tags]` to those that the character has.

use domain::{TagUse, Tags};

/// What ends a repetition for DRY, besides the start of a line.
const BREAKERS: [char; 4] = ['\n', ':', '"', '*'];

/// The texts of all tokens. Made once for a model, when first needed.
pub(crate) struct Pieces {
    texts: Vec<String>,
    /// Tokens with a bracket that opens.
    opening: Vec<u32>,
}

impl Pieces {
    /// Of these tokens, in the order of their ids. Special tokens have no text.
    pub(crate) fn new(texts: Vec<String>) -> Self {
        let opening = texts
            .iter()
            .enumerate()
            .filter(|(_, text)| text.contains('['))
            .map(|(id, _)| id as u32)
            .collect();
        Self { texts, opening }
    }

    pub(super) fn of(&self, id: u32) -> &str {
        self.texts.get(id as usize).map_or("", String::as_str)
    }

    /// Whether a token ends a repetition.
    pub(super) fn breaks(&self, id: u32) -> bool {
        self.of(id).contains(BREAKERS)
    }
}

/// Where the reply stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// Nothing was written, and a tag must come first.
    Start,
    /// In the text.
    Text,
    /// Behind a bracket, with what stands behind it.
    Tag(String),
}

/// Follows a reply and knows which tokens may come next.
pub(super) struct TagAutomaton {
    rule: Tags,
    place: Place,
}

impl TagAutomaton {
    pub(super) fn new(rule: Tags) -> Self {
        let place = if rule.place == TagUse::First && !rule.names.is_empty() {
            Place::Start
        } else {
            Place::Text
        };
        Self { rule, place }
    }

    /// Takes away the tokens that may not come next. Where all would go (a vocabulary that cannot write the tags), nothing is
    /// taken: a reply without a tag is better than none.
    pub(super) fn forbid(&self, pieces: &Pieces, logits: &mut [f32]) {
        let allowed = |id: usize| {
            let text = pieces.of(id as u32);
            match self.place {
                Place::Text => self.after(&self.place, text).is_some(),
                // Tokens without text (those that end the reply) would leave the tag unfinished.
                _ => !text.is_empty() && self.after(&self.place, text).is_some(),
            }
        };
        if self.place == Place::Text {
            for &id in &pieces.opening {
                if let Some(logit) = logits.get_mut(id as usize)
                    && !allowed(id as usize)
                {
                    *logit = f32::NEG_INFINITY;
                }
            }
            return;
        }
        let keep: Vec<bool> = (0..logits.len()).map(allowed).collect();
        if keep.iter().zip(logits.iter()).any(|(keep, logit)| *keep && logit.is_finite()) {
            for (logit, keep) in logits.iter_mut().zip(keep) {
                if !keep {
                    *logit = f32::NEG_INFINITY;
                }
            }
        }
    }

    /// Goes on with the text of the token that was drawn.
    pub(super) fn advance(&mut self, text: &str) {
        // A token that breaks the rule was drawn only where none kept it.
        self.place = self.after(&self.place, text).unwrap_or(Place::Text);
    }

    /// Where a text leads; `None` where it breaks the rule.
    fn after(&self, place: &Place, text: &str) -> Option<Place> {
        let mut place = place.clone();
        for c in text.chars() {
            place = match (place, c) {
                (Place::Text, '[') if self.rule.place == TagUse::Never => return None,
                (Place::Start | Place::Text, '[') => Place::Tag(String::new()),
                // The space that tokenizers put before the first word.
                (Place::Start, ' ') => Place::Start,
                (Place::Start, _) => return None,
                (Place::Text, _) => Place::Text,
                (Place::Tag(name), ']') => {
                    if !self.rule.names.contains(&name) {
                        return None;
                    }
                    Place::Text
                }
                (Place::Tag(mut name), c) => {
                    name.push(c);
                    if !self.rule.names.iter().any(|known| known.starts_with(&name)) {
                        return None;
                    }
                    Place::Tag(name)
                }
            };
        }
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 10] =
        ["", "[", "happy", "]", " hello", "[sad] oh", "[smug", "sad", "hap", "py]!"];

    fn allowed(automaton: &TagAutomaton) -> Vec<&'static str> {
        let pieces = Pieces::new(TEXTS.iter().map(|t| (*t).to_owned()).collect());
        let mut logits = [1.0; TEXTS.len()];
        automaton.forbid(&pieces, &mut logits);
        TEXTS.iter().zip(logits).filter(|(_, l)| *l > 0.0).map(|(t, _)| *t).collect()
    }

    fn rule(place: TagUse) -> Tags {
        Tags { names: vec!["happy".into(), "sad".into()], place }
    }

    #[test]
    fn a_reply_can_be_made_to_begin_with_a_tag() {
        let mut automaton = TagAutomaton::new(rule(TagUse::First));
        assert_eq!(allowed(&automaton), ["[", "[sad] oh"]);
        automaton.advance("[");
        assert_eq!(allowed(&automaton), ["happy", "sad", "hap"]);
        automaton.advance("hap");
        assert_eq!(allowed(&automaton), ["py]!"]);
        automaton.advance("py]!");
        assert_eq!(allowed(&automaton).len(), TEXTS.len() - 1, "only the unknown tag is out");
    }

    #[test]
    fn tags_can_be_forbidden() {
        let automaton = TagAutomaton::new(rule(TagUse::Never));
        assert_eq!(allowed(&automaton), ["", "happy", "]", " hello", "sad", "hap", "py]!"]);
    }

    #[test]
    fn only_known_tags_are_written_anywhere() {
        let mut automaton = TagAutomaton::new(rule(TagUse::Anywhere));
        assert!(!allowed(&automaton).contains(&"[smug"));
        automaton.advance("[happy");
        assert_eq!(allowed(&automaton), ["]"], "the reply cannot end inside a tag");
    }

    #[test]
    fn a_vocabulary_without_brackets_is_left_alone() {
        let pieces = Pieces::new(vec!["a".into(), "b".into()]);
        let mut logits = [1.0, 2.0];
        TagAutomaton::new(rule(TagUse::First)).forbid(&pieces, &mut logits);
        assert_eq!(logits, [1.0, 2.0]);
    }
}
