//! The threads that share the large products.
//!
//! One job at a time, cut into pieces that are handed out as threads come for them. The caller works too, and when the pieces
//! are gone it waits only for threads that are *inside* the job: one that the system has not scheduled yet is not waited for.
//! On a machine that is busy with other things (a voice, a page, a recogniser) that is the difference between a small delay
//! and a time slice; a plain barrier, as in candle or llama.cpp, waits for all of its threads at every product.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::Thread;

/// How often an idle thread looks for work before it sleeps: some tens of microseconds, longer than what lies between two
/// products of one token.
const LOOKS: u32 = 4_000;
/// Pieces a thread: few enough that taking one costs nothing, enough that a slow thread holds nobody up.
const PIECES_PER_THREAD: usize = 8;

/// The gate's bits: how many threads are inside, whether it is closed, and which job it is.
const INSIDE: u64 = 0xffff;
const CLOSED: u64 = 1 << 16;
const JOB: u64 = 1 << 17;

/// A job as the workers see it.
#[derive(Clone, Copy)]
struct Work {
    call: unsafe fn(*const ()),
    data: *const (),
}

struct Shared {
    gate: AtomicU64,
    /// Written by the caller while the gate is closed and nobody inside; read by threads that have entered.
    work: std::cell::UnsafeCell<Work>,
    panicked: AtomicBool,
}

#[expect(
    unsafe_code,
    reason = "a job's closure lives on its caller's stack and is shared with the workers for its time"
)]
// SAFETY: `work` is only written while the gate is closed and empty, and only read between entering and leaving it; both
// go through `gate` with acquire and release. What `data` points to is `Sync` (see `Pool::run`).
unsafe impl Sync for Shared {}
#[expect(unsafe_code, reason = "as above")]
// SAFETY: as above; the pointers in it are not used by whoever merely holds it.
unsafe impl Send for Shared {}

/// Threads that wait for jobs.
pub(crate) struct Pool {
    shared: Arc<Shared>,
    workers: Vec<Thread>,
    /// One job at a time.
    turn: Mutex<()>,
}

thread_local! {
    static INSIDE_POOL: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// The pool of the process: a thread for every physical core, the caller's counted (`RAYON_NUM_THREADS` sets another number).
pub(crate) fn pool() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(|| Pool::new(candle_core::utils::get_num_threads().max(1)))
}

impl Pool {
    /// A pool for so many threads, the caller's among them. Where the system gives no more threads it makes do with fewer.
    fn new(threads: usize) -> Self {
        let shared = Arc::new(Shared {
            gate: AtomicU64::new(CLOSED),
            work: std::cell::UnsafeCell::new(Work { call: nothing, data: std::ptr::null() }),
            panicked: AtomicBool::new(false),
        });
        let workers = (1..threads.min(INSIDE as usize))
            .map_while(|index| {
                let shared = Arc::clone(&shared);
                std::thread::Builder::new()
                    .name(format!("llm-{index}"))
                    .spawn(move || work(&shared))
                    .map(|handle| handle.thread().clone())
                    .inspect_err(|error| tracing::warn!(%error, "fewer threads than cores"))
                    .ok()
            })
            .collect();
        Self { shared, workers, turn: Mutex::new(()) }
    }

    /// Threads that compute, the caller's counted.
    pub(crate) fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Calls `job` with ranges that cover `0..items`, each item once, on several threads at the same time.
    pub(crate) fn run(&self, items: usize, job: impl Fn(Range<usize>) + Sync) {
        let piece = items.div_ceil(self.threads() * PIECES_PER_THREAD).max(1);
        // A job within a job runs where it is.
        if self.workers.is_empty() || items <= piece || INSIDE_POOL.get() {
            if items > 0 {
                job(0..items);
            }
            return;
        }
        let next = AtomicUsize::new(0);
        self.share(&|| {
            loop {
                let start = next.fetch_add(piece, Ordering::Relaxed);
                if start >= items {
                    break;
                }
                job(start..items.min(start + piece));
            }
        });
    }

