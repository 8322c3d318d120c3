//! An [`Answerer`] behind the language model's port: replies to whole conversations.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use domain::{
    Ask, Cancel, ChatTemplate, FinishReason, FromPassages, LanguageModel, ModelInfo, ReplyStats,
    TokenCounter, TokenSink,
};
use weights::Checkpoint;

use super::{Answerer, Writing, architecture};
use crate::Error;
use crate::engine::Completed;
use crate::model::name;
use crate::session::elapsed_ms;
use crate::tensors::Quantization;
use crate::whole::{Whole, WholeReplies};

/// A model that answers from passages, on a thread of its own. Where a request brings no passages, its prompt is the only one.
pub struct AnswerEngine {
    answerer: Arc<Answerer>,
    info: ModelInfo,
    replies: WholeReplies,
}

impl AnswerEngine {
    /// Loads a T5, an mT5 or a PLUG; `progress` is called with 0..=1 meanwhile.
    pub fn load(
        path: &Path,
        quantize: Option<Quantization>,
        mut progress: impl FnMut(f32),
    ) -> Result<Self, Error> {
        let file = Checkpoint::open(path)?;
        let answerer = Arc::new(Answerer::read(&file, quantize, &mut progress)?);
        crate::memory::give_back();
        let longest = answerer.longest_passage().min(Writing::default().passage_length);
        let info = ModelInfo {
            name: name(&file, path),
            path: path.to_owned(),
            architecture: architecture(&file).unwrap_or_default().to_owned(),
            // Of a passage: each is read by itself.
            context_length: longest as u32,
            template: ChatTemplate::default(),
            system_prompt: None,
        };
        let writer = Arc::clone(&answerer);
        let replies = WholeReplies::start(move |ask, cancel| write(&writer, ask, cancel))?;
        Ok(Self { answerer, info, replies })
    }

    /// Writes an answer on the calling thread; `None` where it was cancelled. Each of `passages` is cut to what the model reads of
    /// one; with more than one beam nothing is drawn.
    ///
    /// # Errors
    /// [`Error::EmptyPrompt`] without passages.
    pub fn complete(
        &self,
        passages: &[String],
        writing: &Writing,
        cancel: &Cancel,
    ) -> Result<Option<Completed>, Error> {
        let start = Instant::now();
        let ids = self.answerer.ids(passages, writing.passage_length);
        let Some(written) = self.answerer.write(&ids, writing, &|| cancel.is_cancelled())? else {
            return Ok(None);
        };
        let prompt_ids = ids.concat();
        let stats = ReplyStats {
            prompt_tokens: prompt_ids.len() as u32,
            reply_tokens: written.len() as u32,
            // Reading and writing are not told apart.
            decode_ms: elapsed_ms(start),
            ..ReplyStats::default()
        };
        let text = self.answerer.decode(&written);
        let reason = ended(written.len(), writing);
        Ok(Some(Completed { prompt_ids, ids: written, text, reason, stats }))
    }
}

/// Why an answer of so many tokens ended.
fn ended(tokens: usize, writing: &Writing) -> FinishReason {
    if tokens + 1 < writing.max_length { FinishReason::Stop } else { FinishReason::Length }
}

fn write(answerer: &Answerer, ask: &Ask, cancel: &Cancel) -> Result<Whole, Error> {
    let start = Instant::now();
    let usual = Writing::default();
    let alone = FromPassages {
        passages: vec![ask.prompt.clone()],
        beams: usual.beams as u32,
        min_tokens: 0,
        length_penalty: usual.length_penalty,
    };
    let from = ask.from_passages.as_ref().unwrap_or(&alone);
    let writing = Writing {
        beams: from.beams.max(1) as usize,
        sampling: ask.sampling.clone(),
        min_length: from.min_tokens as usize,
        max_length: ask.max_tokens as usize,
        no_repeat_ngram: ask.sampling.no_repeat_ngram as usize,
        repetition_penalty: ask.sampling.repetition_penalty,
        length_penalty: from.length_penalty,
        banned: Vec::new(),
        ..usual
    };
    let ids = answerer.ids(&from.passages, writing.passage_length);
    let Some(written) = answerer.write(&ids, &writing, &|| cancel.is_cancelled())? else {
        return Ok(Whole::cancelled());
    };
    let mut text = answerer.decode(&written);
    let mut reason = ended(written.len(), &writing);
    for stop in ask.stop.iter().filter(|stop| !stop.is_empty()) {
        if let Some(at) = text.find(stop) {
            text.truncate(at);
            reason = FinishReason::Stop;
        }
    }
    let stats = ReplyStats {
        prompt_tokens: ids.iter().map(Vec::len).sum::<usize>() as u32,
        reply_tokens: written.len() as u32,
        // Reading and writing are not told apart.
        decode_ms: elapsed_ms(start),
        ..ReplyStats::default()
    };
    Ok(Whole { text, reason, stats })
}

impl TokenCounter for AnswerEngine {
    fn count(&self, text: &str) -> usize {
        self.answerer.tokenizer.encode(text).len()
    }
}

impl LanguageModel for AnswerEngine {
    fn reply(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel) {
        self.replies.reply(ask, sink, cancel);
    }

    fn info(&self) -> ModelInfo {
        self.info.clone()
    }
}

impl std::fmt::Debug for AnswerEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AnswerEngine").field("model", &self.info.name).finish_non_exhaustive()
    }
}
