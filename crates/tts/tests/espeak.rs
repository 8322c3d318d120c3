//! The voice that comes with the app: sound, lips, order, cancellation, bad input.

mod common;

use std::time::{Duration, Instant};

use common::*;
use domain::{Cancel, Cue, Emotion, Lang, MouthShape, ProblemKind, Show, Voice, VoiceChoice};
use tts::{Options, Speaker, VoiceKind, list_voices};

fn choice(voice: &str) -> VoiceChoice {
    VoiceChoice { voice: voice.into(), rate: 1.0, pitch: 0.0 }
}

#[test]
fn three_languages_are_spoken_at_an_even_loudness_with_moving_lips() {
    let speaker = speaker();
    for (text, lang, at_least, at_most) in [
        ("Good morning! Did you sleep well? I made some tea.", Lang::En, 2.0, 5.0),
        ("你好，今天天气怎么样？我很想你。", Lang::Zh, 2.0, 5.5),
        ("今日は雨です。傘を持って行ってね。", Lang::Ja, 1.8, 5.0),
        ("She said 你好 and ありがとう to me.", Lang::En, 1.5, 5.0),
    ] {
        let sound = speaker.render(text, lang, None).unwrap();
        let length = seconds(&sound);
        assert!((at_least..at_most).contains(&length), "{text}: {length} s");
        let loudness = loudness(&sound);
        assert!((-25.0..-17.0).contains(&loudness), "{text}: {loudness} dBFS");
        assert!(peak(&sound) < 1.0, "{text} clips");
        check_track(&sound.visemes, (length * 1000.0) as u32);
        let shapes: std::collections::HashSet<_> = sound.visemes.iter().map(|v| v.shape).collect();
        assert!(shapes.len() >= 4, "{text}: {shapes:?}");
    }
}

#[test]
fn lips_meet_for_m_and_open_for_a() {
    let sound = speaker().render("Mama.", Lang::En, None).unwrap();
    let shapes: Vec<_> = sound.visemes.iter().map(|v| v.shape).collect();
    let vowels = shapes.iter().filter(|&&s| s == MouthShape::A).count();
    let closures = shapes.iter().filter(|&&s| s == MouthShape::Closed).count();
    assert!(vowels >= 2 && closures >= 2, "{:?}", sound.visemes);
}

#[test]
fn every_listed_voice_speaks() {
    let speaker = speaker();
    let mut count = 0;
    // Those of other languages have a test of their own: these words are not theirs.
    let ours = |entry: &tts::VoiceEntry| entry.language == entry.lang.code();
    for entry in list_voices(&[]).into_iter().filter(ours) {
        assert_eq!(entry.kind, VoiceKind::Espeak);
        let text = match entry.lang {
            Lang::En => "I missed you today.",
            Lang::Zh => "我今天很想你。",
            Lang::Ja => "会いたかったよ。",
        };
        let sound = speaker.render(text, entry.lang, Some(&choice(&entry.id))).unwrap();
        let loudness = loudness(&sound);
        assert!((-25.0..-17.0).contains(&loudness), "{}: {loudness} dBFS", entry.id);
        let pitch = pitch(&sound);
        let expected = if entry.id.contains("+f") { 160.0..300.0 } else { 70.0..150.0 };
        assert!(expected.contains(&pitch), "{}: {pitch} Hz", entry.id);
        count += 1;
    }
    assert_eq!(count, 8);
}

#[test]
fn a_feeling_is_heard() {
    let speaker = speaker();
    let felt = |feeling| {
        let mut line = line(0, "I walked along the river all alone this morning.", Lang::En);
        line.cues.push(Cue { at: 0, show: Show::Feeling(feeling) });
        let next = common::line(1, "Nobody else was there.", Lang::En);
        let one = speaker.render_lines(&[line.clone()], None).unwrap();
        let both = speaker.render_lines(&[line, next], None).unwrap();
        check_track(&both.visemes, (seconds(&both) * 1000.0) as u32);
        (pitch(&one), seconds(&one), seconds(&both) - seconds(&one))
    };
    let (glad, sad) = (felt(Emotion::Joy), felt(Emotion::Sad));
    assert!(glad.0 > sad.0 * 1.05, "{glad:?} against {sad:?}");
    assert!(glad.1 * 1.08 < sad.1, "{glad:?} against {sad:?}");
    assert!(glad.2 * 1.08 < sad.2, "it lasts: {glad:?} against {sad:?}");
}

