//! Whose turn it is to speak, where several characters are there: a pure function of who is there and what was said, so that the same
//! conversation always goes on with the same character, and whoever asks why can be told.
//!
//! The order: whom the person's last line names; whom the last line of another character names; who has been silent longest, weighed
//! by how talkative they are. Nobody speaks twice in a row unless asked to.

use domain::{Because, Cast, Character, CharacterId, Message, Role, Speaker};

/// How readily somebody speaks whose card does not say.
const TALKATIVENESS: f32 = 0.5;
/// Silence counts up to so many messages: beyond that, talkativeness alone decides.
const LONGEST_SILENCE: usize = 12;
/// As many of the newest messages are looked at.
const REMEMBERED: usize = 64;

/// Somebody who may speak.
#[derive(Debug, Clone, PartialEq)]
pub struct Member<'a> {
    /// Their place in the library.
    pub id: &'a CharacterId,
    /// The character.
    pub character: &'a Character,
    /// They speak only when the person chooses them.
    pub muted: bool,
}

impl Member<'_> {
    fn talkativeness(&self) -> f32 {
        self.character.talkativeness.unwrap_or(TALKATIVENESS).clamp(0.0, 1.0)
    }

    /// Where a text names them: at the address ("Koto, …") before the mere mention, the earlier place before the later.
    fn named_in(&self, text: &str) -> Option<(bool, usize)> {
        let (name, nickname) = (self.character.name.trim(), self.character.short_name().trim());
        let first = name.split_whitespace().next().filter(|word| is_name(word)).unwrap_or_default();
        [name, nickname, first].into_iter().filter_map(|name| mention(text, name)).min()
    }
}

/// Words that stand before a name, and mean nobody by themselves.
const BEFORE_NAMES: [&str; 16] = [
    "the",
    "a",
    "an",
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "sir",
    "lady",
    "lord",
    "old",
    "young",
    "little",
    "professor",
    "captain",
];

