//! Speaks a text into a WAV file and prints what it measured: `say VOICE LANG TEXT OUT.wav [VOICE_DIR]`.
#![expect(clippy::print_stdout, reason = "a tool for the terminal")]

use std::error::Error;
use std::time::Instant;

use domain::{Lang, VoiceChoice};
use tts::{Options, Speaker};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [voice, lang, text, out, dirs @ ..] = &arguments[..] else {
        return Err("usage: say VOICE LANG TEXT OUT.wav [VOICE_DIR]".into());
    };
    let lang = Lang::from_code(lang).ok_or("the language is en, zh or ja")?;
    let options =
        Options { voice_dirs: dirs.iter().map(Into::into).collect(), ..Options::checkout() };
    let speaker = Speaker::open(options)?;
    let choice = VoiceChoice { voice: voice.clone(), rate: 1.0, pitch: 0.0 };
    speaker.render("a", lang, Some(&choice))?;
    let started = Instant::now();
    let sound = speaker.render(text, lang, Some(&choice))?;
    let wall = started.elapsed().as_secs_f32();
    let length = sound.pcm.len() as f32 / sound.rate as f32;
    let energy: f32 = sound.pcm.iter().map(|x| x * x).sum::<f32>() / sound.pcm.len().max(1) as f32;
    let peak = sound.pcm.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
    println!(
        "{length:.2} s in {:.1} ms (real-time factor {:.4}), {:.1} dBFS, peak {peak:.2}, {} visemes",
        wall * 1000.0,
        wall / length,
        10.0 * energy.log10(),
        sound.visemes.len()
    );
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: sound.rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(out, spec)?;
    for sample in sound.pcm {
        writer.write_sample((sample * 32_767.0) as i16)?;
    }
    writer.finalize()?;
    Ok(())
}
