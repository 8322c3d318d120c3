//! The pure heart: one event, one step. No clock, no IO, no channel; every race of a conversation is a table test of this.
//!
//! Promises, held by property tests: at most one turn runs; every turn that begins ends exactly once, in [`Effect::Finish`],
//! [`Effect::Cut`] or [`Effect::Fail`]; after that nothing is ever asked for it again. Events of other turns change nothing.

use domain::{Partial, Problem, ProblemKind, TurnId, Utterance, VadEvent};

use crate::event::{Cause, Change, Event};
use crate::over::Over;
use crate::stage::{By, Ear, Hearing, Phase, Stage, Work};

/// Something for the shell to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Write down what the person said.
    Transcribe {
        /// The turn that it will begin.
        turn: TurnId,
        /// What they said.
        speech: Utterance,
    },
    /// Nobody wants that transcript any more.
    DropTranscript(TurnId),
    /// There are no ears: offer some.
    WantEars,
    /// Show what was understood.
    Heard(String),
    /// A turn begins: log what the person said.
    Begin {
        /// Which.
        turn: TurnId,
        /// Why.
        cause: Cause,
    },
    /// The person's message begins with these words, and they are still speaking: show them, and read what the prompt will hold before
    /// them.
    Understood(Partial),
    /// Prepare a reply to this, which may be all that the person is going to say: nothing is logged, told or spoken.
    Guess(String),
    /// It was not all, or it does not matter any more: drop what was prepared.
    Forget,
    /// Ask the language model for the turn's reply, or take the one that was prepared, where that answers the same.
    Think(TurnId),
    /// Deliver a text that is already there as the turn's reply.
    Recite {
        /// The turn.
        turn: TurnId,
        /// The text, with its tags.
        text: String,
    },
    /// The turn ends because all of it was heard: log the reply.
    Finish(TurnId),
    /// The turn ends because the person wants something else: silence it at once, log what was heard.
    Cut(TurnId),
    /// The turn ends because something failed: silence it, log what was heard, say why.
    Fail {
        /// The turn.
        turn: TurnId,
        /// Why.
        problem: Problem,
    },
    /// Change what is shown.
    Change(Change),
    /// Lower the voice (`true`) or raise it again.
    Duck(bool),
    /// The microphone button shows something else.
    Hearing(Hearing),
    /// Tell the person.
    Notice(Problem),
}

/// Longest speech that is put together from several utterances (two minutes).
const LONGEST_SPEECH: usize = 120 * Utterance::RATE as usize;

