//! What `cargo xtask model-check` runs: the model in the box against prompts that were kept out of its training, through the
//! product itself. Prints figures and, with `--show N`, the first N replies, unselected.
#![expect(clippy::print_stdout, reason = "a terminal program: printing is its output")]

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::process::ExitCode;

use app::{Options, Output};
use journeys::{Journey, root};

/// Prompts that are asked.
const PROMPTS: usize = 200;

struct Prompt {
    character: String,
    text: String,
}

fn main() -> ExitCode {
    let show = std::env::args().skip_while(|word| word != "--show").nth(1);
    let show = show.and_then(|number| number.parse().ok()).unwrap_or(0);
    let training = root().join("assets/models/hanashi-mini/training");
    let prompts = held_out(&training.join("held_out.txt"));
    let known = training_replies(&training.join("exchanges.jsonl"));
    let opening = commonest_opening(&known);

    let home = std::env::temp_dir().join(format!("hanashi-model-check-{}", std::process::id()));
    let (mut replies, mut ended, mut legal) = (Vec::new(), 0, 0);
    let mut journey: Option<(String, Journey)> = None;
    for prompt in &prompts {
        if journey.as_ref().is_none_or(|(character, _)| *character != prompt.character) {
            if let Some((_, before)) = journey.take() {
                before.app.shutdown().expect("it shuts down");
            }
            let options = Options {
                data_dir: Some(home.clone()),
                output: Output::Text,
                character: Some(prompt.character.clone()),
                no_greeting: true,
                fresh: true,
                ..Options::default()
            };
            journey = Some((prompt.character.clone(), Journey::start(options)));
        }
        let Some((_, journey)) = &journey else { continue };
        journey.app.new_conversation().expect("a new conversation");
        let turn = journey.say(&prompt.text);
        let tokens = turn.timings.reply_tokens;
        let text = turn.message.map(|message| message.text).unwrap_or_default().trim().to_owned();
        ended += usize::from(tokens < 60);
        legal += usize::from(turn.tagged);
        if replies.len() < show {
            println!("[{}] {}\n    {text}", prompt.character, prompt.text);
        }
        replies.push(text);
    }
    if let Some((_, last)) = journey.take() {
        last.app.shutdown().expect("it shuts down");
    }
    // Scratch only; what cannot be removed lies in the temporary folder.
    let _left = std::fs::remove_dir_all(&home);

    let identical = replies.iter().filter(|reply| known.contains(reply.as_str())).count();
    let distinct = replies.iter().collect::<HashSet<_>>().len();
    let share = |count: usize| 100.0 * count as f64 / replies.len().max(1) as f64;
    let rows = [
        ("ended within 60 tokens", share(ended), share(ended) >= 98.0, ">= 98 %"),
        ("begin with a legal tag", share(legal), share(legal) >= 98.0, ">= 98 %"),
        ("identical to a training reply", share(identical), share(identical) <= 50.0, "<= 50 %"),
        ("distinct replies", distinct as f64, distinct >= 120, ">= 120"),
        ("commonest four-word opening in training", opening, opening <= 2.0, "<= 2 %"),
    ];
    println!("{} prompts", replies.len());
    let mut good = replies.len() == PROMPTS;
    for (name, value, holds, goal) in rows {
        good &= holds;
        println!("{} {name}: {value:.1} (goal {goal})", if holds { "ok    " } else { "FAILED" });
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The first line of the person's in each block of the file, with the character it is for.
fn held_out(path: &Path) -> Vec<Prompt> {
    let text = std::fs::read_to_string(path).expect("the held-out prompts");
    let mut character = "koto".to_owned();
    let mut prompts = Vec::new();
    let mut at_start = true;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('@') {
            name.trim().clone_into(&mut character);
        }
        match line.strip_prefix("> ") {
            Some(said) if at_start => {
                prompts.push(Prompt { character: character.clone(), text: said.trim().to_owned() });
                at_start = false;
            }
            _ => at_start |= line.trim().is_empty(),
        }
    }
    // Both characters, in turns of the file's own order.
    let (mut koto, mut haru): (Vec<Prompt>, Vec<Prompt>) =
        prompts.into_iter().partition(|prompt| prompt.character == "koto");
    koto.truncate(PROMPTS / 2);
    haru.truncate(PROMPTS - koto.len());
    koto.extend(haru);
    koto
}

/// Every reply of the training text, without its tags.
fn training_replies(path: &Path) -> HashSet<String> {
    let text = std::fs::read_to_string(path).expect("the exchanges");
    let rows = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let replies = rows.flat_map(|row| {
        let messages = row["messages"].as_array().cloned().unwrap_or_default();
        messages
            .into_iter()
            .filter(|message| message["role"] == "assistant")
            .filter_map(|message| message["content"].as_str().map(without_tags))
    });
    replies.collect()
}

fn without_tags(reply: &str) -> String {
    let mut text = String::new();
    let mut rest = reply;
    while let Some(start) = rest.find('[') {
        text.push_str(&rest[..start]);
        rest = rest[start..].find(']').map_or("", |end| rest[start + end + 1..].trim_start());
    }
    text.push_str(rest);
    text.trim().to_owned()
}

/// Share, in percent, of the training replies that begin with the commonest four words.
fn commonest_opening(replies: &HashSet<String>) -> f64 {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for reply in replies {
        let words: Vec<String> = reply.split_whitespace().take(4).map(str::to_lowercase).collect();
        if words.len() == 4 {
            *counts.entry(words.join(" ")).or_default() += 1;
        }
    }
    100.0 * counts.values().copied().max().unwrap_or_default() as f64 / replies.len().max(1) as f64
}
