//! Archives, and what is refused.

use novel::{Engine, read_folder};

use super::{briefs, fixture, read};

#[test]
fn scripts_in_renpy_archives_are_read() {
    for archive in ["v2.rpa", "v3.rpa", "v3_prefix.rpa"] {
        let novel = read(&format!("renpy/{archive}"));
        assert_eq!(briefs(&novel), ["Eileen: From the archive.", "(And told.)"], "{archive}");
        assert_eq!(novel.lines[0].source.file, format!("{archive}/script.rpy"));
        assert_eq!(novel.files, 1, "the picture stays where it is");
        // `script.rpyc` has its source beside it.
        let told: Vec<&str> = novel.refused.iter().map(|one| one.reason.as_str()).collect();
        assert!(
            matches!(told[..], [reason] if reason.starts_with("holds 1 compiled scripts")),
            "{told:?}"
        );
    }
}

#[test]
fn scripts_in_kirikiri_archives_are_read() {
    for archive in ["zipped_index.xp3", "pointer.xp3"] {
        let novel = read(&format!("xp3/{archive}"));
        assert_eq!(
            briefs(&novel),
            ["少女: おはよう。\nいい天気ね。", "(彼女は笑った。)"],
            "{archive}"
        );
    }
}

#[test]
fn scripts_in_bgi_archives_are_unpacked() {
    for archive in ["bgi/data01.arc", "bgi/data02.arc"] {
        let novel = read(archive);
        assert_eq!(novel.engine(), Some(Engine::Bgi), "{archive}");
        assert_eq!(briefs(&novel), briefs(&read("bgi/main")), "{archive}");
    }
}

#[test]
fn what_is_encrypted_or_compiled_is_named_and_refused() {
    let folder = read_folder(&fixture("refused")).unwrap();
    let novel = novel::Novel::read(folder, false);
    assert!(novel.lines.is_empty());
    let reasons: Vec<(&str, &str)> = novel
        .refused
        .iter()
        .map(|refusal| (refusal.file.as_str(), refusal.reason.as_str()))
        .collect();
    for (file, word) in [
        ("cipher.xp3", "encrypted"),
        ("protected.xp3", "encrypted"),
        ("compiled.rpyc", "unrpyc"),
        ("encrypted.ks.scn", "encrypted"),
    ] {
        assert!(
            reasons.iter().any(|(name, reason)| *name == file && reason.contains(word)),
            "{file}: {reasons:?}"
        );
    }
}
