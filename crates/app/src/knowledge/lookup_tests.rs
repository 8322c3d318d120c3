//! What is looked up in a turn, over a real index.

use domain::{ConversationId, Flow};

use super::*;

/// Counts words.
struct Words;
impl TokenCounter for Words {
    fn count(&self, text: &str) -> usize {
        text.split_whitespace().count()
    }
}

struct Desk {
    folder: tempfile::TempDir,
    knowing: Knowing,
    koto: CharacterId,
}

impl Desk {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let docs = folder.path().join("docs");
        std::fs::create_dir_all(&docs).unwrap();
        for (name, text) in files {
            std::fs::write(docs.join(name), text).unwrap();
        }
        let knowing = Knowing::open(folder.path()).unwrap();
        knowing.knowledge.add(&[docs], None, &mut |_| Flow::More).unwrap();
        Self { folder, knowing, koto: CharacterId("koto".into()) }
    }

    fn look_up(&self, lines: &[&str], context: u32) -> Known {
        let history: Vec<Message> = lines.iter().map(|line| message(line)).collect();
        let mut known = self.knowing.look_up((&self.koto, &history), None, &[], context, &Words);
        self.knowing.asked(known.looked.take());
        known
    }
}

/// A line that begins with `>` is the character's.
fn message(line: &str) -> Message {
    let id: MessageId = "01890000-0000-7000-8000-000000000001".parse().unwrap();
    let conversation: ConversationId = "01890000-0000-7000-8000-000000000002".parse().unwrap();
    Message {
        id,
        // The character answers the line, whose id is the same: the tests know but one.
        parent: line.starts_with('>').then_some(id),
        conversation,
        role: if line.starts_with('>') { Role::Character } else { Role::User },
        text: line.trim_start_matches('>').into(),
        interrupted: false,
        speaker: None,
        created_at: 7,
    }
}

const NOSS: &str =
    "The lighthouse of Noss was built in 1907 by Elsa Brandt. It is forty metres tall.";

#[test]
fn a_question_finds_its_passage_and_small_talk_none() {
    let desk = Desk::new(&[("noss.txt", NOSS)]);
    let known = desk.look_up(&["When was the lighthouse built?"], 2_000);
    assert_eq!(known.excerpts.len(), 1);
    assert_eq!(known.excerpts[0].source, "noss.txt, line 1");
    assert!(desk.look_up(&["Good morning!"], 2_000).excerpts.is_empty());
    // What the character said last is answered by nobody.
    assert!(
        desk.look_up(&["When was the lighthouse built?", ">In 1907."], 2_000).excerpts.is_empty()
    );
    // "It" is what was asked about before.
    let known = desk
        .look_up(&["When was the lighthouse built?", ">In 1907.", "And how tall is it?"], 2_000);
    assert_eq!(known.excerpts.len(), 1);
}

#[test]
fn documents_keep_to_their_share_of_the_context() {
    let paragraphs: String = (0..60)
        .map(|at| format!("The lighthouse keeper number {at} told a winding story about the storm and the long night. ").repeat(4) + "\n\n")
        .collect();
    let desk = Desk::new(&[("keepers.txt", &paragraphs)]);
    let known = desk.look_up(&["What did the lighthouse keeper tell about the storm?"], 600);
    let tokens: usize = known.excerpts.iter().map(|one| Words.count(&one.text)).sum();
    assert!(!known.excerpts.is_empty() && tokens <= 120, "{tokens}");
}

#[test]
fn a_reply_that_leans_on_a_passage_is_kept_with_its_place() {
    let desk = Desk::new(&[("noss.txt", NOSS)]);
    desk.look_up(&["Who built the lighthouse of Noss?"], 2_000);
    desk.knowing
        .answered(&message(">[joy]Oh! The lighthouse of Noss was built in 1907 by Elsa Brandt."));
    let last = desk.knowing.last().unwrap();
    assert!(last.passages[0].evidence.unwrap() > 0.7, "{last:?}");
    assert!(last.passages[0].said.contains("Elsa Brandt"));
    let knowledge = &desk.knowing.knowledge;
    let kept = || knowledge.kept_evidence("01890000-0000-7000-8000-000000000001").unwrap();
    assert!(kept()[0].contains("noss.txt"));
    // What the reply leaned on goes with the document, and comes back with it.
    let document = knowledge.documents(None).unwrap()[0].id;
    knowledge.remove(document).unwrap();
    assert_eq!(kept(), [""; 0]);
    knowledge.restore(document).unwrap();
    assert_eq!(kept().len(), 1);
    knowledge.forget_evidence(["01890000-0000-7000-8000-000000000001"]).unwrap();
    assert_eq!(kept(), [""; 0]);
    desk.look_up(&["Who built the lighthouse of Noss?"], 2_000);
    desk.knowing
        .answered(&message(">I would rather talk about the sea and the stars with you tonight."));
    assert_eq!(desk.knowing.last().unwrap().passages[0].evidence, None);
}

#[test]
fn rules_give_knowledge_and_directions_and_say_that_they_fired() {
    let desk = Desk::new(&[("noss.txt", NOSS)]);
    let rules = desk.folder.path().join(RULES);
    std::fs::create_dir_all(&rules).unwrap();
    std::fs::write(
        rules.join("koto.toml"),
        "[[rule]]\nname = 'tea'\nwhen = ['\\btea\\b']\nknow = 'The tea is in the blue tin.'\ncue = 'She looks up.'\nsearch = 'lighthouse of Noss'",
    )
    .unwrap();
    let known = desk.look_up(&["Is there tea?"], 2_000);
    assert_eq!((known.excerpts[0].source.as_str(), known.cue.as_str()), ("tea", "She looks up."));
    assert!(known.excerpts[1].text.contains("1907"));
    let last = desk.knowing.last().unwrap();
    assert_eq!((last.rule.as_str(), last.pattern.as_str()), ("tea", "\\btea\\b"));
}
