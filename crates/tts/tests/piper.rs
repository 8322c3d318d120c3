//! A Piper voice beside the embedded ones. Where ONNX Runtime has not been fetched (`assets/onnxruntime/fetch.sh`), these
//! tests check that the refusal says so.
#![expect(clippy::print_stdout, reason = "a test that could not speak says so")]

mod common;

use common::*;
use domain::MouthShape::{A, Closed, E, I, O, U};
use domain::{Lang, ProblemKind, VoiceChoice};
use tts::{Options, Rendered, Speaker, VoiceKind, list_voices};

fn piper() -> VoiceChoice {
    VoiceChoice { voice: "piper:piper-shaped".into(), rate: 1.0, pitch: 0.0 }
}

fn with_fixture() -> Speaker {
    let options =
        Options { voice_dirs: vec!["/nowhere".into(), fixtures()], ..Options::checkout() };
    Speaker::open(options).expect("the checkout has all it needs")
}

/// A speaker whose English voice is the fixture; `None` where ONNX Runtime is not here.
fn speaking_piper() -> Option<Speaker> {
    let speaker = with_fixture();
    match speaker.set_voice(&piper()) {
        Ok(()) => Some(speaker),
        Err(problem) => {
            assert_eq!(problem.kind, ProblemKind::Missing, "{problem}");
            assert!(problem.remedy.contains("fetch.sh"), "{problem}");
            println!("without ONNX Runtime: {problem}");
            None
        }
    }
}

#[test]
fn an_installed_voice_is_listed_after_the_embedded_ones() {
    let voices = with_fixture().voices();
    let [.., mandarin, last] = &voices[..] else { panic!("{voices:?}") };
    assert_eq!(voices.len(), list_voices(&[]).len() + 2);
    assert_eq!(
        (last.id.as_str(), last.kind, last.lang),
        ("piper:piper-shaped", VoiceKind::Piper, Lang::En)
    );
    assert_eq!(last.name, "Tones (en_US)");
    assert_eq!(
        (mandarin.id.as_str(), mandarin.kind, mandarin.lang, mandarin.language.as_str()),
        ("piper:pinyin-shaped", VoiceKind::Piper, Lang::Zh, "zh")
    );
}

#[test]
fn a_line_is_spoken_by_the_piper_voice_with_moving_lips() {
    let Some(speaker) = speaking_piper() else { return };
    let sound = speaker.render("Hello there, my friend. I missed you!", Lang::En, None).unwrap();
    assert_eq!(sound.rate, 22_050);
    assert!((2.0..8.0).contains(&seconds(&sound)), "{} s", seconds(&sound));
    assert!((-27.0..-15.0).contains(&loudness(&sound)), "{} dBFS", loudness(&sound));
    check_track(&sound.visemes, (seconds(&sound) * 1000.0) as u32);
    // A voice that is loaded is not loaded again, only set anew.
    speaker.set_voice(&VoiceChoice { rate: 2.0, ..piper() }).unwrap();
    let fast = speaker.render("Hello there, my friend. I missed you!", Lang::En, None).unwrap();
    assert!(seconds(&fast) < seconds(&sound) * 0.8);
    for text in ["", "!!!", "😀"] {
        assert!(speaker.render(text, Lang::En, None).unwrap().pcm.is_empty());
    }
}

#[test]
fn other_languages_stay_with_the_embedded_voices() {
    let Some(speaker) = speaking_piper() else { return };
    let japanese = speaker.render("今日は雨です", Lang::Ja, None).unwrap();
    assert!(pitch(&japanese) > 160.0);
    let mixed = speaker.render("She said ありがとう to me", Lang::En, None).unwrap();
    assert!(seconds(&mixed) > seconds(&japanese));
    let problem = speaker.choose(Lang::Ja, &piper()).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Invalid, "{problem}");
}

fn mandarin() -> VoiceChoice {
    VoiceChoice { voice: "piper:pinyin-shaped".into(), rate: 1.0, pitch: 0.0 }
}

/// A speaker whose Chinese voice is the Mandarin fixture; `None` where ONNX Runtime is not here.
fn speaking_mandarin() -> Option<Speaker> {
    let speaker = speaking_piper()?;
    speaker.set_voice(&mandarin()).expect("the other fixture loads");
    Some(speaker)
}

/// Length of a sound of the fixtures in frames of 256 samples at 22,050 Hz, without its pauses.
fn frames(sound: &Rendered, pauses_ms: usize) -> usize {
    let samples = sound.pcm.len() - 22_050 * pauses_ms / 1000;
    assert_eq!(samples % 256, 0, "{samples} samples");
    samples / 256
}

