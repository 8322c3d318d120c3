//! What the speakers really play, on its way to the microphone's side, so that it can be taken out of what is heard.
//!
//! The sound card's thread pushes every sample that it gives to the device (loudness, fades and silence included, so that
//! the samples keep time) into a ring; the thread `ear` takes them out. While nobody listens the ring is full and what is
//! played is forgotten.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::Mark;

/// Sound that may wait between the two threads.
const RING_SECONDS: u32 = 2;
/// Driver's calls that may wait.
pub(crate) const MARKS: usize = 512;
/// The driver takes its samples one by one; it calls again where nothing was taken for so long, looked at every few samples.
const BETWEEN_CALLS: Duration = Duration::from_millis(2);
const LOOK: u64 = 16;

/// The end in the sound card's thread: real-time code.
#[derive(Debug)]
pub(crate) struct Tap {
    samples: rtrb::Producer<f32>,
    marks: rtrb::Producer<Mark>,
    given: u64,
    looked: Option<Instant>,
}

impl Tap {
    /// A sample was given to the device.
    pub(crate) fn push(&mut self, sample: f32) {
        if self.given.is_multiple_of(LOOK) {
            let now = Instant::now();
            let before = self.looked.replace(now);
            if before.is_none_or(|before| now.duration_since(before) > BETWEEN_CALLS) {
                let _full = self.marks.push(Mark { count: self.given, at: now });
            }
        }
        self.given += 1;
        // Full: nobody listens, or nobody has for two seconds.
        let _full = self.samples.push(sample);
    }
}

/// What the speakers play. Clones are the same one: [`Deck::reference`](crate::Deck::reference) gives it, and
/// [`Mic::open`](crate::Mic::open) takes it.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    speakers: Arc<Mutex<Speakers>>,
    /// A voice, or a sound that is heard once, is among what is played: not music and ambience alone.
    voice: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Speakers {
    /// `None` while they are closed.
    line: Option<Line>,
    /// Id of the device that was opened last; empty where it went away, since whatever comes back may be another.
    device: String,
    /// It is not the one before, and nobody has asked yet.
    exchanged: bool,
}

#[derive(Debug)]
struct Line {
    rate: u32,
    ring: rtrb::Consumer<f32>,
    marks: rtrb::Consumer<Mark>,
}

impl Reference {
    /// A device was opened at a rate in samples per second: what it plays comes through the tap.
    pub(crate) fn tap(&self, rate: u32, device: &str) -> Tap {
        let (samples, ring) = rtrb::RingBuffer::new((rate.max(1) * RING_SECONDS) as usize);
        let (feed, marks) = rtrb::RingBuffer::new(MARKS);
        let mut speakers = self.lock();
        speakers.line = Some(Line { rate, ring, marks });
        if speakers.device != device {
            device.clone_into(&mut speakers.device);
            speakers.exchanged = true;
        }
        drop(speakers);
        Tap { samples, marks: feed, given: 0, looked: None }
    }

    /// Whether a voice is among what is played from now on.
    pub(crate) fn tell_voice(&self, voice: bool) {
        self.voice.store(voice, Ordering::Relaxed);
    }

    /// Whether a voice is among what is played, or soon will be.
    pub(crate) fn has_voice(&self) -> bool {
        self.voice.load(Ordering::Relaxed)
    }

    /// The device was closed: nothing is played.
    pub(crate) fn close(&self) {
        self.lock().line = None;
    }

    /// It went away.
    pub(crate) fn lose(&self) {
        self.lock().device.clear();
    }

    /// The speakers are others than when this was asked last.
    pub(crate) fn exchanged(&self) -> bool {
        std::mem::take(&mut self.lock().exchanged)
    }

    /// Appends what was played since the last call, and when the driver asked for it; answers its rate. `None` where no device
    /// is open.
    pub(crate) fn take(&self, out: &mut Vec<f32>, marks: &mut Vec<Mark>) -> Option<u32> {
        let mut speakers = self.lock();
        let line = speakers.line.as_mut()?;
        marks.extend(std::iter::from_fn(|| line.marks.pop().ok()));
        while let Ok(sample) = line.ring.pop() {
            out.push(sample);
        }
        Some(line.rate)
    }

    fn lock(&self) -> MutexGuard<'_, Speakers> {
        self.speakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_played_arrives_with_its_rate_until_the_device_is_closed() {
        let reference = Reference::default();
        let mut out = Vec::new();
        assert_eq!(reference.take(&mut out, &mut Vec::new()), None);
        let mut tap = reference.tap(8_000, "a");
        tap.push(0.5);
        tap.push(-0.5);
        assert_eq!(reference.clone().take(&mut out, &mut Vec::new()), Some(8_000));
        assert_eq!(out, [0.5, -0.5]);
        reference.close();
        tap.push(0.1);
        assert_eq!(reference.take(&mut out, &mut Vec::new()), None);
        assert_eq!(out.len(), 2);
    }

    #[test]
    fn speakers_that_slept_are_the_same_and_those_that_went_away_may_be_others() {
        let reference = Reference::default();
        let opened = |device: &str| {
            reference.tap(48_000, device);
            reference.exchanged()
        };
        assert!(opened("a") && !opened("a"));
        reference.close();
        assert!(!opened("a"), "it slept");
        assert!(opened("b") && opened("a"));
        reference.lose();
        assert!(opened("a") && !reference.exchanged());
    }

    #[test]
    fn calls_of_the_driver_are_marked_where_they_begin() {
        let reference = Reference::default();
        let mut tap = reference.tap(48_000, "a");
        for _ in 0..3 {
            (0..960).for_each(|_| tap.push(0.0));
            std::thread::sleep(3 * BETWEEN_CALLS);
        }
        let mut marks = Vec::new();
        reference.take(&mut Vec::new(), &mut marks);
        // A busy machine may interrupt a call, which makes more of one.
        let counts: Vec<u64> = marks.iter().map(|mark| mark.count).collect();
        assert!([0, 960, 1_920].iter().all(|call| counts.contains(call)), "{counts:?}");
        assert!(marks.is_sorted_by_key(|mark| mark.at));
    }

    #[test]
    fn while_nobody_listens_no_more_than_two_seconds_wait() {
        let reference = Reference::default();
        let mut tap = reference.tap(100, "a");
        (0..1_000).for_each(|_| tap.push(0.1));
        let mut out = Vec::new();
        reference.take(&mut out, &mut Vec::new());
        assert_eq!(out.len(), 200);
    }
}
