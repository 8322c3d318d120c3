//! The in-character guard on a language model: a model in front of the model, whose replies are watched clause by clause.
//!
//! It stands between engine and conductor as one more implementation of the port, so that neither knows of it. What a reply is
//! watched for is filed by whoever makes the prompt, under the turn; a request of an unknown turn passes untouched.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use appraisal::Profile;
use appraisal::bounds::Bounds;
use appraisal::guard::{Fault, Policy, Step, Watch};
use appraisal::metrics::{RECENT, tagged};
use appraisal::said_before::LINES;
use dialogue::Request;
use domain::{
    Ask, Cancel, Character, CharacterId, FinishReason, Flow, LanguageModel, Log, ModelInfo,
    ReplyEvent, ReplyStats, Role, TokenCounter, TokenSink, TurnId,
};
use store::Library;

use crate::app::lock;

/// Policies that are kept: of the turn that runs, of the one that is guessed ahead, and of some before.
const KEPT: usize = 8;
/// A second try must not be the first one again, however cold the settings are.
const LEAST_TEMPERATURE: f32 = 0.6;

/// What replies are watched for, by turn; and what the watching has come to.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    /// Where characters say what they never say; without one, they say nothing about it.
    library: Option<Library>,
    filed: Mutex<VecDeque<(TurnId, Policy)>>,
    book: Mutex<Book>,
    /// What of the last reply was written anew, and why.
    last: Mutex<Option<(TurnId, Vec<Fault>)>>,
}

/// What the guard did.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Book {
    /// Replies watched.
    pub(crate) replies: u32,
    /// Parts written anew.
    pub(crate) again: u32,
    /// Faults that were let through because no try was left.
    pub(crate) through: u32,
    /// Time spent looking at text, in milliseconds.
    pub(crate) looking_ms: f64,
}

/// The file beside a card that says what is true of a character and what she never says.
pub(crate) const PROFILE: &str = "appraisal.toml";

/// Reads a character's profile; empty where there is none, or none that can be read.
pub(crate) fn profile(library: &Library, id: &CharacterId) -> Profile {
    let read = || -> Option<Profile> {
        let bytes = library.read(id, PROFILE).ok()??;
        let read = Profile::read(&String::from_utf8_lossy(&bytes));
        read.inspect_err(|problem| tracing::warn!(%problem, %id, "a profile is not used")).ok()
    };
    read().unwrap_or_default()
}

/// What lies outside of a character's world: what her card and the file beside it say, and whose lines are not hers.
pub(crate) fn bounds(character: &Character, profile: &Profile, people: &[&str]) -> Bounds {
    let outside = character.outside.iter().chain(&profile.outside);
    let mut card: Vec<&str> = character.attributes.entries().map(|(_, text)| text).into();
    card.extend([
        character.name.as_str(),
        &character.description,
        &character.personality,
        &character.scenario,
        &character.example_dialogue,
        &character.system_prompt,
        &character.post_history_instructions,
    ]);
    card.extend(character.greetings.iter().chain(&character.tags).map(String::as_str));
    Bounds::new(outside, people, &card).called(&[character.name.as_str(), character.short_name()])
}

impl Policies {
    pub(crate) fn new(library: Library) -> Self {
        Self { library: Some(library), ..Self::default() }
    }

    /// Files what the reply to a request is watched for.
    pub(crate) fn watch(&self, request: &Request<'_>, made: &prompt::Assembled, log: &dyn Log) {
        let newest = request.history.last();
        let host = newest.and_then(|last| crate::conversation::cast::own(log, last.conversation));
        let host = host.as_ref().unwrap_or(request.who);
        let beside = self.library.as_ref().map(|library| profile(library, request.who));
        let beside = beside.unwrap_or_default();
        let her = request.character;
        let banned: Vec<String> = her.never_says.iter().chain(&beside.banned).cloned().collect();
        let asked = newest.filter(|last| last.role == Role::User).map_or("", |last| &last.text);
        let own = request.history.iter().rev().filter(|one| one.said_by(host) == Some(request.who));
        let mut recent: Vec<String> =
            own.take(RECENT).map(|message| delivery::shown(&message.text).text).collect();
        recent.reverse();
        let mut policy = Policy::new(asked, recent, &banned);
        // A model that was never told of feelings, or has shown none so far, is not blamed for it.
        let told = request.model.info().system_prompt.is_some()
            || made.blocks.iter().any(|block| block.name == "feelings");
        let own = request.history.iter().rev().filter(|one| one.said_by(host) == Some(request.who));
        let shown: Vec<bool> =
            own.take(RECENT).map(|message| tagged(&message.text).first).collect();
        let usual = shown.iter().filter(|shown| **shown).count() * 2 >= shown.len();
        policy.feelings = told && usual;
        let lines: Vec<(bool, &str)> = request
            .history
            .iter()
            .rev()
            .filter(|message| message.role != Role::Narrator)
            .take(LINES + 1)
            .map(|message| (message.said_by(host) == Some(request.who), message.text.as_str()))
            .collect();
        let lines: Vec<(bool, &str)> = lines.into_iter().rev().collect();
        let card =
            [&her.description, &her.personality, &her.scenario, &her.name].map(String::as_str);
        let others = request.present.iter().filter(|(id, _)| *id != request.who);
        let mut people: Vec<&str> =
            others.flat_map(|(_, other)| [other.short_name(), other.name.as_str()]).collect();
        people.push(&request.persona.name);
        policy =
            policy.within(&lines, &card.join("\n")).bounded(bounds(her, &beside, &people), &lines);
        self.file(request.turn, policy);
    }

