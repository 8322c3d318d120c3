//! Makes the prompt of a turn: the `prompt` room's rules with the settings of the moment and the lorebooks of the conversation.

use std::sync::{Arc, Mutex};

use api::{Explanation, LoreFired, PromptBlock};
use dialogue::{PromptMaker, Request};
use domain::{
    Ask, Character, CharacterId, ConversationId, Lang, Log, Message, Persona, Problem, Role,
    Sampling, SamplingChanges, TurnId,
};
use prompt::Moment;
use store::SettingsFile;

use crate::app::lock;
use crate::characters::feelings::Faces;
use crate::conversation::cast;
use crate::conversation::views;
use crate::knowledge::lookup::Knowing;
use crate::knowledge::web_search::Searching;
use crate::memory::page;
use crate::memory::recall::Remembering;
use crate::models::guard::Policies;
use crate::models::loading::Parts;
use crate::prompting::author_notes::{self, Notes};
use crate::prompting::lorebooks::{self, Shelf};
use crate::prompting::token_counts::Counts;
use crate::stage::own_scenery::Props;

/// What a prompt was made from.
#[derive(Default)]
struct Behind {
    /// What came to mind.
    recalled: Vec<memory::Recalled>,
    /// What was looked up.
    looked: Option<crate::knowledge::lookup::Looked>,
    /// Entries of lorebooks that fired.
    fired: Vec<LoreFired>,
}

/// The conductor's prompt maker.
pub(crate) struct Maker {
    settings: Arc<Mutex<SettingsFile>>,
    /// How the last prompt was made, for whoever asks why.
    explained: Arc<Mutex<Option<Explanation>>>,
    log: Arc<dyn Log>,
    shelf: Shelf,
    notes: Notes,
    remembering: Option<Arc<Remembering>>,
    knowing: Option<Arc<Knowing>>,
    counts: Counts,
    /// What the replies are watched for.
    policies: Arc<Policies>,
    /// What is looked up elsewhere before the answer; `None`: nothing ever.
    searching: Option<Arc<Searching>>,
    /// The person's own places and sounds; `None`: only those that ship.
    props: Option<Arc<Props>>,
    /// The turn that was explained.
    turn: Mutex<Option<TurnId>>,
    /// How tokens are drawn in this run, where it differs from the settings.
    changes: SamplingChanges,
    /// Which feelings characters can show.
    faces: Faces,
}

impl Maker {
    #[expect(clippy::too_many_arguments, reason = "all that a prompt is made of")]
    pub(crate) fn new(
        settings: Arc<Mutex<SettingsFile>>,
        explained: Arc<Mutex<Option<Explanation>>>,
        log: Arc<dyn Log>,
        shelf: Shelf,
        notes: Notes,
        remembering: Option<Arc<Remembering>>,
        knowing: Option<Arc<Knowing>>,
        (policies, searching): (Arc<Policies>, Option<Arc<Searching>>),
        props: Option<Arc<Props>>,
    ) -> Self {
        let counts = Counts::default();
        Self {
            settings,
            explained,
            log,
            shelf,
            notes,
            remembering,
            knowing,
            counts,
            policies,
            searching,
            props,
            turn: Mutex::default(),
            changes: SamplingChanges::default(),
            faces: Faces::default(),
        }
    }

    /// The same with another way of drawing tokens than the settings'.
    pub(crate) fn with_changes(self, changes: SamplingChanges) -> Self {
        Self { changes, ..self }
    }
}

/// Number of tokens of each text, as the loaded model counts; `None` while there is none.
pub(crate) fn count(parts: &Parts, texts: &[String]) -> Option<Vec<u32>> {
    let model = parts.model.get()?;
    Some(texts.iter().map(|text| model.count(text) as u32).collect())
}

impl Maker {
    /// How the last prompt was made, and what of its reply was written anew.
    pub(crate) fn explain(&self) -> Option<Explanation> {
        let mut explained = lock(&self.explained).clone()?;
        if let Some(turn) = *lock(&self.turn) {
            let name = |fault| serde_json::to_value(fault).ok()?.as_str().map(str::to_owned);
            explained.again = self.policies.again(turn).into_iter().filter_map(name).collect();
        }
        Some(explained)
    }

    /// A prompt that answers nobody yet: what is read ahead.
    pub(crate) fn ahead(&self, request: &Request<'_>) -> Result<Ask, Problem> {
        Ok(self.assemble(request, &[])?.1.ask)
    }

