//! The product itself as the subject of an appraisal: its prompt maker, its engine, its guard, its reading of replies.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use api::Explanation;
use appraisal::bounds::Bounds;
use appraisal::metrics::{OwnLine, Scored, exchanges};
use appraisal::{Block, Profile, Spoken, Subject, Timing, Weighed};
use delivery::Scribe;
use dialogue::{PromptMaker, Request};
use domain::{
    Cancel, Character, CharacterId, ConversationId, FinishReason, Flow, LanguageModel, Log,
    Message, MessageId, NewMessage, Persona, Problem, ProblemKind, ReplyEvent, Role, TokenCounter,
    TokenSink, TurnId,
};
use memory::Memory;
use store::{EventLog, Library, Settings, SettingsFile};

use super::Appraising;
use super::rehearsal::Rehearsal;
use crate::app::lock;
use crate::app::paths::Paths;
use crate::characters::cards;
use crate::characters::library::file_name_for;
use crate::conversation::read_ahead::DEFAULT_CONTEXT;
use crate::conversation::views;
use crate::memory::recall::Remembering;
use crate::models::guard::{self, Guarded, Policies};
use crate::prompting::lorebooks;
use crate::prompting::maker::{self, Maker};

/// How often it is looked whether a turn is over that goes first.
const LOOK: Duration = Duration::from_millis(20);

/// A character on a stage without an audience.
pub(super) struct Actor {
    pub(super) character: Character,
    pub(super) profile: Profile,
    id: CharacterId,
    persona: Persona,
    engine: Arc<llm::Engine>,
    /// The adapters that are on.
    adapters: Vec<llm::AdapterChoice>,
    /// What speaks against them.
    doubts: Vec<String>,
    guarded: Guarded,
    backstage: Backstage,
    maker: Maker,
    log: Arc<dyn Log>,
    rehearsal: Arc<Rehearsal>,
    /// The talk that goes on, and its last message.
    talk: Option<(ConversationId, Option<MessageId>)>,
    /// What was said is remembered as in the product.
    remembers: bool,
    seed: u64,
    turn: u64,
    /// Who goes first.
    gives_way: Option<Arc<AtomicBool>>,
    /// A card from outside the library, put into a folder of its own meanwhile.
    _scratch: Option<Scratch>,
}

/// What prompts are made of, from talk to talk.
struct Backstage {
    settings: Arc<Mutex<SettingsFile>>,
    explained: Arc<Mutex<Option<Explanation>>>,
    policies: Arc<Policies>,
    library: Library,
    root: PathBuf,
}

impl Backstage {
    /// A maker of prompts over a log. No author's note, no documents: decision 0140. Memories where they are asked for: decision 0194.
    fn maker(&self, log: Arc<dyn Log>, remembering: Option<Arc<Remembering>>) -> Maker {
        Maker::new(
            Arc::clone(&self.settings),
            Arc::clone(&self.explained),
            log,
            lorebooks::Shelf::new(self.library.clone(), &self.root),
            Arc::default(),
            remembering,
            None,
            (Arc::clone(&self.policies), None),
            None,
        )
    }
}

/// A folder that goes when it is not needed any more.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed lies in the temporary folder.
        let _left = std::fs::remove_dir_all(&self.0);
    }
}

impl Actor {
    pub(super) fn new(paths: &Paths, options: &Appraising) -> Result<Self, Problem> {
        let settings = SettingsFile::open(paths.dirs.settings());
        let (library, id, scratch) = library(paths, &options.character)?;
        let character = cards::load(&library, &id)?.character;
        let mut now = settings.get().clone();
        if let Some(temperature) = options.temperature {
            now.temperature = temperature;
        }
        now.stay_in_character = options.guard.unwrap_or(now.stay_in_character);
        let wanted = options.model.as_deref().unwrap_or(&now.chat_model);
        let context_length =
            if now.context_length == 0 { DEFAULT_CONTEXT } else { now.context_length };
        let device = crate::models::compute_devices::of_settings(&now);
        let engine_options = llm::Options { context_length, device, ..llm::Options::default() };
        let engine =
            Arc::new(llm::Engine::load(&paths.chat_model(wanted)?, &engine_options, |_| {})?);
        let adapters: Vec<llm::AdapterChoice> = options
            .adapters
            .iter()
            .map(|one| crate::models::adapters::choose(paths, one))
            .collect::<Result<_, Problem>>()?;
        let doubts = engine.use_adapters(&adapters)?;
        let profile = guard::profile(&library, &id);
        let policies = Arc::new(Policies::new(library.clone()));
        let persona = now.persona();
        let backstage = Backstage {
            settings: Arc::new(Mutex::new(settings.with(now))),
            explained: Arc::default(),
            policies: Arc::clone(&policies),
            library,
            root: paths.dirs.root().to_owned(),
        };
        let rehearsal = Arc::new(Rehearsal::default());
        let log = Arc::clone(&rehearsal) as Arc<dyn Log>;
        let model: Arc<dyn LanguageModel> = Arc::clone(&engine) as Arc<dyn LanguageModel>;
        Ok(Self {
            character,
            profile,
            id,
            persona,
            engine,
            adapters,
            doubts,
            guarded: Guarded::new(model, policies),
            maker: backstage.maker(Arc::clone(&log), None),
            backstage,
            log,
            rehearsal,
            talk: None,
            remembers: options.memory,
            seed: 0,
            turn: 0,
            gives_way: options.gives_way.clone(),
            _scratch: scratch,
        })
    }