/// Advances the conversation by one event.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one arm for every event")]
pub fn step(mut stage: Stage, event: Event) -> (Stage, Vec<Effect>) {
    let (hearing, ducked) = (stage.hearing(), stage.ducked());
    let mut effects = Vec::new();
    match event {
        Event::Say { .. }
        | Event::Regenerate
        | Event::GoOn
        | Event::Speak(_)
        | Event::Replay { .. }
        | Event::Greet(_) => {
            if let Some(cause) = cause(event) {
                stage.answer(cause, &mut effects);
            }
        }
        Event::Stop => stage.stop(&mut effects),
        Event::Change(change) => {
            stage.stop(&mut effects);
            effects.push(Effect::Change(change));
        }
        Event::MicOpened => stage.mic = true,
        Event::Asleep(asleep) => stage.asleep = asleep,
        Event::MicClosed => {
            (stage.mic, stage.asleep) = (false, false);
            stage.close_ear();
        }
        Event::TalkPressed => stage.talk_pressed(&mut effects),
        Event::TalkReleased(Some(speech)) => stage.speech_ended(speech, &mut effects),
        Event::TalkReleased(None) => stage.talk_released_in_vain(),
        Event::Speech { event, .. } => stage.speech(event, &mut effects),
        Event::Understood(partial) => {
            let text = partial.text();
            stage.understood_over(&text, &mut effects);
            if matches!(stage.phase, Phase::Listening(_)) && !text.trim().is_empty() {
                effects.push(Effect::Understood(partial));
            }
        }
        Event::Echoed => stage.echoed_over(),
        Event::Paused(text) => stage.guess(text, &mut effects),
        Event::Resumed => stage.forget(&mut effects),
        Event::Parts { model, ears } => {
            (stage.model, stage.ears) = (model, ears);
            stage.go_on_waiting(&mut effects);
        }
        Event::ModelFailed(problem) => {
            if let Phase::Replying { turn, work: Work::Waiting, .. } = stage.phase {
                stage.fail(turn, problem, &mut effects);
            }
        }
        Event::EarsFailed(problem) => {
            if let Phase::Transcribing { waiting: true, over, .. } = stage.phase {
                stage.phase = listening(over);
                effects.push(Effect::Notice(problem));
            }
        }
        Event::Transcribed { turn, result } => {
            stage.transcribed(turn, result.map(|transcript| transcript.text), &mut effects);
        }
        Event::Written(of) => {
            if let Phase::Replying { turn, work, .. } = &mut stage.phase
                && *turn == of
            {
                *work = Work::Written;
            }
        }
        Event::Delivered(of) => {
            if let Phase::Replying { turn, work: Work::Written, over } = &stage.phase
                && *turn == of
            {
                effects.push(Effect::Finish(*turn));
                stage.phase = afterwards(over.clone());
            }
        }
        Event::Broke { turn, problem } => {
            if stage.turn() == Some(turn) {
                stage.fail(turn, problem, &mut effects);
            }
        }
        Event::Follow(speaker) => {
            // Whoever begins to speak now has the word.
            if stage.phase == Phase::Idle {
                stage.answer(Cause::Follow(speaker), &mut effects);
            }
        }
        // The shell deals with these by itself.
        Event::Playback(_) | Event::PartsChanged | Event::Called(_) => {}
    }
    if !stage.awaits_words() && !effects.iter().any(|effect| matches!(effect, Effect::Think(_))) {
        stage.forget(&mut effects);
    }
    if stage.ducked() != ducked {
        effects.push(Effect::Duck(!ducked));
    }
    if stage.hearing() != hearing {
        effects.push(Effect::Hearing(stage.hearing()));
    }
    (stage, effects)
}

/// Why a turn begins with this event; `None` where it does not, or where there is nothing to say.
fn cause(event: Event) -> Option<Cause> {
    let cause = match event {
        Event::Say { text, instead_of } => Cause::Typed { text, instead_of },
        Event::Regenerate => Cause::Again,
        Event::GoOn => Cause::On,
        Event::Speak(who) => Cause::Chosen(who),
        Event::Replay { message, text } => Cause::Replay { message, text },
        Event::Greet(text) => Cause::Greeting(text),
        _ => return None,
    };
    match &cause {
        Cause::Typed { text, .. } | Cause::Replay { text, .. } | Cause::Greeting(text)
            if text.trim().is_empty() =>
        {
            None
        }
        _ => Some(cause),
    }
}

/// What follows a reply that is out of the way.
fn afterwards(over: Option<Over>) -> Phase {
    match over {
        Some(Over::Weighed { turn, speech }) => {
            Phase::Transcribing { turn, speech, waiting: false, over: None }
        }
        over => listening(over.and_then(|over| over.ear())),
    }
}

/// Listening, or idle where nobody speaks.
fn listening(ear: Option<Ear>) -> Phase {
    ear.map_or(Phase::Idle, Phase::Listening)
}

impl Stage {
    /// Ends whatever is going on, and says whether the person is speaking meanwhile.
    pub(crate) fn settle(&mut self, effects: &mut Vec<Effect>) -> Option<Ear> {
        match std::mem::take(&mut self.phase) {
            Phase::Idle => None,
            Phase::Listening(ear) => Some(ear),
            Phase::Transcribing { turn, waiting, over, .. } => {
                if !waiting {
                    effects.push(Effect::DropTranscript(turn));
                }
                over
            }
            Phase::Replying { turn, over, .. } => {
                effects.push(Effect::Cut(turn));
                if let Some(Over::Weighed { turn, .. }) = over {
                    effects.push(Effect::DropTranscript(turn));
                }
                over.and_then(|over| over.ear())
            }
        }
    }

