//! A language model's work with somebody else's words.
//!
//! Latencies of real-sized models are measured on noise for weights, because none of the real ones travels with the program.
//! What noise writes has no clauses that a voice could begin with, nor the length of an answer. So the model does all its work,
//! and at each of its tokens the next word of a fixed reply is handed on.

use std::sync::Arc;

use domain::{Ask, Cancel, Flow, LanguageModel, ModelInfo, ReplyEvent, TokenCounter, TokenSink};

/// Forty words and marks: a reply of forty tokens, in clauses as people speak them.
const REPLY: &str = "I would love to, if you have the time. The rain has stopped, so we could walk \
    down to the harbour and count the boats. Then you can tell me about your day over tea.";
/// Tokens of it.
const TOKENS: u32 = 40;

/// A model that says [`REPLY`] whatever it writes.
pub(super) struct Recital(pub(super) Arc<dyn LanguageModel>);

impl TokenCounter for Recital {
    fn count(&self, text: &str) -> usize {
        self.0.count(text)
    }
}

impl LanguageModel for Recital {
    fn reply(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel) {
        let ask = Ask { max_tokens: TOKENS, stop: Vec::new(), ..ask };
        self.0.reply(ask, Box::new(Exchange { sink, said: pieces().into_iter() }), cancel);
    }

    fn read_ahead(&self, beginning: String, cancel: Cancel) {
        self.0.read_ahead(beginning, cancel);
    }

    fn reads_ahead(&self) -> bool {
        self.0.reads_ahead()
    }

    fn info(&self) -> ModelInfo {
        self.0.info()
    }
}

struct Exchange {
    sink: Box<dyn TokenSink>,
    said: std::vec::IntoIter<String>,
}

impl TokenSink for Exchange {
    fn event(&mut self, event: ReplyEvent) -> Flow {
        match event {
            ReplyEvent::Text(_) => match self.said.next() {
                Some(piece) => self.sink.event(ReplyEvent::Text(piece)),
                None => Flow::More,
            },
            ReplyEvent::Finished(..) => {
                // Tokens that were only a part of a character had no text.
                let rest: String = self.said.by_ref().collect();
                if !rest.is_empty() {
                    self.sink.event(ReplyEvent::Text(rest));
                }
                self.sink.event(event)
            }
            event => self.sink.event(event),
        }
    }
}

/// A word with the blank before it, or a mark, each.
fn pieces() -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for (at, word) in REPLY.split_whitespace().enumerate() {
        let plain = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        pieces.push(if at == 0 { plain.to_owned() } else { format!(" {plain}") });
        let mark = &word[plain.len()..];
        if !mark.is_empty() {
            pieces.push(mark.to_owned());
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_as_many_pieces_as_tokens_and_they_are_the_reply() {
        assert_eq!(pieces().concat(), REPLY);
        assert_eq!(pieces().len(), TOKENS as usize);
    }
}
