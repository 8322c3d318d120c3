//! Other people's benchmarks: each question put to a model in the product's prompts, answers kept as they come, so that a run that was
//! stopped goes on where it was.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use appraisal::benchmarks::{self, Answer, Found, Item, Rule, Scores, Set};
use domain::{
    Cancel, Character, ConversationId, Flow, LanguageModel, Message, MessageId, Persona, Problem,
    ProblemKind, ReplyEvent, Role, Sampling, TokenSink, TurnId,
};
use store::{Settings, SettingsFile};

use crate::app::paths::Paths;
use crate::characters::cards;
use crate::conversation::read_ahead::DEFAULT_CONTEXT;
use crate::conversation::views;
use crate::models::remote_model;

/// Largest file that is read, in bytes.
const MAX_FILE: u64 = 512 << 20;
/// Longest verdict of a judge, in tokens.
const VERDICT: u32 = 24;

/// What is run.
#[derive(Debug, Clone, Default)]
pub struct Benchmarking {
    /// The benchmark's file.
    pub file: PathBuf,
    /// The model on trial; the settings' otherwise.
    pub model: Option<String>,
    /// A judge model, for sets that need one: of the library, a file, or `remote:NAME` on the server of the settings. Without one what
    /// can be counted is counted, and the rest listed.
    pub judge: Option<String>,
    /// Who answers questionnaires: a character of the library, or a card file.
    pub character: Option<String>,
    /// In Chinese, where a set has both languages.
    pub chinese: bool,
    /// Seed of the replies.
    pub seed: u64,
    /// At most so many items.
    pub limit: Option<usize>,
    /// Where answers are kept; below the data folder otherwise.
    pub out: Option<PathBuf>,
}

/// What it came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Benchmarked {
    /// Whose questions.
    pub set: Set,
    /// The model on trial.
    pub model: String,
    /// The judge, with the machine that it answers on where that is another; empty where there was none.
    pub judge: String,
    /// Means.
    pub scores: Scores,
    /// Questions in the file.
    pub items: usize,
    /// Lines that are none.
    pub bad: usize,
    /// Why the first of them is none.
    pub bad_because: Option<String>,
    /// Answers of an earlier run that were taken over.
    pub resumed: usize,
    /// Where the answers are.
    pub answers: PathBuf,
}

