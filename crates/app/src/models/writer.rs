//! Which kind of model a file is, and what stands beside it: the engine alone, the engine with a model that chooses among its replies,
//! or one that answers from passages.

use std::path::Path;
use std::sync::Arc;

use domain::{LanguageModel, Problem};
use store::Settings;

use crate::app::App;
use crate::app::paths::Paths;

/// Models that help the one that writes, by name or path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Beside {
    /// Chooses among several replies; empty: nobody does.
    pub(crate) reranker: String,
    /// Guesses ahead; empty: nobody does.
    pub(crate) draft: String,
}

/// A model that writes replies.
pub(crate) struct Writer {
    pub(crate) model: Arc<dyn LanguageModel>,
    /// The engine within it, where there is one.
    pub(crate) engine: Option<Arc<llm::Engine>>,
    /// It goes on from what it is given of a reply, so that a part of one can be written anew.
    pub(crate) goes_on: bool,
}

/// Reads a model.
pub(crate) fn read(
    path: &Path,
    options: &llm::Options,
    beside: &Beside,
    paths: &Paths,
    progress: impl FnMut(f32),
) -> Result<Writer, Problem> {
    if llm::Answerer::recognises(path) {
        let model = llm::AnswerEngine::load(path, options.quantize, progress)?;
        return Ok(Writer { model: Arc::new(model), engine: None, goes_on: false });
    }
    let draft = (!beside.draft.is_empty()).then(|| paths.chat_model(&beside.draft));
    let options = llm::Options { draft: draft.transpose()?, ..options.clone() };
    let engine = Arc::new(llm::Engine::load(path, &options, progress)?);
    if beside.reranker.is_empty() {
        let model = Arc::clone(&engine) as Arc<dyn LanguageModel>;
        return Ok(Writer { model, engine: Some(engine), goes_on: true });
    }
    let chooser = paths.chat_model(&beside.reranker)?;
    let chooser = llm::Reranker::load(&chooser, &llm::Options::default())?;
    let model = llm::Reranked::new(Arc::clone(&engine), chooser)?;
    Ok(Writer { model: Arc::new(model), engine: Some(engine), goes_on: true })
}

impl App {
    /// What stands beside the model: as this run was started, else as the settings say.
    pub(crate) fn beside(&self, settings: &Settings) -> Beside {
        let reranker = self.options.reranker.as_ref().unwrap_or(&settings.reranker);
        let draft = self.options.draft.as_ref().unwrap_or(&settings.draft_model);
        Beside { reranker: reranker.clone(), draft: draft.clone() }
    }
}
