//! `hanashi novel`.

use std::path::{Path, PathBuf};

use app::Paths;
use app::studio::novels::{
    self, DatasetOptions, Format, Made, Narration, Profile, Recipe, Scan, TermAction,
};
use app::terminal::{Reconstructing, dataset_reconstructed};
use clap::{Args, Subcommand, ValueEnum};
use domain::{Problem, ProblemKind};

use crate::arguments::Common;
use crate::print;

/// What `--lang` says for the text as it was written.
const ORIGINAL: &str = "original";

#[derive(Debug, Subcommand)]
pub(crate) enum NovelCommand {
    /// What a folder of scripts holds: engine, speakers, what is not understood.
    Scan {
        /// Folder of scripts or archives, or one file.
        dir: PathBuf,
    },
    /// Write what is said, told and chosen as JSON lines.
    Extract {
        /// Folder of scripts or archives, or one file.
        dir: PathBuf,
        /// Where to.
        #[arg(long, short, value_name = "FILE")]
        out: PathBuf,
        /// Translations too, each row with its language.
        #[arg(long)]
        translations: bool,
        /// Names and messages alone, as the JSON of VNTextPatch.
        #[arg(long, conflicts_with = "translations")]
        messages: bool,
    },
    /// Make a dataset for training.
    Dataset(Box<DatasetArguments>),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ProfileName {
    Scenes,
    Chatnvl,
    Chitchat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatName {
    Alpaca,
    Sharegpt,
    Openai,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum NarrationName {
    Drop,
    Context,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TermsName {
    Keep,
    Replace,
    Drop,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "a switch each")]
pub(crate) struct DatasetArguments {
    /// Folders of scripts, files of `novel extract`, chats of SillyTavern.
    #[arg(value_name = "DIR|FILE")]
    sources: Vec<PathBuf>,
    /// Folder for the dataset.
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
    /// Whose answers are learnt (default: everybody's).
    #[arg(long, short)]
    speaker: Option<String>,
    /// Names of one person, the written one first: `Sylvie,???,Girl`; may be repeated.
    #[arg(long, value_name = "NAME,NAME…")]
    alias: Vec<String>,
    /// What kind of dataset.
    #[arg(long, value_enum, default_value = "scenes")]
    profile: ProfileName,
    /// How examples are written.
    #[arg(long, value_enum, default_value = "alpaca")]
    format: FormatName,
    /// Name in front of the files' names.
    #[arg(long, default_value = "novel")]
    name: String,
    /// A translation's language instead of the original (ChatNVL takes `zh`, unless this says `original`).
    #[arg(long)]
    lang: Option<String>,
    /// What becomes of narration.
    #[arg(long, value_enum, default_value = "drop")]
    narration: NarrationName,
    /// Characters of one example at most.
    #[arg(long, default_value_t = 1500)]
    window: usize,
    /// Characters of an answer at least.
    #[arg(long, default_value_t = 2)]
    min_answer: usize,
    /// Keep texts that lack what a variable would have shown.
    #[arg(long)]
    keep_interpolated: bool,
    /// Instructions above every example.
    #[arg(long, default_value = "")]
    system: String,
    /// What becomes of the names and terms of the novel's world.
    #[arg(long, value_enum, default_value = "keep")]
    terms: TermsName,
    /// A term; may be repeated.
    #[arg(long, value_name = "TERM")]
    term: Vec<String>,
    /// Look for terms in the text too.
    #[arg(long)]
    learn_terms: bool,
    /// Share of scenes kept for validation (of conversations, where all is one scene).
    #[arg(long, default_value_t = 0.05)]
    validation: f64,
    /// Share of scenes kept for a test.
    #[arg(long, default_value_t = 0.0)]
    test: f64,
    /// Decides which scenes those are.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A character whose attributes become questions and answers.
    #[arg(long, value_name = "NAME|FILE")]
    card: Option<String>,
    /// A text with a question and an answer in turn, line by line.
    #[arg(long, value_name = "FILE")]
    questions: Option<PathBuf>,
    /// Your own chats, with the answers that you swiped away as the worse ones.
    #[arg(long)]
    pub(crate) own_chats: bool,
    /// Have a model make up what was said before lines of the speaker that answer nobody.
    #[arg(long, requires = "speaker")]
    reconstruct: bool,
    /// The model that does it (default: the one that comes with the program).
    #[arg(long, short, value_name = "NAME|FILE", requires = "reconstruct")]
    model: Option<String>,
    /// ChatNVL: what the speaker is called in file names.
    #[arg(long, default_value = "person")]
    person_id: String,
}

/// `hanashi novel …`
pub(crate) fn run(common: &Common, paths: &Paths, command: &NovelCommand) -> Result<(), Problem> {
    match command {
        NovelCommand::Scan { dir } => {
            show(common, &novels::scan(dir)?);
            Ok(())
        }
        NovelCommand::Extract { dir, out, translations, messages } => {
            let scan = if *messages {
                novels::extract_messages(dir, out)?
            } else {
                novels::extract(dir, out, *translations)?
            };
            if scan.lines > 0 {
                show(common, &scan);
                return Ok(());
            }
            // One answer for machines: the problem.
            if !common.json {
                show(common, &scan);
            }
            Err(nothing(dir, !common.json && !scan.refused.is_empty()))
        }
        NovelCommand::Dataset(arguments) => dataset(common, paths, arguments),
    }
}

/// That nothing was found; `named` says that what was refused stands above.
fn nothing(dir: &Path, named: bool) -> Problem {
    Problem::new(
        ProblemKind::Unsupported,
        format!("no dialogue was found in `{}`", dir.display()),
        if named {
            "choose the folder with the scripts themselves; what was refused is named above"
        } else {
            "choose the folder with the scripts themselves; where it is the right one, nobody says anything in them (chats whose messages are all hidden or empty, for instance)"
        },
    )
}

fn show(common: &Common, scan: &Scan) {
    if common.json {
        print::json(&serde_json::to_value(scan).unwrap_or_default());
        return;
    }
    let engine = scan.engine.map_or("no script", app::studio::novels::Engine::name);
    print::line(&format!(
        "{engine}: {}, {} ({} narration, {})",
        counted(scan.files, "file"),
        counted(scan.lines, "line"),
        scan.narration,
        counted(scan.choices, "choice")
    ));
    for told in beside(scan) {
        print::line(&told);
    }
    if scan.engine.is_some() && !scan.tried {
        print::line(
            "  this reader was built from a description and is untried on a real game: look at some lines",
        );
    }
    for (name, lines) in &scan.speakers {
        print::line(&format!("  {lines:>6}  {name}"));
    }
    for (statement, count) in &scan.unknown {
        print::line(&format!("  not understood: {statement} ({count})"));
    }
    for refusal in &scan.refused {
        print::line(&format!("  not read: {}: {}", refusal.file, refusal.reason));
    }
}

/// What a folder holds beside the first engine, and how many files could be read in part only.
fn beside(scan: &Scan) -> Vec<String> {
    let others = scan.engines.iter().filter(|(engine, _)| Some(**engine) != scan.engine);
    let mut told: Vec<String> = others
        .map(|(engine, lines)| format!("  {}: {}", engine.name(), counted(*lines as usize, "line")))
        .collect();
    let damaged: u64 = scan
        .encodings
        .iter()
        .filter(|(encoding, _)| encoding.ends_with("with damage"))
        .map(|(_, files)| files)
        .sum();
    if damaged > 0 {
        told.push(format!(
            "  files with damaged text: {damaged} (what could not be read is shown as \u{fffd})"
        ));
    }
    told
}

fn dataset(common: &Common, paths: &Paths, arguments: &DatasetArguments) -> Result<(), Problem> {
    if arguments.sources.is_empty()
        && arguments.card.is_none()
        && arguments.questions.is_none()
        && !arguments.own_chats
    {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "there is nothing to make a dataset of",
            "name a folder of scripts, a file of `novel extract`, a chat, `--card`, `--questions` or `--own-chats`",
        ));
    }
    let held = arguments.validation + arguments.test;
    if !(arguments.validation >= 0.0 && arguments.test >= 0.0 && held < 1.0) {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "the shares for validation and test leave nothing to learn from",
            "give shares from 0 to 1 whose sum is below 1",
        ));
    }
    let from = novels::From {
        paths: arguments.sources.clone(),
        character: arguments.card.clone(),
        questions: arguments.questions.clone(),
        own_chats: arguments.own_chats,
    };
    let made = if arguments.reconstruct {
        reconstructed(common, paths, arguments, &from)?
    } else {
        novels::dataset(paths, &from, &recipe(arguments), &arguments.out)?
    };
    show_made(common, &made);
    Ok(())
}

