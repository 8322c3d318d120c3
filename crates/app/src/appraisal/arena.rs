//! The arena: two replies to the same words in the same conversation, compared blind; score sheets; marks on replies. Replies are
//! written beside the conversation, which does not hear of them; what people think is appended to `appraisals/arena.jsonl`.

mod before;
mod beside;
mod purging;

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use api::{
    ArenaCounts, ArenaPair, ArenaResults, ArenaReveal, ArenaRound, ArenaRow, ArenaSide, MarkedReply,
};
use appraisal::arena::{
    self, Ballot, Contender, Counts, Entry, Mark, Marked, Outcome, Sheet, marks_of, preferences,
    tally,
};
use dialogue::Request;
use domain::{Cancel, LanguageModel, Log, Message, MessageId, Problem, ProblemKind, Role, TurnId};
use novel::dataset::{Format, Preference, write_info, write_preferences};
use tokio::sync::Semaphore;

use crate::app::{Answer, App, lock};
use crate::models::guard::{Guarded, Policies};
use before::pairs_before;
pub(crate) use purging::purge;

/// The turn of a reply that belongs to no conversation.
const BESIDE: TurnId = TurnId(u64::MAX);
/// Largest books that are read, in bytes.
const MAX_BOOKS: u64 = 256 << 20;
/// Longest text that is said in the arena, in bytes.
const MAX_ASKED: usize = 16 << 10;

/// What the arena holds between calls.
pub(crate) struct Floor {
    pub(crate) open: Mutex<Option<(String, Ballot)>>,
    engines: Mutex<Vec<(PathBuf, Arc<llm::Engine>)>>,
    /// What was told of adapters, which is told once.
    doubts: Mutex<HashSet<String>>,
    /// One reply at a time, from the choice of its adapters to its end: arena and studio write with the same models.
    turn: Semaphore,
}

impl Default for Floor {
    fn default() -> Self {
        Self {
            open: Mutex::default(),
            engines: Mutex::default(),
            doubts: Mutex::default(),
            turn: Semaphore::new(1),
        }
    }
}

impl App {
    /// Has both sides answer `asked`, or (where it is empty) what was said last, in the conversation on stage.
    pub async fn arena_round(
        &self,
        asked: &str,
        one: &ArenaSide,
        other: &ArenaSide,
    ) -> Answer<ArenaRound> {
        let cancel = self.begin_round()?;
        let history = self.arena_history(asked)?;
        // Drawn from the clock: which side is left must not be known, but need not be the same twice.
        let now = now_ms();
        let first = self.contender(one, &history, now, &cancel).await?;
        let second = self.contender(other, &history, now, &cancel).await?;
        if cancel.is_cancelled() {
            let problem = Problem::new(
                ProblemKind::NotReady,
                "the comparison was given up",
                "begin it again",
            );
            return Err(problem.into());
        }
        let stage = lock(&self.stage).clone();
        let ballot = Ballot {
            at: now,
            character: stage.character.name.clone(),
            conversation: Some(stage.conversation.to_string()),
            category: stage.character.tags.first().cloned().unwrap_or_default(),
            topic: String::new(),
            history: pairs_before(&history, &stage.id),
            asked: history.last().map(|message| message.text.clone()).unwrap_or_default(),
            one: first,
            other: second,
            one_left: store::new_id().as_u128() & 1 == 1,
            outcome: Outcome::Tie,
        };
        Ok(self.open_ballot(ballot))
    }

    /// Begins a round: whatever was being written beside the conversation is given up for it.
    ///
    /// # Errors
    /// While the character on stage answers.
    pub(crate) fn begin_round(&self) -> Result<Cancel, Problem> {
        if self.is_busy() {
            return Err(Problem::new(
                ProblemKind::NotReady,
                "the character is still answering",
                "ask again when the answer is over",
            ));
        }
        let cancel = Cancel::new();
        if let Some(before) = lock(&self.aside).replace(cancel.clone()) {
            before.cancel();
        }
        Ok(cancel)
    }

    /// Shows a round's replies without their names, and takes its vote from now on.
    pub(crate) fn open_ballot(&self, ballot: Ballot) -> ArenaRound {
        let shown = |contender: &Contender| delivery::shown(&contender.reply).text;
        let (left, right) = if ballot.one_left {
            (shown(&ballot.one), shown(&ballot.other))
        } else {
            (shown(&ballot.other), shown(&ballot.one))
        };
        let id = store::new_id().to_string();
        *lock(&self.arena.open) = Some((id.clone(), ballot));
        ArenaRound { id, left, right }
    }

