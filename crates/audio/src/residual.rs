//! Closes while what is left of the microphone's sound is only the rest of an echo.
//!
//! An echo canceller leaves a little: in the first moments in a room, after a change of it, of an overdriven loudspeaker. That
//! rest sounds like the speech it comes from, and a recogniser finds words in it. But it is much weaker than what was heard,
//! while somebody who speaks into the microphone is about as loud after cancellation as before. So the share that is left
//! tells the two apart, where something is played at all.

/// What is played counts from this power on (−60 dB).
const PLAYED: f32 = 1e-6;
/// Somebody speaks where at least this share of the power is left (−10 dB).
const LEFT: f32 = 0.1;
/// How quickly the echo of what was played fades, for each block of 10 ms: 15 dB in half a second.
const FADES: f32 = 0.933;
/// Weight of a new block in the mean powers.
const WEIGHT: f32 = 0.4;
/// Blocks for which it stays open after somebody spoke: word endings are quiet.
const HOLD: u32 = 20;
/// What a canceller needs to know a room: until then nothing tells an echo from a voice, the gate stays closed, and only the
/// button interrupts her. A block with something played counts four where it was taken out well or nothing of it came back
/// (headphones), one otherwise: three seconds of her voice after the microphone was opened, twelve in a room that resists.
const LEARNED: u32 = 1_200;
const WELL: u32 = 4;
/// Nothing came back: less than this share of what was played (−25 dB).
const NO_ECHO: f32 = 0.003;
/// Loudness while closed.
const CLOSED: f32 = 0.03;

/// The gate. Open while nothing is played.
#[derive(Debug, Clone)]
pub(crate) struct Residual {
    played: f32,
    heard: f32,
    clean: f32,
    learned: u32,
    open_for: u32,
    gain: f32,
}

impl Default for Residual {
    fn default() -> Self {
        Self { played: 0.0, heard: 0.0, clean: 0.0, learned: 0, open_for: HOLD, gain: 1.0 }
    }
}

impl Residual {
    /// Takes a block of 10 ms as it was played and heard, and what the canceller left of it.
    pub(crate) fn apply(&mut self, played: &[f32], heard: &[f32], clean: &mut [f32], steady: bool) {
        self.played = power(played).max(self.played * FADES);
        self.heard += WEIGHT * (power(heard) - self.heard);
        self.clean += WEIGHT * (power(clean) - self.clean);
        if self.played < PLAYED {
            self.open_for = HOLD;
        } else if self.learned < LEARNED {
            let well = self.clean <= LEFT * self.heard || self.heard < NO_ECHO * self.played;
            self.learned += if !steady {
                0
            } else if well {
                WELL
            } else {
                1
            };
            self.open_for = 0;
        } else if self.clean > LEFT * self.heard {
            self.open_for = HOLD;
        } else {
            self.open_for = self.open_for.saturating_sub(1);
        }
        let target = if self.open_for > 0 { 1.0 } else { CLOSED };
        let step = (target - self.gain) / clean.len().max(1) as f32;
        for sample in clean {
            self.gain += step;
            *sample *= self.gain;
        }
        self.gain = target;
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
        assert!(after(&mut gate, 200, 0.0, 0.05, 0.005) > 0.99, "the echo has faded");
    }

    #[test]
    fn a_room_is_learned_sooner_where_its_echo_is_taken_out_or_there_is_none() {
        let opens = |heard, clean| {
            let mut gate = Residual::default();
            (1..2_000)
                .find(|_| {
                    after(&mut gate, 1, 0.1, heard, clean);
                    after(&mut gate.clone(), 3, 0.1, 0.08, 0.05) > 0.99
                })
                .unwrap_or(usize::MAX)
        };
        assert!((300..330).contains(&opens(0.05, 0.005)), "taken out");
        assert!((300..330).contains(&opens(0.000_5, 0.000_5)), "headphones");
        assert!((1_150..1_250).contains(&opens(0.05, 0.05)), "a room that resists");
    }

    #[test]
    fn while_the_clocks_are_unknown_it_stays_closed() {
        let mut gate = Residual::default();
        for _ in 0..3_000 {
            gate.apply(&[0.1; 160], &[0.05; 160], &mut [0.005; 160], false);
        }
        assert!(after(&mut gate, 3, 0.1, 0.08, 0.05) < 0.05);
    }
}
