//! How fast it goes, and telling about it: at most ten times a second, however small the chunks.

use std::time::{Duration, Instant};

use super::Options;

/// What a download tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// How far it is, over all files of the entry.
    Progress {
        /// Bytes here.
        done: u64,
        /// Bytes there will be, where that is known.
        total: Option<u64>,
        /// Bytes a second, over the last seconds.
        rate: f64,
    },
    /// The connection broke; it will be tried again.
    Waiting {
        /// After so long.
        pause: Duration,
        /// What happened.
        why: String,
    },
    /// The repository is at another commit than when this was begun: what is the same stays, the rest is fetched anew.
    Moved {
        /// The commit then.
        from: String,
        /// The commit now.
        to: String,
    },
    /// A file begins anew.
    Restarting {
        /// Why.
        why: String,
    },
    /// A file has arrived and is being checked.
    Checking,
}

/// The shortest time between two reports.
const REPORT: Duration = Duration::from_millis(100);
/// The rate is an average over about so long.
const WINDOW: f64 = 3.0;

/// Adds up the files of an entry and reports.
pub(crate) struct Watch<'a> {
    on: &'a mut (dyn FnMut(Event) + Send),
    /// Bytes of the files that are finished.
    before: u64,
    /// Bytes of the file that is coming, and its size.
    here: u64,
    file_total: Option<u64>,
    /// What the catalogue says of the whole entry.
    announced: Option<u64>,
    rate: f64,
    /// Time and bytes (of the current file) at the last report.
    last: Option<(Instant, u64)>,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(on: &'a mut (dyn FnMut(Event) + Send), announced: Option<u64>) -> Self {
        Self { on, before: 0, here: 0, file_total: None, announced, rate: 0.0, last: None }
    }

    /// The current file has so many bytes.
    pub(crate) fn at(&mut self, here: u64) {
        if here < self.here {
            self.last = None;
        }
        self.here = here;
        let now = Instant::now();
        match self.last {
            // The first report comes at once: somebody is looking.
            None => self.last = Some((now, here)),
            Some((then, bytes)) => {
                let seconds = now.duration_since(then).as_secs_f64();
                if seconds < REPORT.as_secs_f64() {
                    return;
                }
                let speed = here.saturating_sub(bytes) as f64 / seconds;
                let weight = 1.0 - (-seconds / WINDOW).exp();
                self.rate =
                    if self.rate == 0.0 { speed } else { self.rate + weight * (speed - self.rate) };
                self.last = Some((now, here));
            }
        }
        self.report();
    }

    /// The current file will have so many bytes.
    pub(crate) fn file_total(&mut self, total: u64) {
        self.file_total = Some(total);
    }

    /// The current file is finished.
    pub(crate) fn file_done(&mut self, size: u64) {
        self.before += size;
        self.here = 0;
        self.file_total = None;
        self.last = None;
    }

    /// Everything is finished.
    pub(crate) fn finish(&mut self) {
        self.announced = Some(self.before);
        self.report();
    }

    /// Says something else.
    pub(crate) fn tell(&mut self, event: Event) {
        (self.on)(event);
    }

    /// Bytes here, and bytes there will be. What the server says of the current file corrects a rounded announcement.
    pub(crate) fn totals(&self) -> (u64, Option<u64>) {
        let done = self.before + self.here;
        let at_least = self.before + self.file_total.unwrap_or(self.here);
        (
            done,
            self.announced.or(self.file_total.map(|_| at_least)).map(|total| total.max(at_least)),
        )
    }

    fn report(&mut self) {
        let (done, total) = self.totals();
        (self.on)(Event::Progress { done, total, rate: self.rate });
    }
}

/// Keeps a download below so many bytes a second.
pub(crate) struct Pace {
    limit: Option<u64>,
    start: Instant,
    bytes: u64,
}

impl Pace {
    pub(crate) fn new(limit: Option<u64>) -> Self {
        Self { limit: limit.filter(|&limit| limit > 0), start: Instant::now(), bytes: 0 }
    }

    /// How long to wait after so many bytes.
    pub(crate) fn took(&mut self, bytes: usize) -> Duration {
        self.bytes += bytes as u64;
        self.limit.map_or(Duration::ZERO, |limit| {
            Duration::from_secs_f64(self.bytes as f64 / limit as f64)
                .saturating_sub(self.start.elapsed())
        })
    }
}

/// Notices a server that sends too little to be silent and too little to be of use.
pub(crate) struct Trickle {
    /// Bytes a second that are to come; nought where anything will do.
    least: u64,
    over: Duration,
    since: Instant,
    bytes: u64,
}

impl Trickle {
    pub(crate) fn new(options: &Options) -> Self {
        // Whoever wants it slow gets it slow.
        let wanted = options.limit.is_some_and(|limit| limit < options.least.saturating_mul(4));
        Self {
            least: if wanted { 0 } else { options.least },
            over: options.least_over,
            since: Instant::now(),
            bytes: 0,
        }
    }

    /// So many bytes came; answers with what to say of the server where they are too few.
    pub(crate) fn took(&mut self, bytes: usize) -> Option<String> {
        self.bytes += bytes as u64;
        let passed = self.since.elapsed();
        if passed < self.over {
            return None;
        }
        let enough = self.bytes as f64 >= self.least as f64 * passed.as_secs_f64();
        (self.since, self.bytes) = (Instant::now(), 0);
        (!enough).then(|| {
            let (least, seconds) = (self.least, passed.as_secs());
            format!("the server sent fewer than {least} bytes a second for {seconds} seconds")
        })
    }
}
