//! An encoder that is exchanged while it reads, and what stands before the texts of one.

use std::sync::{OnceLock, Weak};

use domain::{CharacterId, Log, NewMessage, ProblemKind, Role};
use memory::Memory;
use store::EventLog;

use super::*;
use crate::knowledge::lookup::Knowing;

/// While it reads, somebody wants another one.
#[derive(Default)]
struct Exchanged {
    of: OnceLock<Weak<Remembering>>,
    to: &'static str,
    fails: bool,
}

impl Embedder for Exchanged {
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
        if let Some(remembering) = self.of.get().and_then(Weak::upgrade) {
            remembering.want_encoder(self.to);
        }
        if self.fails {
            return Err(Problem::new(ProblemKind::Internal, "it broke", "choose another"));
        }
        Ok(texts.iter().map(|_| vec![0.6, 0.8]).collect())
    }
}

/// A memory of a few lines, with an encoder of the name `old` in use.
fn remembering(encoder: Exchanged) -> Arc<Remembering> {
    let log = Arc::new(EventLog::in_memory().unwrap());
    let conversation = log.begin(&CharacterId("koto".into()), "").unwrap().id;
    for text in ["The lamp is lit.", "The kettle sings.", "The boat is late."] {
        let text = text.to_owned();
        let new = NewMessage {
            conversation,
            parent: None,
            role: Role::User,
            text,
            interrupted: false,
            speaker: None,
        };
        log.append(new).unwrap();
    }
    let remembering = Arc::new(Remembering::of(Memory::in_memory().unwrap(), log));
    remembering.catch_up();
    encoder.of.get_or_init(|| Arc::downgrade(&remembering));
    let encoding = Encoding::of(Arc::new(encoder), "old", Default::default(), Path::new("old"));
    remembering.use_loaded("old", encoding);
    remembering
}

#[test]
fn an_encoder_that_is_switched_off_while_it_reads_leaves_nothing() {
    let remembering = remembering(Exchanged::default());
    remembering.read_meaning();
    assert_eq!(remembering.memory.meaning().unwrap().done, 0);
    assert!(remembering.meaning_view().unwrap().is_none());
}

#[test]
fn the_error_of_an_encoder_that_is_no_longer_wanted_is_not_that_of_the_next() {
    let remembering = remembering(Exchanged { to: "new", fails: true, ..Exchanged::default() });
    remembering.read_meaning();
    let view = remembering.meaning_view().unwrap().unwrap();
    assert_eq!((view.name.as_str(), view.problem.as_str()), ("new", ""));
}

#[test]
fn an_encoder_that_failed_is_tried_again_when_it_is_wanted_again() {
    let remembering =
        Remembering::of(Memory::in_memory().unwrap(), Arc::new(EventLog::in_memory().unwrap()));
    remembering.want_encoder("nowhere");
    remembering.read_meaning();
    let problem = || remembering.meaning_view().unwrap().unwrap().problem;
    assert_ne!(problem(), "");
    remembering.want_encoder("nowhere");
    assert_eq!(problem(), "", "it is to be loaded once more");
}

#[test]
fn the_words_before_a_text_are_read_with_it_and_a_question_is_read_once() {
    /// Remembers what it was given.
    #[derive(Default)]
    struct Given(Mutex<Vec<String>>);
    impl Embedder for Given {
        fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
            lock(&self.0).extend_from_slice(texts);
            Ok(texts.iter().map(|_| vec![0.6, 0.8]).collect())
        }
    }
    let given = Arc::new(Given::default());
    let before = |passage: &str| ("query: ".to_owned(), passage.to_owned());
    let of = |passage: &str| {
        let encoder = Arc::clone(&given) as Arc<dyn Embedder>;
        Encoding::of(encoder, "1", before(passage), Path::new("e5"))
    };
    let encoding = of("passage: ");
    assert_eq!(encoding.question("Who?"), Some(vec![0.6, 0.8]));
    assert_eq!(encoding.question("Who?"), Some(vec![0.6, 0.8]));
    Said(&encoding).embed(&["It is lit.".to_owned()]).unwrap();
    assert_eq!(*lock(&given.0), ["query: Who?", "passage: It is lit."]);
    assert_eq!(of("").fingerprint, "1", "vectors that are there stay");
    assert_ne!(encoding.fingerprint, of("").fingerprint);
}

#[test]
fn a_folder_of_ones_own_makes_vectors_of_talks_and_documents() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures/others");
    for name in ["bert", "xlm-roberta"] {
        let encoding = Encoding::load(&fixtures.join(name)).unwrap();
        let remembering = remembering(Exchanged::default());
        remembering.use_loaded(name, encoding);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("noss.txt");
        std::fs::write(&file, "The lamp of Noss is lit.\n\nShe begins to sing.").unwrap();
        let knowing = Arc::new(Knowing::open(folder.path()).unwrap());
        knowing.knowledge.add(&[file], None, &mut |_| domain::Flow::More).unwrap();
        remembering.encode_documents(&knowing);
        assert!(!remembering.read_meaning(), "nothing is left to do");
        let view = remembering.meaning_view().unwrap().unwrap();
        assert_eq!((view.done, view.all, view.problem.as_str()), (3, 3, ""), "{name}");
        let view = remembering.documents_meaning().unwrap().unwrap();
        assert_eq!((view.name.as_str(), view.done, view.problem.as_str()), (name, view.all, ""));
        assert!(view.all > 0);
        let encoding = remembering.encoding().unwrap();
        let question = encoding.question("She begins").unwrap();
        let reader = knowledge::Reader::Person;
        let found = knowing.knowledge.search_near(reader, "zzz", Some(&question), 3).unwrap();
        assert!(found.iter().all(|one| one.near.is_some()) && !found.is_empty(), "{found:?}");
    }
}
