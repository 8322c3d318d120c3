//! One activation: every entry is judged, those that fire call others, groups and chance choose, budgets trim, and what is left is
//! put in order.

use domain::TokenCounter;

use crate::because::Because;
use crate::book::{Position, Role};
use crate::budget::{self, Trimmed};
use crate::chat::{Chat, Expand, Form};
use crate::conditions::Bench;
use crate::found::{Found, Sight};
use crate::groups::{self, Called};
use crate::index::{Index, Ready};
use crate::timers::{Memory, State};

/// What became of one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Place of its book among [`Index::books`].
    pub book: usize,
    /// Place in its book.
    pub entry: usize,
    /// It was a match, and chance and its groups let it.
    pub fired: bool,
    /// The rule that decided.
    pub because: Because,
    /// Where it goes; `None` where it did not fire or has nothing to add.
    pub position: Option<Position>,
    /// Who says it, between messages.
    pub role: Role,
    /// What the model reads.
    pub text: String,
    /// Tokens of the text.
    pub tokens: usize,
    /// Why it is not in the prompt although it fired.
    pub trimmed: Option<Trimmed>,
    /// `@@ignore_on_max_context`: the first to go when the context is full.
    pub first_to_go: bool,
    /// It fires in every turn, so its text may stand where the prompt never changes.
    pub stable: bool,
    /// How many entries called one another until this one was called; 0: by the conversation.
    pub level: u32,
}

/// What an activation gives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// One for every entry: by book, then as in the file.
    pub verdicts: Vec<Verdict>,
    /// Places of the verdicts that go into the prompt, in the order of insertion.
    pub order: Vec<usize>,
    /// What the next activation must be told.
    pub state: State,
    /// App prompts that entries switch off: `system_prompt`, `post_history_instructions`.
    pub disabled_prompts: Vec<String>,
}

impl Outcome {
    /// The verdicts that go into the prompt, in the order of insertion.
    pub fn placed(&self) -> impl Iterator<Item = &Verdict> {
        self.order.iter().map(|&at| &self.verdicts[at])
    }
}

impl Index {
    /// Judges every entry. `state` is what the last activation of this conversation gave.
    pub fn activate(
        &self,
        chat: &Chat<'_>,
        state: &State,
        expand: &dyn Expand,
        counter: &dyn TokenCounter,
    ) -> Outcome {
        let length = chat.messages.len() as u32;
        let sights = match chat.form {
            Form::Chat => &self.sights[0],
            Form::Text => &self.sights[1],
        };
        let memory = |ready: &Ready| {
            if ready.remembers {
                state.of(&ready.memory, self.entry(ready), length)
            } else {
                Memory::default()
            }
        };
        let memories: Vec<Memory> = if self.remembers {
            self.entries.iter().map(memory).collect()
        } else {
            vec![Memory::default(); self.entries.len()]
        };
        let mut found = Found::search(self, chat, sights, counter);
        let fates = self.rounds(chat, sights, &memories, &mut found, expand);

        let mut verdicts: Vec<Verdict> = self
            .entries
            .iter()
            .zip(fates)
            .map(|(ready, fate)| self.verdict(ready, fate, chat, expand, counter))
            .collect();
        budget::trim(self, &mut verdicts);
        self.outcome(verdicts, &memories, state, length)
    }

    /// Judges until nobody calls anybody any more.
    fn rounds(
        &self,
        chat: &Chat<'_>,
        sights: &[Sight],
        memories: &[Memory],
        found: &mut Found,
        expand: &dyn Expand,
    ) -> Vec<Fate> {
        let mut fates: Vec<Fate> = vec![Fate::default(); self.entries.len()];
        let mut fired: Vec<usize> = Vec::new();
        let mut levels = self.levels.iter().copied();
        let mut level = levels.next().unwrap_or_default();
        let replies = chat.messages.iter().filter(|message| message.assistant).count() as u32;
        for step in 0..=self.settings.recursion_steps {
            let bench = Bench { index: self, chat, found, replies, level, recursing: step > 0 };
            let mut called = Vec::new();
            for (place, ready) in self.entries.iter().enumerate() {
                let fate = &mut fates[place];
                if fate.fired || fate.out || self.is_out(place, |key| bench.found.anywhere(key)) {
                    continue;
                }
                match bench.judge(ready, sights[place], memories[place]) {
                    Ok(because) => called.push(Called { ready: place, because }),
                    Err(because) => fate.because = because,
                }
            }
            for (place, because) in groups::choose(&bench, sights, &mut called, &fired) {
                fates[place].because = because;
            }
            called.retain(|one| match self.chance(one, chat.seed) {
                None => true,
                Some(lost) => {
                    fates[one.ready] = Fate { because: lost, out: true, ..Fate::default() };
                    false
                }
            });
            let mut calls = false;
            for Called { ready, because } in called {
                fates[ready] = Fate { because, fired: true, out: false, level: step };
                fired.push(ready);
                let entry = &self.entries[ready];
                if !self.entry(entry).prevent_recursion && !entry.body.is_empty() {
                    calls |= found.search_entry(self, ready, &expand.for_scan(&entry.body));
                }
            }
            if !calls {
                let Some(next) = levels.next() else { break };
                level = next;
            }
        }
        fates
    }