    /// Files a policy for a turn's reply.
    pub(crate) fn file(&self, turn: TurnId, policy: Policy) {
        let mut filed = lock(&self.filed);
        filed.retain(|(other, _)| *other != turn);
        if filed.len() >= KEPT {
            filed.pop_front();
        }
        filed.push_back((turn, policy));
    }

    /// What the guard did since the last time somebody asked.
    pub(crate) fn take_book(&self) -> Book {
        std::mem::take(&mut *lock(&self.book))
    }

    /// What of a turn's reply was written anew, and why, in order.
    pub(crate) fn again(&self, turn: TurnId) -> Vec<Fault> {
        let last = lock(&self.last);
        last.as_ref().filter(|(of, _)| *of == turn).map_or_else(Vec::new, |(_, why)| why.clone())
    }

    fn of(&self, turn: TurnId) -> Option<Policy> {
        lock(&self.filed).iter().find(|(other, _)| *other == turn).map(|(_, policy)| policy.clone())
    }
}

/// A model whose replies are watched.
pub(crate) struct Guarded {
    model: Arc<dyn LanguageModel>,
    policies: Arc<Policies>,
}

impl Guarded {
    pub(crate) fn new(model: Arc<dyn LanguageModel>, policies: Arc<Policies>) -> Self {
        Self { model, policies }
    }
}

impl TokenCounter for Guarded {
    fn count(&self, text: &str) -> usize {
        self.model.count(text)
    }
}

impl LanguageModel for Guarded {
    fn reply(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel) {
        let Some(policy) = self.policies.of(ask.turn) else {
            self.model.reply(ask, sink, cancel);
            return;
        };
        let guard = Guard {
            model: Arc::clone(&self.model),
            policies: Arc::clone(&self.policies),
            watch: watch(policy, &ask),
            ask: ask.clone(),
            sink: Some(sink),
            cancel: cancel.clone(),
            started: false,
            spent: ReplyStats::default(),
            written: 0,
            looking_ms: 0.0,
        };
        self.model.reply(ask, Box::new(guard), cancel);
    }

    fn read_ahead(&self, beginning: String, cancel: Cancel) {
        self.model.read_ahead(beginning, cancel);
    }

    fn reads_ahead(&self) -> bool {
        self.model.reads_ahead()
    }

    fn info(&self) -> ModelInfo {
        self.model.info()
    }
}

fn watch(policy: Policy, ask: &Ask) -> Watch {
    let mut watch = Watch::new(policy);
    if ask.prompt.trim_end().ends_with("<think>") {
        watch.begin_within_thought();
    }
    watch
}

/// The sink of one try; the next try takes everything over.
struct Guard {
    model: Arc<dyn LanguageModel>,
    policies: Arc<Policies>,
    watch: Watch,
    /// What was asked, as the first try had it.
    ask: Ask,
    /// Who listens; `None` once the next try has them.
    sink: Option<Box<dyn TokenSink>>,
    cancel: Cancel,
    started: bool,
    /// What earlier tries cost.
    spent: ReplyStats,
    /// Pieces of text of this try: about its tokens, for tries that are cut short and never tell.
    written: u32,
    looking_ms: f64,
}

impl Guard {
    fn watched(&mut self, look: impl FnOnce(&mut Watch) -> Step) -> Step {
        let start = Instant::now();
        let step = look(&mut self.watch);
        self.looking_ms += start.elapsed().as_secs_f64() * 1000.0;
        step
    }

    fn hand_on(&mut self, event: ReplyEvent) -> Flow {
        self.sink.as_mut().map_or(Flow::Stop, |sink| sink.event(event))
    }

