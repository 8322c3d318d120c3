//! Which line is at which sample: the bookkeeping behind every playback event.
//!
//! Pure: positions come in, events come out. A position counts samples of the playing device since it was opened for the
//! first time; the decks differ only in where the positions come from (a sound card, a clock, the end of a file).
//!
//! Two positions matter: what has been *queued* and what has been *heard* (consumed by the device, less its latency).

use std::collections::VecDeque;
use std::ops::Range;

use domain::{Heard, LineId, Millis, PlaybackEvent, TurnId, Viseme};

/// A place on the sample axis. Signed, because a change of rate may move the start of a long line before zero.
pub(crate) type Position = i64;

/// Time between two `Playhead` events.
const PLAYHEAD_EVERY_MS: u64 = 250;
/// How many cut turns are remembered. Turn ids only grow and stragglers come within a second.
const CUT_TURNS: usize = 64;

/// One line on the sample axis.
#[derive(Debug)]
struct Span {
    line: LineId,
    start: Position,
    end: Position,
    /// No more parts will come.
    complete: bool,
    started: bool,
    /// Not reported yet.
    visemes: Vec<Viseme>,
    next_playhead_ms: u64,
}

/// The lines that are queued or being played, in order.
#[derive(Debug)]
pub(crate) struct Timeline {
    rate: u32,
    queued: Position,
    heard: Position,
    spans: VecDeque<Span>,
    /// The line that ended last, and its length in milliseconds: what was heard where a cut falls between two lines.
    last: Option<(LineId, Millis)>,
    finished: VecDeque<TurnId>,
    cut: VecDeque<TurnId>,
}

impl Timeline {
    /// An empty timeline at a rate in samples per second.
    pub(crate) fn new(rate: u32) -> Self {
        Self {
            rate,
            queued: 0,
            heard: 0,
            spans: VecDeque::new(),
            last: None,
            finished: VecDeque::new(),
            cut: VecDeque::new(),
        }
    }

    /// Samples per second.
    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    /// The position after the last queued sample.
    pub(crate) fn queued(&self) -> Position {
        self.queued
    }

    /// True where nothing is left to report.
    pub(crate) fn is_idle(&self) -> bool {
        self.spans.is_empty() && self.finished.is_empty()
    }

    /// True where parts of this turn are to be refused.
    pub(crate) fn is_cut(&self, turn: TurnId) -> bool {
        self.cut.contains(&turn)
    }

    /// True where something of this turn is queued or being played.
    pub(crate) fn holds(&self, turn: TurnId) -> bool {
        self.spans.iter().any(|span| span.line.turn == turn)
    }

    /// A part was queued behind all others. A part of another line ends the line before it (its voice failed half-way).
    pub(crate) fn append(
        &mut self,
        line: LineId,
        samples: usize,
        mut visemes: Vec<Viseme>,
        last: bool,
    ) {
        if self.spans.back().is_none_or(|span| span.line != line) {
            self.close_open_line();
            self.spans.push_back(Span {
                line,
                start: self.queued,
                end: self.queued,
                complete: false,
                started: false,
                visemes: Vec::new(),
                next_playhead_ms: PLAYHEAD_EVERY_MS,
            });
        }
        self.queued += samples as Position;
        if let Some(span) = self.spans.back_mut() {
            span.end = self.queued;
            span.complete = last;
            span.visemes.append(&mut visemes);
        }
    }

    /// No more parts of this turn will come.
    pub(crate) fn finish(&mut self, turn: TurnId) {
        if self.is_cut(turn) || self.finished.contains(&turn) {
            return;
        }
        if self.spans.back().is_some_and(|span| span.line.turn == turn) {
            self.close_open_line();
        }
        self.finished.push_back(turn);
    }

    fn close_open_line(&mut self) {
        if let Some(span) = self.spans.back_mut() {
            span.complete = true;
        }
    }

