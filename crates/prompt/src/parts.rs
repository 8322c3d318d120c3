//! Everything of a prompt but the history, and the order in which it is left out.

use domain::TokenCounter;
use lore::Role;

use crate::macros::Macros;
use crate::placing::{FromEnd, Insert, Placed};
use crate::scene::GivesWay;
use crate::special::disarm;
use crate::texts::text;
use crate::turns::Spoken;
use crate::{Block, Scene, sheet};

/// The parts, none of them trimmed yet.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The system message.
    pub fixed: Vec<Block>,
    /// Between the messages.
    pub inserts: Vec<Insert>,
    /// Before the newest message, where that is the person's: what comes to mind with it; lore first. None of it depends on the last
    /// words of the message, most of the time, and so it can be read while they are still being said.
    pub aside: Vec<Block>,
    /// Behind the newest message.
    pub tail: Vec<Block>,
    /// The beginning of the reply.
    pub prefill: Vec<Block>,
    /// What was left out.
    pub left_out: Vec<Block>,
    /// What stands above lore that comes and goes.
    lore_heading: String,
    /// Room is left for what comes and goes even where nothing does.
    steady: bool,
}

/// What comes and goes with the turns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Late {
    /// Its tokens.
    pub cost: usize,
    /// Room is left for it even where there is nothing.
    pub steady: bool,
}

/// Documents as the model reads them: each line marked as quoted, so that nothing in them can end the quotation. The first has the
/// heading; where room is short, the last goes first.
fn excerpts(scene: &Scene<'_>, heading: &str, control: &[&str]) -> Vec<Block> {
    let said = scene.knowledge.iter().filter(|excerpt| !excerpt.text.trim().is_empty());
    said.enumerate()
        .map(|(at, excerpt)| {
            let source = excerpt.source.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut text = if at == 0 { format!("{heading}\n") } else { String::new() };
            text.extend(["[", &(at + 1).to_string(), "] ", &disarm(&source, control)]);
            for line in excerpt.text.trim().lines() {
                text.push_str("\n> ");
                text.push_str(&disarm(line, control));
            }
            let block = Block::new("knowledge", text).giving_way(GivesWay::Knowledge);
            Block { detail: source, ..block }
        })
        .collect()
}

