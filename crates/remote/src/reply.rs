//! One reply: asked for in the manner that the server takes, and passed on as it comes.

use std::time::Instant;

use domain::{Ask, FinishReason, Flow, Passage, Purpose, ReplyEvent, ReplyStats, TokenSink};
use reqwest::{Response, header};
use serde_json::{Map, Value};

use crate::Error;
use crate::biases::Biases;
use crate::body::{Manner, body};
use crate::events::{Chunk, EventStream, Wrong, shortened};
use crate::facts::Known;
use crate::refusals::{self, Refusal};
use crate::request::{MAX_BODY, Run};
use crate::stops::Stops;

/// Longest reply altogether, in bytes; no model of a companion writes more.
const MAX_REPLY: usize = 1 << 20;
/// How often a request may be put in another way.
const MOST_TRIES: usize = 6;

/// How an attempt at a reply went.
enum Attempt {
    /// It came, and ended so; `None` where nobody listens any more.
    Ended(Option<FinishReason>),
    /// The server refuses it: the status (one of success, where a stream turned out to be an error) and the text.
    Refused(u16, String),
}

impl Run<'_> {
    /// Asks for a reply and passes it on. Whatever the server refuses by name is left out from then on.
    pub(crate) async fn reply(
        &self,
        ask: &Ask,
        known: &mut Known,
        sink: &mut dyn TokenSink,
    ) -> Result<(), Error> {
        let mut reply = Reply::new(ask, sink);
        let mut biases =
            if known.no_biases { Biases::new() } else { self.biases(&ask.sampling, known).await? };
        if (self.cancelled)() {
            reply.end(Some(FinishReason::Cancelled));
            return Ok(());
        }
        let what = format!("a reply of `{}`", self.options.model);
        let mut passage = self.pass(Purpose::RemoteModel, &what)?;
        let mut manner = known.manner.clone();
        let mut left_out = false;
        let context = known.facts.context().unwrap_or(self.options.context_length);
        let mut tries = 0;
        let end = loop {
            let body = body(ask, &self.options.model, &biases, &manner, context);
            let (status, text) = match self.attempt(&body, &mut passage, &mut reply).await? {
                Attempt::Ended(end) => break end,
                Attempt::Refused(status, text) => (status, text),
            };
            tries += 1;
            // What people have read already is not said once more.
            let again = tries < MOST_TRIES && reply.text == 0;
            let otherwise = again && matches!(status, 400 | 422);
            match refusals::read(&text, &body) {
                Refusal::TooLong { prompt, limit } => {
                    if let Some(tokens) = prompt {
                        known.facts.counted(&ask.messages, tokens);
                    }
                    if limit.is_some() {
                        known.facts.learn_context(limit);
                    }
                    return Err(Error::TooLong { host: self.host(), prompt, limit });
                }
                Refusal::Turns if again && !manner.in_turns => manner.in_turns = true,
                Refusal::Parameters(names) if otherwise => {
                    left_out |= names.iter().any(|name| name == "logit_bias");
                    manner.without.extend(names);
                }
                _ if otherwise && !manner.plain => manner.plain = true,
                _ if otherwise && !biases.is_empty() => {
                    // Perhaps it takes all but these.
                    manner.plain = known.manner.plain;
                    biases.clear();
                    left_out = true;
                }
                _ => return Err(self.refused_in_words(status, &text)),
            }
        };
        if let Some(model) = reply.model.take() {
            known.answered_by(model);
        }
        if left_out {
            known.no_biases = true;
            self.tell_of_biases("takes no biases: they do nothing there");
        }
        self.tell_of(&known.manner, &manner);
        known.manner = manner;
        if reply.stats.prompt_tokens > 0 {
            known.facts.counted(&ask.messages, reply.stats.prompt_tokens);
        }
        if reply.thought && reply.text == 0 && matches!(end, Some(FinishReason::Length)) {
            return Err(Error::OnlyThought { host: self.host() });
        }
        if reply.filtered && matches!(end, Some(FinishReason::Stop)) {
            return Err(Error::Filtered { host: self.host() });
        }
        reply.end(end);
        Ok(())
    }

    /// Tells the person which of the settings do nothing with this server, where that is new.
    fn tell_of(&self, before: &Manner, now: &Manner) {
        // These are no settings of theirs, and `max_tokens` has a second name; biases are told of by themselves.
        let ours =
            ["stream_options", "chat_template_kwargs", "max_tokens", "stop", "seed", "logit_bias"];
        let new: Vec<String> = now
            .without
            .difference(&before.without)
            .filter(|name| !ours.contains(&name.as_str()))
            .map(|name| format!("`{name}`"))
            .collect();
        let remedy = "set them where the server runs, or take a model of this machine";
        if now.plain && !before.plain {
            self.tell("takes OpenAI's own settings alone: the other ones of how words are chosen do nothing there", remedy);
        } else if !new.is_empty() {
            let names = new.join(", ");
            self.tell(&format!("does not take {names}: they do nothing there"), remedy);
        }
    }

    async fn attempt(
        &self,
        body: &Map<String, Value>,
        passage: &mut Passage,
        reply: &mut Reply<'_>,
    ) -> Result<Attempt, Error> {
        let body = Value::Object(body.clone()).to_string();
        passage.sent(body.len() as u64);
        let request = self
            .client
            .post(self.options.address.call("chat/completions"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream")
            .body(body);
        let Some(sent) = self.wait(request.send()).await? else {
            return Ok(Attempt::Ended(Some(FinishReason::Cancelled)));
        };
        let response = sent.map_err(|error| self.lost(&error))?;
        if !response.status().is_success() {
            let (status, text) = self.refusal(response, passage).await?;
            return Ok(Attempt::Refused(status, text));
        }
        self.stream(response, passage, reply).await
    }

    /// Passes a reply on as it comes.
    async fn stream(
        &self,
        mut response: Response,
        passage: &mut Passage,
        reply: &mut Reply<'_>,
    ) -> Result<Attempt, Error> {
        let status = response.status().as_u16();
        let kind = response.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        let wrong = |wrong| match wrong {
            Wrong::Nonsense(why) => Err(self.nonsense(why)),
            Wrong::Reported(text) => Ok(Attempt::Refused(status, text)),
        };
        if kind.starts_with("application/json") {
            // It does not stream.
            let body = self.read(&mut response, passage, MAX_BODY).await?;
            if (self.cancelled)() {
                return Ok(Attempt::Ended(Some(FinishReason::Cancelled)));
            }
            let chunk = match Chunk::read(&String::from_utf8_lossy(&body)) {
                Ok(chunk) => chunk,
                Err(what) => return wrong(what),
            };
            let finish = chunk.finish.unwrap_or(FinishReason::Stop);
            let flow = reply.take(chunk).and(reply.take_rest());
            return Ok(Attempt::Ended(match flow {
                Ok(()) => Some(finish),
                Err(Over::Stopped) => Some(FinishReason::Stop),
                Err(Over::Unheard) => None,
            }));
        }
        let mut events = EventStream::default();
        let (mut done, mut any) = (false, false);
        loop {
            let Some(part) = self.wait(response.chunk()).await? else {
                return Ok(Attempt::Ended(Some(FinishReason::Cancelled)));
            };
            let part = match part {
                Ok(part) => part,
                Err(error) => {
                    // What came is kept; that the reply broke off matters more than whether anybody hears it.
                    let _heard = reply.take_rest();
                    // Some servers close it unduly, once they have said that it is over.
                    let over = reply.ended.map(|reason| Attempt::Ended(Some(reason)));
                    return over.ok_or_else(|| self.lost(&error));
                }
            };
            let mut flow = Ok(());
            let mut take = |data: &str| {
                any = true;
                if done || flow.is_err() {
                    return Ok(());
                }
                let chunk = Chunk::read(data)?;
                done |= chunk.done;
                flow = reply.take(chunk);
                Ok(())
            };
            let taken = match &part {
                Some(bytes) => {
                    passage.received(bytes.len() as u64);
                    events.push(bytes, &mut take)
                }
                None => events.finish(&mut take),
            };
            if flow.is_ok()
                && let Err(what) = taken
            {
                if part.is_none() && matches!(what, Wrong::Nonsense(_)) {
                    // Half an event: the connection went, whatever the address.
                    let _heard = reply.take_rest();
                    return Err(self.broken("it ended in the middle of the reply"));
                }
                return wrong(what);
            }
            let over = done || part.is_none();
            match flow.and(if over { reply.take_rest() } else { Ok(()) }) {
                Ok(()) => {}
                // The connection goes, and with it what the server would write behind it.
                Err(Over::Stopped) => return Ok(Attempt::Ended(Some(FinishReason::Stop))),
                Err(Over::Unheard) => return Ok(Attempt::Ended(None)),
            }
            if reply.text > MAX_REPLY {
                return Ok(Attempt::Ended(Some(FinishReason::Length)));
            }
            if over {
                return self.end_of_stream(reply.ended, done, (!any).then_some(kind.as_str()));
            }
        }
    }

    /// What the end of a stream means: with the reason that came, after the server said that it is done, or in an answer of a kind in which
    /// no event was.
    fn end_of_stream(
        &self,
        reason: Option<FinishReason>,
        done: bool,
        kind: Option<&str>,
    ) -> Result<Attempt, Error> {
        match (reason, kind) {
            (Some(reason), _) => Ok(Attempt::Ended(Some(reason))),
            // Some servers only say that they are done.
            (None, _) if done => Ok(Attempt::Ended(Some(FinishReason::Stop))),
            // A page for people, most likely: something else answers at this address.
            (None, Some(kind)) if !kind.is_empty() && !kind.starts_with("text/event-stream") => {
                let error = shortened(kind);
                Err(self.nonsense(format!("an event is no JSON ({error})")))
            }
            (None, _) => Err(self.broken("it ended in the middle of the reply")),
        }
    }
}

/// Why no more of a reply is taken.
#[derive(Debug, Clone, Copy)]
enum Over {
    /// A stop text came.
    Stopped,
    /// Nobody listens any more.
    Unheard,
}

/// A reply on its way to whoever asked.
struct Reply<'a> {
    sink: &'a mut dyn TokenSink,
    stops: Stops<'a>,
    begun: Instant,
    stats: ReplyStats,
    ended: Option<FinishReason>,
    /// Bytes passed on.
    text: usize,
    /// Something came that the model thinks and does not say.
    thought: bool,
    /// A filter of the server ended it.
    filtered: bool,
    /// The model's name, as the server gives it.
    model: Option<String>,
}

