//! What the conductor plays on: the ports of `domain`, in slots where they come and go while the app runs.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use domain::{
    Ask, Character, CharacterId, LanguageModel, Log, Message, Millis, Persona, Playback, Problem,
    Transcriber, TurnId, Voice,
};

/// Everything the conductor needs of the world.
#[derive(Clone)]
pub struct Ports {
    /// The log of everything said.
    pub log: Arc<dyn Log>,
    /// Makes prompts.
    pub prompts: Arc<dyn PromptMaker>,
    /// The speakers. Its events are sent to the [`Baton`](crate::Baton).
    pub playback: Arc<dyn Playback>,
    /// The language model; without one, turns wait.
    pub model: Slot<dyn LanguageModel>,
    /// The voice; without one, replies are text.
    pub voice: Slot<dyn Voice>,
    /// The ears; without any, speech waits.
    pub ears: Slot<dyn Transcriber>,
    /// The clock that turns are timed with.
    pub clock: Arc<dyn Clock>,
}

/// A place for a part that may be absent, and is replaced while others use it: whoever took it out keeps what they have.
/// After a change the app sends [`Event::PartsChanged`](crate::Event::PartsChanged).
#[derive(Debug)]
pub struct Slot<T: ?Sized>(Arc<RwLock<Option<Arc<T>>>>);

impl<T: ?Sized> Slot<T> {
    /// A slot with a part in it.
    pub fn with(part: Arc<T>) -> Self {
        let slot = Self::default();
        slot.set(Some(part));
        slot
    }

    /// The part, where there is one.
    pub fn get(&self) -> Option<Arc<T>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a part in, or takes it out.
    pub fn set(&self, part: Option<Arc<T>>) {
        let old = {
            let mut slot = self.0.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *slot, part)
        };
        // Dropped out of the lock: a part joins its thread then.
        drop(old);
    }
}

impl<T: ?Sized> Default for Slot<T> {
    fn default() -> Self {
        Self(Arc::new(RwLock::new(None)))
    }
}

impl<T: ?Sized> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// What a prompt is made of.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The turn that it is for.
    pub turn: TurnId,
    /// Who answers: their place in the library.
    pub who: &'a CharacterId,
    /// The character who answers.
    pub character: &'a Character,
    /// Everybody who is there, whoever answers included; empty where the conversation's own character is alone.
    pub present: &'a [(&'a CharacterId, &'a Character)],
    /// Who they talk to.
    pub persona: &'a Persona,
    /// The conversation, first message first; the last one is the one to answer.
    pub history: &'a [Message],
    /// The model that will read it: its template, its context length, its count of tokens.
    pub model: &'a dyn LanguageModel,
}

/// Makes the prompt of a turn. Called on the conductor's task: milliseconds, no waiting.
pub trait PromptMaker: Send + Sync {
    /// The prompt, within the model's context.
    fn make(&self, request: &Request<'_>) -> Result<Ask, Problem>;

    /// What the prompt begins with, up to the last message, which is still being said and may change, and what is `certain` of that:
    /// words that it begins with. Nothing is remembered of it, and nothing leaves the machine for it. `None`: not known, or nothing
    /// to gain by reading it early.
    fn beginning(&self, _request: &Request<'_>, _certain: &str) -> Result<Option<String>, Problem> {
        Ok(None)
    }
}

impl<F> PromptMaker for F
where
    F: Fn(&Request<'_>) -> Result<Ask, Problem> + Send + Sync,
{
    fn make(&self, request: &Request<'_>) -> Result<Ask, Problem> {
        self(request)
    }
}

/// Tells the time since some moment in the past; never goes back.
pub trait Clock: Send + Sync {
    /// Milliseconds.
    fn now(&self) -> Millis;
}

impl<F: Fn() -> Millis + Send + Sync> Clock for F {
    fn now(&self) -> Millis {
        self()
    }
}

/// The machine's monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Millis {
        self.0.elapsed().as_millis() as Millis
    }
}