    /// Everything before `heard` has reached the ear. Never goes back.
    pub(crate) fn advance(&mut self, heard: Position) -> Vec<PlaybackEvent> {
        self.heard = heard.clamp(self.heard, self.queued.max(self.heard));
        let mut events = Vec::new();
        while let Some(span) = self.spans.front_mut() {
            let line = span.line;
            let whole = span.complete && self.heard >= span.end;
            if self.heard > span.start || whole {
                if !span.started {
                    span.started = true;
                    let visemes = std::mem::take(&mut span.visemes);
                    events.push(PlaybackEvent::LineStarted { line, visemes });
                } else if !span.visemes.is_empty() {
                    let visemes = std::mem::take(&mut span.visemes);
                    events.push(PlaybackEvent::Visemes { line, visemes });
                }
                let at_ms = millis(self.heard.min(span.end) - span.start, self.rate);
                if at_ms >= span.next_playhead_ms {
                    span.next_playhead_ms = (at_ms / PLAYHEAD_EVERY_MS + 1) * PLAYHEAD_EVERY_MS;
                    events.push(PlaybackEvent::Playhead { line, at_ms });
                }
            }
            if !whole {
                break;
            }
            events.push(PlaybackEvent::LineEnded { line });
            self.last = Some((line, millis(span.end - span.start, self.rate)));
            self.spans.pop_front();
        }
        while let Some(&turn) = self.finished.front() {
            if self.spans.iter().any(|span| span.line.turn == turn) {
                break;
            }
            self.finished.pop_front();
            events.push(PlaybackEvent::Drained(turn));
        }
        events
    }

    /// Takes a turn out. `consumed` is the position up to which the device has taken samples: the rest of the turn behind
    /// it is removed and everything after moves up. Answers what was heard, and the removed ranges (old positions, in
    /// order) for whoever keeps the samples.
    pub(crate) fn cut(
        &mut self,
        turn: TurnId,
        consumed: Position,
    ) -> (Heard, Vec<Range<Position>>) {
        let heard = self.heard_of(turn);
        if !self.is_cut(turn) {
            if self.cut.len() == CUT_TURNS {
                self.cut.pop_front();
            }
            self.cut.push_back(turn);
        }
        self.finished.retain(|&finished| finished != turn);
        let mut gone = Vec::new();
        let mut shift = 0;
        self.spans.retain_mut(|span| {
            if span.line.turn == turn {
                let from = span.start.max(consumed);
                if span.end > from {
                    gone.push(from..span.end);
                    shift += span.end - from;
                }
                return false;
            }
            span.start -= shift;
            span.end -= shift;
            true
        });
        self.queued -= shift;
        // What the device has taken of the cut line is not in any span any more, but the axis goes on behind it.
        self.heard = self.heard.min(self.queued);
        (heard, gone)
    }

    fn heard_of(&self, turn: TurnId) -> Heard {
        let playing = self.spans.iter().find(|span| span.line.turn == turn && span.started);
        if let Some(span) = playing {
            return Heard {
                turn,
                line: Some(span.line),
                played_ms: millis(self.heard.min(span.end) - span.start, self.rate),
                line_ms: if span.complete { millis(span.end - span.start, self.rate) } else { 0 },
            };
        }
        match self.last {
            Some((line, length)) if line.turn == turn => {
                Heard { turn, line: Some(line), played_ms: length, line_ms: length }
            }
            _ => Heard { turn, line: None, played_ms: 0, line_ms: 0 },
        }
    }

    /// The device has another rate from `pivot` on: every distance from there is stretched.
    pub(crate) fn set_rate(&mut self, rate: u32, pivot: Position) {
        let (old, new) = (i128::from(self.rate), i128::from(rate));
        let moved =
            |position: Position| pivot + (i128::from(position - pivot) * new / old) as Position;
        for span in &mut self.spans {
            span.start = moved(span.start);
            span.end = moved(span.end);
        }
        self.queued = moved(self.queued);
        self.heard = moved(self.heard);
        self.rate = rate;
    }

    /// Sets where the queue ends, after the samples behind `set_rate`'s pivot were converted (rounding).
    pub(crate) fn set_queued(&mut self, queued: Position) {
        if let Some(span) = self.spans.back_mut() {
            span.end = queued.max(span.start);
        }
        self.queued = queued;
        self.heard = self.heard.min(queued);
    }
}

/// Milliseconds of a number of samples.
pub(crate) fn millis(samples: Position, rate: u32) -> Millis {
    (samples.max(0) as u64) * 1000 / u64::from(rate.max(1))
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
