//! Pet mode: the character alone in a small window without a frame, above the others, with nothing behind it where the system can do that.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::{Problem, ProblemKind};
use serde::Serialize;
use specta::Type;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};

use crate::{display, tray};

/// The small window.
pub(crate) const LABEL: &str = "pet";
/// The large one.
pub(crate) const MAIN: &str = "main";
/// Its first size, in logical pixels.
const SIZE: (f64, f64) = (300.0, 440.0);

/// Clicks go through the small window.
static THROUGH: AtomicBool = AtomicBool::new(false);

/// What windows can do here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "five independent abilities")]
pub(crate) struct WindowAbilities {
    /// The small one can be seen through around the character (where the screen is composed).
    pub transparent: bool,
    /// It stays above the others.
    pub on_top: bool,
    /// Clicks can go through it. Without a tray nothing would bring them back, so there they cannot.
    pub through: bool,
    /// There is a tray.
    pub tray: bool,
    /// Something other than the processor draws.
    pub gpu: bool,
}

/// What this system can do.
pub(crate) fn abilities(handle: &AppHandle) -> WindowAbilities {
    let tray = tray::there(handle);
    WindowAbilities {
        // On macOS it takes a private interface.
        transparent: !cfg!(target_os = "macos"),
        on_top: !wayland(),
        through: tray,
        tray,
        gpu: display::gpu(),
    }
}

/// Wayland lets no window say that it stays above the others.
fn wayland() -> bool {
    let is = |name, value| std::env::var(name).is_ok_and(|found: String| found.contains(value));
    cfg!(target_os = "linux")
        && std::env::var_os("WAYLAND_DISPLAY").is_some()
        && !is("GDK_BACKEND", "x11")
}

/// Opens the small window and hides the large one.
pub(crate) fn open(handle: &AppHandle) -> Result<(), Problem> {
    if handle.get_webview_window(LABEL).is_some() {
        // One that is there may let clicks through: whoever opens it wants to reach it.
        let_through(handle, false)?;
    } else {
        let window =
            WebviewWindowBuilder::new(handle, LABEL, WebviewUrl::App("pet.html?pet".into()))
                .title("Hanashi")
                .inner_size(SIZE.0, SIZE.1)
                .min_inner_size(140.0, 180.0)
                .decorations(false)
                .shadow(false)
                .always_on_top(true)
                .skip_taskbar(true);
        #[cfg(not(target_os = "macos"))]
        let window = window.transparent(true);
        window.build().map_err(|error| refused(&error))?;
    }
    THROUGH.store(false, Ordering::Relaxed);
    if let Some(main) = handle.get_webview_window(MAIN) {
        main.hide().map_err(|error| refused(&error))?;
    }
    Ok(())
}

/// Closes the small window and shows the large one.
pub(crate) fn close(handle: &AppHandle) -> Result<(), Problem> {
    if let Some(pet) = handle.get_webview_window(LABEL) {
        pet.close().map_err(|error| refused(&error))?;
    }
    show_main(handle);
    Ok(())
}

/// Shows the large window, wherever it was.
pub(crate) fn show_main(handle: &AppHandle) {
    if let Some(window) = handle.get_webview_window(MAIN) {
        // A window manager that refuses one of these leaves the others.
        let _shown =
            window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    }
}

/// Lets clicks through the small window, or not.
pub(crate) fn let_through(handle: &AppHandle, on: bool) -> Result<(), Problem> {
    if on && !tray::there(handle) {
        return Err(Problem::new(
            ProblemKind::Unsupported,
            "there is no tray here to bring clicks back from",
            "start Hanashi again to come back to its window",
        ));
    }
    if let Some(pet) = handle.get_webview_window(LABEL) {
        pet.set_ignore_cursor_events(on).map_err(|error| refused(&error))?;
        THROUGH.store(on, Ordering::Relaxed);
    }
    Ok(())
}

/// Turns that round, from the tray.
pub(crate) fn toggle_through(handle: &AppHandle) -> Result<(), Problem> {
    let_through(handle, !THROUGH.load(Ordering::Relaxed))
}

fn refused(error: &tauri::Error) -> Problem {
    Problem::new(
        ProblemKind::Unsupported,
        format!("the system refused the small window: {error}"),
        "go on in the large one",
    )
}
