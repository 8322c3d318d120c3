//! The end of this program for a newer one: a copy of it stays, without a window, until the newer one has started.

use std::io::Read;
use std::path::Path;
use std::process::{ExitCode, Stdio};

use domain::{Problem, ProblemKind};
use tauri::AppHandle;

/// Given to the copy that stays, before the folder of data.
const FLAG: &str = "--finish-update";

/// Starts the copy and ends this program.
///
/// # Errors
/// Where it cannot be started; nothing ends then.
pub(crate) fn hand_over(handle: &AppHandle, data: &Path) -> Result<(), Problem> {
    let copy = app::housekeeping::updates::keeper(data).and_then(|mut program| {
        program.arg(FLAG).arg(data).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()
    });
    let mut copy = copy.map_err(|error| {
        Problem::new(
            ProblemKind::Internal,
            format!("what starts the newer version could not be started ({error})"),
            "close Hanashi and start it again",
        )
    })?;
    // Never closed by us: the copy hears its end when this program is gone, and all its locks with it.
    std::mem::forget(copy.stdin.take());
    handle.exit(0);
    Ok(())
}

/// In the copy: waits for the end of the program that started it, and does what is left to do.
pub(crate) fn finish_if_asked() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != FLAG {
        return None;
    }
    let data = arguments.next()?;
    crate::logging::start();
    let mut nothing = Vec::new();
    // However it ends, it is the end.
    let _end = std::io::stdin().take(1).read_to_end(&mut nothing);
    Some(match app::housekeeping::updates::finish(Path::new(&data)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            tracing::error!(message = problem.message, remedy = problem.remedy, "updating");
            ExitCode::FAILURE
        }
    })
}
