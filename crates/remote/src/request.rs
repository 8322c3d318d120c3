//! One request and what becomes of it.

use std::time::{Duration, Instant};

use domain::{
    Access, Ask, FinishReason, Flow, Passage, Purpose, ReplyEvent, ReplyStats, Sampling, TokenSink,
};
use reqwest::{Client, RequestBuilder, Response, Url, header};
use serde_json::{Value, json};

use crate::biases::{Biases, Known};
use crate::events::{Chunk, EventStream, complaint, shortened};
use crate::{Address, Error, Options};

/// How often the cancel flag is looked at while nothing comes.
const TICK: Duration = Duration::from_millis(20);
/// Longest error that is read.
const MAX_ERROR: usize = 1 << 16;
/// Longest list of models, and longest reply that comes at once.
const MAX_BODY: usize = 1 << 22;
/// Longest reply altogether, in bytes; no model of a companion writes more.
const MAX_REPLY: usize = 1 << 20;
/// How long a machine may take to answer at all, however long its answer may take.
const CONNECT: Duration = Duration::from_secs(30);
/// Stop texts that every server takes.
const MOST_STOPS: usize = 4;

/// A client for one server: no redirects, the system's certificates.
pub(crate) fn client(options: &Options) -> Result<Client, Error> {
    let bearer = |key: &String| {
        let mut value = header::HeaderValue::from_str(&format!("Bearer {key}"))
            .map_err(|_| Error::Key { host: options.address.host().to_owned(), status: 401 })?;
        value.set_sensitive(true);
        Ok((header::AUTHORIZATION, value))
    };
    let key = options.key.as_ref().map(bearer).transpose()?;
    client_with(&options.address, key, options.patience)
}

