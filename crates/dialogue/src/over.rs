//! Speech over a reply: lowered at once, cut when it is certain, raised again after a cough or a nod.
//!
//! ```text
//!   Noticed ──a word, or lasts──▶ (cut, listen)          Faded ──▶ (raise)
//!      │                                                    ▲
//!      ├──only nods, or an echo─▶ Nodding ──a word──▶ (cut) │
//!      └──ends before it lasted──▶ Weighed ──nothing, nods──┘
//!                                     └──words──▶ (cut, answer)
//! ```

use domain::{Problem, TurnId, Utterance};

use crate::event::Cause;
use crate::nods::only_nods;
use crate::stage::{Ear, Phase, Stage};
use crate::step::Effect;

/// The person speaks while a reply is running; the voice is lowered meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub enum Over {
    /// Something was noticed; it may be a cough.
    Noticed,
    /// All that was understood so far only says that they listen, or is her own voice.
    Nodding,
    /// It ended before it was certain, and is being written down.
    Weighed {
        /// The turn that it will begin, where it turns out to be meant.
        turn: TurnId,
        /// What was said.
        speech: Utterance,
    },
}

impl Over {
    /// What is known of whoever speaks, once the reply is out of the way.
    pub(crate) fn ear(&self) -> Option<Ear> {
        match self {
            Self::Noticed | Self::Nodding => Some(Ear::MAYBE),
            Self::Weighed { .. } => None,
        }
    }
}

impl Stage {
    /// Speech begins over the reply that is running.
    pub(crate) fn begins_over(&mut self, effects: &mut Vec<Effect>) {
        let Phase::Replying { over, .. } = &mut self.phase else { return };
        match over.take() {
            // Speaking up twice is no nod: the first part is heard to its end, and this one after it.
            Some(Over::Weighed { turn, speech }) => {
                self.settle(effects);
                self.phase =
                    Phase::Transcribing { turn, speech, waiting: false, over: Some(Ear::MAYBE) };
            }
            before => *over = before.or(Some(Over::Noticed)),
        }
    }

    /// It has lasted. Only what was noticed when it began: speech that was stopped or typed over stays so.
    pub(crate) fn lasts_over(&mut self, effects: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Replying { over: Some(Over::Noticed), .. }) {
            self.settle(effects);
            self.phase = Phase::Listening(Ear::SURE);
        }
    }

    /// It came to nothing.
    pub(crate) fn fades_over(&mut self) {
        if let Phase::Replying { over, .. } = &mut self.phase
            && !matches!(over, Some(Over::Weighed { .. }))
        {
            *over = None;
        }
    }

    /// What was understood of it so far.
    pub(crate) fn understood_over(&mut self, text: &str, effects: &mut Vec<Effect>) {
        let Phase::Replying { over: Some(over @ (Over::Noticed | Over::Nodding)), .. } =
            &mut self.phase
        else {
            return;
        };
        if only_nods(text) {
            *over = Over::Nodding;
        } else if text.chars().any(char::is_alphanumeric) {
            self.settle(effects);
            self.phase = Phase::Listening(Ear::SURE);
        }
    }

    /// All that was understood of it are her own words: as little reason to stop as a nod.
    pub(crate) fn echoed_over(&mut self) {
        if let Phase::Replying { over: Some(over @ Over::Noticed), .. } = &mut self.phase {
            *over = Over::Nodding;
        }
    }

    /// It ended before it was certain: what was it? True where that is being found out.
    pub(crate) fn ends_over(&mut self, speech: &Utterance, effects: &mut Vec<Effect>) -> bool {
        let ears = self.ears;
        let next = self.next;
        let Phase::Replying { over: over @ Some(Over::Noticed | Over::Nodding), .. } =
            &mut self.phase
        else {
            return false;
        };
        if !ears {
            return false;
        }
        *over = Some(Over::Weighed { turn: next, speech: speech.clone() });
        let turn = self.take_turn();
        effects.push(Effect::Transcribe { turn, speech: speech.clone() });
        true
    }

    /// What it was. False where nobody weighed that.
    pub(crate) fn weighed(
        &mut self,
        of: TurnId,
        result: &Result<String, Problem>,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let Phase::Replying { over, .. } = &mut self.phase else { return false };
        if !matches!(over, Some(Over::Weighed { turn, .. }) if *turn == of) {
            return false;
        }
        *over = None;
        match result {
            Err(problem) => effects.push(Effect::Notice(problem.clone())),
            Ok(text) if text.trim().is_empty() || only_nods(text) => {}
            Ok(text) => {
                self.settle(effects);
                effects.push(Effect::Heard(text.clone()));
                self.begin(of, Cause::Spoken(text.clone()), None, effects);
            }
        }
        true
    }
}
