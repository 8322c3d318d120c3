//! `cargo xtask package`: the .deb, and a look inside it.
//!
//! Not part of `ci`: it takes minutes and proves little about a change. It bundles the binaries that `make run` built.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::SystemTime;

use anyhow::{Context, Result, bail, ensure};

use crate::repo;
use crate::step::Step;

/// What every package must carry; a name ends a path inside it, or is a folder of one.
const CONTENTS: &[&str] = &[
    "usr/bin/hanashi-desktop",
    "usr/bin/hanashi",
    ".desktop",
    ".png",
    "/espeak-ng-data/",
    "/characters/",
    "/models/",
    "libonnxruntime",
    "/LICENSE",
    "usr/share/man/man1/hanashi.1",
    "usr/share/man/man1/hanashi-tune-lora.1",
    "usr/share/mime/packages/hanashi.xml",
    "usr/share/bash-completion/completions/hanashi",
    "usr/share/zsh/site-functions/_hanashi",
    "usr/share/fish/vendor_completions.d/hanashi.fish",
];
/// The bundler, at the version that belongs to ours of Tauri.
const BUNDLER: &str = "@tauri-apps/cli@2.12.5";
/// Installed size aside, nobody should have to download more than this (issue 9).
const LARGEST: u64 = 120_000_000;

pub(crate) fn build() -> Result<ExitCode> {
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
    for step in [
        step(
            "bundler",
            &["npm", "install", "--prefix", &tools, "--no-save", "--ignore-scripts", BUNDLER],
            root,
        ),
        step("page", &["npm", "run", "--silent", "build"], &ui),
        step("binaries", &[&cargo, "build", "--release", "--workspace", "--locked"], root),
        step("manual and completions", &[&hanashi, "generate", &generated], root),
        step("onnx runtime", &["sh", "assets/onnxruntime/fetch.sh"], root),
        // What ships is named in a file of its own: an ordinary build must not look for it, and runs out of the source tree.
        step(
            "bundle",
            &[&tauri, "bundle", "--ci", "--bundles", "deb,rpm", "--config", "bundle.json"],
            &src_tauri,
        ),
    ] {
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
}
