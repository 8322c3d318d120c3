//! The desktop app: composition of the window with `app`. Commands convert and call; rules live in the rooms.
#![cfg_attr(windows, windows_subsystem = "windows")]

mod commands;
mod display;
mod ipc;
mod live2d;
mod logging;
mod pet;
mod tray;
mod updating;
mod window;

fn main() -> std::process::ExitCode {
    if app::answer_about_graphics() {
        return std::process::ExitCode::SUCCESS;
    }
    if let Some(code) = updating::finish_if_asked() {
        return code;
    }
    display::prepare();
    logging::start();
    window::run()
}