    /// A prompt for a reply beside the conversation, watched where policies are given.
    pub(crate) fn beside(
        &self,
        request: &Request<'_>,
        policies: Option<&Policies>,
    ) -> Result<Ask, Problem> {
        let (_, assembled, _) = self.assemble(request, &[])?;
        if let Some(policies) = policies {
            policies.watch(request, &assembled, &*self.log);
        }
        Ok(assembled.ask)
    }

    /// The name of the model, what it is asked, and what is behind it. `found`: what a search engine said about the last line.
    fn assemble(
        &self,
        request: &Request<'_>,
        found: &[remote::Snippet],
    ) -> Result<(String, prompt::Assembled, Behind), Problem> {
        let settings = lock(&self.settings).get().clone();
        let info = request.model.info();
        let history = match &self.remembering {
            Some(remembering) => remembering.without_forgotten(request.history),
            None => std::borrow::Cow::Borrowed(request.history),
        };
        let request = &Request { history: &history, ..*request };
        let counter = self.counts.of(request.model, &info.path.to_string_lossy());
        let mut scene = prompt::Scene::new(
            request.turn,
            request.character,
            request.persona,
            request.history,
            &info,
        );
        scene.lang = Some(views::lang(&settings));
        scene.moment = Some(moment(request.history));
        dress(&mut scene, &settings);
        scene.stage =
            settings.direct_stage.then(|| crate::stage::directions::names(self.props.as_deref()));
        let feelings = self.faces.of(self.shelf.library(), request.who);
        let limits = prompt::Limits {
            context_tokens: settings.context_for(info.context_length),
            reply_tokens: settings.max_reply_tokens,
            sampling: self
                .changes
                .over(Sampling { tags: feelings.rule(&settings), ..settings.sampling() }),
            ..prompt::Limits::default()
        };
        scene.feelings = feelings.shown;
        // A turn without its books is better than none.
        let conversation = request.history.first().map(|message| message.conversation);
        // Books, memories and documents are those of whoever answers.
        let character = conversation.is_some().then(|| request.who.clone());
        let own = conversation.and_then(|id| cast::own(&*self.log, id));
        let own = own.as_ref().unwrap_or(request.who);
        scene.company = cast::company(request, own, self.shelf.library());
        if let (Some(id), Some(conversation)) = (&character, conversation) {
            scene.author_note = author_notes::of(&self.notes, id, conversation);
        }
        let mut behind = Behind::default();
        // A model that is too small for a card is too small for memories.
        if let (Some(remembering), Some(id), None) =
            (&self.remembering, &character, &info.system_prompt)
        {
            let mind = remembering.recall(
                id,
                request.history,
                views::lang(&settings),
                limits.context_tokens,
                &counter,
            );
            // The names alone: whatever else looks like a macro is a quotation.
            let names =
                prompt::Names { char: request.character.short_name(), user: &request.persona.name };
            (scene.memory, behind.recalled) = (names.expand(&mind.text), mind.items);
            scene.steady = true;
            let text = remembering.told_to_forget(request.history, views::lang(&settings));
            scene.notes.push(prompt::Note { name: "forgetting".to_owned(), text: text.to_owned() });
        }
        if let (Some(knowing), Some(id), None) = (&self.knowing, &character, &info.system_prompt) {
            let encoding = self.remembering.as_ref().and_then(|remembering| remembering.encoding());
            let whose = (id, request.history);
            let tokens = limits.context_tokens;
            let known = knowing.look_up(whose, encoding.as_deref(), found, tokens, &counter);
            (scene.knowledge, behind.looked) = (known.excerpts, known.looked);
            if !known.cue.is_empty() {
                scene.notes.push(prompt::Note { name: "rule".to_owned(), text: known.cue });
            }
        }
        let rules = lorebooks::rules(limits.context_tokens, &settings);
        let lore = character.and_then(|id| self.shelf.activate(&scene, &id, &counter, rules));
        scene.lore = lore.as_ref().map(|(outcome, _)| outcome);
        let assembled = prompt::assemble(&scene, &counter, &limits)?;
        if let Some((_, fired)) = lore {
            behind.fired = fired;
            let texts: Vec<&str> = assembled.blocks.iter().map(|one| one.text.as_str()).collect();
            crate::prompting::fired_lore::mark_left_out(
                &mut behind.fired,
                &texts,
                info.system_prompt.is_some(),
            );
        }
        Ok((info.name.clone(), assembled, behind))
    }
}

impl Maker {
    /// Makes the lorebooks of a conversation ready behind everything else.
    pub(crate) fn prepare(
        &self,
        people: (Character, Persona),
        character: CharacterId,
        conversation: ConversationId,
    ) {
        let rules = lorebooks::rules(0, lock(&self.settings).get());
        self.shelf.prepare(people, character, conversation, rules);
    }
}

