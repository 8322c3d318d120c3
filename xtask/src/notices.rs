//! `cargo xtask notices`: the licences of everything that is built into the program, in one text that is packed with it.
//!
//! Read from where the code itself comes: the packages of cargo's registry that the two programs are linked from, with the C sources that
//! some of them bring along (SQLCipher, OpenSSL, whisper.cpp, Oniguruma), and the page's npm packages. The same text of several packages
//! stands once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::repo;

/// Name of the text, among what is generated for packages.
pub(crate) const FILE: &str = "THIRD-PARTY.txt";
/// The packages of the workspace that are shipped.
const SHIPPED: [&str; 2] = ["hanashi-desktop", "cli"];
/// Folders of a package that are not built into anything.
const NOT_BUILT: [&str; 11] = [
    "tests",
    "test",
    "examples",
    "benches",
    "fuzz",
    "docs",
    "doc",
    "external",
    "windows",
    "node_modules",
    "target",
];
/// How deep C sources lie in the packages that bring them.
const DEEPEST: usize = 4;
/// A licence is some ten kilobytes; what is larger is none.
const LARGEST: u64 = 300_000;
/// Without these the text is not what it should be: each is code of others that asks to be named with what it is built into.
pub(crate) const NAMED: &[&str] = &[
    "openssl-src",
    "libsqlite3-sys",
    "ZETETIC LLC", // whose SQLCipher is, in libsqlite3-sys
    "whisper-rs-sys",
    "espeak-rs-sys",
    "onig_sys",
    "tauri",
    "three",
    "svelte",
    "@fontsource/lora",
];

/// Packages that bring no text of the licence that they name. Each was looked at; one more is noticed, because what asks to be named
/// with its text would go out without it. The text says of each that there is none, and where it comes from.
const WITHOUT_TEXT: &[&str] = &[
    "Inflector",
    "alloc-stdlib",
    "atomig-macro",
    "candle-nn",
    "candle-transformers",
    "dasp_sample",
    "dlopen2",
    "dlopen2_derive",
    "include-flate-codegen",
    "include-flate-compress",
    "jieba-macros",
    "jieba-rs",
    "libappindicator-sys",
    "opus-decoder",
    "pulp-wasm-simd-flag",
    "rusqlite_migration",
    "selectors",
    "sonora-aec3",
    "specta",
    "specta-macros",
    "specta-serde",
    "specta-typescript",
    "specta-util",
    "symphonia",
    "symphonia-bundle-flac",
    "symphonia-bundle-mp3",
    "symphonia-codec-aac",
    "symphonia-codec-pcm",
    "symphonia-codec-vorbis",
    "symphonia-core",
    "symphonia-format-isomp4",
    "symphonia-format-ogg",
    "symphonia-format-riff",
    "symphonia-metadata",
    "symphonia-utils-xiph",
    "vibrato",
];

/// A package that is built in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    licence: String,
    from: String,
    folder: PathBuf,
}

/// Writes the text to where packages are made from.
pub(crate) fn write() -> Result<ExitCode> {
    let mut packages = crates(&cargo_metadata()?)?;
    let crates = packages.len();
    packages.extend(of_the_page(&repo::root().join("ui"))?);
    let new = without_text(&packages);
    if !new.is_empty() {
        println!(
            "no text of their licence comes with {}: look where they come from, then name them in xtask/src/notices.rs",
            new.join(", ")
        );
    }
    let text = text(&packages)?;
    let absent = absent(&text);
    ensure!(absent.is_empty(), "the notices lack: {}", absent.join(", "));
    let path = repo::target().join("generated").join(FILE);
    std::fs::create_dir_all(path.parent().context("it has a folder")?)?;
    std::fs::write(&path, &text)?;
    println!(
        "{} ({:.1} MB): {crates} crates, {} packages of the page",
        path.display(),
        text.len() as f64 / 1e6,
        packages.len() - crates
    );
    Ok(ExitCode::SUCCESS)
}

/// What should be named and is not.
pub(crate) fn absent(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    NAMED.iter().copied().filter(|name| !text.contains(&name.to_lowercase())).collect()
}

/// Packages without any text of a licence that nobody has looked at yet.
fn without_text(packages: &[Package]) -> Vec<&str> {
    packages
        .iter()
        .filter(|one| licences(&one.folder).is_empty())
        .map(|one| one.name.as_str())
        .filter(|name| !WITHOUT_TEXT.contains(name))
        .collect()
}