impl<'a> Reply<'a> {
    fn new(ask: &'a Ask, sink: &'a mut dyn TokenSink) -> Self {
        Self {
            sink,
            stops: Stops::new(&ask.stop),
            begun: Instant::now(),
            stats: ReplyStats::default(),
            ended: None,
            text: 0,
            thought: false,
            filtered: false,
            model: None,
        }
    }

    fn take(&mut self, chunk: Chunk) -> Result<(), Over> {
        if let Some((prompt, reply)) = chunk.usage {
            (self.stats.prompt_tokens, self.stats.reply_tokens) = (prompt, reply);
        }
        self.ended = chunk.finish.or(self.ended);
        self.thought |= chunk.thought;
        self.filtered |= chunk.filtered;
        if chunk.model.is_some() {
            self.model = chunk.model;
        }
        let (text, stopped) = self.stops.push(&chunk.text);
        self.say(text)?;
        if stopped { Err(Over::Stopped) } else { Ok(()) }
    }

    /// What looked like the beginning of a stop text, and was none.
    fn take_rest(&mut self) -> Result<(), Over> {
        let rest = self.stops.rest();
        self.say(rest)
    }

    fn say(&mut self, text: String) -> Result<(), Over> {
        if text.is_empty() {
            return Ok(());
        }
        if self.text == 0 && self.start() == Flow::Stop {
            return Err(Over::Unheard);
        }
        self.text += text.len();
        match self.sink.event(ReplyEvent::Text(text)) {
            Flow::More => Ok(()),
            Flow::Stop => Err(Over::Unheard),
        }
    }

    fn start(&mut self) -> Flow {
        // What a server spends on the prompt is what passes until the first word.
        self.stats.prefill_ms = self.begun.elapsed().as_secs_f32() * 1e3;
        self.begun = Instant::now();
        self.sink.event(ReplyEvent::Started {
            prompt_tokens: self.stats.prompt_tokens,
            reused_tokens: 0,
            prefill_ms: self.stats.prefill_ms.round() as domain::Millis,
        })
    }

    fn end(mut self, finished: Option<FinishReason>) {
        let Some(reason) = finished else { return };
        if self.text == 0 && reason != FinishReason::Cancelled && self.start() == Flow::Stop {
            return;
        }
        self.stats.decode_ms = self.begun.elapsed().as_secs_f32() * 1e3;
        self.sink.event(ReplyEvent::Finished(reason, self.stats));
    }
}