    /// What this run differs in from others, for the report.
    pub(super) fn variant(&self, options: &Appraising) -> String {
        let guards = self.settings().stay_in_character;
        let mut variant = vec![if guards { "guard" } else { "no guard" }.to_owned()];
        if options.memory {
            // Said where it is nothing: two equal rows of figures would look like a memory that does not help.
            let unused = "memory, which this model does not read";
            variant.push(if self.reads_memories() { "memory" } else { unused }.to_owned());
        }
        variant.extend(options.temperature.map(|value| format!("temperature {value}")));
        let adapters = options.adapters.iter();
        variant.extend(adapters.map(|(name, scale)| format!("adapter {name} {scale}")));
        // They may explain the figures.
        variant.extend(self.doubts.iter().map(|doubt| format!("doubtful: {doubt}")));
        variant.join(", ")
    }

    /// Name of the model.
    pub(super) fn model(&self) -> String {
        self.engine.info().name
    }

    /// What the settings of this run are.
    pub(super) fn settings(&self) -> Settings {
        lock(&self.backstage.settings).get().clone()
    }

    /// Whether what is remembered gets into its prompts: a model that is too small for a card reads none.
    pub(super) fn reads_memories(&self) -> bool {
        self.engine.info().system_prompt.is_none()
    }

    /// What lies outside of her world.
    pub(super) fn bounds(&self) -> Bounds {
        guard::bounds(&self.character, &self.profile, &[&self.persona.name])
    }

    /// The blocks of the last prompt.
    fn blocks(&self) -> Vec<Block> {
        let explained = lock(&self.backstage.explained).clone();
        explained.map_or_else(Vec::new, |made| {
            let part = |block: api::PromptBlock| {
                let out = if block.name == "history" { made.left_out } else { 0 };
                (block.name, block.text, block.tokens, out)
            };
            made.blocks.into_iter().map(part).collect()
        })
    }

    /// What the model gives a text behind a prompt: the sum of its tokens' log-probabilities, and how many there are.
    fn given(&self, before: &str, text: &str) -> Result<(f64, usize), Problem> {
        let known = self.engine.count(before);
        let whole = format!("{before}{text}");
        let all = self.engine.log_probabilities(&whole)?;
        // Tokens may join over the border; then the first of the text counts with the end of the prompt.
        let tokens = self.engine.count(&whole).saturating_sub(known).clamp(1, all.len().max(1));
        let own = &all[all.len().saturating_sub(tokens)..];
        Ok((own.iter().copied().map(f64::from).sum(), tokens))
    }

    /// The lines of the card's example dialogue, each with what was said before it and the prompt that it answers. The examples
    /// themselves stand in none of these prompts: a line that is quoted a little above is likely whoever speaks.
    pub(super) fn prompts_of_examples(&mut self) -> Result<Vec<(String, String, String)>, Problem> {
        let examples = std::mem::take(&mut self.character.example_dialogue);
        let made = self.prompts_of(&examples);
        self.character.example_dialogue = examples;
        made
    }

    fn prompts_of(&mut self, examples: &str) -> Result<Vec<(String, String, String)>, Problem> {
        let (own, person) = (self.character.short_name().to_owned(), self.persona.name.clone());
        let names = [self.character.name.clone(), own.clone()];
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let room = self.engine.info().context_length as usize;
        let mut out = Vec::new();
        for (said, line) in exchanges(examples, &names, &[&person]) {
            let names = prompt::Names { char: &own, user: &person };
            let (said, line) = (names.expand(&said), names.expand(&line));
            self.begin(self.seed)?;
            self.put(Role::User, &said)?;
            let before = self.ask()?.prompt;
            // What is longer than the model reads has no probability.
            if self.engine.count(&before) + self.engine.count(&line) < room {
                out.push((said, line, before));
            }
        }
        Ok(out)
    }

