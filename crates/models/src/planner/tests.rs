//! Machines and wishes, and what comes of them.

use super::*;
use crate::catalogue::Catalogue;
use crate::footprint::{self, CacheNumbers, Chat, Quantize};
use crate::machine::{Fate, Gpu, Maker, MemoryIs, Through};

const GB: u64 = 1_000_000_000;

fn machine(memory: u64, cores: usize, bandwidth: f64) -> Machine {
    Machine {
        system: "linux".into(),
        architecture: "x86_64".into(),
        processor: String::new(),
        cores,
        features: vec!["avx2".into()],
        memory,
        available: memory / 10 * 9,
        bandwidth: Some(bandwidth),
        gpus: vec![],
    }
}

fn one(id: &str, kind: Kind, size: u64) -> Candidate {
    let how = Chat {
        context: 8192,
        branches: true,
        threads: 4,
        quantize: Quantize::AsIs,
        cache: CacheNumbers::Half,
    };
    Candidate {
        id: id.into(),
        kind,
        name: id.to_uppercase(),
        here: false,
        built_in: false,
        download: size,
        ask: false,
        by_choice: false,
        languages: vec!["en".into(), "ja".into()],
        footprint: match kind {
            Kind::Chat => footprint::chat_by_size(size, None, &how),
            Kind::Ears => footprint::ears_by_size(size),
            Kind::Voice => footprint::voice(size),
            Kind::Pictures => footprint::pictures(size),
            Kind::Encoder | Kind::Vad => footprint::encoder(size, true),
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
fn few_cores_are_the_limit_and_not_the_memory() {
    let tokens = |cores, features: &[&str]| {
        let features = features.iter().map(|&name| name.to_owned()).collect();
        let machine = Machine { features, ..machine(32 * GB, cores, 66.6e9) };
        let model = one("m", Kind::Chat, 380_000_000);
        speed(&machine, &model).unwrap()
    };
    // What was measured on two cores of such a machine: 66 (docs/bench/llm.json); its memory alone would allow 96.
    assert!((62.0..70.0).contains(&tokens(2, &["avx2"])), "{}", tokens(2, &["avx2"]));
    assert!((90.0..100.0).contains(&tokens(16, &["avx2"])), "{}", tokens(16, &["avx2"]));
    assert!(tokens(2, &[]) < 20.0);
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

fn h100(fate: Fate) -> Gpu {
    Gpu {
        name: "H100".into(),
        maker: Maker::Nvidia,
        memory_is: MemoryIs::Own,
        memory: 80 * GB,
        free: None,
        through: Through::Nvml,
        fate,
    }
}

/// A build that computes on a card is not held back by the processor's speed; the memory must still hold what the processor would
/// take over.
#[test]
fn a_card_that_is_used_makes_slow_models_fast_enough() {
    let mut slow = machine(64 * GB, 8, 1e9);
    assert_eq!(plan(&slow, &shelf(), &wish()).set[0], "mini");
    slow.gpus = vec![h100(Fate::Used)];
    let on_card = plan(&slow, &shelf(), &wish());
    assert_eq!(on_card.set[0], "thirty");
    assert!(
        on_card.reasons.iter().any(|r| matches!(r, Reason::OnGpu { gpu, .. } if gpu == "H100"))
    );
    assert!(on_card.reasons.iter().any(|r| matches!(r, Reason::GpuUsed { .. })));
    assert!(on_card.reasons.iter().all(|r| !r.text().is_empty()));
    // One without room for it changes nothing.
    slow.gpus[0].free = Some(GB / 2);
    assert_eq!(plan(&slow, &shelf(), &wish()).set[0], "mini");
    assert_eq!(plan(&machine(4 * GB, 8, 50e9), &shelf(), &wish()).set, {
        let mut small = machine(4 * GB, 8, 50e9);
        small.gpus = vec![h100(Fate::Used)];
        plan(&small, &shelf(), &wish()).set
    });
}

#[test]
fn a_busy_computer_is_told_to_close_something_and_a_card_is_named() {
    let mut machine = machine(32 * GB, 8, 50e9);
    machine.available = GB;
    machine.gpus = vec![h100(Fate::OtherBuild)];
    let plan = plan(&machine, &shelf(), &wish());
    assert!(plan.fits);
    assert!(plan.reasons.iter().any(|r| matches!(r, Reason::CloseOthers { .. })));
    let unused = |r: &Reason| matches!(r, Reason::GpuUnused { name, .. } if name == "H100");
    assert!(plan.reasons.iter().any(unused));
    assert!(plan.reasons.iter().all(|r| !r.text().is_empty()));
}

/// What the program offers, on an empty disk, to a computer of `gb` gigabytes whose memory is read at `bandwidth`.
fn advice(gb: u64, cores: usize, bandwidth: f64, language: Lang) -> Plan {
    let how = Chat {
        context: 8192,
        branches: true,
        threads: cores as u64,
        quantize: Quantize::AsIs,
        cache: CacheNumbers::Half,
    };
    let offers = Catalogue::embedded().unwrap();
    let mut all: Vec<Candidate> = shelf().into_iter().filter(|one| one.built_in).collect();
    all.extend(offers.entries().iter().filter_map(|entry| entry_candidate(entry, &how)));
    let sized = offers.entries().iter().filter(|entry| entry.size().is_some()).count();
    assert!(
        all.len() == sized + 1 && sized + 4 >= offers.entries().len(),
        "what has a size can be planned"
    );
    plan(&machine(gb * GB, cores, bandwidth), &all, &Wish { language, ..wish() })
}

#[test]
fn the_advice_is_what_one_would_tell_a_friend() {
    // Gigabytes, cores, bytes a second that an ordinary computer of that size reads; what to take on it.
    for (gb, cores, bandwidth, chat) in [
        (8, 4, 20e9, "smollm3-3b"),
        (8, 8, 40e9, "qwen3-4b"),
        (16, 8, 40e9, "qwen3-4b"),
        (16, 8, 60e9, "qwen3-8b"),
        (32, 8, 60e9, "qwen3-8b"),
        (32, 12, 100e9, "qwen3-14b"),
        (64, 16, 90e9, "qwen3-14b"),
        (64, 16, 250e9, "qwen3-32b"),
    ] {
        let plan = advice(gb, cores, bandwidth, Lang::En);
        assert_eq!(plan.set[0], chat, "{gb} GB: {:?}", plan.reasons);
        assert!(plan.fits && plan.set.len() == 3, "{gb} GB: {:?}", plan.set);
        assert_eq!(plan.set[2], "piper-en-us-ljspeech", "the first whose recordings are free");
        let one = |id: &String| plan.choices.iter().find(|choice| choice.id == *id).unwrap();
        assert!(plan.set.iter().all(|id| !one(id).ask), "nothing with terms of its own");
        let speed = one(&plan.set[0]).tokens_per_s.unwrap();
        assert!(speed >= TALKABLE, "{gb} GB: {speed}");
    }
    // SmolLM3 is said to speak English; whoever talks Chinese or Japanese gets another.
    for language in [Lang::Zh, Lang::Ja] {
        assert_eq!(advice(8, 4, 20e9, language).set[0], "qwen3-1.7b", "{language:?}");
        assert_eq!(advice(16, 8, 60e9, language).set[0], "qwen3-8b", "{language:?}");
    }
    // Of either language the first voice, and its terms are shown before it is fetched.
    for (language, voice) in
        [(Lang::Ja, "piper-ja-jp-hi-fi-captain"), (Lang::Zh, "piper-zh-cn-chaowen")]
    {
        let plan = advice(16, 8, 60e9, language);
        let choice = plan.choices.iter().find(|choice| choice.id == voice).unwrap();
        assert!(plan.set.iter().any(|id| id == voice) && choice.ask, "{:?}", plan.set);
    }
}

#[test]
fn what_is_a_matter_of_taste_is_offered_and_never_pressed_on_anybody() {
    for gb in [8, 16, 32, 64] {
        let plan = advice(gb, 16, 400e9, Lang::En);
        let tune = plan.choices.iter().find(|choice| choice.id == "wayfarer-12b").unwrap();
        assert!(!plan.set.contains(&tune.id), "{gb} GB: {:?}", plan.set);
        assert_eq!(matches!(tune.verdict, Verdict::Fits { .. }), gb >= 32, "{:?}", tune.verdict);
    }
    // What is here already counts like anything else: somebody chose it.
    let mut tune = one("tune", Kind::Chat, 3 * GB);
    tune.by_choice = true;
    let mut shelf = shelf();
    shelf.push(tune.clone());
    assert_eq!(plan(&machine(32 * GB, 8, 50e9), &shelf, &wish()).set[0], "four");
    shelf.pop();
    shelf.push(Candidate { here: true, ..tune });
    assert_eq!(plan(&machine(32 * GB, 8, 50e9), &shelf, &wish()).set[0], "tune");
}

#[test]
fn a_voice_without_terms_comes_before_one_with() {
    let mut shelf = shelf();
    for voice in shelf.iter_mut().filter(|one| one.kind == Kind::Voice) {
        voice.ask = true;
    }
    shelf.push(Candidate { languages: vec!["en".into()], ..one("free", Kind::Voice, 63_000_000) });
    let machine = machine(32 * GB, 8, 50e9);
    assert_eq!(plan(&machine, &shelf, &wish()).set[2], "free");
    // Of a language that has no other, the one with terms is named: the page shows them before it is fetched.
    let japanese = plan(&machine, &shelf, &Wish { language: Lang::Ja, ..wish() });
    assert_eq!(japanese.set[2], "voice-ja");
}

/// A card that nothing here computes on is named with what would use it, and changes nothing of the plan.
#[test]
fn what_is_only_named_says_what_would_use_it_and_is_not_counted() {
    let mut machine = machine(16 * GB, 8, 50e9);
    let without = plan(&machine, &shelf(), &wish());
    for (fate, word) in [
        (Fate::Setting, "`device`"),
        (Fate::OtherBuild, "CUDA or Metal"),
        (Fate::NoDriver, "driver of its maker"),
        (Fate::Server, "`remote_url`"),
        (Fate::Shared, "shares the computer's memory"),
        (Fate::Software, "no graphics card"),
    ] {
        machine.gpus = vec![Gpu { name: "A Radeon".into(), ..h100(fate) }];
        let with = plan(&machine, &shelf(), &wish());
        assert_eq!((&with.set, with.budget), (&without.set, without.budget), "{fate:?}");
        let texts: Vec<String> = with.reasons.iter().map(Reason::text).collect();
        let said = |text: &&String| text.contains("A Radeon") && text.contains(word);
        assert!(texts.iter().any(|text| said(&text)), "{fate:?}: {texts:?}");
    }
}

/// Apple's processors: the graphics compute, and the memory is the computer's. What does not fit there fits nowhere.
#[test]
fn memory_that_is_shared_is_counted_once() {
    let shared = Gpu {
        name: "Apple M2".into(),
        maker: Maker::Apple,
        memory_is: MemoryIs::Shared,
        memory: 11 * GB,
        free: Some(11 * GB),
        through: Through::Metal,
        fate: Fate::Used,
    };
    let apple = Machine { gpus: vec![shared], ..machine(16 * GB, 8, 50e9) };
    let four = one("four", Kind::Chat, 2_500_000_000);
    assert!(
        !on_card(&apple, &four),
        "it is in the computer's memory, and refused where that is too small"
    );
    let planned = plan(&apple, &shelf(), &wish());
    assert!(planned.fits && planned.needs <= planned.budget);
    assert!(planned.reasons.iter().any(|r| matches!(r, Reason::OnGpu { .. })));
    let own = Machine { gpus: vec![h100(Fate::Used)], ..apple };
    assert!(on_card(&own, &four));
}
