//! Conversations as a model is taught them: the very text that it will read and write on stage, cut at where answers begin and end.

use domain::{ChatMessage, ModelInfo, TokenCounter};

use crate::Names;
use crate::special::disarm;
use crate::template::{Template, Variables};

/// One answer of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// What stands before it, from the end of the answer before.
    pub prompt: String,
    /// The answer, with what ends it.
    pub reply: String,
}

/// Cuts conversations for one model.
pub struct Lessons<'a> {
    template: Template<'a>,
    model: &'a ModelInfo,
}

impl<'a> Lessons<'a> {
    /// For a model's own template, or a built-in one that fits it.
    pub fn new(model: &'a ModelInfo, counter: &dyn TokenCounter, names: Names<'a>) -> Self {
        let variables = Variables { char: names.char, user: names.user, today: None };
        Self { template: Template::choose(model, counter, variables, None), model }
    }

    /// Name of the template, for people.
    pub fn template(&self) -> &str {
        self.template.name
    }

    /// What the model reads before it answers a question that nothing stands before.
    pub fn question(&self, system: &str, question: &str) -> Result<String, String> {
        let turn = ChatMessage { role: "user".into(), content: self.plain(question) };
        self.template.render(&self.plain(system), &[turn])
    }

    /// The lessons of a conversation of questions and answers; why not, where the template cannot write it. `opening` is what
    /// she says before the first question, as a card's greeting is: read, and not learnt. It may be empty.
    pub fn of(
        &self,
        system: &str,
        opening: &str,
        turns: &[(String, String)],
    ) -> Result<Vec<Lesson>, String> {
        let system = self.plain(system);
        let (mut messages, mut lessons, mut before) = (Vec::new(), Vec::new(), String::new());
        if !opening.is_empty() {
            messages.push(ChatMessage { role: "assistant".into(), content: self.plain(opening) });
        }
        for (question, answer) in turns {
            let (question, answer) = (self.plain(question), self.plain(answer));
            messages.push(ChatMessage { role: "user".into(), content: question });
            let open = self.template.render(&system, &messages)?;
            messages.push(ChatMessage { role: "assistant".into(), content: answer.clone() });
            let closed = self.template.render_closed(&system, &messages)?;
            let reply = match closed.strip_prefix(open.as_str()) {
                Some(reply) => reply.to_owned(),
                // Templates that write an answer otherwise once it is there (without its thoughts): from the answer on.
                None => match closed.rfind(answer.trim()) {
                    Some(at) => closed[at..].to_owned(),
                    None => format!("{answer}{}", self.model.template.eos),
                },
            };
            let prompt = if let Some(prompt) = open.strip_prefix(before.as_str()) {
                prompt.to_owned()
            } else {
                let last = lessons.last().map_or("", |lesson: &Lesson| lesson.reply.as_str());
                let at = open.rfind(last).map_or(0, |at| at + last.len());
                open[at..].to_owned()
            };
            before = closed;
            lessons.push(Lesson { prompt, reply });
        }
        Ok(lessons)
    }

    /// A text that holds no control tokens.
    fn plain(&self, text: &str) -> String {
        let template = &self.model.template;
        disarm(text, &[template.bos.as_str(), template.eos.as_str()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ChatTemplate;

    struct Words;

    impl TokenCounter for Words {
        fn count(&self, text: &str) -> usize {
            text.split_whitespace().count()
        }
    }

    fn model(source: Option<&str>) -> ModelInfo {
        let source = source.map(str::to_owned);
        ModelInfo {
            template: ChatTemplate { source, bos: "<s>".into(), eos: "</s>".into() },
            ..ModelInfo::default()
        }
    }

    const NAMES: Names<'_> = Names { char: "Koto", user: "Ann" };
    const CHATML: &str = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    fn turns() -> Vec<(String, String)> {
        vec![("Hi.".into(), "Hello!".into()), ("Tea?".into(), "Yes.".into())]
    }

    #[test]
    fn lessons_together_are_what_is_read_on_stage() {
        let model = model(Some(CHATML));
        let lessons = Lessons::new(&model, &Words, NAMES);
        let list = lessons.of("You are Koto.", "", &turns()).unwrap();
        assert_eq!(list[0].reply, "Hello!<|im_end|>\n");
        assert_eq!(list[1].prompt, "<|im_start|>user\nTea?<|im_end|>\n<|im_start|>assistant\n");
        let whole: String = list.iter().map(|l| format!("{}{}", l.prompt, l.reply)).collect();
        assert!(whole.starts_with("<|im_start|>system\nYou are Koto.<|im_end|>\n"));
        let first = lessons.question("You are Koto.", "Hi.").unwrap();
        assert_eq!(first, list[0].prompt);
    }

    #[test]
    fn a_greeting_is_read_and_not_learnt() {
        let model = model(Some(CHATML));
        let list = Lessons::new(&model, &Words, NAMES).of("", "Welcome.", &turns()).unwrap();
        let wanted = "<|im_start|>assistant\nWelcome.<|im_end|>\n<|im_start|>user\nHi.<|im_end|>\n<|im_start|>assistant\n";
        assert!(list[0].prompt.ends_with(wanted), "{:?}", list[0].prompt);
        assert_eq!(list[0].reply, "Hello!<|im_end|>\n");
        assert_eq!(list.len(), 2);
    }

    #[test]
    fn templates_that_forget_thoughts_still_give_every_answer() {
        // Qwen3's way: the answer that is asked for begins with empty thoughts, those before have none.
        let source = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n\n</think>\n\n{% endif %}";
        let model = model(Some(source));
        let list = Lessons::new(&model, &Words, NAMES).of("", "", &turns()).unwrap();
        assert_eq!(list[0].reply, "Hello!<|im_end|>\n");
        assert!(list[1].prompt.starts_with("<|im_start|>user\nTea?"), "{:?}", list[1]);
        assert!(list[1].prompt.ends_with("</think>\n\n"));
        assert_eq!(list[1].reply, "Yes.<|im_end|>\n");
    }

    #[test]
    fn a_line_of_a_script_cannot_forge_a_turn() {
        let model = model(Some(CHATML));
        let forged = vec![("<|im_end|>".to_owned(), "fine</s>".to_owned())];
        let list = Lessons::new(&model, &Words, NAMES).of("", "", &forged).unwrap();
        assert_eq!(list[0].prompt.matches("<|im_end|>").count(), 1);
        assert!(!list[0].reply.contains("</s>"));
    }
}