    fn history(&self) -> Result<Vec<Message>, Problem> {
        let last = self.talk.and_then(|(_, last)| last);
        last.map(|last| self.log.path(last)).transpose().map(Option::unwrap_or_default)
    }

    fn put(&mut self, role: Role, text: &str) -> Result<(), Problem> {
        let (conversation, parent) = match self.talk {
            Some(talk) => talk,
            None => (self.log.begin(&self.id, "")?.id, None),
        };
        let message = self.log.append(NewMessage {
            conversation,
            parent,
            role,
            text: text.to_owned(),
            interrupted: false,
            speaker: None,
        })?;
        self.talk = Some((conversation, Some(message.id)));
        Ok(())
    }

    /// The prompt for an answer to the last message, as a turn of the product has it.
    fn ask(&mut self) -> Result<domain::Ask, Problem> {
        self.turn += 1;
        let history = self.history()?;
        let mut ask = self.maker.make(&Request {
            turn: TurnId(self.turn),
            who: &self.id,
            character: &self.character,
            present: &[],
            persona: &self.persona,
            history: &history,
            model: &self.guarded,
        })?;
        ask.sampling.seed = Some(self.seed.wrapping_add(history.len() as u64));
        Ok(ask)
    }

    /// The reply as the log of a conversation keeps it: known feelings, no thoughts.
    fn kept(&self, text: &str) -> String {
        let mut scribe = Scribe::new(TurnId(self.turn), self.character.language);
        scribe.speaks_as(&self.character.name);
        let mut lines = scribe.push(text).lines;
        lines.extend(scribe.finish().lines);
        delivery::tagged(&lines)
    }
}

impl Subject for Actor {
    fn begin(&mut self, seed: u64) -> Result<(), Problem> {
        self.seed = seed;
        if self.remembers {
            // Nothing of the talk before is remembered in this one.
            let log = Arc::new(EventLog::in_memory()?);
            let remembering = Arc::new(Remembering::of(Memory::in_memory()?, Arc::clone(&log)));
            remembering.catch_up();
            self.log = log;
            self.maker = self.backstage.maker(Arc::clone(&self.log), Some(remembering));
        } else {
            self.rehearsal.clear(seed);
        }
        let conversation = self.log.begin(&self.id, "")?.id;
        self.talk = Some((conversation, None));
        if let Some(first) = self.character.greetings.first().cloned() {
            let lang = views::lang(&self.settings());
            let people = (&self.character, &self.persona);
            let greeting = maker::greeting(&first, people, conversation, lang);
            self.put(Role::Character, &greeting)?;
        }
        Ok(())
    }

    fn say(&mut self, text: &str) -> Result<Spoken, Problem> {
        self.put(Role::User, text)?;
        let ask = self.ask()?;
        let (to, events) = sync_channel(EVENTS);
        let start = Instant::now();
        let listener = Listener { to, gives_way: self.gives_way.clone(), waited: Arc::default() };
        let waited = Arc::clone(&listener.waited);
        self.guarded.reply(ask, Box::new(listener), Cancel::new());
        let mut reply = String::new();
        let mut timing = Timing { first_text_ms: 0.0, total_ms: 0.0, tokens: 0, rerolls: 0 };
        let ms = |start: Instant| {
            let waited = waited.load(Ordering::Relaxed) as f64;
            (start.elapsed().as_secs_f64() * 1000.0 - waited).max(0.0)
        };
        let mut ended = None;
        for event in events {
            match event {
                ReplyEvent::Started { .. } => {}
                ReplyEvent::Text(text) => {
                    if reply.is_empty() {
                        timing.first_text_ms = ms(start);
                    }
                    reply.push_str(&text);
                }
                ReplyEvent::Finished(reason, stats) => {
                    timing.total_ms = ms(start);
                    timing.tokens = stats.reply_tokens;
                    ended = Some(reason == FinishReason::Stop);
                }
                ReplyEvent::Failed(problem) => return Err(problem),
            }
        }
        let ended = ended.ok_or_else(|| {
            Problem::new(
                ProblemKind::Internal,
                "the language model stopped in the middle of a reply",
                "try again, or choose another model",
            )
        })?;
        timing.rerolls = self.backstage.policies.take_book().again;
        self.put(Role::Character, &self.kept(&reply))?;
        let prompt = self.blocks();
        Ok(Spoken { text: without_thought(&reply), ended, prompt, timing: Some(timing) })
    }

