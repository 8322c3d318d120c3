//! Appraisals for the page: interviews beside the talk, with progress and a way to stop; a list of those that were made; two of them
//! compared, and the comparison as a page of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use api::{
    AppEvent, AppraisalOrder, AppraisalRun, AppraisalView, ComparisonView, FailureBlock,
    FailureView, FigureChange, FigureExample,
};
use appraisal::{Better, Cause, Comparison, Extent, Failure, Interview, METRICS, Report, Verdict};
use domain::{Cancel, Problem, ProblemKind};

use crate::app::{Answer, App, lock};
use crate::appraisal::interview::{Appraising, appraise, compare, read_report, write_comparison};
use crate::models::remote_model::aside;
use crate::studio::count;

/// Appraisals that are listed, the newest.
const LISTED: usize = 100;
/// Seed of appraisals of the page: two of them are comparable.
const SEED: u64 = 1;
/// Replies between two words about the progress.
const TOLD: usize = 4;

/// The interview that runs.
pub(crate) type Interviewing = Arc<Mutex<Option<Cancel>>>;

impl App {
    /// Appraisals that were made, the newest first.
    pub async fn appraisals(&self) -> Answer<Vec<AppraisalView>> {
        let folder = self.appraisals_folder();
        Ok(aside(move || Ok(list(&folder))).await?)
    }

    /// Interviews a character on a thread that gives way. Returns at once; [`AppEvent::Appraisal`] tells how far it is.
    ///
    /// # Errors
    /// Where one is under way, or the adapter is not there.
    pub fn start_appraisal(&self, order: &AppraisalOrder) -> Answer<()> {
        let adapters: Vec<(String, f32)> = self
            .arena_adapter(&order.adapter)?
            .into_iter()
            .map(|choice| (choice.path.display().to_string(), choice.scale))
            .collect();
        let options = Appraising {
            character: order.character.clone(),
            model: (!order.model.is_empty()).then(|| order.model.clone()),
            adapters,
            extent: if order.whole {
                Extent { seed: SEED, ..Extent::default() }
            } else {
                Extent::short(SEED)
            },
            out: Some(self.appraisals_folder().join(store::new_id().to_string())),
            memory: order.memory,
            gives_way: Some(Arc::clone(&self.busy)),
            ..Appraising::default()
        };
        let cancel = Cancel::new();
        {
            let mut running = lock(&self.interviewing);
            if running.is_some() {
                return Err(Problem::new(
                    ProblemKind::Busy,
                    "an interview is under way",
                    "wait for its end, or stop it",
                )
                .into());
            }
            *running = Some(cancel.clone());
        }
        let (hub, paths) = (Arc::clone(&self.hub), self.paths.clone());
        let (slot, busy) = (Arc::clone(&self.interviewing), Arc::clone(&self.busy));
        let work = move || {
            let tell = |run: AppraisalRun| hub.send(AppEvent::Appraisal { run });
            let run = |done: usize, all: usize| AppraisalRun {
                done: count(done),
                all: count(all),
                finished: false,
                id: None,
                problem: None,
            };
            tell(run(0, 0));
            let mut heard = |at: Interview| {
                if at.done.is_multiple_of(TOLD) || at.done == at.all {
                    tell(run(at.done, at.all));
                }
                // The person's own talk goes first.
                while busy.load(std::sync::atomic::Ordering::Relaxed) && !cancel.is_cancelled() {
                    std::thread::sleep(std::time::Duration::from_millis(40));
                }
                !cancel.is_cancelled()
            };
            // Whatever happens, the place is free afterwards and its end is told.
            let interview = || ::tuning::aside(0, || appraise(&paths, &options, &mut heard));
            let made = catch_unwind(AssertUnwindSafe(interview)).unwrap_or_else(|_| Err(broken()));
            // Half an interview would be compared with a whole one.
            let stopped = cancel.is_cancelled();
            if stopped && let Some(folder) = &options.out {
                let _left = std::fs::remove_dir_all(folder);
            }
            *lock(&slot) = None;
            let id = made.as_ref().ok().filter(|_| !stopped).and_then(|made| name(&made.folder));
            let problem = made.err().filter(|_| !stopped).map(Into::into);
            tell(AppraisalRun { finished: true, id, problem, ..run(0, 0) });
        };
        if let Err(error) = std::thread::Builder::new().name("appraisal".to_owned()).spawn(work) {
            *lock(&self.interviewing) = None;
            let what = format!("the interview's thread could not be started ({error})");
            return Err(Problem::new(ProblemKind::Memory, what, "close other programs").into());
        }
        Ok(())
    }

    /// Stops the interview; nothing of it is kept.
    pub fn stop_appraisal(&self) {
        if let Some(cancel) = &*lock(&self.interviewing) {
            cancel.cancel();
        }
    }

    /// Compares two appraisals.
    pub async fn compare_appraisals(&self, before: &str, after: &str) -> Answer<ComparisonView> {
        let (before, after) = (self.appraisal(before)?, self.appraisal(after)?);
        let (before, after) =
            aside(move || Ok((read_report(&before)?, read_report(&after)?))).await?;
        Ok(view(&before, &after))
    }