#[test]
fn what_is_said_again_sounds_the_same() {
    let speaker = speaker();
    let say = |text, choice| speaker.render(text, Lang::En, choice).unwrap();
    let text = "Say that again, please.";
    let first = say(text, None);
    assert_eq!(first, say(text, None));
    assert_ne!(first.pcm.len(), say("Say that again.", None).pcm.len());
    let slow = VoiceChoice { rate: 0.5, ..choice("espeak:en-gb+f3") };
    assert!(seconds(&say(text, Some(&slow))) > seconds(&first) * 1.5, "another manner");
    assert_eq!(first, say(text, None));
    speaker.keep_nothing();
    assert!((seconds(&say(text, None)) - seconds(&first)).abs() < 0.05);
}

#[test]
fn a_line_that_cannot_be_read_keeps_no_other_from_being_said() {
    let speaker = speaker();
    let korean = line(1, "안녕하세요, 반갑습니다", Lang::En);
    let lines = [line(0, "Hello there.", Lang::En), korean.clone(), line(2, "Bye.", Lang::En)];
    let all = speaker.render_lines(&lines, None).unwrap();
    let hello = speaker.render_lines(&lines[..1], None).unwrap();
    assert!(seconds(&all) > seconds(&hello) + 0.2, "it goes on behind it");
    let problem = speaker.render_lines(&[korean], None).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Unsupported, "{problem}");
}

#[test]
fn lines_are_spoken_in_order_and_their_parts_are_small() {
    let speaker = speaker();
    let (sink, parts) = channel(64);
    speaker.speak(line(0, "First of all, hello there my dear.", Lang::En), sink, Cancel::new());
    let (next, next_parts) = channel(64);
    speaker.speak(line(1, "And then some more.", Lang::En), next, Cancel::new());
    let mut index = 0;
    loop {
        let part = parts.recv_timeout(PATIENCE).unwrap().unwrap();
        assert_eq!(part.line.index, 0);
        let ms = part.pcm.len() as u32 * 1000 / part.rate;
        if part.last {
            break;
        }
        assert!((90..=250).contains(&ms), "part {index} of {ms} ms");
        index += 1;
    }
    assert!(index >= 4);
    let part = next_parts.recv_timeout(PATIENCE).unwrap().unwrap();
    assert_eq!(part.line.index, 1);
}

#[test]
fn nothing_to_say_is_one_empty_last_part() {
    let speaker = speaker();
    for text in ["", " ", "!!!", "...", "😀😀", "—", "*", "\u{0}\u{7}", "？", "♪～"] {
        for lang in [Lang::En, Lang::Zh, Lang::Ja] {
            let (sink, parts) = channel(4);
            speaker.speak(line(3, text, lang), sink, Cancel::new());
            let part = parts.recv_timeout(PATIENCE).unwrap().unwrap();
            assert!(part.last && part.pcm.is_empty() && part.visemes.is_empty(), "{text:?}");
            assert!(parts.recv_timeout(PATIENCE).is_err(), "{text:?}: a part after the last");
        }
    }
}

#[test]
fn cancelling_stops_the_line_and_leaves_the_next_one_whole() {
    let speaker = speaker();
    let next = "That is all I wanted to say.";
    let clean = speaker.render(next, Lang::En, None).unwrap();
    let cancel = Cancel::new();
    let (sink, parts) = channel(1);
    let long = "This is a sentence that goes on for a while, because it has to. ".repeat(40);
    speaker.speak(line(0, &long, Lang::En), sink, cancel.clone());
    assert!(!parts.recv_timeout(PATIENCE).unwrap().unwrap().last);
    cancel.cancel();
    let rest: Vec<_> = parts.iter().collect();
    assert!(rest.len() <= 3, "{} parts came after the cancellation", rest.len());
    assert!(rest.iter().all(|part| part.as_ref().is_ok_and(|part| !part.last)));
    // The noise in the voice differs each time, and with it times by a few samples; the phonemes do not.
    let again = speaker.render(next, Lang::En, None).unwrap();
    assert_eq!(again.visemes.len(), clean.visemes.len());
    for (again, clean) in again.visemes.iter().zip(&clean.visemes) {
        assert_eq!(again.shape, clean.shape);
        assert!(again.at_ms.abs_diff(clean.at_ms) <= 10, "{again:?} {clean:?}");
    }
}

