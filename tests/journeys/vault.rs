//! Encryption at rest, as a person meets it: in the terminal, and in a running app with everything on.

use std::path::{Path, PathBuf};
use std::process::{Command, Output as Answered, Stdio};
use std::time::Duration;

use app::Paths;
use app::api::library::PersonaEntry;
use app::api::{AuthorNote, SettingsPatch, StageState};
use app::housekeeping::encryption::{self, Proof};
use app::{Options, Output};
use journeys::{Journey, root};
use serde_json::Value;

/// Said, noted and handed over in this test, and nowhere else.
const MARK: &str = "Quillonfern";

fn program() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.ancestors().map(|folder| folder.join("hanashi")).find(|file| file.is_file()).expect(
        "`hanashi` is not built: `cargo build --release --workspace` first (`make test` does)",
    )
}

fn hanashi(data: &Path, passphrase: Option<&Path>, step: &[&str]) -> Answered {
    let mut command = Command::new(program());
    command.args(["--json", "--data-dir"]).arg(data).args(step).stdin(Stdio::null());
    command.env("HANASHI_MODELS", "/nonexistent").env_remove("HANASHI_PASSPHRASE_FILE");
    // No keychain: what a person's own session keeps is not this test's business.
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    if let Some(file) = passphrase {
        command.arg("--passphrase-file").arg(file);
    }
    command.output().unwrap()
}

fn json(answered: &Answered) -> Value {
    assert!(answered.status.success(), "{}", String::from_utf8_lossy(&answered.stderr));
    serde_json::from_slice(&answered.stdout).unwrap()
}

/// Files below a folder that hold the mark, in UTF-8 or UTF-16.
fn holding(folder: &Path, mark: &str) -> Vec<PathBuf> {
    let little: Vec<u8> = mark.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = mark.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let needles = [mark.as_bytes().to_vec(), mark.to_lowercase().into_bytes(), little, big];
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let holds =
                |needle: &Vec<u8>| bytes.windows(needle.len()).any(|window| window == needle);
            if needles.iter().any(holds) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The key file is deleted, or changed to say that nothing is encrypted: nothing is begun anew, and no second key is made.
fn without_its_key_file(data: &Path, passphrase: &Path, recover: &[&str]) {
    let key_file = data.join("hanashi-vault.toml");
    std::fs::remove_file(&key_file).unwrap();
    let steps: [&[&str]; 4] = [
        &["talk", "--text", "Hello."],
        &["memory", "search", MARK],
        &["know", "list"],
        &["upkeep", "check", "--mend"],
    ];
    for step in steps {
        let refused = hanashi(data, Some(passphrase), step);
        let told = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success(), "{step:?}");
        assert!(told.contains("hanashi vault recover"), "{step:?}: {told}");
    }
    assert!(!hanashi(data, Some(passphrase), &["vault", "on"]).status.success());
    assert!(!key_file.exists());
    json(&hanashi(data, None, recover));
    // The person takes a change back that somebody else has made up: the key stays.
    let text = std::fs::read_to_string(&key_file).unwrap();
    let changed = text.replace("phase = \"sealed\"", "phase = \"prepared\"");
    assert_ne!(changed, text);
    std::fs::write(&key_file, changed).unwrap();
    assert!(!hanashi(data, Some(passphrase), &["vault", "on"]).status.success());
    encryption::cancel_vault(&Paths::find(Some(data), Path::new("")).unwrap().dirs).unwrap();
    assert_eq!(std::fs::read_to_string(&key_file).unwrap(), text);
    assert_eq!(holding(data, MARK), Vec::<PathBuf>::new());
}

