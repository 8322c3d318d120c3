//! Words that are to come more or less often, as the token ids of the server's own vocabulary.
//!
//! OpenAI's `logit_bias` names tokens by id. llama-server and vLLM say how they cut a text (`POST /tokenize`, beside their `/v1`);
//! others do not, and there words stay as likely as they are: the person is told so, once.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Problem, ProblemKind, Purpose, Sampling, WordBias};
use reqwest::header;
use serde_json::{Value, json};

use crate::Error;
use crate::facts::{Cuts, Known};
use crate::request::Run;

/// Longest answer to how a word is cut.
const MAX_ANSWER: usize = 1 << 16;
/// More tokens are no word's: of 200 letters and the space before them, at most four bytes each, every byte may be one.
const MOST_TOKENS: usize = 1 << 10;
/// Cutting a word takes no server longer: one that is silent to a call that it does not know must not hold up the reply.
const PATIENCE: Duration = Duration::from_secs(10);
/// OpenAI's bounds.
const STRONGEST: f32 = 100.0;

/// Biases by token id; an id that is named twice has the sum.
pub(crate) type Biases = BTreeMap<u32, f32>;

impl Run<'_> {
    /// The biases of a request, by the server's token ids. Words are left out where it does not say how it cuts them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the person does not let the question through; what keeps the server from answering at all.
    pub(crate) async fn biases(
        &self,
        sampling: &Sampling,
        known: &mut Known,
    ) -> Result<Biases, Error> {
        let mut biases = Biases::new();
        let mut add = |id: u32, bias: f32| {
            let sum = biases.entry(id).or_default();
            *sum = (*sum + bias).clamp(-STRONGEST, STRONGEST);
        };
        for &(id, bias) in &sampling.logit_bias {
            add(id, bias);
        }
        for word in &sampling.word_bias {
            match self.tokens(word, &mut known.cuts).await {
                Ok(Some(ids)) => {
                    for id in ids {
                        add(id, word.bias);
                    }
                }
                // A server that is still loading its model says so: it is asked again with the next reply.
                Ok(None) | Err(Error::NotReady { .. }) => break,
                Err(
                    error @ (Error::Key { .. }
                    | Error::Refused { .. }
                    | Error::Broken { .. }
                    | Error::Nonsense { .. }),
                ) => {
                    known.cuts.0 = None;
                    self.tell_of_biases(&format!(
                        "does not say how it cuts words into tokens ({error}): biases of words do nothing there"
                    ));
                    break;
                }
                // The reply would fail likewise.
                Err(error) => return Err(error),
            }
        }
        Ok(biases)
    }

    /// Tells the person that words do not come more or less often with this server.
    pub(crate) fn tell_of_biases(&self, what: &str) {
        self.tell(
            what,
            "name tokens by the ids of its model (`[12, 345] = -5`), or take a model of llama-server, vLLM or this machine",
        );
    }

    /// Tells the person what does not work with this server.
    pub(crate) fn tell(&self, what: &str, remedy: &'static str) {
        let what = format!("`{}` {what}", self.options.address.host());
        let problem = Problem::new(ProblemKind::Unsupported, what, remedy);
        if let Some(told) = &self.options.told {
            told(problem);
        } else {
            tracing::warn!(%problem, "a server");
        }
    }

    /// Ids of a word's tokens: of exactly its text, or at the beginning of a text and behind a space. `None` where the server does not
    /// say, or nobody wants it any more.
    async fn tokens(&self, word: &WordBias, cuts: &mut Cuts) -> Result<Option<Vec<u32>>, Error> {
        if word.exact {
            return self.cut(&word.text, cuts).await;
        }
        // A space alone, as some vocabularies have it, belongs to every word.
        let Some(space) = self.cut(" ", cuts).await? else { return Ok(None) };
        let Some(mut ids) = self.cut(&word.text, cuts).await? else { return Ok(None) };
        let Some(behind) = self.cut(&format!(" {}", word.text), cuts).await? else {
            return Ok(None);
        };
        ids.extend(behind);
        ids.retain(|id| !space.contains(id));
        ids.sort_unstable();
        ids.dedup();
        Ok(Some(ids))
    }

    /// Ids of a text's tokens.
    async fn cut(&self, text: &str, cuts: &mut Cuts) -> Result<Option<Vec<u32>>, Error> {
        let Some(known) = &mut cuts.0 else { return Ok(None) };
        if let Some(ids) = known.get(text) {
            return Ok(Some(ids.clone()));
        }
        // The first names are llama-server's, the others vLLM's.
        let body = json!({
            "content": text,
            "add_special": false,
            "model": self.options.model,
            "prompt": text,
            "add_special_tokens": false,
        })
        .to_string();
        let mut passage = self.pass(Purpose::RemoteModel, "how it cuts words into tokens")?;
        let sent = body.len() as u64;
        let request = self
            .client
            .post(self.options.address.beside("tokenize"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(body);
        let patience = self.options.patience.min(PATIENCE);
        let asked = self.answer((request, sent), &mut passage, MAX_ANSWER);
        let answer = tokio::time::timeout(patience, asked).await.unwrap_or_else(|_late| {
            Err(Error::Broken {
                host: self.options.address.host().to_owned(),
                why: format!("it took longer than {} s", patience.as_secs_f32()),
            })
        });
        let Some(answer) = answer? else { return Ok(None) };
        let ids = read(&answer).ok_or_else(|| Error::Nonsense {
            host: self.options.address.host().to_owned(),
            why: "its answer holds no tokens".to_owned(),
        })?;
        known.insert(text.to_owned(), ids.clone());
        Ok(Some(ids))
    }
}

/// Ids in `{"tokens": [1, 2]}`, or in objects with an `id` each.
fn read(answer: &[u8]) -> Option<Vec<u32>> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let tokens = answer["tokens"].as_array().filter(|tokens| tokens.len() <= MOST_TOKENS)?;
    let id = |token: &Value| token.as_u64().or_else(|| token["id"].as_u64());
    tokens.iter().map(|token| id(token).and_then(|id| u32::try_from(id).ok())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_within_bounds() {
        assert_eq!(read(br#"{"tokens": [3, 7]}"#), Some(vec![3, 7]));
        assert_eq!(read(br#"{"count": 1, "tokens": [{"id": 4, "piece": "x"}]}"#), Some(vec![4]));
        assert_eq!(read(br#"{"tokens": []}"#), Some(Vec::new()));
        for odd in ["", "[]", "{\"tokens\": 7}", "{\"tokens\": [-1]}", "{\"tokens\": [4294967296]}"]
        {
            assert_eq!(read(odd.as_bytes()), None, "{odd}");
        }
        let many = json!({ "tokens": vec![1; MOST_TOKENS + 1] }).to_string();
        assert_eq!(read(many.as_bytes()), None);
    }
}
