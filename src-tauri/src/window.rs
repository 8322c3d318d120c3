//! Builds the window over the app and runs until it is closed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use app::housekeeping::{encryption, maintenance};
use app::{App, Options, Paths};
use domain::Problem;
use tauri::{Manager, RunEvent, WindowEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use tauri_plugin_window_state::StateFlags;

use crate::commands::maintenance::Stop;
use crate::{display, ipc, live2d, pet};

/// Files that were opened with the program before the app could take them: it is locked, or only starting.
#[derive(Default)]
struct Waiting(Mutex<Vec<PathBuf>>);

/// Runs the desktop app to its end.
pub(crate) fn run() -> ExitCode {
    if !display::available() {
        report(
            "hanashi-desktop: there is no display to open a window on; talk in the terminal with `hanashi chat`",
        );
        return ExitCode::FAILURE;
    }
    let ipc = ipc::builder();
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|handle, arguments, folder| {
            if let Err(problem) = pet::close(handle) {
                report(&format!("hanashi-desktop: {}; {}", problem.message, problem.remedy));
            }
            open_files(handle, named(Path::new(&folder), arguments.into_iter().skip(1)));
        }))
        .manage(Waiting::default())
        .manage(Stop::default())
        .plugin(
            tauri_plugin_window_state::Builder::default()
                // Who quits from the tray while the window is hidden wants to see it at the next start.
                .with_state_flags(StateFlags::all() - StateFlags::VISIBLE)
                .build(),
        )
        .plugin(tauri_plugin_dialog::init())
        .register_uri_scheme_protocol(live2d::SCHEME, live2d::serve)
        .invoke_handler(ipc.invoke_handler())
        .setup(|tauri| {
            match begin(tauri.handle()) {
                Ok(()) => {
                    // The window is built only now: the page runs without the app behind it only where it has to ask for a passphrase.
                    let config = tauri
                        .config()
                        .app
                        .windows
                        .first()
                        .ok_or("tauri.conf.json names no window")?
                        .clone();
                    tauri::WebviewWindowBuilder::from_config(tauri.handle(), &config)?.build()?;
                    Ok(())
                }
                Err(problem) => {
                    report(&format!("hanashi-desktop: {}; {}", problem.message, problem.remedy));
                    let handle = tauri.handle().clone();
                    let dialog = tauri
                        .dialog()
                        .message(format!("{}.\n\n{}.", problem.message, problem.remedy));
                    dialog
                        .title("Hanashi")
                        .kind(MessageDialogKind::Error)
                        .show(move |_closed| handle.exit(1));
                    Ok(())
                }
            }
        })
        .build(tauri::generate_context!());
    let application = match built {
        Ok(application) => application,
        Err(error) => {
            start_behind_one_that_ends(&error);
            report(&format!("hanashi-desktop: the window could not be opened: {error}"));
            return ExitCode::FAILURE;
        }
    };
    application.run(|handle, event| match event {
        RunEvent::Exit => {
            if let Some(app) = handle.try_state::<Arc<App>>()
                && let Err(problem) = app.shutdown()
            {
                report(&format!("hanashi-desktop: {}; {}", problem.message, problem.remedy));
            }
        }
        // macOS hands files over like this, at the start and later; elsewhere they are arguments.
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            open_files(handle, urls.iter().filter_map(|url| url.to_file_path().ok()).collect());
        }
        // However the small window went, the large one comes back.
        RunEvent::WindowEvent { label, event: WindowEvent::Destroyed, .. }
            if label == pet::LABEL =>
        {
            pet::show_main(handle);
        }
        _ => {}
    });
    ExitCode::SUCCESS
}

/// Tells how often this start was begun again.
#[cfg(target_os = "linux")]
const AGAIN: &str = "HANASHI_STARTED_AGAIN";

/// Begins this start again where it was to be handed to a program that was just ending: who closes the window and opens it at once wants a
/// window. Returns where it was something else, or where that one does not end.
#[cfg(target_os = "linux")]
fn start_behind_one_that_ends(error: &tauri::Error) {
    use std::os::unix::process::CommandExt;

    let tries: u32 = std::env::var(AGAIN).ok().and_then(|told| told.parse().ok()).unwrap_or(0);
    if tries >= 5 || !error.to_string().contains("running instance") {
        return;
    }
    std::thread::sleep(std::time::Duration::from_secs(1));
    let Ok(program) = std::env::current_exe() else { return };
    let mut again = std::process::Command::new(program);
    let failed = again.args(std::env::args_os().skip(1)).env(AGAIN, (tries + 1).to_string()).exec();
    report(&format!("hanashi-desktop: it could not be started again: {failed}"));
}

/// Elsewhere a start is never handed to a program that ends.
#[cfg(not(target_os = "linux"))]
fn start_behind_one_that_ends(_error: &tauri::Error) {}

/// Starts the app, or leaves it to the page to ask for the passphrase first (or whether what was prepared shall happen now).
pub(crate) fn begin(handle: &tauri::AppHandle) -> Result<(), Problem> {
    let dirs = Paths::find(None, Path::new(""))?.dirs;
    let waits = |dirs| encryption::vault_view(dirs).map(|view| view.waits);
    // A key file that cannot be read is told by the page, too, with the command that makes a new one of the recovery code.
    if waits(&dirs).unwrap_or(true) && !encryption::open_remembered(&dirs).unwrap_or(false) {
        return Ok(());
    }
    start(handle)
}

/// Starts the app behind the window; does nothing where it runs, or where something is to be done with its folder first.
pub(crate) fn start(handle: &tauri::AppHandle) -> Result<(), Problem> {
    let running = handle.try_state::<Arc<App>>().is_some();
    if running || maintenance::errand(&Paths::find(None, Path::new(""))?.dirs).is_some() {
        return Ok(());
    }
    let app = App::start(Options { resources: resources(handle), ..Options::default() })?;
    let folder = std::env::current_dir().unwrap_or_default();
    handle.manage(app);
    open_files(handle, named(&folder, std::env::args().skip(1)));
    Ok(())
}

/// Where `characters/` and `assets/` lie: beside the installed app, or in the source tree while developing.
fn resources(handle: &tauri::AppHandle) -> PathBuf {
    let installed = handle
        .path()
        .resource_dir()
        .ok()
        .filter(|folder| folder.join("assets/defaults.toml").exists());
    installed.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")))
}

/// Files given on the command line. `folder` is where the command was given: a second start hands its files to the first, which may run
/// elsewhere.
fn named(folder: &Path, arguments: impl Iterator<Item = String>) -> Vec<PathBuf> {
    arguments.filter(|path| !path.starts_with('-')).map(|path| folder.join(path)).collect()
}

/// "Open with": files are shown once the page listens. Where the app has not started yet they wait for it.
fn open_files(handle: &tauri::AppHandle, files: Vec<PathBuf>) {
    let state = handle.state::<Waiting>();
    let mut waiting = state.0.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.extend(files.into_iter().filter(|path| path.exists()));
    let Some(app) = handle.try_state::<Arc<App>>() else { return };
    let files: Vec<String> = waiting.drain(..).map(|path| path.display().to_string()).collect();
    if !files.is_empty() {
        app.open_files(files);
    }
}

/// Says something to whoever started the program from a terminal.
#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn report(text: &str) {
    eprintln!("{text}");
}
