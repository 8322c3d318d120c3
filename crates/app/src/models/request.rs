//! A request of the product's own to a language model, beside any conversation: an order and a text that it is about, and the reply as
//! it is written. It gives way to whatever a person asks for.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{
    Cancel, Character, ConversationId, FinishReason, Flow, Lang, LanguageModel, Message, Persona,
    Problem, ProblemKind, ReplyEvent, Role, Sampling, TokenSink, TurnId,
};

/// Events that may wait.
const EVENTS: usize = 64;
/// A conversation that there is not.
const NOWHERE: &str = "00000000-0000-0000-0000-000000000000";
/// Turns that no conversation has.
static TURNS: AtomicU64 = AtomicU64::new(u64::MAX / 2);

/// What is asked.
pub(crate) struct Request<'a> {
    /// What to do.
    pub(crate) order: &'a str,
    /// With what: a quotation, in which macros stay words.
    pub(crate) text: &'a str,
    /// The language of the order.
    pub(crate) lang: Lang,
    /// How it is drawn.
    pub(crate) sampling: Sampling,
    /// Tokens of the reply at most.
    pub(crate) tokens: u32,
}

/// What a model replies, and waits for it; `None` where it was cancelled, or had to give way.
pub(crate) fn ask(
    model: &dyn LanguageModel,
    request: Request<'_>,
    cancel: Cancel,
) -> Result<Option<String>, Problem> {
    // Of no conversation: the macros of the prompt want some id.
    let conversation: ConversationId = NOWHERE.parse().map_err(|_| {
        Problem::new(ProblemKind::Internal, "a request has no place", "start the app again")
    })?;
    let reader = Character {
        name: "Diary".into(),
        description: request.order.into(),
        ..Character::default()
    };
    let persona = Persona { name: "Reader".into(), ..Persona::default() };
    let mut info = model.info();
    // What a very small model is always told says nothing of this.
    info.system_prompt = None;
    let turn = TurnId(TURNS.fetch_add(1, Ordering::Relaxed));
    let message = Message {
        id: domain::MessageId::NOT_LOGGED,
        parent: None,
        conversation,
        role: Role::User,
        text: quoted(request.text),
        interrupted: false,
        speaker: None,
        created_at: 0,
    };
    let history = [message];
    let mut made = prompt::Scene::new(turn, &reader, &persona, &history, &info);
    made.lang = Some(request.lang);
    let limits = prompt::Limits {
        context_tokens: info.context_length,
        reply_tokens: request.tokens,
        sampling: request.sampling,
        ..prompt::Limits::default()
    };
    let mut ask = prompt::assemble(&made, model, &limits)?.ask;
    ask.max_tokens = request.tokens;
    let (to, events) = std::sync::mpsc::sync_channel(EVENTS);
    model.reply_aside(ask, Box::new(Sink(to)), cancel);
    let mut reply = String::new();
    for event in events {
        match event {
            ReplyEvent::Text(text) => reply.push_str(&text),
            ReplyEvent::Failed(problem) => return Err(problem),
            ReplyEvent::Finished(FinishReason::Cancelled, _) => return Ok(None),
            ReplyEvent::Finished(..) => return Ok(Some(reply)),
            ReplyEvent::Started { .. } => {}
        }
    }
    Ok(None)
}

/// A text with the macros in it as words.
fn quoted(text: &str) -> String {
    // Of three, two are left the first time.
    text.replace("{{", "{ {").replace("{{", "{ {")
}

/// A line of a conversation as it is quoted: who, and what, without line breaks.
pub(crate) fn line(who: &str, said: &str) -> String {
    format!("{who}: {}\n", said.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Hands events on.
struct Sink(std::sync::mpsc::SyncSender<ReplyEvent>);

impl TokenSink for Sink {
    fn event(&mut self, event: ReplyEvent) -> Flow {
        if self.0.send(event).is_ok() { Flow::More } else { Flow::Stop }
    }
}
