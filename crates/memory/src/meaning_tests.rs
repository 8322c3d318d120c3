//! Vectors: made, kept by encoder, thrown away, deleted with what is forgotten; and what they find.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::Problem;

use super::*;
use crate::tests::Talk;
use crate::{Because, Item, Limits};

/// Knows that some words mean the same, as an encoder would.
#[derive(Default)]
struct Senses {
    read: AtomicUsize,
    /// Turns the space around, as another encoder would.
    turned: bool,
}

const SENSES: [&[&str]; 4] = [
    &["boat", "ship", "sailing", "harbour"],
    &["doctor", "ill", "hospital", "clinic"],
    &["weather", "rain", "sunny"],
    &["bread", "bakery", "oven"],
];
const WIDTH: usize = 96;

impl Senses {
    fn vector(&self, text: &str) -> Vec<f32> {
        let text = text.to_lowercase();
        let mut vector = vec![0.4_f32; WIDTH];
        for (at, sense) in SENSES.iter().enumerate() {
            if sense.iter().any(|word| text.contains(word)) {
                for (place, x) in vector.iter_mut().enumerate() {
                    if place % SENSES.len() == at {
                        *x += 1.0;
                    }
                }
            }
        }
        // A little that is the text's own.
        for (place, x) in vector.iter_mut().enumerate() {
            let own = text
                .bytes()
                .fold(place as u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
            *x += (own >> 16) as f32 / 65_536.0 * 0.2;
        }
        if self.turned {
            vector.rotate_left(1);
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        vector.iter().map(|x| x / length).collect()
    }
}

impl Embedder for Senses {
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
        self.read.fetch_add(texts.len(), Ordering::Relaxed);
        Ok(texts.iter().map(|text| self.vector(text)).collect())
    }
}

fn long_talk() -> Talk {
    let mut talk = Talk::new();
    talk.user("We went sailing with my uncle last Sunday.");
    for number in 0..200 {
        let line = ["Rain again, number", "The bread smells, number", "Nothing much, number"];
        talk.user(&format!("{} {number}.", line[number % 3]));
    }
    talk.memory.sync(&talk.log, || false).unwrap();
    talk
}

fn quotes(talk: &Talk, encoder: &Senses, question: &str) -> Vec<(String, Because)> {
    let vector = encoder.vector(question);
    talk.memory
        .recall_near(
            &talk.scope(),
            (question, Some(&vector)),
            &HashSet::default(),
            Limits::default(),
            &talk.log,
        )
        .unwrap()
        .into_iter()
        .filter_map(|one| match one.item {
            Item::Quote { text, .. } => Some((text, one.because)),
            Item::Fact(_) | Item::Scene(_) => None,
        })
        .collect()
}

#[test]
fn what_was_said_in_other_words_is_found_by_what_it_means() {
    let talk = long_talk();
    let encoder = Senses::default();
    let plain = talk.memory.search(&talk.scope(), "Who owns a boat?", 9, &talk.log).unwrap();
    assert_eq!(plain, [], "no word of it was said");
    let meaning = talk.memory.read_meaning("senses-1", &encoder, &talk.log, || false).unwrap();
    assert_eq!((meaning.done, meaning.all), (201, 201));
    let found = quotes(&talk, &encoder, "Who owns a boat?");
    assert_eq!(found[0].0, "We went sailing with my uncle last Sunday.");
    assert_eq!(found[0].1, Because::Meaning);
    // Nothing like it was ever said: nothing stands out.
    assert_eq!(quotes(&talk, &encoder, "Which hospital?"), []);
    // Words still count: the line that has them is there too.
    let both = quotes(&talk, &encoder, "uncle and the boat");
    assert!(matches!(both[0].1, Because::Words(_)), "{both:?}");
}

#[test]
fn vectors_are_made_once_go_on_where_they_stopped_and_follow_the_encoder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.sqlite");
    let mut talk = long_talk();
    talk.memory = Memory::open(&path).unwrap();
    talk.memory.sync(&talk.log, || false).unwrap();
    let encoder = Senses::default();
    let mut looks = 0;
    let stopped = talk
        .memory
        .read_meaning("senses-1", &encoder, &talk.log, || {
            looks += 1;
            looks > 3
        })
        .unwrap();
    assert!(stopped.done > 0 && stopped.done < stopped.all, "{stopped:?}");
    let all = talk.memory.read_meaning("senses-1", &encoder, &talk.log, || false).unwrap();
    assert_eq!((all.done, encoder.read.load(Ordering::Relaxed)), (201, 201));
    // The next start reads them from the file.
    talk.memory = Memory::open(&path).unwrap();
    talk.memory.read_meaning("senses-1", &encoder, &talk.log, || false).unwrap();
    assert_eq!(encoder.read.load(Ordering::Relaxed), 201);
    assert!(!quotes(&talk, &encoder, "a ship?").is_empty());
    // Another encoder: everything anew.
    let other = Senses { turned: true, ..Senses::default() };
    talk.memory.read_meaning("senses-2", &other, &talk.log, || false).unwrap();
    assert_eq!(other.read.load(Ordering::Relaxed), 201);
    assert!(!quotes(&talk, &other, "a ship?").is_empty());
    talk.memory.forget_meaning().unwrap();
    assert_eq!(talk.memory.meaning().unwrap().done, 0);
    assert_eq!(quotes(&talk, &other, "a ship?"), []);
}

