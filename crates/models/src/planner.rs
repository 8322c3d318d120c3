//! What fits this machine: language model, conversation, recogniser, voice and window planned together.
//!
//! A pure function of the machine, of what there is, and of what a person wants; so that a sentence like "this fits with 2 GB to
//! spare" can be tested. It recommends one set and says why, and refuses what cannot fit. The numbers come from
//! [`footprint`](crate::footprint), put right by what was measured on this machine ([`Learned`]).

mod candidates;
mod contexts;
mod learned;
#[cfg(test)]
mod tests;

use domain::Lang;
use serde::Serialize;

use crate::catalogue::Kind;
use crate::footprint::Footprint;
use crate::machine::{Fate, Gpu, Machine, MemoryIs};

pub use self::candidates::{
    candidate_at, candidates, entry_candidate, file_candidate, folder_candidate,
};
pub use self::contexts::{CONTEXTS, plan_within};
pub use self::learned::Learned;

/// The program without models: the sound, the database, the voices that come with it. A guess on the safe side.
const BASE: u64 = 90_000_000;
/// The window: the page, and the processes of the system's web view. A guess on the safe side.
const WINDOW: u64 = 450_000_000;
/// What is left to the system and to other programs, at least, and the share of all memory.
const LEFT_ALONE: u64 = 1_500_000_000;
const LEFT_ALONE_SHARE: u64 = 5;
/// The share of the memory's speed at which weights go through our products where the cores keep up with it: an estimate.
const EFFICIENCY: f64 = 0.55;
/// Bytes of weights in blocks that one core multiplies a second: on few cores they are the limit, and not the memory. Measured (66.1
/// tokens a second of 380 MB on two cores of an AMD EPYC with AVX-512, docs/bench/llm.json).
const PER_CORE: f64 = 12.5e9;
/// The same without AVX2 or NEON: a guess, on the slow side.
const PER_OLD_CORE: f64 = 3e9;
/// Speech takes three to four tokens a second; below this a reply comes slower than it is spoken.
const TALKABLE: f64 = 5.0;
/// Weights from which a language model goes to a graphics card by itself (`llm`'s `SMALL`), and what a pass takes there besides.
const CARD_FROM: u64 = 250_000_000;
const CARD_SPARE: u64 = 1_000_000_000;
/// Megabytes of a recogniser that a core can follow speech with.
const EARS_MB_PER_CORE: u64 = 40;

/// Something that could be used.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "four facts, each asked for by itself")]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub kind: Kind,
    /// Name for people.
    pub name: String,
    /// It is here already (or came with the program).
    pub here: bool,
    /// It came with the program: the last resort, and never recommended over another.
    pub built_in: bool,
    /// Bytes to fetch; nought where it is here.
    pub download: u64,
    /// Its terms are to be agreed to first.
    pub ask: bool,
    /// It is for those who choose it themselves: never recommended to somebody who does not have it.
    pub by_choice: bool,
    /// Languages; empty where not known.
    pub languages: Vec<String>,
    /// What it takes.
    pub footprint: Footprint,
}

/// What a person wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The language that is talked.
    pub language: Lang,
    /// Answers are spoken.
    pub speak: bool,
    /// Speech is understood.
    pub hear: bool,
    /// There is a window.
    pub window: bool,
    /// Ids that must be in the set, by kind; the rest is chosen.
    pub chosen: Vec<String>,
}

/// Whether something fits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// With so many bytes to spare.
    Fits {
        /// Bytes that stay.
        spare: u64,
    },
    /// It fits, and would write slower than it speaks.
    Slow {
        /// Bytes that stay.
        spare: u64,
    },
    /// So many bytes are missing: it is refused.
    TooLarge {
        /// Bytes that are missing.
        missing: u64,
    },
}

/// A candidate and what there is to say of it, with the rest of the set beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub kind: Kind,
    /// Name for people.
    pub name: String,
    /// It is here already.
    pub here: bool,
    /// Bytes to fetch.
    pub download: u64,
    /// Its terms are to be agreed to first.
    pub ask: bool,
    /// What it takes.
    pub footprint: Footprint,
    /// All of that.
    pub needs: u64,
    /// Whether it fits.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Tokens that it writes a second, estimated from how fast memory is read here.
    pub tokens_per_s: Option<f64>,
    /// It is in the recommended set.
    pub recommended: bool,
}

