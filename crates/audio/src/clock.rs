//! How fast a device's clock runs, told from the moments at which its driver asked for sound or brought it.
//!
//! A quartz is off by some ten millionths. Over ten seconds that is less than the driver's own jitter. But a call comes late
//! and never early, so the earliest of a second tells more than all of them together (the lower envelope, as where clocks are
//! compared over a network: Moon, Skelly, Towsley, "Estimation and Removal of Clock Skew from Network Delay Measurements",
//! INFOCOM 1999). These go through a Kalman filter of two states: how far the device is ahead of the computer's clock, and how
//! much faster it runs.

use std::time::Instant;

/// A driver's call: so many samples had been given to it, or had come from it, at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Samples since the device was opened, without those of this call.
    pub count: u64,
    /// When it called.
    pub at: Instant,
}

/// Spread of real clocks around their nominal rate: a hundred millionths.
const SPREAD: f64 = 100e-6;
/// Known well enough for an echo canceller.
const KNOWN: f64 = 10e-6;
/// How much a clock changes within a second, as it warms: a fiftieth of a millionth.
const WANDERS: f64 = 0.02e-6;
/// Of the earliest call of a second, until it is known …
const EARLIEST: f64 = 0.000_15;
/// … and the smallest that is believed in.
const STEADIEST: f64 = 0.000_05;
/// Weight of a surprise in the jitter.
const WEIGHT: f64 = 0.1;
/// Of so many seconds the earliest call is taken.
const WINDOW: f64 = 1.0;
/// Further off than this something happened (the machine slept, the device was opened again): the filter begins anew, but for the
/// rate. So the first call may have been as late, too.
const JUMP: f64 = 0.1;
/// Where the earliest call of a second is off by more than this, all of them are: an underrun, not jitter. Taken for jitter it would
/// let the filter believe nothing for a minute.
const SLIP: f64 = 0.01;

/// The clock of one device, against the computer's.
#[derive(Debug)]
pub(crate) struct Clock {
    /// Nominal, in samples a second.
    rate: u32,
    origin: Option<Mark>,
    /// Time of the last mark that was taken, in seconds after the origin's.
    last: f64,
    /// The earliest call of this second: when, and how far the device is ahead by it. And when the second began.
    earliest: Option<(f64, f64)>,
    window: f64,
    /// Seconds that the device is ahead since the origin.
    ahead: f64,
    /// How much faster it runs: seconds a second.
    faster: f64,
    /// Covariance of `ahead` and `faster`.
    p: [f64; 3],
    /// Mean square of what was not foreseen.
    jitter: f64,
}

impl Clock {
    /// Nothing is known of it yet.
    pub(crate) fn new(rate: u32) -> Self {
        Self {
            rate,
            origin: None,
            last: 0.0,
            earliest: None,
            window: 0.0,
            ahead: 0.0,
            faster: 0.0,
            p: [0.0, 0.0, SPREAD * SPREAD],
            jitter: EARLIEST * EARLIEST,
        }
    }

    /// Nominal rate in samples a second.
    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    /// It was ever heard of.
    pub(crate) fn ticks(&self) -> bool {
        self.origin.is_some()
    }

    /// What [`Self::faster`] says is good to ten millionths: an echo keeps its place for a second or two.
    pub(crate) fn sure(&self) -> bool {
        self.p[2] < KNOWN * KNOWN
    }

    /// How much faster it runs than the computer's (0.0001: one ten-thousandth).
    pub(crate) fn faster(&self) -> f64 {
        self.faster
    }

