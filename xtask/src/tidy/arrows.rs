//! The arrows between the rooms, as the design draws them, against the real ones in `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

/// Who may use whom beside `domain`, which everything may. A package that is not here does not belong to the house; a room
/// that turns out wrong is redrawn in docs/ARCHITECTURE.md first, then here.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("api", &[]),
    ("card", &[]),
    ("lore", &[]),
    ("prompt", &["lore"]),
    ("delivery", &[]),
    ("dialogue", &["prompt", "delivery"]),
    ("weights", &[]),
    ("llm", &["weights"]),
    ("asr", &[]),
    ("tts", &[]),
    ("audio", &[]),
    ("vectors", &[]),
    ("words", &[]),
    ("memory", &["store", "vault", "vectors", "words"]),
    ("knowledge", &["vault", "vectors", "words"]),
    ("score", &[]),
    ("scenery", &[]),
    ("painting", &["weights"]),
    ("store", &["vault"]),
    ("upkeep", &["store", "vault"]),
    ("vault", &[]),
    ("models", &["weights"]),
    ("remote", &[]),
    ("novel", &[]),
    ("tuning", &["llm", "weights"]),
    ("appraisal", &[]),
    (
        "app",
        &[
            "api",
            "card",
            "lore",
            "prompt",
            "delivery",
            "dialogue",
            "llm",
            "asr",
            "tts",
            "audio",
            "score",
            "scenery",
            "painting",
            "memory",
            "knowledge",
            "store",
            "upkeep",
            "vault",
            "models",
            "remote",
            "novel",
            "tuning",
            "appraisal",
        ],
    ),
    ("cli", &["app"]),
    ("hanashi-desktop", &["app"]),
    ("journeys", &["app"]),
    ("testkit", &[]),
    ("xtask", &[]),
];

/// A package of the workspace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its folder, from the root.
    pub(crate) folder: String,
    /// What it uses.
    pub(crate) uses: Vec<Use>,
}

/// One dependency.
#[derive(Debug, Clone, Default)]
pub(crate) struct Use {
    /// Of which package.
    pub(crate) name: String,
    /// In the workspace, not from a registry.
    pub(crate) internal: bool,
    /// Only for tests.
    pub(crate) dev: bool,
    /// Features switched on.
    pub(crate) features: BTreeSet<String>,
}

/// Reads `cargo metadata --no-deps`.
pub(crate) fn packages(metadata: &Value) -> Result<Vec<Package>> {
    let root =
        metadata["workspace_root"].as_str().context("no workspace_root in cargo's metadata")?;
    let list = metadata["packages"].as_array().context("no packages in cargo's metadata")?;
    list.iter()
        .map(|package| {
            let manifest =
                package["manifest_path"].as_str().context("a package without a manifest")?;
            let folder = manifest
                .strip_prefix(root)
                .and_then(|path| path.trim_start_matches(['/', '\\']).strip_suffix("Cargo.toml"))
                .context("a package outside the workspace")?;
            Ok(Package {
                name: package["name"].as_str().context("a package without a name")?.to_owned(),
                folder: folder.trim_end_matches(['/', '\\']).replace('\\', "/"),
                uses: package["dependencies"]
                    .as_array()
                    .context("no dependencies")?
                    .iter()
                    .map(use_of)
                    .collect(),
            })
        })
        .collect()
}

fn use_of(dependency: &Value) -> Use {
    Use {
        name: dependency["name"].as_str().unwrap_or_default().to_owned(),
        internal: dependency["path"].is_string(),
        dev: dependency["kind"] == "dev",
        features: dependency["features"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|f| Some(f.as_str()?.to_owned()))
            .collect(),
    }
}

