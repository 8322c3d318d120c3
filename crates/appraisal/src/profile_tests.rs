//! What cards tell, by hand.

use super::*;

fn card(identity: &str, interests: &str, relationships: &str) -> Character {
    Character {
        name: "Haru Mori".into(),
        attributes: Attributes {
            identity: identity.into(),
            interests: interests.into(),
            relationships: relationships.into(),
            language_style: "Dry; says \"Hm.\" and “measure first”.".into(),
            ..Attributes::default()
        },
        ..Character::default()
    }
}

fn fact<'a>(profile: &'a Profile, id: &str) -> &'a Fact {
    profile.facts.iter().find(|fact| fact.id == id).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn an_english_card_is_asked_for_what_it_says() {
    let card = card(
        "Keeper of the lighthouse above Shiosai; twenty-nine.",
        "Clouds, black coffee, chess by radio.",
        "Friend of Koto, the bookseller; elder brother of Natsu, a student.",
    );
    let profile = Profile::of_card(&card, Lang::En).unwrap();
    assert!(fact(&profile, "name").gold.is_in("I'm Haru."));
    let age = fact(&profile, "age");
    assert!(
        age.gold.is_in("Twenty-nine.") && age.gold.is_in("I'm 29") && !age.gold.is_in("twenty")
    );
    assert_eq!(age.answer, "I am twenty-nine years old.");
    assert!(fact(&profile, "work").gold.is_in("I keep the lighthouse."));
    assert_eq!(fact(&profile, "likes 2").answer, "I like black coffee.");
    assert!(fact(&profile, "likes").gold.is_in("Coffee, mostly."));
    assert_eq!(fact(&profile, "person").ask[0], "Who is Koto?");
    assert!(fact(&profile, "person 2").gold.is_in("She's my sister, a student; I'm her brother."));
    assert_eq!(profile.catch_phrases, ["Hm.", "measure first"]);
    for fact in &profile.facts {
        assert_eq!(fact.ask.len(), 5);
        assert!(fact.foils.iter().all(|foil| !fact.gold.is_in(foil)), "{fact:?}");
    }
}

#[test]
fn chinese_and_japanese_cards_too() {
    let profile =
        Profile::of_card(&card("灯塔看守人，二十九岁。", "云、黑咖啡、下棋", ""), Lang::Zh)
            .unwrap();
    let age = fact(&profile, "age");
    assert!(
        age.gold.is_in("我29岁") && age.gold.is_in("二十九") && age.answer == "我今年二十九岁。"
    );
    assert!(fact(&profile, "work").gold.is_in("我看守灯塔。"));
    assert_eq!(fact(&profile, "likes 2").answer, "我喜欢黑咖啡。");
    let profile = Profile::of_card(&card("灯台守、29歳", "雲、コーヒー", ""), Lang::Ja).unwrap();
    assert_eq!(fact(&profile, "age").answer, "私は29歳です。");
}

#[test]
fn a_card_that_says_nothing_is_asked_for_its_name() {
    let character = Character { name: "X|Y".into(), ..Character::default() };
    assert!(Profile::of_card(&character, Lang::En).unwrap().facts.is_empty());
    let character =
        Character { name: "Mo".into(), description: "Has 12 cats.".into(), ..Character::default() };
    let profile = Profile::of_card(&character, Lang::En).unwrap();
    assert_eq!(profile.facts.len(), 1);
}

#[test]
fn the_file_comes_before_the_card() {
    let file = "catch_phrases = ['Hm.']\n[[fact]]\nid = 'name'\nask = ['Who?']\ngold = 'Haru'\n";
    let card = Profile::of_card(&card("Keeper; twenty-nine", "", ""), Lang::En).unwrap();
    let both = Profile::read(file).unwrap().or(card);
    assert_eq!(fact(&both, "name").ask, ["Who?"]);
    assert_eq!(fact(&both, "age").ask.len(), 5);
    for bad in ["[[fact]]\nid = 'x'\nask = ['?']", "fact = 3", "[[fact]]\ngold='a'", "colour = 1"] {
        assert!(Profile::read(bad).is_err(), "{bad}");
    }
    assert!(Profile::read(&"#".repeat(MAX_BYTES + 1)).is_err());
}
