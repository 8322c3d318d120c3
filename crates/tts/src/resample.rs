//! Converts a short piece of speech to the rate of its line; only needed where two engines share one line.

/// Half the length of the kernel, in samples of the lower rate.
const REACH: f32 = 8.0;

/// Windowed-sinc conversion of a whole piece. Equal rates are copied.
pub(crate) fn resample(pcm: &[f32], from: u32, to: u32) -> Vec<f32> {
    if from == to || pcm.is_empty() {
        return pcm.to_vec();
    }
    let length = (pcm.len() as u64 * u64::from(to) / u64::from(from)) as usize;
    let step = f64::from(from) / f64::from(to);
    // Below 1 where the target cannot hold the source's highest tones.
    let cutoff = (f64::from(to) / f64::from(from)).min(1.0) as f32;
    let reach = (REACH / cutoff).ceil() as isize;
    (0..length)
        .map(|i| {
            let center = i as f64 * step;
            let first = center.floor() as isize - reach + 1;
            let mut sum = 0.0;
            for k in first..first + 2 * reach {
                let Some(&sample) = usize::try_from(k).ok().and_then(|k| pcm.get(k)) else {
                    continue;
                };
                let x = (center - k as f64) as f32;
                sum += sample * sinc(x * cutoff) * cutoff * window(x / reach as f32);
            }
            sum
        })
        .collect()
}

fn sinc(x: f32) -> f32 {
    let x = x * std::f32::consts::PI;
    if x.abs() < 1e-4 { 1.0 } else { x.sin() / x }
}

/// Hann window over −1.0 to 1.0.
fn window(x: f32) -> f32 {
    if x.abs() >= 1.0 { 0.0 } else { 0.5 + 0.5 * (x * std::f32::consts::PI).cos() }
}

#[cfg(test)]
mod tests {
    use super::resample;

    #[test]
    fn a_tone_keeps_its_pitch_and_loudness() {
        let tone = |rate: u32| -> Vec<f32> {
            (0..rate / 5)
                .map(|i| (i as f32 * 440.0 * std::f32::consts::TAU / rate as f32).sin() * 0.5)
                .collect()
        };
        for (from, to) in [(22_050, 16_000), (16_000, 22_050), (24_000, 22_050)] {
            let got = resample(&tone(from), from, to);
            let expected = tone(to);
            assert_eq!(got.len(), expected.len());
            let inner = 100..got.len() - 100;
            let error = inner.clone().map(|i| (got[i] - expected[i]).abs()).fold(0.0f32, f32::max);
            assert!(error < 0.01, "{from} to {to}: {error}");
        }
    }
}