/// Runs a benchmark. `progress` hears how many of how many are done and answers whether to go on.
///
/// # Errors
/// Where the file is no benchmark, a character is needed and not named, answers of another model are kept there, or a model fails.
pub fn benchmark(
    paths: &Paths,
    options: &Benchmarking,
    progress: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Benchmarked, Problem> {
    let found = read(&options.file, options.chinese)?;
    let takes_judge =
        found.items.iter().any(|item| matches!(item.rule, Rule::Judge | Rule::Marks { .. }));
    let own = match &options.character {
        Some(name) => Some(character(paths, name)?),
        None if found.set == Set::InCharacter => {
            return Err(Problem::new(
                ProblemKind::Invalid,
                "a questionnaire needs somebody who answers it",
                "name a character of the library, or a card file, with `--character`",
            ));
        }
        None => None,
    };
    let settings = SettingsFile::open(paths.dirs.settings()).get().clone();
    let wanted = options.model.as_deref().unwrap_or(&settings.chat_model);
    let model = load(paths, &settings, wanted)?;
    let judge = match &options.judge {
        Some(name) if takes_judge => {
            let judge = load(paths, &settings, name)?;
            let (name, at) = (judge.info().name, machine(&settings, name));
            Some((judge, if at.is_empty() { name } else { format!("{name} at {at}") }))
        }
        _ => None,
    };
    let name = model.info().name;
    let bench = Bench { set: found.set, model, judge, own, settings, seed: options.seed };
    let path = options.out.clone().unwrap_or_else(|| answers_file(paths, options, &name));
    let mut kept = resume(&path)?;
    if let Some(other) = kept.values().find(|one| !one.model.is_empty() && one.model != name) {
        return Err(Problem::new(
            ProblemKind::Invalid,
            format!("`{}` holds answers of {}, not of {name}", path.display(), other.model),
            "name another file with `--out`",
        ));
    }
    let mut resumed = 0;
    let mut out = open(&path)?;
    let all = options.limit.unwrap_or(usize::MAX).min(found.items.len());
    let mut answers = Vec::with_capacity(all);
    for (done, item) in found.items.iter().take(all).enumerate() {
        let before = kept.remove(&item.id);
        resumed += usize::from(before.is_some());
        match before {
            Some(answer) if bench.is_finished(item, &answer) => {
                answers.push(answer);
                continue;
            }
            // A reply that has another judge's marks, or none, is not written anew.
            Some(answer) => answers.push(bench.judged(item, &answer.reply)?),
            None => answers.push(bench.judged(item, &bench.reply(item, done)?)?),
        }
        if let Some(answer) = answers.last() {
            keep(&mut out, &path, answer)?;
        }
        if !progress(done + 1, all) {
            break;
        }
    }
    let pairs: Vec<(&Item, &Answer)> = found.items.iter().zip(&answers).collect();
    Ok(Benchmarked {
        set: found.set,
        model: name,
        judge: judges(&answers),
        scores: benchmarks::summary(found.set, &pairs),
        items: found.items.len(),
        bad: found.bad.len(),
        bad_because: found.bad.first().map(|bad| bad.why.clone()),
        resumed,
        answers: path,
    })
}

fn read(file: &Path, chinese: bool) -> Result<Found, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(
            ProblemKind::Missing,
            format!("`{}` could not be read: {error}", file.display()),
            "check that the file is there, is text, and that you may read it",
        )
    };
    if std::fs::metadata(file).map_err(unreadable)?.len() > MAX_FILE {
        return Err(Problem::new(
            ProblemKind::Unsupported,
            format!("`{}` is larger than a benchmark's file may be (512 MiB)", file.display()),
            "split it",
        ));
    }
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let beside = |name: &str| {
        let other = file.with_file_name(name);
        let small = std::fs::metadata(&other).is_ok_and(|data| data.len() <= MAX_FILE);
        small.then(|| std::fs::read_to_string(other).ok()).flatten()
    };
    benchmarks::read(&text, &name, chinese, &beside)
}

/// Where the answers of a run are kept.
fn answers_file(paths: &Paths, options: &Benchmarking, model: &str) -> PathBuf {
    let stem = options.file.file_stem().unwrap_or_default().to_string_lossy();
    let lang = if options.chinese { "-zh" } else { "" };
    let name: String = format!("{stem}-{model}-seed{}{lang}", options.seed)
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' })
        .collect();
    paths.dirs.root().join("appraisals").join(format!("{name}.jsonl"))
}

/// A run: who answers, who judges.
struct Bench {
    set: Set,
    model: Arc<dyn LanguageModel>,
    /// The judge, and its name in the report.
    judge: Option<(Arc<dyn LanguageModel>, String)>,
    own: Option<Character>,
    settings: Settings,
    seed: u64,
}

impl Bench {
    /// What is there and judged by the one that is asked for (or needs none) stays as it is.
    fn is_finished(&self, item: &Item, answer: &Answer) -> bool {
        let by_rule = !matches!(item.rule, Rule::Judge | Rule::Marks { .. });
        by_rule || self.judge.as_ref().is_none_or(|(_, name)| answer.judge == *name)
    }

    /// A reply to the item at a place of the file.
    fn reply(&self, item: &Item, place: usize) -> Result<String, Problem> {
        let mut sampling = self.settings.sampling();
        sampling.seed = Some(self.seed.wrapping_add(place as u64));
        if matches!(item.rule, Rule::Letters(_) | Rule::Scale { .. }) {
            // What is exact is asked without chance, as the sets do.
            sampling = Sampling { seed: sampling.seed, ..Sampling::greedy() };
        }
        let lang = domain::Lang::from_code(&item.lang);
        let lang = lang.unwrap_or_else(|| views::lang(&self.settings));
        let long = (self.settings.max_reply_tokens, lang);
        asked(&*self.model, item, self.own.as_ref(), sampling, long)
    }

