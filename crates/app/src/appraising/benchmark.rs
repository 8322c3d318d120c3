//! Other people's benchmarks: each question put to a model in the product's prompts, answers kept as they come, so that a run that was
//! stopped goes on where it was.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use appraisal::benchmarks::{self, Answer, Found, Item, Rule, Scores, Set};
use domain::{
    Cancel, Character, ConversationId, Flow, LanguageModel, Message, MessageId, Persona, Problem,
    ProblemKind, ReplyEvent, Role, Sampling, TokenSink, TurnId,
};
use store::SettingsFile;

use crate::places::Places;
use crate::reading::DEFAULT_CONTEXT;
use crate::{characters, views};

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
    /// A judge model, for sets that need one.
    pub judge: Option<String>,
    /// Who answers questionnaires: a character of the library, or a card file.
    pub character: Option<String>,
    /// Questionnaires in Chinese.
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
    /// The judge; empty where none is needed.
    pub judge: String,
    /// Means.
    pub scores: Scores,
    /// Questions in the file.
    pub items: usize,
    /// Lines that are none.
    pub bad: usize,
    /// Answers of an earlier run that were taken over.
    pub resumed: usize,
    /// Where the answers are.
    pub answers: PathBuf,
}

/// Runs a benchmark. `progress` hears how many of how many are done and answers whether to go on.
///
/// # Errors
/// Where the file is no benchmark, a judge or a character is needed and not named, or a model fails.
pub fn benchmark(
    places: &Places,
    options: &Benchmarking,
    progress: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Benchmarked, Problem> {
    let found = read(&options.file, options.chinese)?;
    let needs_judge = found.items.iter().any(|item| item.rule == Rule::Judge);
    if needs_judge && options.judge.is_none() {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "this benchmark needs a judge: any chat model that can follow instructions",
            "name one with `--judge`; its verdicts are its own, and nonsense among them is counted",
        ));
    }
    let own = match &options.character {
        Some(name) => Some(character(places, name)?),
        None if found.set == Set::InCharacter => {
            return Err(Problem::new(
                ProblemKind::Invalid,
                "a questionnaire needs somebody who answers it",
                "name a character of the library, or a card file, with `--character`",
            ));
        }
        None => None,
    };
    let settings = SettingsFile::open(places.dirs.settings()).get().clone();
    let wanted = options.model.as_deref().unwrap_or(&settings.chat_model);
    let model = load(places, wanted)?;
    let judge = match &options.judge {
        Some(name) if needs_judge => Some(load(places, name)?),
        _ => None,
    };
    let name = model.info().name;
    let path = if let Some(path) = &options.out {
        path.clone()
    } else {
        let stem = options.file.file_stem().unwrap_or_default().to_string_lossy();
        let file: String = format!("{stem}-{name}-seed{}", options.seed)
            .chars()
            .map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' })
            .collect();
        places.dirs.root().join("appraisals").join(format!("{file}.jsonl"))
    };
    let mut kept = resume(&path)?;
    let resumed = kept.len();
    let mut out = open(&path)?;
    let all = options.limit.unwrap_or(usize::MAX).min(found.items.len());
    let mut answers = Vec::with_capacity(all);
    for (done, item) in found.items.iter().take(all).enumerate() {
        if let Some(answer) = kept.remove(&item.id) {
            answers.push(answer);
            continue;
        }
        let mut sampling = settings.sampling();
        sampling.seed = Some(options.seed.wrapping_add(done as u64));
        if matches!(item.rule, Rule::Letters(_) | Rule::Scale { .. }) {
            // What is exact is asked without chance, as the sets do.
            sampling = Sampling { seed: sampling.seed, ..Sampling::greedy() };
        }
        let lang = views::lang(&settings);
        let reply = asked(&model, item, own.as_ref(), sampling, (settings.max_reply_tokens, lang))?;
        let mut answer = benchmarks::score(item, &reply);
        if let Some(judge) = &judge {
            let verdict = judged(judge, item, &reply)?;
            answer.score = benchmarks::judged(&verdict);
        }
        keep(&mut out, &path, &answer)?;
        answers.push(answer);
        if !progress(done + 1, all) {
            break;
        }
    }
    let strict = !matches!(found.set, Set::InCharacter | Set::PingPong);
    Ok(Benchmarked {
        set: found.set,
        model: name,
        judge: judge.map(|judge| judge.info().name).unwrap_or_default(),
        scores: benchmarks::summary(&answers, strict),
        items: found.items.len(),
        bad: found.bad.len(),
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
    benchmarks::read(&text, &name, chinese)
}

fn character(places: &Places, name: &str) -> Result<Character, Problem> {
    let path = Path::new(name);
    if path.is_file() {
        return Ok(characters::read_card(path)?.character);
    }
    let library = store::Library::new(places.dirs.characters(), Some(places.shipped_characters()));
    Ok(characters::load(&library, &domain::CharacterId(name.to_owned()))?.character)
}

fn load(places: &Places, name: &str) -> Result<llm::Engine, Problem> {
    let device = crate::devices::of_places(places);
    let options =
        llm::Options { context_length: DEFAULT_CONTEXT, device, ..llm::Options::default() };
    Ok(llm::Engine::load(&places.chat_model(name)?, &options, |_| {})?)
}

/// The reply to an item.
fn asked(
    model: &llm::Engine,
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

fn judged(judge: &llm::Engine, item: &Item, reply: &str) -> Result<String, Problem> {
    let character = Character { name: "Judge".to_owned(), ..Character::default() };
    let mut question = item.clone();
    question.talk = vec![("user".to_owned(), benchmarks::judge_prompt(item, reply))];
    let history = messages(&question, &character.name);
    written(judge, &character, &history, Sampling::greedy(), (VERDICT, domain::Lang::En))
}

/// A whole reply. The oldest messages give way where a talk is longer than the model's context.
fn written(
    model: &llm::Engine,
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
    Ok(reply.trim().to_owned())
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
    let bytes = std::fs::read(path).map_err(|error| disk(path, &error))?;
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
    let mut line = serde_json::to_string(answer).map_err(|error| disk(path, &error))?;
    line.push('\n');
    out.write_all(line.as_bytes()).map_err(|error| disk(path, &error))
}

fn disk(path: &Path, error: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        ProblemKind::Disk,
        format!("`{}` could not be used: {error}", path.display()),
        "check that there is room and that you may write there, or name another file with `--out`",
    )
}
