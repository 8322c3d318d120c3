//! Facts that the language model reads in what was said, while nobody talks: a window of messages at a time, the newest first. It is
//! examined first, on conversations that nobody had; one that misses too much or makes things up is not asked.
//!
//! What it writes is held against the window by [`memory::extraction`]; the window is a quotation here, and orders in it are words.

mod order;

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use api::MemoryReader;
use domain::{Cancel, Lang, LanguageModel, ModelInfo, Problem, ProblemKind, Rows, Sampling};
use memory::Scope;
use memory::extraction::{
    By, LONGEST, Line, MOST, Marks, NOTHING, Names, Paper, Reader, Verdict, Window, papers,
};

use crate::app::{App, lock};
use crate::memory::recall::Remembering;
use crate::memory::scene_summaries::{AGAIN, OVER};
use crate::models::request::{self, Request};
use order::order;

/// Tokens of a reply: as many lines as may be written, of usual length.
const TOKENS: u32 = 400;
/// Tokens of a window, and the share of the context that it may take, as the divisor.
const WINDOW: u32 = 1_000;
const SHARE_OF_CONTEXT: u32 = 3;
/// Raised where a model is asked otherwise than before: what it has read then counts as unread.
const FORM: u32 = 1;

/// A model as somebody who reads: another file under the same name is another reader.
pub(crate) fn reader(info: &ModelInfo) -> Reader {
    Reader { name: info.name.clone(), version: format!("{FORM}/{}", fingerprint(&info.path)) }
}

/// What tells a file from another in its place.
fn fingerprint(path: &Path) -> String {
    let Ok(about) = std::fs::metadata(path) else { return path.display().to_string() };
    let changed = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    format!("{}/{}", about.len(), changed.unwrap_or_default().as_secs())
}

/// Tokens of what is said in a window.
pub(crate) fn budget(info: &ModelInfo) -> usize {
    let share = match info.context_length {
        0 => WINDOW,
        context => context / SHARE_OF_CONTEXT,
    };
    share.min(WINDOW) as usize
}

/// What a model writes about some lines; `None` where it had to give way.
pub(crate) fn written(
    model: &dyn LanguageModel,
    lines: &[Line],
    lang: Lang,
    cancel: Cancel,
) -> Result<Option<String>, Problem> {
    let (order, words) = order(lang);
    let mut text = String::new();
    let (before, new): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| !line.new);
    for (heading, lines) in [(words.before, before), (words.conversation, new)] {
        if lines.is_empty() {
            continue;
        }
        text.push_str(heading);
        text.push('\n');
        for line in lines {
            let who = match line.by {
                By::User => words.user,
                By::Character => words.character,
                By::Other => words.other,
            };
            text.push_str(&request::line(who, &line.text));
        }
        text.push('\n');
    }
    text.push_str(words.lines);
    let request = Request { order, text: &text, lang, sampling: sampling(), tokens: TOKENS };
    request::ask(model, request, cancel)
}

/// The likeliest words, in lines of columns.
fn sampling() -> Sampling {
    let rows = Rows { longest: LONGEST.to_vec(), most: MOST as u32, nothing: NOTHING.to_owned() };
    Sampling { rows: Some(rows), ..Sampling::greedy() }
}

/// Has a model write one paper; `None` where it had to give way. One whose context is too small for it leaves it empty.
pub(crate) fn sit(
    model: &dyn LanguageModel,
    paper: &Paper,
    lang: Lang,
    cancel: Cancel,
) -> Result<Option<Marks>, Problem> {
    match written(model, &paper.lines, lang, cancel) {
        Err(problem) if problem.kind == ProblemKind::Invalid => Ok(Some(paper.mark(""))),
        written => Ok(written?.map(|reply| paper.mark(&reply))),
    }
}

/// Examines a model; `None` where it had to give way. `done` has the papers that it has written, and gets those that it writes.
pub(crate) fn examine(
    model: &dyn LanguageModel,
    lang: Lang,
    done: &mut Vec<Marks>,
    cancel: &Cancel,
) -> Result<Option<Marks>, Problem> {
    for paper in papers(lang).into_iter().skip(done.len()) {
        let Some(marks) = sit(model, &paper, lang, cancel.clone())? else { return Ok(None) };
        done.push(marks);
    }
    let mut marks = Marks::default();
    done.iter().for_each(|paper| marks.add(paper));
    Ok(Some(marks))
}

/// How far a model is with an examination, so that one who had to give way need not begin again.
#[derive(Debug, Default)]
pub(crate) struct Examination {
    of: Option<(Reader, Lang)>,
    done: Vec<Marks>,
}