    /// Ends whatever is going on. What is said over a reply that is stopped is still heard; what is being listened to is dropped.
    fn stop(&mut self, effects: &mut Vec<Effect>) {
        let replying = self.turn().is_some();
        let ear = self.settle(effects);
        self.phase = listening(ear.filter(|_| replying));
    }

    /// The person wants an answer to something new. Speech that is not certain yet may interrupt it in turn.
    fn answer(&mut self, cause: Cause, effects: &mut Vec<Effect>) {
        let ear = self.settle(effects);
        let turn = self.take_turn();
        self.begin(turn, cause, ear.filter(|ear| !ear.sure).map(|_| Over::Noticed), effects);
    }

    pub(crate) fn begin(
        &mut self,
        turn: TurnId,
        cause: Cause,
        over: Option<Over>,
        effects: &mut Vec<Effect>,
    ) {
        let given = match &cause {
            Cause::Greeting(text) | Cause::Replay { text, .. } => Some(text.clone()),
            _ => None,
        };
        effects.push(Effect::Begin { turn, cause });
        let work = match given {
            Some(text) => {
                effects.push(Effect::Recite { turn, text });
                Work::Writing
            }
            None if self.model => {
                // Whatever was prepared is taken or dropped with this.
                self.guessing = false;
                effects.push(Effect::Think(turn));
                Work::Writing
            }
            None => Work::Waiting,
        };
        self.phase = Phase::Replying { turn, work, over };
    }

    fn fail(&mut self, turn: TurnId, problem: Problem, effects: &mut Vec<Effect>) {
        effects.push(Effect::Fail { turn, problem });
        let over = match std::mem::take(&mut self.phase) {
            Phase::Replying { over, .. } => over,
            _ => None,
        };
        self.phase = afterwards(over);
    }

    pub(crate) fn take_turn(&mut self) -> TurnId {
        let turn = self.next;
        self.next = turn.next();
        turn
    }

    /// Speech is heard or written down, so that it is still open what there will be to answer.
    fn awaits_words(&self) -> bool {
        matches!(self.phase, Phase::Listening(_) | Phase::Transcribing { over: None, .. })
    }

    /// They pause, and may have finished.
    fn guess(&mut self, text: String, effects: &mut Vec<Effect>) {
        if self.model && self.awaits_words() && !text.trim().is_empty() {
            self.guessing = true;
            effects.push(Effect::Guess(text));
        }
    }

    fn forget(&mut self, effects: &mut Vec<Effect>) {
        if std::mem::take(&mut self.guessing) {
            effects.push(Effect::Forget);
        }
    }

    fn talk_pressed(&mut self, effects: &mut Vec<Effect>) {
        if let Phase::Transcribing { over, .. } = &mut self.phase {
            *over = Some(Ear::BUTTON);
        } else {
            self.settle(effects);
            self.phase = Phase::Listening(Ear::BUTTON);
        }
    }

    fn talk_released_in_vain(&mut self) {
        match &mut self.phase {
            Phase::Listening(Ear { by: By::Button, .. }) => self.phase = Phase::Idle,
            Phase::Transcribing { over: over @ Some(Ear { by: By::Button, .. }), .. } => {
                *over = None;
            }
            _ => {}
        }
    }

    fn close_ear(&mut self) {
        match &mut self.phase {
            Phase::Listening(_) => self.phase = Phase::Idle,
            Phase::Transcribing { over, .. } => *over = None,
            Phase::Replying { .. } => self.fades_over(),
            Phase::Idle => {}
        }
    }

