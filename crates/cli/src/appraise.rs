//! `hanashi appraise`: interviews, figures, comparisons; the arena has a file of its own.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::appraisal::interview::{
    self, Appraised, Appraising, Benchmarking, Better, Cause, Comparison, Extent, METRICS, Verdict,
};
use clap::{Args, Subcommand};
use domain::{Lang, Problem, ProblemKind};
use serde_json::json;

use crate::arguments::Common;
use crate::print;

/// Who is appraised, or what is done with appraisals.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command")]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Appraise {
    #[command(subcommand)]
    command: Option<AppraiseCommand>,
    /// A character of the library, or a card file.
    #[arg(required = true, value_name = "NAME|FILE")]
    character: Option<String>,
    /// A chat model of the library, or a GGUF file.
    #[arg(long, short, value_name = "NAME|FILE")]
    model: Option<String>,
    /// An adapter (LoRA) of the library, or a folder or file; several are added up.
    #[arg(long, value_name = "NAME|PATH[:SCALE]", value_parser = crate::adapters::parse)]
    adapter: Vec<(String, f32)>,
    /// Seed of everything: the same seed gives the same figures.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Language of the probes: `en`, `zh`, `ja` (default: the character's).
    #[arg(long, short)]
    language: Option<String>,
    /// Wordings of each question about a fact, 1 to 5.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=5))]
    paraphrases: u32,
    /// Long talks.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(0..=50))]
    talks: u32,
    /// Turns of each long talk.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(20..=200))]
    turns: u32,
    /// Ask little: two wordings, one long talk.
    #[arg(long, conflicts_with_all = ["paraphrases", "talks", "turns"])]
    short: bool,
    /// Watch replies and write anew what is out of character (default: as in the settings).
    #[arg(long, conflicts_with = "no_guard")]
    guard: bool,
    /// Do not watch replies.
    #[arg(long)]
    no_guard: bool,
    /// Temperature instead of the settings'.
    #[arg(long)]
    temperature: Option<f32>,
    /// Let her remember what was said in a talk, as the product does: recall is what the context window keeps otherwise.
    #[arg(long)]
    memory: bool,
    /// Folder for report and transcript (default: below `appraisals` in the data folder).
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum AppraiseCommand {
    /// Compare two replies to the same words blind: of two models, adapters, temperatures, instructions, with or without guard.
    Arena(crate::arena::Arena),
    /// What got better and what worse from one appraisal to another: one page, with examples.
    Report {
        /// Folder or `report.json` of the appraisal before.
        before: PathBuf,
        /// The one after.
        after: PathBuf,
        /// The page to write.
        #[arg(long, short, value_name = "FILE", default_value = "appraisal.html")]
        out: PathBuf,
    },
    /// Questions of others from a file of yours: SocialBench, RoleBench, InCharacter, CoSER, PingPong, CharacterEval, CharacterBench. Goes on
    /// where it was stopped.
    Bench {
        /// The file.
        file: PathBuf,
        /// The model on trial: one of the library, or a GGUF file.
        #[arg(long, short, value_name = "NAME|FILE")]
        model: Option<String>,
        /// A judge model, where the set has one; `remote:NAME` is one on the server of the settings, which reads every reply then.
        /// Without a judge what can be counted is counted, and what was not judged is listed.
        #[arg(long, value_name = "NAME|FILE|remote:NAME")]
        judge: Option<String>,
        /// Who answers questionnaires: a character of the library, or a card file.
        #[arg(long, short, value_name = "NAME|FILE")]
        character: Option<String>,
        /// Ask in Chinese, where the set has both languages (InCharacter, CharacterBench).
        #[arg(long)]
        chinese: bool,
        /// Seed of the replies.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// At most so many items.
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Where answers are kept (default: below `appraisals` in the data folder).
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// Runs the command.
pub(crate) fn run(common: &Common, paths: &Paths, typed: &Appraise) -> Result<ExitCode, Problem> {
    match &typed.command {
        Some(AppraiseCommand::Arena(arena)) => return crate::arena::run(common, arena),
        Some(AppraiseCommand::Report { before, after, out }) => {
            let comparison = interview::write_comparison(before, after, out)?;
            if common.json {
                print::json(&serde_json::to_value(&comparison).unwrap_or_default());
            } else {
                compared(&comparison);
                print::line(&format!("page: {}", out.display()));
            }
        }
        Some(AppraiseCommand::Bench {
            file,
            model,
            judge,
            character,
            chinese,
            seed,
            limit,
            out,
        }) => bench(
            common,
            paths,
            &Benchmarking {
                file: file.clone(),
                model: model.clone(),
                judge: judge.clone(),
                character: character.clone(),
                chinese: *chinese,
                seed: *seed,
                limit: *limit,
                out: out.clone(),
            },
        )?,
        None => {
            let options = options(typed)?;
            let mut shown = 0;
            let appraised = interview::appraise(paths, &options, &mut |at| {
                let tenth = at.done * 10 / at.all.max(1);
                if tenth > shown {
                    shown = tenth;
                    print::aside_in_place(&format!("{} of {} replies", at.done, at.all));
                }
                true
            })?;
            if common.json {
                let mut value = serde_json::to_value(&appraised.report).unwrap_or_default();
                // Rows and single scores are in the files.
                if let Some(object) = value.as_object_mut() {
                    object.remove("rows");
                    object.remove("scores");
                }
                value["folder"] = json!(appraised.folder);
                print::json(&value);
            } else {
                told(&appraised);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn bench(common: &Common, paths: &Paths, options: &Benchmarking) -> Result<(), Problem> {
    let mut shown = 0;
    let done = interview::benchmark(paths, options, &mut |done, all| {
        let part = done * 100 / all.max(1);
        if part > shown {
            shown = part;
            print::aside_in_place(&format!("{done} of {all} items"));
        }
        true
    })?;
    if common.json {
        print::json(&json!({
            "v": 1, "set": done.set, "model": done.model, "judge": done.judge, "scores": done.scores, "items": done.items,
            "bad": done.bad, "bad_because": done.bad_because, "resumed": done.resumed, "answers": done.answers,
        }));
        return Ok(());
    }
    for (category, (mean, n)) in &done.scores.categories {
        print::line(&format!("{category:<44} {mean:>7.3}  {n:>6}"));
    }
    if !done.scores.categories.is_empty() {
        let mean = done.scores.mean;
        print::line(&format!("{:<44} {mean:>7.3}  mean of the above", done.model));
    }
    if let Some(bleu) = done.scores.bleu {
        print::line(&format!("{:<44} {bleu:>7.3}", "BLEU-4 over characters"));
    }
    for (figure, (mean, n)) in &done.scores.counted {
        print::line(&format!("counted: {figure:<35} {mean:>7.3}  {n:>6}"));
    }
    if !done.judge.is_empty() {
        print::line(&format!("judged by {}: its opinion, not a person's", done.judge));
    }
    if !done.scores.not_judged.is_empty() {
        let all = done.scores.not_judged.iter().map(|(of, n)| format!("{of} {n}"));
        print::line(&format!("not judged (no `--judge`): {}", all.collect::<Vec<_>>().join(", ")));
    }
    print::line(&format!(
        "{} of {} items answered ({} from an earlier run), {} lines of the file are no items{}, {} answers or verdicts could not be read; {}",
        done.scores.answered,
        done.items,
        done.resumed,
        done.bad,
        done.bad_because.as_ref().map_or_else(String::new, |why| format!(" ({why})")),
        done.scores.unreadable,
        done.answers.display()
    ));
    Ok(())
}

fn options(typed: &Appraise) -> Result<Appraising, Problem> {
    let lang = match typed.language.as_deref() {
        None => None,
        Some(code) => Some(Lang::from_code(code).ok_or_else(|| {
            Problem::new(
                ProblemKind::Invalid,
                format!("there are no probes in `{code}`"),
                "choose en, zh or ja",
            )
        })?),
    };
    let extent = if typed.short {
        Extent::short(typed.seed)
    } else {
        Extent {
            seed: typed.seed,
            paraphrases: typed.paraphrases as usize,
            long_talks: typed.talks as usize,
            long_turns: typed.turns as usize,
        }
    };
    let guard = match (typed.guard, typed.no_guard) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    Ok(Appraising {
        character: typed.character.clone().unwrap_or_default(),
        model: typed.model.clone(),
        adapters: typed.adapter.clone(),
        lang,
        extent,
        guard,
        temperature: temperature(typed.temperature)?,
        memory: typed.memory,
        gives_way: None,
        out: typed.out.clone(),
    })
}

/// A temperature that was typed.
pub(crate) fn temperature(typed: Option<f32>) -> Result<Option<f32>, Problem> {
    if typed.is_some_and(|value| !(0.0..=2.0).contains(&value)) {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "the temperature is out of range",
            "choose one from 0 to 2",
        ));
    }
    Ok(typed)
}

fn told(appraised: &Appraised) {
    let report = &appraised.report;
    print::line(&format!(
        "{} with {}, probes in {}, seed {}, {}",
        report.of.character, report.of.model, report.of.lang, report.of.seed, report.of.variant
    ));
    for metric in METRICS {
        let Some(figure) = report.metrics.get(metric.name) else { continue };
        let interval = match (figure.low, figure.high) {
            (Some(low), Some(high)) => format!("{low:.3} … {high:.3}"),
            _ => String::new(),
        };
        let better = match figure.better {
            Better::High => "↑",
            Better::Low => "↓",
            Better::Neither => " ",
        };
        print::line(&format!(
            "{better} {:<20} {:>6.3}  {interval:<15}  {:>4}  {}",
            metric.name, figure.value, figure.n, metric.about
        ));
    }
    for (name, times) in &report.timings {
        print::line(&format!(
            "  {name:<20} p50 {:.1}, p90 {:.1}, p99 {:.1}",
            times.p50, times.p90, times.p99
        ));
    }
    let because = |cause| report.failures.iter().filter(|one| one.cause == cause).count();
    print::line(&format!(
        "{} failures are listed (of what was asked for, {} stood in no prompt, {} had fallen out of it, {} stood there unused), \
         {} parts were written anew; {}",
        report.failures.len(),
        because(Cause::Absent),
        because(Cause::LeftOut),
        because(Cause::Unused),
        report.rerolls,
        appraised.folder.display()
    ));
}

fn compared(comparison: &Comparison) {
    for change in &comparison.changes {
        let verdict = match change.verdict {
            Verdict::Better => "▲ better",
            Verdict::Worse => "▼ worse",
            Verdict::Unsure => "≈ not sure",
            Verdict::Changed => "• different",
            Verdict::Same => "= same",
        };
        let interval = match (change.low, change.high) {
            (Some(low), Some(high)) => format!("{low:+.3} … {high:+.3}"),
            _ => String::new(),
        };
        print::line(&format!(
            "{:<20} {:>6.3} → {:>6.3}  {interval:<17} {verdict}",
            change.metric, change.before, change.after
        ));
    }
}
