//! A small automaton that keeps a reply's `[tags]` to those that the character has. Directions to the stage (`[scene: park]`) have an
//! end of their own making: any argument goes, as long as it is one (`delivery` reads them).

use domain::{Direction, LONGEST_ARGUMENT, TagUse, Tags};

/// What ends a repetition for DRY, besides the start of a line.
const BREAKERS: [char; 4] = ['\n', ':', '"', '*'];

/// The texts of all tokens. Made once for a model, when first needed.
pub(crate) struct Pieces {
    texts: Vec<String>,
    /// Tokens with a bracket that opens.
    opening: Vec<u32>,
}

impl Pieces {
    /// Of these tokens, in the order of their ids. Special tokens have no text; parts of a letter are U+FFFD each.
    pub(crate) fn new(texts: Vec<String>) -> Self {
        let opening = texts
            .iter()
            .enumerate()
            .filter(|(_, text)| text.contains('['))
            .map(|(id, _)| id as u32)
            .collect();
        Self { texts, opening }
    }

    pub(crate) fn of(&self, id: u32) -> &str {
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
    /// Behind a bracket.
    Tag {
        /// What stands behind it.
        name: String,
        /// Whether it may be a direction: what comes first is a feeling.
        directs: bool,
    },
    /// Behind the colon of a direction.
    Argument {
        /// So far, in characters.
        length: usize,
        /// Only spaces so far.
        blank: bool,
    },
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

    /// The feelings that may be written.
    fn names(&self) -> &[String] {
        if self.rule.place == TagUse::Never { &[] } else { &self.rule.names }
    }

    /// Where a text leads; `None` where it breaks the rule.
    fn after(&self, place: &Place, text: &str) -> Option<Place> {
        let mut place = place.clone();
        for c in text.chars() {
            place = match (place, c) {
                (Place::Text, '[') if self.names().is_empty() && !self.rule.directions => {
                    return None;
                }
                (place @ (Place::Start | Place::Text), '[') => Place::Tag {
                    name: String::new(),
                    directs: self.rule.directions && place == Place::Text,
                },
                // The space that tokenizers put before the first word.
                (Place::Start, ' ') => Place::Start,
                (Place::Start, _) => return None,
                (Place::Text, _) | (Place::Argument { blank: false, .. }, ']') => Place::Text,
                (Place::Tag { name, .. }, ']') => {
                    if !self.names().contains(&name) {
                        return None;
                    }
                    Place::Text
                }
                (Place::Tag { name, directs: true }, ':' | '：')
                    if Direction::from_name(&name).is_some() =>
                {
                    Place::Argument { length: 0, blank: true }
                }
                (Place::Tag { mut name, directs }, c) => {
                    name.push(c);
                    let known = self.names().iter().any(|known| known.starts_with(&name))
                        || (directs && Direction::is_begun_by(&name));
                    if !known {
                        return None;
                    }
                    Place::Tag { name, directs }
                }
                (Place::Argument { length, blank }, c) => {
                    // One space before it, so that it comes to be something within its bounds.
                    let idle = blank && c.is_whitespace();
                    let full = length >= LONGEST_ARGUMENT;
                    if full || matches!(c, '[' | ']') || c.is_control() || (idle && length > 0) {
                        return None;
                    }
                    Place::Argument { length: length + 1, blank: idle }
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
        Tags { names: vec!["happy".into(), "sad".into()], place, directions: false }
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
    fn directions_are_written_beside_the_tags_that_are_known() {
        let directed = |place| TagAutomaton::new(Tags { directions: true, ..rule(place) });
        let may = |place, text: &str| {
            let automaton = directed(place);
            automaton.after(&automaton.place, text).is_some()
        };
        let longest = format!("[choice: {}]", "x".repeat(LONGEST_ARGUMENT - 1));
        for text in [
            "[scene: the old park] Look",
            "[BGM：calm][场景：公园][happy]",
            "[カメラ: close]",
            "[choice: Why \"that\"?]",
            "[gest",
            &longest,
        ] {
            assert!(may(TagUse::Anywhere, text), "{text}");
            assert!(may(TagUse::First, &format!("[sad]{text}")), "{text}");
        }
        for text in [
            "[smug]",
            "[scene]",
            "[scene:]",
            "[scene: ]",
            "[scene:  park]",
            "[note: milk]",
            "[happy: x]",
            "[scene: a\nb]",
            "[scene: a [sad]",
            &longest.replacen('x', "xx", 1),
        ] {
            assert!(!may(TagUse::Anywhere, text), "{text}");
        }
        assert!(!may(TagUse::First, "[scene: park]"), "a feeling comes first");
        assert!(may(TagUse::Never, "[scene: park]") && !may(TagUse::Never, "[happy]"));
        let told = TagAutomaton::new(rule(TagUse::Anywhere));
        assert!(told.after(&told.place, "[scene: park]").is_none(), "the stage is nobody's");
        // The reply does not end within one, and letters of several tokens can be written.
        let pieces = Pieces::new(["", "\u{fffd}", "]", "park"].map(str::to_owned).to_vec());
        let mut automaton = directed(TagUse::Anywhere);
        automaton.advance("[scene:");
        let mut logits = [1.0; 4];
        automaton.forbid(&pieces, &mut logits);
        assert_eq!(logits.map(|logit| logit > 0.0), [false, true, false, true]);
    }

    #[test]
    fn a_vocabulary_without_brackets_is_left_alone() {
        let pieces = Pieces::new(vec!["a".into(), "b".into()]);
        let mut logits = [1.0, 2.0];
        TagAutomaton::new(rule(TagUse::First)).forbid(&pieces, &mut logits);
        assert_eq!(logits, [1.0, 2.0]);
    }
}
