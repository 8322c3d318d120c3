//! The embedded catalogue, and the ways in which a person's own can be wrong.

use super::*;

#[test]
fn the_embedded_catalogue_is_sourced_throughout() {
    let catalogue = Catalogue::embedded().unwrap();
    for kind in [Kind::Chat, Kind::Ears, Kind::Voice, Kind::Encoder] {
        assert!(
            catalogue.entries().iter().filter(|entry| entry.kind == kind).count() >= 3,
            "{kind:?}"
        );
    }
    for entry in catalogue.entries() {
        for language in [Lang::En, Lang::Zh, Lang::Ja] {
            assert!(
                entry.note.contains_key(language.code()),
                "{} says nothing in {language:?}",
                entry.id
            );
        }
        for file in &entry.files {
            assert!(file.source.is_some(), "{}", file.name);
        }
    }
}

#[test]
fn encoders_are_folders_with_pins_and_what_hears_speech_is_inside() {
    let catalogue = Catalogue::embedded().unwrap();
    for encoder in catalogue.entries().iter().filter(|entry| entry.kind == Kind::Encoder) {
        let main = &encoder.files[0];
        assert!(encoder.is_folder() && !encoder.is_floats() && !encoder.licence.ask);
        assert!(main.digests.iter().any(Digest::is_sha256), "{} is not pinned", encoder.id);
        assert!(encoder.files.iter().any(|file| file.name == folder::POOLING), "{}", encoder.id);
        let Place::Hub { revision, .. } = &main.place else { panic!("{}", encoder.id) };
        assert_eq!(revision.len(), 40, "{} could move", encoder.id);
    }
    let vad = catalogue.get("silero-vad").unwrap();
    assert!(vad.inside && vad.kind == Kind::Vad && vad.files.is_empty() && !vad.unpinned());
    assert_eq!(vad.size(), None);
    // Nobody else's entry can claim to be a part of the program, or name a folder of its own making.
    let claims = "version = 1\n[[model]]\nid = 'a'\nkind = 'vad'\nname = 'A'\ninside = true\nlicence = { id = 'MIT' }";
    assert!(parse(claims, false).unwrap_err().contains("inside"));
    assert!(
        one("repo = 'a/b'\npath = '1_Pooling/config.json'\nname = '1_Pooling/config.json'").is_ok()
    );
    assert!(one("repo = 'a/b'\npath = 'x/y.json'\nname = 'x/y.json'").is_err());
}

#[test]
fn an_entry_without_a_checksum_is_unpinned() {
    let catalogue = Catalogue::embedded().unwrap();
    assert!(catalogue.get("smollm2-360m").unwrap().unpinned());
    assert!(!catalogue.get("whisper-base").unwrap().unpinned());
    assert_eq!(catalogue.get("whisper-base").unwrap().size(), Some(142 * 1024 * 1024));
}

#[test]
fn the_seed_systems_models_are_on_offer_and_their_terms_are_asked_for() {
    let catalogue = Catalogue::embedded().unwrap();
    let of = |id: &str| catalogue.get(id).unwrap();
    for id in ["characterglm-6b", "chatplug-3.7b", "chatplug-240m", "gpt2-chitchat"] {
        assert!(of(id).licence.ask && of(id).by_choice && of(id).unpinned(), "{id}");
    }
    let glm = of("characterglm-6b");
    assert!(glm.is_folder() && glm.is_pickle() && glm.licence.id.contains("non-commercial"));
    assert_eq!(glm.files.iter().filter(|file| !file.digests.is_empty()).count(), 2);
    assert_eq!(glm.size(), Some(12_490_021_760));
    assert!(of("chatplug-3.7b").is_folder() && of("chatplug-3.7b").size().is_none());
    assert!(of("gpt2-chitchat").page.is_some() && of("gpt2-chitchat").files.is_empty());
}

fn one(file: &str) -> Result<Catalogue, String> {
    let text = format!(
        "version = 1\n[[model]]\nid = 'a'\nkind = 'chat'\nname = 'A'\nlicence = {{ id = 'MIT' }}\n[[model.files]]\n{file}"
    );
    parse(&text, false)
}

#[test]
fn a_persons_own_entry_needs_little() {
    let own = one("repo = 'someone/model'\npath = 'q4/model.gguf'").unwrap();
    let file = &own.get("a").unwrap().files[0];
    assert_eq!(file.name, "model.gguf");
    assert_eq!(
        file.place,
        Place::Hub {
            repo: "someone/model".into(),
            revision: "main".into(),
            path: "q4/model.gguf".into()
        }
    );
    let own = one("url = 'https://example.org/x/model.gguf?download=true'").unwrap();
    assert_eq!(own.get("a").unwrap().files[0].name, "model.gguf");
}

