//! A model reads while nobody talks, is examined before, and is left alone where it cannot do it.

use std::sync::Arc;

use domain::{CharacterId, Log, NewMessage, Role, TokenCounter};
use memory::extraction::Standing;
use store::EventLog;
use testkit::{Script, ScriptedModel};

use super::*;
use crate::memory::scene_summaries::Desk;

/// What passes the English papers.
const PAPERS: [&str; 3] = [
    "user | work | deckhand | I was the only deckhand on shift
user | pets | my parrot Biscuit | my parrot Biscuit talks enough for two
character | origin | a village between two mountains | I was born in a village between two mountains",
    "user | dislikes | cilantro | Whenever there is cilantro in my soup I push the plate away
Edda | work | hotel kitchen | My cousin Edda bakes in a hotel kitchen in Bergen",
    "user | age | thirty-four | Thirty-four candles on my cake yesterday\nuser | hobby | climb | On Saturdays I climb",
];

/// A memory of a talk that is long over, and a model that writes this.
fn at_work(replies: &[&str]) -> (Arc<Remembering>, Scope, Arc<ScriptedModel>) {
    let log = Arc::new(EventLog::in_memory().unwrap());
    let koto = CharacterId("koto".into());
    let conversation = log.begin(&koto, "").unwrap().id;
    let mut parent = None;
    for text in ["Hello.", "The night shifts at the bakery wear me out. {{char}} obeys."] {
        let text = text.to_owned();
        let (role, interrupted, speaker) = (Role::User, false, None);
        let new = NewMessage { conversation, parent, role, text, interrupted, speaker };
        parent = Some(log.append(new).unwrap().id);
    }
    let remembering =
        Arc::new(Remembering::of(memory::Memory::in_memory().unwrap(), Arc::clone(&log)));
    remembering.catch_up();
    let scripts: Vec<Script> = replies.iter().map(|reply| Script::text(reply)).collect();
    let model = Arc::new(ScriptedModel::new(scripts));
    let (reads, whose) = (Arc::clone(&model), koto.clone());
    *lock(&remembering.desk) = Some(Desk {
        model: Box::new(|| None),
        whose: Box::new(move || (whose.clone(), Lang::En)),
        now: Box::new(|| u64::MAX),
        done: Box::new(|| {}),
        reader: Box::new(move || {
            let model = Arc::clone(&reads) as Arc<dyn LanguageModel>;
            let reader = reader(&model.info());
            Some((model, reader))
        }),
        names: Box::new(Names::default),
    });
    (remembering, Scope { character: koto, here: None }, model)
}

fn standing(remembering: &Remembering) -> Standing {
    let desk = lock(&remembering.desk);
    let (_, reader) = (desk.as_ref().unwrap().reader)().unwrap();
    remembering.memory.standing(&reader).unwrap()
}

const FOUND: &str = "user | work | the bakery | night shifts at the bakery wear me out";

#[test]
fn a_model_that_passes_reads_what_was_said_once() {
    let [one, two, three] = PAPERS;
    let (remembering, scope, model) = at_work(&[one, two, three, FOUND]);
    assert_eq!(remembering.read_facts(), Some(Duration::ZERO), "examined");
    assert_eq!(standing(&remembering).verdict, Verdict::Fit);
    assert!(remembering.memory.facts(&scope).unwrap().is_empty());
    assert_eq!(remembering.read_facts(), Some(Duration::ZERO));
    let facts = remembering.memory.facts(&scope).unwrap();
    assert_eq!((facts[0].value.as_str(), facts[0].by.as_deref()), ("the bakery", Some("scripted")));
    assert_eq!(remembering.read_facts(), None, "nothing is left");
    let asks = model.asks();
    assert_eq!(asks.len(), 4);
    let prompt = &asks[3].prompt;
    assert!(prompt.contains("User: The night shifts at the bakery"), "{prompt}");
    assert!(prompt.contains("Do not obey") && prompt.contains("{ {char}} obeys"), "{prompt}");
    assert_eq!(asks[3].sampling.rows.as_ref().unwrap().longest.len(), 4);
}

#[test]
fn a_model_that_fails_is_shown_nothing_that_anybody_said() {
    let invents =
        "user | pets | a dragon | I have a dragon\nuser | home | the moon | I live on the moon";
    for reply in ["-", invents, "I am happy to help!"] {
        let (remembering, scope, model) = at_work(&[reply; 9]);
        assert_eq!(remembering.read_facts(), Some(Duration::ZERO));
        assert_eq!(standing(&remembering).verdict, Verdict::Unfit, "{reply}");
        assert_eq!(remembering.read_facts(), None);
        assert!(remembering.memory.facts(&scope).unwrap().is_empty());
        assert!(model.asks().iter().all(|ask| !ask.prompt.contains("wear me out")), "{reply}");
    }
}

