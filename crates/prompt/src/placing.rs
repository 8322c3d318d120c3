//! Where lore stands in a prompt. What fires in every turn stands where its book asks for; what comes and goes stands late, so that
//! the beginning of the prompt, and with it the KV cache, survives.

use lore::{Position, Role};

use crate::scene::GivesWay;
use crate::special::disarm;
use crate::{Block, Scene};

/// Depth of the author's note where the person has not said one.
const NOTE_DEPTH: u32 = 4;

/// Lore by where it stands.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    /// In the fixed part.
    fixed: Vec<(Position, Block)>,
    /// Between messages.
    pub inserts: Vec<Insert>,
    /// Before the newest message.
    pub late: Vec<Block>,
    /// The beginning of the reply.
    pub prefill: Vec<Block>,
    /// Texts for `{{outlet::name}}`.
    pub outlets: Vec<(String, String)>,
    /// Not in the prompt, because the model takes none.
    pub left_out: Vec<Block>,
    disabled: Vec<String>,
}

/// A text between messages.
#[derive(Debug, Clone)]
pub(crate) struct Insert {
    /// How far from the end.
    pub from_end: FromEnd,
    /// Who says it.
    pub role: Role,
    pub block: Block,
}

/// A place counted from the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FromEnd {
    Messages(u32),
    Tokens(u32),
}

impl Placed {
    /// Sorts what fired.
    pub(crate) fn of(scene: &Scene<'_>, control: &[&str]) -> Self {
        let mut placed = Self::default();
        if let Some(outcome) = scene.lore {
            placed.disabled.clone_from(&outcome.disabled_prompts);
        }
        let note_depth = scene.author_note.as_ref().map_or(NOTE_DEPTH, |note| note.depth);
        let mut below_note = Vec::new();
        for verdict in scene.lore.iter().flat_map(|outcome| outcome.placed()) {
            let Some(position) = verdict.position.clone() else { continue };
            let text = disarm(verdict.text.trim(), control);
            let gives_way = if verdict.first_to_go { GivesWay::AtOnce } else { GivesWay::Lore };
            let mut block = Block::new("lore", text).giving_way(gives_way);
            block.detail = position.to_string();
            if scene.model.system_prompt.is_some() {
                placed.left_out.push(block);
                continue;
            }
            let between = |from_end| Insert { from_end, role: verdict.role, block: block.clone() };
            match position {
                Position::Depth(depth) => {
                    placed.inserts.push(between(FromEnd::Messages(depth)));
                }
                Position::TokenDepth(tokens) => {
                    placed.inserts.push(between(FromEnd::Tokens(tokens)));
                }
                Position::NoteTop => placed.inserts.push(between(FromEnd::Messages(note_depth))),
                Position::NoteBottom => below_note.push(between(FromEnd::Messages(note_depth))),
                Position::Prefill => placed.prefill.push(block),
                Position::Outlet(name) => placed.outlets.push((name, block.text)),
                position if verdict.stable || scene.lore_in_place => {
                    placed.fixed.push((position, block));
                }
                _ => placed.late.push(block),
            }
        }
        placed.card_note(scene, control);
        if let Some(note) = scene.author_note.as_ref().filter(|note| !note.text.trim().is_empty()) {
            placed.inserts.push(Insert {
                from_end: FromEnd::Messages(note.depth),
                role: Role::System,
                block: Block::new(
                    "author_note",
                    disarm(scene.macros().expand(note.text.trim()).trim(), control),
                ),
            });
        }
        placed.inserts.extend(below_note);
        placed
    }

    /// The card's own note within the conversation.
    fn card_note(&mut self, scene: &Scene<'_>, control: &[&str]) {
        let note = &scene.character.depth_prompt;
        let text = disarm(scene.macros().expand(note.text.trim()).trim(), control);
        if text.is_empty() {
            return;
        }
        let block = Block::new("card_note", text);
        if scene.model.system_prompt.is_some() {
            self.left_out.push(block);
            return;
        }
        let role = match note.role {
            domain::Role::User => Role::User,
            // Behind the newest message it would be the reply itself.
            domain::Role::Character if note.depth > 0 => Role::Assistant,
            domain::Role::Character | domain::Role::Narrator => Role::System,
        };
        self.inserts.push(Insert { from_end: FromEnd::Messages(note.depth), role, block });
    }

    /// Takes what stands at a place of the fixed part.
    pub(crate) fn at(&mut self, position: &Position) -> Vec<Block> {
        let (here, rest) =
            std::mem::take(&mut self.fixed).into_iter().partition(|(place, _)| place == position);
        self.fixed = rest;
        let here: Vec<(Position, Block)> = here;
        here.into_iter().map(|(_, block)| block).collect()
    }

    /// Whether an entry has switched off a prompt of the app's.
    pub(crate) fn disabled(&self, prompt: &str) -> bool {
        self.disabled.iter().any(|name| name == prompt)
    }
}
