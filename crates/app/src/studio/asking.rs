//! Instructions that a model makes up for lines that answer nobody, for the terminal and the studio. The rules are `novel::dataset`'s;
//! here a model is asked.

use std::sync::Arc;
use std::time::Duration;

use domain::{Cancel, LanguageModel, Problem, ProblemKind, Sampling};
use novel::dataset::{Example, INSTRUCTION_TOKENS, Options, Reconstruction, Unprompted};

use crate::models::request::{self, Request};

/// How long a model is left to what it had to give way to, before it is asked again.
pub(super) const POLL: Duration = Duration::from_millis(40);
/// How often a model may give way over one line, one time behind the other. Beyond it there is no model any more that answers.
const MOST_TIMES: usize = 250;

/// How a model is asked.
pub(crate) struct Asking<'a> {
    /// The model; wanted for each line anew, since another may be loaded meanwhile and the one before must be let go.
    pub(crate) model: &'a mut dyn FnMut() -> Result<Arc<dyn LanguageModel>, Problem>,
    /// Hears how many lines were asked about and how many there are; answers whether it goes on.
    pub(crate) progress: &'a mut dyn FnMut(usize, usize) -> bool,
    /// Ends it within a token.
    pub(crate) cancel: &'a Cancel,
}

/// Asks about each line that answers nobody; answers with what became of them, and with what is made of the replies.
///
/// # Errors
/// If it was stopped, or a model cannot be asked.
pub(crate) fn ask(
    lines: &[Unprompted],
    options: &Options,
    with: &mut Asking<'_>,
) -> Result<(Reconstruction, Vec<Example>), Problem> {
    let mut done = Reconstruction::default();
    let mut names: Vec<String> = Vec::new();
    let mut made_up = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let mut times = 0;
        let reply = loop {
            if !(with.progress)(number, lines.len()) {
                return Err(stopped());
            }
            let model = (with.model)()?;
            match reply(&*model, line, with.cancel)? {
                Reply::GaveWay if with.cancel.is_cancelled() => return Err(stopped()),
                Reply::GaveWay if times == MOST_TIMES => return Err(silent()),
                Reply::GaveWay => {
                    times += 1;
                    std::thread::sleep(POLL);
                }
                reply => {
                    let name = model.info().name;
                    if !names.contains(&name) {
                        names.push(name);
                    }
                    break reply;
                }
            }
        };
        match reply {
            Reply::Text(text) => made_up.extend(done.add(line, &text, options)),
            Reply::NoRoom | Reply::GaveWay => done.no_room += 1,
        }
    }
    if !(with.progress)(lines.len(), lines.len()) {
        return Err(stopped());
    }
    done.model = names.join(", ");
    Ok((done, made_up))
}

/// What comes of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reply {
    /// The model's words, without its cues.
    Text(String),
    /// Its context has no room for the line, even without the pairs nearby.
    NoRoom,
    /// It had better things to do, or was stopped.
    GaveWay,
}

fn reply(model: &dyn LanguageModel, line: &Unprompted, cancel: &Cancel) -> Result<Reply, Problem> {
    for pairs in (0..=line.neighbours.len()).rev() {
        let request = Request {
            order: line.order(),
            text: &line.question(pairs),
            lang: line.lang,
            sampling: Sampling::greedy(),
            tokens: INSTRUCTION_TOKENS,
        };
        match request::ask(model, request, cancel.clone()) {
            Err(problem) if problem.kind == ProblemKind::Invalid => {}
            reply => {
                let shown = |reply: String| Reply::Text(delivery::shown(&reply).text);
                return Ok(reply?.map_or(Reply::GaveWay, shown));
            }
        }
    }
    Ok(Reply::NoRoom)
}

pub(super) fn stopped() -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        "it was stopped before anything was written",
        "run the command again",
    )
}

