//! A reply that is prepared while the person may still go on. Nothing of it is logged, told or spoken; if they do go on it is
//! dropped, and nobody ever knew. If they do not, it has a head start.

use std::sync::Arc;

use domain::{
    Ask, Cancel, LanguageModel, Message, MessageId, Problem, ReplyEvent, Role, Speaker, TurnId,
};
use tokio::sync::mpsc;

use super::Conductor;
use crate::sinks::{TOKENS, Tokens};

/// A reply to something that may be all that is said. The bounded channel makes the model wait long before it has gone far;
/// dropping this cancels it.
pub(super) struct Guess {
    /// What it answers.
    text: String,
    parent: Option<MessageId>,
    tokens: mpsc::Receiver<ReplyEvent>,
    cancel: Cancel,
    /// Who of several it is from.
    speaker: Option<Speaker>,
    /// Who writes it.
    model: Arc<dyn LanguageModel>,
    /// It begins inside a thought that the prompt has opened.
    within_thought: bool,
    /// Taken over by a turn.
    taken: bool,
}

impl Drop for Guess {
    fn drop(&mut self) {
        if !self.taken {
            self.cancel.cancel();
        }
    }
}

/// The beginning of a prompt that is being read while the person speaks. Dropping this cancels it.
pub(super) struct Ahead {
    beginning: String,
    cancel: Cancel,
    /// Who reads it.
    model: Arc<dyn LanguageModel>,
    /// A prompt goes on from it.
    taken: bool,
}

impl Drop for Ahead {
    fn drop(&mut self) {
        if !self.taken {
            self.cancel.cancel();
        }
    }
}

impl Ahead {
    fn is(&self, beginning: &str, model: &Arc<dyn LanguageModel>) -> bool {
        self.beginning == beginning && Arc::ptr_eq(&self.model, model)
    }
}

impl Conductor {
    /// Has the model read what stands before a message that begins like this, and the words that are certain by now. It is read once,
    /// and again where more words bring something else to mind.
    pub(super) fn read_ahead(&mut self, text: &str) {
        let text = self.after_call(text).to_owned();
        let before = std::mem::replace(&mut self.looked, text.clone());
        // A greeting that was cut short is put down first, which nothing that is only read may do.
        if self.guess.is_some() || self.greeted.is_some() || text.trim().is_empty() {
            return;
        }
        let Some(model) = self.ports.model.get() else { return };
        if !model.reads_ahead() {
            return;
        }
        match self.beginning(&text, agreed(&before, &text), &*model) {
            Ok(Some(beginning))
                if self.ahead.as_ref().is_none_or(|ahead| !ahead.is(&beginning, &model)) =>
            {
                self.keep_ahead(&beginning, &model);
                let cancel = Cancel::new();
                model.read_ahead(beginning.clone(), cancel.clone());
                self.ahead = Some(Ahead { beginning, cancel, model, taken: false });
            }
            Ok(_) => {}
            Err(problem) => tracing::debug!(%problem, "nothing was read ahead"),
        }
    }

    fn beginning(
        &self,
        text: &str,
        certain: &str,
        model: &dyn LanguageModel,
    ) -> Result<Option<String>, Problem> {
        let history = self.as_if_said(text)?;
        let speaker = self.scene.answers(&history);
        self.with_request(self.stage.next, speaker.as_ref(), &history, model, |request| {
            self.ports.prompts.beginning(request, certain)
        })
    }

    /// What is being read goes on, where this prompt of the same model begins with it, and is no concern of anybody's from now on;
    /// anything else ends.
    pub(super) fn keep_ahead(&mut self, prompt: &str, model: &Arc<dyn LanguageModel>) {
        if let Some(mut ahead) = self.ahead.take() {
            ahead.taken = prompt.starts_with(&ahead.beginning) && Arc::ptr_eq(&ahead.model, model);
        }
    }

    /// The branch shown, with this as what the person says next.
    fn as_if_said(&self, text: &str) -> Result<Vec<Message>, Problem> {
        let parent = self.scene.leaf;
        let mut history = self.path(parent)?;
        history.push(Message {
            id: MessageId::NOT_LOGGED,
            parent,
            conversation: self.scene.conversation,
            role: Role::User,
            text: text.to_owned(),
            interrupted: false,
            speaker: None,
            created_at: history.last().map_or(0, |last| last.created_at),
        });
        Ok(history)
    }

