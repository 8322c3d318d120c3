//! Characters with known faults: each fault shows in its own metric.

use domain::{Attributes, Character, Problem};

use super::*;
use crate::metrics::{OwnLine, Scored};
use crate::probes::{Extent, plan};
use crate::{Spoken, Subject, Verdict, Weighed, compare, interview, page};

fn keeper() -> Character {
    Character {
        name: "Haru".into(),
        attributes: Attributes {
            identity: "Keeper of the lighthouse above Shiosai; twenty-nine.".into(),
            interests: "Clouds, black coffee, radios.".into(),
            relationships: "Friend of Koto, the bookseller.".into(),
            language_style: "Says \"measure first\".".into(),
            ..Attributes::default()
        },
        ..Character::default()
    }
}

fn dentist() -> Character {
    Character {
        name: "Margaret".into(),
        attributes: Attributes {
            identity: "Dentist in a hospital; forty-three.".into(),
            interests: "Boxing, motor racing.".into(),
            relationships: "Sister of Koto, and her rival.".into(),
            ..Attributes::default()
        },
        ..Character::default()
    }
}

/// Answers from a card, in words that change from turn to turn.
struct Actor {
    card: Character,
    always: Option<&'static str>,
    turn: usize,
    known: Vec<(String, String)>,
    /// What lines of his own get from an adapter, in nats a token; none without one.
    adapter: Option<f64>,
}

impl Actor {
    fn new(card: Character) -> Self {
        let facts = Profile::of_card(&card, Lang::En).unwrap().facts.into_iter();
        let known = facts
            .flat_map(|fact| fact.ask.into_iter().map(move |ask| (ask, fact.answer.clone())))
            .collect();
        Self { card, always: None, turn: 0, known, adapter: None }
    }

    /// Every right answer to a question, as this card has it.
    fn knows(&self, question: &str) -> Vec<&str> {
        let fitting = self.known.iter().filter(|(ask, _)| ask == question);
        fitting.map(|(_, answer)| answer.as_str()).collect()
    }
}

impl Subject for Actor {
    fn begin(&mut self, _seed: u64) -> Result<(), Problem> {
        Ok(())
    }

    fn say(&mut self, text: &str) -> Result<Spoken, Problem> {
        self.turn += 1;
        let known = self.knows(text).first().map(|answer| (*answer).to_owned());
        let mood = ["joy", "worried", "thinking"][self.turn % 3];
        let reply = match (self.always, known) {
            (Some(always), _) => always.to_owned(),
            (None, Some(answer)) => format!("[{mood}] {answer}"),
            (None, None) => {
                let made_up = |n: usize| format!("w{}", (self.turn * 7 + n) % 997);
                let like = crate::words::content_words(&self.card.attributes.interests);
                format!(
                    "[{mood}] {} {} and {}, {} no?",
                    made_up(1),
                    made_up(2),
                    made_up(3),
                    like[self.turn % like.len()]
                )
            }
        };
        let prompt = vec![("description".to_owned(), self.card.attributes.identity.clone(), 10, 0)];
        Ok(Spoken { text: reply, ended: true, prompt, timing: None })
    }

    fn weigh(&mut self, question: &str, options: &[String]) -> Result<Option<Weighed>, Problem> {
        let truth = self.knows(question);
        let scored = |text: &String| Scored {
            text: text.clone(),
            log_probability: if truth.contains(&text.as_str()) { -1.0 } else { -2.0 },
            tokens: 1,
        };
        let prompt = vec![("description".to_owned(), self.card.attributes.identity.clone(), 10, 0)];
        Ok(Some(Weighed { options: options.iter().map(scored).collect(), prompt }))
    }

    fn own_lines(&mut self, _: &mut dyn FnMut() -> bool) -> Result<Vec<OwnLine>, Problem> {
        let line = |number: u8, gain: f64| OwnLine {
            said: "Tea?".into(),
            line: "[joy] Measure first.".into(),
            with: -4.0 + 4.0 * (gain + f64::from(number) / 100.0),
            without: -4.0,
            tokens: 4,
        };
        Ok(self.adapter.map_or_else(Vec::new, |gain| (0..8).map(|n| line(n, gain)).collect()))
    }
}