    /// A call of the driver's; they come in the order of time.
    pub(crate) fn see(&mut self, mark: Mark) {
        let Some(origin) = self.origin else { return self.begin(mark) };
        let time = mark.at.saturating_duration_since(origin.at).as_secs_f64();
        let Some(count) = mark.count.checked_sub(origin.count) else {
            // It was closed meanwhile. (Another device gets a clock of its own.)
            return self.begin(mark);
        };
        let ahead = count as f64 / f64::from(self.rate) - time;
        if (ahead - self.ahead - self.faster * (time - self.last)).abs() > JUMP {
            return self.begin(mark);
        }
        // What it is ahead of what is expected, so that a clock which is off does not favour one end of the second.
        let early = |(time, ahead): (f64, f64)| ahead - self.faster * time;
        if self.earliest.is_none_or(|best| early((time, ahead)) > early(best)) {
            self.earliest = Some((time, ahead));
        }
        if time - self.window < WINDOW {
            return;
        }
        self.window = time;
        if let Some((time, ahead)) = self.earliest.take() {
            self.take(time, ahead);
        }
    }

    /// Takes the earliest call of a second.
    fn take(&mut self, time: f64, ahead: f64) {
        let passed = time - self.last;
        self.last = time;
        self.ahead += self.faster * passed;
        let [a, b, c] = self.p;
        let c = c + WANDERS * WANDERS * passed;
        let (a, b) = (a + passed * (2.0 * b + passed * c), b + passed * c);
        let surprise = ahead - self.ahead;
        if surprise.abs() > SLIP.max(3.0 * a.sqrt()) {
            (self.ahead, self.p) = (ahead, [JUMP * JUMP, 0.0, c]);
            return;
        }
        // What the filter itself is unsure of is no jitter.
        let unforeseen = (surprise * surprise - a).max(0.0);
        self.jitter =
            (self.jitter + WEIGHT * (unforeseen - self.jitter)).max(STEADIEST * STEADIEST);
        // A second in which all calls came very late says little.
        let foreseen = (a + self.jitter).sqrt();
        let surprise = surprise.clamp(-3.0 * foreseen, 3.0 * foreseen);
        let gain = (a / (a + self.jitter), b / (a + self.jitter));
        self.ahead += gain.0 * surprise;
        self.faster = (self.faster + gain.1 * surprise).clamp(-5.0 * SPREAD, 5.0 * SPREAD);
        self.p = [(1.0 - gain.0) * a, (1.0 - gain.0) * b, c - gain.1 * b];
    }

