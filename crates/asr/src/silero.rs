//! Silero VAD, run by hand: how likely is it that somebody speaks in these 32 milliseconds?
//!
//! The network (version 6, 16 kHz, about 310,000 weights) is small enough that 150 lines of plain Rust run it at several
//! hundred times real time, without an inference runtime; the weights travel inside the program (`assets/silero`, MIT).
//! Its answers equal ONNX Runtime's (see the tests). Layout: 64 samples of context and 512 new ones, mirrored at the end to
//! 640 → four STFT frames of 129 magnitudes → four convolutions → LSTM of 128 → one probability.

use std::sync::OnceLock;

/// New samples a step: 32 ms at 16 kHz.
pub const FRAME: usize = 512;
/// Samples of the step before that are seen again.
const CONTEXT: usize = 64;
const PADDED: usize = CONTEXT + FRAME + 64;
/// STFT: window and hop in samples, and bins.
const WINDOW: usize = 256;
const HOP: usize = 128;
const BINS: usize = 129;
const STEPS: usize = 4;
const HIDDEN: usize = 128;

static FILE: &[u8] = include_bytes!("../assets/silero/silero_vad_16k.f32");

/// A convolution over time with three taps; `weights` is `[out][in][3]`.
struct Convolution {
    inputs: usize,
    outputs: usize,
    stride: usize,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

struct Weights {
    /// `[258][256]`: 129 cosines, then 129 sines, windowed.
    basis: Vec<f32>,
    encoder: [Convolution; 4],
    /// `[4 × 128][128]`, gates in the order input, forget, cell, output.
    input: Vec<f32>,
    hidden: Vec<f32>,
    /// Both biases added.
    bias: Vec<f32>,
    decoder: Vec<f32>,
    decoder_bias: f32,
}

fn weights() -> &'static Weights {
    static WEIGHTS: OnceLock<Weights> = OnceLock::new();
    WEIGHTS.get_or_init(|| {
        let mut numbers =
            FILE.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let mut take = |count: usize| -> Vec<f32> { numbers.by_ref().take(count).collect() };
        let basis = take(2 * BINS * WINDOW);
        let encoder = [(BINS, 128, 1), (128, 64, 2), (64, 64, 2), (64, 128, 1)].map(
            |(inputs, outputs, stride)| Convolution {
                inputs,
                outputs,
                stride,
                weights: take(outputs * inputs * 3),
                bias: take(outputs),
            },
        );
        let input = take(4 * HIDDEN * HIDDEN);
        let hidden = take(4 * HIDDEN * HIDDEN);
        let (first, second) = (take(4 * HIDDEN), take(4 * HIDDEN));
        let bias = first.iter().zip(&second).map(|(a, b)| a + b).collect();
        let decoder = take(HIDDEN);
        let decoder_bias = take(1)[0];
        Weights { basis, encoder, input, hidden, bias, decoder, decoder_bias }
    })
}

/// Listens to one stream of sound.
#[derive(Debug, Clone)]
pub struct Silero {
    context: [f32; CONTEXT],
    hidden: [f32; HIDDEN],
    cell: [f32; HIDDEN],
}

impl Default for Silero {
    fn default() -> Self {
        Self { context: [0.0; CONTEXT], hidden: [0.0; HIDDEN], cell: [0.0; HIDDEN] }
    }
}

impl Silero {
    /// A listener that has heard nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets what was heard.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Probability of speech, 0.0 to 1.0, in the next [`FRAME`] samples (16 kHz, −1.0 to 1.0).
    pub fn probability(&mut self, frame: &[f32; FRAME]) -> f32 {
        let weights = weights();
        let mut padded = [0.0; PADDED];
        padded[..CONTEXT].copy_from_slice(&self.context);
        padded[CONTEXT..CONTEXT + FRAME].copy_from_slice(frame);
        let end = CONTEXT + FRAME;
        for i in 0..PADDED - end {
            padded[end + i] = padded[end - 2 - i];
        }
        self.context.copy_from_slice(&frame[FRAME - CONTEXT..]);

        // Each step's values lie together: [step][channel].
        let mut signal: Vec<Vec<f32>> = (0..STEPS)
            .map(|step| {
                let window = &padded[step * HOP..step * HOP + WINDOW];
                (0..BINS)
                    .map(|bin| {
                        let row = |row: usize| &weights.basis[row * WINDOW..(row + 1) * WINDOW];
                        dot(row(bin), window).hypot(dot(row(BINS + bin), window))
                    })
                    .collect()
            })
            .collect();
        for convolution in &weights.encoder {
            signal = convolution.run(&signal);
        }
        self.step(weights, &signal[0])
    }

    /// One step of the LSTM and the decoder behind it.
    fn step(&mut self, weights: &Weights, input: &[f32]) -> f32 {
        let mut gates = [0.0; 4 * HIDDEN];
        for (row, gate) in gates.iter_mut().enumerate() {
            let range = row * HIDDEN..(row + 1) * HIDDEN;
            *gate = dot(&weights.input[range.clone()], input)
                + dot(&weights.hidden[range], &self.hidden)
                + weights.bias[row];
        }
        let mut logit = weights.decoder_bias;
        for i in 0..HIDDEN {
            let gate = |which: usize| gates[which * HIDDEN + i];
            self.cell[i] = sigmoid(gate(1)) * self.cell[i] + sigmoid(gate(0)) * gate(2).tanh();
            self.hidden[i] = sigmoid(gate(3)) * self.cell[i].tanh();
            logit += weights.decoder[i] * self.hidden[i].max(0.0);
        }
        sigmoid(logit)
    }
}

impl Convolution {
    /// Convolves, one step of silence on each side, and cuts off what is negative.
    fn run(&self, signal: &[Vec<f32>]) -> Vec<Vec<f32>> {
        let mut column = vec![0.0; self.inputs * 3];
        (0..signal.len())
            .step_by(self.stride)
            .map(|step| {
                for tap in 0..3 {
                    let source = (step + tap).checked_sub(1).and_then(|at| signal.get(at));
                    for channel in 0..self.inputs {
                        column[channel * 3 + tap] = source.map_or(0.0, |values| values[channel]);
                    }
                }
                let row =
                    |row: usize| &self.weights[row * self.inputs * 3..(row + 1) * self.inputs * 3];
                (0..self.outputs)
                    .map(|out| (dot(row(out), &column) + self.bias[out]).max(0.0))
                    .collect()
            })
            .collect()
    }
}

/// Sum of products, in eight lanes that the compiler turns into vector instructions.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a8.remainder().iter().zip(b8.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a8.zip(b8) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_are_all_there() {
        let count = 2 * BINS * WINDOW
            + (129 * 128 + 128 * 64 + 64 * 64 + 64 * 128) * 3
            + 128
            + 64
            + 64
            + 128
            + 2 * 4 * HIDDEN * HIDDEN
            + 2 * 4 * HIDDEN
            + HIDDEN
            + 1;
        assert_eq!(FILE.len(), count * 4);
    }

    #[test]
    fn silence_is_no_speech_and_a_reset_forgets() {
        let mut silero = Silero::new();
        let first = silero.probability(&[0.0; FRAME]);
        assert!(first < 0.1, "{first}");
        silero.probability(&[0.3; FRAME]);
        silero.reset();
        assert_eq!(silero.probability(&[0.0; FRAME]).to_bits(), first.to_bits());
    }
}