#[test]
fn a_dropped_receiver_stops_the_line() {
    let speaker = speaker();
    let (sink, parts) = channel(1);
    speaker.speak(line(0, &"Word after word. ".repeat(300), Lang::En), sink, Cancel::new());
    parts.recv_timeout(PATIENCE).unwrap().unwrap();
    drop(parts);
    let started = Instant::now();
    speaker.render("Done.", Lang::En, None).unwrap();
    assert!(started.elapsed() < PATIENCE);
}

#[test]
fn a_line_of_five_thousand_characters_is_spoken_in_small_parts() {
    let speaker = speaker();
    for text in
        ["a".repeat(5000), "We walked along the river, and ".repeat(160), "今日は雨".repeat(1250)]
    {
        let lang = if text.is_ascii() { Lang::En } else { Lang::Ja };
        let sound = speaker.render(&text, lang, None).unwrap();
        let length = seconds(&sound);
        assert!((20.0..1500.0).contains(&length), "{length} s");
    }
}

#[test]
fn rate_and_pitch_are_heard() {
    let speaker = speaker();
    let text = "I missed you today, you know.";
    let say = |rate, pitch| {
        let choice = VoiceChoice { voice: "espeak:en-gb+f3".into(), rate, pitch };
        speaker.render(text, Lang::En, Some(&choice)).unwrap()
    };
    let plain = say(1.0, 0.0);
    assert!(seconds(&say(1.5, 0.0)) < seconds(&plain) * 0.8);
    assert!(seconds(&say(0.7, 0.0)) > seconds(&plain) * 1.2);
    assert!(pitch(&say(1.0, 0.8)) > pitch(&plain) * 1.1);
    assert!(pitch(&say(1.0, -0.8)) < pitch(&plain) * 0.9);
    assert!((seconds(&say(f32::NAN, f32::NAN)) - seconds(&plain)).abs() < 0.05);
}

#[test]
fn a_voice_is_changed_between_lines_and_takes_its_timbre_along() {
    let speaker = speaker();
    let hertz = |lang| {
        let text = if lang == Lang::En { "I missed you today." } else { "我今天很想你." };
        pitch(&speaker.render(text, lang, None).unwrap())
    };
    assert!(hertz(Lang::En) > 160.0 && hertz(Lang::Zh) > 160.0);
    speaker.set_voice(&choice("espeak:en-gb+m3")).unwrap();
    assert!(hertz(Lang::En) < 150.0 && hertz(Lang::Zh) < 150.0);
    speaker.choose(Lang::Zh, &choice("espeak:cmn+f3")).unwrap();
    assert!(hertz(Lang::En) < 150.0 && hertz(Lang::Zh) > 160.0);
}

#[test]
fn a_voice_that_is_not_there_is_refused_and_the_old_one_stays() {
    let speaker = speaker();
    let before = speaker.render("Hello.", Lang::En, None).unwrap();
    for id in [
        "espeak:klingon",
        "espeak:en-gb+nobody",
        "espeak:../../etc/passwd",
        "espeak:",
        "piper:none",
        "piper:../x",
        "x",
    ] {
        let problem = speaker.set_voice(&choice(id)).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Invalid, "{id}: {problem}");
    }
    let wrong = speaker.choose(Lang::Ja, &choice("espeak:en-gb+f3")).unwrap_err();
    assert_eq!(wrong.kind, ProblemKind::Invalid);
    let after = speaker.render("Hello.", Lang::En, None).unwrap();
    assert!((seconds(&after) - seconds(&before)).abs() < 0.05 && pitch(&after) > 160.0);
}

#[test]
fn missing_data_says_what_to_do() {
    // The engine is started once a process; the dictionaries are looked up anew by each speaker, and found in the checkout.
    let speaker = Speaker::open(Options::new("/nowhere")).unwrap();
    assert!(seconds(&speaker.render("今日は雨です", Lang::Ja, None).unwrap()) > 0.5);
}

#[test]
fn the_first_part_comes_at_once() {
    let speaker = speaker();
    speaker.render("Warm.", Lang::En, None).unwrap();
    let mut waits: Vec<Duration> = (0..9)
        .map(|_| {
            let (sink, parts) = channel(64);
            let started = Instant::now();
            let text = "I thought about what you said to me last night.";
            speaker.speak(line(0, text, Lang::En), sink, Cancel::new());
            parts.recv_timeout(PATIENCE).unwrap().unwrap();
            started.elapsed()
        })
        .collect();
    waits.sort();
    println!("first part of a ten-word clause: median {:?}, worst {:?}", waits[4], waits[8]);
    assert!(waits[4] < Duration::from_secs(5), "median {:?}", waits[4]);
}

