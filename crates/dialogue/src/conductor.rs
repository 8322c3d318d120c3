//! The shell around [`step`]: one task that takes events, runs effects, and moves a turn's text on to the voice.

mod begin;
mod casting;
mod end;
mod going;
mod guessing;
mod tree;

use std::collections::VecDeque;

use domain::{
    Cancel, EndOfTurn, MessageId, Millis, Problem, ProblemKind, ReplyEvent, Transcript, TurnId,
    Utterance, VadEvent,
};
use tokio::sync::{mpsc, oneshot};

use self::guessing::{Ahead, Guess};
use crate::baton::{Baton, INBOX};
use crate::event::Event;
use crate::ports::Ports;
use crate::scene::Scene;
use crate::sinks::Report;
use crate::stage::Stage;
use crate::step::{Effect, step};
use crate::turn::Turn;
use crate::update::{Timings, Update};
use crate::wake::WakePhrase;

/// Conducts one conversation at a time. [`run`](Self::run) is its task.
pub struct Conductor {
    inbox: mpsc::Receiver<Event>,
    ports: Ports,
    scene: Scene,
    stage: Stage,
    turn: Option<Turn>,
    transcript: Option<Pending>,
    /// When the person stopped speaking, and what that took so far.
    spoken: (Millis, Timings),
    /// A reply to what may have been all that the person says.
    guess: Option<Guess>,
    /// What is read while the person speaks.
    ahead: Option<Ahead>,
    /// What was understood of them last, until a turn begins.
    looked: String,
    /// A greeting that was interrupted, and what was heard of it.
    greeted: Option<(MessageId, String)>,
    /// She was called with this; it is left out of what was said.
    called: Option<WakePhrase>,
    /// What effects brought about, to be stepped through before anything else.
    own: VecDeque<Event>,
    tell: Box<dyn FnMut(Update) + Send>,
}

/// A transcript that is being written.
struct Pending {
    turn: TurnId,
    cancel: Cancel,
    result: oneshot::Receiver<Result<Transcript, Problem>>,
}

/// What the conductor wakes up for.
enum Wake {
    Event(Option<Event>),
    Token(Option<ReplyEvent>),
    Report(Report),
    Transcript(Result<Transcript, Problem>),
}

impl Conductor {
    /// A conductor for a scene, and the way to send it events. `tell` is called from its task, in order, and must not block.
    pub fn new(
        ports: Ports,
        scene: Scene,
        tell: impl FnMut(Update) + Send + 'static,
    ) -> (Baton, Self) {
        let (to, inbox) = mpsc::channel(INBOX);
        let conductor = Self {
            inbox,
            ports,
            scene,
            stage: Stage::default(),
            turn: None,
            transcript: None,
            spoken: (0, Timings::default()),
            guess: None,
            ahead: None,
            looked: String::new(),
            greeted: None,
            called: None,
            own: VecDeque::new(),
            tell: Box::new(tell),
        };
        (Baton(to), conductor)
    }

    /// Conducts until the last baton is dropped. Then a running turn is cut, and what was heard of it logged.
    pub async fn run(mut self) {
        loop {
            match self.next().await {
                Wake::Event(Some(event)) => self.take(event),
                Wake::Event(None) => break,
                Wake::Token(event) => self.token(event),
                Wake::Report(report) => self.report(report),
                Wake::Transcript(result) => {
                    if let Some(pending) = self.transcript.take() {
                        let result = result.map(|heard| self.without_call(self.unless_own(heard)));
                        self.called = None;
                        self.spoken.1.transcript_ms = Some(self.since(self.spoken.0));
                        self.own.push_back(Event::Transcribed { turn: pending.turn, result });
                    }
                }
            }
            self.settle();
        }
        self.own.push_back(Event::Stop);
        self.settle();
    }

    /// Waits for the next thing that happens. Cancelling it loses nothing: every branch is a channel.
    async fn next(&mut self) -> Wake {
        let Self { inbox, turn, transcript, .. } = self;
        let (mut tokens, mut reports) = (None, None);
        if let Some(turn) = turn {
            if turn.wants_tokens() {
                tokens = turn.tokens.as_mut();
            }
            reports = Some(&mut turn.reports.1);
        }
        tokio::select! {
            biased;
            event = inbox.recv() => Wake::Event(event),
            Some(report) = recv(reports) => Wake::Report(report),
            result = answer(transcript.as_mut()) => Wake::Transcript(result),
            token = recv(tokens) => Wake::Token(token),
        }
    }

    /// Takes an event from outside.
    fn take(&mut self, event: Event) {
        let (model, ears) = (self.ports.model.get().is_some(), self.ports.ears.get().is_some());
        if (model, ears) != (self.stage.model, self.stage.ears) {
            self.own.push_back(Event::Parts { model, ears });
        }
        match &event {
            Event::Speech { event: VadEvent::Ended(_), silence_ms, why } => {
                self.spoke(Some(*silence_ms), *why);
            }
            Event::TalkReleased(Some(_)) => self.spoke(None, Some(EndOfTurn::Released)),
            _ => {}
        }
        match event {
            Event::Playback(event) => self.playback(event),
            Event::Called(phrase) => self.called = Some(phrase),
            Event::Paused(text) => {
                let text = self.after_call(&text).to_owned();
                self.own.push_back(Event::Paused(text));
            }
            Event::Understood(partial) if self.is_own(&partial.text()) => {
                self.own.push_back(Event::Echoed);
            }
            event => self.own.push_back(event),
        }
    }

