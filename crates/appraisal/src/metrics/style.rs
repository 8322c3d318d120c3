//! How she speaks: catch phrases, the share of words that are hers, and how much likelier an adapter makes lines of her own.

use std::collections::HashSet;
use std::hash::BuildHasher;

use serde::{Deserialize, Serialize};

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

/// A line of the character's own, as her card's example dialogue has it, with what the model gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnLine {
    /// What the person said before it.
    pub said: String,
    /// The line, feelings included.
    pub line: String,
    /// Sum of the natural logarithms of its tokens' probabilities, with the adapters.
    pub with: f64,
    /// The same of the model alone.
    pub without: f64,
    /// How many tokens.
    pub tokens: usize,
}

impl OwnLine {
    /// The logarithm of the likelihood ratio per token, in nats: `(ln p_adapter(line) − ln p_base(line)) / tokens` (Neyman and Pearson
    /// 1933, normalised by length as in the other metrics). 0: the adapter changes nothing; above 0: the line is likelier with it.
    /// `None` for an empty line, or where a number is none.
    pub fn gain(&self) -> Option<f64> {
        let gain = (self.with - self.without) / self.tokens as f64;
        gain.is_finite().then_some(gain)
    }
}

/// Most lines that are taken from a card.
const MOST_LINES: usize = 40;

/// The exchanges of a card's example dialogue, as pairs of what the person says and what she answers. `<START>` begins another talk,
/// a line without a name goes on with the one before; lines of hers that answer nobody are left out, for there is no prompt for them.
/// `names` are hers, beside `{{char}}`; any other name before a colon at the start of a line is somebody else's only where it is
/// `{{user}}` or one of `persons`.
pub fn exchanges(examples: &str, names: &[&str], persons: &[&str]) -> Vec<(String, String)> {
    let named = |line: &str, macro_name: &str, names: &[&str]| -> Option<String> {
        let (name, rest) = line.split_once([':', '：'])?;
        let name = name.trim();
        let is = name.eq_ignore_ascii_case(macro_name) || names.contains(&name);
        is.then(|| rest.trim().to_owned())
    };
    let mut out: Vec<(String, String)> = Vec::new();
    let mut said = String::new();
    // Who speaks: nobody yet, the person, or she (and whether her line answers somebody).
    let (mut hers, mut answers) = (None, false);
    for line in examples.lines().map(str::trim) {
        if line.eq_ignore_ascii_case("<start>") {
            said.clear();
            hers = None;
        } else if let Some(text) = named(line, "{{user}}", persons) {
            if hers != Some(false) {
                said.clear();
            }
            said.push_str(if said.is_empty() { "" } else { "\n" });
            said.push_str(&text);
            hers = Some(false);
        } else if let Some(text) = named(line, "{{char}}", names) {
            answers = hers == Some(false) && !said.is_empty();
            if answers {
                if out.len() == MOST_LINES {
                    break;
                }
                out.push((said.clone(), text));
            }
            hers = Some(true);
        } else if !line.is_empty() {
            match hers {
                Some(false) => said.extend(["\n", line]),
                Some(true) if answers => {
                    if let Some((_, reply)) = out.last_mut() {
                        reply.push('\n');
                        reply.push_str(line);
                    }
                }
                _ => {}
            }
        }
    }
    out.retain(|(_, reply)| !reply.trim().is_empty());
    out
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

    #[test]
    fn the_ratio_of_a_line_by_hand() {
        let line = |with: f64, without: f64, tokens| OwnLine {
            said: String::new(),
            line: String::new(),
            with,
            without,
            tokens,
        };
        // p = 1/2 a token with the adapter, 1/8 without, over three tokens: ln 4 a token.
        let (half, eighth) = (0.5_f64.ln(), 0.125_f64.ln());
        let gain = line(3.0 * half, 3.0 * eighth, 3).gain().unwrap();
        assert!((gain - 4.0_f64.ln()).abs() < 1e-12);
        assert!((line(3.0 * eighth, 3.0 * half, 3).gain().unwrap() + 4.0_f64.ln()).abs() < 1e-12);
        assert_eq!(line(-7.5, -7.5, 4).gain(), Some(0.0));
        assert_eq!(line(-1.0, -1.0, 0).gain(), None);
        assert_eq!(line(f64::NEG_INFINITY, -1.0, 2).gain(), None);
    }

    #[test]
    fn example_dialogue_becomes_exchanges() {
        let examples = "{{char}}: Alone with nobody.\n<START>\n{{user}}: Hello!\nWhat is this?\n{{char}}: [joy] A shop.\nCome in: now.\n\
                        {{char}}: I said come in.\n<START>\nAnn: Tea?\nKoto: Always.\n{{user}}: Good.";
        let found = exchanges(examples, &["Koto"], &["Ann"]);
        let expected =
            [("Hello!\nWhat is this?", "[joy] A shop.\nCome in: now."), ("Tea?", "Always.")];
        let expected = expected.map(|(said, line)| (said.to_owned(), line.to_owned()));
        assert_eq!(found, expected);
        let many = "{{user}}: a\n{{char}}: b\n".repeat(500);
        assert_eq!(exchanges(&many, &[], &[]).len(), MOST_LINES);
        assert!(
            exchanges("", &[], &[]).is_empty()
                && exchanges("{{user}}: a\n{{char}}:", &[], &[]).is_empty()
        );
    }
}