    fn share<F: Fn() + Sync>(&self, job: &F) {
        // Poisoned only by a panic that was passed on to its own caller: the gate was closed before.
        let _turn = self.turn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let gate = &self.shared.gate;
        #[expect(unsafe_code, reason = "hands the job to the workers")]
        // SAFETY: the gate is closed and empty (the end of the job before saw to that, and `turn` is ours).
        unsafe {
            *self.shared.work.get() =
                Work { call: call::<F>, data: std::ptr::from_ref(job).cast::<()>() };
        }
        let number = (gate.load(Ordering::Relaxed) / JOB).wrapping_add(1);
        gate.store(number.wrapping_mul(JOB), Ordering::Release);
        for worker in &self.workers {
            worker.unpark();
        }
        // Closes the gate and waits for those inside, even where our own share panics.
        let _closing = Closing(&self.shared);
        INSIDE_POOL.set(true);
        let _outside = Outside;
        job();
    }
}

struct Outside;

impl Drop for Outside {
    fn drop(&mut self) {
        INSIDE_POOL.set(false);
    }
}

struct Closing<'a>(&'a Shared);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let mut gate = self.0.gate.fetch_or(CLOSED, Ordering::AcqRel);
        let mut looks = 0u32;
        while gate & INSIDE != 0 {
            looks += 1;
            // Whoever is inside may have been put aside by the system: let it run.
            if looks.is_multiple_of(LOOKS) {
                std::thread::yield_now();
            } else {
                std::hint::spin_loop();
            }
            gate = self.0.gate.load(Ordering::Acquire);
        }
        let panicked = self.0.panicked.swap(false, Ordering::AcqRel);
        assert!(!panicked || std::thread::panicking(), "a thread of the pool panicked");
    }
}

fn work(shared: &Shared) {
    INSIDE_POOL.set(true);
    let mut done = 0;
    let mut looks = 0;
    loop {
        let gate = shared.gate.load(Ordering::Acquire);
        if gate & CLOSED != 0 || gate / JOB == done {
            looks += 1;
            if looks < LOOKS {
                std::hint::spin_loop();
            } else {
                std::thread::park();
            }
            continue;
        }
        looks = 0;
        if shared
            .gate
            .compare_exchange_weak(gate, gate + 1, Ordering::AcqRel, Ordering::Relaxed)
            .is_err()
        {
            continue;
        }
        done = gate / JOB;
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            #[expect(unsafe_code, reason = "calls the job")]
            // SAFETY: we are inside: the caller neither changes `work` nor returns before we have left.
            unsafe {
                let Work { call, data } = *shared.work.get();
                call(data);
            }
        }));
        if result.is_err() {
            shared.panicked.store(true, Ordering::Release);
        }
        shared.gate.fetch_sub(1, Ordering::AcqRel);
    }
}

fn nothing(_: *const ()) {}

#[expect(unsafe_code, reason = "calls a closure through its address")]
/// # Safety
/// `data` points to a living `F`.
unsafe fn call<F: Fn()>(data: *const ()) {
    // SAFETY: the caller's promise.
    unsafe { (*data.cast::<F>())() }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[test]
    fn every_item_is_done_once() {
        let pool = Pool::new(4);
        for items in [0, 1, 2, 31, 32, 33, 1000] {
            let counts: Vec<AtomicU32> = (0..items).map(|_| AtomicU32::new(0)).collect();
            for _ in 0..200 {
                pool.run(items, |range| {
                    for index in range {
                        counts[index].fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            assert!(counts.iter().all(|c| c.load(Ordering::Relaxed) == 200), "{items}");
        }
    }

    #[test]
    fn a_panic_comes_back_to_the_caller_and_the_pool_goes_on() {
        let pool = Pool::new(3);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            pool.run(100, |range| assert!(!range.contains(&77), "on purpose"));
        }));
        assert!(result.is_err());
        let sum = AtomicUsize::new(0);
        pool.run(100, |range| {
            sum.fetch_add(range.sum::<usize>(), Ordering::Relaxed);
        });
        assert_eq!(sum.load(Ordering::Relaxed), 4950);
    }

    #[test]
    fn a_job_within_a_job_runs_where_it_is() {
        let pool = Pool::new(3);
        let sum = AtomicUsize::new(0);
        pool.run(50, |range| {
            pool.run(range.len(), |inner| {
                sum.fetch_add(inner.len(), Ordering::Relaxed);
            });
        });
        assert_eq!(sum.load(Ordering::Relaxed), 50);
    }

    #[test]
    fn callers_on_several_threads_take_turns() {
        let pool = Pool::new(3);
        let sum = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        pool.run(64, |range| {
                            sum.fetch_add(range.len(), Ordering::Relaxed);
                        });
                    }
                });
            }
        });
        assert_eq!(sum.load(Ordering::Relaxed), 4 * 100 * 64);
    }
}