#[test]
fn in_the_terminal_on_locked_unlocked_changed_recovered_and_off() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let write = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (right, wrong) =
        (write("right", "several good words\n"), write("wrong", "several bad words\n"));
    let said = format!("My cat is called {MARK}.");
    // What is named is replaced by a new file: so never a device.
    let wav = home.path().join("reply.wav").display().to_string();
    let talk = ["talk", "--text", &said, "--out", &wav];
    json(&hanashi(&data, None, &talk));
    assert!(!holding(&data, MARK).is_empty(), "plain before");
    let refused = hanashi(&data, None, &["vault", "clean"]);
    assert!(!refused.status.success(), "copies of a plain folder stay");

    let on = json(&hanashi(&data, Some(&right), &["vault", "on", "--delete-old-copies"]));
    let code = on["recovery_code"].as_str().unwrap().to_owned();
    assert_eq!(on["phase"], "on");
    assert_eq!(holding(&data, MARK), Vec::<PathBuf>::new());
    assert_eq!(json(&hanashi(&data, None, &["vault", "status"]))["phase"], "on");

    // Locked: what needs nothing works, the rest says what to do and changes nothing.
    let card = root().join("characters/koto/card.json").display().to_string();
    json(&hanashi(&data, None, &["card", "inspect", &card]));
    json(&hanashi(&data, None, &["models", "list"]));
    json(&hanashi(&data, None, &["upkeep", "usage"]));
    let refused = hanashi(&data, None, &talk);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--passphrase-file"), "{refused:?}");
    for _ in 0..3 {
        let refused = hanashi(&data, Some(&wrong), &talk);
        assert!(!refused.status.success());
        assert!(
            String::from_utf8_lossy(&refused.stderr).contains("not the passphrase"),
            "{refused:?}"
        );
    }
    json(&hanashi(&data, Some(&right), &talk));
    let found = json(&hanashi(&data, Some(&right), &["memory", "search", MARK]));
    assert!(found.to_string().contains(MARK), "{found}");
    assert_eq!(holding(&data, MARK), Vec::<PathBuf>::new());

    // Another passphrase, a forgotten one, and the way back.
    let (new, third) = (write("new", "quite other words"), write("third", "a third of them"));
    let new_file = new.display().to_string();
    json(&hanashi(&data, Some(&right), &["vault", "change", "--new-passphrase-file", &new_file]));
    assert!(!hanashi(&data, Some(&right), &talk).status.success());
    let (code_file, third_file) =
        (write("code", &code.to_lowercase()), third.display().to_string());
    let code_file = code_file.display().to_string();
    let recover =
        ["vault", "recover", "--code-file", &code_file, "--new-passphrase-file", &third_file];
    json(&hanashi(&data, None, &recover));
    json(&hanashi(&data, Some(&third), &talk));
    without_its_key_file(&data, &third, &recover);
    json(&hanashi(&data, Some(&third), &["vault", "off"]));
    assert_eq!(json(&hanashi(&data, None, &["vault", "status"]))["phase"], "off");
    let found = json(&hanashi(&data, None, &["memory", "search", MARK]));
    assert!(found.to_string().contains(MARK), "{found}");
}

#[test]
fn killed_at_any_moment_it_goes_on_where_it_was() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let passphrase = home.path().join("passphrase");
    std::fs::write(&passphrase, "several good words").unwrap();
    let said = format!("My cat is called {MARK}.");
    let wav = home.path().join("reply.wav").display().to_string();
    json(&hanashi(&data, None, &["talk", "--text", &said, "--out", &wav]));
    let mut killed = 0;
    for (round, step) in ["on", "off"].into_iter().cycle().take(10).enumerate() {
        let mut child = Command::new(program())
            .args(["--json", "--data-dir"])
            .arg(&data)
            .arg("--passphrase-file")
            .arg(&passphrase)
            .args(["vault", step])
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From before the passphrase is worked on until after everything is done, on a machine of any speed.
        let start = std::time::Instant::now();
        while start.elapsed() < Duration::from_millis(300 * (round as u64 + 1))
            && child.try_wait().unwrap().is_none()
        {
            std::thread::sleep(Duration::from_millis(1));
        }
        // SIGKILL.
        killed += usize::from(child.try_wait().unwrap().is_none());
        let _ended = child.kill();
        child.wait().unwrap();
        // Whatever it is now: with the passphrase everything is there, and nothing else is asked.
        let found = json(&hanashi(&data, Some(&passphrase), &["memory", "search", MARK]));
        assert!(found.to_string().contains(MARK), "{round}: {found}");
        json(&hanashi(&data, Some(&passphrase), &["upkeep", "check"]));
    }
    println!("{killed} of 10 were killed before their end");
    assert!(killed > 0, "nothing was killed");
}

