//! Files in the forms that the sets are published in, made for this project.

use super::*;

fn read(text: &str, name: &str, chinese: bool) -> Result<Found, domain::Problem> {
    super::read(text, name, chinese, &|_| None)
}

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
fn what_is_no_benchmark_is_refused() {
    for text in ["", "[]", "7", "{\"a\":1}", "[{\"a\":1}]", "{broken", "[1,2]"] {
        assert!(read(text, "x", false).is_err(), "{text}");
    }
}

#[test]
fn a_judge_that_answers_nonsense_is_counted() {
    let three = Inquiry { of: String::new(), prompt: String::new() };
    assert_eq!(mark(Set::PingPong, &three, "4 5 3"), Some(4.0));
    for nonsense in ["", "good", "4 5", "4 5 9", "1 2 3 4", "-4 -5 -3"] {
        assert_eq!(mark(Set::PingPong, &three, nonsense), None, "{nonsense}");
    }
    let one = Inquiry { of: "engagement".into(), prompt: String::new() };
    for (said, read) in [
        ("4", 4.0),
        ("４分", 4.0),
        ("评分：3\n因为…12", 3.0),
        ("4/5", 4.0),
        ("4.5", 4.5),
        ("- 4 -", 4.0),
    ] {
        assert_eq!(mark(Set::CharacterBench, &one, said), Some(read), "{said}");
    }
    for nonsense in
        ["", "none", "0", "6", "-4", "4-5", "4 or 5", "3/4", "1.2.3", "99999999999999999999999999"]
    {
        assert_eq!(mark(Set::CharacterBench, &one, nonsense), None, "{nonsense}");
    }
    let item = &read(SOCIAL, "x.json", false).unwrap().items[0];
    let answer = |category: &str, score| Answer {
        category: category.into(),
        score,
        ..super::score(item, "")
    };
    let answers = [answer("a", Some(1.0)), answer("a", None), answer("b", Some(1.0))];
    let pairs: Vec<(&Item, &Answer)> = answers.iter().map(|one| (item, one)).collect();
    let strict = summary(Set::SocialBench, &pairs);
    assert_eq!((strict.mean, strict.unreadable, strict.answered), (0.75, 1, 3));
    assert_eq!(summary(Set::InCharacter, &pairs).categories["a"], (1.0, 1));
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
    assert!(inquiries(Set::PingPong, &found.items[0], "[joy] Hi")[0].prompt.contains("Hi"));
}

const EVAL: &str = r#"[
 {"id":7,"role":"阿月","novel_name":"茶馆","context":"阿月：（笑）今天的雨真大。\n小林：你几岁了？"},
 {"id":8,"role":"阿月","novel_name":"茶馆","context":"小林：早。\n阿月：早。"},
 {"id":9,"role":"谁","novel_name":"茶馆","context":"小林：早。"}, 5, {"role":"阿月","novel_name":"茶馆","context":"小林：早。"}]"#;
const SHEETS: &str = r#"{"阿月":{"姓名":"阿月","年龄":27,"爱好":["茶","雨"],"家":{"姐":"阿云"}}}"#;
const WANTED: &str = r#"{"7":[["Accuracy","知识准确率"],["Empathy","共情度"],["Charm","魅力"]]}"#;

fn eval_files(name: &str) -> Option<String> {
    match name {
        "character_profiles.json" => Some(SHEETS.to_owned()),
        "id2metric.jsonl" => Some(WANTED.to_owned()),
        _ => None,
    }
}

