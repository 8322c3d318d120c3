//! A running app and its events, as a terminal follows them.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use app::api::{AppEvent, PartKind, PartState};
use app::{App, Options};
use domain::{Problem, ProblemKind};

use crate::print;

/// Events that may wait while the terminal is busy.
const WAITING: usize = 1024;

/// The app, and what it says.
pub(crate) struct Session {
    pub(crate) app: Arc<App>,
    events: Receiver<AppEvent>,
}

impl Session {
    /// Starts the app.
    pub(crate) fn start(options: Options) -> Result<Self, Problem> {
        let app = App::start(options)?;
        let (to, events) = sync_channel(WAITING);
        app.listen(Box::new(move |event| to.send(event.clone()).is_ok()));
        Ok(Self { app, events })
    }

    /// The next event; `None` after `patience` without one.
    pub(crate) fn next(&self, patience: Duration) -> Result<Option<AppEvent>, Problem> {
        match self.events.recv_timeout(patience) {
            Ok(event) => Ok(Some(event)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                Err(Problem::new(ProblemKind::Internal, "the app has stopped", "start it again"))
            }
        }
    }

    /// Waits until a part is ready; shows how far it is. Fails as the part fails.
    pub(crate) fn wait_for(&self, part: PartKind) -> Result<(), Problem> {
        let start = Instant::now();
        let mut told = false;
        loop {
            match self.state(part)? {
                PartState::Ready { .. } => return Ok(()),
                PartState::Failed { problem, .. } => {
                    return Err(Problem::new(
                        ProblemKind::NotReady,
                        problem.message,
                        problem.remedy,
                    ));
                }
                PartState::Loading { name, .. }
                    if !told && start.elapsed() > Duration::from_secs(1) =>
                {
                    told = true;
                    print::aside(&format!("loading {name} …"));
                }
                PartState::Absent if start.elapsed() > Duration::from_secs(5) => {
                    return Err(Problem::new(
                        ProblemKind::NotReady,
                        format!("there is no {part:?} to wait for").to_lowercase(),
                        "choose one, or see `hanashi models list`",
                    ));
                }
                _ => {}
            }
            // Notices are shown when the session is over; here only the state matters.
            if let Some(AppEvent::Notice { problem }) = self.next(Duration::from_millis(50))? {
                print::aside(&format!("{}; {}", problem.message, problem.remedy));
            }
        }
    }

    fn state(&self, part: PartKind) -> Result<PartState, Problem> {
        let snapshot = self.app.snapshot().map_err(from_api)?;
        Ok(match part {
            PartKind::Model => snapshot.model,
            PartKind::Voice => snapshot.voice,
            PartKind::Ears => snapshot.ears,
        })
    }
}

/// An answer of the app's API as a problem of the terminal.
pub(crate) fn from_api(problem: app::api::Problem) -> Problem {
    let kind = serde_json::from_value(serde_json::Value::String(problem.kind))
        .unwrap_or(ProblemKind::Internal);
    Problem::new(kind, problem.message, problem.remedy)
}

/// Waits for what takes a while.
pub(crate) fn waited<T>(what: impl Future<Output = T>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| Problem::new(ProblemKind::Internal, error.to_string(), "start again"))?;
    Ok(runtime.block_on(what))
}
