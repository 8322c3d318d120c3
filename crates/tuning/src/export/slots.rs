//! A base's own chat template as slots of LLaMA-Factory's, for bases that none of its templates fits.

use std::fmt::Write as _;

use serde_json::json;

/// Stands for instructions in the conversation that slots are taken from.
pub const SYSTEM: &str = "SYSTEMSYSTEM";
/// Stands for every question.
pub const QUESTION: &str = "USERUSER";
/// Stands for every answer.
pub const ANSWER: &str = "ANSWERANSWER";
/// What LLaMA-Factory puts a text in the place of.
const CONTENT: &str = "{{content}}";
/// Name that the template gets there.
pub(super) const NAME: &str = "hanashi";

/// How instructions, a question and an answer are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    system: String,
    user: String,
    assistant: String,
    /// Whether what begins a text stands before everything.
    begins: bool,
}

impl Slots {
    /// Takes them from a conversation of [`SYSTEM`], [`QUESTION`], [`ANSWER`], [`QUESTION`], [`ANSWER`]: what is read before the first
    /// and before the second answer, and an answer with what ends it. `begins` says whether the base's texts begin with a token that
    /// is not written there. `None` where the second question is written otherwise than the first.
    pub fn of(first: &str, second: &str, answer: &str, begins: bool) -> Option<Self> {
        // What stands between two turns belongs to the end of the one before, so that a conversation without instructions has none.
        let user = second.trim_start();
        let between = &second[..second.len() - user.len()];
        let system = first.strip_suffix(user)?;
        let whole = |text: &str, mark: &str| {
            (text.matches(mark).count() == 1).then(|| text.replace(mark, CONTENT))
        };
        Some(Self {
            system: whole(system, SYSTEM)?,
            user: whole(user, QUESTION)?,
            assistant: whole(&format!("{answer}{between}"), ANSWER)?,
            begins,
        })
    }

    /// What ends an answer, without the space behind it.
    fn stop(&self) -> &str {
        self.assistant.rsplit(CONTENT).next().unwrap_or_default().trim()
    }

    /// A script that makes the template known to LLaMA-Factory and then trains.
    pub(super) fn script(&self) -> String {
        // JSON strings are Python strings.
        let slot = |text: &str| format!("StringFormatter(slots=[{}])", json!(text));
        let mut script = format!(
            "# Makes the chat template of the base known to LLaMA-Factory, then trains as its own launcher does.\n\
             from llamafactory.data.formatter import EmptyFormatter, StringFormatter\n\
             from llamafactory.data.template import register_template\n\
             from llamafactory.train.tuner import run_exp\n\n\
             register_template(\n    name={},\n    format_user={},\n    format_assistant={},\n    format_system={},\n",
            json!(NAME),
            slot(&self.user),
            slot(&self.assistant),
            slot(&self.system),
        );
        if self.begins {
            script += "    format_prefix=EmptyFormatter(slots=[{\"bos_token\"}]),\n";
        }
        if !self.stop().is_empty() {
            // Writing into a string cannot fail.
            let _never = writeln!(script, "    stop_words=[{}],", json!(self.stop()));
        }
        script += ")\n\nif __name__ == \"__main__\":\n    run_exp()\n";
        script
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_told_from_two_questions() {
        let first = format!(
            "<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n"
        );
        let second = format!("\n<|im_start|>user\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n");
        let slots = Slots::of(&first, &second, &format!("{ANSWER}<|im_end|>"), true).unwrap();
        assert_eq!(slots.system, "<|im_start|>system\n{{content}}<|im_end|>\n");
        assert_eq!(slots.user, "<|im_start|>user\n{{content}}<|im_end|>\n<|im_start|>assistant\n");
        assert_eq!(slots.assistant, "{{content}}<|im_end|>\n");
        let script = slots.script();
        for line in [
            r#"    format_assistant=StringFormatter(slots=["{{content}}<|im_end|>\n"]),"#,
            r#"    format_prefix=EmptyFormatter(slots=[{"bos_token"}]),"#,
            r#"    stop_words=["<|im_end|>"],"#,
        ] {
            assert!(script.contains(line), "{script}");
        }
    }

    #[test]
    fn a_template_that_numbers_its_turns_has_no_slots() {
        let turn = |n: u32| format!("[Round {n}]\n\n{QUESTION}\n\n");
        let first = format!("{SYSTEM}\n{}", turn(1));
        assert_eq!(Slots::of(&first, &turn(2), ANSWER, false), None);
        // Instructions that stand in the question, and a text that comes twice.
        assert_eq!(Slots::of(QUESTION, QUESTION, ANSWER, false), None);
        let twice = format!("{QUESTION}{QUESTION}");
        assert_eq!(Slots::of(&format!("{SYSTEM}{twice}"), &twice, ANSWER, false), None);
    }
}
