//! Ctrl+C while something long is done with files: it is asked to stop, and takes away what it has begun. Pressed again, it ends the
//! program at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Answers whether to go on: true until a person, or the system, wants the program to end.
pub(crate) fn go_on() -> impl Fn() -> bool {
    let stop = Arc::new(AtomicBool::new(false));
    mind(&stop);
    move || !stop.load(Ordering::Relaxed)
}

#[cfg(unix)]
fn mind(stop: &Arc<AtomicBool>) {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first time the flag is not up yet, and is put up.
        let minded = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(stop))
            .and_then(|_| flag::register(signal, Arc::clone(stop)));
        if let Err(error) = minded {
            tracing::warn!(%error, "Ctrl+C ends the program at once");
        }
    }
}

/// Elsewhere Ctrl+C ends the program, as it always does.
#[cfg(not(unix))]
fn mind(_stop: &Arc<AtomicBool>) {}

#[cfg(all(test, unix))]
mod tests {
    #[test]
    fn the_first_time_it_is_asked_to_stop_and_goes_on_living() {
        let go_on = super::go_on();
        assert!(go_on());
        signal_hook::low_level::raise(signal_hook::consts::SIGINT).unwrap();
        assert!(!go_on());
    }
}
