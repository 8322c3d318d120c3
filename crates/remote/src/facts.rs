//! What a server has told about itself: which model it runs, how much that reads at once, how it wants to be asked.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::{ChatMessage, Purpose};
use serde_json::Value;

use crate::Error;
use crate::body::Manner;
use crate::request::{MAX_BODY, Run};

/// Whoever loads a model waits for these answers; a server that is slow with them is asked again behind a reply.
const PATIENCE: Duration = Duration::from_secs(5);
/// Lengths of context that a server may name and be believed.
const CONTEXTS: std::ops::RangeInclusive<u64> = 128..=1 << 24;
/// Longest text by which an estimate of tokens is put right, as a multiple of it: more is no vocabulary's.
const MOST_STRETCH: f32 = 4.0;
/// What the template writes around a message, in tokens, about.
const AROUND: usize = 6;

/// What whoever plans prompts has to know; shared with the thread that asks.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Tokens that the model reads at once; 0 where the server does not say.
    context: AtomicU32,
    /// By how much tokens were more than estimated, in thousandths; 0 where they never were.
    stretch: AtomicU32,
}

impl Facts {
    pub(crate) fn context(&self) -> Option<u32> {
        Some(self.context.load(Ordering::Acquire)).filter(|tokens| *tokens > 0)
    }

    pub(crate) fn learn_context(&self, tokens: Option<u32>) {
        let tokens = tokens.filter(|tokens| CONTEXTS.contains(&u64::from(*tokens)));
        self.context.store(tokens.unwrap_or(0), Ordering::Release);
    }

    /// Tokens of a text, about: see [`estimate`]. Never fewer than the vocabulary of this server has needed so far.
    pub(crate) fn count(&self, text: &str) -> usize {
        let stretch = self.stretch.load(Ordering::Acquire).max(1000) as usize;
        (estimate(text) * stretch).div_ceil(1000)
    }

    /// A prompt had so many tokens in truth.
    pub(crate) fn counted(&self, messages: &[ChatMessage], tokens: u32) {
        let about: usize = messages.iter().map(|message| estimate(&message.content) + AROUND).sum();
        let stretch = (tokens as f32 / about.max(1) as f32).clamp(1.0, MOST_STRETCH);
        self.stretch.fetch_max((stretch * 1000.0).ceil() as u32, Ordering::AcqRel);
    }

    /// Another model has another vocabulary.
    fn forget(&self) {
        self.context.store(0, Ordering::Release);
        self.stretch.store(0, Ordering::Release);
    }
}

/// An estimate on the safe side for most vocabularies: about three letters a token in scripts of few letters, one character a token
/// in others.
fn estimate(text: &str) -> usize {
    let (few, many) = text.chars().fold((0usize, 0usize), |(few, many), c| {
        if (c as u32) < 0x2e80 { (few + 1, many) } else { (few, many + 1) }
    });
    few.div_ceil(3) + many
}

/// What was found out about a server, for the thread that asks it.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// What the model is, for whoever plans prompts as well.
    pub(crate) facts: Arc<Facts>,
    /// How it wants to be asked.
    pub(crate) manner: Manner,
    /// It takes no biases.
    pub(crate) no_biases: bool,
    /// How it cuts texts; `None` once it turned out that it does not say.
    pub(crate) cuts: Cuts,
    /// It has answered what its model is.
    pub(crate) met: bool,
    /// The model that its last reply came from, by the name that it gave.
    pub(crate) model: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Cuts(pub(crate) Option<HashMap<String, Vec<u32>>>);

impl Default for Cuts {
    fn default() -> Self {
        Self(Some(HashMap::new()))
    }
}

impl Known {
    /// A reply came from this model. Where it was another one until now, nothing that was known holds any more.
    pub(crate) fn answered_by(&mut self, model: String) {
        if self.model.as_ref().is_some_and(|before| *before != model) {
            tracing::info!(%model, "the server runs another model now");
            self.facts.forget();
            *self = Self { facts: Arc::clone(&self.facts), ..Self::default() };
        }
        self.model = Some(model);
    }
}

/// A server's model, as its list has it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Met {
    /// Its name, where there is no doubt which one is meant.
    pub(crate) name: Option<String>,
    /// Tokens that it reads at once.
    pub(crate) context: Option<u32>,
}