#[test]
fn what_is_forgotten_has_no_vector_until_it_is_remembered_again() {
    let mut talk = long_talk();
    let encoder = Senses::default();
    let secret = talk.user("The clinic called.");
    talk.memory.sync(&talk.log, || false).unwrap();
    talk.memory.read_meaning("senses-1", &encoder, &talk.log, || false).unwrap();
    assert_eq!(quotes(&talk, &encoder, "Was somebody ill?").len(), 1);
    let forgotten = talk.memory.forget_message(&talk.scope(), secret, &talk.log).unwrap();
    assert_eq!(quotes(&talk, &encoder, "Was somebody ill?"), []);
    let meaning = talk.memory.read_meaning("senses-1", &encoder, &talk.log, || false).unwrap();
    assert_eq!((meaning.done, meaning.all), (201, 201));
    talk.memory.remember_again(&forgotten, &talk.log).unwrap();
    talk.memory.read_meaning("senses-1", &encoder, &talk.log, || false).unwrap();
    assert_eq!(quotes(&talk, &encoder, "Was somebody ill?").len(), 1);
}

#[test]
fn what_is_remembered_again_is_near_once() {
    let mut talk = long_talk();
    let encoder = Senses::default();
    let secret = talk.user("The clinic called.");
    talk.memory.sync(&talk.log, || false).unwrap();
    let read = || talk.memory.read_meaning("senses-1", &encoder, &talk.log, || false).unwrap();
    read();
    let forgotten = talk.memory.forget_message(&talk.scope(), secret, &talk.log).unwrap();
    talk.memory.remember_again(&forgotten, &talk.log).unwrap();
    read();
    let question = encoder.vector("Was somebody in the hospital?");
    let keys =
        talk.memory.signs().nearest(&question, |_| vectors::May::All, &HashSet::new(), NEAREST);
    let different: HashSet<i64> = keys.iter().map(|one| one.key).collect();
    assert!(!keys.is_empty());
    assert_eq!(different.len(), keys.len(), "{keys:?}");
}

#[test]
fn what_is_switched_off_while_the_encoder_reads_leaves_no_vectors() {
    /// Somebody switches it off while it reads.
    struct Leaving<'a>(&'a Memory, Senses);
    impl Embedder for Leaving<'_> {
        fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
            self.0.forget_meaning().unwrap();
            self.1.embed(texts)
        }
    }
    let talk = long_talk();
    let leaving = Leaving(&talk.memory, Senses::default());
    let meaning = talk.memory.read_meaning("senses-1", &leaving, &talk.log, || false).unwrap();
    assert_eq!(meaning.done, 0);
    assert_eq!(leaving.1.read.load(Ordering::Relaxed), AT_ONCE, "and it reads no further");
    // Stopped before it begins, it does not put itself into the place of another.
    talk.memory.read_meaning("senses-1", &Senses::default(), &talk.log, || false).unwrap();
    talk.memory.read_meaning("senses-2", &Senses::default(), &talk.log, || true).unwrap();
    assert_eq!(talk.memory.meaning().unwrap().done, 201);
}

#[test]
fn another_character_and_another_branch_have_nothing_near() {
    let mut talk = long_talk();
    let encoder = Senses::default();
    let fork = talk.leaf;
    talk.user("The clinic called.");
    talk.memory.sync(&talk.log, || false).unwrap();
    talk.memory.read_meaning("senses-1", &encoder, &talk.log, || false).unwrap();
    talk.leaf = fork;
    assert_eq!(quotes(&talk, &encoder, "Was somebody ill?"), []);
    talk.character = domain::CharacterId("haru".into());
    assert_eq!(quotes(&talk, &encoder, "a ship?"), []);
}

#[test]
fn an_encoder_that_gives_nonsense_is_refused() {
    struct Broken;
    impl Embedder for Broken {
        fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
            Ok(texts.iter().map(|_| vec![f32::NAN; 8]).collect())
        }
    }
    let talk = long_talk();
    let error = talk.memory.read_meaning("broken", &Broken, &talk.log, || false).unwrap_err();
    assert!(matches!(error, Error::Encoder(_)), "{error}");
}

#[test]
fn a_guest_finds_by_meaning_what_she_heard_and_nothing_else() {
    let mut talk = long_talk();
    let encoder = Senses::default();
    let haru = domain::CharacterId("haru".into());
    talk.user("My sister works at the clinic.");
    let together = domain::Cast { guests: vec![haru.clone()], ..domain::Cast::default() };
    talk.log.set_cast(talk.conversation, together).unwrap();
    talk.user("We sell the bakery, oven and all.");
    talk.memory.sync(&talk.log, || false).unwrap();
    talk.memory.read_meaning("senses-1", &encoder, &talk.log, || false).unwrap();
    talk.character = haru;
    let heard: Vec<String> =
        quotes(&talk, &encoder, "Who makes bread?").into_iter().map(|(text, _)| text).collect();
    assert_eq!(heard, ["We sell the bakery, oven and all."]);
    // Of so few everything is near; what she was not there for is not among it.
    let heard = quotes(&talk, &encoder, "Was somebody ill?");
    assert!(!heard.iter().any(|(text, _)| text.contains("clinic")), "{heard:?}");
}
