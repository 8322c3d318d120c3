//! A turn ends: it is silenced where it still speaks, and what was heard of it is logged.

use domain::{Problem, Role, TurnId};

use super::Conductor;
use crate::turn::{Progress, Turn};
use crate::update::Update;

impl Conductor {
    /// Ends a turn. With `cut` it is silenced first, and only what was heard is kept; with a `failure` that is told.
    pub(super) fn end(&mut self, id: TurnId, cut: bool, mut failure: Option<Problem>) {
        self.take_reports();
        // Where there is none it never began, and that was told.
        let Some(mut turn) = self.turn.take_if(|turn| turn.id == id) else { return };
        turn.cancel.cancel();
        turn.tokens = None;
        let voiced = turn.voice.is_some();
        let heard = (cut && voiced).then(|| self.ports.playback.cut(id));
        if cut && !voiced {
            // Without a voice everything that was displayed has been read.
            let rest = turn.scribe.finish();
            turn.take(rest);
        }
        let text = turn.heard(heard);
        let whole = turn.progress != Progress::Writing && text == delivery::tagged(&turn.lines);
        let interrupted = cut && !whole;
        let mut message = turn.logged.take();
        if let Some(greeting) = message.as_ref().filter(|_| turn.greets) {
            // Before her first word nobody interrupted her: they had read it.
            let part = interrupted && voiced && !text.is_empty();
            self.greeted = part.then(|| (greeting.id, text.clone()));
        }
        if message.is_none() && !text.is_empty() {
            match self.append(Role::Character, turn.parent, text, interrupted, turn.speaker.clone())
            {
                Ok(reply) => message = Some(reply),
                Err(problem) => failure = failure.or(Some(problem)),
            }
        }
        turn.timings.total_ms = self.since(turn.since);
        record(&turn, interrupted);
        let (failed, kept) = (failure.is_some(), message.is_some());
        if turn.leads_on && kept && !cut && !failed {
            self.lead_on();
        }
        let timings = turn.timings;
        (self.tell)(match failure {
            Some(problem) => Update::TurnFailed { turn: id, problem },
            None => Update::TurnFinished { turn: id, message, interrupted, timings },
        });
        // The page cannot know what a failed turn left behind, nor that an older answer is shown again.
        if (failed && kept) || (turn.another && !kept) {
            self.show(self.scene.leaf);
        }
    }

    /// A greeting is logged when it begins, as it stands on the card. Where it was interrupted, what is said next answers the
    /// part that was heard: that becomes a sibling of the whole, and the end of the branch.
    pub(super) fn answer_what_was_heard(&mut self) -> Result<(), Problem> {
        let Some((greeting, heard)) = self.greeted.take() else { return Ok(()) };
        if self.scene.leaf == Some(greeting) {
            let parent = self.message(greeting)?.parent;
            let part = self.append(Role::Character, parent, heard, true, None)?;
            self.show(Some(part.id));
        }
        Ok(())
    }
}

/// Writes what the turn took into its span. What was said stays out of the logs.
fn record(turn: &Turn, interrupted: bool) {
    let timings = &turn.timings;
    if let Some(ms) = timings.first_token_ms {
        turn.span.record("first_token_ms", ms);
    }
    if let Some(ms) = timings.first_audio_ms {
        turn.span.record("first_audio_ms", ms);
    }
    if let Some(rate) = timings.tokens_per_s {
        turn.span.record("tokens_per_s", rate);
    }
    turn.span.record("total_ms", timings.total_ms).record("interrupted", interrupted);
    tracing::info!(
        parent: &turn.span,
        prompt_tokens = timings.prompt_tokens,
        reused_tokens = timings.reused_tokens,
        reply_tokens = timings.reply_tokens,
        lines = turn.lines.len(),
        "the turn is over"
    );
}