impl Run<'_> {
    /// Asks what the model is. Nothing that goes wrong matters: the reply would fail likewise, and says why.
    pub(crate) async fn meet(&self) -> Option<Met> {
        match tokio::time::timeout(PATIENCE.min(self.options.patience), self.ask_for_model()).await
        {
            Ok(Ok(met)) => Some(met),
            Ok(Err(error)) => {
                tracing::debug!(%error, "the server does not say what its model is");
                // Of an answer that is none, no better one is to be expected.
                matches!(error, Error::Refused { .. } | Error::Nonsense { .. }).then(Met::default)
            }
            Err(_late) => None,
        }
    }

    async fn ask_for_model(&self) -> Result<Met, Error> {
        let what = "what its model is";
        let url = self.options.address.call("models");
        let list = self.json(url, Purpose::RemoteModel, what, MAX_BODY).await?.unwrap_or_default();
        let (mut met, llama) = in_list(&list, &self.options.model);
        if met.context.is_none() && llama {
            // llama-server before it named the context in its list.
            let props = self.options.address.beside("props");
            let props = self.json(props, Purpose::RemoteModel, what, MAX_BODY).await?;
            let props = props.unwrap_or_default();
            met.context = context(&props["default_generation_settings"]["n_ctx"]);
        }
        Ok(met)
    }
}

/// What a list of models says about the one that is meant, and whether it is llama-server's.
fn in_list(list: &Value, wanted: &str) -> (Met, bool) {
    let none = Vec::new();
    let all = list["data"].as_array().unwrap_or(&none);
    let loaded = |one: &&Value| one["status"]["value"] == "loaded";
    let called = |one: &&Value| {
        let others = one["aliases"].as_array().into_iter().flatten();
        std::iter::once(&one["id"]).chain(others).any(|name| name == wanted)
    };
    let mut of_one = all.iter().filter(loaded);
    let meant = match all.as_slice() {
        [one] => Some(one),
        _ if wanted.is_empty() => of_one.next().filter(|_| of_one.next().is_none()),
        all => all.iter().find(called),
    };
    let Some(one) = meant else { return (Met::default(), false) };
    // llama-server, vLLM, OpenRouter and Together, Groq.
    let places = [
        &one["meta"]["n_ctx"],
        &one["max_model_len"],
        &one["context_length"],
        &one["context_window"],
    ];
    let met = Met {
        name: one["id"].as_str().map(str::to_owned),
        context: places.into_iter().find_map(context),
    };
    (met, one["owned_by"] == "llamacpp")
}

fn context(value: &Value) -> Option<u32> {
    let tokens = value.as_u64().filter(|tokens| CONTEXTS.contains(tokens))?;
    u32::try_from(tokens).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_of_models_says_how_much_the_meant_one_reads() {
        let met = |name: &str, context| Met { name: Some(name.into()), context };
        // llama-server 0.7.0 (shortened), whatever name the settings have: it runs the one that it runs.
        let list = json!({ "data": [{ "id": "hanashi-mini", "aliases": ["hanashi-mini"], "owned_by": "llamacpp", "meta": { "n_vocab": 3284, "n_ctx": 4096, "n_ctx_train": 8192 } }] });
        assert_eq!(in_list(&list, ""), (met("hanashi-mini", Some(4096)), true));
        assert_eq!(in_list(&list, "anything").0.context, Some(4096));
        // transformers 5.24.0: the one that is loaded, of all that lie there.
        let list = json!({ "data": [{ "id": "a", "status": { "value": "unloaded" } }, { "id": "b", "status": { "value": "loaded" } }] });
        assert_eq!(in_list(&list, ""), (met("b", None), false));
        assert_eq!(in_list(&list, "a"), (met("a", None), false));
        // Hosted ones.
        let list = json!({ "data": [{ "id": "x", "context_length": 32768 }, { "id": "y", "max_model_len": 2048 }, { "id": "z", "context_window": 3 }] });
        assert_eq!(in_list(&list, "x").0.context, Some(32768));
        assert_eq!(in_list(&list, "y").0.context, Some(2048));
        assert_eq!(in_list(&list, "z").0, met("z", None), "nothing reads three tokens");
        for (list, name) in
            [(&list, ""), (&list, "w"), (&json!([]), "x"), (&json!({ "data": 7 }), "x")]
        {
            assert_eq!(in_list(list, name).0, Met::default());
        }
    }

    #[test]
    fn estimates_grow_with_what_was_counted_and_never_shrink() {
        let facts = Facts::default();
        let text = "The lantern by the harbour";
        assert_eq!((facts.count(""), facts.count("今日は雨です。"), facts.count(text)), (0, 7, 9));
        let messages = [ChatMessage { role: "user".into(), content: text.repeat(10) }];
        facts.counted(&messages, 40);
        assert_eq!(facts.count(text), 9, "fewer than estimated");
        facts.counted(&messages, 186);
        assert_eq!(facts.count(text), 18);
        facts.counted(&messages, u32::MAX);
        assert_eq!(facts.count(text), 36, "within bounds");
        let mut known = Known { facts: Arc::new(facts), met: true, ..Known::default() };
        known.answered_by("a".into());
        assert_eq!((known.facts.count(text), known.met), (36, true));
        known.answered_by("b".into());
        assert_eq!(
            (known.facts.count(text), known.met),
            (9, false),
            "another model cuts otherwise"
        );
    }
}