fn cargo_metadata() -> Result<Value> {
    let target = host()?;
    let out = Command::new(repo::cargo())
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", &target])
        .current_dir(repo::root())
        .output()
        .context("could not run `cargo metadata`")?;
    if !out.status.success() {
        bail!("`cargo metadata` failed:\n{}", String::from_utf8_lossy(&out.stderr));
    }
    serde_json::from_slice(&out.stdout).context("`cargo metadata` did not print JSON")
}

/// What is built for: a package is made on the system that it is for.
fn host() -> Result<String> {
    let out = Command::new("rustc").arg("-vV").output().context("could not run `rustc`")?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}

/// Packages of the registry that the shipped ones are linked from. What only helps to build is not in them, but for sources: a package
/// whose name ends in `-src` is compiled and linked by the one that builds with it.
fn crates(metadata: &Value) -> Result<Vec<Package>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|one| (text(&one["id"]), one)).collect();
    let name = |id: &str| packages.get(id).map(|one| text(&one["name"])).unwrap_or_default();
    let nodes: BTreeMap<String, Value> = list(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|node| (text(&node["id"]), node))
        .collect();
    let mut open: Vec<String> = packages
        .keys()
        .filter(|id| SHIPPED.contains(&name(id).as_str()))
        .filter(|id| packages[*id]["source"].is_null())
        .cloned()
        .collect();
    ensure!(open.len() == SHIPPED.len(), "the workspace has not all of {SHIPPED:?}");
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    while let Some(id) = open.pop() {
        let Some(node) = nodes.get(&id) else { continue };
        for used in list(&node["deps"]) {
            let to = text(&used["pkg"]);
            let linked = list(&used["dep_kinds"]).iter().any(|kind| {
                kind["kind"].is_null() || kind["kind"] == "build" && name(&to).ends_with("-src")
            });
            if linked && seen.insert(to.clone()) {
                open.push(to);
            }
        }
    }
    let mut all: Vec<Package> = seen
        .iter()
        .filter_map(|id| packages.get(id))
        .filter(|one| !one["source"].is_null())
        .map(|one| Package {
            name: text(&one["name"]),
            version: text(&one["version"]),
            licence: one["license"].as_str().unwrap_or("see its text").to_owned(),
            from: text(&one["repository"]),
            folder: Path::new(&text(&one["manifest_path"]))
                .parent()
                .map(Path::to_owned)
                .unwrap_or_default(),
        })
        .collect();
    all.sort();
    Ok(all)
}

/// What the page is built from: its own dependencies, theirs, and Svelte, whose runtime goes into every component.
fn of_the_page(ui: &Path) -> Result<Vec<Package>> {
    let json = |path: &Path| -> Result<Value> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("no {}: run `npm ci` in ui/", path.display()))?;
        Ok(serde_json::from_str(&text)?)
    };
    let names = |value: &Value| -> Vec<String> {
        value.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default()
    };
    let own = json(&ui.join("package.json"))?;
    let mut open = names(&own["dependencies"]);
    open.push("svelte".to_owned());
    let (mut seen, mut all) = (BTreeSet::new(), Vec::new());
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let folder = ui.join("node_modules").join(&name);
        let about = json(&folder.join("package.json"))?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if name != "svelte" {
            open.extend(names(&about["dependencies"]));
        }
        let from = match &about["repository"] {
            Value::String(from) => from.clone(),
            from => text(&from["url"]),
        };
        all.push(Package {
            version: text(&about["version"]),
            licence: text(&about["license"]),
            name,
            from,
            folder,
        });
    }
    all.sort();
    Ok(all)
}

/// The whole text: who is in it, then every licence once, with those whose it is.
fn text(packages: &[Package]) -> Result<String> {
    let mut texts: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    let mut out = String::from(
        "Hanashi as a whole is GPL-3.0-or-later (LICENSE). It is built from the work of others, which stands under the terms below.\n\
         What ships beside the program (espeak-ng's data, dictionaries, ONNX Runtime, the model, the characters) has its terms in its own folder.\n\n",
    );
    for one in packages {
        let label = format!("{} {}", one.name, one.version);
        let files = licences(&one.folder);
        writeln!(
            out,
            "{label}: {}{}{}",
            one.licence,
            if one.from.is_empty() { String::new() } else { format!(", {}", one.from) },
            if files.is_empty() { " (it comes without the text)" } else { "" }
        )?;
        for path in files {
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let text = String::from_utf8_lossy(&bytes).replace('\r', "");
            let key: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if key.is_empty() {
                continue;
            }
            let inside = path.strip_prefix(&one.folder).ok().and_then(Path::parent);
            let label = match inside.filter(|inside| !inside.as_os_str().is_empty()) {
                Some(inside) => format!("{label} ({})", inside.display()),
                None => label.clone(),
            };
            let known =
                texts.entry(key).or_insert_with(|| (text.trim().to_owned(), BTreeSet::new()));
            known.1.insert(label);
        }
    }
    let mut texts: Vec<(String, BTreeSet<String>)> = texts.into_values().collect();
    texts.sort_by(|a, b| a.1.cmp(&b.1));
    for (text, whose) in texts {
        let whose: Vec<String> = whose.into_iter().collect();
        write!(out, "\n{}\n{}\n\n{text}\n", "=".repeat(100), whose.join(", "))?;
    }
    Ok(out)
}