#[test]
fn a_line_in_a_script_that_no_voice_reads_says_so_and_the_next_is_spoken() {
    let speaker = speaker();
    let (sink, parts) = channel(64);
    speaker.speak(line(0, "Привет, как дела?", Lang::En), sink, Cancel::new());
    let problem = parts.recv_timeout(PATIENCE).unwrap().unwrap_err();
    assert!(problem.message.contains("Cyrillic"), "{problem}");
    let (sink, parts) = channel(64);
    speaker.speak(line(1, "Hello there.", Lang::En), sink, Cancel::new());
    assert!(!parts.recv_timeout(PATIENCE).unwrap().unwrap().pcm.is_empty());
}

#[test]
fn signs_are_spoken_as_long_as_their_words() {
    let speaker = speaker();
    for (signs, words, lang) in [
        (
            "It costs $3.50 at 10:30 pm.",
            "It costs three dollars and fifty cents at ten thirty p m.",
            Lang::En,
        ),
        ("我跑了5km。", "我跑了五公里。", Lang::Zh),
        ("3本で100円です。", "さんぼんでひゃくえんです。", Lang::Ja),
    ] {
        // Samples differ a little each time: espeak-ng draws the noise of its consonants.
        let [said, wanted] = [signs, words].map(|text| {
            let sound = speaker.render(text, lang, None).unwrap();
            (sound.pcm.len(), sound.visemes.iter().map(|viseme| viseme.shape).collect::<Vec<_>>())
        });
        assert_eq!(said, wanted, "{signs}");
    }
}

#[test]
fn a_guest_speaks_with_a_voice_of_their_own() {
    let speaker = speaker();
    let haru = domain::CharacterId::from("haru");
    assert!(speaker.of(&haru).is_none(), "nobody has been invited");
    speaker.set_voice(&choice("espeak:en-gb+f3")).unwrap();
    speaker.set_guests(&[(haru.clone(), choice("espeak:en-gb+m3"))]).unwrap();
    let spoken = |voice: &dyn Voice| {
        let (sink, parts) = channel(64);
        voice.speak(line(0, "I missed you today.", Lang::En), sink, Cancel::new());
        let mut sound = tts::Rendered::default();
        loop {
            let part = parts.recv_timeout(PATIENCE).unwrap().unwrap();
            sound.rate = part.rate;
            sound.pcm.extend_from_slice(&part.pcm);
            if part.last {
                return pitch(&sound);
            }
        }
    };
    let guest = speaker.of(&haru).unwrap();
    assert!((70.0..150.0).contains(&spoken(&*guest)), "the guest's");
    assert!((160.0..300.0).contains(&spoken(&speaker)), "hers is as it was");
    let wrong = speaker.set_guests(&[(haru.clone(), choice("espeak:nobody"))]).unwrap_err();
    assert_eq!(wrong.kind, ProblemKind::Invalid);
    assert!(speaker.of(&haru).is_none());
    // Whoever holds a voice does not keep the thread.
    drop(speaker);
    let (sink, parts) = channel(4);
    guest.speak(line(1, "Too late.", Lang::En), sink, Cancel::new());
    assert!(parts.recv_timeout(PATIENCE).unwrap().is_err());
}

#[test]
fn other_languages_are_spoken_with_nothing_downloaded() {
    let speaker = speaker();
    let mut spoken = std::collections::BTreeMap::new();
    for voice in speaker.voices().into_iter().filter(|voice| voice.id.starts_with("espeak:")) {
        let sound = speaker.render("1, 2, 3.", voice.lang, Some(&choice(&voice.id))).unwrap();
        assert!(sound.pcm.len() as u32 > sound.rate / 2, "{}", voice.id);
        assert!(sound.pcm.iter().any(|sample| sample.abs() > 0.05), "{}", voice.id);
        spoken.insert(voice.language, sound.pcm.len());
    }
    assert!(spoken.len() >= 17, "{spoken:?}");
    // Letters of their own are spoken where the voice has them, and refused where it has not.
    let russian = choice("espeak:ru+f3");
    let said = speaker.render("Привет, как дела?", Lang::En, Some(&russian)).unwrap();
    assert!(said.pcm.len() as u32 > said.rate / 2);
    assert!(speaker.render("Привет, как дела?", Lang::En, None).is_err());
}
