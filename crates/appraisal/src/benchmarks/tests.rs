//! Files in the forms that the sets are published in, made for this project.

use super::*;

const SOCIAL: &str = r#"[
 {"dialogue":[{"from":"Ann","value":"I lost it!"}],"instruction":"Which mood?","choices":{"A":"joy","B":"anger"},"label":["B"],
  "meta":{"lang":"en","category":"Individual-EP-DialogueEmotionDetect"}},
 {"dialogue":[{"from":"User","value":"多选"}],"instruction":"","choices":{"A":"甲","B":"乙","C":"丙"},"label":["A","C"],
  "meta":{"lang":"zh","category":"Individual-EP-SituationUnderstanding"}},
 {"dialogue":[{"from":"User","value":"What did I buy?"}],"instruction":"","choices":{},"label":["Tea","cups"],
  "meta":{"name":"Koto","profile":"keeps a shop","category":"Individual-MEM"}},
 {"dialogue":[],"label":[]}, 7
]"#;

#[test]
fn socialbench_is_letters_and_keywords() {
    let found = read(SOCIAL, "emotional_perception.json", false).unwrap();
    assert_eq!((found.set, found.items.len(), found.bad.len()), (Set::SocialBench, 3, 2));
    let of = |at: usize, reply: &str| score(&found.items[at], reply).score;
    assert_eq!(of(0, "[joy] B. anger, I think"), Some(1.0));
    assert_eq!(of(0, "A big mistake. B"), Some(1.0));
    assert_eq!(of(0, "A"), Some(0.0));
    assert_eq!(of(0, "no idea"), None);
    assert_eq!(of(1, "A"), Some(0.5));
    assert_eq!(of(1, "选A、C"), Some(1.0));
    assert_eq!(of(1, "A B C"), Some(0.0));
    assert_eq!(of(2, "You bought TEA."), Some(0.5));
    assert!(
        found.items[0].talk[1].1.contains("B. anger") && found.items[2].profile == "keeps a shop"
    );
}

#[test]
fn rolebench_is_the_best_reference() {
    let text = "{\"role\":\"Koto\",\"question\":\"Who?\",\"generated\":[\"the police\",\"police killed the gunman\"]}\nnot json\n\
                {\"role\":\"Koto\",\"question\":\"\",\"generated\":[]}\n";
    let found = read(text, "test.jsonl", false).unwrap();
    assert_eq!((found.set, found.items.len(), found.bad.len()), (Set::RoleBench, 1, 2));
    let answer = score(&found.items[0], "police kill the gunman");
    assert!((answer.score.unwrap() - 0.75).abs() < 1e-9 && answer.bleu.unwrap() > 0.5);
}

#[test]
fn questionnaires_turn_the_opposite_round() {
    let text = r#"{"name":"X","range":[1,9],"reverse":[2],"categories":[],"questions":{
        "1":{"origin_en":"I talk.","origin_zh":"我说话。","dimension":"Talk","category":"positive"},
        "2":{"origin_en":"I am silent.","dimension":"Talk","category":"negative"}}}"#;
    let found = read(text, "X.json", false).unwrap();
    let of = |at: usize, reply: &str| score(&found.items[at], reply).score;
    assert_eq!(
        (of(0, "7, surely"), of(1, "７"), of(0, "12"), of(0, "?")),
        (Some(7.0), Some(3.0), None, None)
    );
    let chinese = read(text, "X.json", true).unwrap();
    assert_eq!((chinese.items.len(), chinese.bad.len()), (1, 1));
}

#[test]
fn coser_is_a_line_of_the_book() {
    let text = r#"[{"book":"B","scenario":"A room.","major_characters":["Ann"],"character_profiles":{"Ann":"tall"},
        "dialogues":[{"character":"Bob","message":"Well?"},{"character":"Ann","message":"(sits) No."},{"character":"Bob","message":"Oh."}]},
        {"book":"B","dialogues":[]}]"#;
    let found = read(text, "test.json", false).unwrap();
    assert_eq!((found.set, found.items.len(), found.bad.len()), (Set::CoSer, 1, 1));
    assert_eq!(found.items[0].talk, [("Bob".to_owned(), "Well?".to_owned())]);
    assert!(found.items[0].profile.contains("tall") && found.items[0].profile.contains("A room."));
}

#[test]
fn judges_that_are_no_chat_models_are_named() {
    let text = r#"{"id":1,"role":"R","novel_name":"N","context":"C"}"#;
    assert!(read(text, "test_data.jsonl", false).unwrap_err().message.contains("CharacterRM"));
    let text = r#"[{"character_profile":"x","dialogue":[]}]"#;
    assert!(
        read(text, "memory_consistency.json", false)
            .unwrap_err()
            .message
            .contains("CharacterJudge")
    );
    for text in ["", "[]", "7", "{\"a\":1}", "[{\"a\":1}]", "{broken", "[1,2]"] {
        assert!(read(text, "x", false).is_err(), "{text}");
    }
}

#[test]
fn a_judge_that_answers_nonsense_is_counted() {
    assert_eq!(judged("4 5 3"), Some(4.0));
    for nonsense in ["", "good", "4 5", "4 5 9", "1 2 3 4"] {
        assert_eq!(judged(nonsense), None, "{nonsense}");
    }
    let answer = |category: &str, score| Answer {
        id: "0".into(),
        category: category.into(),
        reply: String::new(),
        score,
        bleu: None,
    };
    let answers = [answer("a", Some(1.0)), answer("a", None), answer("b", Some(1.0))];
    let strict = summary(&answers, true);
    assert_eq!((strict.mean, strict.unreadable, strict.answered), (0.75, 1, 3));
    assert_eq!(summary(&answers, false).categories["a"], (1.0, 1));
}

#[test]
fn pingpong_s_settings_are_read_where_they_are_at_hand() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/roleplay/ping_pong_bench/settings_v1.json"
    );
    let covered = std::fs::read_to_string(path).map(|text| {
        let found = read(&text, "settings_v1.json", false).unwrap();
        assert_eq!(found.set, Set::PingPong);
        assert!(found.items.len() >= 64 && found.bad.is_empty(), "{}", found.items.len());
    });
    println!("{} files of other people were covered", usize::from(covered.is_ok()));
    let own = r#"{"en":{"characters":[{"char_name":"K","system_prompt":"P"},{}],"situations":[{"text":"S"}]}}"#;
    let found = read(own, "settings.json", false).unwrap();
    assert_eq!((found.items.len(), found.bad.len()), (1, 1));
    assert!(judge_prompt(&found.items[0], "[joy] Hi").contains("Hi"));
}
