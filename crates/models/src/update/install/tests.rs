//! Real files in folders of their own; shell scripts are the programs.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minisign::KeyPair;

use super::*;

const NEW: &str = "Hanashi_9.1.0_amd64.AppImage";
const HERE: &str = "0.1.0";

/// A program in place, a newer one that was fetched, and the key that signed it.
struct Bench {
    folder: tempfile::TempDir,
    channel: Channel,
    pair: KeyPair,
}

impl Bench {
    fn new() -> Self {
        let pair = KeyPair::generate_unencrypted_keypair().unwrap();
        let public = pair.pk.to_box().unwrap().into_string();
        let channel =
            Channel::of_build(Some("https://u.example/latest.json"), Some(&public)).unwrap();
        let bench = Self { folder: tempfile::tempdir().unwrap(), channel: channel.unwrap(), pair };
        std::fs::create_dir(bench.updates()).unwrap();
        std::fs::create_dir(bench.path("apps")).unwrap();
        bench.script(&bench.program(), "old");
        std::fs::set_permissions(bench.program(), PermissionsExt::from_mode(0o755)).unwrap();
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn updates(&self) -> PathBuf {
        self.path("updates")
    }

    fn program(&self) -> PathBuf {
        self.path("apps/Hanashi.AppImage")
    }

    /// A program that notes that it ran, under a name.
    fn text(&self, name: &str, then: &str) -> String {
        format!("#!/bin/sh\necho {name} >> '{}'\n{then}\n", self.path("ran").display())
    }

    fn script(&self, path: &Path, name: &str) {
        std::fs::write(path, self.text(name, "")).unwrap();
    }

    /// As if that version had been fetched.
    fn fetch(&self, content: &str, name: &str, version: &str) -> Fetched {
        let comment = format!("timestamp:1\tfile:{name}");
        let (public, secret) = (&self.pair.pk, &self.pair.sk);
        let signed =
            minisign::sign(Some(public), secret, content.as_bytes(), Some(&comment), None).unwrap();
        let path = self.updates().join(name);
        std::fs::write(&path, content).unwrap();
        let version = Version::parse(version).unwrap();
        let signature = BASE64_STANDARD.encode(signed.into_string());
        let signed = Signed { file: name, version: &version, signature: &signature };
        let mut file = File::open(&path).unwrap();
        let (size, sha256) =
            examine(&self.channel.key, &signed, &mut file, &path, &mut |_| Ok(())).unwrap();
        let fetched = Fetched::new(&signed, size, sha256);
        fetched.write(&self.updates()).unwrap();
        Fetched::read(&self.updates(), HERE).unwrap()
    }

    /// A new version that says that it has started, as the window does, and then ends as told.
    fn one_that_starts(&self, then: &str) -> String {
        let record = self.updates().join(INSTALLED);
        let started = format!("sed -i 's/state = .*/state = \"started\"/' '{}'", record.display());
        self.text("new", &format!("{started}\n{then}"))
    }

    /// What ran, in order. The last one may take a moment.
    fn ran(&self, count: usize) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let text = std::fs::read_to_string(self.path("ran")).unwrap_or_default();
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            if lines.len() >= count || begun.elapsed() > Duration::from_secs(20) {
                return lines;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn beside(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.path("apps")).unwrap();
        let mut names: Vec<String> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

const LONG: Duration = Duration::from_secs(20);

#[test]
fn a_program_is_replaced_restarted_and_the_one_before_kept_until_a_person_says() {
    let bench = Bench::new();
    let (folder, program) = (bench.updates(), bench.program());
    let content = bench.one_that_starts("exec sleep 1");
    let fetched = bench.fetch(&content, NEW, "9.1.0");
    let record = fetched.replace(&bench.channel, &folder, &program, HERE).unwrap();
    assert_eq!(std::fs::read_to_string(&program).unwrap(), content);
    assert_eq!(program.metadata().unwrap().permissions().mode() & 0o777, 0o755);
    assert_eq!(bench.beside(), ["Hanashi.AppImage", "Hanashi.AppImage.previous"]);
    assert_eq!(Installed::read(&folder), Some(record.clone()));
    assert_eq!(record.watch(&folder, LONG).unwrap(), Start::Started);
    assert_eq!(bench.ran(1), ["new"]);

    // Back again.
    let record = Installed::read(&folder).unwrap();
    assert_eq!(record.state, State::Started);
    record.undo(&folder).unwrap();
    assert_eq!(std::fs::read_to_string(&program).unwrap(), bench.text("old", ""));
    assert_eq!(bench.beside(), ["Hanashi.AppImage"]);
    Installed::started(&folder, HERE).unwrap();
    assert_eq!(Installed::read(&folder), None);

    // And for good.
    let record = fetched.replace(&bench.channel, &folder, &program, HERE).unwrap();
    Installed::started(&folder, "9.1.0").unwrap();
    assert_eq!(Installed::read(&folder).unwrap().state, State::Started);
    record.keep(&folder).unwrap();
    assert_eq!(bench.beside(), ["Hanashi.AppImage"]);
    assert_eq!(Installed::read(&folder), None);
}

#[test]
fn one_that_does_not_start_is_taken_back_and_the_old_one_started() {
    for (name, content) in [
        ("it ends badly", None),
        ("it cannot be started", Some("\u{7f}ELF, or rather not".to_owned())),
    ] {
        let bench = Bench::new();
        let (folder, program) = (bench.updates(), bench.program());
        let fails = content.is_none();
        let content = content.unwrap_or_else(|| bench.text("new", "exit 3"));
        let fetched = bench.fetch(&content, NEW, "9.1.0");
        let record = fetched.replace(&bench.channel, &folder, &program, HERE).unwrap();
        assert_eq!(record.watch(&folder, LONG).unwrap(), Start::PutBack, "{name}");
        assert_eq!(std::fs::read_to_string(&program).unwrap(), bench.text("old", ""), "{name}");
        let wanted: &[&str] = if fails { &["new", "old"] } else { &["old"] };
        assert_eq!(bench.ran(wanted.len()), wanted, "{name}");
        assert_eq!(Installed::read(&folder).unwrap().state, State::Failed, "{name}");
        assert_eq!(bench.beside(), ["Hanashi.AppImage"], "{name}");
    }
}

#[test]
fn one_that_ends_well_without_having_shown_anything_is_taken_back_and_a_slow_one_is_left() {
    let short = Duration::from_millis(300);
    let bench = Bench::new();
    let fetched = bench.fetch(&bench.text("new", "exit 0"), NEW, "9.1.0");
    let (folder, program) = (bench.updates(), bench.program());
    let record = fetched.replace(&bench.channel, &folder, &program, HERE).unwrap();
    assert_eq!(record.watch(&folder, short).unwrap(), Start::PutBack);

    let bench = Bench::new();
    let content = bench.text("new", "exec sleep 2");
    let fetched = bench.fetch(&content, NEW, "9.1.0");
    let (folder, program) = (bench.updates(), bench.program());
    let record = fetched.replace(&bench.channel, &folder, &program, HERE).unwrap();
    assert_eq!(record.watch(&folder, short).unwrap(), Start::Unclear);
    assert_eq!(std::fs::read_to_string(&program).unwrap(), content);
    assert_eq!(bench.beside(), ["Hanashi.AppImage", "Hanashi.AppImage.previous"]);
}

#[test]
fn what_was_changed_since_it_was_fetched_is_not_used() {
    let bench = Bench::new();
    let (folder, program) = (bench.updates(), bench.program());
    let good = bench.text("new", "");
    let old = std::fs::read_to_string(&program).unwrap();
    let fetched = bench.fetch(&good, NEW, "9.1.0");
    let path = folder.join(NEW);
    let untouched = |why: &str| {
        assert_eq!(std::fs::read_to_string(&program).unwrap(), old, "{why}");
        assert_eq!(bench.beside(), ["Hanashi.AppImage"], "{why}");
        assert_eq!(Installed::read(&folder), None, "{why}");
    };
    for bad in [good.replace("new", "bad"), format!("{good}#"), String::new()] {
        std::fs::write(&path, &bad).unwrap();
        let refused = fetched.replace(&bench.channel, &folder, &program, HERE).unwrap_err();
        assert!(matches!(refused, Error::Unsigned { .. }), "{refused}");
        untouched("its bytes");
        assert!(fetched.checked(&bench.channel, &folder).is_err());
        assert!(!folder.join(CHECKED).join(NEW).exists());
    }
    std::fs::write(&path, &good).unwrap();
    // The record is anybody's word, too.
    let wrong = Fetched { size: 1, ..fetched.clone() };
    assert!(wrong.replace(&bench.channel, &folder, &program, HERE).is_err());
    let sha256 = format!("sha256:{}", "0".repeat(64)).parse().unwrap();
    let wrong = Fetched { sha256, ..fetched.clone() };
    assert!(wrong.replace(&bench.channel, &folder, &program, HERE).is_err());
    let wrong = Fetched { version: Version::new(9, 9, 9), ..fetched.clone() };
    assert!(wrong.replace(&bench.channel, &folder, &program, HERE).is_err());
    let other = Bench::new().channel;
    assert!(fetched.replace(&other, &folder, &program, HERE).is_err());
    // An older one, rightly signed.
    assert!(fetched.replace(&bench.channel, &folder, &program, "9.1.0").is_err());
    untouched("what is said of it");
    assert!(fetched.replace(&bench.channel, &folder, &program, HERE).is_ok());
}

#[test]
fn a_record_that_points_elsewhere_or_backwards_is_none() {
    let bench = Bench::new();
    let folder = bench.updates();
    let fetched = bench.fetch("content", NEW, "9.1.0");
    assert_eq!(Fetched::read(&folder, HERE), Some(fetched.clone()));
    assert_eq!(Fetched::read(&folder, "9.1.0"), None);
    Fetched { file: "../apps/Hanashi.AppImage".to_owned(), ..fetched.clone() }
        .write(&folder)
        .unwrap();
    assert_eq!(Fetched::read(&folder, HERE), None);
    fetched.write(&folder).unwrap();
    std::fs::remove_file(folder.join(NEW)).unwrap();
    std::os::unix::fs::symlink(bench.program(), folder.join(NEW)).unwrap();
    assert_eq!(Fetched::read(&folder, HERE), None, "a link is no file");
    std::fs::write(folder.join(FETCHED), "rubbish [").unwrap();
    assert_eq!(Fetched::read(&folder, HERE), None);
}

#[test]
fn a_package_is_handed_over_as_a_copy_that_was_checked() {
    let bench = Bench::new();
    let folder = bench.updates();
    let fetched = bench.fetch("package", "Hanashi_9.1.0_amd64.deb", "9.1.0");
    for _again in 0..2 {
        let checked = fetched.checked(&bench.channel, &folder).unwrap();
        assert_eq!(std::fs::read_to_string(&checked.path).unwrap(), "package");
        let place = checked.path.parent().unwrap();
        assert_eq!(place.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[test]
fn where_nothing_can_be_written_a_person_has_to() {
    let bench = Bench::new();
    let program = bench.program();
    assert_eq!(way(NEW, Some(&program)), Way::Replace(program.clone()));
    assert_eq!(bench.beside(), ["Hanashi.AppImage"], "nothing is left of having tried");
    // Nor does it matter what was left of having been cut off in it.
    std::fs::write(bench.path("apps/Hanashi.AppImage.probe"), "").unwrap();
    assert_eq!(way(NEW, Some(&program)), Way::Replace(program.clone()));
    assert_eq!(way(NEW, None), Way::ByHand);
    assert_eq!(way(NEW, Some(Path::new("/proc/Hanashi.AppImage"))), Way::ByHand);
    assert_eq!(way("Hanashi_9.1.0_amd64.deb", None), Way::Open);
    assert_eq!(way("Hanashi_9.1.0_x64-setup.exe", None), Way::ByHand);
    let command = command(Path::new("/home/o'neill/Hanashi_9.1.0_amd64.deb")).unwrap();
    assert_eq!(command, r"sudo apt install '/home/o'\''neill/Hanashi_9.1.0_amd64.deb'");
    // `apt install data/updates/x.deb` would look for a package called `data`.
    let relative = super::command(Path::new("data/updates/x.deb")).unwrap();
    assert!(relative.starts_with("sudo apt install '/"), "{relative}");
}

#[test]
fn an_appimage_counts_only_for_what_runs_in_it() {
    let bench = Bench::new();
    let (file, mounted) = (bench.program(), bench.path("mount"));
    std::fs::create_dir(&mounted).unwrap();
    let exe = mounted.canonicalize().unwrap().join("usr/bin/hanashi-desktop");
    assert_eq!(appimage_of(&file, &mounted, &exe), None, "a folder like any other");
    std::fs::write(mounted.join("AppRun"), "").unwrap();
    assert!(appimage_of(&file, &mounted, &exe).is_some());
    assert_eq!(appimage_of(&file, Path::new("/"), &exe), None);
    // Started from a terminal that is an AppImage.
    assert_eq!(appimage_of(&file, &mounted, Path::new("/usr/bin/hanashi-desktop")), None);
    assert_eq!(appimage_of(&bench.path("gone"), &mounted, &exe), None);
}

#[test]
fn installed_twice_before_it_was_started_the_one_that_runs_is_still_kept() {
    let bench = Bench::new();
    let (folder, program) = (bench.updates(), bench.program());
    let old = std::fs::read_to_string(&program).unwrap();
    let content = bench.text("new", "");
    let fetched = bench.fetch(&content, NEW, "9.1.0");
    for _again in 0..2 {
        let record = fetched.replace(&bench.channel, &folder, &program, HERE).unwrap();
        assert_eq!(std::fs::read_to_string(&program).unwrap(), content);
        assert_eq!(std::fs::read_to_string(&record.previous).unwrap(), old);
    }
    assert_eq!(bench.beside(), ["Hanashi.AppImage", "Hanashi.AppImage.previous"]);

    // And never by two at once.
    let held = alone(&folder).unwrap();
    for refused in [
        fetched.replace(&bench.channel, &folder, &program, HERE).unwrap_err(),
        fetched.checked(&bench.channel, &folder).unwrap_err(),
    ] {
        assert!(matches!(refused, Error::Refused { kind: ProblemKind::Busy, .. }), "{refused}");
    }
    drop(held);
    assert!(fetched.checked(&bench.channel, &folder).is_ok());
}

#[test]
fn where_it_cannot_be_noted_nothing_is_replaced_and_what_failed_is_taken_back_all_the_same() {
    let bench = Bench::new();
    let (folder, program) = (bench.updates(), bench.program());
    let old = std::fs::read_to_string(&program).unwrap();
    let fetched = bench.fetch(&bench.text("new", "exit 3"), NEW, "9.1.0");
    // A folder in its place, as a full disk or one that cannot be written.
    let record = folder.join(INSTALLED);
    let new = beside(&record, ".new");
    std::fs::create_dir(&new).unwrap();
    assert!(fetched.replace(&bench.channel, &folder, &program, HERE).is_err());
    assert_eq!(std::fs::read_to_string(&program).unwrap(), old);
    assert_eq!(bench.beside(), ["Hanashi.AppImage"]);

    std::fs::remove_dir(&new).unwrap();
    let installed = fetched.replace(&bench.channel, &folder, &program, HERE).unwrap();
    std::fs::create_dir(&new).unwrap();
    assert!(installed.watch(&folder, LONG).is_err());
    assert_eq!(bench.ran(2), ["new", "old"]);
    assert_eq!(std::fs::read_to_string(&program).unwrap(), old);
}

#[test]
fn what_lies_beside_by_a_link_of_somebody_else_is_not_written_through() {
    let bench = Bench::new();
    let (folder, program) = (bench.updates(), bench.program());
    let victim = bench.path("victim");
    std::fs::write(&victim, "mine").unwrap();
    for ending in [".previous", ".previous.new", ".new"] {
        std::os::unix::fs::symlink(&victim, beside(&program, ending)).unwrap();
    }
    let fetched = bench.fetch(&bench.text("new", ""), NEW, "9.1.0");
    let record = fetched.replace(&bench.channel, &folder, &program, HERE).unwrap();
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");
    assert!(record.previous.symlink_metadata().unwrap().is_file());
    assert_eq!(bench.beside(), ["Hanashi.AppImage", "Hanashi.AppImage.previous"]);
}

#[test]
fn a_record_of_what_does_not_run_any_more_tells_nothing() {
    let bench = Bench::new();
    let (folder, program) = (bench.updates(), bench.program());
    let of = |state| Installed {
        version: Version::new(9, 1, 0),
        from: Version::new(0, 1, 0),
        program: program.clone(),
        previous: beside(&program, ".previous"),
        state,
    };
    // It did not start then, and was installed by hand since.
    for (state, runs, then) in [
        (State::Failed, "9.1.0", None),
        (State::Failed, HERE, Some(State::Failed)),
        (State::Started, "9.2.0", None),
        (State::Trying, HERE, Some(State::Failed)),
    ] {
        of(state).write(&folder).unwrap();
        Installed::started(&folder, runs).unwrap();
        assert_eq!(Installed::read(&folder).map(|record| record.state), then, "{state:?} {runs}");
    }
    // What no installation leaves: going back would put any file in any place.
    Installed { previous: bench.path("anything"), ..of(State::Started) }.write(&folder).unwrap();
    assert_eq!(Installed::read(&folder), None);
}

#[test]
fn what_it_came_by_goes_once_it_runs() {
    let bench = Bench::new();
    let folder = bench.updates();
    let fetched = bench.fetch("package", "Hanashi_9.1.0_amd64.deb", "9.1.0");
    let copy = fetched.checked(&bench.channel, &folder).unwrap().path;
    tidy(&folder, HERE);
    assert!(copy.is_file(), "the system's installer may be reading it");
    assert_eq!(Fetched::read(&folder, HERE), Some(fetched.clone()));
    tidy(&folder, "9.1.0");
    assert!(!copy.exists() && !folder.join(&fetched.file).exists());
    assert!(!folder.join(FETCHED).exists());
    // Another's word for what is to be removed.
    let outside = Fetched { file: "../apps/Hanashi.AppImage".to_owned(), ..fetched };
    outside.write(&folder).unwrap();
    tidy(&folder, "9.1.0");
    assert!(bench.program().is_file());
}