/// A sentence of the explanation, as what it says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "`Reason::text` says what each is")]
pub enum Reason {
    Budget { memory: u64, budget: u64 },
    Context { context: u64, longest: u64 },
    Largest { name: String, needs: u64 },
    Speed { name: String, tokens_per_s: f64 },
    BuiltIn { name: String },
    NoRoomFor { kind: Kind },
    TooLarge { name: String, missing: u64 },
    TooSlow { name: String, tokens_per_s: f64 },
    CloseOthers { needs: u64, available: u64 },
    GpuUnused { name: String, memory: u64, fate: Fate },
    GpuUsed { name: String, memory: u64 },
    OnGpu { name: String, gpu: String },
    Refused { name: String, missing: u64 },
}

impl Reason {
    /// In plain English.
    pub fn text(&self) -> String {
        let b = |n: &u64| crate::words::bytes(*n);
        match self {
            Self::Budget { memory, budget } => format!(
                "this computer has {} of memory; {} of it can be used, the rest stays for the system and other programs",
                b(memory),
                b(budget)
            ),
            Self::Context { context, longest } => contexts::words(*context, *longest),
            Self::Largest { name, needs } => {
                format!(
                    "{name} is the largest language model that fits and keeps up with speech here ({})",
                    b(needs)
                )
            }
            Self::Speed { name, tokens_per_s } => {
                format!(
                    "{name} should write about {tokens_per_s:.0} words' parts (tokens) a second; speech needs four"
                )
            }
            Self::BuiltIn { name } => {
                format!(
                    "nothing larger fits or keeps up here: {name}, which came with the program, stays"
                )
            }
            Self::NoRoomFor { kind: Kind::Voice } => {
                "there is no room for another voice".to_owned()
            }
            Self::NoRoomFor { kind: Kind::Pictures } => {
                "there is no room for a model that draws".to_owned()
            }
            Self::NoRoomFor { .. } => "there is no room for a recogniser of speech".to_owned(),
            Self::TooLarge { name, missing } => {
                format!("{name} would need {} more memory than there is", b(missing))
            }
            Self::TooSlow { name, tokens_per_s } => {
                format!(
                    "{name} fits, but would write only {tokens_per_s:.1} tokens a second: slower than it is spoken"
                )
            }
            Self::CloseOthers { needs, available } => format!(
                "right now {} are free and {} are needed: close other programs first",
                b(available),
                b(needs)
            ),
            Self::GpuUnused { name, memory, fate } => {
                let size = b(memory);
                match fate {
                    Fate::Used | Fate::Setting => format!(
                        "{name} was found, with {size}: the setting `device` keeps language models on the processor or on another device"
                    ),
                    Fate::OtherBuild => format!(
                        "{name} was found, with {size}: this build computes on the processor; one for CUDA or Metal, made from source (docs/install.md), would compute there"
                    ),
                    Fate::NoDriver => format!(
                        "{name} was found, with {size}, but not the driver of its maker, which a build for CUDA needs"
                    ),
                    Fate::Server => format!(
                        "{name} was found, with {size}: no build of Hanashi computes on it; a server on this computer that does (llama.cpp's, built for Vulkan) can write the replies (`remote_url`)"
                    ),
                    Fate::Shared => format!(
                        "{name} was found: it shares the computer's memory ({size} of it), which the processor reads as fast, and is not used"
                    ),
                    Fate::Software => format!(
                        "{name} draws on the processor: it is no graphics card, and is not counted"
                    ),
                }
            }
            Self::GpuUsed { name, memory } => {
                format!(
                    "{name} was found: a language model that fits in its {} can compute there",
                    b(memory)
                )
            }
            Self::OnGpu { name, gpu } => {
                format!("{name} fits in the memory of {gpu}, where it is fast enough for speech")
            }
            Self::Refused { name, missing } => {
                format!("{name} cannot be used here: {} of memory are missing", b(missing))
            }
        }
    }
}

/// What is planned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// Tokens of context that it is made with, where that was to be found ([`plan_within`]).
    pub context: Option<u64>,
    /// Bytes that may be used.
    pub budget: u64,
    /// Bytes of the program and its window.
    pub base: u64,
    /// Ids of the set.
    pub set: Vec<String>,
    /// Bytes that the set takes, the program counted.
    pub needs: u64,
    /// Bytes to fetch for it.
    pub download: u64,
    /// It fits. False only for what a person chose themselves.
    pub fits: bool,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Everything there is, beside the rest of the set.
    pub choices: Vec<Choice>,
}

