//! Real streams over virtual devices: a private PulseAudio with a speaker that can be recorded and a microphone that can be
//! fed. Says so and passes where PulseAudio is not installed. The test runs itself again in an environment that points at
//! that server, because a process must not change its own.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::type_complexity,
    reason = "helpers of a test fail as tests do, and say what was measured"
)]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use audio::{Deck, DeckOptions, DeviceChoice, EventSink, Mic, MicEvent, read_wav, write_wav};
use domain::{LineId, Playback, PlaybackEvent, SpokenPart, TurnId};

/// Set for the inner run.
const INNER: &str = "HANASHI_TEST_VIRTUAL_AUDIO";

/// Ends a child process with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

#[test]
fn a_line_is_heard_a_microphone_hears_and_losing_the_server_is_survived() {
    if let Ok(folder) = std::env::var(INNER) {
        return inner(Path::new(&folder));
    }
    if !["pulseaudio", "parec", "paplay", "pactl"].into_iter().all(installed) {
        println!("skipped: no pulseaudio");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let socket = at("native");
    let script = format!(
        "load-module module-native-protocol-unix socket={} auth-anonymous=1\n\
         load-module module-null-sink sink_name=spk rate=48000 channels=2\n\
         load-module module-null-sink sink_name=micfeed rate=48000 channels=1\n\
         load-module module-remap-source source_name=vmic master=micfeed.monitor\n\
         set-default-sink spk\nset-default-source vmic\n",
        socket.display()
    );
    std::fs::write(at("setup.pa"), script).unwrap();
    std::fs::create_dir(at("state")).unwrap();
    let quiet = || (Stdio::null(), Stdio::null());
    let (out, err) = quiet();
    let _server = Ended(
        Command::new("pulseaudio")
            .args(["-n", "-F"])
            .arg(at("setup.pa"))
            .args(["--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"])
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("PULSE_RUNTIME_PATH", folder.path())
            .env("PULSE_STATE_PATH", at("state"))
            .env("PULSE_COOKIE", at("cookie"))
            .stdout(out)
            .stderr(err)
            .spawn()
            .unwrap(),
    );
    let start = Instant::now();
    while !socket.exists() {
        assert!(start.elapsed() < Duration::from_secs(10), "PulseAudio did not start");
        std::thread::sleep(Duration::from_millis(50));
    }
    let inner = Command::new(std::env::current_exe().unwrap())
        .args(["--nocapture", "--exact"])
        .arg("a_line_is_heard_a_microphone_hears_and_losing_the_server_is_survived")
        .env(INNER, folder.path())
        .env("PULSE_SERVER", format!("unix:{}", socket.display()))
        .env("PULSE_COOKIE", at("cookie"))
        .env("XDG_RUNTIME_DIR", folder.path())
        .status()
        .unwrap();
    assert!(inner.success());
}

fn tone(seconds: f32, rate: u32) -> Vec<f32> {
    (0..(seconds * rate as f32) as usize)
        .map(|i| (std::f32::consts::TAU * 440.0 * i as f32 / rate as f32).sin() * 0.5)
        .collect()
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

/// The loud stretch of a recording.
fn loud(samples: &[f32]) -> &[f32] {
    let first = samples.iter().position(|s| s.abs() > 0.05).unwrap_or(0);
    let last = samples.iter().rposition(|s| s.abs() > 0.05).unwrap_or(0);
    &samples[first..=last.max(first)]
}

fn wait(what: &str, done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(10), "{what} did not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn part(turn: u64, pcm: &[f32], last: bool) -> SpokenPart {
    let line = LineId { turn: TurnId(turn), index: 0 };
    SpokenPart { line, pcm: pcm.into(), rate: 22_050, visemes: Vec::new(), last }
}

fn record(to: &Path) -> Ended {
    let child = Command::new("parec")
        .args(["--latency-msec=20", "-d", "spk.monitor", "--rate=48000", "--channels=1"])
        .arg("--file-format=wav")
        .arg(to)
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(400));
    Ended(child)
}

/// Stops a recording so that its file is complete.
fn stop(mut recorder: Ended) {
    let id = recorder.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    recorder.0.wait().unwrap();
}

fn inner(folder: &Path) {
    let list = audio::devices();
    assert!(list.outputs.iter().any(|device| device.id == "pulseaudio:spk" && device.is_default));
    assert!(list.inputs.iter().any(|device| device.id == "pulseaudio:vmic" && device.is_default));
    assert!(list.inputs.iter().all(|device| !device.id.ends_with(".monitor")));

    let events: Arc<Mutex<Vec<(Instant, PlaybackEvent)>>> = Arc::default();
    let sink = Arc::clone(&events);
    let sink: EventSink = Arc::new(move |event| sink.lock().unwrap().push((Instant::now(), event)));
    let sleep_after = Duration::from_millis(900);
    let deck = Deck::open(DeckOptions { sleep_after, ..DeckOptions::default() }, sink).unwrap();
    let when = |wanted: &dyn Fn(&PlaybackEvent) -> bool| {
        events.lock().unwrap().iter().find(|(_, event)| wanted(event)).map(|(at, _)| *at)
    };

    speaker_plays(folder, &deck, &when);
    a_cut_is_silent_at_once(folder, &deck, &when);
    microphone_hears(folder);
    a_sleeping_speaker_wakes(&deck, &when);

    // The server goes away in the middle of a line; the line still ends, in time, in silence.
    let speech = tone(1.5, 22_050);
    deck.play(part(9, &speech, true));
    deck.finish(TurnId(9));
    wait("the last line", || {
        when(&|e| matches!(e, PlaybackEvent::LineStarted { line, .. } if line.turn.0 == 9))
            .is_some()
    });
    assert!(Command::new("pactl").arg("exit").status().unwrap().success());
    wait("the loss", || when(&|e| matches!(e, PlaybackEvent::DeviceLost(_))).is_some());
    wait("the end without a server", || {
        when(&|e| *e == PlaybackEvent::Drained(TurnId(9))).is_some()
    });
    println!("the server's end was survived");
}

fn speaker_plays(
    folder: &Path,
    deck: &Deck,
    when: &dyn Fn(&dyn Fn(&PlaybackEvent) -> bool) -> Option<Instant>,
) {
    let file = folder.join("played.wav");
    let recorder = record(&file);
    let speech = tone(1.0, 22_050);
    for (index, piece) in speech.chunks(4_410).enumerate() {
        deck.play(part(1, piece, (index + 1) * 4_410 >= speech.len()));
    }
    deck.finish(TurnId(1));
    let drained = |e: &PlaybackEvent| *e == PlaybackEvent::Drained(TurnId(1));
    wait("the end of the line", || when(&drained).is_some());
    let started = when(&|e| matches!(e, PlaybackEvent::LineStarted { .. })).unwrap();
    let took = when(&drained).unwrap().duration_since(started).as_millis();
    std::thread::sleep(Duration::from_millis(300));
    stop(recorder);
    let heard = read_wav(&file).unwrap();
    let heard = loud(&heard.pcm);
    let ms = heard.len() * 1000 / 16_000;
    println!("played 1000 ms; recorded {ms} ms at {:.3} RMS; reported as {took} ms", rms(heard));
    assert!((900..1_400).contains(&ms), "{ms}");
    assert!((rms(heard) - 0.35).abs() < 0.06, "{}", rms(heard));
    assert!((950..1_600).contains(&took), "{took}");
}

fn a_cut_is_silent_at_once(
    folder: &Path,
    deck: &Deck,
    when: &dyn Fn(&dyn Fn(&PlaybackEvent) -> bool) -> Option<Instant>,
) {
    let file = folder.join("cut.wav");
    let recorder = record(&file);
    let speech = tone(0.55, 22_050);
    deck.play(part(2, &speech, false));
    deck.play(part(2, &speech, false));
    wait("the line to cut", || {
        when(&|e| matches!(e, PlaybackEvent::LineStarted { line, .. } if line.turn.0 == 2))
            .is_some()
    });
    std::thread::sleep(Duration::from_millis(300));
    let heard = deck.cut(TurnId(2));
    std::thread::sleep(Duration::from_millis(700));
    stop(recorder);
    let recorded = read_wav(&file).unwrap();
    let ms = loud(&recorded.pcm).len() as i64 * 1000 / 16_000;
    println!("cut after {} ms; recorded {ms} ms", heard.played_ms);
    // What the device had already taken is still heard: its two buffers, and what a busy machine adds.
    assert!((-60..300).contains(&(ms - heard.played_ms as i64)), "{ms} {heard:?}");
}

/// Streams that play, as the server sees them.
fn streams() -> usize {
    let out = Command::new("pactl").args(["list", "short", "sink-inputs"]).output().unwrap();
    String::from_utf8_lossy(&out.stdout).lines().count()
}

fn a_sleeping_speaker_wakes(
    deck: &Deck,
    when: &dyn Fn(&dyn Fn(&PlaybackEvent) -> bool) -> Option<Instant>,
) {
    wait("the sleep", || streams() == 0);
    let start = Instant::now();
    deck.play(part(3, &tone(0.2, 22_050), true));
    deck.finish(TurnId(3));
    let begun = |e: &PlaybackEvent| matches!(e, PlaybackEvent::LineStarted { line, .. } if line.turn.0 == 3);
    wait("the line after the sleep", || when(&begun).is_some());
    assert_eq!(streams(), 1);
    println!("awake after {} ms", when(&begun).unwrap().duration_since(start).as_millis());
    wait("its end", || when(&|e| *e == PlaybackEvent::Drained(TurnId(3))).is_some());
}

fn microphone_hears(folder: &Path) {
    let file = folder.join("said.wav");
    write_wav(&file, &tone(1.0, 16_000), 16_000).unwrap();
    let frames: Arc<Mutex<Vec<f32>>> = Arc::default();
    let keep = Arc::clone(&frames);
    let lost: Arc<Mutex<Vec<MicEvent>>> = Arc::default();
    let report = Arc::clone(&lost);
    let mic = Mic::open(
        DeviceChoice::Default,
        None,
        move |frame| {
            assert_eq!((frame.clean.len(), frame.speech.len()), (Mic::FRAME, Mic::FRAME));
            keep.lock().unwrap().extend_from_slice(frame.clean);
        },
        Arc::new(move |event| report.lock().unwrap().push(event)),
    )
    .unwrap();
    wait("sound from the microphone", || !frames.lock().unwrap().is_empty());
    let said = Command::new("paplay").args(["-d", "micfeed"]).arg(&file).status().unwrap();
    assert!(said.success());
    std::thread::sleep(Duration::from_millis(400));
    assert!(mic.level().peak <= 1.0);
    drop(mic);
    let frames = frames.lock().unwrap();
    let heard = loud(&frames);
    let ms = heard.len() * 1000 / 16_000;
    println!("said 1000 ms; heard {ms} ms at {:.3} RMS", rms(heard));
    assert!((900..1_400).contains(&ms), "{ms}");
    assert!((rms(heard) - 0.35).abs() < 0.06, "{}", rms(heard));
    assert!(lost.lock().unwrap().is_empty());
}