    /// Votes `left`, `right` or `tie`, and says who stood where.
    pub fn arena_vote(&self, id: &str, vote: &str, topic: &str) -> Answer<ArenaReveal> {
        let mut open = lock(&self.arena.open);
        let Some((_, mut ballot)) = open.take_if(|(open, _)| open == id) else {
            return Err(invalid("this comparison was decided already", "begin another one").into());
        };
        ballot.outcome = match vote {
            "tie" => Outcome::Tie,
            "left" | "right" => {
                if (vote == "left") == ballot.one_left {
                    Outcome::Win
                } else {
                    Outcome::Lose
                }
            }
            _ => {
                *open = Some((id.to_owned(), ballot));
                return Err(invalid("no such vote", "vote left, right or tie").into());
            }
        };
        topic.clone_into(&mut ballot.topic);
        let (one, other) = (ballot.one.label.clone(), ballot.other.label.clone());
        let one_left = ballot.one_left;
        // A vote that could not be kept can be cast again.
        self.write_down(&Entry::Ballot(ballot.clone()))
            .inspect_err(|_| *open = Some((id.to_owned(), ballot)))?;
        Ok(if one_left {
            ArenaReveal { left: one, right: other }
        } else {
            ArenaReveal { left: other, right: one }
        })
    }

    /// Keeps a score sheet for the conversation on stage: six scores, 1 to 5, 0 for none.
    pub fn arena_sheet(&self, scores: &[u32]) -> Answer<()> {
        let scores: Option<[u8; 6]> = scores
            .iter()
            .map(|&score| u8::try_from(score).ok().filter(|score| *score <= 5))
            .collect::<Option<Vec<u8>>>()
            .and_then(|scores| scores.try_into().ok());
        let Some(scores) = scores.filter(|scores| scores.iter().any(|score| *score > 0)) else {
            return Err(invalid("a sheet has six scores from 1 to 5", "give at least one").into());
        };
        let stage = lock(&self.stage).clone();
        let sheet = Sheet {
            at: now_ms(),
            character: stage.character.name.clone(),
            label: self.label_on_stage(),
            conversation: stage.conversation.to_string(),
            scores,
        };
        Ok(self.write_down(&Entry::Sheet(sheet))?)
    }

    /// The replies of the conversation on stage with their marks, the newest last.
    pub fn marked_replies(&self) -> Answer<Vec<MarkedReply>> {
        let (entries, _) = self.arena_books()?;
        let marked = |message: Message| {
            let marks = marks_of(&entries, &message.id.to_string());
            MarkedReply {
                message: message.id.to_string(),
                text: delivery::shown(&message.text).text,
                marks: marks.map(|all| all.iter().map(|mark| mark.name().to_owned()).collect()),
            }
        };
        let replies = self.path_on_stage()?.into_iter().filter(|one| one.role == Role::Character);
        Ok(replies.map(marked).collect())
    }

    /// Marks a reply; no marks say that it was looked at and is fine.
    pub fn mark_reply(&self, message: &str, marks: &[String]) -> Answer<()> {
        let path = self.path_on_stage()?;
        let Some(reply) = path.into_iter().find(|one| one.id.to_string() == message) else {
            return Err(invalid("there is no such reply here", "open its conversation").into());
        };
        let known: Option<Vec<Mark>> = marks.iter().map(|name| Mark::named(name)).collect();
        let Some(known) = known else {
            return Err(invalid("there is no such mark", "choose one of the six").into());
        };
        let marked = Marked {
            at: now_ms(),
            message: message.to_owned(),
            character: lock(&self.stage).character.name.clone(),
            label: self.label_on_stage(),
            reply: reply.text,
            marks: known,
        };
        Ok(self.write_down(&Entry::Marked(marked))?)
    }