    /// Asks the language model for a reply to what may be all that is said.
    pub(super) fn guess(&mut self, text: &str) {
        let same = |guess: &Guess| guess.text == text && guess.parent == self.scene.leaf;
        if self.guess.as_ref().is_some_and(same) {
            return;
        }
        // The old one first: the model writes one reply at a time.
        self.guess = None;
        let ahead = self.answer_what_was_heard().and_then(|()| self.ask_ahead(text));
        match ahead {
            Ok(guess) => self.guess = guess,
            // Whatever is wrong shows again, and is told, when it matters.
            Err(problem) => tracing::debug!(%problem, "nothing was prepared"),
        }
    }

    fn ask_ahead(&mut self, text: &str) -> Result<Option<Guess>, Problem> {
        let Some(model) = self.ports.model.get() else { return Ok(None) };
        let parent = self.scene.leaf;
        let history = self.as_if_said(text)?;
        let speaker = self.scene.answers(&history);
        let ask = self.ask(self.stage.next, speaker.as_ref(), &history, &*model)?;
        self.keep_ahead(&ask.prompt, &model);
        let (to, tokens) = mpsc::channel(TOKENS);
        let cancel = Cancel::new();
        let within_thought = opens_a_thought(&ask);
        model.reply(ask, Box::new(Tokens { to, cancel: cancel.clone() }), cancel.clone());
        let text = text.to_owned();
        Ok(Some(Guess {
            text,
            parent,
            tokens,
            cancel,
            speaker,
            model,
            within_thought,
            taken: false,
        }))
    }

    /// The prepared reply for a turn, where it answers the same; any other is dropped. True where it was taken over.
    pub(super) fn take_guess(
        &mut self,
        id: TurnId,
        history: &[Message],
        model: &Arc<dyn LanguageModel>,
    ) -> bool {
        let Some(mut guess) = self.guess.take() else { return false };
        let Some(turn) = self.turn.as_ref().filter(|turn| turn.id == id) else { return false };
        let voice = self.voice_of(turn.speaker.as_ref());
        let Some(turn) = &mut self.turn else { return false };
        let said = history.last();
        let answers =
            said.is_some_and(|said| said.text == guess.text && said.parent == guess.parent);
        if !answers || guess.speaker != turn.speaker || !Arc::ptr_eq(model, &guess.model) {
            return false;
        }
        if guess.within_thought {
            turn.scribe.begin_within_thought();
        }
        turn.voice = voice;
        guess.taken = true;
        let (_closed, nothing) = mpsc::channel(1);
        turn.tokens = Some(std::mem::replace(&mut guess.tokens, nothing));
        turn.cancel = guess.cancel.clone();
        turn.timings.guessed = true;
        true
    }
}

/// True where the template has opened a thought for the model to go on with.
pub(super) fn opens_a_thought(ask: &Ask) -> bool {
    ask.prompt.trim_end().ends_with("<think>")
}

/// The whole words with which two looks at the same speech begin. What follows them may still change, the mark behind them with it.
fn agreed<'a>(before: &str, now: &'a str) -> &'a str {
    let same = before.chars().zip(now.chars()).take_while(|(before, now)| before == now);
    let end = same.map(|(_, c)| c.len_utf8()).sum();
    let (agreed, rest) = now.split_at(end);
    // Words of scripts without spaces are whole with each character.
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() && c < '\u{2e80}');
    let whole = if goes_on(rest) || goes_on(&before[end..]) {
        agreed.rfind(|c: char| !c.is_alphanumeric() || c >= '\u{2e80}').map_or("", |at| {
            let kept = agreed[at..].chars().next().map_or(0, char::len_utf8);
            &agreed[..at + kept]
        })
    } else {
        agreed
    };
    whole.trim_end_matches(|c: char| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::agreed;

    #[test]
    fn words_that_two_looks_agree_on_are_certain() {
        for (before, now, certain) in [
            ("", "What time", ""),
            ("What time", "What time is it?", "What time"),
            ("What ti", "What time is it?", "What"),
            ("What time is.", "What time is it?", "What time is"),
            ("Well, I", "Well I never", "Well"),
            ("Don't", "Don't you", "Don't"),
            ("今日は", "今日はいい天気", "今日は"),
            ("今日はいい。", "今日はいい天気", "今日はいい"),
            ("今日", "明日", ""),
        ] {
            assert_eq!(agreed(before, now), certain, "{before:?}, {now:?}");
        }
    }
}