    /// The person stopped speaking, a certain silence ago.
    fn spoke(&mut self, silence_ms: Option<Millis>, why: Option<EndOfTurn>) {
        let since = self.ports.clock.now().saturating_sub(silence_ms.unwrap_or_default());
        self.spoken =
            (since, Timings { endpoint_ms: silence_ms, end_of_turn: why, ..Timings::default() });
    }

    fn since(&self, start: Millis) -> Millis {
        self.ports.clock.now().saturating_sub(start)
    }

    /// Steps through everything that is known, and moves the turn on, until there is nothing left to do.
    fn settle(&mut self) {
        loop {
            while let Some(event) = self.own.pop_front() {
                let (stage, effects) = step(std::mem::take(&mut self.stage), event);
                self.stage = stage;
                for effect in effects {
                    self.run_effect(effect);
                }
            }
            self.hand_on();
            if self.own.is_empty() {
                return;
            }
        }
    }

    fn run_effect(&mut self, effect: Effect) {
        match effect {
            Effect::Transcribe { turn, speech } => self.transcribe(turn, speech),
            Effect::DropTranscript(of) => {
                if let Some(pending) = self.transcript.take_if(|pending| pending.turn == of) {
                    pending.cancel.cancel();
                }
            }
            Effect::WantEars => (self.tell)(Update::EarsWanted),
            Effect::Heard(text) => (self.tell)(Update::Heard(text)),
            Effect::Begin { turn, cause } => {
                if let Err(problem) = self.begin(turn, cause) {
                    // Told here, because there is no turn that could end with it.
                    (self.tell)(Update::TurnFailed { turn, problem: problem.clone() });
                    self.own.push_back(Event::Broke { turn, problem });
                }
            }
            Effect::Understood(partial) => {
                let text = partial.text();
                let called = text.len() - self.after_call(&text).len();
                (self.tell)(Update::Understood(partial.without(called)));
                self.read_ahead(&text);
            }
            Effect::Guess(text) => self.guess(&text),
            Effect::Forget => self.guess = None,
            Effect::Think(turn) => {
                if let Err(problem) = self.think(turn) {
                    self.own.push_back(Event::Broke { turn, problem });
                }
            }
            Effect::Recite { turn, text } => self.recite(turn, &text),
            Effect::Finish(turn) => self.end(turn, false, None),
            Effect::Cut(turn) => self.end(turn, true, None),
            Effect::Fail { turn, problem } => self.end(turn, true, Some(problem)),
            Effect::Change(change) => {
                if let Err(problem) = self.change(change) {
                    (self.tell)(Update::Notice(problem));
                }
            }
            Effect::Duck(down) => self.ports.playback.duck(down),
            Effect::Hearing(hearing) => (self.tell)(Update::Hearing(hearing)),
            Effect::Notice(problem) => (self.tell)(Update::Notice(problem)),
        }
    }

    /// These are the words that she is just saying.
    fn is_own(&self, heard: &str) -> bool {
        let own = self.turn.as_ref().is_some_and(|turn| turn.is_saying(heard));
        if own {
            tracing::trace!(heard, "an echo of her own words");
        }
        own
    }

    /// Speech over a reply that turns out to be the reply was nobody's.
    fn unless_own(&self, heard: Transcript) -> Transcript {
        if self.is_own(&heard.text) { Transcript::default() } else { heard }
    }

    /// What was said, without what woke her.
    fn after_call<'a>(&self, text: &'a str) -> &'a str {
        self.called.as_ref().and_then(|phrase| phrase.after(text)).unwrap_or(text)
    }

    fn without_call(&self, mut heard: Transcript) -> Transcript {
        heard.text = self.after_call(&heard.text).to_owned();
        heard
    }

    fn transcribe(&mut self, turn: TurnId, speech: Utterance) {
        let Some(ears) = self.ports.ears.get() else {
            let result = Err(gone("the recogniser"));
            self.own.push_back(Event::Transcribed { turn, result });
            return;
        };
        let (to, result) = oneshot::channel();
        let cancel = Cancel::new();
        self.transcript = Some(Pending { turn, cancel: cancel.clone(), result });
        // A refused answer means that nobody waits for it any more.
        ears.transcribe(speech, Box::new(move |result| drop(to.send(result))), cancel);
    }
}

/// A conductor that is dropped in the middle of a turn (its task was aborted) still silences it, and lets go of its channels
/// before its parts: those join their threads, which may be waiting for room at the speakers or for the next token to be
/// taken.
impl Drop for Conductor {
    fn drop(&mut self) {
        self.inbox.close();
        if let Some(turn) = self.turn.take() {
            turn.cancel.cancel();
            self.ports.playback.cut(turn.id);
        }
    }
}

/// The next message, or never, where there is no channel to wait on. `None` when the channel's other end is gone.
async fn recv<T>(channel: Option<&mut mpsc::Receiver<T>>) -> Option<T> {
    match channel {
        Some(channel) => channel.recv().await,
        None => std::future::pending().await,
    }
}

/// The transcript that is waited for, or never.
async fn answer(pending: Option<&mut Pending>) -> Result<Transcript, Problem> {
    match pending {
        Some(pending) => {
            (&mut pending.result).await.unwrap_or_else(|_| Err(gone("the recogniser")))
        }
        None => std::future::pending().await,
    }
}

/// A part is not there any more.
fn gone(part: &str) -> Problem {
    Problem::new(
        ProblemKind::NotReady,
        format!("{part} is not there any more"),
        "wait until it is ready, or choose another one in the settings",
    )
}