/// The same with a key in whatever header the server wants it.
pub(crate) fn client_with(
    address: &Address,
    key: Option<(header::HeaderName, header::HeaderValue)>,
    patience: Duration,
) -> Result<Client, Error> {
    // The first caller in the process wins; a second install fails, and then one is there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut headers = header::HeaderMap::new();
    if let Some((name, value)) = key {
        if !address.keeps_secrets() {
            return Err(Error::Address {
                address: address.as_str().to_owned(),
                why: "a key would travel readable; use `https://`",
            });
        }
        headers.insert(name, value);
    }
    Client::builder()
        .user_agent(concat!("hanashi/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(patience.min(CONNECT))
        .default_headers(headers)
        .build()
        .map_err(|error| Error::Stopped(reason(&error)))
}

/// Runs what is asked of a server, but not for longer than it may take altogether: one that sends a byte now and then is not silent, and
/// somebody waits.
pub(crate) fn within<T>(
    options: &Options,
    asked: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let patience = options.patience;
    let runtime = crate::model::runtime()?;
    let answer = runtime.block_on(async { tokio::time::timeout(patience, asked).await });
    // Dropped, it would wait for a name that is still being looked up.
    runtime.shutdown_background();
    answer.unwrap_or_else(|_late| {
        Err(Error::Broken {
            host: options.address.host().to_owned(),
            why: format!("it took longer than {} s", patience.as_secs_f32()),
        })
    })
}

/// What is sent. `plain` leaves out what OpenAI's own API does not know.
fn body(ask: &Ask, model: &str, biases: &Biases, plain: bool) -> Value {
    let s = &ask.sampling;
    let mut body = json!({
        "model": model,
        "messages": ask.messages,
        "stream": true,
        "temperature": s.temperature,
        "top_p": s.top_p,
        "max_tokens": ask.max_tokens,
    });
    let mut add = |key: &str, value: Value| {
        body[key] = value;
    };
    if s.frequency_penalty != 0.0 {
        add("frequency_penalty", json!(s.frequency_penalty));
    }
    if s.presence_penalty != 0.0 {
        add("presence_penalty", json!(s.presence_penalty));
    }
    if let Some(seed) = s.seed {
        add("seed", json!(seed));
    }
    if !biases.is_empty() {
        add("logit_bias", json!(biases));
    }
    let stops = if plain { MOST_STOPS.min(ask.stop.len()) } else { ask.stop.len() };
    if stops > 0 {
        add("stop", json!(ask.stop[..stops]));
    }
    if !plain {
        extended(s, &mut add);
    }
    body
}

/// What llama-server, vLLM, LM Studio and others take besides, each under its own name; whoever does not know one passes over it.
fn extended(s: &Sampling, add: &mut dyn FnMut(&str, Value)) {
    add("stream_options", json!({ "include_usage": true }));
    if s.top_k > 0 {
        add("top_k", json!(s.top_k));
    }
    if s.min_p > 0.0 {
        add("min_p", json!(s.min_p));
    }
    if s.typical_p < 1.0 {
        add("typical_p", json!(s.typical_p));
    }
    if s.repetition_penalty.to_bits() != 1f32.to_bits() {
        add("repeat_penalty", json!(s.repetition_penalty));
        add("repetition_penalty", json!(s.repetition_penalty));
        add("repeat_last_n", json!(s.penalty_window));
    }
    if s.temperature_range > 0.0 {
        add("dynatemp_range", json!(s.temperature_range));
        add("dynatemp_exponent", json!(s.temperature_exponent));
    }
    if s.xtc_probability > 0.0 {
        add("xtc_probability", json!(s.xtc_probability));
        add("xtc_threshold", json!(s.xtc_threshold));
    }
    if s.dry.multiplier > 0.0 {
        add("dry_multiplier", json!(s.dry.multiplier));
        add("dry_base", json!(s.dry.base));
        add("dry_allowed_length", json!(s.dry.allowed));
        // llama-server's -1 is the whole context.
        let window = if s.dry.window == 0 { -1 } else { i64::from(s.dry.window) };
        add("dry_penalty_last_n", json!(window));
    }
    if let Some(mirostat) = s.mirostat {
        add("mirostat", json!(2));
        add("mirostat_tau", json!(mirostat.tau));
        add("mirostat_eta", json!(mirostat.eta));
    }
}

/// A request as it runs.
pub(crate) struct Run<'a> {
    pub(crate) options: &'a Options,
    pub(crate) client: &'a Client,
    pub(crate) cancelled: &'a (dyn Fn() -> bool + Sync),
}

impl Run<'_> {
    fn host(&self) -> String {
        self.options.address.host().to_owned()
    }

    /// Asks to be let through. `what` goes into the network log.
    pub(crate) fn pass(&self, purpose: Purpose, what: &str) -> Result<Passage, Error> {
        let access = Access::new(purpose, self.host(), what);
        Passage::begin(&self.options.network, &access).map_err(Error::Forbidden)
    }

    /// Waits for something, but not longer than the server may be silent, and not when nobody wants it any more (`None`).
    async fn wait<T>(&self, what: impl Future<Output = T>) -> Result<Option<T>, Error> {
        let start = Instant::now();
        let mut what = std::pin::pin!(what);
        loop {
            if (self.cancelled)() {
                return Ok(None);
            }
            if start.elapsed() > self.options.patience {
                let seconds = self.options.patience.as_secs();
                return Err(self.broken(format!("nothing came for {seconds} s")));
            }
            if let Ok(done) = tokio::time::timeout(TICK, &mut what).await {
                return Ok(Some(done));
            }
        }
    }

    fn broken(&self, why: impl Into<String>) -> Error {
        Error::Broken { host: self.host(), why: why.into() }
    }

    fn nonsense(&self, why: impl Into<String>) -> Error {
        Error::Nonsense { host: self.host(), why: why.into() }
    }

    fn lost(&self, error: &reqwest::Error) -> Error {
        if error.is_connect() || error.is_builder() {
            return Error::Unreachable { host: self.host(), why: reason(error) };
        }
        self.broken(reason(error))
    }

    /// A body of at most `most` bytes.
    async fn read(
        &self,
        response: &mut Response,
        passage: &mut Passage,
        most: usize,
    ) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        while let Some(Some(part)) =
            self.wait(response.chunk()).await?.transpose().map_err(|error| self.lost(&error))?
        {
            passage.received(part.len() as u64);
            if all.len() + part.len() > most {
                return Err(self.nonsense("its answer has no end"));
            }
            all.extend_from_slice(&part);
        }
        Ok(all)
    }

    /// Why a status is no success.
    async fn refused(&self, mut response: Response, passage: &mut Passage) -> Error {
        let (host, status) = (self.host(), response.status().as_u16());
        let number = |name: header::HeaderName| {
            response.headers().get(name)?.to_str().ok()?.trim().parse::<u64>().ok()
        };
        let after = number(header::RETRY_AFTER);
        match status {
            401 | 403 => return Error::Key { host, status },
            429 => return Error::Busy { host, after },
            300..=399 => {
                let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
                let words = format!("it points to `{}`", shortened(to.unwrap_or("another place")));
                return Error::Refused { host, status, words };
            }
            _ => {}
        }
        let text = self.read(&mut response, passage, MAX_ERROR).await.unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let json = serde_json::from_str::<Value>(&text).ok();
        let words = json.and_then(|json| complaint(&json)).unwrap_or_else(|| shortened(&text));
        let words = if words.is_empty() { "it gives no reason".to_owned() } else { words };
        Error::Refused { host, status, words }
    }

    /// What is at an address, as JSON of at most `most` bytes; `None` where nobody wants it any more. `what` goes into the network log.
    pub(crate) async fn json(
        &self,
        url: Url,
        purpose: Purpose,
        what: &str,
        most: usize,
    ) -> Result<Option<Value>, Error> {
        let mut passage = self.pass(purpose, what)?;
        let request = self.client.get(url).header(header::ACCEPT, "application/json");
        let Some(sent) = self.wait(request.send()).await? else { return Ok(None) };
        let mut response = sent.map_err(|error| self.lost(&error))?;
        if !response.status().is_success() {
            return Err(self.refused(response, &mut passage).await);
        }
        let body = self.read(&mut response, &mut passage, most).await?;
        if (self.cancelled)() {
            return Ok(None);
        }
        let json = serde_json::from_slice(&body);
        json.map(Some).map_err(|error| self.nonsense(format!("{what} gave no JSON ({error})")))
    }

    /// The body of the answer to a request with so many bytes of its own, of at most `most`; `None` where nobody wants it any more.
    pub(crate) async fn answer(
        &self,
        (request, sent): (RequestBuilder, u64),
        passage: &mut Passage,
        most: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        passage.sent(sent);
        let Some(answered) = self.wait(request.send()).await? else { return Ok(None) };
        let mut response = answered.map_err(|error| self.lost(&error))?;
        if !response.status().is_success() {
            return Err(self.refused(response, passage).await);
        }
        let body = self.read(&mut response, passage, most).await?;
        Ok((!(self.cancelled)()).then_some(body))
    }

    /// Waits a while; true where nobody wants it any more.
    pub(crate) async fn pause(&self, long: Duration) -> bool {
        let end = Instant::now() + long;
        while Instant::now() < end && !(self.cancelled)() {
            tokio::time::sleep(TICK).await;
        }
        (self.cancelled)()
    }

    /// The names of the server's models.
    pub(crate) async fn models(&self) -> Result<Vec<String>, Error> {
        let url = self.options.address.call("models");
        let list = self.json(url, Purpose::RemoteModel, "the list of its models", MAX_BODY).await?;
        let Some(list) = list else { return Ok(Vec::new()) };
        let Some(data) = list["data"].as_array() else {
            return Err(self.nonsense("its list of models is none"));
        };
        let mut names: Vec<String> =
            data.iter().filter_map(|one| one["id"].as_str()).map(shortened).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Asks for a reply and passes it on. The first call finds out whether the server takes more than OpenAI's own parameters, and
    /// biases.
    pub(crate) async fn reply(
        &self,
        ask: &Ask,
        known: &mut Known,
        sink: &mut dyn TokenSink,
    ) -> Result<(), Error> {
        let start = Instant::now();
        let mut biases =
            if known.no_biases { Biases::new() } else { self.biases(&ask.sampling, known).await? };
        if (self.cancelled)() {
            sink.event(ReplyEvent::Finished(FinishReason::Cancelled, ReplyStats::default()));
            return Ok(());
        }
        let what = format!("a reply of `{}`", self.options.model);
        let mut passage = self.pass(Purpose::RemoteModel, &what)?;
        let mut plain = known.plain;
        let mut left_out = false;
        let response = loop {
            let body = body(ask, &self.options.model, &biases, plain).to_string();
            passage.sent(body.len() as u64);
            let request = self
                .client
                .post(self.options.address.call("chat/completions"))
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::ACCEPT, "text/event-stream")
                .body(body);
            let Some(sent) = self.wait(request.send()).await? else {
                let cancelled = FinishReason::Cancelled;
                sink.event(ReplyEvent::Finished(cancelled, ReplyStats::default()));
                return Ok(());
            };
            let response = sent.map_err(|error| self.lost(&error))?;
            if matches!(response.status().as_u16(), 400 | 422) {
                if !plain {
                    plain = true;
                    continue;
                }
                if !biases.is_empty() {
                    // Perhaps it takes all but these.
                    plain = known.plain;
                    biases.clear();
                    left_out = true;
                    continue;
                }
            }
            break response;
        };
        if !response.status().is_success() {
            return Err(self.refused(response, &mut passage).await);
        }
        known.plain = plain;
        if left_out {
            known.no_biases = true;
            self.tell("takes no biases: they do nothing there");
        }
        let mut reply =
            Reply { sink, begun: start, stats: ReplyStats::default(), ended: None, text: 0 };
        let finished = self.stream(response, &mut passage, &mut reply).await?;
        reply.end(finished);
        Ok(())
    }

    /// Passes a reply on as it comes. `None` where nobody listens any more.
    async fn stream(
        &self,
        mut response: Response,
        passage: &mut Passage,
        reply: &mut Reply<'_>,
    ) -> Result<Option<FinishReason>, Error> {
        let kind = response.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        if kind.starts_with("application/json") {
            // It does not stream.
            let body = self.read(&mut response, passage, MAX_BODY).await?;
            if (self.cancelled)() {
                return Ok(Some(FinishReason::Cancelled));
            }
            let chunk =
                Chunk::read(&String::from_utf8_lossy(&body)).map_err(|why| self.nonsense(why))?;
            let finish = chunk.finish.unwrap_or(FinishReason::Stop);
            return Ok((reply.take(chunk) == Flow::More).then_some(finish));
        }
        let mut events = EventStream::default();
        let mut done = false;
        loop {
            let Some(part) = self.wait(response.chunk()).await? else {
                return Ok(Some(FinishReason::Cancelled));
            };
            let part = part.map_err(|error| self.lost(&error))?;
            let mut flow = Flow::More;
            let mut take = |data: &str| {
                if done || flow == Flow::Stop {
                    return Ok(());
                }
                let chunk = Chunk::read(data)?;
                done |= chunk.done;
                flow = reply.take(chunk);
                Ok(())
            };
            match &part {
                Some(bytes) => {
                    passage.received(bytes.len() as u64);
                    events.push(bytes, &mut take)
                }
                None => events.finish(&mut take),
            }
            .map_err(|why| self.nonsense(why))?;
            if flow == Flow::Stop {
                return Ok(None);
            }
            if reply.text > MAX_REPLY {
                return Ok(Some(FinishReason::Length));
            }
            match (done || part.is_none(), reply.ended) {
                (true, Some(reason)) => return Ok(Some(reason)),
                // Some servers only say that they are done.
                (true, None) if done => return Ok(Some(FinishReason::Stop)),
                (true, None) => return Err(self.broken("it ended in the middle of the reply")),
                (false, _) => {}
            }
        }
    }
}

/// A reply on its way to whoever asked.
struct Reply<'a> {
    sink: &'a mut dyn TokenSink,
    begun: Instant,
    stats: ReplyStats,
    ended: Option<FinishReason>,
    /// Bytes passed on.
    text: usize,
}

impl Reply<'_> {
    fn take(&mut self, chunk: Chunk) -> Flow {
        if let Some((prompt, reply)) = chunk.usage {
            (self.stats.prompt_tokens, self.stats.reply_tokens) = (prompt, reply);
        }
        self.ended = chunk.finish.or(self.ended);
        if chunk.text.is_empty() {
            return Flow::More;
        }
        if self.text == 0 && self.start() == Flow::Stop {
            return Flow::Stop;
        }
        self.text += chunk.text.len();
        self.sink.event(ReplyEvent::Text(chunk.text))
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

/// The innermost words of an error: the outer ones repeat the address.
fn reason(error: &reqwest::Error) -> String {
    let mut source: &dyn std::error::Error = error;
    while let Some(inner) = source.source() {
        source = inner;
    }
    shortened(&source.to_string())
}