/// Bytes of a machine's memory that may be used.
pub fn budget(machine: &Machine) -> u64 {
    machine.memory.saturating_sub(LEFT_ALONE.max(machine.memory / LEFT_ALONE_SHARE))
}

/// Bytes of the program, and of its window where there is one.
pub fn base(window: bool) -> u64 {
    BASE + if window { WINDOW } else { 0 }
}

/// Whether a language model would lie in the own memory of a graphics card of this machine, and not in the computer's.
pub fn on_card(machine: &Machine, one: &Candidate) -> bool {
    card(machine, one).is_some_and(|gpu| gpu.memory_is == MemoryIs::Own)
}

/// Plans for a machine.
pub fn plan(machine: &Machine, candidates: &[Candidate], wish: &Wish) -> Plan {
    let budget = budget(machine);
    let base = base(wish.window);
    let mut reasons = vec![Reason::Budget { memory: machine.memory, budget }];
    for gpu in &machine.gpus {
        let name = gpu.name.clone();
        reasons.push(if gpu.is_used() {
            Reason::GpuUsed { name, memory: gpu.free.unwrap_or(gpu.memory) }
        } else {
            Reason::GpuUnused { name, memory: gpu.memory, fate: gpu.fate }
        });
    }
    let chosen =
        |kind| candidates.iter().find(|one| one.kind == kind && wish.chosen.contains(&one.id));
    let built_in = candidates.iter().find(|one| one.built_in);
    let least = base + built_in.map_or(0, |one| one.footprint.total());

    // Ears and voice first: they are small, and a conversation without them is another program.
    let mut room = budget.saturating_sub(least);
    let mut set: Vec<&Candidate> = Vec::new();
    for (kind, wanted) in [(Kind::Ears, wish.hear), (Kind::Voice, wish.speak)] {
        let best = match chosen(kind) {
            Some(one) => Some(one),
            None if wanted => first_that_suits(machine, candidates, wish.language, kind),
            None => None,
        };
        match best {
            Some(one) if one.footprint.total() <= room || chosen(kind).is_some() => {
                room = room.saturating_sub(one.footprint.total());
                set.push(one);
            }
            Some(_) => reasons.push(Reason::NoRoomFor { kind }),
            None => {}
        }
    }
    let beside: u64 = base + set.iter().map(|one| one.footprint.total()).sum::<u64>();
    let for_chat = budget.saturating_sub(beside);
    let chat = chosen(Kind::Chat)
        .or_else(|| largest(machine, candidates, wish.language, for_chat, &mut reasons))
        .or(built_in);
    if let Some(chat) = chat {
        if chat.built_in && !wish.chosen.contains(&chat.id) {
            reasons.push(Reason::BuiltIn { name: chat.name.clone() });
        } else if let Some(gpu) = card(machine, chat) {
            reasons.push(Reason::OnGpu { name: chat.name.clone(), gpu: gpu.name.clone() });
        } else if let Some(tokens_per_s) = speed(machine, chat) {
            reasons.push(Reason::Speed { name: chat.name.clone(), tokens_per_s });
        }
        set.insert(0, chat);
    }
    let needs = base + set.iter().map(|one| one.footprint.total()).sum::<u64>();
    let fits = needs <= budget;
    if !fits && let Some(largest) = set.iter().max_by_key(|one| one.footprint.total()) {
        reasons.push(Reason::Refused { name: largest.name.clone(), missing: needs - budget });
    } else if needs > machine.available {
        reasons.push(Reason::CloseOthers { needs, available: machine.available });
    }
    let ids: Vec<String> = set.iter().map(|one| one.id.clone()).collect();
    let choices = candidates
        .iter()
        .map(|one| {
            // Beside what else is in the set: another of its kind would take its place.
            let others: u64 = set
                .iter()
                .filter(|other| other.kind != one.kind)
                .map(|o| o.footprint.total())
                .sum();
            choice(machine, one, budget.saturating_sub(base + others), ids.contains(&one.id))
        })
        .collect();
    Plan {
        context: None,
        budget,
        base,
        needs,
        download: set.iter().map(|one| one.download).sum(),
        fits,
        reasons,
        choices,
        set: ids,
    }
}

