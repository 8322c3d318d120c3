//! `hanashi memory`: what a character remembers, to be seen and put right.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::terminal::{ExtractionStep, Memories, Verdict};
use clap::Subcommand;
use domain::{Problem, ProblemKind};
use serde_json::{Value, json};

use crate::arguments::Common;
use crate::print;

/// What to do with the memory.
#[derive(Debug, Subcommand)]
pub(crate) enum MemoryCommand {
    /// What is known, the newest first.
    List {
        /// Who remembers.
        #[arg(long, short, default_value = "koto", value_name = "NAME")]
        character: String,
    },
    /// What was said about something, on the branches that are shown.
    Search {
        /// What to look for, in any of the three languages.
        question: String,
        /// Who remembers.
        #[arg(long, short, default_value = "koto", value_name = "NAME")]
        character: String,
        /// How much at most.
        #[arg(long, short = 'n', default_value_t = 10)]
        limit: usize,
        /// Find what means something like it, too: an encoder of the library by its name, or the folder of one (BERT, XLM-R, E5, BGE).
        #[arg(long, value_name = "NAME")]
        embedder: Option<String>,
    },
    /// How long you have known each other, how often you talked, what you call each other.
    Acquaintance {
        /// Who remembers.
        #[arg(long, short, default_value = "koto", value_name = "NAME")]
        character: String,
    },
    /// Put a fact right.
    Edit {
        /// Number from `memory list`.
        id: i64,
        /// What is true.
        value: String,
    },
    /// Forget a fact and what said it. The message stays in the conversation.
    Forget {
        /// Number from `memory list`.
        id: i64,
        /// Who remembers.
        #[arg(long, short, default_value = "koto", value_name = "NAME")]
        character: String,
    },
    /// Write something down about yourself.
    Add {
        /// Of what: `birthday`, `sister`; `Lena / home` for somebody else.
        attribute: String,
        /// What is true.
        value: String,
        /// Who remembers.
        #[arg(long, short, default_value = "koto", value_name = "NAME")]
        character: String,
    },
    /// Talks by time, the newest first, with the lines that say most.
    Times {
        /// Who remembers.
        #[arg(long, short, default_value = "koto", value_name = "NAME")]
        character: String,
        /// How many at most.
        #[arg(long, short = 'n', default_value_t = 20)]
        limit: usize,
    },
    /// Put the summary of a talk right; without a text it is taken away, and no model writes another.
    Retell {
        /// Number from `memory times`.
        id: i64,
        /// What happened.
        #[arg(default_value = "")]
        text: String,
    },
    /// Write everything known to a file, as JSON.
    Export {
        /// Where to.
        file: PathBuf,
        /// Who remembers.
        #[arg(long, short, default_value = "koto", value_name = "NAME")]
        character: String,
    },
    /// Take over a file that `memory export` wrote, or the summaries in a chat of SillyTavern (`.jsonl`) or RisuAI.
    Import {
        /// The file.
        file: PathBuf,
        /// Who is to remember it.
        #[arg(long, short, default_value = "koto", value_name = "NAME")]
        character: String,
    },
    /// Let a language model look for facts in what was said, beside the rules. It is tried first on made-up conversations.
    Extract {
        /// A chat model by name or path; none: the one that comes with the program.
        #[arg(long, short, default_value = "", value_name = "NAME", hide_default_value = true)]
        model: String,
        /// Try it again, though it was found unfit.
        #[arg(long)]
        again: bool,
        /// Who remembers.
        #[arg(long, short, default_value = "koto", value_name = "NAME")]
        character: String,
    },
    /// Keep a fact in every prompt.
    Pin {
        /// Number from `memory list`.
        id: i64,
        /// No longer.
        #[arg(long)]
        off: bool,
    },
}

