//! The moving parts of one turn: text coming in, lines going out, and what it took.

use std::collections::VecDeque;
use std::sync::Arc;

use delivery::{Delivered, Scribe};
use domain::{
    Cancel, Heard, Lang, Line, LineId, Message, MessageId, Millis, ReplyEvent, Speaker, TurnId,
    Voice,
};
use tokio::sync::mpsc;
use tracing::Span;

use crate::own_words::is_own;
use crate::sinks::{LINES, REPORTS, Report};
use crate::update::Timings;

/// A turn that is running. Dropping it cancels its workers: the flag for those who poll, the closed channels for those
/// who wait.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one turn")]
pub(crate) struct Turn {
    pub(crate) id: TurnId,
    pub(crate) cancel: Cancel,
    pub(crate) span: Span,
    /// The message that the reply hangs from.
    pub(crate) parent: Option<MessageId>,
    /// The branch shown ends at `parent` for now, though the log's does not: another answer is being written.
    pub(crate) another: bool,
    /// Who of several speaks.
    pub(crate) speaker: Option<Speaker>,
    /// Others may speak after this one without the person.
    pub(crate) leads_on: bool,
    /// The reply, where it is in the log already.
    pub(crate) logged: Option<Message>,
    /// It is said for the first time: a greeting, not a line that is heard again.
    pub(crate) greets: bool,
    pub(crate) scribe: Scribe,
    /// The model's text; `None` before it was asked and after it has finished.
    pub(crate) tokens: Option<mpsc::Receiver<ReplyEvent>>,
    /// Who speaks; chosen when the reply begins. `None`: the reply is text.
    pub(crate) voice: Option<Arc<dyn Voice>>,
    /// All lines so far.
    pub(crate) lines: Vec<Line>,
    /// Lines that the voice has no room for yet.
    pub(crate) pending: VecDeque<Line>,
    /// How many lines the voice has.
    pub(crate) speaking: usize,
    pub(crate) reports: (mpsc::Sender<Report>, mpsc::Receiver<Report>),
    /// Length of each line's sound, once known.
    lengths: Vec<Option<Millis>>,
    /// The line that was heard last, and how far, as the speakers' events said.
    reached: Option<(LineId, Millis)>,
    pub(crate) progress: Progress,
    /// Something of the voice failed and was told already.
    pub(crate) voice_failed: bool,
    /// When the person stopped speaking or sent their text, on the conductor's clock.
    pub(crate) since: Millis,
    pub(crate) timings: Timings,
}

/// How far a turn's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// More may come.
    Writing,
    /// It is complete.
    Written,
    /// All of it has been handed on: nothing is left to do but listen.
    HandedOn,
}

impl Turn {
    pub(crate) fn new(id: TurnId, since: Millis, timings: Timings) -> Self {
        Self {
            id,
            cancel: Cancel::new(),
            span: tracing::info_span!(
                "turn",
                turn = id.0,
                first_token_ms = tracing::field::Empty,
                first_audio_ms = tracing::field::Empty,
                total_ms = tracing::field::Empty,
                tokens_per_s = tracing::field::Empty,
                interrupted = tracing::field::Empty,
            ),
            parent: None,
            another: false,
            speaker: None,
            leads_on: false,
            logged: None,
            greets: false,
            scribe: Scribe::new(id, None),
            tokens: None,
            voice: None,
            lines: vec![],
            pending: VecDeque::new(),
            speaking: 0,
            reports: mpsc::channel(REPORTS),
            lengths: vec![],
            reached: None,
            progress: Progress::Writing,
            voice_failed: false,
            since,
            timings,
        }
    }

    /// Says whose reply it is, and its language where that cannot be told from its words. Before any text has come.
    pub(crate) fn speaks(&mut self, name: &str, hint: Option<Lang>) {
        self.scribe = Scribe::new(self.id, hint);
        self.scribe.speaks_as(name);
    }

    /// Whether more text may come: not while lines are waiting for the voice.
    pub(crate) fn wants_tokens(&self) -> bool {
        self.tokens.is_some() && self.pending.len() < LINES
    }

    /// These are words of the lines that she has begun to speak (or was about to, where the speakers are late in saying so).
    pub(crate) fn is_saying(&self, heard: &str) -> bool {
        let Some((reached, _)) = self.reached.filter(|_| self.voice.is_some()) else {
            return false;
        };
        let begun = self.lines.iter().take_while(|line| line.id.index <= reached.index + 1);
        is_own(heard, begun.map(|line| line.speech.as_str()))
    }

    /// Everything that there is to say has gone to the voice and from there to the speakers, or onto the page.
    pub(crate) fn is_handed_on(&self) -> bool {
        self.progress == Progress::Written && self.pending.is_empty() && self.speaking == 0
    }

    /// Takes in what the scribe made; returns the text to display.
    pub(crate) fn take(&mut self, delivered: Delivered) -> String {
        for line in delivered.lines {
            self.lines.push(line.clone());
            self.lengths.push(None);
            self.pending.push_back(line);
        }
        delivered.text
    }

    /// The next line to hand on, where there is one and there is room for it.
    pub(crate) fn next_line(&mut self) -> Option<Line> {
        if self.voice.is_some() && self.speaking >= LINES { None } else { self.pending.pop_front() }
    }

    /// A line of this turn.
    pub(crate) fn line(&self, id: LineId) -> Option<&Line> {
        self.lines.get(id.index as usize).filter(|line| line.id == id)
    }

    pub(crate) fn length_of(&self, id: LineId) -> Option<Millis> {
        self.lengths.get(id.index as usize).copied().flatten()
    }

    /// The sound of a line is complete.
    pub(crate) fn set_length(&mut self, id: LineId, length: Millis) {
        if let Some(slot) = self.lengths.get_mut(id.index as usize) {
            *slot = Some(length);
        }
    }

    /// The speakers have got this far.
    pub(crate) fn reach(&mut self, line: LineId, at_ms: Millis) {
        self.reached = self.reached.max(Some((line, at_ms)));
    }

    /// What was heard of the reply, with its tags. `heard` is what the speakers said when they were cut; events that came
    /// before may know of a later place (speakers that have played everything may have nothing left to cut).
    pub(crate) fn heard(&self, heard: Option<Heard>) -> String {
        let Some(mut heard) = heard else { return delivery::tagged(&self.lines) };
        if let Some((line, at_ms)) = self.reached
            && heard.line.is_none_or(|cut| (cut, heard.played_ms) < (line, at_ms))
        {
            heard = Heard { turn: self.id, line: Some(line), played_ms: at_ms, line_ms: 0 };
        }
        // Until a line's last part has come the speakers know only the beginning of it: better a guess from its text then.
        heard.line_ms = heard.line.and_then(|line| self.length_of(line)).unwrap_or_default();
        delivery::heard(&self.lines, &heard)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