fn choice(machine: &Machine, one: &Candidate, room: u64, recommended: bool) -> Choice {
    let needs = one.footprint.total();
    let tokens_per_s = (one.kind == Kind::Chat).then(|| speed(machine, one)).flatten();
    let verdict = match room.checked_sub(needs) {
        None => Verdict::TooLarge { missing: needs - room },
        Some(spare) if tokens_per_s.is_some_and(|speed| speed < TALKABLE) => {
            Verdict::Slow { spare }
        }
        Some(spare) => Verdict::Fits { spare },
    };
    Choice {
        id: one.id.clone(),
        kind: one.kind,
        name: one.name.clone(),
        here: one.here,
        download: one.download,
        ask: one.ask,
        footprint: one.footprint,
        needs,
        verdict,
        tokens_per_s,
        recommended,
    }
}

/// The graphics card that a language model would compute on, where this build uses one with room for it.
fn card<'a>(machine: &'a Machine, one: &Candidate) -> Option<&'a Gpu> {
    let needs = one.footprint.total().saturating_add(CARD_SPARE);
    let large = one.kind == Kind::Chat && one.footprint.weights >= CARD_FROM;
    let fits = |gpu: &&Gpu| gpu.is_used() && gpu.free.unwrap_or(gpu.memory) >= needs;
    machine.gpus.iter().filter(|_| large).find(fits)
}

/// Every weight is read and multiplied for every token: the slower of the two decides. Not known for what computes on a graphics
/// card, where memory is many times as fast.
fn speed(machine: &Machine, one: &Candidate) -> Option<f64> {
    if card(machine, one).is_some() {
        return None;
    }
    let quick = machine.features.iter().any(|name| ["avx2", "neon"].contains(&name.as_str()));
    let core = if quick { PER_CORE } else { PER_OLD_CORE };
    let rate = (machine.bandwidth? * EFFICIENCY).min(core * machine.cores as f64);
    Some(rate / one.footprint.weights.max(1) as f64)
}

fn speaks(one: &Candidate, language: Lang) -> bool {
    one.languages.is_empty()
        || one.languages.iter().any(|code| Lang::from_code(code) == Some(language))
}

/// Of a kind that comes in an order: what is here, else the first of the catalogue that this machine can follow speech with; one
/// without terms of its own before one with.
fn first_that_suits<'a>(
    machine: &Machine,
    candidates: &'a [Candidate],
    language: Lang,
    kind: Kind,
) -> Option<&'a Candidate> {
    let limit = EARS_MB_PER_CORE * 1_000_000 * machine.cores as u64;
    let suits = |one: &&Candidate| {
        one.kind == kind
            && speaks(one, language)
            && (one.here || !one.by_choice)
            && (kind != Kind::Ears || one.footprint.weights <= limit)
    };
    let mut all: Vec<&Candidate> = candidates.iter().filter(suits).collect();
    all.sort_by_key(|one| (!one.here, one.ask));
    all.into_iter().next()
}

/// The largest language model that fits and keeps up; says which larger ones do not, and why.
fn largest<'a>(
    machine: &Machine,
    candidates: &'a [Candidate],
    language: Lang,
    room: u64,
    reasons: &mut Vec<Reason>,
) -> Option<&'a Candidate> {
    let mut all: Vec<&Candidate> = candidates
        .iter()
        .filter(|one| one.kind == Kind::Chat && !one.built_in && speaks(one, language))
        // Terms that are not everybody's are for those who ask for them, and so are matters of taste.
        .filter(|one| one.here || !(one.ask || one.by_choice))
        .collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.footprint.weights));
    for one in all {
        let needs = one.footprint.total();
        match (room.checked_sub(needs), speed(machine, one)) {
            (None, _) => {
                reasons.push(Reason::TooLarge { name: one.name.clone(), missing: needs - room });
            }
            (Some(_), Some(tokens_per_s)) if tokens_per_s < TALKABLE => {
                reasons.push(Reason::TooSlow { name: one.name.clone(), tokens_per_s });
            }
            (Some(_), _) => {
                reasons.push(Reason::Largest { name: one.name.clone(), needs });
                return Some(one);
            }
        }
    }
    None
}
