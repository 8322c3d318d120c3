//! Work that gives way: threads of the lowest useful priority, so that whoever talks meanwhile does not notice a training.

use rayon::ThreadPoolBuilder;
use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

use crate::Error;

/// Of 0 to 99: a niceness of about 15 on Linux, "below normal" and lower elsewhere. Not the least there is, which would never run
/// beside a browser that is busy.
const PRIORITY: u8 = 10;

/// Runs `work` on threads that give way to all others, `threads` of them (0: as many as there are cores), and waits for it.
///
/// # Errors
/// Where the threads cannot be started; what `work` answers otherwise.
pub fn aside<T: Send, E: From<Error> + Send>(
    threads: usize,
    work: impl FnOnce() -> Result<T, E> + Send,
) -> Result<T, E> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|at| format!("tuning-{at}"))
        .start_handler(|_| step_back())
        .build()
        .map_err(|error| {
            Error::settings(format!("the threads of a training cannot be started ({error})"))
        })?;
    // Products of matrices use the pool of the thread that asks for them.
    pool.install(work)
}

/// Gives the thread that calls a low priority. Where the system refuses it goes on as it is.
fn step_back() {
    let Ok(value) = ThreadPriorityValue::try_from(PRIORITY) else { return };
    if let Err(error) = set_current_thread_priority(ThreadPriority::Crossplatform(value)) {
        tracing::debug!(?error, "a thread of the training keeps its priority");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    fn niceness() -> i64 {
        let text = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        // Behind the name, which may hold anything: state is the first field, niceness the 17th.
        let fields = text.rsplit_once(')').unwrap().1;
        fields.split_whitespace().nth(16).unwrap().parse().unwrap()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn products_run_on_threads_that_give_way_and_the_caller_keeps_its_priority() {
        let before = niceness();
        let seen = aside::<_, Error>(2, || Ok((niceness(), rayon::current_num_threads()))).unwrap();
        assert_eq!(seen, (15, 2));
        assert_eq!(niceness(), before);
    }

    #[test]
    fn what_goes_wrong_aside_is_told() {
        assert!(aside::<(), Error>(1, || Err(Error::settings("no"))).is_err());
    }
}
