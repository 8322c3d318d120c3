//! Server-sent events, and what is in those of a chat reply.
//!
//! Format of the stream: the HTML standard, "Interpreting an event stream"; of the events: OpenAI's `chat.completion.chunk`.

use domain::FinishReason;
use serde_json::Value;

/// A line longer than this is no event of a chat.
const MAX_LINE: usize = 1 << 20;

/// What is wrong with an event.
#[derive(Debug, PartialEq)]
pub(crate) enum Wrong {
    /// It is none: why.
    Nonsense(String),
    /// The server reports an error: in its own words, or as its JSON.
    Reported(String),
}

impl Wrong {
    fn nonsense<T>(why: impl Into<String>) -> Result<T, Self> {
        Err(Self::Nonsense(why.into()))
    }
}

/// Bytes to the data of events, one after the other, however the network cuts them.
#[derive(Debug, Default)]
pub(crate) struct EventStream {
    line: Vec<u8>,
    data: String,
    /// The first line is behind: only before it may a byte order mark stand.
    begun: bool,
    /// The last byte was a carriage return, which ends a line with or without a line feed.
    returned: bool,
}

impl EventStream {
    /// Takes bytes; calls `event` with the data of every event that is complete.
    pub(crate) fn push(
        &mut self,
        bytes: &[u8],
        event: &mut dyn FnMut(&str) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        for part in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            if std::mem::take(&mut self.returned) && part == b"\n" {
                continue;
            }
            if self.line.len() + part.len() > MAX_LINE {
                return Wrong::nonsense("a line of its answer has no end");
            }
            self.line.extend_from_slice(part);
            if let Some(end @ (b'\n' | b'\r')) = part.last() {
                self.returned = *end == b'\r';
                let line = std::mem::take(&mut self.line);
                self.take_line(&line, event)?;
            }
        }
        Ok(())
    }

    /// The stream has ended; some servers leave out the last empty line.
    pub(crate) fn finish(
        &mut self,
        event: &mut dyn FnMut(&str) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let line = std::mem::take(&mut self.line);
        self.take_line(&line, event)?;
        self.take_line(b"", event)
    }

    fn take_line(
        &mut self,
        line: &[u8],
        event: &mut dyn FnMut(&str) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let line = line.strip_suffix(b"\n").or(line.strip_suffix(b"\r")).unwrap_or(line);
        let first = !std::mem::replace(&mut self.begun, true);
        let line = line.strip_prefix(b"\xef\xbb\xbf").filter(|_| first).unwrap_or(line);
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return if data.is_empty() { Ok(()) } else { event(&data) };
        }
        if let Some(error) = line.strip_prefix(b"error:") {
            // So llama-server once reported an error in the middle.
            return Err(Wrong::Reported(String::from_utf8_lossy(error).into_owned()));
        }
        // Comments, names and numbers of events mean nothing here.
        let Some(data) = line.strip_prefix(b"data:") else { return Ok(()) };
        let data = data.strip_prefix(b" ").unwrap_or(data);
        if self.data.len() + data.len() > MAX_LINE {
            return Wrong::nonsense("an event of its answer has no end");
        }
        if !self.data.is_empty() {
            self.data.push('\n');
        }
        self.data.push_str(&String::from_utf8_lossy(data));
        Ok(())
    }
}

/// What one event says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Chunk {
    /// More text; may be empty.
    pub(crate) text: String,
    /// Why the reply ended, where this is its end.
    pub(crate) finish: Option<FinishReason>,
    /// A filter of the server ended it.
    pub(crate) filtered: bool,
    /// Tokens of the prompt and of the reply, where the server counts them.
    pub(crate) usage: Option<(u32, u32)>,
    /// Everything was sent.
    pub(crate) done: bool,
    /// It holds what the model thinks and does not say.
    pub(crate) thought: bool,
    /// The name of the model.
    pub(crate) model: Option<String>,
}

impl Chunk {
    /// Reads the data of an event, or a whole reply that came at once.
    pub(crate) fn read(data: &str) -> Result<Self, Wrong> {
        if data.trim() == "[DONE]" {
            return Ok(Self { done: true, ..Self::default() });
        }
        let value: Value = match serde_json::from_str(data) {
            Ok(value) => value,
            Err(error) => return Wrong::nonsense(format!("an event is no JSON ({error})")),
        };
        if value.get("error").is_some_and(|error| !error.is_null()) {
            return Err(Wrong::Reported(data.to_owned()));
        }
        if !value.is_object() {
            return Wrong::nonsense("an event is no object");
        }
        let choice = &value["choices"][0];
        // A piece, or all of it.
        let message =
            if choice["delta"].is_object() { &choice["delta"] } else { &choice["message"] };
        let finish = choice["finish_reason"].as_str().map(|reason| match reason {
            "length" => FinishReason::Length,
            _ => FinishReason::Stop,
        });
        let count = |key: &str| {
            value["usage"][key].as_u64().map(|count| u32::try_from(count).unwrap_or(u32::MAX))
        };
        Ok(Self {
            text: content(message),
            finish,
            filtered: choice["finish_reason"] == "content_filter",
            usage: count("prompt_tokens").zip(count("completion_tokens")),
            done: false,
            // llama-server and vLLM have one name for it, Ollama and OpenRouter the other.
            thought: ["reasoning_content", "reasoning"]
                .iter()
                .any(|key| message[key].as_str().is_some_and(|text| !text.is_empty()))
                || parts(message).iter().any(|part| part["type"] == "thinking"),
            model: value["model"].as_str().filter(|name| !name.is_empty()).map(str::to_owned),
        })
    }
}

/// What a message says: one text, or those among its parts (Mistral's models that think).
fn content(message: &Value) -> String {
    if let Some(text) = message["content"].as_str() {
        return text.to_owned();
    }
    let texts = parts(message).iter().filter(|part| part["type"] == "text");
    texts.filter_map(|part| part["text"].as_str()).collect()
}

/// The parts of a message that is no single text.
fn parts(message: &Value) -> &[Value] {
    message["content"].as_array().map_or(&[], Vec::as_slice)
}

/// What a server says went wrong, for people: one line, shortened. `None` where it gives no reason that could be found.
pub(crate) fn complaint(value: &Value) -> Option<String> {
    let words = |value: &Value| value.as_str().filter(|words| !words.is_empty()).map(str::to_owned);
    let error = &value["error"];
    // FastAPI's: one text, or what is wrong with each part.
    let detail = &value["detail"];
    let parts = || {
        let one = |one: &Value| Some(format!("{}: {}", one["loc"], one["msg"].as_str()?));
        let all: Vec<String> = detail.as_array()?.iter().filter_map(one).collect();
        (!all.is_empty()).then(|| all.join("; "))
    };
    let words = words(error)
        .or_else(|| words(&error["message"]))
        .or_else(|| (!error.is_null()).then(|| error.to_string()))
        .or_else(|| words(detail))
        .or_else(parts)
        .or_else(|| words(&value["message"]))?;
    Some(shortened(&words))
}

/// One line of at most 300 characters.
pub(crate) fn shortened(words: &str) -> String {
    let line: Vec<&str> = words.split_whitespace().collect();
    let line: String = line.join(" ").chars().filter(|c| !c.is_control()).collect();
    if line.chars().count() > 300 {
        return format!("{}…", line.chars().take(300).collect::<String>());
    }
    line
}
