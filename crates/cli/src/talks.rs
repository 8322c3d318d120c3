//! `hanashi talks`: conversations, those of other programs taken over, those of this one listed and deleted.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use clap::Subcommand;
use domain::Problem;
use serde_json::json;

use crate::arguments::Common;
use crate::kept_talks::{self, KeptCommand};
use crate::print;

/// What to do with conversations.
#[derive(Debug, Subcommand)]
pub(crate) enum TalksCommand {
    /// Take over a chat of SillyTavern (`.jsonl`), RisuAI, Agnai, character.ai, Text Generation WebUI or KoboldAI Lite, swipes and
    /// dates included. All of a conversation or nothing of it; one that is there already is not taken over twice.
    Import {
        /// The file.
        file: PathBuf,
        /// With whom it is: a folder of the library or a name. Default: the character whose name the chat has.
        #[arg(long, short, value_name = "NAME")]
        character: Option<String>,
    },
    #[command(flatten)]
    Kept(KeptCommand),
}

/// Runs the command.
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &TalksCommand,
) -> Result<ExitCode, Problem> {
    let (file, character) = match command {
        TalksCommand::Import { file, character } => (file, character),
        TalksCommand::Kept(command) => return kept_talks::run(common, paths, command),
    };
    let mut told = 0;
    let taken = app::terminal::import_talks(paths, file, character.as_deref(), |through, of| {
        // A word every tenth of a long one.
        if of > 20_000 && through * 10 / of > told {
            told = through * 10 / of;
            print::aside(&format!("{through} of {of} messages"));
        }
        true
    })?;
    if common.json {
        print::json(&json!({
            "v": 1,
            "program": taken.program,
            "character": taken.character,
            "talks": taken.talks,
            "warnings": taken.warnings,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    for talk in &taken.talks {
        let title =
            if talk.title.is_empty() { String::new() } else { format!(" \"{}\"", talk.title) };
        let what = if talk.known { "was there already" } else { "is taken over" };
        print::line(&format!(
            "{}{title} with {}: {} messages, {} other answers; it {what}",
            taken.program, taken.name, talk.messages, talk.swipes
        ));
    }
    for warning in &taken.warnings {
        print::line(&format!("note: {warning}"));
    }
    Ok(ExitCode::SUCCESS)
}
