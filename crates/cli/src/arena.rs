//! `hanashi appraise arena`: two replies to the same words, without a name until somebody has voted; the window's own arena, and its books.

use std::io::BufRead;
use std::process::ExitCode;
use std::time::Duration;

use app::api::{AppEvent, ArenaRound, ArenaSide, PartKind};
use app::{Options, Output};
use clap::Args;
use domain::{Problem, ProblemKind};
use serde_json::json;

use crate::appraise::temperature;
use crate::arguments::Common;
use crate::print;
use crate::session::{Session, from_api, waited};

/// How long nothing must happen until the stage is quiet.
const QUIET: Duration = Duration::from_millis(300);
/// What ends the comparisons.
const STOP: &str = "/stop";

/// Who writes the two replies; whatever is not said is as on stage.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command")]
pub(crate) struct Arena {
    /// A character of the library, or a card file. Both answer in her last conversation, which hears of nothing that is said here.
    #[arg(value_name = "NAME|FILE")]
    character: Option<String>,
    /// The chat model of the first: one of the library, or a GGUF file.
    #[arg(long, short, value_name = "NAME|FILE")]
    model: Option<String>,
    /// The chat model of the second (default: that of the first).
    #[arg(long, value_name = "NAME|FILE")]
    other_model: Option<String>,
    /// An adapter of the first: `library:NAME`, `character:ID` or `studio:ID`.
    #[arg(long, value_name = "ID")]
    adapter: Option<String>,
    /// An adapter of the second.
    #[arg(long, value_name = "ID")]
    other_adapter: Option<String>,
    /// Temperature of the first.
    #[arg(long)]
    temperature: Option<f32>,
    /// Temperature of the second.
    #[arg(long)]
    other_temperature: Option<f32>,
    /// Instructions of the first instead of the card's.
    #[arg(long, value_name = "TEXT")]
    instructions: Option<String>,
    /// Instructions of the second.
    #[arg(long, value_name = "TEXT")]
    other_instructions: Option<String>,
    /// Do not watch the replies of the first.
    #[arg(long)]
    no_guard: bool,
    /// Do not watch the replies of the second.
    #[arg(long)]
    other_no_guard: bool,
    /// What the talk is about, for the tables: `chit_chat`, `interview`, `affection`, or a word of yours.
    #[arg(long, value_name = "TOPIC", default_value = "")]
    topic: String,
    /// Compare nothing: show what was voted so far.
    #[arg(long)]
    results: bool,
    /// Write a table and preference pairs, at the end.
    #[arg(long)]
    export: bool,
}

impl Arena {
    /// Both sides. The first one's model is the one on stage.
    fn sides(&self, guard: bool) -> Result<[ArenaSide; 2], Problem> {
        let text = |typed: Option<&str>| typed.unwrap_or_default().to_owned();
        let one = ArenaSide {
            model: String::new(),
            temperature: temperature(self.temperature)?,
            guard: guard && !self.no_guard,
            instructions: text(self.instructions.as_deref()),
            adapter: self.adapter.clone(),
        };
        let model = text(self.other_model.as_deref());
        // What writes on stage was made for the model there.
        let none = (!model.is_empty()).then(String::new);
        let other = ArenaSide {
            temperature: temperature(self.other_temperature)?,
            guard: guard && !self.other_no_guard,
            instructions: text(self.other_instructions.as_deref()),
            adapter: self.other_adapter.clone().or(none),
            model,
        };
        if one == other {
            return Err(Problem::new(
                ProblemKind::Invalid,
                "both replies would be made the same way",
                "let them differ, for instance with --other-model or --other-temperature",
            ));
        }
        Ok([one, other])
    }
}

/// Runs the command.
pub(crate) fn run(common: &Common, typed: &Arena) -> Result<ExitCode, Problem> {
    let session = Session::start(Options {
        data_dir: common.data_dir.clone(),
        output: Output::Text,
        character: typed.character.clone(),
        model: typed.model.clone(),
        ..Options::default()
    })?;
    if !typed.results {
        let guard = session.app.snapshot().map_err(from_api)?.settings.stay_in_character;
        let sides = typed.sides(guard)?;
        session.wait_for(PartKind::Model)?;
        play(&session, &sides, &typed.topic, common.json)?;
    }
    show_results(&session, common.json)?;
    if typed.export {
        let files = session.app.arena_export().map_err(from_api)?;
        if common.json {
            print::json(&json!({ "v": 1, "files": files }));
        } else {
            files.iter().for_each(|file| print::line(file));
        }
    }
    session.app.shutdown()?;
    Ok(ExitCode::SUCCESS)
}

