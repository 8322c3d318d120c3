//! Server-sent events, and what is in those of a chat reply.
//!
//! Format of the stream: the HTML standard, "Interpreting an event stream"; of the events: OpenAI's `chat.completion.chunk`.

use domain::FinishReason;
use serde_json::Value;

/// A line longer than this is no event of a chat.
const MAX_LINE: usize = 1 << 20;

/// Bytes to the data of events, one after the other, however the network cuts them.
#[derive(Debug, Default)]
pub(crate) struct EventStream {
    line: Vec<u8>,
    data: String,
}

impl EventStream {
    /// Takes bytes; calls `event` with the data of every event that is complete.
    pub(crate) fn push(
        &mut self,
        bytes: &[u8],
        event: &mut dyn FnMut(&str) -> Result<(), String>,
    ) -> Result<(), String> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.line.len() + part.len() > MAX_LINE {
                return Err("a line of its answer has no end".to_owned());
            }
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                self.take_line(&line, event)?;
            }
        }
        Ok(())
    }

    /// The stream has ended; some servers leave out the last empty line.
    pub(crate) fn finish(
        &mut self,
        event: &mut dyn FnMut(&str) -> Result<(), String>,
    ) -> Result<(), String> {
        let line = std::mem::take(&mut self.line);
        self.take_line(&line, event)?;
        self.take_line(b"", event)
    }

    fn take_line(
        &mut self,
        line: &[u8],
        event: &mut dyn FnMut(&str) -> Result<(), String>,
    ) -> Result<(), String> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return if data.is_empty() { Ok(()) } else { event(&data) };
        }
        // Comments, names and numbers of events mean nothing here.
        let Some(data) = line.strip_prefix(b"data:") else { return Ok(()) };
        let data = data.strip_prefix(b" ").unwrap_or(data);
        if self.data.len() + data.len() > MAX_LINE {
            return Err("an event of its answer has no end".to_owned());
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
    /// Tokens of the prompt and of the reply, where the server counts them.
    pub(crate) usage: Option<(u32, u32)>,
    /// Everything was sent.
    pub(crate) done: bool,
}

impl Chunk {
    /// Reads the data of an event, or a whole reply that came at once.
    pub(crate) fn read(data: &str) -> Result<Self, String> {
        if data.trim() == "[DONE]" {
            return Ok(Self { done: true, ..Self::default() });
        }
        let value: Value =
            serde_json::from_str(data).map_err(|error| format!("an event is no JSON ({error})"))?;
        if let Some(words) = complaint(&value) {
            return Err(format!("it reports an error: {words}"));
        }
        if !value.is_object() {
            return Err("an event is no object".to_owned());
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
            text: message["content"].as_str().unwrap_or_default().to_owned(),
            finish,
            usage: count("prompt_tokens").zip(count("completion_tokens")),
            done: false,
        })
    }
}

/// What a server says went wrong, for people: one line, shortened.
pub(crate) fn complaint(value: &Value) -> Option<String> {
    let error = value.get("error")?;
    let words = error
        .as_str()
        .or_else(|| error["message"].as_str())
        .map(str::to_owned)
        .or_else(|| (!error.is_null()).then(|| error.to_string()))?;
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
