//! Logs: to standard error, filtered by `HANASHI_LOG`, and to a file of the day in the data folder, as the settings say. What people
//! say is never logged above TRACE.

use std::path::Path;

use app::Paths;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Starts logging. Without a data folder that can be written there is no file, and the app says so itself.
pub(crate) fn start() {
    let filter =
        EnvFilter::try_from_env("HANASHI_LOG").unwrap_or_else(|_| EnvFilter::new("warn,app=info"));
    let terminal =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(filter);
    let file = Paths::find(None, Path::new(""))
        .and_then(|paths| app::housekeeping::log_file(&paths, "hanashi-desktop"))
        .ok()
        .map(|(file, level)| {
            // Libraries are as talkative as they like to be: from them only what looks wrong.
            let filter = EnvFilter::new(format!(
                "warn,app={level},upkeep={level},models={level},llm={level}"
            ));
            tracing_subscriber::fmt::layer().with_ansi(false).with_writer(file).with_filter(filter)
        });
    let _already_started = tracing_subscriber::registry().with(terminal).with(file).try_init();
}
