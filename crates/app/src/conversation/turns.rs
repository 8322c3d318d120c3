//! Talking: typed lines, the microphone, stop, other answers.

use api::{AppEvent, MessageView};
use dialogue::{Change, Event};
use domain::{Log, MessageId, Problem, ProblemKind};

use crate::app::{Answer, App, lock};
use crate::conversation::views;

impl App {
    /// The person typed a line. Blank text is refused.
    pub fn say(&self, text: &str) -> Answer<()> {
        if text.trim().is_empty() {
            let problem = Problem::new(
                ProblemKind::Invalid,
                "there is nothing to say yet",
                "type something first",
            );
            return Err(problem.into());
        }
        self.hush();
        Ok(self.send(Event::say(text.trim()))?)
    }

    /// The person said something that is already recorded.
    pub fn say_recorded(&self, speech: domain::Utterance) -> Answer<()> {
        self.send(Event::TalkPressed)?;
        Ok(self.send(Event::TalkReleased(Some(speech)))?)
    }

    /// Listens, hands free, to a recording instead of a microphone: in its own time, as to somebody who speaks. Blocks until
    /// its end.
    pub fn listen_to(&self, recording: &domain::Utterance) -> Answer<()> {
        Ok(self.ear.listen_to(recording, &self.listening())?)
    }

    /// Stops the turn that is running; what was heard of it stays.
    pub fn stop(&self) -> Answer<()> {
        Ok(self.send(Event::Stop)?)
    }

    /// Another answer to the last thing the person said.
    pub fn regenerate(&self) -> Answer<()> {
        Ok(self.send(Event::Regenerate)?)
    }

    /// Shows the alternative before (`by` < 0) or after a message. After the last one of the last reply: writes another.
    pub fn swipe(&self, message: &str, by: i32) -> Answer<()> {
        let id: MessageId = message.parse().map_err(|_| unknown(message))?;
        let siblings = self.log.siblings(id)?;
        let here = siblings.iter().position(|one| one.id == id).ok_or_else(|| unknown(message))?;
        let wanted = if by < 0 { here.checked_sub(1) } else { Some(here + 1) };
        match wanted.and_then(|wanted| siblings.get(wanted)) {
            // Where that branch was left, not only its first line.
            Some(sibling) => self.show_alternative(&sibling.id.to_string()),
            None if by < 0 => Ok(()),
            None => {
                let conversation = lock(&self.stage).conversation;
                let is_last = self.log.conversation(conversation)?.leaf == Some(id);
                if is_last { self.regenerate() } else { Ok(()) }
            }
        }
    }

    /// A message and its alternatives, the oldest first.
    pub fn alternatives(&self, message: &str) -> Answer<Vec<MessageView>> {
        let siblings = self.log.siblings(message.parse().map_err(|_| unknown(message))?)?;
        Ok(siblings.iter().map(|one| views::message(&*self.log, one)).collect())
    }

    /// Shows the branch through a message, on to where it was left.
    pub fn show_alternative(&self, message: &str) -> Answer<()> {
        let message: MessageId = message.parse().map_err(|_| unknown(message))?;
        let leaf = self.log.newest_leaf(message)?;
        if leaf != message {
            return self.go_with_cast(leaf);
        }
        // Another answer at the end: whoever was invited since hears that one.
        Ok(self.send(Event::Change(Change::Select(Some(leaf))))?)
    }

    /// The talk button went down. Without ears, some are offered instead.
    pub fn mic_down(&self) -> Answer<()> {
        if !self.parts.has_ears() {
            self.hub.send(AppEvent::EarsWanted { offers: (self.ears_offers())() });
            return Ok(());
        }
        self.stop_microphone_test()?;
        Ok(self.ear.press(&self.listening())?)
    }

    /// The talk button came up.
    pub fn mic_up(&self) -> Answer<()> {
        self.ear.release();
        Ok(())
    }

    /// Listens without a button, or stops that; kept in the settings.
    pub fn set_hands_free(&self, on: bool) -> Answer<()> {
        if on && !self.parts.has_ears() {
            self.hub.send(AppEvent::EarsWanted { offers: (self.ears_offers())() });
            return Ok(());
        }
        self.stop_microphone_test()?;
        let keep = || {
            let changes = api::SettingsPatch { hands_free: Some(on), ..Default::default() };
            self.change_settings(changes).map(drop)
        };
        if on {
            self.ear.hands_free(true, &self.listening())?;
            return keep();
        }
        // Kept first: a test of the microphone that is just ending goes by the settings.
        let kept = keep();
        self.ear.hands_free(false, &self.listening())?;
        kept
    }

    /// Listens without a button for this run only; with `wake`, only to what begins with that phrase (empty: the character's
    /// name), whatever the settings say.
    pub fn set_hands_free_for_now(&self, on: bool, wake: Option<String>) -> Answer<()> {
        self.stop_microphone_test()?;
        let mut how = self.listening();
        if let Some(phrase) = wake {
            let name = || lock(&self.stage).character.name.clone();
            how.wake = Some(if phrase.trim().is_empty() { name() } else { phrase });
        }
        Ok(self.ear.hands_free(on, &how)?)
    }

    /// True where there are ears, or they are being loaded.
    pub fn has_ears(&self) -> bool {
        self.parts.has_ears()
    }

    /// The window was hidden or shown: a hidden one is told less.
    pub fn set_visible(&self, window: &str, visible: bool) {
        self.hub.set_visible(window, visible);
    }
}

fn unknown(message: &str) -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        format!("there is no message `{message}`"),
        "reload the conversation and try again",
    )
}
