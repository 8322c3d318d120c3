//! A running app in a folder of its own, and a way to follow what happens in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use app::api::{AppEvent, MessageView, PartKind, PartState, Timings};
use app::{App, Options, Output};

mod hub;

pub use hub::hub;

/// A turn of the embedded models takes a second or two; on a loaded machine, more.
const PATIENCE: Duration = Duration::from_mins(2);

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// `hanashi`, as the build made it beside this test.
///
/// # Panics
/// Where it is not built.
pub fn program() -> PathBuf {
    let own = std::env::current_exe().expect("the test has a file");
    own.ancestors().map(|folder| folder.join("hanashi")).find(|file| file.is_file()).expect(
        "`hanashi` is not built: `cargo build --release --workspace` first (`make test` does)",
    )
}

/// The small recogniser that the tests bring.
pub fn nano() -> PathBuf {
    root().join("tests/fixtures/whisper-nano")
}

/// A running app.
pub struct Journey {
    /// The app.
    pub app: Arc<App>,
    events: Receiver<AppEvent>,
}

/// How a turn ended.
#[derive(Debug)]
pub struct Turn {
    /// What the recogniser understood.
    pub heard: Option<String>,
    /// The reply as it is in the log.
    pub message: Option<MessageView>,
    /// It was cut short.
    pub interrupted: bool,
    /// How long its stages took.
    pub timings: Timings,
    /// Mouth shapes that were sent.
    pub visemes: usize,
    /// Lines that were begun.
    pub lines: Vec<String>,
    /// The reply began with an emotion of the legal set.
    pub tagged: bool,
}

impl Journey {
    /// Starts an app and waits for its model and (unless replies are text) its voice.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start(options: Options) -> Self {
        let speaks = options.output != Output::Text;
        let hears = options.ears.is_some();
        let journey = Self::at_once(options);
        journey.wait_for(PartKind::Model);
        if speaks {
            journey.wait_for(PartKind::Voice);
        }
        if hears {
            journey.wait_for(PartKind::Ears);
        }
        journey
    }

    /// Starts an app in this folder that answers in text and says nothing by itself, and waits for its model.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn in_text(home: &Path) -> Self {
        Self::start(Options {
            data_dir: Some(home.to_owned()),
            output: Output::Text,
            no_greeting: true,
            ..Options::default()
        })
    }

    /// Starts an app and waits for nothing.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn at_once(options: Options) -> Self {
        let app = App::start(Options { resources: root(), ..options }).expect("the app starts");
        let (to, events) = sync_channel(4096);
        app.listen(Box::new(move |event| to.send(event.clone()).is_ok()));
        Self { app, events }
    }

    /// Waits until a part is ready.
    ///
    /// # Panics
    /// Where it fails, or takes too long.
    pub fn wait_for(&self, part: PartKind) {
        let start = Instant::now();
        loop {
            let snapshot = self.app.snapshot().expect("a snapshot");
            let state = match part {
                PartKind::Model => snapshot.model,
                PartKind::Voice => snapshot.voice,
                PartKind::Ears => snapshot.ears,
            };
            match state {
                PartState::Ready { .. } => return,
                PartState::Failed { problem, .. } => panic!("{part:?} failed: {problem:?}"),
                _ => assert!(start.elapsed() < PATIENCE, "{part:?} is not ready"),
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The next event.
    ///
    /// # Panics
    /// Where none comes.
    pub fn next(&self) -> AppEvent {
        self.events.recv_timeout(PATIENCE).expect("an event")
    }

    /// The events up to the first one that `is` what is waited for, that one included.
    pub fn until(&self, is: impl Fn(&AppEvent) -> bool) -> Vec<AppEvent> {
        let mut seen = Vec::new();
        loop {
            let event = self.next();
            let found = is(&event);
            seen.push(event);
            if found {
                return seen;
            }
        }
    }

    /// Follows a turn to its end.
    ///
    /// # Panics
    /// Where it fails.
    pub fn turn(&self) -> Turn {
        let mut heard = None;
        let (mut shapes, mut lines, mut tagged) = (0, Vec::new(), false);
        loop {
            match self.next() {
                AppEvent::Heard { text } => heard = Some(text),
                AppEvent::LineStarted { line, visemes, text, cues, .. } => {
                    tagged |= line == 0 && cues.first().is_some_and(|cue| cue.at == 0);
                    shapes += visemes.len();
                    lines.push(text);
                }
                AppEvent::Visemes { visemes, .. } => shapes += visemes.len(),
                AppEvent::TurnFinished { message, interrupted, timings, .. } => {
                    return Turn {
                        heard,
                        message,
                        interrupted,
                        timings,
                        visemes: shapes,
                        lines,
                        tagged,
                    };
                }
                AppEvent::TurnFailed { problem, .. } => panic!("the turn failed: {problem:?}"),
                _ => {}
            }
        }
    }

    /// Types a line and follows the turn to its end.
    ///
    /// # Panics
    /// Where it fails.
    pub fn say(&self, text: &str) -> Turn {
        self.app.say(text).expect("the line is taken");
        self.turn()
    }
}
