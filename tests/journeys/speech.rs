//! What goes in as text or sound comes out as an answer that can be heard.

use app::{Options, Output, Paths};
use domain::{MouthShape, ProblemKind};
use journeys::{Journey, nano, root};

/// Root mean square and length in seconds of a WAV file.
fn loudness(path: &std::path::Path) -> (f64, f64) {
    let mut reader = hound::WavReader::open(path).expect("a recording");
    let rate = f64::from(reader.spec().sample_rate);
    let samples: Vec<f64> = reader
        .samples::<i16>()
        .map(|sample| f64::from(sample.expect("a sample")) / 32768.0)
        .collect();
    let power: f64 = samples.iter().map(|sample| sample * sample).sum();
    ((power / samples.len().max(1) as f64).sqrt(), samples.len() as f64 / rate)
}

#[test]
fn a_typed_line_is_answered_aloud() {
    let home = tempfile::tempdir().unwrap();
    let wav = home.path().join("reply.wav");
    let journey = Journey::start(Options {
        data_dir: Some(home.path().join("data")),
        output: Output::File(wav.clone()),
        no_greeting: true,
        ..Options::default()
    });
    let turn = journey.say("Hello! How are you today?");
    let message = turn.message.expect("something was said");
    assert!(!message.text.trim().is_empty());
    assert!(!message.text.contains('['), "tags are not shown: {}", message.text);
    assert!(turn.visemes > 3, "the mouth moves: {}", turn.visemes);
    let timings = &turn.timings;
    assert!(timings.first_token_ms.is_some() && timings.first_audio_ms.is_some());
    // First a word, then a clause, then its sound.
    let stages = [timings.first_token_ms, timings.first_line_ms, timings.first_audio_ms];
    assert!(stages.is_sorted(), "{timings:?}");
    journey.app.shutdown().unwrap();
    let (rms, seconds) = loudness(&wav);
    // Words a second of any voice: between one and seven.
    let words = message.text.split_whitespace().count() as f64;
    assert!(rms > 0.01, "it can be heard: {rms}");
    assert!(
        seconds > words / 7.0 && seconds < words.max(1.0) * 1.5 + 2.0,
        "{words} words in {seconds} s"
    );
}

#[test]
fn a_text_is_said_into_a_file_as_a_reply_is_said() {
    let home = tempfile::tempdir().unwrap();
    let paths = Paths::find(Some(home.path()), &root()).unwrap();
    let wav = home.path().join("said.wav");
    let shapes = |text: &str| {
        let said = app::terminal::say(&paths, text, None, &wav).unwrap();
        said.visemes.len()
    };
    let plain = shapes("Hello there. How are you?");
    for tagged in [
        "[nod] Hello there. How are you?",
        "<think>What now?</think>Hello there. *waves* How are you?",
        "Hello there. [scene: park] How are you?",
    ] {
        assert_eq!(shapes(tagged), plain, "{tagged}");
    }
    // Much longer than any line, and without a full stop.
    let (some, more) = (shapes(&"banana ".repeat(300)), shapes(&"banana ".repeat(1_500)));
    assert!(some * 9 / 2 < more && more < some * 11 / 2, "{some} shapes, then {more}");
}

