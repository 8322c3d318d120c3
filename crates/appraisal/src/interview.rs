//! Holds the talks of a plan with a character and writes down what she says.

use domain::Problem;

use crate::metrics::{Gold, OwnLine, Scored};
use crate::probes::{Expect, Person, Plan, Script, Talk, Turn};
use crate::transcript::{Chosen, PromptPart, Row, Timing, Transcript};

/// A block of a prompt: name, text, tokens, messages left out.
pub type Block = (String, String, u32, u32);

/// Answers with what a model gives them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Weighed {
    /// In the order in which they were asked for.
    pub options: Vec<Scored>,
    /// The blocks of the prompt.
    pub prompt: Vec<Block>,
}

/// What a character said, and how it came about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spoken {
    /// The reply, tags included.
    pub text: String,
    /// She ended of herself.
    pub ended: bool,
    /// The blocks of the prompt.
    pub prompt: Vec<Block>,
    /// What it took.
    pub timing: Option<Timing>,
}

/// Who is appraised. The product's own prompts and engine outside tests.
pub trait Subject {
    /// Begins a conversation of its own; nothing of the one before is left.
    ///
    /// # Errors
    /// Where it cannot.
    fn begin(&mut self, seed: u64) -> Result<(), Problem>;

    /// Says something, and waits for the reply.
    ///
    /// # Errors
    /// Where no reply comes.
    fn say(&mut self, text: &str) -> Result<Spoken, Problem>;

    /// What the model gives each of several answers to a question, in a conversation that has just begun. `None` where a model
    /// does not tell (a server).
    ///
    /// # Errors
    /// Where it fails.
    fn weigh(&mut self, question: &str, options: &[String]) -> Result<Option<Weighed>, Problem>;

    /// Lines of her own, each weighed with the adapters that are on and without; none where no adapter is on. `go_on` is asked before
    /// each, and where it says no, what is weighed both ways by then is all.
    ///
    /// # Errors
    /// Where it fails.
    fn own_lines(&mut self, _go_on: &mut dyn FnMut() -> bool) -> Result<Vec<OwnLine>, Problem> {
        Ok(Vec::new())
    }
}

/// How far an interview is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interview {
    /// Replies and choices so far.
    pub done: usize,
    /// Of how many.
    pub all: usize,
}

/// Holds all talks of a plan. `progress` is called after each step and answers whether to go on; what was said until then is kept
/// where it says no.
///
/// # Errors
/// Where the subject fails.
pub fn interview(
    subject: &mut dyn Subject,
    plan: &Plan,
    progress: &mut dyn FnMut(Interview) -> bool,
) -> Result<Transcript, Problem> {
    let mut transcript = Transcript::default();
    let mut at = Interview { done: 0, all: plan.steps() };
    for talk in &plan.talks {
        subject.begin(talk.seed)?;
        let mut person = match &talk.script {
            Script::Person { lines, .. } => Some(Person::new(lines, talk.seed)),
            Script::Fixed(_) => None,
        };
        let mut reply = String::new();
        for number in 0.. {
            let Some(turn) = next(talk, number, person.as_mut(), &reply) else { break };
            let spoken = subject.say(&turn.say)?;
            reply.clone_from(&spoken.text);
            transcript.timings.extend(spoken.timing);
            transcript.rows.push(row(talk, number, turn, spoken));
            at.done += 1;
            if !progress(at) {
                return Ok(transcript);
            }
        }
    }
    for question in &plan.questions {
        subject.begin(plan.talks.first().map_or(0, |talk| talk.seed))?;
        if let Some(weighed) = subject.weigh(&question.ask, &question.options)? {
            transcript.choices.push(Chosen {
                question: question.id.clone(),
                asked: question.ask.clone(),
                options: weighed.options,
                prompt: parts(weighed.prompt, Some(&question.gold), &question.ask),
            });
        }
        at.done += 1;
        if !progress(at) {
            return Ok(transcript);
        }
    }
    transcript.lines = subject.own_lines(&mut || progress(at))?;
    Ok(transcript)
}

/// What is said at a place of a talk; `None` where it is over.
fn next(talk: &Talk, number: usize, person: Option<&mut Person<'_>>, reply: &str) -> Option<Turn> {
    match &talk.script {
        Script::Fixed(turns) => turns.get(number).cloned(),
        Script::Person { planned, turns, .. } if number < *turns => {
            let fixed = planned.iter().find(|(at, _)| *at == number).map(|(_, turn)| turn.clone());
            fixed.or_else(|| Some(Turn { say: person?.says(reply), expect: None }))
        }
        Script::Person { .. } => None,
    }
}

fn row(talk: &Talk, number: usize, turn: Turn, spoken: Spoken) -> Row {
    let gold = match &turn.expect {
        Some(Expect::Fact(gold) | Expect::Recall { gold, .. }) => Some(gold.clone()),
        _ => None,
    };
    Row {
        prompt: parts(spoken.prompt, gold.as_ref(), &turn.say),
        talk: talk.id.clone(),
        kind: talk.kind,
        turn: number,
        asked: turn.say,
        expect: turn.expect,
        reply: spoken.text,
        ended: spoken.ended,
    }
}

/// The blocks of a prompt, with which of them hold an answer. The question itself is none: "who is Haru" holds his name.
fn parts(blocks: Vec<Block>, gold: Option<&Gold>, asked: &str) -> Vec<PromptPart> {
    let holds = |text: &str| {
        gold.is_some_and(|gold| {
            if asked.trim().is_empty() {
                gold.is_in(text)
            } else {
                gold.is_in(&text.replace(asked, " "))
            }
        })
    };
    // A block that nothing was left of is not in the prompt.
    let there = |block: &Block| block.2 > 0 || block.3 > 0;
    blocks.into_iter().filter(there).map(|block| PromptPart::new(block, holds)).collect()
}