#[test]
fn charactereval_is_three_files_and_marks_by_metric() {
    let found = super::read(EVAL, "test_data.jsonl", false, &eval_files).unwrap();
    assert_eq!((found.set, found.items.len(), found.bad.len()), (Set::CharacterEval, 1, 4));
    let item = &found.items[0];
    assert_eq!(item.profile, "姓名：阿月\n年龄：27\n爱好：茶；雨\n家：姐：阿云");
    assert_eq!(item.talk[1], ("小林".to_owned(), "你几岁了？".to_owned()));
    // Its own scripts keep the first line, without the name.
    let asked = inquiries(found.set, item, "[joy] 阿月：二十七。\n小林：真的？");
    assert_eq!(
        asked.iter().map(|one| one.of.as_str()).collect::<Vec<_>>(),
        ["Accuracy", "Empathy"]
    );
    assert!(
        asked[0].prompt.contains("知识准确率") && asked[0].prompt.contains("阿月: 二十七。\n\n")
    );
    let mut answer = super::score(item, "二十七。");
    let unjudged = summary(found.set, &[(item, &answer)]);
    assert_eq!((unjudged.not_judged.len(), unjudged.unreadable, unjudged.mean), (2, 0, 0.0));
    answer.judge = "somebody".into();
    answer.marks.insert("Accuracy".into(), 4.0);
    let judged = summary(found.set, &[(item, &answer)]);
    assert_eq!((judged.mean, judged.unreadable), (4.0, 1));
    assert_eq!(judged.categories["Accuracy"], (4.0, 1));

    let missing = super::read(EVAL, "test_data.jsonl", false, &|_| None).unwrap_err();
    assert!(
        missing.message.contains("character_profiles.json") && missing.remedy.contains("beside")
    );
    let damaged = super::read(EVAL, "test_data.jsonl", false, &|_| Some("[]".into()));
    assert!(damaged.unwrap_err().message.contains("cannot be read"));
}

const BENCH: &str = r#"[
 {"character_name":"阿月","character_profile":"茶馆老板","user_name":"小林","greeting":"欢迎。",
  "dialogue":[{"speaker":"小林","utterance":"你好"},{"speaker":"阿月","utterance":"你好呀"},{"speaker":"user","utterance":"你几岁？"}],
  "messages":{"output":{"answer":"二十七"}},
  "translation_en":{"character_name":"Ayue","character_profile":{"work":"tea house"},"user_name":"Lin","greeting":"N/A",
   "dialogue":[{"speaker":"Lin","utterance":"How old are you?"}],"messages":{"output":{"answer":"27"}}}},
 {"character_name":"阿月","character_profile":"茶馆老板","dialogue":[{"speaker":"user","utterance":"早"}],"messages":{}},
 {"character_name":"阿月","character_profile":"茶馆老板","dialogue":[],"messages":{}}]"#;

#[test]
fn characterbench_is_asked_in_either_language_and_its_marks_are_stretched_to_five() {
    let name = "attribute_consistency_bot_test.json";
    let chinese = read(BENCH, name, true).unwrap();
    assert_eq!((chinese.set, chinese.items.len(), chinese.bad.len()), (Set::CharacterBench, 2, 1));
    let english = read(BENCH, name, false).unwrap();
    assert_eq!((english.items.len(), english.bad.len()), (1, 2), "only one is translated");
    let item = &chinese.items[0];
    let talk: Vec<&str> = item.talk.iter().map(|(who, _)| who.as_str()).collect();
    assert_eq!(talk, ["阿月", "User", "阿月", "User"], "the greeting comes first");
    assert_ne!(item.id, english.items[0].id, "a run in the other language is another run");
    let counted = |reply: &str| {
        let answer = super::score(item, reply);
        summary(chinese.set, &[(item, &answer)]).counted
    };
    assert_eq!(counted("我二十七了，你呢？")["holds_reference"], (1.0, 1));
    let english_reply = counted("I am forty years old.");
    assert!(english_reply["holds_reference"].0.abs() < 1e-9);
    assert_eq!(english_reply["other_language"], (1.0, 1));
    assert!((counted("你好呀")["repeats_herself"].0 - 1.0).abs() < 1e-9);
    assert_eq!(counted("私はおちゃがすきです")["other_language"], (1.0, 1), "kana is no Chinese");
    assert_eq!(counted("")["empty"], (1.0, 1));
    // Its authors judge whole replies; only CharacterEval's cut them at the first line.
    let whole = inquiries(chinese.set, item, "[joy] 你猜。\n二十七。");
    assert!(whole[0].prompt.contains("阿月: 你猜。\n二十七。"), "{}", whole[0].prompt);
    // A top mark of 4 is 5.0 in CharacterBench's table.
    let mut answer = super::score(item, "我二十七了。");
    answer.judge = "somebody".into();
    answer.marks.insert("attribute_consistency_bot".into(), 4.0);
    assert!((summary(chinese.set, &[(item, &answer)]).mean - 5.0).abs() < 1e-9);
    // The file's name is all that says which dimension it is.
    let renamed = read(BENCH, "test.json", true).unwrap_err();
    assert!(renamed.remedy.contains("memory_consistency"));
}
