//! A room around the notes: four echoes that feed themselves and two that smear, after Schroeder (1962).

/// Seconds of the four echoes: no common divisor, so that they never beat together.
const ECHOES: [f32; 4] = [0.0297, 0.0371, 0.0411, 0.0437];
const SMEARS: [f32; 2] = [0.0050, 0.0017];

struct Delay {
    line: Vec<f32>,
    at: usize,
}

impl Delay {
    fn new(seconds: f32, rate: u32) -> Self {
        Self { line: vec![0.0; ((seconds * rate as f32) as usize).max(1)], at: 0 }
    }

    /// What went in one round ago, and takes what goes in now.
    fn exchange(&mut self, make: impl FnOnce(f32) -> f32) -> f32 {
        let old = self.line[self.at];
        self.line[self.at] = make(old);
        self.at = (self.at + 1) % self.line.len();
        old
    }
}

/// Puts a loop into a room: goes round twice, and keeps the second time, in which the end is heard in the beginning.
pub(crate) fn around(dry: &mut [f32], rate: u32, wet: f32, seconds: f32) {
    let mut echoes =
        ECHOES.map(|time| (Delay::new(time, rate), 10.0_f32.powf(-3.0 * time / seconds), 0.0_f32));
    let mut smears = SMEARS.map(|time| Delay::new(time, rate));
    let mut room = vec![0.0; dry.len()];
    for round in 0..2 {
        for (place, sample) in dry.iter().enumerate() {
            let mut out = 0.0;
            for (delay, back, dull) in &mut echoes {
                out += delay.exchange(|old| {
                    // Walls swallow the bright part first.
                    *dull += (old - *dull) * 0.6;
                    sample + *dull * *back
                });
            }
            for delay in &mut smears {
                let input = out;
                let mut fed = 0.0;
                let old = delay.exchange(|old| {
                    fed = input + old * 0.7;
                    fed
                });
                out = old - fed * 0.7;
            }
            if round == 1 {
                room[place] = out * 0.25;
            }
        }
    }
    for (sample, room) in dry.iter_mut().zip(room) {
        *sample = *sample * (1.0 - wet) + room * wet;
    }
}
