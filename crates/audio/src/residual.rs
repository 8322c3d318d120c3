//! Closes while what is left of the microphone's sound is only the rest of an echo.
//!
//! An echo canceller leaves a little: in the first moments in a room, after a change of it, of an overdriven loudspeaker. That
//! rest sounds like the speech it comes from. But it is much weaker than what was heard, while somebody who speaks into the
//! microphone is about as loud after cancellation as before. So the share that is left tells the two apart, where something is
//! played at all. Only what speech is told by goes through the gate; what was said is kept whole.

/// What is played counts from this power on (−60 dB).
const PLAYED: f32 = 1e-6;
/// Loud enough to be heard again wherever there are loudspeakers (−40 dB).
const LOUD: f32 = 1e-4;
/// Somebody speaks where at least this share of the power is left (−10 dB).
const LEFT: f32 = 0.1;
/// How long after it was played a sound may still arrive, in blocks of 10 ms (devices' buffers, Bluetooth, the room) …
const LATE: usize = 30;
/// … and how quickly it fades then, for each block: 60 dB in half a second.
const FADES: f32 = 0.75;
/// Weight of a new block in the mean powers.
const WEIGHT: f32 = 0.4;
/// Blocks for which it stays open after somebody spoke: word endings are quiet.
const HOLD: u32 = 20;
/// What a canceller needs to know a room: until then nothing tells an echo from a voice, the gate stays closed, and only the
/// button interrupts her. A block with something played counts four where it was taken out well, one otherwise: three seconds
/// of her voice after the microphone was opened, twelve in a room that resists. While the clocks of the devices are not
/// known nothing counts, however well it is taken out: the echo gets away again (four self-interruptions in an hour of
/// simulated rooms).
const LEARNED: u32 = 1_200;
const WELL: u32 = 4;
/// Nothing came back: less than this share of what was played (−25 dB).
const NO_ECHO: f32 = 0.003;
/// Where nothing comes back at all (headphones) there is nothing to know: so many blocks of her voice on end, three seconds. Her
/// pauses and the soft parts of an echo look the same, so the first syllable that comes back starts the count anew.
const HEADPHONES: u32 = 300;
/// While her voice came back within so many blocks there are loudspeakers, and a canceller learns.
const RECENT: u32 = HEADPHONES / 3;
/// Something that comes back in headphones is a voice, unless it goes on for longer (a second and a half) than she does when
/// somebody speaks: then they were taken off, and of that room nothing is known.
const TAKEN_OFF: u32 = 2;

/// The gate. Open while nothing is played.
#[derive(Debug, Clone)]
pub(crate) struct Residual {
    /// Power of the last blocks that were played, of which an echo may still arrive.
    late: [f32; LATE],
    next: usize,
    /// How loud an echo may be now: as the loudest of these, and then it fades.
    played: f32,
    heard: f32,
    clean: f32,
    learned: u32,
    /// Blocks of her voice of which nothing came back.
    silent: u32,
    headphones: bool,
    open_for: u32,
    gain: f32,
}

impl Default for Residual {
    fn default() -> Self {
        Self {
            late: [0.0; LATE],
            next: 0,
            played: 0.0,
            heard: 0.0,
            clean: 0.0,
            learned: 0,
            silent: 0,
            headphones: false,
            open_for: HOLD,
            gain: 1.0,
        }
    }
}

impl Residual {
    /// Other speakers, or another microphone: what was learned of the room is void.
    pub(crate) fn forget(&mut self) {
        (self.learned, self.silent, self.headphones) = (0, 0, false);
    }

