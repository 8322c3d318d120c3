//! GPT2-chitchat's rerank by mutual information: a second model, trained on dialogues told backwards, says which of several
//! replies makes the history likeliest.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::Model;
use crate::session::Session;
use crate::{Error, Options};

/// The backward model.
pub struct Reranker {
    session: Mutex<Session>,
    first: u32,
    separator: u32,
}

impl Reranker {
    /// Loads a model whose vocabulary has `[CLS]` and `[SEP]`.
    pub fn load(path: &Path, options: &Options) -> Result<Self, Error> {
        let context = options.context_length as usize;
        let model = Model::load(path, context, options.quantize, &mut |_| {})?;
        let special = |name: &str| {
            model.tokenizer.special(name).ok_or_else(|| {
                Error::damaged(path, format!("its vocabulary has no `{name}`, so it is no model of dialogues told backwards"))
            })
        };
        let (first, separator) = (special("[CLS]")?, special("[SEP]")?);
        let session = Session::new(Arc::new(model), options.cache);
        Ok(Self { session: Mutex::new(session), first, separator })
    }

    /// The mean loss of the reply and then the history, the newest utterance first, of which the last `most` count. Lower is
    /// better.
    pub fn loss(&self, reply: &str, history: &[String], most: usize) -> Result<f32, Error> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let model = Arc::clone(&session.model);
        let mut ids = vec![self.first];
        for text in
            std::iter::once(reply).chain(history.iter().rev().take(most).map(String::as_str))
        {
            ids.extend(model.tokenizer.encode(text));
            ids.push(self.separator);
        }
        let losses = session.log_probabilities(&ids)?;
        Ok(-losses.iter().sum::<f32>() / losses.len() as f32)
    }

    /// The index of the reply with the least loss, and the losses of all.
    pub fn best(
        &self,
        replies: &[String],
        history: &[String],
        most: usize,
    ) -> Result<Option<(usize, Vec<f32>)>, Error> {
        let losses = replies.iter().map(|reply| self.loss(reply, history, most));
        let losses = losses.collect::<Result<Vec<f32>, Error>>()?;
        let best = (0..losses.len()).min_by(|&a, &b| losses[a].total_cmp(&losses[b]));
        Ok(best.map(|best| (best, losses)))
    }
}

impl std::fmt::Debug for Reranker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reranker").finish_non_exhaustive()
    }
}