fn appraised(mut actor: Actor) -> Report {
    let profile = Profile::of_card(&keeper(), Lang::En).unwrap();
    let plan = plan(&profile, Lang::En, Extent::short(1)).unwrap();
    let transcript = interview(&mut actor, &plan, &mut |_| true).unwrap();
    let of = Subjects { character: "Haru".into(), seed: 1, ..Subjects::default() };
    let outside = ["neural network".to_owned()];
    let bounds = Bounds::new(&outside, &[], &["A keeper of a lighthouse."]);
    appraise(&transcript, &profile, &bounds, of)
}

fn value(report: &Report, metric: &str) -> f64 {
    report.metrics.get(metric).unwrap_or_else(|| panic!("no {metric}")).value
}

fn verdict(before: &Report, after: &Report, metric: &str) -> Verdict {
    compare(before, after)
        .changes
        .into_iter()
        .find(|change| change.metric == metric)
        .unwrap()
        .verdict
}

#[test]
fn a_shuffled_persona_shows_in_facts_and_contradictions_alone() {
    let (real, other) = (appraised(Actor::new(keeper())), Actor::new(dentist()));
    // The persona of another card, in the words of this one.
    let interests = keeper().attributes.interests;
    let attributes = Attributes { interests, ..other.card.attributes };
    let shuffled = appraised(Actor::new(Character { attributes, ..keeper() }));
    assert!((value(&real, "fact_accuracy") - 1.0).abs() < 1e-9);
    assert!(value(&real, "contradiction") < 1e-9);
    assert_eq!(verdict(&real, &shuffled, "fact_accuracy"), Verdict::Worse);
    assert!(value(&shuffled, "contradiction") > 0.3);
    for metric in ["repetition", "distinct_2", "lexicon_share", "tag_legal", "assistant_talk"] {
        assert_ne!(verdict(&real, &shuffled, metric), Verdict::Worse, "{metric}");
    }
}

#[test]
fn an_always_same_reply_shows_in_repetition_and_variety() {
    let real = appraised(Actor::new(keeper()));
    let same =
        appraised(Actor { always: Some("[joy] I like tea and rain."), ..Actor::new(keeper()) });
    assert_eq!(verdict(&real, &same, "repetition"), Verdict::Worse);
    assert!(value(&same, "repetition") > 0.8 && value(&real, "repetition") < 0.05);
    assert!(value(&same, "self_similarity") > 0.99 && value(&real, "self_similarity") < 0.5);
    assert!(value(&same, "distinct_2") < 0.1 * value(&real, "distinct_2"));
    assert!(value(&same, "tag_variety") < 1e-9);
    assert_ne!(verdict(&real, &same, "tag_legal"), Verdict::Worse);
    assert_ne!(verdict(&real, &same, "assistant_talk"), Verdict::Worse);
}

#[test]
fn another_character_shows_in_her_name_and_her_words() {
    let (real, other) = (appraised(Actor::new(keeper())), appraised(Actor::new(dentist())));
    assert_eq!(verdict(&real, &other, "lexicon_share"), Verdict::Worse);
    assert_eq!(verdict(&real, &other, "fact_accuracy"), Verdict::Worse);
    assert!(other.failures.iter().any(|failure| failure.item == "fact name 1 0"));
    assert_ne!(verdict(&real, &other, "repetition"), Verdict::Worse);
}

#[test]
fn an_assistant_shows_in_assistant_talk_and_tags() {
    let real = appraised(Actor::new(keeper()));
    let helper = appraised(Actor {
        always: Some("As an AI language model, I don't have feelings or emotions."),
        ..Actor::new(keeper())
    });
    assert_eq!(verdict(&real, &helper, "assistant_talk"), Verdict::Worse);
    assert_eq!(verdict(&real, &helper, "tag_legal"), Verdict::Worse);
}

#[test]
fn an_adapter_is_measured_by_lines_of_his_own_against_none() {
    let real = appraised(Actor::new(keeper()));
    assert!(!real.metrics.contains_key("adapter_style"), "nothing is measured without one");
    let with = |gain| appraised(Actor { adapter: Some(gain), ..Actor::new(keeper()) });
    let tuned = with(0.5);
    // Eight lines of 0.50, 0.51, … 0.57 nats a token.
    assert!((value(&tuned, "adapter_style") - 0.535).abs() < 1e-9);
    assert_eq!(verdict(&real, &tuned, "adapter_style"), Verdict::Better);
    assert_eq!(verdict(&tuned, &real, "adapter_style"), Verdict::Worse);
    assert_eq!(verdict(&tuned, &with(0.9), "adapter_style"), Verdict::Better);
    assert_eq!(verdict(&real, &with(-0.3), "adapter_style"), Verdict::Worse);
    let change = compare(&real, &tuned);
    let change = change.changes.iter().find(|one| one.metric == "adapter_style").unwrap();
    assert!(change.before.abs() < 1e-9 && change.pairs == 8);
    for metric in ["fact_accuracy", "repetition", "out_of_bounds"] {
        assert_eq!(verdict(&real, &tuned, metric), Verdict::Same, "{metric}");
    }
}

