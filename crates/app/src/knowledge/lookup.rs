//! What a character has read, joined to the turn: whether a line needs documents, what is found for it, and whether the reply leaned on
//! what was found.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use api::{LookedUp, PassageView};
use domain::{CharacterId, Lang, Message, MessageId, Role, TokenCounter};
use knowledge::{Fired, Knowledge, Need, Passage, Reader, Rules};
use prompt::Excerpt;

use crate::app::lock;
use crate::knowledge::{documents, web_search};
use crate::memory::encoder::Encoding;

/// The index's file in the data folder.
pub(crate) const FILE: &str = "knowledge.sqlite";
/// The folder of rules: one table for each character, and `all.toml`.
pub(crate) const RULES: &str = "rules";
/// Share of the context that documents may take, as the divisor.
const SHARE_OF_CONTEXT: u32 = 5;
/// Most passages of a prompt.
const PASSAGES: usize = 6;
/// The person's lines before the last that it may point back at.
const EARLIER: usize = 3;

/// The documents of a running program.
pub(crate) struct Knowing {
    /// The index.
    pub(crate) knowledge: Knowledge,
    rules: PathBuf,
    looked_up: Mutex<Option<Looked>>,
}

/// What was looked up for the last turn.
#[derive(Debug, Clone)]
pub(crate) struct Looked {
    /// The line that is answered.
    answers: MessageId,
    need: Need,
    question: String,
    passages: Vec<Passage>,
    fired: Option<Fired>,
    /// What of the reply leaned on which passage.
    evidence: Vec<knowledge::Evidence>,
}

/// What goes into a prompt.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Pieces of documents.
    pub(crate) excerpts: Vec<Excerpt>,
    /// A direction by a rule; may be empty.
    pub(crate) cue: String,
    /// How it was found, for [`Knowing::asked`].
    pub(crate) looked: Option<Looked>,
}

impl Looked {
    /// What was looked for, whether the line needed it, and how many passages there are.
    pub(crate) fn outcome(&self) -> (&str, Need, usize) {
        (&self.question, self.need, self.passages.len())
    }
}

impl Knowing {
    /// Opens the index of a data folder.
    pub(crate) fn open(root: &Path) -> Result<Self, knowledge::Error> {
        Ok(Self {
            knowledge: Knowledge::open(&root.join(FILE))?,
            rules: root.join(RULES),
            looked_up: Mutex::default(),
        })
    }

    /// What belongs into the prompt that answers the last line of a conversation, of the documents and of what was found `elsewhere`.
    /// Nothing where the last line is not the person's.
    pub(crate) fn look_up(
        &self,
        (character, history): (&CharacterId, &[Message]),
        encoding: Option<&Encoding>,
        elsewhere: &[remote::Snippet],
        context_tokens: u32,
        counter: &dyn TokenCounter,
    ) -> Known {
        let mut own = history.iter().rev().filter(|message| message.role == Role::User);
        let last = history.last().filter(|message| message.role == Role::User);
        let Some(line) = last.and(own.next()) else { return Known::default() };
        let earlier: Vec<&str> = own.take(EARLIER).map(|message| message.text.as_str()).collect();
        let fired = self.fired(character, line);
        let mut need = knowledge::need(&line.text);
        let question = match fired.as_ref().map(|fired| fired.search.as_str()) {
            Some(search) if !search.is_empty() => {
                need = Need::Yes;
                search.to_owned()
            }
            _ => knowledge::rewritten(&line.text, earlier),
        };
        let mut left = (context_tokens / SHARE_OF_CONTEXT) as usize;
        let mut known = Known::default();
        if let Some(fired) = &fired {
            known.cue = direction(fired, Lang::guess(&line.text, None));
            if !fired.know.is_empty() {
                known
                    .excerpts
                    .push(Excerpt { source: fired.name.clone(), text: fired.know.clone() });
                left = left.saturating_sub(counter.count(&fired.know));
            }
        }
        let mut passages = Vec::new();
        let here = self.found(character, &question, need, encoding);
        for passage in here.into_iter().chain(elsewhere.iter().map(web_search::passage)) {
            let source = documents::citation(&passage);
            // The mark at each line's beginning counts, too.
            let cost = |text: &str| {
                counter.count(&source) + counter.count(text) + 2 * text.lines().count() + 6
            };
            let Some(text) = beginning(&passage.text, |text| cost(text) <= left) else { continue };
            left -= cost(text);
            known.excerpts.push(Excerpt { source, text: text.to_owned() });
            passages.push(passage);
        }
        let question = if need == Need::No { String::new() } else { question };
        let answers = line.id;
        known.looked =
            Some(Looked { answers, need, question, passages, fired, evidence: Vec::new() });
        known
    }

