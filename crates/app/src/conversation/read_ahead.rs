//! Reading ahead: what a conversation says so far goes through the language model as soon as it is on stage, so that the first
//! answer begins at once and not after a page of waiting.

use std::sync::Arc;

use dialogue::Request;
use domain::{Cancel, Log, Problem, TurnId};
use store::{KvCache, Quantize, Settings};

use crate::app::{App, lock};

/// Most context that is set up where the settings leave it open.
pub(crate) const DEFAULT_CONTEXT: u32 = 8192;

impl App {
    /// How a language model is loaded.
    pub(crate) fn engine_options(&self, settings: &Settings) -> llm::Options {
        let context_length =
            if settings.context_length == 0 { DEFAULT_CONTEXT } else { settings.context_length };
        let saved = llm::SavedOptions {
            folder: self.paths.dirs.reading_caches(),
            quota: u64::from(settings.reading_cache_mb) << 20,
        };
        // Two branches of a long conversation side by side are a question of memory.
        let branches = context_length <= DEFAULT_CONTEXT;
        let quantize = match settings.quantize {
            Quantize::AsIs => None,
            Quantize::Q8 => Some(llm::Quantization::Q8),
            Quantize::Q6 => Some(llm::Quantization::Q6),
            Quantize::Q5 => Some(llm::Quantization::Q5),
            Quantize::Q4 => Some(llm::Quantization::Q4),
        };
        let cache = match settings.kv_cache {
            KvCache::F16 => llm::CacheFormat::F16,
            KvCache::Q8 => llm::CacheFormat::Q8,
            KvCache::F32 => llm::CacheFormat::F32,
        };
        llm::Options {
            context_length,
            cache,
            // A cache holds what was said, and its file is not encrypted: in an encrypted folder a conversation is read anew.
            saved: self.is_plain().then_some(saved),
            branches,
            guesses: settings.guesses as usize,
            quantize: self.options.quantize.or(quantize),
            device: self.device_choice(settings),
            ..llm::Options::default()
        }
    }

    fn is_plain(&self) -> bool {
        matches!(vault::seal_of(&self.paths.dirs.reading_caches()), Ok(vault::Seal::Plain))
    }

    /// Reads the conversation on stage whenever a model has been loaded.
    pub(crate) fn read_ahead_when_ready(self: &Arc<Self>) {
        let app = Arc::downgrade(self);
        self.parts.when_model_ready(move || {
            if let Some(app) = app.upgrade() {
                app.read_ahead();
            }
        });
    }

    /// Begins to read the conversation on stage, where a model is loaded. Returns at once; what is being read of another
    /// conversation is given up. A reply that is asked for meanwhile goes on from what was read.
    pub(crate) fn read_ahead(&self) {
        let cancel = Cancel::new();
        std::mem::replace(&mut *lock(&self.reading_ahead), cancel.clone()).cancel();
        if let Err(problem) = self.try_read_ahead(cancel) {
            tracing::debug!(%problem, "nothing is read ahead");
        }
    }

    /// Something that was said is forgotten: no cache on the disk or beside the one at work may hold it. `again`: what is left of the
    /// conversation on stage is read now, since no reply will.
    pub(crate) fn forget_readings(&self, again: bool) {
        if let Some(engine) = self.parts.engine() {
            engine.forget();
            if again {
                self.read_ahead();
            }
        } else if let Err(error) = llm::forget_saved(&self.paths.dirs.reading_caches()) {
            tracing::warn!(%error, "some saved caches could not be deleted");
        }
    }

    fn try_read_ahead(&self, cancel: Cancel) -> Result<(), Problem> {
        let Some(engine) = self.parts.engine() else { return Ok(()) };
        let stage = lock(&self.stage).clone();
        self.adapt(&engine, &stage);
        let scene = self.scene(&stage)?;
        let history = scene.leaf.map(|leaf| self.log.path(leaf)).transpose()?.unwrap_or_default();
        let present = if scene.guests.is_empty() { vec![] } else { scene.present() };
        let ask = self.prompts.ahead(&Request {
            turn: TurnId::default(),
            who: &scene.character_id,
            character: &scene.character,
            present: &present,
            persona: &scene.persona,
            history: &history,
            model: &*engine,
        })?;
        engine.prefill(ask.prompt, cancel);
        Ok(())
    }
}
