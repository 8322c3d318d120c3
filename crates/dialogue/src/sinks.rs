//! The ends of the workers' threads: they turn calls of a sink into bounded channels and into sound.

use std::sync::Arc;

use domain::{
    Cancel, Flow, LineId, Millis, Playback, Problem, ProblemKind, ReplyEvent, SpeechSink,
    SpokenPart, TokenSink,
};
use tokio::sync::mpsc;

/// Tokens that may wait for the scribe. When they do, the model waits: that is the back-pressure of a slow voice.
pub(crate) const TOKENS: usize = 64;

/// Lines that the voice may have at a time: one that is being played and one ahead of it.
pub(crate) const LINES: usize = 2;

/// Reports of the voice: at most three for each of its lines, so that they never have to wait.
pub(crate) const REPORTS: usize = 4 * LINES;

/// The model's end of a turn.
pub(crate) struct Tokens {
    pub(crate) to: mpsc::Sender<ReplyEvent>,
    pub(crate) cancel: Cancel,
}

impl TokenSink for Tokens {
    fn event(&mut self, event: ReplyEvent) -> Flow {
        if self.cancel.is_cancelled() || self.to.blocking_send(event).is_err() {
            Flow::Stop
        } else {
            Flow::More
        }
    }
}

/// What became of a line that was given to the voice.
#[derive(Debug)]
pub(crate) enum Report {
    /// All of its sound is made; it lasts so long.
    Length(LineId, Millis),
    /// It could not be spoken.
    Failed(Problem),
    /// All of it has gone to the speakers (they have not played it yet).
    Done,
}

/// The voice's end of one line: sound goes straight on to the speakers.
pub(crate) struct Sound {
    pub(crate) line: LineId,
    pub(crate) playback: Arc<dyn Playback>,
    pub(crate) reports: mpsc::Sender<Report>,
    pub(crate) cancel: Cancel,
    /// Samples so far.
    pub(crate) samples: u64,
    /// The last part has been taken.
    pub(crate) done: bool,
}

impl Sound {
    fn report(&self, report: Report) {
        if self.reports.try_send(report).is_err() && !self.cancel.is_cancelled() {
            tracing::warn!(line = self.line.index, "a report of the voice was lost");
        }
    }

    /// Gives the line up: it is shown in its place, without sound.
    fn give_up(&mut self, problem: Problem) {
        self.done = true;
        if self.cancel.is_cancelled() {
            return;
        }
        self.report(Report::Failed(problem));
        let silence = SpokenPart {
            line: self.line,
            pcm: Arc::new([]),
            rate: 16_000,
            visemes: vec![],
            last: true,
        };
        self.playback.play(silence);
        self.report(Report::Done);
    }
}

impl SpeechSink for Sound {
    fn part(&mut self, part: SpokenPart) -> Flow {
        if self.done || self.cancel.is_cancelled() {
            self.done = true;
            return Flow::Stop;
        }
        self.samples += part.pcm.len() as u64;
        let last = part.last;
        if last {
            self.report(Report::Length(
                self.line,
                self.samples * 1000 / u64::from(part.rate.max(1)),
            ));
        }
        let flow = self.playback.play(part);
        if last || flow == Flow::Stop {
            self.done = true;
            self.report(Report::Done);
        }
        flow
    }

    fn failed(&mut self, _line: LineId, problem: Problem) {
        if !self.done {
            self.give_up(problem);
        }
    }
}

/// A voice that dies in the middle of a line must not leave the turn waiting.
impl Drop for Sound {
    fn drop(&mut self) {
        if !self.done {
            self.give_up(Problem::new(
                ProblemKind::Internal,
                "the voice stopped in the middle of a line",
                "go on; if it happens again, choose another voice or start the app again",
            ));
        }
    }
}
