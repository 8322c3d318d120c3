//! Chat templates: the model's own Jinja source, run as the hostile input that it is, or one of the built-in ones.
//!
//! Jinja as Hugging Face runs it: `trim_blocks`, `lstrip_blocks`, loop controls, Python's string methods, `raise_exception`,
//! `strftime_now`, `bos_token`, `eos_token`, `add_generation_prompt`, and `enable_thinking = false`.
//!
//! What a template cannot do is found out by rendering tiny probes, not by catching errors later: a template that silently drops
//! the system message is worse than one that raises.

use std::io::{self, Write};

use domain::{ChatMessage, ModelInfo, TokenCounter};
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, context};

use crate::builtin::{self, Builtin};

/// Longest template source that is compiled.
const MAX_SOURCE: usize = 256 << 10;
/// Instructions that one rendering may execute: a thousand messages through the largest template known take a tenth of it.
const FUEL: u64 = 2_000_000;
/// Nesting of blocks, calls and expressions.
const MAX_RECURSION: usize = 64;
/// A rendered prompt is at most this much longer than four times the messages.
const OUTPUT_SLACK: usize = 256 << 10;

/// What stands for somebody who says nothing: the user's turn before a greeting where a template wants the user first, and the one
/// after a character's words where the character shall go on. The same in every language, and one token in most.
pub(crate) const SILENCE: &str = "…";

/// Values that templates may ask for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variables<'a> {
    pub char: &'a str,
    pub user: &'a str,
    pub today: Option<jiff::civil::Date>,
}

/// A template that is known to work, and what it can do.
#[derive(Debug)]
pub(crate) struct Template<'a> {
    /// Name for people: `the model's own`, `chatml`, …
    pub name: &'static str,
    /// Texts that end a reply.
    pub stop: Vec<String>,
    /// Why the model's own was not taken, where it brought one.
    pub rejected: Option<String>,
    source: String,
    bos: &'a str,
    eos: &'a str,
    variables: Variables<'a>,
    /// Takes a system message.
    system: bool,
    /// Takes a conversation that the character begins.
    character_first: bool,
}

impl<'a> Template<'a> {
    /// The built-in one that was asked for, else the model's own template, else the built-in one that fits the model.
    pub(crate) fn choose(
        model: &'a ModelInfo,
        counter: &dyn TokenCounter,
        variables: Variables<'a>,
        wanted: Option<Builtin>,
    ) -> Self {
        let mut rejected = None;
        if wanted.is_none()
            && let Some(source) =
                model.template.source.as_deref().filter(|source| !source.trim().is_empty())
        {
            let own = Self {
                name: "the model's own",
                stop: builtin::end_markers(source),
                rejected: None,
                source: without_generation_tags(source),
                bos: &model.template.bos,
                eos: &model.template.eos,
                variables,
                system: true,
                character_first: true,
            };
            match own.probed() {
                Ok(own) => return own,
                Err(reason) => rejected = Some(reason),
            }
        }
        let builtin = wanted.unwrap_or_else(|| Builtin::fitting(model, counter));
        let template = Self {
            name: builtin.name(),
            stop: builtin.stop(variables.char, variables.user),
            rejected: None,
            source: builtin.source().to_owned(),
            bos: &model.template.bos,
            eos: &model.template.eos,
            variables,
            system: true,
            character_first: true,
        };
        // Built-in ones work, which a test sees to; the probes find out what they can do.
        let mut template = template.probed().unwrap_or_else(|_| untested(model, variables));
        template.rejected = rejected;
        template
    }

    /// Finds out what the template can do; `Err` says why it is of no use.
    fn probed(mut self) -> Result<Self, String> {
        const SYSTEM: &str = "Qsystem7";
        const USER: &str = "Quser7";
        const CHARACTER: &str = "Qcharacter7";
        const AGAIN: &str = "Qagain7";
        let message =
            |role: &str, content: &str| ChatMessage { role: role.into(), content: content.into() };
        let shows = |messages: &[ChatMessage]| {
            let text = self.run(messages, true)?;
            let mut from = 0;
            for message in messages {
                let Some(at) = text[from..].find(&message.content) else {
                    return Err(format!("it leaves out the {} message", message.role));
                };
                from += at + message.content.len();
            }
            Ok(())
        };
        shows(&[message("user", USER)])?;
        let talk = [message("user", USER), message("assistant", CHARACTER), message("user", AGAIN)];
        shows(&talk)?;
        // It must stand before the talk: some put it into the last user turn, which would cost the KV cache at every turn.
        let with_system: Vec<_> = [message("system", SYSTEM)].into_iter().chain(talk).collect();
        let system = shows(&with_system).is_ok() && shows(&with_system[..2]).is_ok();
        let mut first = vec![message("assistant", CHARACTER), message("user", USER)];
        if system {
            first.insert(0, message("system", SYSTEM));
        }
        let character_first = shows(&first).is_ok();
        (self.system, self.character_first) = (system, character_first);
        Ok(self)
    }

