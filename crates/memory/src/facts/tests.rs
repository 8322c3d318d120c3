//! Sentences and what they tell, in three languages.

use super::*;

#[track_caller]
fn tells(text: &str, expected: &[(&str, &str)]) {
    let found = read(text, None);
    let found: Vec<(&str, &str)> =
        found.iter().map(|one| (one.attribute.0.as_str(), one.value.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn english_statements() {
    tells("Hi, my name is Tom.", &[("name", "Tom")]);
    tells("I'm 27 years old and I live in Leeds now.", &[("age", "27"), ("home", "Leeds")]);
    tells("My birthday is in May.", &[("birthday", "May")]);
    tells("I was born on the 3rd of May!", &[("birthday", "the 3rd of May")]);
    tells("My sister's name is Anna, by the way.", &[("sister", "Anna")]);
    tells("I have a ginger cat called Momo.", &[("cat", "Momo")]);
    tells("My favorite color is green.", &[("favourite colour", "green")]);
    tells("Pancakes are my favourite breakfast.", &[("favourite breakfast", "Pancakes")]);
    tells("I work as a night nurse.", &[("work", "night nurse")]);
    tells("I'm a train driver.", &[("work", "train driver")]);
    tells(
        "I really love rainy mornings, but I can't stand coriander.",
        &[("likes", "rainy mornings"), ("dislikes", "coriander")],
    );
    tells("I'm allergic to peanuts.", &[("allergy", "peanuts")]);
    tells("I'm from Norway.", &[("origin", "Norway")]);
    tells("I'm studying marine biology.", &[("study", "marine biology")]);
}

#[test]
fn chinese_statements() {
    tells("我叫小明，我今年二十三岁。", &[("name", "小明"), ("age", "二十三")]);
    tells("我的生日是五月三号。", &[("birthday", "五月三号")]);
    tells("我住在杭州。", &[("home", "杭州")]);
    tells("我养了一只猫，叫米米。", &[("猫", "米米")]);
    tells("我妹妹叫小雨。", &[("妹妹", "小雨")]);
    tells("我最喜欢的水果是芒果。", &[("最喜欢的水果", "芒果")]);
    tells("我对花生过敏。", &[("allergy", "花生")]);
    tells("我是一名护士。", &[("work", "护士")]);
    tells("我很喜欢下雨天。", &[("likes", "下雨天")]);
    tells("我讨厌香菜。", &[("dislikes", "香菜")]);
}

#[test]
fn japanese_statements() {
    tells("私の名前は健太です。", &[("name", "健太")]);
    tells("健太って呼んでね。", &[("name", "健太")]);
    tells("誕生日は五月三日です。", &[("birthday", "五月三日")]);
    tells("今は大阪に住んでいます。", &[("home", "大阪")]);
    tells("モモという猫を飼っています。", &[("猫", "モモ")]);
    tells("妹の名前は由美です。", &[("妹", "由美")]);
    tells("好きな色は青です。", &[("好きな色", "青")]);
    tells("パクチーが苦手です。", &[("dislikes", "パクチー")]);
    tells("雨の日が好きです。", &[("likes", "雨の日")]);
    tells("そばアレルギーです。", &[("allergy", "そば")]);
    tells("仕事は看護師です。", &[("work", "看護師")]);
}

#[test]
fn what_is_said_of_others_is_kept_under_their_name() {
    tells("Lena moved to Porto.", &[("lena / home", "Porto")]);
    tells("My friend Lena works as a baker.", &[("lena / work", "a baker")]);
    tells("Tom's birthday is in May.", &[("tom / birthday", "May")]);
    tells("Actually, Lena lives in Lisbon.", &[("lena / home", "Lisbon")]);
    tells("小李住在上海。", &[("小李 / home", "上海")]);
    tells("我同事王芳喜欢爬山。", &[("王芳 / likes", "爬山")]);
    tells("由美さんは京都に住んでいます。", &[("由美 / home", "京都")]);
    tells("健太の誕生日は五月です。", &[("健太 / birthday", "五月")]);
}

#[test]
fn questions_and_small_talk_tell_nothing() {
    for text in [
        "What is my name?",
        "Do you know my birthday?",
        "I like you.",
        "My point is simple.",
        "It was a long day.",
        "I'm fine, thanks.",
        "How old am I?",
        "我叫什么名字？",
        "你喜欢猫吗？",
        "私の誕生日はいつですか",
        "おはよう！",
        "今天天气不错。",
    ] {
        assert_eq!(read(text, None), [], "{text}");
    }
}

#[test]
fn a_correction_is_about_what_was_said_last() {
    let birthday = Attribute::named("birthday");
    for (text, value) in [
        ("No, it's in June.", "June"),
        ("Actually, it's June.", "June"),
        ("不对，是六月。", "六月"),
        ("いや、六月です。", "六月"),
    ] {
        let found = read(text, Some(&birthday));
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!((&found[0].attribute, found[0].value.as_str()), (&birthday, value), "{text}");
    }
}

#[test]
fn what_is_asked_about_is_known_in_three_languages() {
    for text in ["When is your birthday?", "你的生日是什么时候？", "誕生日はいつですか？"]
    {
        assert_eq!(asked(text), Some(Attribute::named("birthday")), "{text}");
    }
    assert!(same_attribute("birthday", "誕生日"));
}

#[test]
fn persona_clauses_are_chatplugs() {
    assert_eq!(persona_clauses("我喜欢猫，我住在北京。你呢？我叫什么"), ["我喜欢猫", "我住在北京"]);
    assert_eq!(persona_clauses("I play chess. Do you? Nice day!"), ["I play chess"]);
}

#[test]
fn hostile_texts_are_read_in_no_time_and_without_a_fall() {
    for text in [
        "my ".repeat(20_000),
        "我".repeat(20_000),
        "の".repeat(20_000),
        "*".repeat(10_001),
        "i am ".repeat(9_999),
        String::from("\u{0}\u{feff}我叫\u{0}"),
    ] {
        let _ = read(&text, None);
        let _ = persona_clauses(&text);
    }
}

/// What is told of an attribute in the end, message by message, each after the one before.
fn in_the_end(messages: &[&str]) -> Vec<(String, bool)> {
    let mut last: Vec<(String, bool)> = Vec::new();
    let mut about = None;
    for message in messages {
        let read = read(message, about.as_ref());
        about = read.last().map(|one| one.attribute.clone()).or(about);
        if !read.is_empty() {
            last = read.into_iter().map(|one| (one.value, one.negated)).collect();
        }
    }
    last
}

#[test]
fn slips_are_put_right_as_people_type_them() {
    for (messages, value) in [
        (&["my birthday is in March", "no, in May"][..], "May"),
        (&["my birthday is in March", "scratch that, May"], "May"),
        (&["my name is Ann", "Sorry, typo: Anne"], "Anne"),
        (&["my dog's name is Rex, not Max"], "Rex"),
        (&["I'm 31, no, 32"], "32"),
        (&["I live in Leeds, no wait, York"], "York"),
        (&["我搬家了，现在在深圳"], "深圳"),
        (&["誕生日は3月3日です", "ごめん、間違えた、4月3日です"], "4月3日"),
    ] {
        assert_eq!(in_the_end(messages), [(value.to_owned(), false)], "{messages:?}");
    }
    for (message, value) in [
        ("I'm not allergic to cashews, that was my brother", "cashews"),
        ("I'm no longer vegan", "vegan"),
        ("我对花生其实不过敏", "花生"),
        ("卵アレルギーじゃないよ", "卵"),
    ] {
        assert_eq!(in_the_end(&[message]), [(value.to_owned(), true)], "{message}");
    }
}
