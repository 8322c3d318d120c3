//! `hanashi`: the whole product without a window. Commands parse, call `app`, and print; rules live in the rooms.

mod adapters;
mod appraise;
mod arena;
mod arguments;
mod bench;
mod bench_tune;
mod cards;
mod chat;
mod complete;
mod generate;
mod kept_talks;
mod know;
mod listen;
mod lore;
mod memory;
mod mic;
mod models;
mod novel;
mod people;
mod plan;
mod print;
mod prompt;
mod sampling;
mod scenery;
mod session;
mod stopping;
mod suite;
mod talk;
mod talks;
mod tools;
mod tune;
mod upkeep;
mod vault;

use std::process::ExitCode;

use app::Paths;
use clap::Parser;
use domain::Problem;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    if app::answer_about_graphics() {
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::parse();
    logging();
    let code = run(&arguments).unwrap_or_else(|problem| {
        print::problem(&problem, arguments.common.json);
        ExitCode::FAILURE
    });
    match print::lost() {
        None => code,
        Some(problem) => {
            print::problem(&problem, false);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, Problem> {
    let common = &arguments.common;
    let paths = || Paths::find(common.data_dir.as_deref(), std::path::Path::new(""));
    vault::open_for(common, &arguments.command)?;
    match &arguments.command {
        Command::Chat { cast, with, speak, listen, ears, wake } => {
            let aloud = chat::Aloud { speak: *speak, listen: *listen, wake: wake.clone() };
            chat::run(common, cast, with, aloud, ears.as_deref())
        }
        Command::Talk(talk) => talk::run(common, talk),
        Command::Complete(asked) => {
            let (paths, count, text) = (paths()?, usize::from(asked.candidates), asked.text()?);
            let asked = asked.completing(&text);
            if count > 1 {
                return tools::candidates(common, &paths, &asked, count);
            }
            tools::complete(common, &paths, &asked)
        }
        Command::Say { text, voice, out, visemes } => {
            tools::say(common, &paths()?, text, voice.as_deref(), out, visemes.as_deref())
        }
        Command::Hear { file, model, language } => {
            tools::hear(common, &paths()?, file, model.as_deref(), language.as_deref())
        }
        Command::Mic(mic) => mic::run(common, mic),
        Command::Lore(command) => lore::run(common, &paths()?, command),
        Command::Prompt(command) => prompt::run(common, &paths()?, command),
        Command::Card(command) => cards::run(common, command),
        Command::Talks(command) => talks::run(common, &paths()?, command),
        Command::Memory(command) => memory::run(common, &paths()?, command),
        Command::Know(command) => know::run(common, &paths()?, command),
        Command::Scenery(command) => scenery::run(common, &paths()?, command),
        Command::Models(command) => models::run(common, &paths()?, command),
        Command::Novel(command) => {
            novel::run(common, &paths()?, command).map(|()| ExitCode::SUCCESS)
        }
        Command::Generate { folder } => generate::run(folder),
        Command::Vault(command) => vault::run(common, &paths()?, command),
        Command::Upkeep(command) => upkeep::run(common, &paths()?, command),
        Command::Appraise(command) => appraise::run(common, &paths()?, command),
        Command::Tune(command) => tune::run(common, &paths()?, command),
        Command::Bench(command) => bench::run(common, &paths()?, command),
    }
}

/// Logs go to standard error, so that standard output stays machine-readable.
fn logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HANASHI_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    let _already_started =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
