//! The icon in the tray: show, hide, the small window, quit. Its words come from the page, which knows the language.

use domain::{Problem, ProblemKind};
use serde::Deserialize;
use specta::Type;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager};

use crate::pet;

const ID: &str = "hanashi";

/// What the entries are called.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrayWords {
    /// Shows the large window.
    pub show: String,
    /// Hides what is shown.
    pub hide: String,
    /// Opens the small window.
    pub pet: String,
    /// Lets clicks through it, or not.
    pub through: String,
    /// Ends the program.
    pub quit: String,
}

/// True where the icon is in a tray.
pub(crate) fn there(handle: &AppHandle) -> bool {
    handle.tray_by_id(ID).is_some()
}

/// Puts the icon into the tray with these words, where there can be one.
pub(crate) fn dress(handle: &AppHandle, words: TrayWords) -> Result<bool, Problem> {
    if !possible() {
        return Ok(false);
    }
    // Menus belong to the main thread; the answer waits for it.
    let (to, from) = std::sync::mpsc::sync_channel(1);
    let here = handle.clone();
    handle
        .run_on_main_thread(move || {
            // Whoever asked may have gone.
            let _gone = to.send(put(&here, &words));
        })
        .and_then(|()| from.recv().map_err(|_| tauri::Error::FailedToReceiveMessage)?)
        .map(|()| true)
        .map_err(|error| {
            Problem::new(
                ProblemKind::Unsupported,
                format!("the tray took no icon: {error}"),
                "everything is in the window as well",
            )
        })
}

fn put(handle: &AppHandle, words: &TrayWords) -> tauri::Result<()> {
    let item = |id: &str, text: &str| MenuItem::with_id(handle, id, text, true, None::<&str>);
    let menu = Menu::with_items(
        handle,
        &[
            &item("show", &words.show)?,
            &item("hide", &words.hide)?,
            &PredefinedMenuItem::separator(handle)?,
            &item("pet", &words.pet)?,
            &item("through", &words.through)?,
            &PredefinedMenuItem::separator(handle)?,
            &item("quit", &words.quit)?,
        ],
    )?;
    if let Some(tray) = handle.tray_by_id(ID) {
        return tray.set_menu(Some(menu));
    }
    let mut tray = TrayIconBuilder::with_id(ID).tooltip("Hanashi").menu(&menu);
    if let Some(icon) = handle.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.on_menu_event(|handle, event| obey(handle, event.id().as_ref())).build(handle)?;
    Ok(())
}

fn obey(handle: &AppHandle, entry: &str) {
    let done = match entry {
        "show" => pet::close(handle),
        "hide" => {
            for label in [pet::MAIN, pet::LABEL] {
                if let Some(window) = handle.get_webview_window(label) {
                    // What is hidden already stays so.
                    let _hidden = window.hide();
                }
            }
            Ok(())
        }
        "pet" => pet::open(handle).and_then(|()| {
            handle.get_webview_window(pet::LABEL).map_or(Ok(()), |window| {
                window.show().map_err(|error| {
                    Problem::new(ProblemKind::Unsupported, error.to_string(), "show the window")
                })
            })
        }),
        "through" => pet::toggle_through(handle),
        "quit" => {
            handle.exit(0);
            Ok(())
        }
        _ => Ok(()),
    };
    if let Err(problem) = done {
        tracing::warn!(entry, "{}; {}", problem.message, problem.remedy);
    }
}

/// The library that Linux trays are spoken to with is loaded when it is first used, and its absence would end the program: it is looked for
/// before.
#[cfg(target_os = "linux")]
fn possible() -> bool {
    const LIBRARIES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];
    let triple = format!("{}-linux-gnu", std::env::consts::ARCH);
    let mut folders: Vec<std::path::PathBuf> = ["/usr/lib", "/usr/lib64", "/lib", "/usr/local/lib"]
        .iter()
        .flat_map(|folder| [folder.into(), std::path::Path::new(folder).join(&triple)])
        .collect();
    if let Some(more) = std::env::var_os("LD_LIBRARY_PATH") {
        folders.extend(std::env::split_paths(&more));
    }
    folders.iter().any(|folder| LIBRARIES.iter().any(|library| folder.join(library).exists()))
}

#[cfg(not(target_os = "linux"))]
fn possible() -> bool {
    true
}