    fn begin(&mut self, mark: Mark) {
        self.origin = Some(mark);
        (self.last, self.ahead, self.window, self.earliest) = (0.0, 0.0, 0.0, None);
        self.p = [JUMP * JUMP, 0.0, self.p[2]];
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::room::Draw;

    /// Calls every 20 ms of a device that is `ppm` fast, each as late as `late` says (of its number, in seconds), for so many
    /// seconds from `from` on. Answers after how many seconds the clock was sure, and how far off it was at most from then on, in
    /// millionths.
    fn follow(
        clock: &mut Clock,
        ppm: f64,
        (from, seconds): (f64, u64),
        mut late: impl FnMut(u64) -> f64,
    ) -> (Option<f64>, f64) {
        let start = Instant::now();
        let (mut sure, mut worst) = (None, 0.0_f64);
        for call in 0..seconds * 50 {
            let due = from + call as f64 * 0.02 / (1.0 + ppm * 1e-6);
            clock.see(Mark {
                count: call * u64::from(clock.rate()) / 50,
                at: start + Duration::from_secs_f64(due + late(call)),
            });
            if clock.sure() {
                sure.get_or_insert(due - from);
                worst = worst.max((clock.faster() * 1e6 - ppm).abs());
            }
        }
        (sure, worst)
    }

    /// Up to so many milliseconds late.
    fn up_to(jitter_ms: f32) -> impl FnMut(u64) -> f64 {
        let mut draw = Draw::new(9);
        move |_| f64::from(draw.between(0.0, jitter_ms)) / 1000.0
    }

    fn run(clock: &mut Clock, ppm: f64, jitter_ms: f32, from: f64, seconds: u64) {
        follow(clock, ppm, (from, seconds), up_to(jitter_ms));
    }

    #[test]
    fn a_clock_is_known_within_twenty_seconds() {
        for ppm in [-150.0, -20.0, 0.0, 90.0, 150.0] {
            let mut clock = Clock::new(48_000);
            run(&mut clock, ppm, 4.0, 0.0, 20);
            let error = clock.faster() * 1e6 - ppm;
            assert!(error.abs() < 30.0, "{ppm} ppm: {error:.1} off after 20 s");
            run(&mut clock, ppm, 4.0, 30.0, 120);
            let error = clock.faster() * 1e6 - ppm;
            assert!(error.abs() < 6.0, "{ppm} ppm: {error:.1} off after two minutes more");
        }
    }

    #[test]
    fn calls_that_come_very_late_now_and_then_cost_no_time() {
        for ppm in [-150.0, -20.0, 0.0, 90.0, 150.0] {
            let mut draw = Draw::new(9);
            // Up to 3 ms, and every tenth up to 30 ms more: all calls of a second, or the latest, would tell nothing.
            let late = |_| {
                let usual = draw.between(0.0, 0.003);
                f64::from(usual + (draw.between(0.0, 1.0) - 0.9).max(0.0) * 0.3)
            };
            let mut clock = Clock::new(48_000);
            let (sure, worst) = follow(&mut clock, ppm, (0.0, 20), late);
            assert!(sure.is_some_and(|sure| sure < 15.5), "{ppm} ppm: sure after {sure:?} s");
            assert!(worst < 20.0, "{ppm} ppm: {worst:.1} off while it is sure");
        }
    }

    #[test]
    fn bursts_of_calls_a_late_first_one_a_stall_and_an_underrun_are_no_drift() {
        type Late = fn(u64) -> f64;
        let cases: [(&str, f64, Late); 7] = [
            ("three calls at once", 19.0, |call| (2 - call % 3) as f64 * 0.02),
            ("a first call 10 ms late", 15.5, |call| if call == 0 { 0.01 } else { 0.0 }),
            ("50 ms", 15.5, |call| if call == 0 { 0.05 } else { 0.0 }),
            ("80 ms", 15.5, |call| if call == 0 { 0.08 } else { 0.0 }),
            ("half a second", 15.5, |call| if call == 0 { 0.5 } else { 0.0 }),
            ("nothing in time for 1.5 s", 22.0, |call| if call / 75 == 5 { 0.04 } else { 0.0 }),
            ("an underrun of 50 ms", 22.0, |call| if call >= 300 { 0.05 } else { 0.0 }),
        ];
        for (what, seconds, late) in cases {
            for ppm in [-150.0, 0.0, 150.0] {
                let mut jitter = up_to(3.0);
                let mut clock = Clock::new(48_000);
                let (sure, worst) =
                    follow(&mut clock, ppm, (0.0, 40), |call| late(call) + jitter(call));
                assert!(sure.is_some_and(|sure| sure < seconds), "{what}, {ppm}: {sure:?} s");
                assert!(worst < 25.0, "{what}, {ppm} ppm: {worst:.1} off while it is sure");
            }
        }
    }

    #[test]
    fn a_device_that_was_closed_meanwhile_keeps_its_clock() {
        let mut clock = Clock::new(48_000);
        run(&mut clock, 100.0, 2.0, 0.0, 60);
        // The machine slept, and then the device was opened again, which counts from nothing.
        for (count, seconds) in [(48_000 * 61, 300), (0, 400)] {
            clock.see(Mark { count, at: Instant::now() + Duration::from_secs(seconds) });
            assert!(clock.sure() && (clock.faster() * 1e6 - 100.0).abs() < 6.0, "{count}");
        }
    }

    #[test]
    fn a_pause_changes_nothing_and_senseless_marks_do_no_harm() {
        let mut clock = Clock::new(16_000);
        run(&mut clock, 100.0, 2.0, 0.0, 60);
        let before = clock.faster();
        let now = Instant::now();
        clock.see(Mark { count: 5, at: now + Duration::from_mins(50) });
        clock.see(Mark { count: 0, at: now });
        clock.see(Mark { count: u64::MAX, at: now });
        clock.see(Mark { count: 0, at: now + Duration::from_secs(9) });
        assert!((clock.faster() - before).abs() < 1e-6, "a jump is no drift");
    }
}
