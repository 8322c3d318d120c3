//! A turn goes on: text comes in, lines go out, the speakers report.

use domain::{FinishReason, Millis, PlaybackEvent, Problem, ProblemKind, ReplyEvent, TurnId};

use super::Conductor;
use crate::event::Event;
use crate::sinks::{Report, Sound};
use crate::turn::Progress;
use crate::update::Update;

impl Conductor {
    /// More text to display, unless it was all held back.
    pub(super) fn tell_text(&mut self, turn: TurnId, text: String) {
        if !text.is_empty() {
            (self.tell)(Update::TextDelta { turn, text });
        }
    }

    /// The model has sent something; `None` where it went away without a word.
    pub(super) fn token(&mut self, event: Option<ReplyEvent>) {
        let now = self.ports.clock.now();
        let Some(turn) = &mut self.turn else { return };
        let id = turn.id;
        match event {
            Some(ReplyEvent::Started { prompt_tokens, reused_tokens, .. }) => {
                (turn.timings.prompt_tokens, turn.timings.reused_tokens) =
                    (prompt_tokens, reused_tokens);
            }
            Some(ReplyEvent::Text(text)) => {
                turn.timings.first_token_ms.get_or_insert(now.saturating_sub(turn.since));
                let delivered = turn.scribe.push(&text);
                let text = turn.take(delivered);
                self.tell_text(id, text);
            }
            Some(ReplyEvent::Finished(reason, stats)) => {
                turn.timings.prompt_tokens = stats.prompt_tokens;
                turn.timings.reused_tokens = stats.reused_tokens;
                turn.timings.reply_tokens = stats.reply_tokens;
                turn.timings.tokens_per_s = (stats.decode_ms > 0.0)
                    .then(|| stats.reply_tokens as f32 * 1000.0 / stats.decode_ms);
                turn.tokens = None;
                let delivered = turn.scribe.finish();
                let text = turn.take(delivered);
                tracing::debug!(parent: &turn.span, ?reason, unknown_tags = turn.scribe.unknown_tags(), "written");
                self.tell_text(id, text);
                self.written_by_model(id, reason);
            }
            Some(ReplyEvent::Failed(problem)) => {
                self.own.push_back(Event::Broke { turn: id, problem });
            }
            None => {
                turn.tokens = None;
                let problem = Problem::new(
                    ProblemKind::Internal,
                    "the language model stopped in the middle of its reply",
                    "say it again; if it happens again, choose another model or start the app again",
                );
                self.own.push_back(Event::Broke { turn: id, problem });
            }
        }
    }

    fn written_by_model(&mut self, id: TurnId, reason: FinishReason) {
        let said_nothing = self.turn.as_ref().is_some_and(|turn| turn.lines.is_empty());
        if !said_nothing {
            self.written(id);
            return;
        }
        let problem = match reason {
            FinishReason::Length => Problem::new(
                ProblemKind::Invalid,
                "the reply was at its end before it said anything",
                "allow longer replies in the settings, or choose a model with a longer context",
            ),
            _ => Problem::new(
                ProblemKind::Internal,
                "the model answered with nothing",
                "ask for another answer, or choose another model",
            ),
        };
        self.own.push_back(Event::Broke { turn: id, problem });
    }

    pub(super) fn written(&mut self, id: TurnId) {
        if let Some(turn) = &mut self.turn {
            turn.progress = Progress::Written;
        }
        self.own.push_back(Event::Written(id));
    }

    /// Gives lines to the voice while it has room, or shows them where there is no voice.
    pub(super) fn hand_on(&mut self) {
        let now = self.ports.clock.now();
        let Some(turn) = &mut self.turn else { return };
        while let Some(line) = turn.next_line() {
            if !line.speech.is_empty() {
                turn.timings.first_line_ms.get_or_insert(now.saturating_sub(turn.since));
            }
            if let Some(voice) = turn.voice.clone() {
                turn.speaking += 1;
                let sink = Sound {
                    line: line.id,
                    playback: self.ports.playback.clone(),
                    reports: turn.reports.0.clone(),
                    cancel: turn.cancel.clone(),
                    samples: 0,
                    done: false,
                };
                let cancel = turn.cancel.clone();
                turn.span.in_scope(|| voice.speak(line, Box::new(sink), cancel));
            } else {
                let id = line.id;
                (self.tell)(Update::LineStarted { line, visemes: vec![], duration_ms: None });
                (self.tell)(Update::LineEnded(id));
            }
        }
        if turn.is_handed_on() {
            turn.progress = Progress::HandedOn;
            if turn.voice.is_some() {
                self.ports.playback.finish(turn.id);
            } else {
                self.own.push_back(Event::Delivered(turn.id));
            }
        }
    }

    pub(super) fn report(&mut self, report: Report) {
        let Some(turn) = &mut self.turn else { return };
        match report {
            Report::Length(line, length) => turn.set_length(line, length),
            Report::Done => turn.speaking = turn.speaking.saturating_sub(1),
            Report::Failed(problem) => {
                // One line that cannot be spoken is rarely alone: it is told once a turn.
                if !std::mem::replace(&mut turn.voice_failed, true) {
                    (self.tell)(Update::Notice(problem));
                }
            }
        }
    }

    /// Takes what the voice has reported by now: it belongs before what is heard of it.
    pub(super) fn take_reports(&mut self) {
        while let Some(report) = self.turn.as_mut().and_then(|turn| turn.reports.1.try_recv().ok())
        {
            self.report(report);
        }
    }

    pub(super) fn playback(&mut self, event: PlaybackEvent) {
        match event {
            PlaybackEvent::DeviceLost(problem) => return (self.tell)(Update::Notice(problem)),
            PlaybackEvent::DeviceBack => return tracing::info!("the speakers are back"),
            PlaybackEvent::Drained(turn) => return self.own.push_back(Event::Delivered(turn)),
            _ => {}
        }
        self.take_reports();
        let now = self.ports.clock.now();
        let Some(turn) = &mut self.turn else { return };
        match event {
            PlaybackEvent::LineStarted { line: id, visemes } => {
                let Some(line) = turn.line(id).cloned() else { return };
                turn.reach(id, 0);
                if !line.speech.is_empty() {
                    turn.timings.first_audio_ms.get_or_insert(now.saturating_sub(turn.since));
                }
                let duration_ms = turn.length_of(id);
                (self.tell)(Update::LineStarted { line, visemes, duration_ms });
            }
            PlaybackEvent::Visemes { line, visemes } if turn.line(line).is_some() => {
                (self.tell)(Update::Visemes { line, visemes });
            }
            PlaybackEvent::Playhead { line, at_ms } if turn.line(line).is_some() => {
                turn.reach(line, at_ms);
                (self.tell)(Update::Playhead { line, at_ms });
            }
            PlaybackEvent::LineEnded { line } if turn.line(line).is_some() => {
                turn.reach(line, Millis::MAX);
                (self.tell)(Update::LineEnded(line));
            }
            // A line of a turn that is over.
            _ => {}
        }
    }
}