    /// All tables.
    pub fn arena_results(&self) -> Answer<ArenaResults> {
        let (entries, damaged) = self.arena_books()?;
        let results = tally(&entries);
        let counts = |name: &str, counts: Counts| ArenaCounts {
            name: name.to_owned(),
            win: counts.win,
            tie: counts.tie,
            lose: counts.lose,
        };
        let pairs = results.pairs.into_iter().map(|pair| ArenaPair {
            counts: std::iter::once(counts("", pair.all))
                .chain(pair.by_category.iter().map(|(name, all)| counts(name, *all)))
                .chain(pair.by_topic.iter().map(|(name, all)| counts(name, *all)))
                .collect(),
            one: pair.one,
            other: pair.other,
            left_won: pair.left_won.0,
            decided: pair.left_won.1,
        });
        let sheets = results.sheets.into_iter().map(|row| ArenaRow {
            label: row.label,
            count: row.sheets,
            values: row.means.to_vec(),
            overall: None,
        });
        let marks = results.marks.into_iter().map(|row| ArenaRow {
            label: row.label,
            count: row.replies,
            values: row.rates.iter().copied().map(Some).collect(),
            overall: Some(row.overall),
        });
        Ok(ArenaResults {
            pairs: pairs.collect(),
            sheets: sheets.collect(),
            marks: marks.collect(),
            damaged: damaged as u32,
        })
    }

    /// Writes `arena.csv`, and the decided comparisons as preference pairs in the form that `hanashi novel dataset` writes; answers
    /// with the files.
    pub fn arena_export(&self) -> Answer<Vec<String>> {
        let (entries, _) = self.arena_books()?;
        if entries.is_empty() {
            return Err(
                invalid("there is nothing to export yet", "compare or mark some replies").into()
            );
        }
        let folder = self.arena_folder()?;
        if !matches!(vault::seal_of(&folder.join("arena.csv")), Ok(vault::Seal::Plain)) {
            return Err(invalid(
                "the data folder is encrypted, and a table in it would lie there for everybody to read",
                "look at the results here, or switch the encryption off first",
            )
            .into());
        }
        Ok(export(&folder, &entries)?)
    }

    /// One side's reply.
    async fn contender(
        &self,
        side: &ArenaSide,
        history: &[Message],
        seed: u64,
        cancel: &Cancel,
    ) -> Result<Contender, Problem> {
        let adapters = match &side.adapter {
            Some(id) => Some(self.arena_adapter(id)?),
            None => None,
        };
        // Adapters are exchanged on a model of the arena's own: the one on stage goes on as it is.
        let engine = self.arena_engine(&side.model, adapters.is_some()).await?;
        let settings = lock(&self.settings).get().clone();
        let temperature = side.temperature.unwrap_or(settings.temperature).clamp(0.0, 2.0);
        let (mut ask, model) = {
            let stage = lock(&self.stage).clone();
            let scene = self.scene(&stage)?;
            let mut character = scene.character;
            if !side.instructions.trim().is_empty() {
                character.system_prompt.clone_from(&side.instructions);
            }
            let policies = Arc::new(Policies::new(self.shelf.library.clone()));
            let request = Request {
                turn: BESIDE,
                who: &scene.character_id,
                character: &character,
                present: &[],
                persona: &scene.persona,
                history,
                model: &*engine,
            };
            let ask = self.prompts.beside(&request, side.guard.then_some(&*policies))?;
            let plain: Arc<dyn LanguageModel> = Arc::clone(&engine) as Arc<dyn LanguageModel>;
            (ask, Guarded::new(plain, policies))
        };
        ask.sampling.temperature = temperature;
        ask.sampling.seed = Some(seed);
        let reply =
            self.written_with(&engine, adapters.as_deref(), &model, ask, cancel.clone()).await?;
        let mut label = format!("{}, temperature {temperature}", engine.info().name);
        if let Some(adapter) = side.adapter.as_deref().filter(|adapter| !adapter.is_empty()) {
            let known = self.adapters().unwrap_or_default();
            let name =
                known.iter().find(|one| one.id == adapter).map_or(adapter, |one| one.name.as_str());
            label.extend([", adapter ", name]);
        }
        if side.guard {
            label.push_str(", guard");
        }
        let instructions: String = side.instructions.trim().chars().take(40).collect();
        if !instructions.is_empty() {
            label.extend([", “", &instructions, "”"]);
        }
        Ok(Contender { label, reply: reply.trim().to_owned() })
    }