/// Whether the first word of a name names somebody: that of "The Librarian" does not.
fn is_name(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    !BEFORE_NAMES.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// Whether a line turns to the person by name. Who has none of their own is called "You", which is a word of every other line.
fn turns_to(text: &str, person: &str) -> bool {
    let person = person.trim();
    let nameless = ["you", "user"].iter().any(|word| person.eq_ignore_ascii_case(word));
    !nameless && mention(text, person).is_some()
}

/// Who answers the last line of `history`, which is the person's; or, where that is a character's, who speaks after it. `person` is
/// the person's name: a line that turns to them ends the talk among the characters.
///
/// `None`: it is the person's turn. Never after a line of theirs, as long as anybody is there.
pub fn next_speaker(
    members: &[Member<'_>],
    own: &CharacterId,
    person: &str,
    history: &[Message],
) -> Option<Speaker> {
    let history = &history[history.len().saturating_sub(REMEMBERED)..];
    let last = history.last();
    let before = last.and_then(|last| last.said_by(own));
    let may: Vec<&Member<'_>> =
        members.iter().filter(|one| !one.muted && Some(one.id) != before).collect();
    let speaker =
        |member: &Member<'_>, because| Some(Speaker { character: member.id.clone(), because });
    // The person's line, and who has answered it already.
    let asked = history.iter().rposition(|message| message.role == Role::User);
    let answered = |id: &CharacterId| {
        history[asked.map_or(0, |at| at + 1)..].iter().any(|one| one.said_by(own) == Some(id))
    };
    if let Some(asked) = asked {
        let open = may.iter().filter(|one| !answered(one.id));
        if let Some(member) = first_named(open.copied(), &history[asked].text) {
            return speaker(member, Because::Named);
        }
    }
    if let (Some(last), Some(_)) = (last, before) {
        if let Some(member) = first_named(may.iter().copied(), &last.text) {
            return speaker(member, Because::Addressed);
        }
        if turns_to(&last.text, person) {
            return None;
        }
    }
    if let [only] = may[..] {
        // In a talk of two among themselves it is always the other's turn.
        let because = if members.iter().filter(|one| !one.muted).count() == 1 {
            Because::Only
        } else {
            Because::Silent
        };
        return speaker(only, because);
    }
    let silent = |member: &Member<'_>| {
        let spoke = history.iter().rposition(|one| one.said_by(own) == Some(member.id));
        spoke.map_or(LONGEST_SILENCE, |at| (history.len() - at).min(LONGEST_SILENCE))
    };
    let mut best: Option<(&Member<'_>, f32)> = None;
    for member in &may {
        let weight = silent(member) as f32 * member.talkativeness();
        // Of equals the first: the conversation's own character before guests.
        if best.is_none_or(|(_, most)| weight > most) {
            best = Some((member, weight));
        }
    }
    match best {
        // Who never speaks unasked need not, where another has spoken.
        Some((_, weight)) if weight <= 0.0 && before.is_some() => None,
        Some((member, _)) => speaker(member, Because::Silent),
        // Everybody else is muted: whoever spoke last answers the person, and nobody another.
        None if before.is_none() => members
            .iter()
            .find(|one| !one.muted)
            .or(members.first())
            .and_then(|one| speaker(one, Because::Only)),
        None => None,
    }
}

/// Whether another line may follow without the person, and whose it is: as many lines as the cast says.
pub fn follower(
    members: &[Member<'_>],
    own: &CharacterId,
    person: &str,
    cast: &Cast,
    history: &[Message],
) -> Option<Speaker> {
    let asked = history.iter().rposition(|message| message.role == Role::User)?;
    let said = history[asked + 1..].iter().filter(|one| one.role == Role::Character).count();
    if cast.is_alone() || said == 0 || said >= usize::from(cast.lines) {
        return None;
    }
    next_speaker(members, own, person, history)
}

/// Who is named first in a text; an address counts before a mention.
fn first_named<'m, 'a>(
    members: impl Iterator<Item = &'m Member<'a>>,
    text: &str,
) -> Option<&'m Member<'a>>
where
    'a: 'm,
{
    members
        .filter_map(|member| Some((member.named_in(text)?, member)))
        .min_by_key(|(place, _)| *place)
        .map(|(_, member)| member)
}

/// Where a text names somebody: `(false, place)` where they are addressed, `(true, place)` where they are only mentioned.
fn mention(text: &str, name: &str) -> Option<(bool, usize)> {
    if name.is_empty() {
        return None;
    }
    let (text, name): (Vec<char>, Vec<char>) = (folded(text), folded(name));
    let here = |at: usize| text.get(at).copied();
    (0..text.len().saturating_sub(name.len() - 1))
        .filter(|&at| text[at..].starts_with(&name))
        .filter_map(|at| {
            let (before, after) = (at.checked_sub(1).and_then(here), here(at + name.len()));
            let joins = |inner: Option<&char>, outer: Option<char>| {
                let spaced = |c: char| c.is_alphanumeric() && !is_unspaced(c);
                inner.copied().is_some_and(spaced) && outer.is_some_and(spaced)
            };
            if joins(name.first(), before) || joins(name.last(), after) {
                return None;
            }
            let begins = before_spaces(&text, at).is_none_or(ends_a_clause);
            let ends = after_spaces(&text, at + name.len()).is_none_or(ends_a_clause);
            Some((!(begins && ends), at))
        })
        .min()
}

fn folded(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn before_spaces(text: &[char], at: usize) -> Option<char> {
    text[..at].iter().rev().copied().find(|c| !c.is_whitespace())
}

fn after_spaces(text: &[char], at: usize) -> Option<char> {
    text[at..].iter().copied().find(|c| !c.is_whitespace())
}

fn ends_a_clause(c: char) -> bool {
    matches!(
        c,
        ',' | '.'
            | '!'
            | '?'
            | ':'
            | ';'
            | '…'
            | '—'
            | '-'
            | ']'
            | '"'
            | '“'
            | '”'
            | '「'
            | '」'
            | '*'
            | '、'
            | '。'
            | '，'
            | '！'
            | '？'
            | '：'
            | '；'
    )
}

/// Scripts that are written without spaces: a name in them ends anywhere.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
#[path = "casting_tests.rs"]
mod tests;