impl Remembering {
    /// Has one window read; answers in how long there may be another, `None` where nothing is left until somebody talks.
    pub(crate) fn read_facts(&self) -> Option<Duration> {
        let desk = lock(&self.desk);
        let desk = desk.as_ref()?;
        let (model, reader) = (desk.reader)()?;
        let (character, lang) = (desk.whose)();
        let scope = Scope { character, here: None };
        let names = (desk.names)();
        let may = || (desk.reader)().is_some_and(|(_, now)| now == reader);
        let outcome = self.read_one(&*model, &reader, &scope, lang, ((desk.now)(), &names), &may);
        match outcome {
            Ok(Step::Kept | Step::Examined) => Some(Duration::ZERO),
            Ok(Step::GaveWay) => Some(AGAIN),
            Ok(Step::Nothing) => None,
            Err(problem) => {
                tracing::warn!(%problem, "no facts are read by the language model");
                None
            }
        }
    }

    fn read_one(
        &self,
        model: &dyn LanguageModel,
        reader: &Reader,
        scope: &Scope,
        lang: Lang,
        (now, names): (u64, &Names),
        may: &dyn Fn() -> bool,
    ) -> Result<Step, Problem> {
        match self.memory.standing(reader)?.verdict {
            Verdict::Unfit => return Ok(Step::Nothing),
            Verdict::Fit => {}
            Verdict::Unknown => {
                // Nobody is examined for whom there is nothing to read.
                if self.unread(model, reader, scope, (now, names))?.is_none() {
                    return Ok(Step::Nothing);
                }
                return self.examine(model, reader, lang);
            }
        }
        let Some(window) = self.unread(model, reader, scope, (now, names))? else {
            return Ok(Step::Nothing);
        };
        let reply = if window.is_silent() {
            String::new()
        } else {
            // Asked again once it can be cancelled: what is switched off in between must not be sent.
            let work =
                |cancel| if may() { written(model, &window.lines, lang, cancel) } else { Ok(None) };
            let Some((written, cancel)) = self.quietly(work) else { return Ok(Step::GaveWay) };
            match written? {
                Some(reply) if !cancel.is_cancelled() => reply,
                _ => return Ok(Step::GaveWay),
            }
        };
        let kept = self.memory.keep_read(&window, reader, &reply, &self.log)?;
        tracing::debug!(model = reader.name, ?kept, "a window of messages was read");
        Ok(Step::Kept)
    }

    fn unread(
        &self,
        model: &dyn LanguageModel,
        reader: &Reader,
        scope: &Scope,
        (now, names): (u64, &Names),
    ) -> Result<Option<Window>, Problem> {
        let before = (now.saturating_sub(OVER), names);
        let cost = |text: &str| model.count(text);
        let budget = (budget(&model.info()), &cost as &dyn Fn(&str) -> usize);
        Ok(self.memory.unread_by(reader, scope, before, budget, &self.log)?)
    }

    fn examine(
        &self,
        model: &dyn LanguageModel,
        reader: &Reader,
        lang: Lang,
    ) -> Result<Step, Problem> {
        let mut examination = lock(&self.examination);
        let of = Some((reader.clone(), lang));
        if examination.of != of {
            *examination = Examination { of, done: Vec::new() };
        }
        let done = &mut examination.done;
        let work = |cancel| examine(model, lang, done, &cancel);
        let Some((marks, _)) = self.quietly(work) else { return Ok(Step::GaveWay) };
        let Some(marks) = marks? else { return Ok(Step::GaveWay) };
        *examination = Examination::default();
        let verdict = self.memory.examined(reader, &marks)?;
        tracing::info!(
            model = reader.name,
            ?verdict,
            ?marks,
            "a model was examined for reading facts"
        );
        Ok(Step::Examined)
    }
}

impl App {
    /// Who finds facts beside the rules, for the memory page.
    pub(crate) fn memory_reader(
        &self,
        remembering: &Remembering,
        scope: &Scope,
    ) -> Result<MemoryReader, Problem> {
        let plain = |state: &str| MemoryReader {
            name: String::new(),
            state: state.to_owned(),
            read: 0,
            all: 0,
        };
        let Some((_, reader)) = self.reader_of_facts() else {
            let on = lock(&self.settings).get().remember_with_model;
            return Ok(plain(match (on, self.parts.server()) {
                (false, _) => "off",
                (true, Some(_)) => "server",
                (true, None) => "none",
            }));
        };
        let state = match remembering.memory.standing(&reader)?.verdict {
            Verdict::Unknown => "waits",
            Verdict::Unfit => "unfit",
            Verdict::Fit => "reads",
        };
        let (read, all) = remembering.memory.has_read(&reader, scope)?;
        let count = |of: u64| u32::try_from(of).unwrap_or(u32::MAX);
        Ok(MemoryReader { name: reader.name, read: count(read), all: count(all), ..plain(state) })
    }
}

/// What came of a look at what there is to do.
enum Step {
    Kept,
    Examined,
    GaveWay,
    Nothing,
}

#[cfg(test)]
#[path = "fact_extraction_tests.rs"]
mod tests;
