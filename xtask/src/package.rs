//! `cargo xtask package`: the .deb, and a look inside it.
//!
//! Not part of `ci`: it takes minutes and proves little about a change. It bundles the binaries that `make run` built.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, bail, ensure};

use crate::repo;
use crate::step::Step;

/// What every package must carry; a name ends a path inside it, or is a folder of one.
const CONTENTS: &[&str] = &[
    "usr/bin/hanashi-desktop",
    "usr/bin/hanashi",
    ".png",
    "/espeak-ng-data/",
    "/characters/",
    "/models/",
    "libonnxruntime",
    "/LICENSE",
    "usr/share/applications/Hanashi.desktop",
    "usr/share/doc/hanashi/copyright",
    "usr/share/man/man1/hanashi.1",
    "usr/share/man/man1/hanashi-tune-lora.1",
    "usr/share/mime/packages/hanashi.xml",
    "usr/share/bash-completion/completions/hanashi",
    "usr/share/zsh/site-functions/_hanashi",
    "usr/share/fish/vendor_completions.d/hanashi.fish",
];
/// Where the licences of what is built in lie in it.
const NOTICES: &str = "usr/share/doc/hanashi/copyright";
/// What its desktop entry says: that it is given the card that is opened, and which files are cards.
const ENTRY: (&str, &[&str]) = (
    "usr/share/applications/Hanashi.desktop",
    &["Exec=hanashi-desktop %F", "application/x-charx", "image/png"],
);
/// The bundler, at the version that belongs to ours of Tauri.
const BUNDLER: (&str, &str) = ("@tauri-apps/cli", "2.12.5");
/// Installed size aside, nobody should have to download more than this (issue 9).
const LARGEST: u64 = 120_000_000;

/// Makes packages of the given kinds (a list with commas), and looks into the .deb. Needs no network where the bundler has been fetched before.
pub(crate) fn build(kinds: &str) -> Result<ExitCode> {
    let root = repo::root();
    let ui = root.join("ui");
    // Tauri's own bundler, in a folder of its own: its packages for other systems lag behind, which would break the lock file
    // of everybody who never makes a package.
    let tools = repo::target().join("tauri-cli");
    let tauri = tools.join("node_modules/.bin/tauri").display().to_string();
    let tools = tools.display().to_string();
    let cargo = repo::cargo();
    let step = |name, command: &[&str], dir| Step {
        name,
        command: command.iter().map(|&word| word.to_owned()).collect(),
        dir,
        env: vec![],
        must_count: false,
    };
    let src_tauri = root.join("src-tauri");
    let hanashi = repo::target().join("release/hanashi").display().to_string();
    let generated = repo::target().join("generated").display().to_string();
    let bundler = format!("{}@{}", BUNDLER.0, BUNDLER.1);
    let fetch = step(
        "bundler",
        &["npm", "install", "--prefix", &tools, "--no-save", "--ignore-scripts", &bundler],
        root,
    );
    let itself = std::env::current_exe()?.display().to_string();
    let fetch = (!is_here(Path::new(&tools))).then_some(fetch);
    for step in fetch.into_iter().chain([
        step("page", &["npm", "run", "--silent", "build"], &ui),
        step("binaries", &[&cargo, "build", "--release", "--workspace", "--locked"], root),
        step("manual and completions", &[&hanashi, "generate", &generated], root),
        step("notices", &[&itself, "notices"], root),
        step("onnx runtime", &["sh", "assets/onnxruntime/fetch.sh"], root),
        // What ships is named in a file of its own: an ordinary build must not look for it, and runs out of the source tree.
        step(
            "bundle",
            &[&tauri, "bundle", "--ci", "--bundles", kinds, "--config", "bundle.json"],
            &src_tauri,
        ),
    ]) {
        println!("== {}", step.name);
        ensure!(step.run()?.counts.failed == 0, "`{}` failed", step.command.join(" "));
    }
    check()
}

