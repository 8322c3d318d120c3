//! Who speaks next, and why.

use domain::MessageId;
use proptest::prelude::*;

use super::*;

const PERSON: &str = "Ann";

/// The people of a story: name, talkativeness, muted. The first is at home.
struct People(Vec<(CharacterId, Character, bool)>);

impl People {
    fn of(people: &[(&str, Option<f32>, bool)]) -> Self {
        let one = |(name, talkativeness, muted): &(&str, Option<f32>, bool)| {
            let character = Character {
                name: (*name).to_owned(),
                talkativeness: *talkativeness,
                ..Character::default()
            };
            (CharacterId(name.to_lowercase()), character, *muted)
        };
        Self(people.iter().map(one).collect())
    }

    fn three() -> Self {
        Self::of(&[("Koto", None, false), ("Haru", None, false), ("Ren", None, false)])
    }

    fn members(&self) -> Vec<Member<'_>> {
        self.0
            .iter()
            .map(|(id, character, muted)| Member { id, character, muted: *muted })
            .collect()
    }

    /// Who comes after these lines: `> ` is the person, else `Name: `.
    fn next(&self, lines: &[&str]) -> Option<(String, Because)> {
        self.next_with(PERSON, lines)
    }

    fn next_with(&self, person: &str, lines: &[&str]) -> Option<(String, Because)> {
        let history: Vec<Message> = lines.iter().map(|line| message(line)).collect();
        let own = &self.0[0].0;
        next_speaker(&self.members(), own, person, &history)
            .map(|speaker| (speaker.character.0, speaker.because))
    }
}

fn message(line: &str) -> Message {
    let (role, speaker, text) = if let Some(text) = line.strip_prefix("> ") {
        (Role::User, None, text)
    } else {
        let (name, text) = line.split_once(": ").unwrap();
        let character = CharacterId(name.to_lowercase());
        let speaker = Speaker { character, because: Because::Silent };
        // As in the log: lines from before anybody was invited name nobody.
        (Role::Character, (name != "Koto").then_some(speaker), text)
    };
    Message {
        id: MessageId::NOT_LOGGED,
        parent: None,
        conversation: "00000000-0000-0000-0000-000000000001".parse().unwrap(),
        role,
        text: text.to_owned(),
        interrupted: false,
        speaker,
        created_at: 0,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "compared with what may be nobody")]
fn some(name: &str, because: Because) -> Option<(String, Because)> {
    Some((name.to_owned(), because))
}

#[test]
fn whom_the_person_names_answers() {
    let people = People::three();
    for (line, who) in [
        ("> Haru, how are you?", "haru"),
        ("> What about you, ren?", "ren"),
        ("> I told Haru. Ren, was that right?", "ren"),
        ("> HARU!", "haru"),
        ("> Is that Haru's book?", "haru"),
    ] {
        assert_eq!(people.next(&["Koto: Hello!", line]), some(who, Because::Named), "{line}");
    }
    let none = people.next(&["Koto: Hello!", "> The harus in the surrender of Renoir."]);
    assert_eq!(none.unwrap().1, Because::Silent, "part of a word is no name");
}

#[test]
fn a_person_without_a_name_is_not_turned_to_by_every_you() {
    let people = People::three();
    let lines = ["> Well?", "Koto: I told you so."];
    assert_eq!(people.next_with("You", &lines), some("haru", Because::Silent));
    assert_eq!(people.next_with("Ann", &["> Well?", "Koto: I told Ann so."]), None);
}

#[test]
fn the_first_word_of_a_title_is_no_name() {
    let people = People::of(&[("Koto", None, false), ("The Librarian", None, false)]);
    let line = ["Koto: Hello!", "> Who took the book, Koto?"];
    assert_eq!(people.next(&line), some("koto", Because::Named));
    let asked = ["Koto: Hello!", "> And the librarian?"];
    assert_eq!(people.next(&asked), some("the librarian", Because::Named));
}

#[test]
fn names_are_found_where_there_are_no_spaces() {
    let people = People::of(&[("琴", None, false), ("ハル", None, false)]);
    assert_eq!(people.next(&["> ハルはどう思う？"]), some("ハル", Because::Named));
    assert_eq!(people.next(&["> ねえ、琴。"]), some("琴", Because::Named));
}