    /// Does what the watch says; `last` is what the model ended with.
    fn act(&mut self, step: Step, last: Option<(FinishReason, ReplyStats)>) -> Flow {
        match step {
            Step::Hold => Flow::More,
            Step::LetGo(text) => {
                if !text.is_empty() && self.hand_on(ReplyEvent::Text(text)) == Flow::Stop {
                    return Flow::Stop;
                }
                match last {
                    Some((reason, stats)) => self.close(reason, stats),
                    None => Flow::More,
                }
            }
            Step::End(fault) => {
                tracing::debug!(?fault, "a reply ends before what is wrong with it");
                let stats = last.map_or_else(|| self.cut_short(), |(_, stats)| stats);
                self.close(FinishReason::Stop, stats)
            }
            Step::Again(fault) => {
                self.again(fault, last.map(|(_, stats)| stats));
                Flow::Stop
            }
        }
    }

    /// What a try cost that was stopped.
    fn cut_short(&self) -> ReplyStats {
        ReplyStats { reply_tokens: self.written, ..ReplyStats::default() }
    }

    /// Asks for the rest once more, from what has been said.
    fn again(&mut self, fault: Fault, stats: Option<ReplyStats>) {
        tracing::debug!(?fault, tries = self.watch.again().len(), "written anew");
        let Some(sink) = self.sink.take() else { return };
        let spent = added(self.spent, stats.unwrap_or_else(|| self.cut_short()));
        let mut ask = self.ask.clone();
        ask.prompt.push_str(self.watch.said());
        let tries = self.watch.again().len() as u64;
        // A seed that was fixed stays reproducible, and is another one.
        ask.sampling.seed = ask.sampling.seed.map(|seed| seed.wrapping_add(tries << 32));
        ask.sampling.temperature = ask.sampling.temperature.max(LEAST_TEMPERATURE);
        ask.max_tokens =
            self.ask.max_tokens.saturating_sub(self.model.count(self.watch.said()) as u32).max(1);
        let next = Self {
            model: Arc::clone(&self.model),
            policies: Arc::clone(&self.policies),
            watch: std::mem::replace(&mut self.watch, Watch::new(Policy::default())),
            ask: self.ask.clone(),
            sink: Some(sink),
            cancel: self.cancel.clone(),
            started: self.started,
            spent,
            written: 0,
            looking_ms: self.looking_ms,
        };
        // Queued behind this try, which ends now.
        self.model.reply(ask, Box::new(next), self.cancel.clone());
    }

    fn close(&mut self, reason: FinishReason, stats: ReplyStats) -> Flow {
        {
            let mut book = lock(&self.policies.book);
            book.replies += 1;
            book.again += self.watch.again().len() as u32;
            book.through += u32::from(self.watch.let_through().is_some());
            book.looking_ms += self.looking_ms;
        }
        *lock(&self.policies.last) = Some((self.ask.turn, self.watch.again().to_vec()));
        let all = added(self.spent, stats);
        self.hand_on(ReplyEvent::Finished(reason, all));
        self.sink = None;
        Flow::Stop
    }
}

/// The costs of tries, together; the prompt's are those of the first.
fn added(one: ReplyStats, other: ReplyStats) -> ReplyStats {
    let first = one.prompt_tokens == 0;
    ReplyStats {
        prompt_tokens: if first { other.prompt_tokens } else { one.prompt_tokens },
        reused_tokens: if first { other.reused_tokens } else { one.reused_tokens },
        reply_tokens: one.reply_tokens + other.reply_tokens,
        prefill_ms: one.prefill_ms + other.prefill_ms,
        decode_ms: one.decode_ms + other.decode_ms,
    }
}

impl TokenSink for Guard {
    fn event(&mut self, event: ReplyEvent) -> Flow {
        if self.sink.is_none() {
            // The next try has taken over, or all is said.
            return Flow::Stop;
        }
        match event {
            ReplyEvent::Started { prompt_tokens, reused_tokens, .. } if self.started => {
                self.spent.prompt_tokens = self.spent.prompt_tokens.max(prompt_tokens);
                self.spent.reused_tokens = self.spent.reused_tokens.max(reused_tokens);
                if self.cancel.is_cancelled() { Flow::Stop } else { Flow::More }
            }
            ReplyEvent::Started { .. } => {
                self.started = true;
                self.hand_on(event)
            }
            ReplyEvent::Text(text) => {
                self.written += 1;
                let step = self.watched(|watch| watch.push(&text));
                self.act(step, None)
            }
            // What was cut short is no reply to be judged, and nothing is written anew for nobody.
            ReplyEvent::Finished(FinishReason::Cancelled, stats) => {
                self.close(FinishReason::Cancelled, stats)
            }
            ReplyEvent::Finished(reason, stats) => {
                let step = self.watched(Watch::finish);
                self.act(step, Some((reason, stats)))
            }
            ReplyEvent::Failed(_) => self.hand_on(event),
        }
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