    /// A reply with its score, and the marks of the judge where there is one.
    fn judged(&self, item: &Item, reply: &str) -> Result<Answer, Problem> {
        let mut answer = benchmarks::score(item, reply);
        answer.model = self.model.info().name;
        let Some((judge, name)) = &self.judge else { return Ok(answer) };
        for inquiry in benchmarks::inquiries(self.set, item, reply) {
            answer.judge.clone_from(name);
            let mark = benchmarks::mark(self.set, &inquiry, &verdict(&**judge, &inquiry.prompt)?);
            if inquiry.of.is_empty() {
                answer.score = mark;
            } else if let Some(mark) = mark {
                answer.marks.insert(inquiry.of, mark);
            }
        }
        Ok(answer)
    }
}

/// Who judged these answers: an earlier run may have had another judge, or one where this has none.
fn judges(answers: &[Answer]) -> String {
    let mut all: Vec<&str> =
        answers.iter().map(|one| one.judge.as_str()).filter(|name| !name.is_empty()).collect();
    all.sort_unstable();
    all.dedup();
    all.join(", ")
}

fn character(paths: &Paths, name: &str) -> Result<Character, Problem> {
    let path = Path::new(name);
    if path.is_file() {
        return Ok(cards::read_card(path)?.character);
    }
    let library = store::Library::new(paths.dirs.characters(), Some(paths.shipped_characters()));
    Ok(cards::load(&library, &domain::CharacterId(name.to_owned()))?.character)
}

/// A model of this machine, or (`remote:NAME`) of the server that the person has switched on.
fn load(paths: &Paths, settings: &Settings, name: &str) -> Result<Arc<dyn LanguageModel>, Problem> {
    if name.starts_with(remote_model::PREFIX) {
        let network = crate::housekeeping::network::network_of(paths, settings);
        let keys = remote::Keychain::default();
        return Ok(Arc::new(remote_model::connect(name, settings, &keys, network, None)?));
    }
    let device = crate::models::compute_devices::of_paths(paths);
    let options =
        llm::Options { context_length: DEFAULT_CONTEXT, device, ..llm::Options::default() };
    Ok(Arc::new(llm::Engine::load(&paths.chat_model(name)?, &options, |_| {})?))
}

/// The machine that a judge answers on; empty for this one.
fn machine(settings: &Settings, name: &str) -> String {
    if !name.starts_with(remote_model::PREFIX) {
        return String::new();
    }
    remote::Address::parse(&settings.remote_url)
        .map(|address| address.host().to_owned())
        .unwrap_or_default()
}

/// The reply to an item.
fn asked(
    model: &dyn LanguageModel,
    item: &Item,
    own: Option<&Character>,
    sampling: Sampling,
    (tokens, lang): (u32, domain::Lang),
) -> Result<String, Problem> {
    let character = match own {
        Some(own) if item.name.is_empty() => own.clone(),
        _ => Character {
            name: if item.name.is_empty() { "Assistant".to_owned() } else { item.name.clone() },
            description: item.profile.clone(),
            ..Character::default()
        },
    };
    let history = messages(item, &character.name);
    written(model, &character, &history, sampling, (tokens, lang))
}

/// The talk of an item as a conversation; others than the character speak with their names.
fn messages(item: &Item, name: &str) -> Vec<Message> {
    let mut out: Vec<Message> = Vec::with_capacity(item.talk.len());
    for (number, (who, what)) in item.talk.iter().enumerate() {
        let last = number + 1 == item.talk.len();
        let is_own = who == name && !last;
        let plain = is_own || who.is_empty() || who.eq_ignore_ascii_case("user");
        out.push(Message {
            id: MessageId(uuid::Uuid::from_u128(number as u128 + 1)),
            parent: out.last().map(|before| before.id),
            conversation: ConversationId(uuid::Uuid::from_u128(1)),
            role: if is_own { Role::Character } else { Role::User },
            text: if plain { what.clone() } else { format!("{who}: {what}") },
            interrupted: false,
            speaker: None,
            created_at: number as u64,
        });
    }
    out
}

