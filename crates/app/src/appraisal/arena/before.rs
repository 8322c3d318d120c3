//! What was said before the words that two replies answer: kept with the vote, and what preference tuning learns them from.

use domain::{CharacterId, Message, Role};

/// Longest that is kept of it, in bytes: a ballot is one line of the books, and a line that is too long is read by nobody.
const MAX_BEFORE: usize = 256 << 10;

/// Questions and answers before what is answered, the newest that fit. What a guest of the scene said is no answer of hers: nobody shall
/// learn it as one.
pub(super) fn pairs_before(history: &[Message], own: &CharacterId) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut asked: Option<&str> = None;
    for message in history.iter().take(history.len().saturating_sub(1)) {
        match (message.role, asked) {
            (Role::User, _) => asked = Some(&message.text),
            (Role::Character, Some(question)) if message.said_by(own) == Some(own) => {
                pairs.push((question.to_owned(), message.text.clone()));
                asked = None;
            }
            _ => {}
        }
    }
    let mut size = 0;
    let fits = |(asked, answer): &&(String, String)| {
        size += asked.len() + answer.len();
        size <= MAX_BEFORE
    };
    let kept = pairs.iter().rev().take_while(fits).count();
    pairs.split_off(pairs.len() - kept)
}

#[cfg(test)]
mod tests {
    use domain::{Because, ConversationId, MessageId, Speaker};

    use super::*;

    fn say(role: Role, text: &str, speaker: Option<&str>) -> Message {
        let by =
            |who: &str| Speaker { character: CharacterId(who.into()), because: Because::Named };
        Message {
            id: MessageId::NOT_LOGGED,
            parent: None,
            conversation: ConversationId(uuid::Uuid::nil()),
            role,
            text: text.to_owned(),
            interrupted: false,
            speaker: speaker.map(by),
            created_at: 0,
        }
    }

    #[test]
    fn what_guests_said_is_in_no_pair() {
        let history = [
            say(Role::User, "Hello, both.", None),
            say(Role::Character, "The lamp is lit.", Some("haru")),
            say(Role::Character, "Welcome.", Some("koto")),
            say(Role::User, "And you, Haru?", None),
            say(Role::Character, "Always.", Some("haru")),
            say(Role::User, "Good night.", None),
        ];
        let pair = ("Hello, both.".to_owned(), "Welcome.".to_owned());
        assert_eq!(pairs_before(&history, &CharacterId("koto".into())), [pair]);
    }

    #[test]
    fn of_a_long_talk_the_newest_is_kept() {
        let long = "a".repeat(99 << 10);
        let mut history = Vec::new();
        for number in 0..4 {
            history.push(say(Role::User, &number.to_string(), None));
            history.push(say(Role::Character, &long, Some("koto")));
        }
        history.push(say(Role::User, "Good night.", None));
        let pairs = pairs_before(&history, &CharacterId("koto".into()));
        let asked: Vec<&str> = pairs.iter().map(|(asked, _)| asked.as_str()).collect();
        assert_eq!(asked, ["2", "3"]);
    }
}
