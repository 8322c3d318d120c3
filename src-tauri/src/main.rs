//! The desktop app: composition of the window with `app`. Commands convert and call; rules live in the rooms.
#![cfg_attr(windows, windows_subsystem = "windows")]

mod commands;
mod display;
mod ipc;
mod live2d;
mod logging;
mod pet;
mod tray;
mod window;

fn main() -> std::process::ExitCode {
    display::prepare();
    logging::start();
    window::run()
}