    /// The prompt for a conversation: an optional system message, then turns that alternate, the last one the user's.
    pub(crate) fn render(&self, system: &str, turns: &[ChatMessage]) -> Result<String, String> {
        self.run(&self.fitted(system, turns), true)
    }

    /// The same for turns that end with an answer, up to what ends it: nothing is opened behind it.
    pub(crate) fn render_closed(
        &self,
        system: &str,
        turns: &[ChatMessage],
    ) -> Result<String, String> {
        self.run(&self.fitted(system, turns), false)
    }

    /// The messages in a form that this template takes.
    fn fitted(&self, system: &str, turns: &[ChatMessage]) -> Vec<ChatMessage> {
        let mut messages = Vec::with_capacity(turns.len() + 2);
        let user_first = turns.first().is_some_and(|turn| turn.role == "user");
        // Without a place for it, the system text goes into the first user turn, and one is made up where the character begins.
        let merged = !self.system && !system.is_empty();
        if self.system && !system.is_empty() {
            messages.push(ChatMessage { role: "system".into(), content: system.to_owned() });
        }
        if !user_first && (merged || !self.character_first) {
            messages.push(ChatMessage { role: "user".into(), content: SILENCE.into() });
        }
        messages.extend_from_slice(turns);
        if merged && let Some(first) = messages.first_mut() {
            first.content = format!("{system}\n\n{}", first.content);
        }
        messages
    }

    /// Runs the template; `open` begins the next answer.
    fn run(&self, messages: &[ChatMessage], open: bool) -> Result<String, String> {
        if self.source.len() > MAX_SOURCE {
            return Err(format!("its source is {} bytes long", self.source.len()));
        }
        let environment = environment(self.variables.today);
        let template = environment
            .template_from_named_str("chat template", &self.source)
            .map_err(|error| reason(&error))?;
        let list: Vec<Value> = messages
            .iter()
            .map(|message| context! { role => message.role.as_str(), content => message.content.as_str() })
            .collect();
        let room =
            messages.iter().map(|message| message.content.len()).sum::<usize>() * 4 + OUTPUT_SLACK;
        let mut output = Bounded { bytes: Vec::new(), room };
        template
            .render_captured_to(
                context! {
                    messages => list,
                    bos_token => self.bos,
                    eos_token => self.eos,
                    add_generation_prompt => open,
                    enable_thinking => false,
                    char_name => self.variables.char,
                    user_name => self.variables.user,
                },
                &mut output,
            )
            .map_err(|error| reason(&error))?;
        String::from_utf8(output.bytes).map_err(|_| "its output is no text".to_owned())
    }
}

/// The plain transcript without its probes. Reached only if a built-in template were broken, which a test excludes.
fn untested<'a>(model: &'a ModelInfo, variables: Variables<'a>) -> Template<'a> {
    Template {
        name: Builtin::Transcript.name(),
        stop: Builtin::Transcript.stop(variables.char, variables.user),
        rejected: None,
        source: Builtin::Transcript.source().to_owned(),
        bos: &model.template.bos,
        eos: &model.template.eos,
        variables,
        system: true,
        character_first: true,
    }
}

fn environment<'source>(today: Option<jiff::civil::Date>) -> Environment<'source> {
    let mut environment = Environment::new();
    if let Ok(syntax) =
        minijinja::syntax::SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()
    {
        environment.set_syntax(syntax);
    }
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(MAX_RECURSION);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.add_function("raise_exception", |message: String| -> Result<String, Error> {
        Err(Error::new(ErrorKind::InvalidOperation, message))
    });
    // Left undefined where there is no date: templates that ask whether it is defined have a fixed one of their own.
    if let Some(today) = today {
        environment.add_function("strftime_now", move |format: String| -> Result<String, Error> {
            jiff::fmt::strtime::format(&format, today)
                .map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
        });
    }
    environment
}

/// The first line of an error with its causes, for people.
fn reason(error: &Error) -> String {
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    match error.line() {
        Some(line) => format!("line {line}: {detail}"),
        None => detail,
    }
}

/// Turns `{% generation %}` and `{% endgeneration %}` (a training extension of Hugging Face's) into comments, white-space control
/// included.
fn without_generation_tags(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(start) = rest.find("{%") {
        // Not in `{%}`: a tag holds something, if only nothing.
        let Some(end) = rest[start + 2..].find("%}").map(|end| start + end + 4) else { break };
        let inner = &rest[start + 2..end - 2];
        let name = inner.trim_matches(|c: char| c.is_whitespace() || c == '-' || c == '+');
        out.push_str(&rest[..start]);
        if matches!(name, "generation" | "endgeneration") {
            let before = if inner.starts_with('-') { "-" } else { "" };
            let after = if inner.ends_with('-') { "-" } else { "" };
            out.extend(["{#", before, " ", name, " ", after, "#}"]);
        } else {
            out.push_str(&rest[start..end]);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Output that refuses to grow beyond a size.
struct Bounded {
    bytes: Vec<u8>,
    room: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.room {
            return Err(io::Error::other("the prompt that it makes is too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
