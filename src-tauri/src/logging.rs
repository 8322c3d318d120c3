//! Logs: to standard error, filtered by `HANASHI_LOG` (`info` when unset). What people say is never logged above TRACE.

use tracing_subscriber::EnvFilter;

/// Starts logging.
pub(crate) fn start() {
    let filter =
        EnvFilter::try_from_env("HANASHI_LOG").unwrap_or_else(|_| EnvFilter::new("warn,app=info"));
    let _already_started =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