    /// Takes a block of 10 ms as it was played and heard, and what the canceller left of it. `steady`: the clocks are known. Answers
    /// whether a voice over her is to be believed by now.
    pub(crate) fn apply(
        &mut self,
        played: &[f32],
        heard: &[f32],
        clean: &mut [f32],
        steady: bool,
    ) -> bool {
        let latest = self.fade(power(played));
        self.heard += WEIGHT * (power(heard) - self.heard);
        self.clean += WEIGHT * (power(clean) - self.clean);
        self.learn(steady);
        if self.played < PLAYED {
            self.open_for = HOLD;
        } else if self.learned < LEARNED && !self.headphones {
            // She has stopped: what is louder than her echo can still be is somebody else.
            let over = latest < PLAYED && self.clean > self.played;
            self.open_for = if over { HOLD } else { 0 };
        } else if self.clean > LEFT * self.heard {
            self.open_for = HOLD;
        } else {
            self.open_for = self.open_for.saturating_sub(1);
        }
        // A detector of speech hears it at any loudness: closed means nothing at all.
        let target = if self.open_for > 0 { 1.0 } else { 0.0 };
        let step = (target - self.gain) / clean.len().max(1) as f32;
        for sample in clean {
            self.gain += step;
            *sample *= self.gain;
        }
        self.gain = target;
        self.learned >= LEARNED || self.headphones
    }

    /// Takes the power of what is played now. Answers with the greatest of which an echo may still arrive unfaded.
    fn fade(&mut self, now: f32) -> f32 {
        let latest = self.late.iter().copied().fold(now, f32::max);
        self.late[self.next] = now;
        self.next = (self.next + 1) % LATE;
        self.played = latest.max(self.played * FADES);
        latest
    }

    /// Learns from a block whether her voice comes back, and whether it is taken out.
    fn learn(&mut self, steady: bool) {
        if !steady {
            // Not known yet, or of another device.
            self.learned = 0;
        }
        if self.played < LOUD {
            return;
        }
        let nothing = self.heard < NO_ECHO * self.played;
        self.silent = match (nothing, self.headphones) {
            (true, _) => (self.silent + 1).min(HEADPHONES),
            (false, true) => self.silent.saturating_sub(TAKEN_OFF),
            (false, false) => 0,
        };
        self.headphones = self.silent == HEADPHONES || self.headphones && self.silent > 0;
        if steady && self.silent < RECENT && self.learned < LEARNED {
            self.learned += if self.clean <= LEFT * self.heard { WELL } else { 1 };
        }
    }
}

