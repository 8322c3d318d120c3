//! Replies written together are those that would be written one after the other.

use domain::{Ask, Cancel, FinishReason, Sampling, TurnId};

use super::cache::greedy;
use super::{everywhere, fixture, noise, session};
use crate::session::{Generate, Session};
use crate::synthetic::Shape;
use crate::{Engine, Options};

fn sampling(seed: u64) -> Sampling {
    Sampling { temperature: 0.9, top_k: 20, seed: Some(seed), ..Sampling::greedy() }
}

fn one_by_one(session: &mut Session, prompt: &[u32], seeds: std::ops::Range<u64>) -> Vec<Vec<u32>> {
    seeds
        .map(|seed| {
            session.prefill(prompt, &|| false).unwrap();
            let sampling = sampling(seed);
            let ask = Generate { sampling: &sampling, max_tokens: 24, stop: &[], trim: false };
            session.generate(&ask, &|| false, &mut |_| true).unwrap().ids
        })
        .collect()
}

fn together(
    session: &mut Session,
    prompt: &[u32],
    count: usize,
    stop: &[String],
) -> Vec<(Vec<u32>, String, FinishReason)> {
    session.prefill(prompt, &|| false).unwrap();
    let sampling = sampling(5);
    let ask = Generate { sampling: &sampling, max_tokens: 24, stop, trim: false };
    let all = session.candidates(&ask, count, &|| false).unwrap();
    all.into_iter().map(|(one, text)| (one.ids, text, one.reason)).collect()
}

fn ids(all: Vec<(Vec<u32>, String, FinishReason)>) -> Vec<Vec<u32>> {
    all.into_iter().map(|(ids, _, _)| ids).collect()
}

#[test]
fn every_family_writes_together_what_it_writes_alone() {
    everywhere(|| {
        // With windows, soft caps, learned positions, and blocks without rotation.
        for file in [
            "llama/model.gguf",
            "mistral/model.safetensors.index.json",
            "gemma2/model.gguf",
            "gemma3/model.safetensors",
            "smollm3/model.gguf",
            "phi3/model.gguf",
            "glm/model.gguf",
            "gpt2/model.gguf",
            "qwen3/model.safetensors",
        ] {
            let mut session = session(&fixture("families").join(file));
            for length in [5, 16, 41] {
                let prompt: Vec<u32> = (0..length).map(|i| (i * 31 + i * i) % 90 + 3).collect();
                let alone = one_by_one(&mut session, &prompt, 5..8);
                assert_eq!(ids(together(&mut session, &prompt, 3, &[])), alone, "{file}, {length}");
                // What they wrote is gone, and the prompt is still there.
                let again = session.prefill(&prompt, &|| false).unwrap().unwrap();
                assert_eq!(again.reused, prompt.len() - 1);
                assert_eq!(
                    one_by_one(&mut session, &prompt, 5..8),
                    alone,
                    "{file}, {length}: again"
                );
            }
        }
    });
}

#[test]
fn one_candidate_and_many_are_no_special_cases() {
    everywhere(|| {
        let (_folder, path) = noise(&Shape { context: 1024, ..Shape::tiny("qwen3") });
        let mut session = session(&path);
        let prompt: Vec<u32> = (0..30).map(|i| i * 7 % 256).collect();
        let alone = one_by_one(&mut session, &prompt, 5..21);
        assert_eq!(ids(together(&mut session, &prompt, 1, &[])), alone[..1]);
        assert_eq!(ids(together(&mut session, &prompt, 16, &[])), alone);
        assert_eq!(together(&mut session, &prompt, 99, &[]).len(), 16);
    });
}

#[test]
fn the_room_behind_the_prompt_is_shared_and_stops_end_each_by_itself() {
    let (_folder, path) = noise(&Shape { context: 60, ..Shape::tiny("llama") });
    let mut session = session(&path);
    let prompt: Vec<u32> = (0..48).map(|i| i * 7 % 256).collect();
    for (ids, _, reason) in together(&mut session, &prompt, 4, &[]) {
        assert!(ids.len() <= 4 && (ids.len() < 4 || reason == FinishReason::Length), "{ids:?}");
    }
    let short = &prompt[..10];
    let free = together(&mut session, short, 3, &[]);
    let stop: String = free[1].1.chars().nth(2).map(String::from).unwrap();
    for ((_, text, _), (_, cut, reason)) in
        free.iter().zip(together(&mut session, short, 3, std::slice::from_ref(&stop)))
    {
        assert_eq!(cut, text.split(&stop).next().unwrap());
        assert_eq!(reason == FinishReason::Stop, text.contains(&stop));
    }
    // And nothing of it shows in what is written next.
    session.prefill(short, &|| false).unwrap();
    let after = greedy(&mut session, 12);
    session.reset();
    session.prefill(short, &|| false).unwrap();
    assert_eq!(greedy(&mut session, 12), after);
}

#[test]
fn an_engine_writes_them_as_one_job_that_can_be_cancelled() {
    let (_folder, path) = noise(&Shape::tiny("qwen3"));
    let engine = Engine::load(&path, &Options::default(), |_| {}).unwrap();
    let ask = Ask {
        turn: TurnId(1),
        messages: Vec::new(),
        prompt: "the story begins".into(),
        sampling: sampling(1),
        max_tokens: 9,
        stop: Vec::new(),
        from_passages: None,
    };
    let all = engine.candidates(ask.clone(), 3, Cancel::new()).unwrap();
    assert_eq!(all.len(), 3);
    assert_ne!(all[0].ids, all[1].ids);
    assert!(all.iter().all(|one| one.ids.len() <= 9 && one.stats.prompt_tokens > 0));
    let cancel = Cancel::new();
    cancel.cancel();
    assert!(engine.candidates(ask, 3, cancel).unwrap().is_empty());
}