/// What the settings say of every prompt.
pub(crate) fn dress(scene: &mut prompt::Scene<'_>, settings: &store::Settings) {
    scene.lore_in_place = settings.lore_in_place;
    scene.prefill.clone_from(&settings.reply_beginning);
}

impl PromptMaker for Maker {
    fn make(&self, request: &Request<'_>) -> Result<Ask, Problem> {
        let conversation = request.history.last().map(|last| last.conversation);
        if let (Some(remembering), Some(conversation)) = (&self.remembering, conversation) {
            // Before anything is recalled for the answer.
            remembering.heed(&self.log.conversation(conversation)?.character, request.history);
        }
        let (ask, looked) = self.made(request, &[])?;
        if let Some((question, true)) = looked {
            if Searching::is_guess(request) {
                return Err(Problem::new(
                    domain::ProblemKind::NotReady,
                    "what has to be looked up is not prepared on a guess",
                    "wait until it is said",
                ));
            }
            if let Some(searching) = &self.searching {
                searching.file(request, question);
            }
        }
        Ok(ask)
    }

    fn beginning(&self, request: &Request<'_>, certain: &str) -> Result<Option<String>, Problem> {
        let (_, assembled, _) = self.assemble(request, &[])?;
        let mut prompt = assembled.ask.prompt;
        Ok(assembled.newest_at.map(|at| {
            let said = if prompt[at..].starts_with(certain) { certain.len() } else { 0 };
            prompt.truncate(at + said);
            prompt
        }))
    }
}

impl Maker {
    /// The prompt of a turn with what a search engine found for it.
    pub(crate) fn make_with(
        &self,
        request: &Request<'_>,
        found: &[remote::Snippet],
    ) -> Result<Ask, Problem> {
        Ok(self.made(request, found)?.0)
    }

    /// Makes the prompt of a turn, and remembers how; answers what was looked for here, and whether it should be looked up elsewhere.
    fn made(
        &self,
        request: &Request<'_>,
        found: &[remote::Snippet],
    ) -> Result<(Ask, Option<(String, bool)>), Problem> {
        let (model, assembled, behind) = self.assemble(request, found)?;
        let looked = behind.looked.as_ref().map(|looked| {
            let (question, need, passages) = looked.outcome();
            let wants = |searching: &Arc<Searching>| searching.wants(request, need, passages);
            (question.to_owned(), self.searching.as_ref().is_some_and(wants))
        });
        if lock(&self.settings).get().stay_in_character {
            self.policies.watch(request, &assembled, &*self.log);
        }
        *lock(&self.explained) =
            Some(explanation(model, &assembled, behind.fired, &behind.recalled));
        *lock(&self.turn) = Some(request.turn);
        if let Some(knowing) = &self.knowing {
            knowing.asked(behind.looked);
        }
        Ok((assembled.ask, looked))
    }
}

fn explanation(
    model: String,
    assembled: &prompt::Assembled,
    lore: Vec<LoreFired>,
    recalled: &[memory::Recalled],
) -> Explanation {
    let block = |block: &prompt::Block| PromptBlock {
        name: block.name.clone(),
        text: block.text.clone(),
        tokens: block.tokens as u32,
    };
    Explanation {
        model,
        blocks: assembled.blocks.iter().map(block).collect(),
        left_out: assembled.dropped_messages as u32,
        lore,
        recalled: recalled.iter().map(page::recollection).collect(),
        again: Vec::new(),
    }
}

/// The time, as macros tell it. `history` says how long the person was silent before their newest message.
pub(crate) fn moment(history: &[Message]) -> Moment {
    let now = jiff::Zoned::now();
    let mut own = history.iter().rev().filter(|message| message.role == Role::User);
    let idle = match (own.next(), own.next()) {
        (Some(newest), Some(before)) => {
            let millis = newest.created_at.saturating_sub(before.created_at);
            Some(jiff::SignedDuration::from_millis(millis as i64))
        }
        _ => None,
    };
    Moment { local: now.datetime(), utc_offset_minutes: now.offset().seconds() / 60, idle }
}

/// A greeting as it is said: macros expanded once and for all.
pub(crate) fn greeting(
    text: &str,
    (character, persona): (&Character, &Persona),
    conversation: ConversationId,
    lang: Lang,
) -> String {
    let names = prompt::Names { char: character.short_name(), user: &persona.name };
    prompt::Macros::of_conversation(names, conversation).at(Some(moment(&[])), lang).expand(text)
}

#[cfg(test)]
#[path = "maker_tests.rs"]
mod tests;
