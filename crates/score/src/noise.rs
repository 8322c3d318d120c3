//! Noise and its colours. A generator of our own, so that a piece is the same everywhere.

/// xorshift32: enough for noise that nobody measures.
#[derive(Debug, Clone)]
pub(crate) struct Noise(u32);

impl Noise {
    pub(crate) fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(2_654_435_761) | 1)
    }

    /// Evenly spread over −1 to 1.
    pub(crate) fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as f32 / (u32::MAX as f32 / 2.0) - 1.0
    }

    /// Evenly spread over 0 to 1.
    pub(crate) fn share(&mut self) -> f32 {
        self.next() * 0.5 + 0.5
    }
}

/// One-pole low pass; what it takes away is the high pass.
#[derive(Debug, Clone)]
pub(crate) struct LowPass {
    share: f32,
    value: f32,
}

impl LowPass {
    pub(crate) fn new(hertz: f32, rate: u32) -> Self {
        let share = 1.0 - (-std::f32::consts::TAU * hertz / rate as f32).exp();
        Self { share, value: 0.0 }
    }

    pub(crate) fn low(&mut self, sample: f32) -> f32 {
        self.value += (sample - self.value) * self.share;
        self.value
    }

    pub(crate) fn high(&mut self, sample: f32) -> f32 {
        sample - self.low(sample)
    }
}

/// Two-pole resonance around a frequency.
#[derive(Debug, Clone)]
pub(crate) struct Resonance {
    turn: f32,
    damp: f32,
    a: f32,
    b: f32,
}

impl Resonance {
    /// `width` in hertz: narrow rings, wide hisses.
    pub(crate) fn new(hertz: f32, width: f32, rate: u32) -> Self {
        let damp = (-std::f32::consts::PI * width / rate as f32).exp();
        let turn = 2.0 * damp * (std::f32::consts::TAU * hertz / rate as f32).cos();
        Self { turn, damp: damp * damp, a: 0.0, b: 0.0 }
    }

    pub(crate) fn next(&mut self, sample: f32) -> f32 {
        let out = sample * (1.0 - self.damp) + self.turn * self.a - self.damp * self.b;
        self.b = self.a;
        self.a = out;
        out
    }
}