/// Runs the command.
#[expect(clippy::too_many_lines, reason = "a command each")]
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &MemoryCommand,
) -> Result<ExitCode, Problem> {
    let memories = Memories::open(paths)?;
    match command {
        MemoryCommand::List { character } => {
            let whose = memories.whose(paths, character)?;
            let facts = memories.facts(&whose)?;
            if common.json {
                print::json(&json!({ "v": 1, "character": whose.0, "facts": facts }));
                return Ok(ExitCode::SUCCESS);
            }
            for fact in &facts {
                let of = if fact.of_user { "you" } else { whose.0.as_str() };
                let pin = if fact.pinned { " (pinned)" } else { "" };
                let before = if fact.before.is_empty() {
                    String::new()
                } else {
                    format!(" (before: {})", fact.before.join(", "))
                };
                let by = fact.by.as_ref().map_or(String::new(), |by| format!(" (read by {by})"));
                print::line(&format!(
                    "{:>6}  {of}: {}: {}{before}{by}{pin}",
                    fact.id, fact.attribute.0, fact.value
                ));
            }
            if facts.is_empty() {
                print::line("nothing yet: tell a little about yourself");
            }
        }
        MemoryCommand::Search { question, character, limit, embedder } => {
            let whose = memories.whose(paths, character)?;
            let memories = match embedder {
                Some(encoder) => memories.with_encoder(&paths.encoder(encoder)?, |meaning| {
                    if !common.json {
                        print::aside_in_place(&format!(
                            "{} of {} messages read",
                            meaning.done, meaning.all
                        ));
                    }
                })?,
                None => memories,
            };
            if embedder.is_some() && !common.json {
                print::aside("");
            }
            let found = memories.search(&whose, question, *limit)?;
            if common.json {
                print::json(&json!({ "v": 1, "character": whose.0, "found": found }));
                return Ok(ExitCode::SUCCESS);
            }
            for remark in &found {
                let who = if remark.by_user { "you" } else { whose.0.as_str() };
                print::line(&format!("{who}: {}", remark.text));
            }
            if found.is_empty() {
                print::line("nothing was said about that");
            }
        }
        MemoryCommand::Acquaintance { character } => {
            let whose = memories.whose(paths, character)?;
            let known = memories.acquaintance(&whose)?;
            if common.json {
                print::json(&json!({ "v": 1, "character": whose.0, "acquaintance": known }));
                return Ok(ExitCode::SUCCESS);
            }
            match known {
                Some(known) => {
                    print::line(&format!(
                        "since {}, last on {}; talked on {} day(s), {} message(s) by you",
                        app::terminal::day(known.since),
                        app::terminal::day(known.last),
                        known.days,
                        known.said
                    ));
                    for (who, name) in
                        [("calls you", &known.name), ("you call her", &known.her_name)]
                    {
                        if let Some(name) = name {
                            print::line(&format!("{who}: {name}"));
                        }
                    }
                }
                None => print::line("you have not talked yet"),
            }
        }
        MemoryCommand::Edit { id, value } => {
            memories.correct(*id, value)?;
            tell_copies(&memories);
        }
        MemoryCommand::Forget { id, character } => {
            let messages = memories.forget(&memories.whose(paths, character)?, *id)?;
            tell_copies(&memories);
            if !common.json {
                print::line(&format!("forgotten, with {messages} message(s) that told it"));
            }
        }
        MemoryCommand::Add { attribute, value, character } => {
            // What is written down for nobody would never be read.
            let whose = app::terminal::whose(paths, character)?;
            let id = memories.add(&whose, attribute, value)?;
            if common.json {
                print::json(&json!({ "v": 1, "id": id }));
                return Ok(ExitCode::SUCCESS);
            }
        }
        MemoryCommand::Times { character, limit } => {
            let whose = memories.whose(paths, character)?;
            let scenes = memories.episodes(&whose, *limit)?;
            if common.json {
                print::json(&json!({ "v": 1, "character": whose.0, "scenes": scenes }));
                return Ok(ExitCode::SUCCESS);
            }
            for scene in &scenes {
                let topics = match scene.about.topics.as_slice() {
                    [] => String::new(),
                    topics => format!(": {}", topics.join(", ")),
                };
                let messages = scene.episode.messages;
                print::line(&format!("{} ({messages} messages){topics}", scene.when));
                if let Some(summary) = &scene.about.summary {
                    let number = scene.about.summary_id.unwrap_or_default();
                    print::line(&format!("{number:>6}  {} ({})", summary.text, summary.by));
                }
                for line in &scene.lines {
                    print::line(&format!("    {line}"));
                }
            }
        }
        MemoryCommand::Retell { id, text } => {
            memories.retell(*id, text)?;
            tell_copies(&memories);
        }
        MemoryCommand::Export { file, character } => {
            let text = memories.export(&memories.whose(paths, character)?)?;
            std::fs::write(file, text).map_err(|error| {
                Problem::new(
                    ProblemKind::Disk,
                    format!("`{}` cannot be written: {error}", file.display()),
                    "choose another place",
                )
            })?;
        }
        MemoryCommand::Import { file, character } => {
            let whose = app::terminal::whose(paths, character)?;
            let (added, skipped) = memories.import(&whose, file)?;
            if common.json {
                print::json(&json!({ "v": 1, "added": added, "skipped": skipped }));
                return Ok(ExitCode::SUCCESS);
            }
            print::line(&format!("{added} taken over, {skipped} known already"));
        }
        MemoryCommand::Extract { model, again, character } => {
            return extract(common, paths, &memories, (model, *again, character));
        }
        MemoryCommand::Pin { id, off } => {
            memories.pin(*id, !*off)?;
            tell_copies(&memories);
        }
    }
    if common.json {
        print::json(&json!({ "v": 1 }));
    }
    Ok(ExitCode::SUCCESS)
}