#[test]
fn with_everything_on_nothing_that_was_said_can_be_read_on_the_disk() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let document = home.path().join("document.txt");
    std::fs::write(
        &document,
        format!("The {MARK} document: the lighthouse was built by three sisters."),
    )
    .unwrap();
    let options = || Options {
        data_dir: Some(data.clone()),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    };
    let dirs = Paths::find(Some(&data), Path::new("")).unwrap().dirs;
    let proof = Proof::passphrase("several good words".to_owned());
    let said = format!("My cat is called {MARK}. What do you think of the name?");

    let live = |journey: &Journey| {
        let app = &journey.app;
        let reply = journey.say(&said).message.unwrap();
        let stage = StageState {
            scene: "room".into(),
            daylight: "day".into(),
            weather: "clear".into(),
            emotion: app::api::EmotionName::Neutral,
        };
        app.save("1", None, MARK, &stage).unwrap();
        app.keep_author_note(false, AuthorNote { text: format!("She likes {MARK}."), depth: 1 })
            .unwrap();
        app.save_persona(PersonaEntry {
            id: String::new(),
            name: "Me".into(),
            description: MARK.into(),
        })
        .unwrap();
        app.change_settings(SettingsPatch {
            user_name: Some(format!("Ann {MARK}")),
            user_description: Some(format!("Has a cat, {MARK}.")),
            ..SettingsPatch::default()
        })
        .unwrap();
        app.mark_reply(&reply.id, &["proactive".into()]).unwrap();
        app.arena_sheet(&[4, 0, 3, 0, 0, 5]).unwrap();
        let character = app.snapshot().unwrap().character;
        app.memory_add(&character, "cat", MARK).unwrap();
        app.add_documents(vec![document.display().to_string()], None).unwrap();
        let start = std::time::Instant::now();
        while app.search_documents("lighthouse sisters", None).unwrap().is_empty() {
            assert!(start.elapsed() < Duration::from_mins(1), "the document is read");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let journey = Journey::start(options());
    live(&journey);
    journey.app.shutdown().unwrap();
    drop(journey);
    assert!(holding(&data, MARK).len() > 3, "plain before: {:?}", holding(&data, MARK));

    encryption::prepare_vault(&dirs, &"several good words".to_owned().into()).unwrap();
    encryption::open_vault(&dirs, &proof, false, &mut |_| true).unwrap();
    encryption::delete_plain_copies(&dirs).unwrap();
    assert_eq!(holding(&data, MARK), Vec::<PathBuf>::new());

    let journey = Journey::start(options());
    assert!(journey.app.snapshot().unwrap().messages.iter().any(|one| one.text.contains(MARK)));
    live(&journey);
    // While it runs, with its journals, and afterwards.
    assert_eq!(holding(&data, MARK), Vec::<PathBuf>::new());
    journey.app.shutdown().unwrap();
    drop(journey);
    assert_eq!(holding(&data, MARK), Vec::<PathBuf>::new());

    encryption::leave_vault(&dirs, &proof).unwrap();
    encryption::open_vault(&dirs, &proof, false, &mut |_| true).unwrap();
    let journey = Journey::start(options());
    assert!(journey.app.snapshot().unwrap().messages.iter().any(|one| one.text.contains(MARK)));
    journey.app.shutdown().unwrap();
}