#[test]
fn a_mandarin_voice_that_was_put_into_the_folder_says_a_line_into_a_file() {
    let home = tempfile::tempdir().unwrap();
    let paths = Paths::find(Some(home.path()), &root()).unwrap();
    std::fs::create_dir_all(paths.dirs.voices()).unwrap();
    for file in ["pinyin-shaped.onnx", "pinyin-shaped.onnx.json"] {
        let from = root().join("crates/tts/tests/fixtures").join(file);
        std::fs::copy(from, paths.dirs.voices().join(file)).unwrap();
    }
    let wav = home.path().join("said.wav");
    let voice = Some("piper:pinyin-shaped");
    let said = match app::terminal::say(&paths, "妈妈说：“走吧！”*笑*", voice, &wav) {
        Ok(said) => said,
        // ONNX Runtime has not been fetched here: then that is what is told.
        Err(problem) => {
            assert_eq!(problem.kind, ProblemKind::Missing, "{problem}");
            assert!(problem.remedy.contains("fetch.sh"), "{problem}");
            return;
        }
    };
    // The fixture's frames have 256 samples: 3 for the beginning, the end, a pad and a mark, 4 for an initial, 9 for a final, 6 for
    // a tone (the neutral one 7); then the pause behind a line.
    let (full, neutral, mark) = (4 + 9 + 6 + 3, 4 + 9 + 7 + 3, 3 + 3);
    let frames = 3 + 3 * full + 2 * neutral + 2 * mark + 3;
    assert_eq!(said.samples, frames * 256 + 22_050 * 160 / 1000);
    let (rms, seconds) = loudness(&wav);
    assert!(rms > 0.01, "it can be heard: {rms}");
    assert!((seconds - said.samples as f64 / 22_050.0).abs() < 0.001, "{seconds} s");
    let shapes: Vec<_> = said.visemes.iter().map(|viseme| viseme.shape).collect();
    assert_eq!(shapes[..3], [MouthShape::A, MouthShape::Closed, MouthShape::A]);
    assert_eq!(shapes.last(), Some(&MouthShape::Closed));
}

#[test]
fn a_second_turn_reads_only_what_is_new() {
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::start(Options {
        data_dir: Some(home.path().to_owned()),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    });
    let first = journey.say("Tell me about your bookshop.");
    let second = journey.say("And the cat?");
    // Of the first turn, only what could be read ahead of it: who the character is, not what is asked.
    assert!(first.timings.reused_tokens <= first.timings.prompt_tokens / 2, "{:?}", first.timings);
    let (prompt, reused) = (second.timings.prompt_tokens, second.timings.reused_tokens);
    // All of the first prompt is still there; of the reply too, unless its last tokens were cut differently.
    assert!(reused >= first.timings.prompt_tokens, "{reused} of {prompt} reused");
    journey.app.shutdown().unwrap();
}

#[test]
fn a_recording_is_understood_and_answered() {
    let home = tempfile::tempdir().unwrap();
    let wav = home.path().join("reply.wav");
    let journey = Journey::start(Options {
        data_dir: Some(home.path().join("data")),
        output: Output::File(wav.clone()),
        ears: Some(nano().join("nano-whisper.en-q5_0.bin").display().to_string()),
        no_greeting: true,
        ..Options::default()
    });
    let clip = nano().join("clips/06_synthetic_how_are_you_today.wav");
    journey.app.say_recorded(app::terminal::read_wav(&clip).unwrap()).unwrap();
    let turn = journey.turn();
    assert_eq!(turn.heard.as_deref(), Some("How are you today?"));
    assert!(turn.message.is_some_and(|message| !message.text.trim().is_empty()));
    assert!(turn.timings.transcript_ms.is_some());
    let snapshot = journey.app.snapshot().unwrap();
    assert_eq!(snapshot.messages[0].text, "How are you today?");
    journey.app.shutdown().unwrap();
    assert!(loudness(&wav).0 > 0.01);
}

#[test]
fn silence_begins_no_turn() {
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::start(Options {
        data_dir: Some(home.path().to_owned()),
        output: Output::Text,
        ears: Some(nano().join("nano-whisper.en-q5_0.bin").display().to_string()),
        no_greeting: true,
        ..Options::default()
    });
    let silence = domain::Utterance { pcm: vec![0.0; 32_000].into() };
    journey.app.say_recorded(silence).unwrap();
    let typed = journey.say("Good morning.");
    assert_eq!(typed.heard, None);
    let messages = journey.app.snapshot().unwrap().messages;
    assert_eq!(
        messages[0].text, "Good morning.",
        "nothing was logged for the silence: {messages:?}"
    );
    journey.app.shutdown().unwrap();
}