/// Likewise, with a model that makes up what is not in the scripts; Ctrl+C ends it before anything is written.
fn reconstructed(
    common: &Common,
    paths: &Paths,
    arguments: &DatasetArguments,
    from: &novels::From,
) -> Result<Made, Problem> {
    let go_on = crate::stopping::go_on();
    let progress = |done: usize, all: usize| {
        if !common.json {
            print::aside_in_place(&format!("{done} of {all} lines asked about"));
        }
        go_on()
    };
    let with = Reconstructing { model: arguments.model.as_deref().unwrap_or_default() };
    let made =
        dataset_reconstructed(paths, from, &recipe(arguments), &arguments.out, with, progress);
    if !common.json {
        print::aside("");
    }
    made
}

fn recipe(arguments: &DatasetArguments) -> Recipe {
    let list =
        |names: &String| names.split([',', '，']).map(|name| name.trim().to_owned()).collect();
    Recipe {
        options: DatasetOptions {
            speaker: arguments.speaker.clone(),
            aliases: arguments.alias.iter().map(list).collect(),
            lang: arguments.lang.clone().filter(|lang| lang != ORIGINAL),
            narration: match arguments.narration {
                NarrationName::Drop => Narration::Drop,
                NarrationName::Context => Narration::Context,
            },
            window: arguments.window,
            min_answer: arguments.min_answer,
            keep_interpolated: arguments.keep_interpolated,
            system: arguments.system.clone(),
            terms: match arguments.terms {
                TermsName::Keep => TermAction::Keep,
                TermsName::Replace => TermAction::Replace,
                TermsName::Drop => TermAction::Drop,
            },
            term_list: arguments.term.clone(),
            learn_terms: arguments.learn_terms,
            validation: arguments.validation,
            test: arguments.test,
            seed: arguments.seed,
            ..DatasetOptions::default()
        },
        profile: match arguments.profile {
            ProfileName::Scenes => Profile::Scenes,
            ProfileName::Chatnvl => Profile::ChatNvl,
            ProfileName::Chitchat => Profile::Chitchat,
        },
        format: match arguments.format {
            FormatName::Alpaca => Format::Alpaca,
            FormatName::Sharegpt => Format::ShareGpt,
            FormatName::Openai => Format::OpenAi,
        },
        name: arguments.name.clone(),
        person_id: arguments.person_id.clone(),
        original: arguments.lang.as_deref() == Some(ORIGINAL),
    }
}