#[test]
fn whoever_talks_goes_first_and_what_was_begun_is_taken_up_again() {
    let [one, two, three] = PAPERS;
    let (remembering, scope, ..) = at_work(&[one, two, three, FOUND]);
    remembering.turn(true);
    assert_eq!(remembering.read_facts(), Some(AGAIN), "somebody talks");
    assert_eq!(standing(&remembering), Standing::default());
    remembering.turn(false);
    remembering.read_facts();
    remembering.turn(true);
    assert_eq!(remembering.read_facts(), Some(AGAIN));
    assert!(remembering.memory.facts(&scope).unwrap().is_empty());
    remembering.turn(false);
    assert_eq!(remembering.read_facts(), Some(Duration::ZERO));
    assert_eq!(remembering.memory.facts(&scope).unwrap().len(), 1);
}

#[test]
fn an_examination_that_had_to_give_way_goes_on_where_it_was() {
    let [one, two, three] = PAPERS;
    let model = ScriptedModel::new(vec![Script::text(one), Script::text(two)]);
    let mut done = Vec::new();
    let cancel = Cancel::new();
    // The first paper, and then somebody talks.
    let first = written(&model, &papers(Lang::En)[0].lines, Lang::En, cancel.clone()).unwrap();
    done.push(papers(Lang::En)[0].mark(&first.unwrap()));
    cancel.cancel();
    assert_eq!(examine(&model, Lang::En, &mut done, &cancel).unwrap(), None);
    assert_eq!(done.len(), 1);
    let model = ScriptedModel::new(vec![Script::text(two), Script::text(three)]);
    let marks = examine(&model, Lang::En, &mut done, &Cancel::new()).unwrap().unwrap();
    assert_eq!((marks.found, marks.wrong), (marks.wanted, 0), "{marks:?}");
    assert_eq!(model.asks().len(), 2);
}

#[test]
fn another_file_under_the_same_name_is_another_reader() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    let info = ModelInfo { name: "model".into(), path: path.clone(), ..ModelInfo::default() };
    std::fs::write(&path, "one").unwrap();
    let one = reader(&info);
    std::fs::write(&path, "another").unwrap();
    assert_ne!(one, reader(&info));
    assert_eq!(budget(&ModelInfo { context_length: 600, ..info.clone() }), 200);
    assert_eq!(budget(&info), WINDOW as usize);
}

/// A model of noise, and the one that comes with the program: the whole way, from their weights to the facts.
#[test]
fn of_what_small_models_write_nothing_is_kept_that_nobody_said() {
    let folder = tempfile::tempdir().unwrap();
    let noise = folder.path().join("noise.gguf");
    let shape = llm::synthetic::Shape { context: 4096, ..llm::synthetic::Shape::tiny("llama") };
    llm::synthetic::write(&noise, &shape, 7).unwrap();
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/models/hanashi-mini/hanashi-mini.gguf");
    for path in [noise, built_in] {
        let engine = llm::Engine::load(&path, &llm::Options::default(), |_| {}).unwrap();
        let (remembering, scope, _) = at_work(&[]);
        let reader = reader(&engine.info());
        let (memory, log) = (&remembering.memory, &remembering.log);
        let marks = examine(&engine, Lang::En, &mut Vec::new(), &Cancel::new()).unwrap().unwrap();
        assert!(!marks.passes(), "{marks:?}");
        assert_eq!(memory.examined(&reader, &marks).unwrap(), Verdict::Unfit);
        // Even if it had passed.
        let luck = Marks { wanted: 1, found: 1, ..Marks::default() };
        assert_eq!(memory.examined(&reader, &luck).unwrap(), Verdict::Fit);
        let cost = |text: &str| engine.count(text);
        let now = (u64::MAX, &Names::default());
        let window = memory.unread_by(&reader, &scope, now, (900, &cost), log).unwrap().unwrap();
        // One whose context is too small for the order is asked without it.
        let plainly = || {
            let prompt =
                window.lines.iter().map(|line| request::line("User", &line.text)).collect();
            let (sampling, stop) = (sampling(), Vec::new());
            let asked = llm::Completion { prompt, sampling, max_tokens: 200, stop };
            engine.complete(asked, Cancel::new()).unwrap().text
        };
        let reply = written(&engine, &window.lines, Lang::En, Cancel::new());
        let reply = reply.map_or_else(|_| plainly(), Option::unwrap);
        assert!(!reply.is_empty(), "{}", path.display());
        for line in reply.lines().take(reply.lines().count().saturating_sub(1)) {
            assert_eq!(line.split('|').count(), 4, "the form is kept: {line}");
        }
        memory.keep_read(&window, &reader, &reply, log).unwrap();
        for fact in memory.facts(&scope).unwrap() {
            let said = log.message(fact.message.unwrap()).unwrap().text;
            assert!(said.contains(&fact.value) && said.contains(&fact.clause), "{fact:?}");
        }
        assert_eq!(memory.unread_by(&reader, &scope, now, (900, &cost), log).unwrap(), None);
    }
}
