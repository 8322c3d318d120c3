//! Machines and wishes, and what comes of them.

use super::*;
use crate::footprint::{self, Chat};
use crate::machine::Gpu;

const GB: u64 = 1_000_000_000;

fn machine(memory: u64, cores: usize, bandwidth: f64) -> Machine {
    Machine {
        system: "linux".into(),
        architecture: "x86_64".into(),
        processor: String::new(),
        cores,
        features: vec![],
        memory,
        available: memory / 10 * 9,
        bandwidth: Some(bandwidth),
        gpus: vec![],
    }
}

fn one(id: &str, kind: Kind, size: u64) -> Candidate {
    let how = Chat { context: 8192, branches: true, threads: 4 };
    Candidate {
        id: id.into(),
        kind,
        name: id.to_uppercase(),
        here: false,
        built_in: false,
        download: size,
        ask: false,
        languages: vec!["en".into(), "ja".into()],
        footprint: match kind {
            Kind::Chat => footprint::chat_by_size(size, &how),
            Kind::Ears => footprint::ears_by_size(size),
            Kind::Voice => footprint::voice(size),
        },
    }
}

fn shelf() -> Vec<Candidate> {
    vec![
        Candidate {
            here: true,
            built_in: true,
            download: 0,
            languages: vec!["en".into()],
            footprint: Footprint { weights: 6_000_000, ..Footprint::default() },
            ..one("mini", Kind::Chat, 6_000_000)
        },
        one("half", Kind::Chat, 640_000_000),
        one("two", Kind::Chat, 1_830_000_000),
        one("four", Kind::Chat, 2_500_000_000),
        one("thirty", Kind::Chat, 20 * GB),
        Candidate { ask: true, ..one("terms", Kind::Chat, 3 * GB) },
        one("base", Kind::Ears, 149_000_000),
        one("base-q5", Kind::Ears, 60_000_000),
        Candidate { languages: vec!["ja".into()], ..one("voice-ja", Kind::Voice, 63_000_000) },
        Candidate { languages: vec!["en_US".into()], ..one("voice-en", Kind::Voice, 63_000_000) },
    ]
}

fn wish() -> Wish {
    Wish { language: Lang::En, speak: true, hear: true, window: true, chosen: vec![] }
}

#[test]
fn a_good_computer_gets_the_largest_that_keeps_up() {
    let plan = plan(&machine(32 * GB, 8, 50e9), &shelf(), &wish());
    assert_eq!(plan.set, ["four", "base", "voice-en"]);
    assert!(plan.fits && plan.needs < plan.budget);
    assert_eq!(plan.download, 2_500_000_000 + 149_000_000 + 63_000_000);
    let thirty = plan.choices.iter().find(|c| c.id == "thirty").unwrap();
    assert!(matches!(thirty.verdict, Verdict::Slow { .. } | Verdict::TooLarge { .. }));
    assert!(
        plan.reasons.iter().any(|r| matches!(r, Reason::Largest { name, .. } if name == "FOUR"))
    );
}

#[test]
fn a_slow_memory_gets_a_smaller_model_and_says_so() {
    let plan = plan(&machine(32 * GB, 2, 8e9), &shelf(), &wish());
    assert_eq!(plan.set, ["half", "base-q5", "voice-en"]);
    let slow: Vec<&str> = plan
        .reasons
        .iter()
        .filter_map(|r| match r {
            Reason::TooSlow { name, .. } => Some(name.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(slow, ["THIRTY", "FOUR", "TWO"]);
}

#[test]
fn a_small_computer_keeps_what_came_with_the_program() {
    let plan = plan(&machine(3 * GB, 2, 10e9), &shelf(), &wish());
    assert_eq!(plan.set[0], "mini");
    assert!(plan.fits, "{plan:?}");
    assert!(plan.reasons.iter().any(|r| matches!(r, Reason::BuiltIn { .. })));
}

#[test]
fn what_cannot_fit_is_refused_with_what_is_missing() {
    let wish = Wish { chosen: vec!["thirty".into()], ..wish() };
    let plan = plan(&machine(16 * GB, 8, 50e9), &shelf(), &wish);
    assert!(!plan.fits && plan.set.contains(&"thirty".to_owned()));
    let missing = plan.needs - plan.budget;
    assert!(plan.reasons.contains(&Reason::Refused { name: "THIRTY".into(), missing }));
}

#[test]
fn the_verdict_of_each_counts_the_rest_of_the_set() {
    let machine = machine(16 * GB, 8, 50e9);
    let with = plan(&machine, &shelf(), &wish());
    let without = plan(&machine, &shelf(), &Wish { speak: false, hear: false, ..wish() });
    let spare = |plan: &Plan| match plan.choices.iter().find(|c| c.id == "two").unwrap().verdict {
        Verdict::Fits { spare } => spare,
        other => panic!("{other:?}"),
    };
    assert!(spare(&without) > spare(&with));
    assert_eq!(without.set, ["four"]);
}

#[test]
fn the_language_decides_and_terms_are_never_pressed_on_anybody() {
    let japanese =
        plan(&machine(32 * GB, 8, 50e9), &shelf(), &Wish { language: Lang::Ja, ..wish() });
    assert!(japanese.set.contains(&"voice-ja".to_owned()), "{:?}", japanese.set);
    let chinese =
        plan(&machine(32 * GB, 8, 50e9), &shelf(), &Wish { language: Lang::Zh, ..wish() });
    assert_eq!(chinese.set, ["mini"], "nothing here speaks Chinese");
    assert!(!japanese.set.contains(&"terms".to_owned()));
}

#[test]
fn a_busy_computer_is_told_to_close_something_and_a_card_is_named() {
    let mut machine = machine(32 * GB, 8, 50e9);
    machine.available = GB;
    machine.gpus = vec![Gpu { name: "H100".into(), memory: 80 * GB, free: None, through: "nvml" }];
    let plan = plan(&machine, &shelf(), &wish());
    assert!(plan.fits);
    assert!(plan.reasons.iter().any(|r| matches!(r, Reason::CloseOthers { .. })));
    assert!(plan.reasons.iter().any(|r| matches!(r, Reason::GpuUnused { name } if name == "H100")));
    assert!(plan.reasons.iter().all(|r| !r.text().is_empty()));
}
