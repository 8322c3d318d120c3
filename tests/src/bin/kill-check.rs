//! `cargo xtask kill-check [N]`: the program is killed N times while it downloads and N times while it talks, at random moments.
//! Afterwards no file is corrupt, and everything that was shown as said is in the log.
//!
//! The download is fetched by `hanashi` itself from a hub on this machine; the conversation runs in this program, started again as
//! a child, which prints a line as soon as a message has been acknowledged.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program: printing is its output"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use app::api::{AppEvent, PartKind};
use journeys::{Journey, hub, root};

/// Messages that a child says at most.
const LINES: usize = 50;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, folder] = args.as_slice()
        && mode == "--talk"
    {
        talk(Path::new(folder));
        return ExitCode::SUCCESS;
    }
    let kills = args.first().and_then(|n| n.parse().ok()).unwrap_or(200);
    let scratch = std::env::temp_dir().join(format!("hanashi-kills-{}", std::process::id()));
    let failures = downloads(&scratch.join("downloads"), kills)
        + conversations(&scratch.join("conversations"), kills);
    // Scratch only; what cannot be removed lies in the temporary folder.
    let _left = std::fs::remove_dir_all(&scratch);
    println!("# kill-check: {} passed, {failures} failed", 2 * kills - failures.min(2 * kills));
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Random enough for moments, and the same in every run.
struct Moments(u64);

impl Moments {
    fn below(&mut self, limit: u64) -> Duration {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis((self.0 >> 33) % limit)
    }
}

/// A child that is killed when it is dropped.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // Gone already where it had ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Kills `hanashi models pull` over and over; the model is there whole, or not at all.
fn downloads(folder: &Path, kills: usize) -> usize {
    let source = root().join("assets/models/hanashi-mini/hanashi-mini.gguf");
    let bytes = std::fs::read(&source).expect("the model in the box");
    // Slowly enough to be killed meanwhile.
    let pace = Some((256 << 10, Duration::from_millis(15)));
    let url = hub(BTreeMap::from([("/m.gguf".to_owned(), bytes.clone())]), pace);
    std::fs::create_dir_all(folder).expect("a scratch folder");
    let catalogue = format!(
        "version = 1\n[[model]]\nid = 'another'\nkind = 'chat'\nname = 'Another'\nlicence = {{ id = 'CC-BY-4.0' }}\nfiles = [{{ url = '{url}/m.gguf', name = 'another.gguf' }}]\n"
    );
    std::fs::write(folder.join("catalogue.toml"), catalogue).expect("a catalogue");
    let program = std::env::current_exe().expect("this program").with_file_name("hanashi");
    let target = folder.join("models/another/another.gguf");
    let start = || {
        Command::new(&program)
            .arg("--data-dir")
            .arg(folder)
            .args(["models", "pull", "another"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("`hanashi` beside this program")
    };
    let (mut moments, mut failures, mut whole) = (Moments(1), 0, 0);
    for kill in 0..kills {
        let child = Killed(start());
        std::thread::sleep(moments.below(600));
        drop(child);
        match std::fs::read(&target) {
            Ok(found) if found == bytes => {
                whole += 1;
                // Once more from the start.
                std::fs::remove_dir_all(folder.join("models")).expect("the model goes");
            }
            Ok(found) => {
                failures += 1;
                eprintln!("kill {kill}: a file of {} bytes that is not the model", found.len());
            }
            Err(_) => {}
        }
    }
    // Whatever was left behind is no obstacle.
    let last = start().wait().is_ok_and(|status| status.success());
    if !last || std::fs::read(&target).ok().as_ref() != Some(&bytes) {
        failures += 1;
        eprintln!("after the last kill the download did not come to its end");
    }
    println!("downloads: {kills} kills, {whole} had arrived by then, {failures} failures");
    failures
}

/// Kills a conversation over and over; every message that was acknowledged is in the log.
fn conversations(folder: &Path, kills: usize) -> usize {
    let own = std::env::current_exe().expect("this program");
    let (mut moments, mut failures, mut acknowledged) = (Moments(2), 0, Vec::new());
    for _ in 0..kills {
        let mut child = Killed(
            Command::new(&own)
                .arg("--talk")
                .arg(folder)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .expect("this program once more"),
        );
        let out = child.0.stdout.take().expect("its output");
        let reader = std::thread::spawn(move || {
            BufReader::new(out).lines().map_while(Result::ok).collect::<Vec<String>>()
        });
        std::thread::sleep(Duration::from_millis(100) + moments.below(1500));
        drop(child);
        acknowledged.extend(reader.join().expect("the reader"));
    }
    let journey = Journey::in_text(folder);
    let messages = journey.app.snapshot().expect("a conversation that opens").messages;
    for id in &acknowledged {
        if !messages.iter().any(|message| message.id == *id) {
            failures += 1;
            eprintln!("message {id} was acknowledged and is not in the log");
        }
    }
    let damaged = journey.app.check_data().expect("a database that is read");
    failures += damaged.len();
    println!(
        "conversations: {kills} kills, {} messages acknowledged, {} in the log, {} databases damaged, {failures} failures",
        acknowledged.len(),
        messages.len(),
        damaged.len()
    );
    journey.app.shutdown().expect("an end");
    failures
}

/// Says one line after the other, and prints the id of each message once it has been acknowledged.
fn talk(folder: &Path) {
    let journey = Journey::in_text(folder);
    journey.wait_for(PartKind::Model);
    for line in 0..LINES {
        if journey.app.say(&format!("Line {line}.")).is_err() {
            return;
        }
        loop {
            match journey.next() {
                AppEvent::TurnStarted { message: Some(message), .. } => acknowledge(&message.id),
                AppEvent::TurnFinished { message, .. } => {
                    if let Some(message) = message {
                        acknowledge(&message.id);
                    }
                    break;
                }
                AppEvent::TurnFailed { .. } => break,
                _ => {}
            }
        }
    }
}

fn acknowledge(id: &str) {
    let mut out = std::io::stdout();
    // Nobody listens any more: then nothing is acknowledged.
    let _ = writeln!(out, "{id}").and_then(|()| out.flush());
}
