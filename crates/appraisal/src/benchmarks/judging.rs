//! What a judge model is asked about a reply, and how its verdict is read. Wording of our own, in the set's language; anything but the
//! marks that were asked for is nonsense, which is counted and never guessed at.

use super::dimensions::dimension;
use super::score::reply_to;
use super::{Item, Rule, Set};
use crate::metrics::tagged;
use crate::words::folded;

/// Lines of the talk that a judge is shown, the newest.
const SHOWN: usize = 20;

/// One question to a judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// Which dimension; empty where one verdict is about the whole reply.
    pub of: String,
    /// What the judge reads.
    pub prompt: String,
}

/// What a judge is asked about the reply to an item; nothing where none is needed.
pub fn inquiries(set: Set, item: &Item, reply: &str) -> Vec<Inquiry> {
    let shown = reply_to(set, item, reply);
    match &item.rule {
        Rule::Judge => {
            vec![Inquiry { of: String::new(), prompt: three_marks(item, reply) }]
        }
        Rule::Marks { of, reference } => of
            .iter()
            .filter_map(|name| dimension(set, name))
            .map(|wanted| {
                let chinese = item.lang == "zh";
                let about = if chinese { wanted.zh } else { wanted.en };
                Inquiry {
                    of: wanted.name.to_owned(),
                    prompt: one_mark(item, &shown, reference, (about, wanted.top), chinese),
                }
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// PingPong's three marks at once.
fn three_marks(item: &Item, reply: &str) -> String {
    let asked = item.talk.last().map_or("", |(_, what)| what);
    format!(
        "You judge role-play. The character is {}:\n{}\n\nIt was told:\n{asked}\n\nIt replied:\n{}\n\nGive three whole numbers from 1 (poor) \
         to 5 (good), separated by spaces: how much it is in character, how entertaining it is, how fluent it is. Write the three numbers alone.",
        item.name,
        item.profile,
        tagged(reply).text
    )
}

fn one_mark(
    item: &Item,
    reply: &str,
    reference: &str,
    (about, top): (&str, u8),
    chinese: bool,
) -> String {
    let talk: Vec<String> = item.talk[item.talk.len().saturating_sub(SHOWN)..]
        .iter()
        .map(|(who, what)| if who.is_empty() { what.clone() } else { format!("{who}: {what}") })
        .collect();
    let talk = talk.join("\n");
    let (name, sheet) = (&item.name, &item.profile);
    let hint = match (reference.trim(), chinese) {
        ("", _) => String::new(),
        (right, true) => format!("[参考]\n{right}\n\n"),
        (right, false) => format!("[What is known to be right]\n{right}\n\n"),
    };
    if chinese {
        format!(
            "你是角色扮演的评审。只看一个方面：{about}。\n\n[角色资料：{name}]\n{sheet}\n\n[对话]\n{talk}\n\n[待评的回复]\n{name}: {reply}\n\n{hint}\
             请给出1（最差）到{top}（最好）之间的一个整数，只写这个数字。"
        )
    } else {
        format!(
            "You judge role-play, and look at one thing alone: {about}.\n\n[The character {name}]\n{sheet}\n\n[The talk]\n{talk}\n\n\
             [The reply to be judged]\n{name}: {reply}\n\n{hint}Give one whole number from 1 (worst) to {top} (best). Write the number alone."
        )
    }
}

/// A verdict as a number; `None` where it is anything but what was asked for: three marks (their mean), or one on the first line, as
/// `4` or `4/5`.
pub fn mark(set: Set, inquiry: &Inquiry, said: &str) -> Option<f64> {
    let said = folded(&tagged(said).text);
    if inquiry.of.is_empty() {
        return match numbers(&said)[..] {
            [one, two, three] if [one, two, three].iter().all(|n| (1.0..=5.0).contains(n)) => {
                Some((one + two + three) / 3.0)
            }
            _ => None,
        };
    }
    let top = f64::from(dimension(set, &inquiry.of)?.top);
    let first = said.lines().map(str::trim).find(|line| !line.is_empty())?;
    let one = match numbers(first)[..] {
        [one] => one,
        [one, of] if of.to_bits() == top.to_bits() && first.contains('/') => one,
        _ => return None,
    };
    (1.0..=top).contains(&one).then_some(one)
}

/// Numbers of a text, `4.5` and `-4` among them. Letters grown together with one are no part of it.
fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '\u{2212}'))
        .map(|part| part.trim_matches('.').trim_end_matches(['-', '\u{2212}']))
        .filter(|part| part.contains(|c: char| c.is_ascii_digit()))
        // Too long, two points, a range: no mark, and not silently left out either.
        .map(|part| part.parse().unwrap_or(f64::NAN))
        .collect()
}