pub(crate) fn check() -> Result<ExitCode> {
    let deb = newest_deb(&repo::target().join("release/bundle/deb"))?;
    let size = deb.metadata()?.len();
    println!("{} ({:.1} MB)", deb.display(), size as f64 / 1e6);
    ensure!(size <= LARGEST, "the package is larger than {LARGEST} bytes");

    let listing = dpkg_deb(&["--contents"], &deb)?;
    let paths: Vec<&str> =
        listing.lines().filter_map(|line| line.split_whitespace().nth(5)).collect();
    let absent: Vec<&str> = CONTENTS.iter().copied().filter(|name| !holds(&paths, name)).collect();
    ensure!(absent.is_empty(), "the package lacks: {}", absent.join(", "));

    let notices = inside(&deb, NOTICES)?;
    let unnamed = crate::notices::absent(&notices);
    ensure!(unnamed.is_empty(), "its notices lack: {}", unnamed.join(", "));
    let entry = inside(&deb, ENTRY.0)?;
    let unsaid: Vec<&str> =
        ENTRY.1.iter().copied().filter(|words| !entry.contains(words)).collect();
    ensure!(unsaid.is_empty(), "its desktop entry lacks: {}", unsaid.join(", "));

    let depends = dpkg_deb(&["--field"], &deb)?;
    for library in ["libwebkit2gtk-4.1-0", "libasound2"] {
        ensure!(depends.contains(library), "the package does not depend on {library}");
    }
    println!(
        "{} files; everything that should be inside is",
        paths.iter().filter(|path| !path.ends_with('/')).count()
    );
    Ok(ExitCode::SUCCESS)
}

/// Whether the bundler of that version has been fetched.
fn is_here(tools: &Path) -> bool {
    let about = tools.join("node_modules").join(BUNDLER.0).join("package.json");
    std::fs::read(about)
        .ok()
        .and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok())
        .is_some_and(|about| about["version"] == BUNDLER.1)
}