#[test]
fn a_catalogue_cannot_write_outside_its_folder() {
    for bad in [
        "repo = 'a/b'\npath = '../../.bashrc'",
        "repo = 'a/b'\npath = 'x/..'",
        "repo = 'a/../b'\npath = 'x'",
        "repo = 'a/b'\npath = 'x'\nname = '../x'",
        "repo = 'a/b'\npath = 'x'\nname = '.hidden'",
        "repo = 'a/b'\npath = 'x'\nrevision = '..'",
        "repo = 'a/b'\npath = 'x'\nrevision = 'v/../../../c/d/resolve/main'",
        "url = 'https://example.org/'",
    ] {
        assert!(one(bad).is_err(), "{bad}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let why = one("repo = 'a/b'\npath = 'x'\nsha256 = '12'").unwrap_err();
    assert!(why.contains("model `a`") && why.contains("`12`"), "{why}");
    assert!(parse("version = 2", false).unwrap_err().contains("version 2"));
    assert!(parse("version = 1\nmodells = []", false).unwrap_err().contains("modells"));
}

#[test]
fn a_fact_without_a_source_is_refused_in_the_embedded_one() {
    let text = "version = 1\n[[model]]\nid = 'a'\nkind = 'chat'\nname = 'A'\nlicence = { id = 'MIT' }\nfiles = []";
    assert!(parse(text, true).unwrap_err().contains("licence names no source"));
}

#[test]
fn a_persons_entry_replaces_ours_of_the_same_id() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("catalogue.toml");
    assert_eq!(
        Catalogue::with_own(&own).unwrap().entries().len(),
        Catalogue::embedded().unwrap().entries().len()
    );
    std::fs::write(
        &own,
        "version = 1\nmirrors = ['https://mirror.example']\n[[model]]\nid = 'qwen3-0.6b'\nkind = 'chat'\nname = 'Mine'\n\
         licence = { id = 'MIT' }\nfiles = [{ url = 'https://example.org/m.gguf' }]",
    )
    .unwrap();
    let both = Catalogue::with_own(&own).unwrap();
    assert_eq!(both.get("qwen3-0.6b").unwrap().name, "Mine");
    assert_eq!(both.mirrors(), ["https://mirror.example"]);
    assert!(both.get("whisper-base").is_some());
}

#[test]
fn what_is_offered_is_what_this_program_can_use() {
    let catalogue = Catalogue::embedded().unwrap();
    for entry in catalogue.entries() {
        // Its recognisers and models are asked in one of three languages; voices speak others, too.
        assert!(
            entry.kind == Kind::Voice && entry.languages.len() == 1
                || entry.languages.iter().any(|code| Lang::from_code(code).is_some()),
            "{}: {:?}",
            entry.id,
            entry.languages
        );
        for file in &entry.files {
            // Nobody says how large ChatPLUG's files are, and what stands beside weights is too small to count.
            let known = file.size.or(file.about).is_some() || entry.is_folder() || entry.inside;
            assert!(known, "{} has no size", file.name);
        }
    }
    // A voice is three files, the weights first, all of one revision that cannot move, or with the SHA-256 of weights that may.
    for voice in catalogue.entries().iter().filter(|entry| entry.kind == Kind::Voice) {
        let names: Vec<&str> = voice.files.iter().map(|file| file.name.as_str()).collect();
        assert!(
            names[0].ends_with(".onnx") && names[1] == format!("{}.json", names[0]),
            "{names:?}"
        );
        assert_eq!(names[2..], ["MODEL_CARD"]);
        for file in &voice.files {
            let Place::Hub { revision, .. } = &file.place else { panic!("{}", file.name) };
            let pinned = voice.files[0].digests.iter().any(Digest::is_sha256);
            assert!(revision.len() == 40 || pinned, "{}", file.name);
            assert!(!file.digests.is_empty(), "{}", file.name);
        }
    }
}

#[test]
fn terms_that_are_not_everybodys_are_shown_and_have_an_address() {
    // Licences that allow anybody anything, or ask for no more than a notice.
    const FREE: [&str; 4] = ["Apache-2.0", "MIT", "Public domain", "CC0"];
    let catalogue = Catalogue::embedded().unwrap();
    for entry in catalogue.entries() {
        let licence = &entry.licence;
        assert_eq!(licence.ask, !FREE.contains(&licence.id.as_str()), "{}: {licence:?}", entry.id);
        assert!(!licence.ask || licence.url.is_some(), "{}", entry.id);
    }
    assert!(catalogue.get("llama-3.1-8b").unwrap().licence.ask);
    assert!(catalogue.get("gemma-3-12b").unwrap().licence.ask);
    assert!(catalogue.get("stheno-8b").unwrap().licence.id.contains("NC"));
}

#[test]
fn the_numbers_of_a_cache_are_sourced_and_possible() {
    let with = |cache: &str, sourced| {
        let text = format!(
            "version = 1\nsources.a = {{ what = 'x', read = '2026-11-25' }}\n[[model]]\nid = 'a'\nkind = 'chat'\nname = 'A'\n\
             licence = {{ id = 'MIT', source = 'a' }}\ncache = {{ {cache} }}\nfiles = [{{ url = 'https://example.org/m.gguf' }}]"
        );
        parse(&text, sourced)
    };
    let said = with("layers = 36, heads = 8, dim = 128, source = 'a'", true).unwrap();
    let cache = said.get("a").unwrap().cache.unwrap();
    assert_eq!((cache.layers, cache.heads, cache.dim), (36, 8, 128));
    let why = with("layers = 36, heads = 8, dim = 128", true).unwrap_err();
    assert!(why.contains("names no source"), "{why}");
    assert!(with("layers = 36, heads = 8, dim = 128", false).is_ok());
    for bad in ["layers = 0, heads = 8, dim = 128", "layers = 36, heads = 8, dim = 999999999999"] {
        assert!(with(bad, false).unwrap_err().contains("no model has"), "{bad}");
    }
}

#[test]
fn what_no_program_can_fetch_names_a_page_instead_of_files() {
    let text = |rest: &str| {
        format!(
            "version = 1\n[[model]]\nid = 'a'\nkind = 'chat'\nname = 'A'\nlicence = {{ id = 'MIT' }}\n{rest}"
        )
    };
    let own = Catalogue::parse(&text("page = 'https://example.org/a'")).unwrap();
    let entry = own.get("a").unwrap();
    assert_eq!((entry.size(), entry.unpinned(), entry.files.len()), (None, true, 0));
    for bad in [
        "",
        "page = 'http://example.org'",
        "page = 'https://x.org'\nfiles = [{ url = 'https://x.org/y' }]",
    ] {
        assert!(Catalogue::parse(&text(bad)).is_err(), "{bad}");
    }
}