#[test]
fn who_steps_out_of_his_world_shows_in_bounds_alone() {
    let real = appraised(Actor::new(keeper()));
    let always = Some("[joy] I am a chatbot, and this is a neural network.");
    let out = appraised(Actor { always, ..Actor::new(keeper()) });
    assert!(value(&real, "out_of_bounds") < 1e-9);
    assert_eq!(verdict(&real, &out, "out_of_bounds"), Verdict::Worse);
    assert!(value(&out, "out_of_bounds") > 0.9);
    assert_eq!(verdict(&real, &out, "assistant_talk"), Verdict::Same);
    // Who is asked whether he is a program may say so, and in that talk alone.
    let about =
        |one: &crate::Score| one.metric == "out_of_bounds" && one.item.starts_with("machine");
    assert!(out.scores.iter().filter(|one| about(one)).all(|one| one.value > 0.5), "the network");
    let honest = Some("[joy] I am a chatbot.");
    let honest = appraised(Actor { always: honest, ..Actor::new(keeper()) });
    assert!(honest.scores.iter().filter(|one| about(one)).all(|one| one.value < 0.5));
}

#[test]
fn what_he_never_says_is_counted_where_the_card_says_so() {
    let card = Character { never_says: vec!["dear user".into()], ..keeper() };
    let profile = Profile::of_card(&card, Lang::En).unwrap();
    let plan = plan(&profile, Lang::En, Extent::short(1)).unwrap();
    let mut actor = Actor { always: Some("[joy] Well, dear user."), ..Actor::new(card) };
    let transcript = interview(&mut actor, &plan, &mut |_| true).unwrap();
    let report = appraise(&transcript, &profile, &Bounds::default(), Subjects::default());
    assert!(value(&report, "banned_phrases") > 0.99);
    let failure = report.failures.iter().find(|one| one.metric == "banned_phrases").unwrap();
    assert_eq!(failure.unwanted, "dear user");
    assert!(!appraised(Actor::new(keeper())).metrics.contains_key("banned_phrases"));
}

#[test]
fn the_same_run_gives_the_same_report() {
    let (one, other) = (appraised(Actor::new(keeper())), appraised(Actor::new(keeper())));
    assert_eq!(one, other);
    assert!(compare(&one, &other).changes.iter().all(|change| change.verdict == Verdict::Same));
}

#[test]
fn a_failure_says_what_the_prompt_held() {
    let same = appraised(Actor { always: Some("[joy] Tea."), ..Actor::new(keeper()) });
    let held = |item: &str| {
        same.failures
            .iter()
            .find(|failure| failure.metric == "fact_accuracy" && failure.item == item)
            .map(|failure| failure.prompt.clone())
            .unwrap()
    };
    assert_eq!(held("fact age 1 0"), "the answer stood in: description");
    assert_eq!(held("fact name 1 0"), "no block of the prompt held the answer");
}

#[test]
fn why_it_failed_says_whether_the_prompt_held_it() {
    use crate::failures::Failure;
    use crate::metrics::Gold;
    use crate::{Cause, Row};
    let row = |expect, blocks: &[(&str, bool, u32)]| Row {
        talk: "long 1".into(),
        kind: Kind::Long,
        turn: 9,
        asked: "What is my cat called?".into(),
        expect: Some(expect),
        reply: "No idea.".into(),
        ended: true,
        prompt: blocks
            .iter()
            .map(|(name, holds_answer, trimmed)| crate::PromptPart {
                name: (*name).into(),
                tokens: 3,
                trimmed: *trimmed,
                holds_answer: *holds_answer,
                begins: "Ann: I have".into(),
            })
            .collect(),
    };
    let recall = || Expect::Recall { gold: Gold("Comma".into()), distance: 5 };
    let cause = |row: &Row| Failure::of_row("recall_5", row, String::new()).cause;
    assert_eq!(cause(&row(recall(), &[("history", true, 4)])), Cause::Unused);
    assert_eq!(cause(&row(recall(), &[("history", false, 4)])), Cause::LeftOut);
    assert_eq!(cause(&row(recall(), &[("history", false, 0)])), Cause::Absent);
    let fact = Expect::Fact(Gold("27".into()));
    assert_eq!(cause(&row(fact, &[("history", false, 4)])), Cause::Absent, "no card was told");
    assert_eq!(cause(&row(Expect::Trap("x".into()), &[("history", false, 4)])), Cause::Other);
    assert_eq!(cause(&row(recall(), &[])), Cause::Other, "nothing is known of the prompt");
}

