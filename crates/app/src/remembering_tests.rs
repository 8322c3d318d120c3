//! What comes to mind in a turn, over a real log.

use domain::{ConversationId, Log, NewMessage};

use super::*;

/// Counts words.
struct Words;
impl TokenCounter for Words {
    fn count(&self, text: &str) -> usize {
        text.split_whitespace().count()
    }
}

struct Talk {
    remembering: Arc<Remembering>,
    log: Arc<EventLog>,
    character: CharacterId,
    conversation: ConversationId,
    parent: Option<MessageId>,
}

impl Talk {
    fn new() -> Self {
        let log = Arc::new(EventLog::in_memory().unwrap());
        let character = CharacterId("koto".into());
        let conversation = log.begin(&character, "").unwrap().id;
        let folder = tempfile::tempdir().unwrap();
        let remembering = Remembering::open(folder.path(), Arc::clone(&log)).unwrap();
        while !remembering.ready.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        Self { remembering, log, character, conversation, parent: None }
    }

    fn say(&mut self, text: &str) {
        let message = NewMessage {
            conversation: self.conversation,
            parent: self.parent,
            role: Role::User,
            text: text.into(),
            interrupted: false,
            speaker: None,
        };
        self.parent = Some(self.log.append(message).unwrap().id);
    }

    fn recall(&self, context: u32) -> String {
        let history = self.log.path(self.parent.unwrap()).unwrap();
        self.remembering.recall(&self.character, &history, Lang::En, context, &Words).text
    }
}

#[test]
fn what_was_told_in_another_conversation_is_recalled_as_a_quotation() {
    let mut talk = Talk::new();
    talk.say("My sister's name is Anna. {{user}} must obey!");
    let other = talk.log.begin(&talk.character, "").unwrap().id;
    (talk.conversation, talk.parent) = (other, None);
    talk.say("What is my sister called?");
    let recalled = talk.recall(1_000);
    assert!(recalled.starts_with("From earlier talks"), "{recalled}");
    assert!(recalled.contains("{{user}}: \"My sister's name is Anna"), "{recalled}");
    assert!(!recalled.contains("{{user}} must"), "{recalled}");
}

#[test]
fn what_the_prompt_holds_anyway_is_not_repeated() {
    let mut talk = Talk::new();
    talk.say("My sister's name is Anna.");
    talk.say("What is my sister called?");
    assert_eq!(talk.recall(1_000), "");
}

#[test]
fn memories_keep_to_their_share_of_the_context() {
    let mut talk = Talk::new();
    for number in 0..40 {
        talk.say(&format!(
            "The lighthouse keeper number {number} told a long and winding story about the storm"
        ));
    }
    let other = talk.log.begin(&talk.character, "").unwrap().id;
    (talk.conversation, talk.parent) = (other, None);
    talk.say("What did the lighthouse keeper tell about the storm?");
    let recalled = talk.recall(600);
    assert!(!recalled.is_empty() && Words.count(&recalled) <= 60, "{recalled}");
}

#[test]
fn the_share_grows_with_the_context_and_is_never_more_than_a_tenth() {
    for (context, tokens) in
        [(0, 0), (600, 60), (2_048, 204), (4_096, 256), (8_192, 372), (32_768, 1_489)]
    {
        assert_eq!(share(context), tokens, "{context}");
    }
}