fn show_made(common: &Common, made: &Made) {
    if common.json {
        print::json(&serde_json::to_value(made).unwrap_or_default());
        return;
    }
    print::line(&figures(made));
    print::line(&format!(
        "  left out: {} near-duplicates, {} too short, {} with terms, {} that training would give away",
        made.report.duplicates, made.report.short, made.report.with_terms, made.report.leaks
    ));
    for notice in &made.notices {
        print::line(&format!("  {notice}"));
    }
    if let Some(done) = &made.report.reconstruction {
        print::line(&format!(
            "  made up by {} for lines that answer nobody: {} of {} ({} more have no room in its context); not taken: {} empty, {} too long, {} the answer itself, {} too like it, {} in another script or language, {} copied from the script",
            done.model,
            counted(done.made_up, "instruction"),
            done.asked,
            done.no_room,
            done.empty,
            done.long,
            done.same,
            done.alike,
            done.foreign,
            done.copied
        ));
    }
    for example in &made.preview {
        print::line(&format!("  > {}\n  < {}", example.prompt, example.answer));
    }
    for file in &made.files {
        print::line(&format!(
            "  {} ({}, SHA-1 {})",
            file.file,
            counted(file.rows, "row"),
            file.sha1
        ));
    }
}

/// So many things of a kind: one is one.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// What was found, and what was made of it.
fn figures(made: &Made) -> String {
    let answers: usize = made.report.answers.values().sum();
    // Files for other trainers hold whole dialogues: nobody's turns are the answers there.
    let learnt = if answers == 0 {
        String::new()
    } else {
        format!(
            ", {answers} of which {} to learn",
            if answers == 1 { "is an answer" } else { "are answers" }
        )
    };
    format!(
        "{} with {}{learnt}: {} to learn from, {} for validation, {} for a test, {}",
        counted(made.report.conversations, "conversation"),
        counted(made.report.turns, "turn"),
        counted(made.train, "example"),
        made.validation,
        made.test,
        counted(made.preferences, "preference")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialogues_for_other_trainers_are_not_said_to_have_no_answers() {
        let mut made = Made { train: 4, ..Made::default() };
        (made.report.conversations, made.report.turns) = (4, 31);
        assert!(figures(&made).starts_with("4 conversations with 31 turns: 4 examples"));
        made.report.answers.insert("Ann".to_owned(), 14);
        assert!(figures(&made).contains("31 turns, 14 of which are answers to learn: 4 examples"));
        made = Made { train: 1, preferences: 1, ..Made::default() };
        (made.report.conversations, made.report.turns) = (1, 2);
        made.report.answers.insert("Ann".to_owned(), 1);
        let told = "1 conversation with 2 turns, 1 of which is an answer to learn: 1 example to learn from, 0 for validation, 0 for a test, 1 preference";
        assert_eq!(figures(&made), told);
    }

    #[test]
    fn a_second_engine_and_damaged_text_are_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, bytes: &[u8]| {
            std::fs::write(folder.path().join(name), bytes).expect("a file");
        };
        file(
            "script.rpy",
            b"label start:\n    \"Ann\" \"Hello there.\"\n    \"Ben\" \"Good day to you.\"\n    return\n",
        );
        file(
            "talk.yarn",
            b"title: Start\n---\nAnn: Well, hello there.\nBen: It is a fine day.\n===\n",
        );
        let mut scan = novels::scan(folder.path()).expect("a scan");
        assert_eq!(scan.engines.len(), 2, "{scan:?}");
        assert_eq!(beside(&scan).len(), 1, "{scan:?}");
        scan.encodings.insert("UTF-8, with damage".to_owned(), 2);
        let told = beside(&scan);
        assert!(told.len() == 2 && told[1].contains("damaged text: 2"), "{told:?}");
        assert!(told[0].contains("2 lines"), "{told:?}");
    }
}