    /// Draws an entry's chance; `Some`: it lost.
    fn chance(&self, called: &Called, seed: u64) -> Option<Because> {
        let ready = &self.entries[called.ready];
        let percent = ready.decorators.probability.unwrap_or(self.entry(ready).probability);
        if percent >= 100.0 || called.forced() {
            return None;
        }
        let drawn = groups::drawn(seed, &ready.memory) * 100.0;
        (drawn >= percent).then_some(Because::Chance { percent, drawn })
    }

    fn verdict(
        &self,
        ready: &Ready,
        fate: Fate,
        chat: &Chat<'_>,
        expand: &dyn Expand,
        counter: &dyn TokenCounter,
    ) -> Verdict {
        if !fate.fired {
            return Verdict {
                book: ready.book,
                entry: ready.entry,
                fired: false,
                because: fate.because,
                position: None,
                role: Role::default(),
                text: String::new(),
                tokens: 0,
                trimmed: None,
                first_to_go: false,
                stable: false,
                level: 0,
            };
        }
        let said = &ready.decorators;
        let stable = self.is_stable(ready, &fate.because);
        let text = expand.for_prompt(&ready.body, stable);
        let text = text.trim_matches(['\n', '\r']).to_owned();
        let adds = !text.trim().is_empty();
        let role = match chat.form {
            Form::Chat => said.role,
            Form::Text => None,
        };
        let role = role.unwrap_or(self.entry(ready).role);
        Verdict {
            book: ready.book,
            entry: ready.entry,
            fired: true,
            position: adds.then(|| self.position(ready, role, chat, counter)),
            role,
            tokens: if adds { counter.count(&text) } else { 0 },
            text,
            trimmed: None,
            first_to_go: said.ignore_on_max_context,
            stable,
            because: fate.because,
            level: fate.level,
        }
    }

    /// Whether an entry that fired will fire in every turn to come.
    fn is_stable(&self, ready: &Ready, because: &Because) -> bool {
        let (entry, said) = (self.entry(ready), &ready.decorators);
        let listed = !ready.additional.is_empty()
            || !ready.exclude.is_empty()
            || !ready.exclude_all.is_empty();
        let always = entry.probability >= 100.0
            && said.probability.is_none()
            && entry.groups.is_empty()
            && entry.cooldown == 0
            && said.activate_only_every.is_none()
            && !said.dont_activate_after_match
            && !listed;
        *because == Because::Activate || *because == Because::Constant && always
    }

    /// Where an entry goes.
    fn position(
        &self,
        ready: &Ready,
        role: Role,
        chat: &Chat<'_>,
        counter: &dyn TokenCounter,
    ) -> Position {
        let said = &ready.decorators;
        let absent = |text: Option<&str>| text.is_some_and(|text| text.trim().is_empty());
        match &said.position {
            // A section that the prompt does not have is no place.
            Some(Position::Personality) if absent(chat.sources.personality) => {}
            Some(Position::Scenario) if absent(chat.sources.scenario) => {}
            Some(position) => return position.clone(),
            None => {}
        }
        let position = match chat.form {
            Form::Chat => said.depth.map(Position::Depth).or_else(|| {
                let total = chat.messages.len() as u32;
                said.reverse_depth
                    .map(|from_start| Position::Depth(total.saturating_sub(from_start)))
            }),
            Form::Text => said.instruct_depth.map(Position::TokenDepth).or_else(|| {
                let total: usize =
                    chat.messages.iter().map(|message| counter.count(message.text)).sum();
                said.reverse_instruct_depth.map(|from_start| {
                    Position::TokenDepth((total as u32).saturating_sub(from_start))
                })
            }),
        };
        match position.unwrap_or_else(|| self.entry(ready).position.clone()) {
            Position::Depth(0) if role == Role::Assistant => Position::Prefill,
            Position::TokenDepth(0) => Position::Prefill,
            position => position,
        }
    }

    fn outcome(
        &self,
        verdicts: Vec<Verdict>,
        memories: &[Memory],
        state: &State,
        length: u32,
    ) -> Outcome {
        let mut state = state.clone();
        let remembering = if self.remembers { &self.entries[..] } else { &[] };
        for ((ready, verdict), memory) in remembering.iter().zip(&verdicts).zip(memories) {
            if ready.remembers {
                let entry = self.entry(ready);
                let memory = if verdict.fired { memory.fired(entry, length) } else { *memory };
                state.set(&ready.memory, memory);
            }
        }
        let mut order: Vec<usize> = (0..verdicts.len())
            .filter(|&at| verdicts[at].position.is_some() && verdicts[at].trimmed.is_none())
            .collect();
        let rank = |at: usize| self.entry(&self.entries[at]).insertion_order;
        // Stable: of equals, the books' order and the file's counts.
        order.sort_by(|&a, &b| rank(a).total_cmp(&rank(b)));
        let mut disabled_prompts: Vec<String> = self
            .entries
            .iter()
            .zip(&verdicts)
            .filter(|(_, verdict)| verdict.fired && verdict.trimmed.is_none())
            .flat_map(|(ready, _)| ready.decorators.disable_ui_prompt.iter().cloned())
            .collect();
        disabled_prompts.sort_unstable();
        disabled_prompts.dedup();
        Outcome { verdicts, order, state, disabled_prompts }
    }
}

/// What is known of an entry during the rounds.
#[derive(Debug, Clone)]
struct Fate {
    because: Because,
    fired: bool,
    /// It lost its chance and is not asked again.
    out: bool,
    level: u32,
}

impl Default for Fate {
    fn default() -> Self {
        Self { because: Because::NoKey, fired: false, out: false, level: 0 }
    }
}
