//! Sounds that tests are made of.

/// A voice that goes on without a pause: what is loud of a sentence, again and again.
pub(crate) fn voice(seconds: f64) -> Vec<f32> {
    let clip = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/fixtures/whisper-nano/clips/03_synthetic_i_had_a_long_day.wav"
    );
    let samples: Vec<f32> = hound::WavReader::open(clip)
        .unwrap()
        .samples::<i16>()
        .map(|sample| f32::from(sample.unwrap()) / 32_768.0)
        .collect();
    let mut silero = crate::Silero::new();
    let spoken: Vec<f32> = samples
        .chunks_exact(512)
        .filter(|frame| silero.probability((*frame).try_into().unwrap()) > 0.9)
        .flatten()
        .copied()
        .collect();
    spoken.into_iter().cycle().take((16_000.0 * seconds) as usize).collect()
}

pub(crate) fn silence(seconds: f64) -> Vec<f32> {
    vec![0.0; (16_000.0 * seconds) as usize]
}
