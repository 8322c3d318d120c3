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

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use app::api::{AppEvent, PartKind};
use app::{Options, Output};
use journeys::{Journey, root};

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
    let url = hub(bytes.clone());
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

/// Sends a file in pieces, from wherever it is asked, slowly enough to be killed meanwhile.
fn hub(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let bytes = bytes.clone();
            // Whoever hangs up was killed.
            std::thread::spawn(move || serve(stream, &bytes).ok());
        }
    });
    format!("http://{address}")
}

fn serve(mut stream: TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    let mut from = 0;
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?.to_ascii_lowercase();
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().unwrap_or(0).min(bytes.len());
        }
        if line.is_empty() {
            break;
        }
    }
    let status = if from > 0 { "206 Partial Content" } else { "200 OK" };
    let range = match from {
        0 => String::new(),
        _ => format!("Content-Range: bytes {from}-{}/{}\r\n", bytes.len() - 1, bytes.len()),
    };
    let length = bytes.len() - from;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{range}ETag: \"one\"\r\nConnection: close\r\n\r\n"
    )?;
    for piece in bytes[from..].chunks(256 << 10) {
        stream.write_all(piece)?;
        std::thread::sleep(Duration::from_millis(15));
    }
    Ok(())
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
    let journey = start(folder);
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

fn start(folder: &Path) -> Journey {
    Journey::start(Options {
        data_dir: Some(PathBuf::from(folder)),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    })
}

/// Says one line after the other, and prints the id of each message once it has been acknowledged.
fn talk(folder: &Path) {
    let journey = start(folder);
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