fn power(block: &[f32]) -> f32 {
    block.iter().map(|sample| sample * sample).sum::<f32>() / block.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks of a level for played, heard and clean; answers the loudness of the last one.
    fn after(gate: &mut Residual, blocks: usize, played: f32, heard: f32, clean: f32) -> f32 {
        let mut out = [0.0; 160];
        for _ in 0..blocks {
            out = [clean; 160];
            gate.apply(&[played; 160], &[heard; 160], &mut out, true);
        }
        out[159] / clean
    }

    #[test]
    fn it_closes_on_the_rest_of_an_echo_and_opens_for_a_voice() {
        let mut gate = Residual::default();
        assert!(after(&mut gate, 50, 0.0, 0.1, 0.01) > 0.99, "nothing is played");
        assert!(after(&mut gate, 100, 0.1, 0.05, 0.05) < 0.05, "nothing is known of the room");
        assert!(after(&mut gate, 300, 0.1, 0.05, 0.005) < 0.05, "a rest of −20 dB");
        assert!(after(&mut gate, 3, 0.1, 0.08, 0.05) > 0.99, "somebody speaks over it");
        assert!(after(&mut gate, 10, 0.1, 0.05, 0.005) > 0.99, "their last consonant");
        assert!(after(&mut gate, 20, 0.1, 0.05, 0.005) < 0.05);
        assert!(after(&mut gate, 100, 0.0, 0.05, 0.005) > 0.99, "the echo has faded");
    }

    /// Blocks of her voice until somebody who speaks over it is heard.
    fn opens(heard: f32, clean: f32, steady: bool) -> usize {
        let mut gate = Residual::default();
        (1..2_000)
            .find(|_| {
                gate.apply(&[0.1; 160], &[heard; 160], &mut [clean; 160], steady);
                after(&mut gate.clone(), 3, 0.1, 0.08, 0.05) > 0.99
            })
            .unwrap_or(usize::MAX)
    }

    #[test]
    fn a_room_is_learned_sooner_where_its_echo_is_taken_out_or_there_is_none() {
        assert!((300..330).contains(&opens(0.05, 0.005, true)), "taken out");
        assert!((300..330).contains(&opens(0.000_5, 0.000_5, true)), "headphones");
        assert!((1_150..1_250).contains(&opens(0.05, 0.05, true)), "a room that resists");
    }

    #[test]
    fn while_the_clocks_are_unknown_it_opens_only_where_there_is_no_echo() {
        assert_eq!(opens(0.05, 0.005, false), usize::MAX, "taken out");
        assert_eq!(opens(0.05, 0.05, false), usize::MAX, "a room that resists");
        assert!((300..330).contains(&opens(0.000_5, 0.000_5, false)), "headphones need no clocks");
    }

    #[test]
    fn who_answers_when_she_has_stopped_is_heard_before_the_room_is_known() {
        let mut gate = Residual::default();
        assert!(after(&mut gate, 100, 0.1, 0.05, 0.05) < 0.05);
        let waited = (1..200).find(|_| after(&mut gate, 1, 0.0, 0.05, 0.05) > 0.99);
        assert!(waited.is_some_and(|blocks| blocks < 45), "{waited:?} blocks");
        // What is left of her voice in the room is no answer.
        let mut gate = Residual::default();
        after(&mut gate, 100, 0.1, 0.05, 0.05);
        assert!(after(&mut gate, 30, 0.0, 0.05, 0.05) < 0.05);
        assert!(after(&mut gate, 30, 0.0, 0.000_1, 0.000_1) < 0.05);
    }

    #[test]
    fn pauses_and_soft_parts_of_an_echo_are_no_headphones() {
        let mut gate = Residual::default();
        for block in 0..12_000 {
            // A room that gives back a tenth of her voice, and nothing in her pauses.
            let (played, heard): (f32, f32) =
                if block / 20 % 2 == 0 { (0.1, 0.01) } else { (0.0, 0.000_1) };
            let mut clean = [heard; 160];
            gate.apply(&[played; 160], &[heard; 160], &mut clean, false);
            assert!(block < 10 || clean[159].abs() < 1e-9, "open after {block} blocks");
        }
        assert!(after(&mut gate, 3, 0.1, 0.08, 0.05) < 0.05);
    }

    #[test]
    fn headphones_that_are_taken_off_and_a_device_that_is_exchanged_begin_anew() {
        let mut gate = Residual::default();
        after(&mut gate, 400, 0.1, 0.000_5, 0.000_5);
        assert!(after(&mut gate, 70, 0.1, 0.08, 0.08) > 0.99, "somebody speaks");
        after(&mut gate, 400, 0.1, 0.000_5, 0.000_5);
        after(&mut gate, 160, 0.1, 0.05, 0.05);
        assert!(after(&mut gate, 40, 0.1, 0.05, 0.05) < 0.05, "taken off");
        let mut gate = Residual::default();
        after(&mut gate, 400, 0.1, 0.05, 0.005);
        assert!(after(&mut gate.clone(), 3, 0.1, 0.08, 0.05) > 0.99, "a known room");
        gate.apply(&[0.1; 160], &[0.05; 160], &mut [0.005; 160], false);
        assert!(after(&mut gate, 3, 0.1, 0.08, 0.05) < 0.05, "another device");
        let mut gate = Residual::default();
        after(&mut gate, 400, 0.1, 0.000_5, 0.000_5);
        gate.forget();
        assert!(after(&mut gate, 3, 0.1, 0.05, 0.05) < 0.05, "loudspeakers instead");
    }

    #[test]
    fn the_echo_of_a_loud_word_is_expected_although_a_soft_one_came_after_it() {
        let mut gate = Residual::default();
        after(&mut gate, 10, 0.1, 0.05, 0.05);
        // −26 dB for a third of a second, then nothing; the echo comes 240 ms late, half as loud.
        after(&mut gate, 30, 0.05, 0.025, 0.025);
        assert!(after(&mut gate, 24, 0.0, 0.025, 0.025) < 0.05);
    }
}