    /// The model is asked with what was looked up: from now on this is what "why" means. (Suggestions and what is read ahead look
    /// things up, too, and explain nothing.)
    pub(crate) fn asked(&self, looked: Option<Looked>) {
        *lock(&self.looked_up) = looked;
    }

    fn found(
        &self,
        character: &CharacterId,
        question: &str,
        need: Need,
        encoding: Option<&Encoding>,
    ) -> Vec<Passage> {
        if need == Need::No {
            return Vec::new();
        }
        let meaning = encoding.and_then(|encoding| encoding.question(question));
        let reader = Reader::Character(character);
        match self.knowledge.search_near(reader, question, meaning.as_deref(), PASSAGES) {
            Ok(found) => found.into_iter().filter(|one| need.is_met_by(one)).collect(),
            Err(error) => {
                // A turn without documents is better than none.
                tracing::warn!(%error, "nothing could be looked up");
                Vec::new()
            }
        }
    }

    /// The rule that a line fires: of the character's own table, else of everybody's.
    fn fired(&self, character: &CharacterId, line: &Message) -> Option<Fired> {
        let own = documents::rules_file(&self.rules, Some(character));
        let tables = own.into_iter().chain(documents::rules_file(&self.rules, None));
        for table in tables {
            match Rules::open(&table) {
                Ok(rules) => {
                    if let Some(fired) = rules.fire(&line.text, line.created_at) {
                        return Some(fired);
                    }
                }
                Err(error) => tracing::warn!(%error, "a table of rules is not used"),
            }
        }
        None
    }

    /// The reply to what was looked up is there: which passages it leaned on is found out and kept.
    pub(crate) fn answered(&self, reply: &Message) {
        let mut looked_up = lock(&self.looked_up);
        let Some(looked) = looked_up.as_mut().filter(|one| reply.parent == Some(one.answers))
        else {
            return;
        };
        let said = delivery::shown(&reply.text).text;
        let texts = looked.passages.iter().map(|passage| passage.text.as_str());
        looked.evidence = knowledge::evidence(&said, texts);
        if looked.evidence.is_empty() {
            return;
        }
        let kept: Vec<PassageView> =
            views(looked).into_iter().filter(|view| view.evidence.is_some()).collect();
        let written: Vec<(&str, String)> = kept
            .iter()
            .map(|view| (view.path.as_str(), serde_json::to_string(view).unwrap_or_default()))
            .collect();
        if let Err(error) = self.knowledge.keep_evidence(&reply.id.to_string(), &written) {
            tracing::warn!(%error, "what a reply leaned on is not kept");
        }
    }

    /// What was looked up for the last turn.
    pub(crate) fn last(&self) -> Option<LookedUp> {
        let looked = lock(&self.looked_up).clone()?;
        let name = |need| match need {
            Need::No => "no",
            Need::Maybe => "maybe",
            Need::Yes => "yes",
        };
        let (rule, pattern) = looked
            .fired
            .as_ref()
            .map(|one| (one.name.clone(), one.pattern.clone()))
            .unwrap_or_default();
        Some(LookedUp {
            need: name(looked.need).to_owned(),
            question: looked.question.clone(),
            passages: views(&looked),
            rule,
            pattern,
        })
    }
}

/// A rule's direction for the turn, and the sentence that it wants said.
fn direction(fired: &Fired, lang: Lang) -> String {
    let mut parts = vec![fired.cue.clone()];
    if let Some(sentence) = &fired.say {
        parts.push(match lang {
            Lang::En => format!("Answer with exactly this and nothing else: {sentence}"),
            Lang::Zh => format!("请只回答这句话，不要增减：{sentence}"),
            Lang::Ja => format!("次の言葉だけを、そのまま答える：{sentence}"),
        });
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn views(looked: &Looked) -> Vec<PassageView> {
    let mut views: Vec<PassageView> = looked.passages.iter().map(documents::passage).collect();
    for evidence in &looked.evidence {
        if let Some(view) = views.get_mut(evidence.passage) {
            view.evidence = Some(evidence.score as f32);
            view.said.clone_from(&evidence.said);
        }
    }
    views
}

/// As many whole sentences of a passage as fit; `None` where not even the first does.
fn beginning(text: &str, fits: impl Fn(&str) -> bool) -> Option<&str> {
    if fits(text) {
        return Some(text);
    }
    let ends: Vec<usize> = text
        .match_indices(['.', '!', '?', '。', '！', '？', '\n'])
        .map(|(at, end)| at + end.len())
        .collect();
    let enough = ends.partition_point(|&end| fits(&text[..end]));
    ends[..enough].last().map(|&end| text[..end].trim_end()).filter(|text| !text.is_empty())
}

#[cfg(test)]
#[path = "lookup_tests.rs"]
mod tests;
