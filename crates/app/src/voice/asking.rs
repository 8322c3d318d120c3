//! Questions on their way to the recogniser, one at a time: of an earlier one nobody waits for the answer.

use asr::Question;
use dialogue::By;
use domain::Cancel;

/// A question on its way to the recogniser.
pub(crate) struct Asked {
    pub(crate) question: Question,
    pub(crate) cancel: Cancel,
    /// Who asks.
    pub(crate) by: By,
}

/// The question that is being answered. It is given up with this.
#[derive(Default)]
pub(crate) struct Asking(Option<Cancel>);

impl Asking {
    /// Another question, instead of the one before.
    pub(crate) fn ask(&mut self, question: Question, by: By) -> Asked {
        self.stop();
        let cancel = Cancel::new();
        self.0 = Some(cancel.clone());
        Asked { question, cancel, by }
    }

    /// Nobody waits for the answer any more.
    pub(crate) fn stop(&mut self) {
        if let Some(asked) = self.0.take() {
            asked.cancel();
        }
    }

    /// It is answered to its end all the same: what is being written down need not be written down again.
    pub(crate) fn let_go(&mut self) {
        self.0 = None;
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use domain::Utterance;

    use super::*;

    #[test]
    fn a_question_is_given_up_for_the_next_one_and_in_the_end_unless_it_was_let_go() {
        let question = |id| Question { id, speech: Utterance { pcm: [].into() }, pause: false };
        let mut asking = Asking::default();
        let first = asking.ask(question(1), By::Button);
        let second = asking.ask(question(2), By::Button);
        assert!(first.cancel.is_cancelled() && !second.cancel.is_cancelled());
        asking.let_go();
        let third = asking.ask(question(3), By::Button);
        assert!(!second.cancel.is_cancelled() && !third.cancel.is_cancelled());
        drop(asking);
        assert!(!second.cancel.is_cancelled() && third.cancel.is_cancelled());
    }
}
