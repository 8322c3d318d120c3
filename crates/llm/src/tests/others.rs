//! Encoders and encoder-decoders against transformers and PyTorch (see `tests/fixtures/others.py`).

use std::collections::BTreeMap;

use domain::{Cancel, Embedder};
use serde::Deserialize;

use super::fixture;
use crate::{AnswerEngine, Answerer, Encoder, Options, Pooling, Reranker, Writing};

fn read<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    let path = fixture("others").join(name).join("expected.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[derive(Deserialize)]
struct Embeddings {
    texts: Vec<Embedding>,
}

#[derive(Deserialize)]
struct Embedding {
    text: String,
    ids: Vec<u32>,
    mean: Vec<f32>,
    first: Vec<f32>,
}

/// What an encoder of the fixtures gives that transformers does not, if anything.
pub(super) fn embeddings_disagree(name: &str) -> Option<String> {
    let folder = fixture("others").join(name);
    let mean = Encoder::load(&folder, None, None).unwrap();
    let first = Encoder::load(&folder, Some(Pooling::First), None).unwrap();
    for case in read::<Embeddings>(name).texts {
        if mean.ids(&case.text) != case.ids {
            return Some(format!("other ids of `{}`", case.text));
        }
        let texts = [case.text];
        for (encoder, theirs) in [(&mean, &case.mean), (&first, &case.first)] {
            let ours = &encoder.embed(&texts).unwrap()[0];
            let length: f32 = ours.iter().map(|x| x * x).sum();
            let differs = difference(ours, theirs);
            if differs >= 2e-5 || (length - 1.0).abs() >= 1e-5 {
                return Some(format!("`{}`: vectors differ by {differs}", texts[0]));
            }
        }
    }
    None
}

#[test]
fn embeddings_agree_with_transformers() {
    for name in ["bert", "xlm-roberta"] {
        assert_eq!(embeddings_disagree(name), None, "{name}");
    }
}

#[test]
fn long_texts_are_cut_and_other_models_are_refused() {
    let encoder = Encoder::load(&fixture("others/bert"), None, None).unwrap();
    let long = "she begins ".repeat(50);
    assert_eq!(encoder.ids(&long).len(), 40);
    assert_eq!(encoder.ids(&long)[39], 3, "the last token is still `[SEP]`");
    assert_eq!(encoder.vector(&long).unwrap().len(), encoder.width());
    let error = Encoder::load(&fixture("families/llama"), None, None).unwrap_err().to_string();
    assert!(error.contains("`llama`") && error.contains("xlm-roberta"), "{error}");
}

#[derive(Deserialize)]
struct Answers {
    passages: Vec<Vec<u32>>,
    forced: Vec<u32>,
    logits: BTreeMap<usize, Vec<f32>>,
    #[serde(default)]
    written: BTreeMap<usize, Vec<u32>>,
    #[serde(default)]
    tokens: Vec<super::reference::Tokens>,
}

/// What logits over several passages of the fixtures the reference does not give, if any.
pub(super) fn logits_disagree(name: &str) -> Option<String> {
    let answerer = Answerer::load(&fixture("others").join(name), None).unwrap();
    let expected: Answers = read(name);
    let ours = answerer.forced(&expected.passages, &expected.forced);
    expected.logits.iter().find_map(|(row, theirs)| {
        let difference = difference(&ours[*row], theirs);
        (difference > 1e-4).then(|| format!("logits of row {row} differ by {difference}"))
    })
}

#[test]
fn fused_passages_give_the_reference_s_logits() {
    for name in ["t5", "mt5", "plug"] {
        assert_eq!(logits_disagree(name), None, "{name}");
        let answerer = Answerer::load(&fixture("others").join(name), None).unwrap();
        let expected: Answers = read(name);
        // The passages' order is that of the states, and all of them count.
        let fewer = answerer.forced(&expected.passages[..2], &expected.forced);
        assert!(difference(&fewer[0], &expected.logits[&0]) > 1e-3, "{name}");
    }
}

/// Which beams of the fixtures end elsewhere than transformers', if any.
pub(super) fn beams_disagree(name: &str) -> Option<String> {
    let answerer = Answerer::load(&fixture("others").join(name), None).unwrap();
    let expected: Answers = read(name);
    assert!(!expected.written.is_empty());
    expected.written.iter().find_map(|(beams, theirs)| {
        let writing = Writing {
            beams: *beams,
            min_length: 6,
            max_length: 24,
            no_repeat_ngram: 3,
            ..Writing::default()
        };
        let ours = answerer.write(&expected.passages, &writing, &|| false).unwrap().unwrap();
        (&ours != theirs).then(|| format!("{beams} beams write {ours:?} and not {theirs:?}"))
    })
}

#[test]
fn beams_find_what_transformers_finds() {
    for name in ["t5", "mt5"] {
        assert_eq!(beams_disagree(name), None, "{name}");
    }
}

#[test]
fn sentencepiece_models_cut_as_sentencepiece_does() {
    let answerer = Answerer::load(&fixture("others/t5"), None).unwrap();
    for case in read::<Answers>("t5").tokens {
        let mut wanted = case.ids;
        wanted.push(1);
        assert_eq!(answerer.encode(&case.text.replace("  ", " "), 100), wanted, "{}", case.text);
    }
    // Line ends are spelled as the training data did.
    let ids = answerer.encode("story\nstory", 100);
    assert!(ids.contains(&3), "{ids:?}");
    assert_eq!(answerer.encode("story story story story", 4).len(), 4);
}

#[test]
fn plug_s_writing_keeps_its_rules() {
    let answerer = Answerer::load(&fixture("others/plug"), None).unwrap();
    let passages = read::<Answers>("plug").passages;
    let writing =
        Writing { min_length: 5, max_length: 12, no_repeat_ngram: 4, ..Writing::default() };
    let write = |writing: &Writing| answerer.write(&passages, writing, &|| false).unwrap().unwrap();
    let ours = write(&writing);
    assert!((5..=12).contains(&ours.len()), "{ours:?}");
    assert_eq!(write(&writing), ours, "searching is not drawing");
    // What is banned does not come.
    let banned = answerer.decode(&ours[..1]);
    if !banned.is_empty() {
        let writing = Writing { banned: vec![banned], ..writing.clone() };
        assert_ne!(write(&writing)[0], ours[0]);
    }
    // With a seed, drawing is repeatable, too; without tokens to choose from, it is greedy.
    let sampling = domain::Sampling { seed: Some(5), ..writing.sampling.clone() };
    let drawing = Writing { beams: 1, sampling, ..writing };
    assert_eq!(write(&drawing), write(&drawing));
    assert!(write(&drawing).len() >= 5);
}

#[test]
fn biased_words_and_ids_come_or_do_not_come_however_many_beams_there_are() {
    for name in ["t5", "mt5", "plug"] {
        let answerer = Answerer::load(&fixture("others").join(name), None).unwrap();
        let passages = read::<Answers>(name).passages;
        for beams in [1, 3] {
            let write = |line: &str| {
                let mut sampling = domain::Sampling::greedy();
                domain::read_biases(&[line.to_owned()]).unwrap().put_on(&mut sampling);
                let (max_length, min_length, no_repeat_ngram) = (8, 0, 0);
                let usual =
                    Writing { beams, sampling, min_length, max_length, ..Writing::default() };
                let writing = Writing { no_repeat_ngram, repetition_penalty: 1.0, ..usual };
                answerer.write(&passages, &writing, &|| false).unwrap().unwrap()
            };
            let allowed = answerer.encode("story", 100);
            let only = write("story = 100");
            assert!(only.len() > 5, "{name}, {beams}: {only:?}");
            assert!(only.iter().all(|id| allowed.contains(id)), "{name}, {beams}: {only:?}");
            let never = only[0];
            assert!(write(&format!("[{never}] = 50")).contains(&never), "{name}, {beams}");
            assert!(!write(&format!("[{never}] = -100")).contains(&never), "{name}, {beams}");
        }
    }
}

#[test]
fn an_answer_is_completed_with_its_ids() {
    for name in ["t5", "mt5", "plug"] {
        let folder = fixture("others").join(name);
        let engine = AnswerEngine::load(&folder, None, |_| {}).unwrap();
        let answerer = Answerer::load(&folder, None).unwrap();
        let passages = ["she begins".to_owned(), "the story".to_owned()];
        let writing = Writing { max_length: 15, ..Writing::default() };
        let done = engine.complete(&passages, &writing, &Cancel::new()).unwrap().unwrap();
        let ids = passages.clone().map(|passage| answerer.encode(&passage, 380));
        assert_eq!(done.prompt_ids, ids.concat(), "{name}");
        let text = answerer.answer(&passages, &writing, &Cancel::new()).unwrap().unwrap();
        assert_eq!((done.text, done.stats.reply_tokens as usize), (text, done.ids.len()), "{name}");
        let cancel = Cancel::new();
        cancel.cancel();
        assert_eq!(engine.complete(&passages, &writing, &cancel).unwrap(), None);
        assert!(engine.complete(&[], &writing, &Cancel::new()).is_err());
    }
}

#[test]
fn an_answer_can_be_cancelled_and_needs_passages() {
    let answerer = Answerer::load(&fixture("others/plug"), None).unwrap();
    let cancel = Cancel::new();
    cancel.cancel();
    let passages = ["she begins".to_owned()];
    assert_eq!(answerer.answer(&passages, &Writing::default(), &cancel).unwrap(), None);
    let writing = Writing { max_length: 15, ..Writing::default() };
    assert!(answerer.answer(&passages, &writing, &Cancel::new()).unwrap().is_some());
    let error = answerer.write(&[], &Writing::default(), &|| false).unwrap_err();
    assert!(matches!(error, crate::Error::EmptyPrompt));
}

#[test]
fn the_likeliest_history_chooses_the_reply() {
    let reranker = Reranker::load(&fixture("families/gpt2"), &Options::default()).unwrap();
    let history = ["你好".to_owned(), "在吗".to_owned()];
    let replies = ["我在。".to_owned(), "你好吗？".to_owned(), "the story".to_owned()];
    let (best, losses) = reranker.best(&replies, &history, 5).unwrap().unwrap();
    assert_eq!(losses.len(), 3);
    assert!(losses.iter().all(|loss| *loss >= losses[best] && loss.is_finite()));
    // The newest utterance stands first behind the reply, and only so many count.
    let newest = reranker.loss(&replies[0], &history, 1).unwrap();
    assert!((newest - reranker.loss(&replies[0], &history[1..], 5).unwrap()).abs() < 1e-6);
    assert!((newest - losses[0]).abs() > 1e-4);
    assert!(reranker.best(&[], &history, 5).unwrap().is_none());
    let error = Reranker::load(&fixture("families/llama"), &Options::default()).unwrap_err();
    assert!(error.to_string().contains("[CLS]"), "{error}");
}
