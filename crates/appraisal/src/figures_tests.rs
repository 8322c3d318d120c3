//! Characters with known faults: each fault shows in its own metric.

use domain::{Attributes, Character, Problem};

use super::*;
use crate::metrics::Scored;
use crate::probes::{Extent, plan};
use crate::{Spoken, Subject, Verdict, compare, interview, page};

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
}

impl Actor {
    fn new(card: Character) -> Self {
        let facts = Profile::of_card(&card, Lang::En).unwrap().facts.into_iter();
        let known = facts
            .flat_map(|fact| fact.ask.into_iter().map(move |ask| (ask, fact.answer.clone())))
            .collect();
        Self { card, always: None, turn: 0, known }
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

    fn weigh(
        &mut self,
        question: &str,
        options: &[String],
    ) -> Result<Option<Vec<Scored>>, Problem> {
        let truth = self.knows(question);
        let scored = |text: &String| Scored {
            text: text.clone(),
            log_probability: if truth.contains(&text.as_str()) { -1.0 } else { -2.0 },
            tokens: 1,
        };
        Ok(Some(options.iter().map(scored).collect()))
    }
}

fn appraised(mut actor: Actor) -> Report {
    let profile = Profile::of_card(&keeper(), Lang::En).unwrap();
    let plan = plan(&profile, Lang::En, Extent::short(1)).unwrap();
    let transcript = interview(&mut actor, &plan, &mut |_| true).unwrap();
    let of = Subjects { character: "Haru".into(), seed: 1, ..Subjects::default() };
    appraise(&transcript, &profile, of)
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
