//! Trainings that are killed, that lose their numbers, or that have nowhere to write.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use domain::Flow;
use tuning::{Error, Event, LastGood, Settings};

use super::{family, lora, losses, quick};

/// Where a child trains; set by the test that starts it.
const CHILD: &str = "HANASHI_TUNING_TEST_CHILD";

fn weights(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("adapter_model.safetensors")).unwrap()
}

/// kill -9 at moments that differ each time, until a child comes to its end: what it ends with is, byte for byte, what a
/// training without kills gives.
#[test]
fn a_training_that_is_killed_again_and_again_ends_as_if_it_had_not_been() {
    let base = family("llama/model.safetensors");
    if let Ok(folder) = std::env::var(CHILD) {
        // The child's part: train, slowly enough to be hit.
        let mut slow = |_: &Event| {
            std::thread::sleep(Duration::from_millis(4));
            Flow::More
        };
        lora(&base, Path::new(&folder), &quick(), true, &mut slow).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    lora(&base, &whole, &quick(), false, &mut |_| Flow::More).unwrap();

    let killed = folder.path().join("killed");
    let mut kills = 0;
    loop {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "kills::a_training_that_is_killed_again_and_again_ends_as_if_it_had_not_been",
                "--exact",
            ])
            .env(CHILD, &killed)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Duration::from_millis(60 + 37 * (kills % 11));
        let begun = std::time::Instant::now();
        let ended = loop {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "a child failed by itself");
                break true;
            }
            // A child that gets nowhere within its time gets more the next time.
            if begun.elapsed() > deadline + Duration::from_millis(15 * kills) {
                child.kill().unwrap();
                child.wait().unwrap();
                break false;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        if ended {
            break;
        }
        kills += 1;
        assert!(kills < 200, "it never comes to its end");
    }
    println!("killed {kills} times");
    assert!(kills > 0, "it was never killed");
    assert_eq!(weights(&whole), weights(&killed));
    assert_eq!(losses(&whole), losses(&killed));
    let left: Vec<String> = fs::read_dir(&killed)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".part") || name.ends_with(".gone"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_person_s_stop_is_a_pause() {
    let base = family("llama/model.safetensors");
    let folder = tempfile::tempdir().unwrap();
    let (whole, paused) = (folder.path().join("whole"), folder.path().join("paused"));
    lora(&base, &whole, &quick(), false, &mut |_| Flow::More).unwrap();
    let mut stop = |event: &Event| {
        if matches!(event, Event::Step { step: 5, .. }) { Flow::Stop } else { Flow::More }
    };
    let summary = lora(&base, &paused, &quick(), false, &mut stop).unwrap();
    assert_eq!((summary.ended, summary.steps), ("stopped", 5));
    let summary = lora(&base, &paused, &quick(), true, &mut |_| Flow::More).unwrap();
    assert_eq!(summary.ended, "finished");
    assert_eq!(weights(&whole), weights(&paused));
}

#[test]
fn a_damaged_checkpoint_is_passed_over_and_the_one_before_taken() {
    let base = family("llama/model.safetensors");
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { keep: 5, max_steps: Some(8), ..quick() };
    lora(&base, folder.path(), &settings, false, &mut |_| Flow::More).unwrap();
    let last = folder.path().join("checkpoint-8/optimizer.safetensors");
    let bytes = fs::read(&last).unwrap();
    fs::write(&last, &bytes[..bytes.len() / 2]).unwrap();
    let mut begun = None;
    let mut note = |event: &Event| {
        if let Event::Started { done, .. } = event {
            begun = Some(*done);
        }
        Flow::More
    };
    lora(&base, folder.path(), &settings, true, &mut note).unwrap();
    assert_eq!(begun, Some(6));
}

#[test]
fn weights_that_ran_away_are_not_gone_on_from() {
    let base = family("llama/model.safetensors");
    let folder = tempfile::tempdir().unwrap();
    let warmup = tuning::Warmup::Steps(0);
    let wild =
        Settings { learning_rate: 1e30, max_grad_norm: 0.0, warmup, save_every: 1, ..quick() };
    let error = lora(&base, folder.path(), &wild, false, &mut |_| Flow::More).unwrap_err();
    assert!(error.to_string().contains("no checkpoint yet"), "{error}");
    let sane = Settings { max_steps: Some(4), ..quick() };
    let summary = lora(&base, folder.path(), &sane, true, &mut |_| Flow::More).unwrap();
    assert_eq!(summary.steps, 4);
    // In the last step, which no pass follows, the look at the end tells.
    let last = folder.path().join("last");
    let wild = Settings { max_steps: Some(1), ..wild };
    let error = lora(&base, &last, &wild, false, &mut |_| Flow::More).unwrap_err();
    assert!(matches!(error, Error::NotFinite { step: 1, kept: LastGood(None) }), "{error}");
}

#[test]
fn numbers_that_run_away_end_it_and_leave_the_last_good_checkpoint() {
    let base = family("llama/model.safetensors");
    let folder = tempfile::tempdir().unwrap();
    let sane = Settings { max_steps: Some(4), ..quick() };
    lora(&base, folder.path(), &sane, false, &mut |_| Flow::More).unwrap();
    let before = fs::read(folder.path().join("checkpoint-4/adapter_model.safetensors")).unwrap();
    let wild = Settings {
        learning_rate: 1e30,
        max_grad_norm: 0.0,
        warmup: tuning::Warmup::Steps(0),
        save_every: 0,
        evaluate_every: 1000,
        ..quick()
    };
    let error = lora(&base, folder.path(), &wild, true, &mut |_| Flow::More).unwrap_err();
    assert!(matches!(error, Error::NotFinite { kept: LastGood(Some((4, _))), .. }), "{error}");
    let problem = domain::Problem::from(error);
    assert!(problem.remedy.contains("of the learning rate"), "{problem}");
    let after = fs::read(folder.path().join("checkpoint-4/adapter_model.safetensors")).unwrap();
    assert_eq!(before, after);
}

#[test]
fn an_earlier_training_is_neither_overwritten_nor_mixed_with_another() {
    let base = family("llama/model.safetensors");
    let folder = tempfile::tempdir().unwrap();
    let short = Settings { max_steps: Some(2), ..quick() };
    lora(&base, folder.path(), &short, false, &mut |_| Flow::More).unwrap();
    let again = lora(&base, folder.path(), &short, false, &mut |_| Flow::More).unwrap_err();
    assert!(again.to_string().contains("--resume"), "{again}");
    let other = Settings { seed: 1, ..short };
    let other = lora(&base, folder.path(), &other, true, &mut |_| Flow::More).unwrap_err();
    assert!(other.to_string().contains("another dataset"), "{other}");
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let base = family("llama/model.safetensors");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    fs::write(&file, "not a folder").unwrap();
    let error = lora(&base, &file.join("out"), &quick(), false, &mut |_| Flow::More).unwrap_err();
    let problem = domain::Problem::from(error);
    assert_eq!(problem.kind, domain::ProblemKind::Disk);
    assert!(problem.message.contains("a file"), "{problem}");
}
