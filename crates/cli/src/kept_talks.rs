//! `hanashi talks`: the conversations of this data folder, listed and deleted.

use std::io::IsTerminal;
use std::process::ExitCode;

use app::Paths;
use app::terminal::{self, Deleting};
use clap::Subcommand;
use domain::{CharacterId, Problem, ProblemKind};
use serde_json::json;

use crate::arguments::Common;
use crate::print;

/// What to do with conversations that are kept.
#[derive(Debug, Subcommand)]
pub(crate) enum KeptCommand {
    /// All conversations, the newest first, and what lies in the trash.
    List {
        /// Only those with this character.
        #[arg(long, short, value_name = "NAME")]
        character: Option<String>,
    },
    /// Put a conversation into the trash. What she learned there stays known, without the words.
    Rm {
        /// Id from `talks list`.
        id: String,
        /// Forget what she learned there, too.
        #[arg(long)]
        forget: bool,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Take a conversation out of the trash, as it was.
    Restore {
        /// Id from `talks list`.
        id: String,
    },
    /// Delete what lies in the trash for good, in the copies of the database as well: one conversation, or all.
    Purge {
        /// Id from `talks list`; without one, everything in the trash.
        id: Option<String>,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
}

/// Runs the command.
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &KeptCommand,
) -> Result<ExitCode, Problem> {
    match command {
        KeptCommand::List { character } => list(common, paths, character.as_deref())?,
        KeptCommand::Rm { id, forget, yes } => {
            let all = terminal::list_talks(paths, None)?;
            if let Some(talk) = all.iter().find(|one| one.id == *id && one.removed_at.is_none()) {
                let learned = if *forget { "forgotten" } else { "kept" };
                let question = format!(
                    "\"{}\": {} message(s), {} save(s) that go with it; what she learned there is {learned}. Put it into the trash?",
                    talk.title, talk.messages, talk.saves
                );
                sure(*yes, &question)?;
            }
            let saves = Deleting::open(paths)?.remove(id, *forget)?;
            if common.json {
                print::json(&json!({ "v": 1, "id": id, "saves": saves }));
            } else {
                print::line(&format!(
                    "in the trash, with {saves} save(s); `hanashi talks restore {id}` brings it back"
                ));
            }
        }
        KeptCommand::Restore { id } => {
            Deleting::open(paths)?.restore(id)?;
            if common.json {
                print::json(&json!({ "v": 1, "id": id }));
            } else {
                print::line("it is out of the trash, as it was");
            }
        }
        KeptCommand::Purge { id, yes } => {
            let talks = terminal::list_talks(paths, None)?;
            if let Some(question) = purge_question(&talks, id.as_deref()) {
                sure(*yes, &question)?;
            }
            let (conversations, copies) = Deleting::open(paths)?.purge(id.as_deref())?;
            if common.json {
                print::json(&json!({ "v": 1, "conversations": conversations, "copies": copies }));
                return Ok(ExitCode::SUCCESS);
            }
            print::line(&format!("{conversations} conversation(s) deleted for good"));
            for copy in &copies {
                print::line(&format!("still in `{copy}`: delete that file yourself"));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(common: &Common, paths: &Paths, character: Option<&str>) -> Result<(), Problem> {
    let whose = character.map(|name| CharacterId(name.to_owned()));
    let mut talks = terminal::list_talks(paths, whose.as_ref())?;
    if let Some(name) = character.filter(|_| talks.is_empty()) {
        // By a name instead of the folder's, or nobody.
        talks = terminal::list_talks(paths, Some(&terminal::whose(paths, name)?))?;
    }
    if common.json {
        print::json(&json!({ "v": 1, "talks": talks }));
        return Ok(());
    }
    for talk in &talks {
        let trash = if talk.removed_at.is_some() { " (in the trash)" } else { "" };
        print::line(&format!(
            "{}  {}  {}: {} ({} messages){trash}",
            talk.id,
            terminal::day(talk.updated_at),
            talk.character,
            talk.title,
            talk.messages
        ));
    }
    if talks.is_empty() {
        print::line("nothing was said yet");
    }
    Ok(())
}

/// What is asked before one conversation of the trash, or all of them, are deleted for good; `None` where none lies there.
fn purge_question(talks: &[terminal::Talk], id: Option<&str>) -> Option<String> {
    let goes =
        |talk: &&terminal::Talk| talk.removed_at.is_some() && id.is_none_or(|id| talk.id == id);
    let going: Vec<&terminal::Talk> = talks.iter().filter(goes).collect();
    let messages: u64 = going.iter().map(|talk| talk.messages).sum();
    (!going.is_empty()).then(|| {
        format!(
            "{} conversation(s) with {messages} message(s). This cannot be taken back. Delete for good?",
            going.len()
        )
    })
}

/// Asks; without a terminal to ask in, `--yes` must have been given.
fn sure(yes: bool, question: &str) -> Result<(), Problem> {
    if yes || confirmed(question) {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::Invalid,
        "nothing was deleted",
        "give `--yes` to delete without being asked",
    ))
}

/// Asks in the terminal; false where there is none.
fn confirmed(question: &str) -> bool {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return false;
    }
    print::part(&format!("{question} [y/N] "));
    let mut answer = String::new();
    stdin.read_line(&mut answer).is_ok()
        && ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_a_purge_it_is_said_how_much_goes() {
        let talk = |id: &str, messages, removed_at| terminal::Talk {
            id: id.to_owned(),
            character: "koto".to_owned(),
            title: String::new(),
            messages,
            updated_at: 0,
            saves: 0,
            removed_at,
        };
        let talks = [talk("a", 3, Some(1)), talk("b", 4, Some(1)), talk("c", 50, None)];
        let all = purge_question(&talks, None).unwrap();
        assert!(all.starts_with("2 conversation(s) with 7 message(s)"), "{all}");
        let one = purge_question(&talks, Some("b")).unwrap();
        assert!(one.starts_with("1 conversation(s) with 4 message(s)"), "{one}");
        assert_eq!(purge_question(&talks, Some("c")), None, "it does not lie in the trash");
    }
}