/// What a judge says, without chance.
fn verdict(judge: &dyn LanguageModel, prompt: &str) -> Result<String, Problem> {
    let character = Character { name: "Judge".to_owned(), ..Character::default() };
    let question = Item {
        id: String::new(),
        category: String::new(),
        name: String::new(),
        profile: String::new(),
        talk: vec![("user".to_owned(), prompt.to_owned())],
        rule: Rule::Judge,
        lang: String::new(),
    };
    let history = messages(&question, &character.name);
    written(judge, &character, &history, Sampling::greedy(), (VERDICT, domain::Lang::En))
}

/// A whole reply. The oldest messages give way where a talk is longer than the model's context.
fn written(
    model: &dyn LanguageModel,
    character: &Character,
    history: &[Message],
    sampling: Sampling,
    (tokens, lang): (u32, domain::Lang),
) -> Result<String, Problem> {
    let info = model.info();
    let persona = Persona::default();
    let mut scene = prompt::Scene::new(TurnId(1), character, &persona, history, &info);
    scene.lang = Some(lang);
    let limits = prompt::Limits {
        context_tokens: info.context_length.min(DEFAULT_CONTEXT),
        reply_tokens: tokens,
        sampling,
        ..prompt::Limits::default()
    };
    let ask = match prompt::assemble(&scene, model, &limits) {
        Ok(made) => made.ask,
        // A question that is longer than the model can read is a question that it does not answer.
        Err(problem) if problem.kind == ProblemKind::Invalid => return Ok(String::new()),
        Err(problem) => return Err(problem),
    };
    let (to, events) = std::sync::mpsc::sync_channel(super::actor::EVENTS);
    model.reply(ask, Box::new(Listener(to)), Cancel::new());
    let mut reply = String::new();
    for event in events {
        match event {
            ReplyEvent::Started { .. } => {}
            ReplyEvent::Text(text) => reply.push_str(&text),
            ReplyEvent::Finished(..) => break,
            ReplyEvent::Failed(problem) => return Err(problem),
        }
    }
    // Letters and numbers of a thought are no answer, and no verdict.
    Ok(super::actor::without_thought(&reply))
}

struct Listener(std::sync::mpsc::SyncSender<ReplyEvent>);

impl TokenSink for Listener {
    fn event(&mut self, event: ReplyEvent) -> Flow {
        if self.0.send(event).is_ok() { Flow::More } else { Flow::Stop }
    }
}

/// Answers of an earlier run. A last line that was cut off is asked again.
fn resume(path: &Path) -> Result<HashMap<String, Answer>, Problem> {
    if !path.exists() {
        return Ok(HashMap::new());
    }
    if std::fs::metadata(path).map_err(|error| disk(path, &error))?.len() > MAX_FILE {
        return Err(disk(path, &"it is too large"));
    }
    let bytes = vault::read(path, MAX_FILE).map_err(|error| disk(path, &error))?;
    let text = String::from_utf8_lossy(&bytes);
    let answers = text.lines().filter_map(|line| serde_json::from_str::<Answer>(line).ok());
    Ok(answers.map(|answer| (answer.id.clone(), answer)).collect())
}

fn open(path: &Path) -> Result<std::fs::File, Problem> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| disk(folder, &error))?;
    }
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|error| disk(path, &error))?;
    // Behind a line that was cut off, the next one begins anew.
    let torn = std::fs::read(path).is_ok_and(|bytes| bytes.last().is_some_and(|&b| b != b'\n'));
    if torn {
        file.write_all(b"\n").map_err(|error| disk(path, &error))?;
    }
    Ok(file)
}

fn keep(out: &mut std::fs::File, path: &Path, answer: &Answer) -> Result<(), Problem> {
    let line = serde_json::to_string(answer).map_err(|error| disk(path, &error))?;
    let line = vault::line_for(path, &line).map_err(|error| disk(path, &error))?;
    out.write_all(&line).map_err(|error| disk(path, &error))
}

fn disk(path: &Path, error: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        ProblemKind::Disk,
        format!("`{}` could not be used: {error}", path.display()),
        "check that there is room and that you may write there, or name another file with `--out`",
    )
}