/// Files of a package that are licences, its own and those of the sources in it.
fn licences(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() {
                if depth < DEEPEST && !name.starts_with('.') && !NOT_BUILT.contains(&name.as_str())
                {
                    open.push((entry.path(), depth + 1));
                }
            } else if is_licence(&name) && about.len() <= LARGEST {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

fn is_licence(name: &str) -> bool {
    let starts = ["license", "licence", "copying", "notice", "copyright", "unlicense", "ofl"];
    let code =
        [".rs", ".rtf", ".c", ".h", ".html", ".json", ".js", ".ts", ".py", ".sh", ".hpp", ".cpp"];
    starts.iter().any(|start| name.starts_with(start))
        && !code.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    //! A small house with real files, and the real one.

    use super::*;

    #[test]
    fn what_is_linked_is_named_and_what_only_builds_is_not() {
        let package = |name: &str, source: Value| {
            serde_json::json!({
                "id": name, "name": name, "version": "1.0.0", "license": "MIT", "source": source,
                "manifest_path": format!("/nowhere/{name}/Cargo.toml"),
            })
        };
        let uses = |to: &str, kind: Value| serde_json::json!({ "pkg": to, "dep_kinds": [{ "kind": kind }] });
        let metadata = serde_json::json!({
            "packages": [
                package("hanashi-desktop", Value::Null), package("cli", Value::Null),
                package("a", "registry".into()), package("deeper", "registry".into()),
                package("cc", "registry".into()), package("openssl-src", "registry".into()),
                package("mock", "registry".into()), package("else", "registry".into()),
            ],
            "resolve": { "nodes": [
                { "id": "hanashi-desktop", "deps": [uses("a", Value::Null), uses("mock", "dev".into())] },
                { "id": "a", "deps": [
                    uses("deeper", Value::Null), uses("cc", "build".into()), uses("openssl-src", "build".into()),
                ] },
            ] },
        });
        let names: Vec<String> =
            crates(&metadata).unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["a", "deeper", "openssl-src"]);
    }

    #[test]
    fn the_same_text_stands_once_and_that_of_sources_inside_too() {
        let folder = std::env::temp_dir().join(format!("notices-{}", std::process::id()));
        let make = |path: &str, text: &str| {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        make("a/LICENSE", "Do as you like.\n");
        make("b/LICENSE-MIT", "Do as  you like.\r\n");
        make("b/engine/COPYING", "Name the engine.");
        make("b/tests/LICENSE", "Of a test.");
        make("b/src/license.rs", "code");
        make("c/README.md", "As free as the wind.");
        let package = |name: &str| Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: "MIT".to_owned(),
            from: String::new(),
            folder: folder.join(name),
        };
        let packages = [package("a"), package("b"), package("c")];
        let (text, bare) = (text(&packages).unwrap(), without_text(&packages));
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(bare, ["c"]);
        assert!(text.contains("c 1.0.0: MIT (it comes without the text)\n"));
        assert_eq!(text.matches("you like").count(), 1);
        assert!(text.contains("a 1.0.0, b 1.0.0\n"));
        assert!(text.contains("b 1.0.0 (engine)\n\nName the engine."));
        assert!(!text.contains("Of a test") && !text.contains("code"));
        assert_eq!(absent(&text).len(), NAMED.len());
    }

    #[test]
    fn what_asks_to_be_named_is_in_the_real_one() {
        let packages = crates(&cargo_metadata().unwrap()).unwrap();
        // Other systems have packages of their own.
        if cfg!(target_os = "linux") {
            assert_eq!(without_text(&packages), Vec::<&str>::new());
        }
        let text = text(&packages).unwrap();
        let page = ["three", "svelte", "@fontsource/lora"];
        let absent: Vec<_> =
            absent(&text).into_iter().filter(|name| !page.contains(name)).collect();
        assert_eq!(absent, Vec::<&str>::new());
        // The licences themselves, from the sources inside.
        assert!(text.contains("ZETETIC LLC"), "SQLCipher's");
        assert!(text.contains("(openssl)"), "OpenSSL's");
        assert!(text.contains("(whisper.cpp)"), "whisper.cpp's");
    }
}