    /// What went wrong in an appraisal, and what the prompts had to do with it.
    pub async fn appraisal_failures(&self, id: &str) -> Answer<Vec<FailureView>> {
        let folder = self.appraisal(id)?;
        let report = aside(move || read_report(&folder)).await?;
        Ok(report.failures.into_iter().map(failure).collect())
    }

    /// Writes a comparison as one page that loads nothing; answers with its file.
    pub fn keep_comparison(&self, before: &str, after: &str) -> Answer<String> {
        let file = self.appraisals_folder().join(format!("{before}-{after}.html"));
        write_comparison(&self.appraisal(before)?, &self.appraisal(after)?, &file)?;
        Ok(file.display().to_string())
    }

    /// Takes an appraisal away.
    pub fn remove_appraisal(&self, id: &str) -> Answer<()> {
        let folder = self.appraisal(id)?;
        std::fs::remove_dir_all(&folder).map_err(|error| {
            Problem::new(
                ProblemKind::Disk,
                format!("`{}` could not be removed: {error}", folder.display()),
                "check that you may write there",
            )
        })?;
        Ok(())
    }

    fn appraisals_folder(&self) -> PathBuf {
        self.paths.dirs.root().join("appraisals")
    }

    fn appraisal(&self, id: &str) -> Result<PathBuf, Problem> {
        let plain = !id.is_empty() && !id.starts_with('.') && !id.contains(['/', '\\', ':', '\0']);
        let folder = self.appraisals_folder().join(id);
        if plain && folder.is_dir() {
            return Ok(folder);
        }
        Err(Problem::new(
            ProblemKind::Missing,
            "this appraisal is not there any more",
            "choose another one of the list",
        ))
    }
}

fn list(folder: &Path) -> Vec<AppraisalView> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(f64, PathBuf)> = entries
        .filter_map(|entry| {
            let changed = entry.path().join("report.json").metadata().ok()?.modified().ok()?;
            let at = changed.duration_since(std::time::UNIX_EPOCH).ok()?.as_millis() as f64;
            Some((at, entry.path()))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(LISTED);
    let about = |(at, path): (f64, PathBuf)| {
        let report = read_report(&path)
            .inspect_err(|problem| tracing::debug!(%problem, "an appraisal is left out"))
            .ok()?;
        Some(AppraisalView {
            id: name(&path)?,
            replies: count(report.rows.len()),
            character: report.of.character,
            model: report.of.model,
            lang: report.of.lang,
            variant: report.of.variant,
            at,
        })
    };
    found.into_iter().filter_map(about).collect()
}

fn view(before: &Report, after: &Report) -> ComparisonView {
    let Comparison { changes, examples, .. } = compare(before, after);
    ComparisonView {
        changes: changes
            .into_iter()
            .map(|change| {
                let metric = METRICS.iter().find(|metric| metric.name == change.metric);
                FigureChange {
                    better: match metric.map(|metric| metric.better) {
                        Some(Better::High) => "high",
                        Some(Better::Low) => "low",
                        _ => "neither",
                    }
                    .to_owned(),
                    verdict: match change.verdict {
                        Verdict::Better => "better",
                        Verdict::Worse => "worse",
                        Verdict::Unsure => "unsure",
                        Verdict::Changed => "changed",
                        Verdict::Same => "same",
                    }
                    .to_owned(),
                    metric: change.metric,
                    before: change.before,
                    after: change.after,
                    low: change.low,
                    high: change.high,
                    pairs: count(change.pairs),
                }
            })
            .collect(),
        examples: examples
            .into_iter()
            .map(|example| FigureExample {
                metric: example.metric,
                asked: example.asked,
                before: example.before,
                after: example.after,
                better: example.better,
            })
            .collect(),
        unlike: before.of.lang != after.of.lang || before.of.seed != after.of.seed,
    }
}

fn failure(of: Failure) -> FailureView {
    let cause = match of.cause {
        Cause::Absent => "absent",
        Cause::LeftOut => "left_out",
        Cause::Unused => "unused",
        Cause::Other => "other",
    };
    let block = |part: appraisal::PromptPart| FailureBlock {
        name: part.name,
        tokens: part.tokens,
        begins: part.begins,
        holds: part.holds_answer,
        left_out: part.trimmed,
    };
    FailureView {
        metric: of.metric,
        item: of.item,
        asked: of.asked,
        reply: of.reply,
        expected: of.expected,
        unwanted: of.unwanted,
        cause: cause.to_owned(),
        blocks: of.blocks.into_iter().map(block).collect(),
    }
}

fn name(folder: &Path) -> Option<String> {
    folder.file_name().map(|name| name.to_string_lossy().into_owned())
}

/// What a person hears of a mistake of the program's own.
fn broken() -> Problem {
    Problem::new(
        ProblemKind::Internal,
        "the interview broke down",
        "begin it again, or choose another model",
    )
}