    /// The conversation on stage up to what is answered.
    fn arena_history(&self, asked: &str) -> Result<Vec<Message>, Problem> {
        let mut history = self.path_on_stage()?;
        let asked = asked.trim();
        if asked.len() > MAX_ASKED {
            return Err(invalid("what is said is too long", "shorten it"));
        }
        if asked.is_empty() {
            while history.last().is_some_and(|last| last.role != Role::User) {
                history.pop();
            }
            if history.is_empty() {
                return Err(invalid("nothing was said yet", "write something to answer"));
            }
            return Ok(history);
        }
        history.push(Message {
            id: MessageId::NOT_LOGGED,
            parent: history.last().map(|last| last.id),
            conversation: lock(&self.stage).conversation,
            role: Role::User,
            text: asked.to_owned(),
            interrupted: false,
            speaker: None,
            created_at: now_ms(),
        });
        Ok(history)
    }

    fn path_on_stage(&self) -> Result<Vec<Message>, Problem> {
        let conversation = lock(&self.stage).conversation;
        let leaf = self.log.conversation(conversation)?.leaf;
        leaf.map(|leaf| self.log.path(leaf)).transpose().map(Option::unwrap_or_default)
    }

    fn label_on_stage(&self) -> String {
        self.parts.model.get().map_or_else(|| "no model".to_owned(), |model| model.info().name)
    }

    fn arena_folder(&self) -> Result<PathBuf, Problem> {
        let folder = self.paths.dirs.root().join("appraisals");
        std::fs::create_dir_all(&folder).map_err(|error| disk(&folder, &error))?;
        Ok(folder)
    }

    fn arena_books(&self) -> Result<(Vec<Entry>, usize), Problem> {
        books(self.paths.dirs.root())
    }

    fn write_down(&self, entry: &Entry) -> Result<(), Problem> {
        let file = self.arena_folder()?.join("arena.jsonl");
        let line = serde_json::to_string(entry).map_err(|error| disk(&file, &error))?;
        let line = vault::line_for(&file, &line).map_err(|error| disk(&file, &error))?;
        std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&file)
            .and_then(|mut books| books.write_all(&line))
            .map_err(|error| disk(&file, &error))
    }
}

/// The table of the comparisons.
const TABLE: &str = "arena.csv";
/// Those that were won, for trainers.
const PREFERENCES: &str = "arena-preferences.json";

/// Writes the books in the forms that other programs read; answers with the files.
fn export(folder: &Path, entries: &[Entry]) -> Result<Vec<String>, Problem> {
    let table = folder.join(TABLE);
    crate::appraisal::interview::write(&table, &arena::csv(entries))?;
    let mut files = vec![table.display().to_string()];
    let preferred: Vec<Preference> =
        preferences(entries).into_iter().map(|one| preference(one).1).collect();
    if !preferred.is_empty() {
        let kept = write_preferences(folder, PREFERENCES, &preferred, Format::ShareGpt)
            .and_then(|written| write_info(folder, &[written]))
            .map_err(Problem::from);
        kept?;
        files.push(folder.join(PREFERENCES).display().to_string());
    }
    Ok(files)
}

/// What people thought, from the books in the data folder; with how many lines could not be read.
pub(crate) fn books(data: &Path) -> Result<(Vec<Entry>, usize), Problem> {
    let file = data.join("appraisals").join("arena.jsonl");
    match std::fs::metadata(&file) {
        Err(_) => return Ok((Vec::new(), 0)),
        Ok(data) if data.len() > MAX_BOOKS => {
            return Err(invalid(
                "the arena's books are too large to read",
                "move `appraisals/arena.jsonl` away",
            ));
        }
        Ok(_) => {}
    }
    let bytes = vault::read(&file, MAX_BOOKS).map_err(|error| disk(&file, &error))?;
    Ok(arena::read(&String::from_utf8_lossy(&bytes)))
}

/// A comparison that was won, as trainers read it, and who answered.
pub(crate) fn preference(one: arena::Preferred) -> (String, Preference) {
    let preference = Preference {
        system: String::new(),
        history: one.history,
        prompt: one.asked,
        chosen: one.chosen,
        rejected: one.rejected,
    };
    (one.character, preference)
}

/// Unix time in milliseconds.
fn now_ms() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default()
}

fn invalid(what: &str, remedy: &str) -> Problem {
    Problem::new(ProblemKind::Invalid, what, remedy)
}

fn disk(path: &Path, error: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        ProblemKind::Disk,
        format!("`{}` could not be used: {error}", path.display()),
        "check that there is room and that you may write there",
    )
}