/// The text of a file of a package.
fn inside(deb: &Path, path: &str) -> Result<String> {
    let mut tar = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(deb)
        .stdout(Stdio::piped())
        .spawn()
        .context("could not run `dpkg-deb`")?;
    let from = tar.stdout.take().context("`dpkg-deb` has no output")?;
    let out = Command::new("tar")
        // `dpkg-deb` writes `./usr`, Tauri's bundler `usr`.
        .args(["--extract", "--to-stdout", "--wildcards", "--file=-", &format!("*{path}")])
        .stdin(from)
        .output()
        .context("could not run `tar`")?;
    // It may have been cut off once the file was found.
    let _ended = tar.wait();
    ensure!(out.status.success(), "there is no {path} in {}", deb.display());
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

fn holds(paths: &[&str], name: &str) -> bool {
    paths.iter().any(|path| {
        if name.starts_with('/') || name.starts_with("lib") {
            path.contains(name)
        } else {
            path.ends_with(name)
        }
    })
}

fn newest_deb(folder: &Path) -> Result<PathBuf> {
    let entries = std::fs::read_dir(folder).with_context(|| {
        format!("no package at {}: run `cargo xtask package`", folder.display())
    })?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .max_by_key(|path| {
            path.metadata().and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
        })
        .with_context(|| format!("no .deb in {}", folder.display()))
}

fn dpkg_deb(args: &[&str], deb: &Path) -> Result<String> {
    let out = Command::new("dpkg-deb")
        .args(args)
        .arg(deb)
        .output()
        .context("could not run `dpkg-deb`")?;
    if !out.status.success() {
        bail!("`dpkg-deb {}` failed: {}", args.join(" "), String::from_utf8_lossy(&out.stderr));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    //! The listing's shape is dpkg-deb's own.

    use super::*;

    #[test]
    fn a_package_is_searched_by_ending_or_by_folder() {
        let paths = [
            "./usr/bin/hanashi-desktop",
            "./usr/lib/Hanashi/models/mini.gguf",
            "./usr/lib/Hanashi/libonnxruntime.so.1.24",
        ];
        assert!(holds(&paths, "usr/bin/hanashi-desktop"));
        assert!(holds(&paths, "/models/"));
        assert!(holds(&paths, "libonnxruntime"));
        assert!(!holds(&paths, "usr/bin/hanashi"));
        assert!(!holds(&paths, "/characters/"));
    }

    #[test]
    fn what_the_bundler_puts_in_is_all_that_must_be_inside() {
        // What bundle.json names, as dpkg-deb would list it, with what the bundler adds of itself.
        let text = std::fs::read_to_string(repo::root().join("src-tauri/bundle.json")).unwrap();
        let bundle: serde_json::Value = serde_json::from_str(&text).unwrap();
        let names = |value: &serde_json::Value| -> Vec<(String, String)> {
            let map = value.as_object().unwrap();
            map.iter().map(|(a, b)| (a.clone(), b.as_str().unwrap().to_owned())).collect()
        };
        let mut paths: Vec<String> = [
            "./usr/bin/hanashi-desktop",
            "./usr/share/applications/Hanashi.desktop",
            "./usr/share/icons/hicolor/32x32/apps/hanashi-desktop.png",
        ]
        .map(str::to_owned)
        .into();
        for (from, to) in names(&bundle["bundle"]["resources"]) {
            paths.push(format!("./usr/lib/Hanashi/{to}/"));
            paths.push(format!("./usr/lib/Hanashi/{to}"));
            // What is made by other steps is not here yet.
            if !from.starts_with("../target/") {
                assert!(repo::root().join("src-tauri").join(&from).exists(), "{from}");
            }
        }
        for (to, from) in names(&bundle["bundle"]["linux"]["deb"]["files"]) {
            paths.push(format!(".{to}"));
            if from.ends_with("/man") {
                paths.extend(
                    ["hanashi.1", "hanashi-tune-lora.1"].map(|page| format!(".{to}/{page}")),
                );
            }
        }
        paths.push("./usr/lib/Hanashi/assets/onnxruntime/libonnxruntime.so.1".to_owned());
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let absent: Vec<_> = CONTENTS.iter().filter(|name| !holds(&paths, name)).collect();
        assert!(absent.is_empty(), "{absent:?}");
        let rpm = names(&bundle["bundle"]["linux"]["rpm"]["files"]);
        assert_eq!(rpm, names(&bundle["bundle"]["linux"]["deb"]["files"]), "both carry the same");
    }

    #[test]
    fn a_file_inside_a_package_is_read() {
        // `dpkg-deb` is there where packages are made; elsewhere there is nothing to read.
        let here = Command::new("dpkg-deb").arg("--version").output().is_ok();
        if !here {
            return;
        }
        let folder = std::env::temp_dir().join(format!("package-{}", std::process::id()));
        let root = folder.join("root");
        std::fs::create_dir_all(root.join("DEBIAN")).unwrap();
        std::fs::create_dir_all(root.join("usr/share/doc/hanashi")).unwrap();
        let control = "Package: hanashi\nVersion: 0.1.0\nArchitecture: all\nMaintainer: nobody <n@example.org>\nDescription: none\n";
        std::fs::write(root.join("DEBIAN/control"), control).unwrap();
        std::fs::write(root.join("usr/share/doc/hanashi/copyright"), "OpenSSL").unwrap();
        let deb = folder.join("hanashi.deb");
        let built = Command::new("dpkg-deb").arg("--build").args([&root, &deb]).output().unwrap();
        assert!(built.status.success());
        let (text, none) = (inside(&deb, NOTICES), inside(&deb, ENTRY.0));
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(text.unwrap(), "OpenSSL");
        assert!(none.is_err());
    }
}
