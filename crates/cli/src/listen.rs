//! `hanashi chat --listen`: a conversation by voice in the terminal, hands free, until the input ends or says `/stop`.

use std::io::BufRead;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::Duration;

use app::api::{AppEvent, HearingState, PartKind};
use domain::{Problem, ProblemKind};
use serde_json::{Value, json};

use crate::people::People;
use crate::print;
use crate::session::{Session, from_api};

/// Between two looks at the keyboard.
const LOOK: Duration = Duration::from_millis(50);

/// Listens and answers; what happens is shown as it happens, with `as_json` as one object a line.
pub(crate) fn run(
    session: &Session,
    people: &People,
    wake: Option<String>,
    as_json: bool,
) -> Result<ExitCode, Problem> {
    if !session.app.has_ears() {
        return Err(Problem::new(
            ProblemKind::NotReady,
            "there is no recogniser to listen with",
            "fetch one with `hanashi models pull whisper-base`, or name a ggml file with `--ears`",
        ));
    }
    session.wait_for(PartKind::Ears)?;
    session.app.set_hands_free_for_now(true, wake).map_err(from_api)?;
    print::aside(&people.listed());
    print::aside("listening: speak, interrupt, type; /stop ends it");
    let typed = keyboard()?;
    let mut shown = Shown::default();
    let mut name = people.name(None);
    loop {
        match typed.try_recv() {
            Ok(line) if line.trim() == "/stop" => break,
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => session.app.say(&line).map_err(from_api)?,
            Err(TryRecvError::Disconnected) => break,
            Err(TryRecvError::Empty) => {}
        }
        let Some(event) = session.next(LOOK)? else { continue };
        if let AppEvent::TurnStarted { speaker, .. } = &event {
            name = people.name(speaker.as_deref());
        }
        if as_json {
            machine(&event).iter().for_each(print::json);
        } else {
            shown.event(&name, &event);
        }
    }
    session.app.shutdown()?;
    Ok(ExitCode::SUCCESS)
}

/// Lines from the keyboard; the channel ends with the input.
fn keyboard() -> Result<Receiver<String>, Problem> {
    let (to, lines) = sync_channel(8);
    std::thread::Builder::new()
        .name("keyboard".to_owned())
        .spawn(move || {
            for line in std::io::stdin().lock().lines() {
                let Ok(line) = line else { return };
                if to.send(line).is_err() {
                    return;
                }
            }
        })
        .map_err(|error| {
            Problem::new(
                ProblemKind::Memory,
                format!("the keyboard could not be watched ({error})"),
                "close other programs and try again",
            )
        })?;
    Ok(lines)
}

/// What stands in the terminal.
#[derive(Default)]
struct Shown {
    /// A reply is being written on the last line.
    open: bool,
    /// Only the wake phrase is listened for.
    asleep: bool,
}

impl Shown {
    fn event(&mut self, name: &str, event: &AppEvent) {
        match event {
            AppEvent::Heard { text } => self.line(&format!("you: {text}")),
            AppEvent::Hearing { state } => {
                let asleep = *state == HearingState::Asleep;
                if asleep && !self.asleep {
                    self.close();
                    print::aside("asleep until she is called");
                }
                self.asleep = asleep;
            }
            AppEvent::LineStarted { text, line, .. } => {
                if *line == 0 || !self.open {
                    self.close();
                    print::part(&format!("{name}: "));
                    self.open = true;
                }
                print::part(text);
            }
            AppEvent::TurnFinished { interrupted, .. } => {
                if *interrupted && self.open {
                    print::part(" …");
                }
                self.close();
            }
            AppEvent::TurnFailed { problem, .. } | AppEvent::Notice { problem } => {
                self.close();
                print::aside(&format!("{}; {}", problem.message, problem.remedy));
            }
            _ => {}
        }
    }

    fn line(&mut self, text: &str) {
        self.close();
        print::line(text);
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            print::line("");
        }
    }
}

/// An event for programs that follow; `None` for what only a window needs.
fn machine(event: &AppEvent) -> Option<Value> {
    Some(match event {
        AppEvent::Hearing { state } => {
            let state = match state {
                HearingState::Off => "off",
                HearingState::Waiting => "waiting",
                HearingState::Asleep => "asleep",
                HearingState::Speech => "speech",
                HearingState::Transcribing => "transcribing",
            };
            json!({ "v": 1, "event": "hearing", "state": state })
        }
        AppEvent::Understood { committed, tentative } => {
            json!({ "v": 1, "event": "understood", "committed": committed, "tentative": tentative })
        }
        AppEvent::Heard { text } => json!({ "v": 1, "event": "heard", "text": text }),
        AppEvent::LineStarted { line, text, .. } => {
            json!({ "v": 1, "event": "line", "line": line, "text": text })
        }
        AppEvent::TurnFinished { message, interrupted, timings, .. } => json!({
            "v": 1, "event": "turn", "interrupted": interrupted,
            "text": message.as_ref().map(|message| &message.text),
            "speaker": message.as_ref().and_then(|message| message.speaker.as_deref()),
            "timings_ms": timings,
        }),
        AppEvent::TurnFailed { problem, .. } | AppEvent::Notice { problem } => json!({
            "v": 1, "event": "problem", "message": problem.message, "remedy": problem.remedy,
        }),
        _ => return None,
    })
}