fn silent() -> Problem {
    Problem::new(
        ProblemKind::NotReady,
        "the language model does not come to an answer",
        "choose another one in the settings and try again",
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use novel::{Kind, Line};
    use testkit::{Script, ScriptedModel};

    use super::*;

    /// Three lines of hers that answer nobody, each a scene of its own, and one that answers somebody.
    pub(crate) fn script() -> Vec<Line> {
        let said = [
            ("one", "Mia", "The harbour is quiet tonight."),
            ("two", "Mia", "I never learned to swim."),
            ("three", "Mia", "Somebody left a lamp burning."),
            ("four", "Tom", "Would you like some tea?"),
            ("four", "Mia", "Yes, with sugar."),
        ];
        let row = |(scene, speaker, text): (&str, &str, &str)| Line {
            scene: scene.to_owned(),
            kind: Kind::Say,
            speaker: Some(speaker.to_owned()),
            text: text.to_owned(),
            plain: text.to_owned(),
            ..Line::default()
        };
        said.into_iter().map(row).collect()
    }

    pub(crate) fn of_mia() -> Options {
        Options { speaker: Some("Mia".into()), validation: 0.0, ..Options::default() }
    }

    fn asked(
        models: &[Arc<ScriptedModel>],
        cancel: &Cancel,
        mut progress: impl FnMut(usize, usize) -> bool,
    ) -> Result<(Reconstruction, Vec<Example>), Problem> {
        let mut at = 0;
        let mut model = || {
            at += 1;
            Ok(Arc::clone(&models[(at - 1).min(models.len() - 1)]) as Arc<dyn LanguageModel>)
        };
        let lines = novel::dataset::unprompted(&script(), &of_mia());
        let mut with = Asking { model: &mut model, progress: &mut progress, cancel };
        ask(&lines, &of_mia(), &mut with)
    }

    #[test]
    fn a_context_without_room_for_the_pairs_nearby_gets_the_line_alone() {
        let full = |text: &str| Problem::new(ProblemKind::Invalid, text, "a longer context");
        let model = ScriptedModel::new([
            Script::default().fail(full("no room for a pair")),
            Script::text("What is it like outside?"),
        ]);
        let line = &novel::dataset::unprompted(&script(), &of_mia())[0];
        let text = Reply::Text("What is it like outside?".into());
        assert_eq!(reply(&model, line, &Cancel::new()).unwrap(), text);
        let asked = format!("{:?}", model.asks()[1]);
        assert!(asked.contains("The harbour") && !asked.contains("some tea"), "{asked}");
        let model = ScriptedModel::new([1, 2].map(|_| Script::default().fail(full("no room"))));
        assert_eq!(reply(&model, line, &Cancel::new()).unwrap(), Reply::NoRoom);
    }

    #[test]
    fn a_model_that_gave_way_is_asked_again_and_one_that_was_exchanged_is_let_go() {
        let one = Arc::new(ScriptedModel::new([
            Script::text("What is it like outside?"),
            Script::default().vanish(),
        ]));
        let two = Arc::new(ScriptedModel::new(["Can you swim?", "What was there?"]));
        let models = [&one, &one, &two].map(Arc::clone);
        let mut told = Vec::new();
        let (done, made_up) = asked(&models, &Cancel::new(), |done, all| {
            told.push((done, all));
            true
        })
        .unwrap();
        let prompts: Vec<&str> = made_up.iter().map(|one| one.prompt.as_str()).collect();
        assert_eq!(prompts, ["What is it like outside?", "Can you swim?", "What was there?"]);
        assert_eq!(told, [(0, 3), (1, 3), (1, 3), (2, 3), (3, 3)]);
        assert_eq!((done.asked, done.model.as_str()), (3, "scripted"));
    }

    #[test]
    fn who_stops_it_in_the_middle_of_a_reply_gets_nothing() {
        let gate = testkit::Gate::default();
        let model = Arc::new(ScriptedModel::new([
            Script::text("What is it like outside?"),
            Script::text("Can ").gate(&gate),
        ]));
        let cancel = Cancel::new();
        let told = std::thread::scope(|scope| {
            let waits = scope.spawn(|| asked(&[Arc::clone(&model)], &cancel, |_, _| true));
            while model.asks().len() < 2 {
                std::thread::sleep(Duration::from_millis(1));
            }
            cancel.cancel();
            waits.join().unwrap()
        });
        assert!(told.unwrap_err().message.contains("stopped"));
    }
}