#[test]
fn a_chinese_line_is_spoken_by_the_mandarin_voice_in_its_own_phonemes() {
    let Some(speaker) = speaking_mandarin() else { return };
    // 3 frames for the beginning, the end, a pad and a mark, 4 for an initial, 9 for a final, 6 for a tone, 7 for the neutral one.
    let mother = speaker.render("妈妈。", Lang::Zh, None).unwrap();
    assert_eq!(mother.rate, 22_050);
    assert_eq!(frames(&mother, 160), 3 + (4 + 9 + 6 + 3) + (4 + 9 + 7 + 3) + (3 + 3) + 3);
    let got: Vec<_> = mother.visemes.iter().map(|v| (v.at_ms, v.shape)).collect();
    // Frames of 11.6 ms. The lips meet for 46 ms and are shown for 50.
    let expected = [(84, A), (290, Closed), (340, A), (557, Closed)];
    assert_eq!(got.len(), expected.len(), "{got:?}");
    for ((at, shape), (expected_at, expected_shape)) in got.into_iter().zip(expected) {
        assert_eq!(shape, expected_shape);
        assert!(at.abs_diff(expected_at) <= 1, "{at} for {expected_at}");
    }

    // Two sentences are spoken one after the other: two beginnings, two ends, a pause between.
    let two = speaker.render("好。走！", Lang::Zh, None).unwrap();
    assert_eq!(frames(&two, 280 + 160), 2 * (3 + 4 + 9 + 6 + 3 + 3 + 3 + 3));
    // Numbers are words before they are syllables: 我有三个苹果 has six.
    let apples = speaker.render("我有 3 个苹果", Lang::Zh, None).unwrap();
    assert_eq!(frames(&apples, 160), 3 + 6 * (4 + 9 + 6 + 3) + 3);

    let line = "我觉得今天的天气非常好，我们一起出去走走，怎么样？";
    let sound = speaker.render(line, Lang::Zh, None).unwrap();
    assert!((-27.0..-15.0).contains(&loudness(&sound)), "{} dBFS", loudness(&sound));
    check_track(&sound.visemes, (seconds(&sound) * 1000.0) as u32);
    for shape in [A, I, U, E, O, Closed] {
        assert!(sound.visemes.iter().any(|viseme| viseme.shape == shape), "{shape:?}");
    }
    for text in ["", "。。。", "😀"] {
        assert!(speaker.render(text, Lang::Zh, None).unwrap().pcm.is_empty());
    }
}

#[test]
fn a_line_of_two_languages_goes_to_both_voices() {
    let Some(speaker) = speaking_mandarin() else { return };
    let chinese = speaker.render("我喜欢。", Lang::Zh, None).unwrap();
    let mixed = speaker.render("我喜欢 chocolate 。", Lang::Zh, None).unwrap();
    let english = speaker.render("chocolate.", Lang::En, None).unwrap();
    assert!(seconds(&mixed) > seconds(&english) && seconds(&mixed) > seconds(&chinese));
    check_track(&mixed.visemes, (seconds(&mixed) * 1000.0) as u32);
    // Japanese stays with its own voice, and so does a Chinese word in an English line with this one.
    let japanese = speaker.render("今日は雨です", Lang::Ja, None).unwrap();
    assert!(pitch(&japanese) > 160.0);
    let within = speaker.render("She said 你好 to me.", Lang::En, None).unwrap();
    let without = speaker.render("She said to me.", Lang::En, None).unwrap();
    assert!(seconds(&within) > seconds(&without) + 0.4);
    let problem = speaker.choose(Lang::En, &mandarin()).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Invalid, "{problem}");
}

#[test]
fn a_voice_of_another_rate_shares_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let config = std::fs::read_to_string(fixtures().join("piper-shaped.onnx.json")).unwrap();
    std::fs::write(folder.path().join("low.onnx.json"), config.replace("22050", "16000")).unwrap();
    std::fs::copy(fixtures().join("piper-shaped.onnx"), folder.path().join("low.onnx")).unwrap();
    let options = Options { voice_dirs: vec![folder.path().into()], ..Options::checkout() };
    let speaker = Speaker::open(options).unwrap();
    let low = VoiceChoice { voice: "piper:low".into(), ..piper() };
    let Ok(()) = speaker.set_voice(&low) else {
        assert!(speaking_piper().is_none(), "one voice loads and its copy does not");
        return;
    };
    let sound = speaker.render("We say ありがとう here", Lang::En, None).unwrap();
    assert_eq!(sound.rate, 16_000);
    check_track(&sound.visemes, (seconds(&sound) * 1000.0) as u32);
}

#[test]
fn a_missing_or_foreign_onnx_runtime_is_an_ordinary_error() {
    // A process finds ONNX Runtime once, so each wrong path gets a process of its own: this test again, as a child.
    const EXPECTED: &str = "HANASHI_TEST_EXPECTED_KIND";
    if let Ok(expected) = std::env::var(EXPECTED) {
        let problem = with_fixture().set_voice(&piper()).unwrap_err();
        assert_eq!(format!("{:?}", problem.kind), expected, "{problem}");
        assert!(problem.remedy.contains("fetch.sh"), "{problem}");
        return;
    }
    let empty = tempfile::tempdir().unwrap();
    let text = empty.path().join("text.so");
    std::fs::write(&text, "not a library").unwrap();
    for (path, expected) in [
        ("/nowhere/libonnxruntime.so".to_owned(), "Missing"),
        (empty.path().display().to_string(), "Missing"),
        (text.display().to_string(), "Unsupported"),
    ] {
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_missing_or_foreign_onnx_runtime_is_an_ordinary_error"])
            .env("HANASHI_ONNXRUNTIME", &path)
            .env(EXPECTED, expected)
            .status()
            .unwrap();
        assert!(status.success(), "with {path}");
    }
}
