//! What cannot fit is refused and named; what helps is offered.

use super::*;

fn one(id: &str, here: bool, weights: u64) -> Candidate {
    Candidate {
        id: id.to_owned(),
        kind: Kind::Chat,
        name: id.to_uppercase(),
        here,
        built_in: id == BUILT_IN_MODEL,
        download: if here { 0 } else { weights },
        ask: false,
        by_choice: false,
        languages: Vec::new(),
        footprint: footprint::Footprint { weights, ..footprint::Footprint::default() },
    }
}

fn a_setup(chat: u64) -> Setup {
    let ears = Candidate { kind: Kind::Ears, ..one("ears", true, 500) };
    Setup {
        parts: vec![one("wished", true, chat), ears],
        all: vec![
            one(BUILT_IN_MODEL, true, 10),
            one("small", true, 900),
            one("middle", true, 1400),
            one("large", true, 6000),
            one("offer", false, 1300),
            Candidate { ask: true, ..one("terms", false, 1200) },
        ],
        base: 100,
        budget: 2000,
        context: 8192,
        on_card: false,
    }
}

#[test]
fn what_does_not_fit_is_refused_and_what_fits_is_named() {
    assert!(a_setup(1400).fits());
    let refused = a_setup(1401);
    assert!(!refused.fits() && refused.missing() == 1);
    // The recogniser beside it counts, what is here comes first, and terms are pressed on nobody.
    let shown = view(&refused, None);
    let ids: Vec<&str> = shown.instead.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["middle", "small", BUILT_IN_MODEL, "offer"]);
    let problem = refusal(&refused);
    assert_eq!(problem.kind, ProblemKind::Memory);
    assert!(
        problem.message.contains("WISHED") && problem.remedy.contains("MIDDLE, SMALL"),
        "{problem}"
    );
    assert!(!problem.remedy.contains("OFFER"), "it would have to be fetched first");
}

#[test]
fn a_card_the_last_resort_and_a_machine_that_says_nothing_are_not_refused() {
    assert!(Setup { on_card: true, ..a_setup(9000) }.fits());
    assert!(Setup { budget: 0, ..a_setup(9000) }.fits());
    let mut least = a_setup(9000);
    least.parts[0] = one(BUILT_IN_MODEL, true, 9000);
    assert!(least.fits());
}

#[test]
fn a_change_is_refused_where_it_makes_things_worse() {
    assert!(a_setup(1401).is_worse(&a_setup(1400)));
    assert!(!a_setup(1500).is_worse(&a_setup(1600)) && !a_setup(1400).is_worse(&a_setup(9000)));
    // It lay on the card, and would lie in this computer's memory.
    let card = Setup { on_card: true, ..a_setup(9000) };
    assert!(a_setup(9000).is_worse(&card) && !card.is_worse(&a_setup(1400)));
}

#[test]
fn a_choice_that_is_not_made_changes_only_what_it_names() {
    let settings = Settings { voice: "piper:amy".to_owned(), ..Settings::default() };
    let asked = FitAsked {
        chat_model: Some("larger".to_owned()),
        context_length: Some(65_536),
        ..FitAsked::default()
    };
    let wished = with(&settings, asked);
    assert_eq!((wished.chat_model.as_str(), wished.context_length), ("larger", 65_536));
    assert_eq!(
        Settings { chat_model: settings.chat_model.clone(), context_length: 0, ..wished },
        settings
    );
}

#[test]
fn a_model_that_memory_cannot_hold_is_refused_by_its_header() {
    let home = tempfile::tempdir().unwrap();
    let paths = Paths {
        dirs: store::Dirs::at(home.path()),
        resources: Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
    };
    let path = home.path().join("m.gguf");
    llm::synthetic::write(&path, &llm::synthetic::Shape::tiny("llama"), 1).unwrap();
    let options = llm::Options { device: llm::DeviceChoice::Processor, ..llm::Options::default() };
    let mut machine = plan::machine_of(options.device, false);
    machine.gpus.clear();
    machine.memory = 64_000_000_000;
    refuse_on(&machine, &paths, &path, &options).unwrap();
    // Of so little all but a megabyte is left to the system and to the program itself.
    machine.memory = 1_591_000_000;
    let problem = refuse_on(&machine, &paths, &path, &options).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Memory);
    assert!(problem.message.starts_with("m does not fit"), "{problem}");
    assert!(problem.remedy.contains("Hanashi mini"), "{problem}");
    refuse_on(&machine, &paths, &paths.built_in_model(), &options).unwrap();
    // Not for here to say what is no model.
    refuse_on(&machine, &paths, &home.path().join("none.gguf"), &options).unwrap();
}
