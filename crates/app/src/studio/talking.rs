//! The blind talk: what was trained and its base answer the same words; the answer that is liked goes on.

use std::path::PathBuf;
use std::sync::Arc;

use api::{ArenaRound, StudioReveal, StudioVotes};
use appraisal::arena::{Ballot, Contender, Outcome};
use domain::{
    Ask, Character, CharacterId, ConversationId, LanguageModel, Message, MessageId, Problem,
    ProblemKind, Role, TurnId,
};

use super::project::Project;
use crate::app::{Answer, App, lock};
use crate::characters::cards;
use crate::conversation::views;

/// Longest text that is said, in bytes.
const MAX_ASKED: usize = 16 << 10;
/// Answers of the talk that are remembered.
const REMEMBERED: usize = 8;

impl App {
    /// Has both answer `asked`, in the talk so far; `anew` forgets it.
    ///
    /// # Errors
    /// Where nothing is trained yet, somebody talks, or a model cannot be loaded.
    pub async fn studio_round(&self, id: &str, asked: &str, anew: bool) -> Answer<ArenaRound> {
        let asked = asked.trim();
        if asked.is_empty() || asked.len() > MAX_ASKED {
            return Err(Problem::new(
                ProblemKind::Invalid,
                "say something, of up to 16 KiB",
                "write a line that she might be told",
            )
            .into());
        }
        let project = self.studio_store().read(id)?;
        let adapter = self.studio_trained_adapter(&project)?;
        let cancel = self.begin_round()?;
        let talk = {
            let mut talk = lock(&self.studio.talk);
            if anew || talk.as_ref().is_none_or(|(of, _)| of != id) {
                *talk = Some((id.to_owned(), Vec::new()));
            }
            talk.as_ref().map(|(_, talk)| talk.clone()).unwrap_or_default()
        };
        let engine = self.engine_apart(project.trained_on.clone()).await?;
        let character = self.studio_character(&project);
        let seed = super::now_ms();
        let choice = llm::AdapterChoice { path: adapter, scale: 1.0 };
        let mut replies = Vec::new();
        for adapters in [vec![choice], Vec::new()] {
            let ask = self.studio_ask(&engine, &character, (&talk, asked), seed)?;
            let reply =
                self.written_with(&engine, Some(&adapters), &*engine, ask, cancel.clone()).await?;
            replies.push(reply.trim().to_owned());
            if cancel.is_cancelled() {
                return Err(Problem::new(
                    ProblemKind::NotReady,
                    "the comparison was given up",
                    "ask again",
                )
                .into());
            }
        }
        let base = engine.info().name;
        let (plain, tuned) = (replies.pop().unwrap_or_default(), replies.pop().unwrap_or_default());
        let ballot = Ballot {
            at: seed,
            character: character.name,
            conversation: None,
            category: String::new(),
            topic: String::new(),
            history: talk,
            asked: asked.to_owned(),
            one: Contender {
                label: format!("{base}, adapter {}", project.speaks_as()),
                reply: tuned,
            },
            other: Contender { label: base, reply: plain },
            one_left: store::new_id().as_u128() & 1 == 1,
            outcome: Outcome::Tie,
        };
        Ok(self.open_ballot(ballot))
    }

    /// Votes `left`, `right` or `tie`, and says which was trained. The better answer goes on; of equal ones, the trained one.
    pub fn studio_vote(&self, id: &str, round: &str, vote: &str) -> Answer<StudioReveal> {
        let open = lock(&self.arena.open).clone().filter(|(open, _)| open == round);
        self.arena_vote(round, vote, "")?;
        let Some((_, ballot)) = open else {
            return Ok(StudioReveal { tuned_left: false, votes: StudioVotes::default() });
        };
        let liked_left = vote == "left";
        let liked_tuned = vote == "tie" || liked_left == ballot.one_left;
        let liked = if liked_tuned { &ballot.one.reply } else { &ballot.other.reply };
        if let Some((_, talk)) = lock(&self.studio.talk).as_mut().filter(|(of, _)| of == id) {
            talk.push((ballot.asked.clone(), liked.clone()));
            let surplus = talk.len().saturating_sub(REMEMBERED);
            talk.drain(..surplus);
        }
        let project = self.studio_store().change(id, |project| {
            let votes = &mut project.votes;
            let count = match vote {
                "tie" => &mut votes.tie,
                _ if liked_tuned => &mut votes.tuned,
                _ => &mut votes.base,
            };
            *count += 1;
        })?;
        Ok(StudioReveal { tuned_left: ballot.one_left, votes: project.votes })
    }

    /// Whoever speaks in the talk: the character that the adapter was given to, or the speaker, of whom only the name is known.
    fn studio_character(&self, project: &Project) -> Character {
        let id = project.used_by.clone().map(CharacterId);
        let given = id.and_then(|id| cards::load(&self.shelf.library, &id).ok());
        let name = project.speaks_as().to_owned();
        given.map_or(Character { name, ..Character::default() }, |given| given.character)
    }

    /// The prompt of an answer in the talk.
    fn studio_ask(
        &self,
        engine: &Arc<llm::Engine>,
        character: &Character,
        (talk, asked): (&[(String, String)], &str),
        seed: u64,
    ) -> Result<Ask, Problem> {
        let settings = lock(&self.settings).get().clone();
        let message = |role: Role, text: &str| Message {
            id: MessageId::NOT_LOGGED,
            parent: None,
            conversation: ConversationId(uuid::Uuid::nil()),
            role,
            text: text.to_owned(),
            interrupted: false,
            speaker: None,
            created_at: seed,
        };
        let mut history: Vec<Message> = talk
            .iter()
            .flat_map(|(said, answer)| {
                [message(Role::User, said), message(Role::Character, answer)]
            })
            .collect();
        history.push(message(Role::User, asked));
        let (info, persona) = (engine.info(), settings.persona());
        let turn = TurnId(u64::MAX);
        let mut scene = prompt::Scene::new(turn, character, &persona, &history, &info);
        scene.lang = Some(views::lang(&settings));
        let mut sampling = settings.sampling();
        sampling.seed = Some(seed);
        let limits = prompt::Limits {
            context_tokens: settings.context_for(info.context_length),
            reply_tokens: settings.max_reply_tokens,
            sampling,
            ..prompt::Limits::default()
        };
        Ok(prompt::assemble(&scene, &**engine, &limits)?.ask)
    }

    pub(super) fn studio_trained_adapter(&self, project: &Project) -> Result<PathBuf, Problem> {
        self.studio_store().adapter(project).ok_or_else(|| {
            Problem::new(
                ProblemKind::NotReady,
                "nothing is trained yet",
                "wait for the training's end, or begin one",
            )
        })
    }

    /// Projects with something trained: id, and whose answers it learnt.
    pub(crate) fn studio_trained(&self) -> Vec<(String, String)> {
        let store = self.studio_store();
        let trained = store.all().into_iter().filter(|one| store.adapter(one).is_some());
        trained.map(|project| (project.id.clone(), project.speaks_as().to_owned())).collect()
    }

    /// What a project has trained.
    pub(crate) fn studio_adapter(&self, id: &str) -> Result<Option<PathBuf>, Problem> {
        let store = self.studio_store();
        Ok(store.adapter(&store.read(id)?))
    }
}