#[test]
fn both_who_were_named_answer_in_turn() {
    let people = People::three();
    let lines = ["> Ren, Haru, who won?", "Ren: Me."];
    assert_eq!(people.next(&lines[..1]), some("ren", Because::Named));
    assert_eq!(people.next(&lines), some("haru", Because::Named));
}

#[test]
fn whom_another_character_names_answers_and_the_person_ends_it() {
    let people = People::three();
    assert_eq!(
        people.next(&["> Well?", "Koto: [joy] Ren, tell her."]),
        some("ren", Because::Addressed)
    );
    assert_eq!(
        people.next(&["> Well?", "Ren: Koto is Koto. Ren is Ren."]),
        some("koto", Because::Addressed)
    );
    assert_eq!(people.next(&["> Well?", "Koto: And you, Ann?"]), None, "it is the person's turn");
}

#[test]
fn who_has_been_silent_longest_speaks_and_the_talkative_sooner() {
    let people = People::three();
    let lines = ["> One.", "Haru: Two.", "> Three.", "Koto: Four.", "> Five."];
    assert_eq!(people.next(&lines), some("ren", Because::Silent));
    let quiet =
        People::of(&[("Koto", None, false), ("Haru", Some(1.0), false), ("Ren", Some(0.1), false)]);
    assert_eq!(quiet.next(&lines), some("haru", Because::Silent));
    let never =
        People::of(&[("Koto", None, false), ("Haru", Some(0.0), false), ("Ren", Some(0.0), false)]);
    assert_eq!(never.next(&["> One.", "Koto: Two."]), None);
    assert_eq!(never.next(&["> One, Ren?"]), some("ren", Because::Named));
}

#[test]
fn the_muted_wait_to_be_chosen() {
    let people = People::of(&[("Koto", None, false), ("Haru", None, true), ("Ren", None, true)]);
    assert_eq!(people.next(&["> Haru?"]), some("koto", Because::Only));
    assert_eq!(people.next(&["> Haru?", "Koto: He is muted."]), None);
    let all = People::of(&[("Koto", None, true), ("Haru", None, true)]);
    assert_eq!(all.next(&["> Anybody?"]), some("koto", Because::Only), "somebody answers");
}

#[test]
fn as_many_lines_follow_as_the_cast_says() {
    let people = People::three();
    let own = &people.0[0].0;
    let follows = |lines: u8, said: &[&str]| {
        let cast = Cast { guests: vec!["haru".into(), "ren".into()], lines, ..Cast::default() };
        let history: Vec<Message> = said.iter().map(|line| message(line)).collect();
        follower(&people.members(), own, PERSON, &cast, &history).is_some()
    };
    assert!(!follows(1, &["> One.", "Koto: Two."]));
    assert!(follows(3, &["> One.", "Koto: Two."]));
    assert!(follows(3, &["> One.", "Koto: Two.", "Ren: Three."]));
    assert!(!follows(3, &["> One.", "Koto: Two.", "Ren: Three.", "Haru: Four."]));
    assert!(!follows(3, &["Koto: A greeting."]), "nobody has said anything to them yet");
}

proptest! {
    #[test]
    fn after_the_person_somebody_always_speaks_and_nobody_twice_in_a_row(
        said in prop::collection::vec((0usize..4, "[a-zA-Z ,.?ハ琴]{0,24}|Ren, you|Koto\\?|Ann\\."), 1..40),
        muted in prop::collection::vec(any::<bool>(), 3),
        talk in prop::collection::vec(prop::option::of(0.0f32..=1.0), 3),
    ) {
        let names = ["Koto", "Haru", "Ren"];
        let people: Vec<_> = (0..3).map(|at| (names[at], talk[at], muted[at])).collect();
        let people = People::of(&people);
        let history: Vec<Message> = said.iter().map(|(who, text)| match names.get(*who) {
            Some(name) => message(&format!("{name}: {text}")),
            None => message(&format!("> {text}")),
        }).collect();
        let own = &people.0[0].0;
        let next = next_speaker(&people.members(), own, PERSON, &history);
        let last = history.last().unwrap();
        prop_assert!(next.is_some() || last.role == Role::Character);
        if let Some(next) = &next {
            prop_assert_ne!(Some(&next.character), last.said_by(own));
            let at = people.0.iter().position(|(id, ..)| *id == next.character).unwrap();
            prop_assert!(!muted[at] || muted.iter().all(|one| *one));
        }
        prop_assert_eq!(next, next_speaker(&people.members(), own, PERSON, &history), "pure");
    }
}
