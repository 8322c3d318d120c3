//! The books hold what was said: where a conversation is deleted for good, its votes and marks go, too.

use std::collections::HashSet;
use std::path::Path;

use appraisal::arena::{Ballot, Entry};
use domain::{ConversationId, Message, Problem};

use super::{MAX_BOOKS, PREFERENCES, TABLE, disk, export, invalid};

/// Bytes from which the words of an old vote, which does not say where it was cast, are told by: everybody says hello.
const TELLING: usize = 12;

/// What is known of a conversation that goes.
struct Gone<'a> {
    id: String,
    messages: HashSet<String>,
    said: HashSet<&'a str>,
}

impl Gone<'_> {
    fn holds(&self, entry: &Entry) -> bool {
        match entry {
            Entry::Ballot(ballot) => match &ballot.conversation {
                Some(id) => *id == self.id,
                None => self.is_quoted_by(ballot),
            },
            Entry::Sheet(sheet) => sheet.conversation == self.id,
            Entry::Marked(marked) => self.messages.contains(&marked.message),
        }
    }

    fn is_quoted_by(&self, ballot: &Ballot) -> bool {
        let before = ballot.history.iter().flat_map(|(asked, answer)| [asked, answer]);
        before
            .chain([&ballot.asked])
            .any(|text| text.len() >= TELLING && self.said.contains(text.as_str()))
    }
}

/// Takes what was thought about a conversation, whose messages these are, out of the books, and out of what was exported of them.
pub(crate) fn purge(data: &Path, id: ConversationId, messages: &[Message]) -> Result<(), Problem> {
    let folder = data.join("appraisals");
    let file = folder.join("arena.jsonl");
    match std::fs::metadata(&file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        // Whoever cannot look does not know that nothing is there.
        Err(error) => return Err(disk(&file, &error)),
        Ok(data) if data.len() > MAX_BOOKS => {
            return Err(invalid(
                "the arena's books are too large to read, and may hold what is to be deleted",
                "move `appraisals/arena.jsonl` away",
            ));
        }
        Ok(_) => {}
    }
    let bytes = vault::read(&file, MAX_BOOKS).map_err(|error| disk(&file, &error))?;
    let text = String::from_utf8_lossy(&bytes);
    let gone = Gone {
        id: id.to_string(),
        messages: messages.iter().map(|message| message.id.to_string()).collect(),
        said: messages.iter().map(|message| message.text.as_str()).collect(),
    };
    // A line that cannot be read (any more) is kept, but for one that names the conversation.
    let stays = |line: &&str| match serde_json::from_str::<Entry>(line) {
        Ok(entry) => !gone.holds(&entry),
        Err(_) => !line.contains(&gone.id),
    };
    let kept: Vec<&str> = text.lines().filter(stays).collect();
    if kept.len() == text.lines().count() {
        return Ok(());
    }
    let mut whole = kept.join("\n");
    if !whole.is_empty() {
        whole.push('\n');
    }
    let sealed = match vault::seal_of(&file) {
        Ok(vault::Seal::Plain) => whole.as_bytes().to_vec(),
        Ok(vault::Seal::Sealed(key)) => {
            vault::sealed_lines(whole.as_bytes(), &key).map_err(|error| disk(&file, &error))?
        }
        Err(error) => return Err(disk(&file, &error)),
    };
    store::atomic::write(&file, &sealed)?;
    // What was exported before is exported anew, or goes where nothing is left to export.
    let exported = [TABLE, PREFERENCES].map(|name| folder.join(name));
    if exported.iter().any(|file| file.exists()) {
        for file in exported.iter().filter(|file| file.exists()) {
            std::fs::remove_file(file).map_err(|error| disk(file, &error))?;
        }
        let (entries, _) = appraisal::arena::read(&whole);
        if !entries.is_empty() {
            export(&folder, &entries)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use appraisal::arena::{Contender, Mark, Marked, Outcome, Sheet};
    use domain::{MessageId, Role};

    use super::*;

    fn ballot(conversation: Option<&str>, asked: &str) -> Entry {
        let side = |reply: &str| Contender { label: "mini".into(), reply: reply.into() };
        Entry::Ballot(Ballot {
            at: 1,
            character: "Koto".into(),
            conversation: conversation.map(str::to_owned),
            category: String::new(),
            topic: String::new(),
            history: vec![("Hello.".into(), "Hi.".into())],
            asked: asked.into(),
            one: side("Yes."),
            other: side("No."),
            one_left: true,
            outcome: Outcome::Win,
        })
    }

    #[test]
    fn votes_marks_and_exports_of_a_deleted_conversation_go_and_all_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let books = folder.path().join("appraisals");
        std::fs::create_dir_all(&books).unwrap();
        let (gone, stays) =
            (ConversationId(uuid::Uuid::from_u128(1)), ConversationId(uuid::Uuid::from_u128(2)));
        let message = Message {
            id: MessageId(uuid::Uuid::from_u128(9)),
            parent: None,
            conversation: gone,
            role: Role::User,
            text: "My sister is called Zephyrine.".into(),
            interrupted: false,
            speaker: None,
            created_at: 0,
        };
        let marked = |message: MessageId| {
            Entry::Marked(Marked {
                at: 2,
                message: message.to_string(),
                character: "Koto".into(),
                label: "mini".into(),
                reply: "Zephyrine, how rare.".into(),
                marks: vec![Mark::Contradiction],
            })
        };
        let sheet = |of: ConversationId| {
            Entry::Sheet(Sheet {
                at: 3,
                character: "Koto".into(),
                label: "mini".into(),
                conversation: of.to_string(),
                scores: [1; 6],
            })
        };
        let (one, other) = (gone.to_string(), stays.to_string());
        let go = [
            ballot(Some(&one), "Tell me of Zephyrine."),
            // Of an older program, which did not note where.
            ballot(None, &message.text),
            marked(message.id),
            sheet(gone),
        ];
        let stay = [ballot(Some(&other), "Tea?"), ballot(None, "Hello."), sheet(stays)];
        let lines = |entries: &[Entry]| -> Vec<String> {
            entries.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect()
        };
        let file = books.join("arena.jsonl");
        let damaged = "{not json".to_owned();
        let all = [lines(&go), lines(&stay), vec![damaged.clone()]].concat();
        std::fs::write(&file, all.join("\n")).unwrap();
        export(&books, &go).unwrap();
        purge(folder.path(), gone, &[message]).unwrap();
        let left = std::fs::read_to_string(&file).unwrap();
        assert_eq!(left.lines().collect::<Vec<_>>(), [lines(&stay), vec![damaged]].concat());
        for file in std::fs::read_dir(&books).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!text.contains("Zephyrine"), "{text}");
        }
        assert!(books.join(TABLE).exists());
        // Without books there is nothing to do.
        purge(&folder.path().join("elsewhere"), gone, &[]).unwrap();
    }
}