/// Every edge is an arrow of the design; `testkit` is for tests alone.
pub(crate) fn edges(packages: &[Package]) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut wrong = vec![];
    for package in packages {
        let may = allowed.get(package.name.as_str()).copied().unwrap_or_default();
        for used in package.uses.iter().filter(|used| used.internal) {
            let name = used.name.as_str();
            if name == "testkit" && !used.dev {
                wrong.push(format!(
                    "{} uses `testkit` outside its tests: move it to [dev-dependencies]",
                    package.name
                ));
            } else if name != "testkit" && name != "domain" && !may.contains(&name) {
                wrong.push(format!(
                    "{} uses `{name}`, which the design does not draw: join them in `app` through a port in `domain`",
                    package.name
                ));
            }
        }
    }
    wrong
}

/// Every package has a place in the house, and a room's folder has its name.
pub(crate) fn rooms(packages: &[Package]) -> Vec<String> {
    let mut wrong = vec![];
    for Package { name, folder, .. } in packages {
        if !ARROWS.iter().any(|(room, _)| room == name) {
            wrong.push(format!("`{name}` is not in the house: draw it in docs/ARCHITECTURE.md and in xtask/src/tidy/arrows.rs"));
        }
        if let Some(room) = folder.strip_prefix("crates/")
            && room != name
        {
            wrong.push(format!(
                "the folder {folder} holds a package called `{name}`: give them one name"
            ));
        }
    }
    wrong
}

/// A feature that only a test switches on makes cargo compile that dependency, and all that is built on it, once for the
/// program and once more for the tests.
pub(crate) fn features(packages: &[Package]) -> Vec<String> {
    let mut shipped: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for used in
        packages.iter().flat_map(|package| &package.uses).filter(|used| !used.dev && !used.internal)
    {
        shipped.entry(&used.name).or_default().extend(used.features.iter().map(String::as_str));
    }
    let mut wrong = vec![];
    for package in packages {
        for used in package.uses.iter().filter(|used| used.dev) {
            let Some(known) = shipped.get(used.name.as_str()) else { continue };
            for feature in used.features.iter().filter(|feature| !known.contains(feature.as_str()))
            {
                wrong.push(format!(
                    "the tests of {} switch on `{}/{feature}`, so everything on top of it is built twice: name the feature in the \
                     workspace's Cargo.toml",
                    package.name, used.name
                ));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    //! Made-up houses, each with one thing wrong.

    use super::*;

    fn package(name: &str, uses: &[(&str, bool)]) -> Package {
        let uses = uses
            .iter()
            .map(|&(name, dev)| Use {
                name: name.to_owned(),
                internal: true,
                dev,
                features: BTreeSet::new(),
            })
            .collect();
        Package { name: name.to_owned(), folder: format!("crates/{name}"), uses }
    }

    #[test]
    fn the_drawn_arrows_pass() {
        let house = [
            package("dialogue", &[("domain", false), ("prompt", false), ("testkit", true)]),
            package("app", &[("llm", false), ("asr", false)]),
        ];
        assert_eq!(edges(&house), Vec::<String>::new());
        assert_eq!(rooms(&house), Vec::<String>::new());
    }

    #[test]
    fn any_other_edge_fails_even_in_tests() {
        for (from, to, dev) in [
            ("asr", "audio", false),
            ("tts", "audio", true),
            ("cli", "llm", false),
            ("app", "testkit", false),
        ] {
            assert_eq!(edges(&[package(from, &[(to, dev)])]).len(), 1, "{from} -> {to}");
        }
    }

    #[test]
    fn an_unknown_room_fails() {
        assert_eq!(rooms(&[package("helpers", &[])]).len(), 1);
    }

    #[test]
    fn a_feature_for_tests_alone_fails() {
        let tokio = |dev, features: &[&str]| Use {
            name: "tokio".to_owned(),
            dev,
            features: features.iter().map(|&f| f.to_owned()).collect(),
            ..Use::default()
        };
        let mut room = package("dialogue", &[]);
        room.uses = vec![tokio(false, &["rt"]), tokio(true, &["rt", "test-util"])];
        let wrong = features(&[room]);
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].contains("tokio/test-util"), "{}", wrong[0]);
    }
}