/// Has a model look for facts.
fn extract(
    common: &Common,
    paths: &Paths,
    memories: &Memories,
    (model, again, character): (&str, bool, &str),
) -> Result<ExitCode, Problem> {
    let progress = |step| {
        if common.json {
            return;
        }
        print::aside_in_place(&match step {
            ExtractionStep::Examining => "tried on made-up conversations".to_owned(),
            ExtractionStep::Reading(read, all, new) => {
                format!("{read} of {all} messages read, {new} new fact(s)")
            }
        });
    };
    let whose = memories.whose(paths, character)?;
    let done = memories.extract(paths, &whose, (model, again), progress)?;
    if common.json {
        print::json(&with_version(json!({ "character": whose.0 }), &done));
        return Ok(ExitCode::SUCCESS);
    }
    print::aside("");
    if let Some(marks) = &done.examined {
        print::line(&format!(
            "{}: found {} of {} facts in made-up conversations, {} that are none; {} of {} lines were made up",
            done.model,
            marks.found,
            marks.wanted,
            marks.wrong,
            marks.lines - marks.grounded,
            marks.lines
        ));
    }
    if done.verdict == Verdict::Unfit {
        print::line(&format!(
            "{} cannot do it, and is not asked; rules alone find facts",
            done.model
        ));
        return Ok(ExitCode::SUCCESS);
    }
    print::line(&format!(
        "{} of {} messages read: {} new fact(s), {} known already",
        done.read, done.all, done.kept.kept, done.kept.known
    ));
    for (why, count) in &done.kept.dropped {
        print::line(&format!("{count:>6}  dropped: {}", json!(why).as_str().unwrap_or_default()));
    }
    Ok(ExitCode::SUCCESS)
}

/// A report with the version of its form, and what it is about.
fn with_version(mut about: Value, report: &impl serde::Serialize) -> Value {
    about["v"] = json!(1);
    if let (Some(about), Value::Object(report)) = (about.as_object_mut(), json!(report)) {
        about.extend(report);
    }
    about
}

/// Tells of copies of the database that still hold what was decided before: also a pin takes its place.
fn tell_copies(memories: &Memories) {
    if let Some(problem) = memories.copies_left() {
        print::problem(&problem, false);
    }
}
