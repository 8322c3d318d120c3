//! Facts read by a language model in what was said, without a running app; and how well a model does it.

use std::sync::Arc;
use std::time::Instant;

use domain::{Cancel, CharacterId, Lang, LanguageModel, Problem};
use memory::extraction::{Kept, Marks, Names, Reader, Verdict};
use serde::Serialize;
use store::SettingsFile;

use super::Memories;
use crate::app::paths::Paths;
use crate::conversation::views;
use crate::memory::fact_extraction;

/// How a model did.
#[derive(Debug, Clone, Serialize)]
pub struct Extraction {
    /// Its name.
    pub model: String,
    /// How it did on the made-up conversations; `None` where it had been examined before.
    pub examined: Option<Marks>,
    /// Whether it may read what people said.
    pub verdict: Verdict,
    /// Windows that it read now.
    pub windows: u32,
    /// What came of them.
    #[serde(flatten)]
    pub kept: Kept,
    /// Messages that it has read by now.
    pub read: u64,
    /// How many there are.
    pub all: u64,
}

/// How far it is.
#[derive(Debug, Clone, Copy)]
pub enum ExtractionStep {
    /// It is being examined.
    Examining,
    /// It reads: messages read, and how many there are, new facts so far.
    Reading(u64, u64, u32),
}

/// A model that is to read, with its name as a reader.
fn load(paths: &Paths, model: &str) -> Result<(Arc<dyn LanguageModel>, Reader), Problem> {
    let path = paths.chat_model(model)?;
    let device = crate::models::compute_devices::of_paths(paths);
    let options = llm::Options { device, ..llm::Options::default() };
    let model = Arc::new(llm::Engine::load(&path, &options, |_| {})?);
    let reader = fact_extraction::reader(&model.info());
    Ok((model, reader))
}

impl Memories {
    /// Has a model (none: the one that comes with the program) read what it has not read of a character's talks. It is examined first,
    /// where it was not, or `again`. Stopped at any time, it goes on there the next time.
    pub fn extract(
        &self,
        paths: &Paths,
        character: &CharacterId,
        (model, again): (&str, bool),
        mut progress: impl FnMut(ExtractionStep),
    ) -> Result<Extraction, Problem> {
        let lang = views::lang(SettingsFile::open(paths.dirs.settings()).get());
        let (model, reader) = load(paths, model)?;
        let mut examined = None;
        let mut verdict = self.memory.standing(&reader)?.verdict;
        if again || verdict == Verdict::Unknown {
            progress(ExtractionStep::Examining);
            let marks = examine(&*model, lang)?.0;
            verdict = self.memory.examined(&reader, &marks)?;
            examined = Some(marks);
        }
        let (mut windows, mut kept) = (0, Kept::default());
        let scope = super::memories::scope(character);
        let names = Names::default();
        let cost = |text: &str| model.count(text);
        let budget = fact_extraction::budget(&model.info());
        while verdict == Verdict::Fit {
            let (read, all) = self.memory.has_read(&reader, &scope)?;
            progress(ExtractionStep::Reading(read, all, kept.kept));
            let now = (u64::MAX, &names);
            let unread = self.memory.unread_by(&reader, &scope, now, (budget, &cost), &self.log)?;
            let Some(window) = unread else { break };
            let reply = if window.is_silent() {
                None
            } else {
                fact_extraction::written(&*model, &window.lines, lang, Cancel::new())?
            };
            let one =
                self.memory.keep_read(&window, &reader, &reply.unwrap_or_default(), &self.log)?;
            windows += 1;
            kept.add(&one);
            if one.standing.verdict == Verdict::Unfit {
                (verdict, kept.kept) = (Verdict::Unfit, 0);
            }
        }
        let (read, all) = self.memory.has_read(&reader, &scope)?;
        Ok(Extraction { model: reader.name, examined, verdict, windows, kept, read, all })
    }
}

fn examine(model: &dyn LanguageModel, lang: Lang) -> Result<(Marks, Vec<f64>), Problem> {
    let (mut all, mut ms) = (Marks::default(), Vec::new());
    for paper in memory::extraction::papers(lang) {
        let start = Instant::now();
        let marks = fact_extraction::sit(model, &paper, lang, Cancel::new())?;
        ms.push(start.elapsed().as_secs_f64() * 1e3);
        all.add(&marks.unwrap_or_default());
    }
    Ok((all, ms))
}

/// How a model does at the examination, in a language.
#[derive(Debug, Clone, Serialize)]
pub struct Examined {
    /// `en`, `zh`, `ja`.
    pub lang: &'static str,
    /// Whether it may read.
    pub passes: bool,
    /// How it did.
    #[serde(flatten)]
    pub marks: Marks,
    /// Milliseconds of each paper.
    #[serde(skip)]
    pub ms: Vec<f64>,
}

/// Examines a model in all languages.
pub fn examine_model(paths: &Paths, model: &str) -> Result<(String, Vec<Examined>), Problem> {
    let (model, reader) = load(paths, model)?;
    let in_lang = |(lang, code)| {
        let (marks, ms) = examine(&*model, lang)?;
        Ok(Examined { lang: code, passes: marks.passes(), marks, ms })
    };
    let langs = [(Lang::En, "en"), (Lang::Zh, "zh"), (Lang::Ja, "ja")];
    let examined = langs.into_iter().map(in_lang).collect::<Result<_, Problem>>()?;
    Ok((reader.name, examined))
}
