//! Real scripts of every engine that is at hand: who speaks, how much, and what is not understood.

use novel::{Engine, Novel, read_folder};

/// A folder, its engine, the fewest rows, a speaker with the fewest rows, the most statements that are not known.
type Expected = (&'static str, Engine, usize, Option<(&'static str, u64)>, u64);

const EXPECTED: &[Expected] = &[
    ("tyrano/istoria", Engine::Tyrano, 1500, Some(("シルヴァン", 90)), 1),
    ("tyrano/tyranoscript_sample", Engine::Tyrano, 200, Some(("あかね", 130)), 0),
    ("kag3/krkr2", Engine::KiriKiri, 200, None, 0),
    ("kag3/kag3_en", Engine::KiriKiri, 1, None, 0),
    ("nscripter/ons_en_template", Engine::NScripter, 15, None, 0),
    ("naninovel/samples", Engine::Naninovel, 150, Some(("n", 40)), 0),
    ("renjs/renjs", Engine::RenJs, 1800, Some(("Deuzilene", 550)), 20),
    ("ink/tests", Engine::Ink, 3, None, 0),
];

#[test]
fn real_scripts_name_their_speakers() {
    let Some(shared) = super::shared() else {
        eprintln!("0 folders: no real files beside this checkout");
        return;
    };
    let mut files = 0;
    for &(folder, engine, rows, speaker, unknown) in EXPECTED {
        let novel = Novel::read(read_folder(&shared.join(folder)).unwrap(), false);
        let scan = novel.scan();
        files += scan.files;
        assert_eq!(scan.engine, Some(engine), "{folder}");
        assert!(scan.lines >= rows, "{folder}: {} rows", scan.lines);
        if let Some((name, least)) = speaker {
            let count =
                scan.speakers.get(name).and_then(serde_json::Value::as_u64).unwrap_or_default();
            assert!(count >= least, "{folder}: {name} {count}");
        }
        let count: u64 = scan.unknown.values().sum();
        assert!(count <= unknown, "{folder}: {:?}", scan.unknown);
        assert!(scan.refused.is_empty(), "{folder}: {:?}", scan.refused);
        for line in &novel.lines {
            assert!(!line.plain.contains(['\u{fffd}', '\0']), "{folder}: {line:?}");
        }
    }
    println!("{} folders, {files} files", EXPECTED.len());
}

#[test]
fn what_is_no_script_is_not_read_as_one() {
    let Some(shared) = super::shared() else {
        eprintln!("0 folders: no real files beside this checkout");
        return;
    };
    let folders = ["lorebooks", "corpora/chatterbot-corpus", "corpora/GPTeacher", "roleplay"];
    for folder in folders {
        let novel = Novel::read(read_folder(&shared.join("..").join(folder)).unwrap(), false);
        assert!(novel.lines.is_empty(), "{folder}: {:?}", novel.engines);
    }
    println!("{} folders without a script", folders.len());
}