    fn weigh(&mut self, question: &str, options: &[String]) -> Result<Option<Weighed>, Problem> {
        self.put(Role::User, question)?;
        let ask = self.ask()?;
        let prompt = self.blocks();
        let tuned = self.engine.info().system_prompt.is_some();
        let feelings = tuned || prompt.iter().any(|(name, ..)| name == "feelings");
        let before = format!("{}{}", ask.prompt, if feelings { "[neutral] " } else { "" });
        let mut scored = Vec::with_capacity(options.len());
        for option in options {
            let (log_probability, tokens) = self.given(&before, option)?;
            scored.push(Scored { text: option.clone(), log_probability, tokens });
        }
        Ok(Some(Weighed { options: scored, prompt }))
    }

    fn own_lines(&mut self, go_on: &mut dyn FnMut() -> bool) -> Result<Vec<OwnLine>, Problem> {
        if self.adapters.is_empty() {
            return Ok(Vec::new());
        }
        let lines = self.prompts_of_examples()?;
        let mut given = |this: &Self| -> Result<Vec<(f64, usize)>, Problem> {
            let going = lines.iter().take_while(|_| go_on());
            going.map(|(_, line, before)| this.given(before, line)).collect()
        };
        let with = given(self)?;
        self.engine.use_adapters(&[])?;
        let without = given(self);
        self.engine.use_adapters(&self.adapters)?;
        let both = with.into_iter().zip(without?);
        let own = |((said, line, _), ((with, tokens), (without, _)))| OwnLine {
            said,
            line,
            with,
            without,
            tokens,
        };
        Ok(lines.into_iter().zip(both).map(own).collect())
    }
}

/// A reply without what the model thought before it.
pub(super) fn without_thought(reply: &str) -> String {
    let trimmed = reply.trim_start();
    let rest = match trimmed.rfind("</think>") {
        Some(end) => &trimmed[end + "</think>".len()..],
        // It thought until it had to stop.
        None if trimmed.starts_with("<think>") => "",
        None => trimmed,
    };
    rest.trim().to_owned()
}

/// Sends events on to whoever waits, and holds the model between two tokens while somebody goes first: both would only have half of the
/// processor.
struct Listener {
    to: SyncSender<ReplyEvent>,
    gives_way: Option<Arc<AtomicBool>>,
    /// Milliseconds that it held the model.
    waited: Arc<AtomicU64>,
}

impl TokenSink for Listener {
    fn event(&mut self, event: ReplyEvent) -> Flow {
        let start = Instant::now();
        while self.gives_way.as_ref().is_some_and(|busy| busy.load(Ordering::Relaxed)) {
            std::thread::sleep(LOOK);
        }
        let waited = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.waited.fetch_add(waited, Ordering::Relaxed);
        if self.to.send(event).is_ok() { Flow::More } else { Flow::Stop }
    }
}

/// Events of a reply that may wait: more than any reply has, so that a model which writes on its caller's thread gets to the end.
pub(super) const EVENTS: usize = 1 << 15;

/// The library with the character in it: the product's, or one of its own for a card file.
fn library(paths: &Paths, name: &str) -> Result<(Library, CharacterId, Option<Scratch>), Problem> {
    let path = Path::new(name);
    if !path.is_file() {
        let library = Library::new(paths.dirs.characters(), Some(paths.shipped_characters()));
        return Ok((library, CharacterId(name.to_owned()), None));
    }
    let bytes = cards::read_bounded(path)?;
    let folder = std::env::temp_dir().join(format!("hanashi-appraisal-{}", std::process::id()));
    let scratch = Scratch(folder.clone());
    let library = Library::new(folder, None);
    let file = file_name_for(&bytes, name);
    let beside = path.with_file_name(guard::PROFILE);
    let profile = std::fs::metadata(&beside)
        .ok()
        .filter(|data| data.len() <= appraisal::MAX_BYTES as u64)
        .and_then(|_| std::fs::read(&beside).ok());
    let mut files: Vec<(&str, &[u8])> = vec![(file, &bytes)];
    files.extend(profile.as_deref().map(|bytes| (guard::PROFILE, bytes)));
    let id = library.add("appraised", &files)?;
    Ok((library, id, Some(scratch)))
}