impl Parts {
    pub(crate) fn of(scene: &Scene<'_>, macros: &Macros<'_>, control: &[&str]) -> Self {
        let lang = scene.language();
        let mut lore = Placed::of(scene, control);
        let macros = &macros.clone().with_outlets(std::mem::take(&mut lore.outlets));
        let fixed = sheet::sheet(scene, lang, macros, control, &mut lore);
        let volatile = macros.drawing_from(scene.turn_seed());
        let headed = |name: &'static str, value: &str, gives_way| {
            let value = value.trim();
            (!value.is_empty()).then(|| {
                let text =
                    format!("{}\n{}", macros.expand(text(lang, name)), disarm(value, control));
                Block::new(name, text).giving_way(gives_way)
            })
        };
        let mut aside = std::mem::take(&mut lore.late);
        aside.extend(headed("memory", &scene.memory, GivesWay::Memory));
        aside.extend(excerpts(scene, &macros.expand(text(lang, "knowledge")), control));
        let mut tail = Vec::new();
        for note in scene.notes.iter().filter(|note| !note.text.trim().is_empty()) {
            let text = disarm(volatile.expand(note.text.trim()).trim(), control);
            tail.push(Block::new(note.name.clone(), text));
        }
        tail.extend(sheet::post_history(scene, &volatile, control, &lore));
        let mut prefill = std::mem::take(&mut lore.prefill);
        let own = disarm(volatile.expand(scene.prefill.trim()).trim(), control);
        if !own.is_empty() {
            prefill.push(Block::new("prefill", own));
        }
        Self {
            fixed,
            inserts: lore.inserts,
            aside,
            tail,
            prefill,
            left_out: lore.left_out,
            lore_heading: macros.expand(text(lang, "lore")),
            steady: scene.steady,
        }
    }

    /// What comes and goes, for whoever has to leave room for it.
    pub(crate) fn late(&self, counter: &dyn TokenCounter) -> Late {
        Late { cost: self.cost(counter), steady: self.steady }
    }

    /// The system message.
    pub(crate) fn system(&self) -> String {
        self.fixed.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n\n")
    }

    /// What comes to mind with the newest message.
    pub(crate) fn before(&self) -> Vec<String> {
        let lore = self.aside.iter().take_while(|block| block.name == "lore");
        let lore: Vec<&str> = lore.map(|block| block.text.as_str()).collect();
        let rest = self.aside[lore.len()..].iter().map(|block| block.text.clone());
        let lore =
            (!lore.is_empty()).then(|| format!("{}\n{}", self.lore_heading, lore.join("\n")));
        lore.into_iter().chain(rest).collect()
    }

    /// What stands behind the newest message.
    pub(crate) fn behind(&self) -> impl Iterator<Item = &str> {
        self.tail.iter().map(|block| block.text.as_str())
    }

    /// The beginning of the reply.
    pub(crate) fn beginning(&self) -> String {
        self.prefill.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// What all but the fixed part costs, with a little for each turn that may be of its own.
    pub(crate) fn cost(&self, counter: &dyn TokenCounter) -> usize {
        let inserts: usize =
            self.inserts.iter().map(|insert| counter.count(&insert.block.text) + 8).sum();
        let before = self.before();
        let around = before.iter().map(String::as_str).chain(self.behind());
        let around: usize = around.map(|text| counter.count(text) + 2).sum();
        let beginning = self.beginning();
        let beginning = if beginning.is_empty() { 0 } else { counter.count(&beginning) + 2 };
        inserts + around + beginning
    }

    /// Leaves out the next part that gives way at this point; whether there was one. Of equals the last goes first.
    pub(crate) fn give_up(&mut self, gives_way: GivesWay) -> bool {
        let last = |blocks: &[Block]| blocks.iter().rposition(|b| b.gives_way == gives_way);
        let block = if let Some(at) = last(&self.tail) {
            self.tail.remove(at)
        } else if let Some(at) = last(&self.aside) {
            self.aside.remove(at)
        } else if let Some(at) =
            self.inserts.iter().rposition(|insert| insert.block.gives_way == gives_way)
        {
            self.inserts.remove(at).block
        } else if let Some(at) = last(&self.prefill) {
            self.prefill.remove(at)
        } else if let Some(at) = last(&self.fixed) {
            self.fixed.remove(at)
        } else {
            return false;
        };
        self.left_out.push(block);
        true
    }

    /// The messages with what stands between them. `costs` are those of the messages.
    pub(crate) fn among(&self, said: &[Spoken], costs: &[usize]) -> Vec<Spoken> {
        let mut places: Vec<(usize, Spoken)> = self
            .inserts
            .iter()
            .map(|insert| {
                let before = match insert.from_end {
                    FromEnd::Messages(depth) => said.len().saturating_sub(depth as usize),
                    FromEnd::Tokens(tokens) => before_tokens(costs, tokens as usize),
                };
                let user = insert.role != Role::Assistant;
                (before, Spoken { user, text: insert.block.text.clone() })
            })
            .collect();
        // What comes to mind stands closest to the message that called it there.
        let newest = said.len() - usize::from(said.last().is_some_and(|last| last.user));
        places.extend(self.before().into_iter().map(|text| (newest, Spoken { user: true, text })));
        // Stable: at one place, in the order of insertion.
        places.sort_by_key(|(before, _)| *before);
        let mut out = Vec::with_capacity(said.len() + places.len());
        let mut places = places.into_iter().peekable();
        for (at, one) in said.iter().enumerate() {
            while let Some((_, insert)) = places.next_if(|(before, _)| *before <= at) {
                out.push(insert);
            }
            out.push(one.clone());
        }
        out.extend(places.map(|(_, insert)| insert));
        out
    }
}

/// The message before which at least so many tokens follow.
fn before_tokens(costs: &[usize], tokens: usize) -> usize {
    let mut left = tokens;
    let mut at = costs.len();
    while at > 0 && left > 0 {
        at -= 1;
        left = left.saturating_sub(costs[at]);
    }
    at
}
