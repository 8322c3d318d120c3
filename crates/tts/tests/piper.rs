//! A Piper voice beside the embedded ones. Where ONNX Runtime has not been fetched (`assets/onnxruntime/fetch.sh`), these
//! tests check that the refusal says so.
#![expect(clippy::print_stdout, reason = "a test that could not speak says so")]

mod common;

use common::*;
use domain::{Lang, ProblemKind, VoiceChoice};
use tts::{Options, Speaker, VoiceKind, list_voices};

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
    assert_eq!(voices.len(), list_voices(&[]).len() + 1);
    let last = voices.last().unwrap();
    assert_eq!(
        (last.id.as_str(), last.kind, last.lang),
        ("piper:piper-shaped", VoiceKind::Piper, Lang::En)
    );
    assert_eq!(last.name, "Tones (en_US)");
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
