//! How long the prompt of a turn takes: a large lorebook over a long conversation, both made here.

use std::time::Instant;

use domain::{Character, ModelInfo, Persona, Problem, Role, TurnId};
use lore::{Book, Entry, Index, KeySyntax, Scope, Settings, State, Window};
use serde::Serialize;

use crate::app::paths::Paths;
use crate::prompting::token_counts::Counts;
use crate::terminal::{books, history};

/// Times of making a prompt, in milliseconds: one for every run.
#[derive(Debug, Clone, Serialize)]
pub struct PromptBench {
    /// Entries of the book.
    pub entries: usize,
    /// Messages of the conversation.
    pub messages: usize,
    /// Entries that fired.
    pub fired: usize,
    /// Making the book ready, once a conversation.
    pub index_ms: Vec<f64>,
    /// Matching it, every turn.
    pub match_ms: Vec<f64>,
    /// The same as time of the processor, which other programs do not lengthen; empty where the system does not tell.
    pub match_cpu_ms: Vec<f64>,
    /// Putting the prompt together, every turn.
    pub assemble_ms: Vec<f64>,
    /// What counted the tokens.
    pub counted_with: String,
}

/// Measures. Every entry looks through the whole conversation; one in ten has regular expressions for keys, one in ten secondary
/// keys; English, Chinese and Japanese take turns.
pub fn bench_prompt(
    paths: &Paths,
    entries: usize,
    messages: usize,
    runs: usize,
) -> Result<PromptBench, Problem> {
    let (model_counter, counted_with) = books::counter(paths, None)?;
    // As in the app: what was counted in the turn before is not counted again.
    let counts = Counts::default();
    let counter = counts.of(&*model_counter, &counted_with);
    let character = Character { name: "Koto".into(), ..Character::default() };
    let persona = Persona::default();
    let history = history::messages(talk(messages));
    let model = ModelInfo { context_length: 32_768, ..ModelInfo::default() };
    let mut scene = prompt::Scene::new(TurnId(0), &character, &persona, &history, &model);
    scene.form = Some(lore::Form::Chat);
    let rules = Settings { token_budget: Some(4096), ..Settings::default() };
    let limits = prompt::Limits { context_tokens: 32_768, ..prompt::Limits::default() };
    let book = book(entries);
    let ms = |start: Instant| start.elapsed().as_secs_f64() * 1000.0;
    let mut bench = PromptBench {
        entries,
        messages,
        fired: 0,
        index_ms: Vec::new(),
        match_ms: Vec::new(),
        match_cpu_ms: Vec::new(),
        assemble_ms: Vec::new(),
        counted_with,
    };
    let mut index = Index::new(vec![(Scope::Chat, book.clone())], rules, &lore::AsWritten);
    for run in 0..runs.max(1) {
        // Making it ready is slow and measured less often.
        if run < 5 {
            let start = Instant::now();
            index = Index::new(vec![(Scope::Chat, book.clone())], rules, &lore::AsWritten);
            bench.index_ms.push(ms(start));
            // Regular expressions are compiled when they are first needed.
            let _warm = prompt::activate(&scene, &index, &State::default(), &counter);
        }
        let (start, cpu) = (Instant::now(), cpu_ms());
        let outcome = prompt::activate(&scene, &index, &State::default(), &counter);
        bench.match_ms.push(ms(start));
        bench.match_cpu_ms.extend(cpu_ms().zip(cpu).map(|(after, before)| after - before));
        bench.fired = outcome.verdicts.iter().filter(|verdict| verdict.fired).count();
        let mut with_lore = scene.clone();
        with_lore.lore = Some(&outcome);
        let start = Instant::now();
        prompt::assemble(&with_lore, &counter, &limits)?;
        bench.assemble_ms.push(ms(start));
    }
    Ok(bench)
}

/// Time that this thread has spent on a processor, as Linux tells it.
fn cpu_ms() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e6)
}

/// A word that belongs to a number.
fn word(number: usize) -> String {
    const ENGLISH: [&str; 16] = [
        "ar", "bel", "cor", "dun", "el", "fir", "gal", "hol", "ist", "jor", "kel", "lun", "mor",
        "nim", "oth", "per",
    ];
    const CHINESE: [char; 16] = [
        '山', '河', '城', '龙', '火', '雪', '风', '林', '海', '石', '月', '剑', '书', '门', '桥',
        '星',
    ];
    const JAPANESE: [&str; 16] = [
        "サクラ",
        "カゼ",
        "ユキ",
        "ヒカリ",
        "の森",
        "の塔",
        "リュウ",
        "ツキ",
        "ホシ",
        "カタナ",
        "の里",
        "ウミ",
        "クモ",
        "イシ",
        "ハシ",
        "トリ",
    ];
    let digits = [number / 4096 % 16, number / 256 % 16, number / 16 % 16, number % 16];
    match number % 3 {
        0 => digits.map(|digit| ENGLISH[digit]).concat(),
        1 => digits.map(|digit| CHINESE[digit]).iter().collect(),
        _ => digits.map(|digit| JAPANESE[digit]).concat(),
    }
}

fn book(entries: usize) -> Book {
    let entry = |number: usize| {
        let first = word(number);
        let mut entry = Entry {
            id: number.to_string(),
            keys: vec![
                first.clone(),
                word(number + 20_000),
                format!("{first} {}", word(number + 7)),
            ],
            content: format!("{first} is known in every village, and nobody speaks of it aloud."),
            insertion_order: number as f64,
            window: Some(Window::Messages(u32::MAX)),
            ..Entry::default()
        };
        match number % 10 {
            3 => {
                entry.syntax = KeySyntax::Regex;
                entry.keys = vec![
                    format!("/\\b{first}(?:s|'s)?\\b/i"),
                    format!("/{first}.*{}/", word(number + 9)),
                ];
            }
            6 => {
                entry.selective = true;
                entry.secondary_keys = vec![word(number + 3), "night".into()];
            }
            _ => {}
        }
        entry
    };
    Book { name: "bench".into(), entries: (0..entries).map(entry).collect(), ..Book::default() }
}

fn talk(messages: usize) -> Vec<(Role, String)> {
    const FILLER: [&str; 4] = [
        "We walked along the river until the night came, and then we talked about what we had seen at the market.",
        "我们沿着河一直走到天黑，然后聊了聊在集市上看到的东西，你还记得那个卖灯笼的老人吗？",
        "夜になるまで川沿いを歩いて、それから市場で見たものについて話しました。あの提灯売りを覚えていますか。",
        "Do you remember the old man with the lanterns? He said that the bridge had not been there when he was young.",
    ];
    (0..messages)
        .map(|number| {
            let role = if number % 2 == 0 { Role::User } else { Role::Character };
            (
                role,
                format!(
                    "{} {} {}",
                    FILLER[number % 4],
                    word(number * 31),
                    FILLER[(number + 1) % 4]
                ),
            )
        })
        .collect()
}
