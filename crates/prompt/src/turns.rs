//! The history as turns: what is kept of it, and in which form.

use domain::{ChatMessage, Message, Role};

use crate::Scene;
use crate::macros::{Macros, hash};
use crate::special::disarm;

/// A message in the words of the prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spoken {
    pub user: bool,
    pub text: String,
}

/// The messages as they are said to the model. The character's own keep their emotion tags (the model learns from them how it
/// answers); a narrator's stand in parentheses on the user's side. Among several, everybody else's begin with a name. Empty ones are
/// left out.
pub(crate) fn spoken(scene: &Scene<'_>, macros: &Macros<'_>, control: &[&str]) -> Vec<Spoken> {
    // A very small model has learnt talks of two: for it, whoever is not the character is the other one.
    let named = scene.company.as_ref().filter(|_| scene.model.system_prompt.is_none());
    scene
        .history
        .iter()
        .map(|message| {
            let text = words(message, macros);
            let text = match (message.role, named) {
                _ if text.is_empty() => text,
                (Role::Narrator, _) => format!("({text})"),
                (Role::User, Some(_)) => format!("{}: {text}", scene.persona.name.trim()),
                (Role::Character, Some(company)) => match company.name_before(message) {
                    Some(name) => format!("{name}: {text}"),
                    None => text,
                },
                _ => text,
            };
            let user = message.role != Role::Character
                || scene.company.as_ref().is_some_and(|all| all.is_anothers(message));
            Spoken { user, text: disarm(&text, control) }
        })
        .filter(|spoken| !spoken.text.is_empty())
        .collect()
}

/// What a message says. Macros in what a person types are letters; in a greeting from a card they are macros, and what they draw
/// belongs to the message.
pub(crate) fn words(message: &Message, macros: &Macros<'_>) -> String {
    let text = message.text.trim();
    if message.role == Role::User || !text.contains(['{', '<']) {
        return text.to_owned();
    }
    macros.drawing_from(hash(&message.id.to_string())).expand(text)
}

/// Turns that alternate: neighbours of the same side are joined, because half of all templates refuse them otherwise.
pub(crate) fn turns(spoken: &[Spoken]) -> Vec<ChatMessage> {
    let mut turns: Vec<ChatMessage> = Vec::with_capacity(spoken.len());
    for one in spoken {
        let role = if one.user { "user" } else { "assistant" };
        match turns.last_mut() {
            Some(last) if last.role == role => {
                last.content.push_str("\n\n");
                last.content.push_str(&one.text);
            }
            _ => turns.push(ChatMessage { role: role.into(), content: one.text.clone() }),
        }
    }
    turns
}

/// Where the kept part of a history begins. When the next message does not fit any more, the oldest go at once until `keep` of the
/// budget is left, and then nothing goes for a while: the prompt keeps its beginning, and with it the KV cache, for many turns.
///
/// The answer depends on the messages alone, as if the conversation had been followed from its first message, so that the same
/// history always gives the same prompt: after a restart, on another branch, in `prompt show`.
pub(crate) fn window(costs: &[usize], budget: usize, keep: f32) -> usize {
    let low = (budget as f32 * keep.clamp(0.1, 1.0)) as usize;
    let (mut start, mut total) = (0, 0);
    for (index, cost) in costs.iter().enumerate() {
        total += cost;
        if total > budget {
            while total > low && start < index {
                total -= costs[start];
                start += 1;
            }
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_window_drops_much_at_once_and_then_nothing_for_a_while() {
        let costs = [10; 40];
        let starts: Vec<_> = (1..=40).map(|n| window(&costs[..n], 100, 0.7)).collect();
        assert_eq!(starts[..10], [0; 10], "nothing goes while all fits");
        assert_eq!(
            starts[10..14],
            [4, 4, 4, 4],
            "110 is too much: down to 70, then three more turns of peace"
        );
        assert_eq!(starts[14], 8);
        let moves = starts.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert_eq!(moves, 8, "not one move a message");
    }

    proptest! {
        #[test]
        fn a_window_fits_and_keeps_the_newest(
            costs in prop::collection::vec(1usize..50, 1..80), budget in 50usize..400, keep in 0.3f32..1.0,
        ) {
            let start = window(&costs, budget, keep);
            prop_assert!(start < costs.len());
            prop_assert!(costs[start..].iter().sum::<usize>() <= budget);
            // It never moves back when the conversation goes on.
            prop_assert!(window(&costs[..costs.len() - 1], budget, keep) <= start);
        }
    }

    #[test]
    fn neighbours_of_one_side_are_joined() {
        let said = |user, text: &str| Spoken { user, text: text.into() };
        let joined = turns(&[
            said(true, "a"),
            said(true, "b"),
            said(false, "c"),
            said(false, "d"),
            said(true, "e"),
        ]);
        let texts: Vec<_> =
            joined.iter().map(|turn| (turn.role.as_str(), turn.content.as_str())).collect();
        assert_eq!(texts, [("user", "a\n\nb"), ("assistant", "c\n\nd"), ("user", "e")]);
    }
}