/// Reads what is said and what is voted, in turn, until there is no more. A pair that nobody voted on counts for nothing.
fn play(session: &Session, sides: &[ArenaSide; 2], topic: &str, json: bool) -> Result<(), Problem> {
    let stdin = std::io::stdin();
    let interactive = std::io::IsTerminal::is_terminal(&stdin) && !json;
    let read = |prompt: &str| {
        if interactive {
            print::part(prompt);
        }
        let mut line = String::new();
        let read = stdin.lock().read_line(&mut line);
        let line = line.trim();
        (matches!(read, Ok(length) if length > 0) && line != STOP).then(|| line.to_owned())
    };
    print::aside(&format!(
        "say something and vote for the better answer; an empty line asks for another answer to what was said last in the talk, {STOP} ends"
    ));
    while let Some(asked) = read("> ") {
        let round = match round(session, sides, &asked) {
            Ok(round) => round,
            // The next line may do better.
            Err(problem)
                if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::NotReady) =>
            {
                print::problem(&problem, json);
                continue;
            }
            Err(problem) => return Err(problem),
        };
        if json {
            print::json(&json!({ "v": 1, "left": round.left, "right": round.right }));
        } else {
            print::line(&format!("left:  {}", round.left.trim()));
            print::line(&format!("right: {}", round.right.trim()));
        }
        let vote = loop {
            let Some(typed) = read("better (l, r, t for a tie): ") else { return Ok(()) };
            if let Some(vote) = vote(&typed) {
                break vote;
            }
            print::aside("type l or r for the better one, t for a tie");
        };
        let was = session.app.arena_vote(&round.id, vote, topic).map_err(from_api)?;
        if json {
            print::json(&json!({ "v": 1, "vote": vote, "was": was }));
        } else {
            print::line(&format!("left was {}; right was {}", was.left, was.right));
        }
    }
    Ok(())
}

/// Has both answer.
fn round(
    session: &Session,
    [one, other]: &[ArenaSide; 2],
    asked: &str,
) -> Result<ArenaRound, Problem> {
    settle(session)?;
    let round = waited(session.app.arena_round(asked, one, other))?;
    // What was told of adapters meanwhile.
    settle(session)?;
    round.map_err(from_api)
}

/// Waits until nobody speaks on stage, and shows what is told meanwhile.
fn settle(session: &Session) -> Result<(), Problem> {
    loop {
        match session.next(QUIET)? {
            Some(AppEvent::Notice { problem }) => {
                print::aside(&format!("{}; {}", problem.message, problem.remedy));
            }
            None if !session.app.snapshot().map_err(from_api)?.busy => return Ok(()),
            Some(_) | None => {}
        }
    }
}

/// What was typed, as the arena calls it.
fn vote(typed: &str) -> Option<&'static str> {
    match typed.to_lowercase().as_str() {
        "l" | "left" | "1" => Some("left"),
        "r" | "right" | "2" => Some("right"),
        "t" | "tie" | "=" => Some("tie"),
        _ => None,
    }
}

fn show_results(session: &Session, json: bool) -> Result<(), Problem> {
    let results = session.app.arena_results().map_err(from_api)?;
    if json {
        print::json(&json!({ "v": 1, "results": results }));
        return Ok(());
    }
    for pair in &results.pairs {
        print::line(&format!("{} against {}", pair.one, pair.other));
        for counts in &pair.counts {
            let name = if counts.name.is_empty() { "all" } else { counts.name.as_str() };
            print::line(&format!(
                "  {name:<20} {:>4} won, {:>4} tied, {:>4} lost",
                counts.win, counts.tie, counts.lose
            ));
        }
        if pair.decided > 0 {
            print::line(&format!("  left was better in {} of {}", pair.left_won, pair.decided));
        }
    }
    if results.damaged > 0 {
        print::aside(&format!("{} lines of the arena's books could not be read", results.damaged));
    }
    Ok(())
}