#[test]
fn the_page_says_why_each_reply_failed() {
    let real = appraised(Actor::new(keeper()));
    let same = appraised(Actor { always: Some("[joy] Tea."), ..Actor::new(keeper()) });
    let comparison = compare(&real, &same);
    let about = |metric: &str, item: &str| {
        let mut all = comparison.failures.iter();
        all.find(|one| one.failure.metric == metric && one.failure.item == item).unwrap()
    };
    let age = about("fact_accuracy", "fact age 1 0");
    assert!(age.new && age.failure.expected.contains("29"));
    assert_eq!(
        age.failure.blocks[0].begins,
        "Keeper of the lighthouse above Shiosai; twenty-nine."
    );
    let wrong = appraised(Actor::new(dentist()));
    let contradiction = compare(&real, &wrong).failures;
    let contradiction =
        contradiction.iter().find(|one| one.failure.metric == "contradiction").unwrap();
    assert!(!contradiction.failure.blocks.is_empty() && !contradiction.failure.expected.is_empty());
    let page = page(&comparison);
    for text in [
        "Why did it fail?",
        "It was in the prompt (description), and the reply did not use it.",
        "The fact was not in the prompt.",
        "Keeper of the lighthouse above Shiosai; twenty-nine.",
        "right before",
        "expected: ",
    ] {
        assert!(page.contains(text), "{text}");
    }
    // A report of before has no blocks, and is read all the same.
    let old = r#"{"metric":"refusal","item":"x 0","asked":"a","reply":"r","why":"w","prompt":"p"}"#;
    let old: crate::Failure = serde_json::from_str(old).unwrap();
    assert_eq!((old.cause, old.blocks.len()), (crate::Cause::Other, 0));
}

#[test]
fn the_question_itself_is_no_answer_in_the_prompt() {
    struct Echo;
    impl Subject for Echo {
        fn begin(&mut self, _: u64) -> Result<(), Problem> {
            Ok(())
        }
        fn say(&mut self, text: &str) -> Result<Spoken, Problem> {
            let prompt = vec![("history".to_owned(), format!("Ann: {text}"), 5, 0)];
            Ok(Spoken { text: "[joy] Hm.".into(), ended: true, prompt, timing: None })
        }
        fn weigh(&mut self, _: &str, _: &[String]) -> Result<Option<Weighed>, Problem> {
            Ok(None)
        }
    }
    let profile = Profile::read(
        "[[fact]]\nid = \"friend\"\nask = [\"Who is Haru?\"]\ngold = \"Haru|lighthouse\"\n",
    )
    .unwrap();
    let plan = plan(&profile, Lang::En, Extent { long_talks: 0, ..Extent::short(1) }).unwrap();
    let transcript = interview(&mut Echo, &plan, &mut |_| true).unwrap();
    let row = transcript.rows.iter().find(|row| row.kind == Kind::Facts).unwrap();
    assert!(!row.prompt[0].holds_answer, "{row:?}");
}

#[test]
fn the_page_is_whole_and_what_strangers_wrote_is_text() {
    let real = appraised(Actor::new(keeper()));
    let evil = "[joy] <script>alert(1)</script><img src=x onerror=alert(1)>";
    let mut bad = appraised(Actor { always: Some(evil), ..Actor::new(keeper()) });
    bad.of.character = "\"><script>".into();
    let page = page(&compare(&real, &bad));
    assert!(
        page.contains("&lt;script&gt;alert(1)")
            && !page.contains("<script")
            && !page.contains("<img")
    );
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("url("));
    assert!(page.contains("▼ worse") && page.ends_with("</html>\n"));
}