    fn speech(&mut self, event: VadEvent, effects: &mut Vec<Effect>) {
        match event {
            VadEvent::Started => match &mut self.phase {
                Phase::Idle => self.phase = Phase::Listening(Ear::MAYBE),
                Phase::Transcribing { over: over @ None, .. } => *over = Some(Ear::MAYBE),
                Phase::Replying { .. } => self.begins_over(effects),
                _ => {}
            },
            VadEvent::Confirmed => match &mut self.phase {
                Phase::Listening(ear) | Phase::Transcribing { over: Some(ear), .. } => {
                    ear.sure = true;
                }
                Phase::Replying { .. } => self.lasts_over(effects),
                _ => {}
            },
            VadEvent::Faded => match &mut self.phase {
                Phase::Listening(Ear::MAYBE) => self.phase = Phase::Idle,
                Phase::Transcribing { over: over @ Some(Ear::MAYBE), .. } => *over = None,
                Phase::Replying { .. } => self.fades_over(),
                _ => {}
            },
            VadEvent::Ended(speech) if self.ends_over(&speech, effects) => {}
            VadEvent::Ended(speech) => self.speech_ended(speech, effects),
        }
    }

    /// The person has said something to the end. Ignored when idle: it was stopped while they spoke.
    fn speech_ended(&mut self, speech: Utterance, effects: &mut Vec<Effect>) {
        let speech = match &self.phase {
            Phase::Idle => return,
            // They went on before the first part was written down: it belongs together.
            Phase::Transcribing { speech: before, .. } => {
                joined(before, &speech).unwrap_or_else(|| {
                    effects.push(Effect::Notice(too_long()));
                    speech
                })
            }
            Phase::Listening(_) | Phase::Replying { .. } => speech,
        };
        self.settle(effects);
        let turn = self.take_turn();
        if self.ears {
            effects.push(Effect::Transcribe { turn, speech: speech.clone() });
        } else {
            effects.push(Effect::WantEars);
        }
        self.phase = Phase::Transcribing { turn, speech, waiting: !self.ears, over: None };
    }

    fn transcribed(
        &mut self,
        of: TurnId,
        result: Result<String, Problem>,
        effects: &mut Vec<Effect>,
    ) {
        if self.weighed(of, &result, effects) {
            return;
        }
        let over = match self.phase {
            Phase::Transcribing { turn, waiting: false, over, .. } if turn == of => over,
            _ => return,
        };
        self.phase = listening(over);
        match result {
            Err(problem) => effects.push(Effect::Notice(problem)),
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => {
                effects.push(Effect::Heard(text.clone()));
                if over.is_some_and(|ear| ear.sure) {
                    // They are already saying more: this part is kept, and answered together with that.
                    effects.push(Effect::Begin { turn: of, cause: Cause::Spoken(text) });
                    effects.push(Effect::Cut(of));
                } else {
                    self.begin(of, Cause::Spoken(text), over.map(|_| Over::Noticed), effects);
                }
            }
        }
    }

    /// Parts have come or gone: what waited for one that is there now goes on.
    fn go_on_waiting(&mut self, effects: &mut Vec<Effect>) {
        match &mut self.phase {
            Phase::Replying { turn, work: work @ Work::Waiting, .. } if self.model => {
                *work = Work::Writing;
                effects.push(Effect::Think(*turn));
            }
            Phase::Transcribing { turn, speech, waiting: waiting @ true, .. } if self.ears => {
                *waiting = false;
                effects.push(Effect::Transcribe { turn: *turn, speech: speech.clone() });
            }
            _ => {}
        }
    }
}

/// Two utterances as one; `None` where that would be too long.
fn joined(first: &Utterance, second: &Utterance) -> Option<Utterance> {
    let fits = first.pcm.len() + second.pcm.len() <= LONGEST_SPEECH;
    fits.then(|| Utterance { pcm: first.pcm.iter().chain(second.pcm.iter()).copied().collect() })
}

fn too_long() -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        "more than two minutes of speech were waiting to be written down, and only the last part is kept",
        "say the first part again, or wait until recognition is ready",
    )
}
