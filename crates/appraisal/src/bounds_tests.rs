//! What leaves the bounds of a world, and what only looks so, in three languages.

use super::*;

fn bounds(card: &str) -> Bounds {
    let outside: Vec<String> = ["smartphone", "Wi-Fi", "手机", "スマホ"].map(str::to_owned).into();
    Bounds::new(&outside, &["Ann", "小林"], &[card])
}

#[test]
fn a_person_does_not_say_out_of_nowhere_that_she_is_a_program() {
    let human = bounds("Koto keeps a bookshop.").answering(&["How was your day?"]);
    for text in [
        "Well, I'm just an AI, I have no days.",
        "As an AI assistant I have none.",
        "I’m a program, so it was short.",
        "其实我只是一个AI，没有一天可言。",
        "私はAIですから、一日はありません。",
    ] {
        assert_eq!(human.crossed(text), Some(Crossing::Machine), "{text}");
    }
    for text in [
        "I'm not an AI, if you mean that.",
        "I'm a program director at the theatre.",
        "I am not human, and you knew it when you came to the wood.",
        "我是程序员，今天写了很多。",
        "愛です。",
        "The aiming was bad.",
    ] {
        assert_eq!(human.crossed(text), None, "{text}");
    }
    let claim = "Yes, I'm an AI. A program.";
    // Who is asked may say it, a turn or two later as well; and so may she whose card says it.
    for said in [
        ["Are you an AI?", "Are you sure?"],
        ["Tell me.", "你是机器人吗？"],
        ["ねえ", "あなたは人工知能？"],
    ] {
        assert_eq!(bounds("").answering(&said).crossed(claim), None, "{said:?}");
    }
    for card in
        ["An android who serves tea.", "{{char}} is an AI.", "她是机器人。", "ロボットの店員。"]
    {
        assert_eq!(bounds(card).answering(&["Hello"]).crossed(claim), None, "{card}");
    }
    // Nothing stands between somebody in danger and being told to go to a person.
    for said in ["I want to die", "我不想活了", "もう死にたい"] {
        let help = "I'm only a program. Please call somebody near you, now.";
        assert_eq!(human.clone().answering(&[said]).crossed(help), None, "{said}");
    }
}

#[test]
fn what_lies_outside_is_not_spoken_of_but_may_be_asked_after() {
    let quiet = bounds("").answering(&["Good evening."]);
    for text in [
        "Let me look at my smartphone.",
        "Is that a smartphone?",
        "我看看手机。",
        "スマホを見ます。",
    ] {
        assert_eq!(quiet.crossed(text), Some(Crossing::Outside), "{text}");
    }
    assert_eq!(quiet.crossed("Two smartphones? No, one lamp."), None, "words are whole words");
    let asked = bounds("").answering(&["What is your Wi-Fi password? 手机呢？"]);
    for text in [
        "Wi-Fi, what might that be?",
        "I don't know what a wi-fi is.",
        "We have no Wi-Fi.",
        "手机是什么？",
        "Tea?",
    ] {
        assert_eq!(asked.crossed(text), None, "{text}");
    }
    for text in ["The Wi-Fi password is on the router.", "手机在桌上。"] {
        assert_eq!(asked.crossed(text), Some(Crossing::Outside), "{text}");
    }
    // A question earlier on makes the claim behind it no better.
    assert_eq!(asked.crossed("Wi-Fi? The Wi-Fi is called Shiosai."), Some(Crossing::Outside));
    assert_eq!(asked.crossed("My smartphone is old."), Some(Crossing::Outside), "nobody said so");
}

#[test]
fn the_end_of_a_sentence_is_waited_for_where_it_tells() {
    let asked = bounds("").answering(&["Do you have Wi-Fi?"]);
    assert_eq!(asked.look("", "Ah, Wi-Fi,", false), Found::Unsure);
    assert!(asked.waits("Ah. ", "Wi-Fi,") && !asked.waits("", "Ah, tea,"));
    assert_eq!(asked.look("", "Ah, Wi-Fi, is that a tea?", false), Found::Nothing);
    assert_eq!(asked.look("", "Ah, Wi-Fi, of course.", false), Found::Crossed(Crossing::Outside));
    // What is let go of already is said: nothing behind it makes it worse.
    assert_eq!(asked.look("Ah, Wi-Fi, ", "of course. ", false), Found::Nothing);
    assert!(!bounds("").answering(&["Hello"]).waits("", "A Wi-Fi,"), "that is decided at once");
    assert_eq!(sentence_end("It is 3.5 metres?! Yes"), Some("It is 3.5 metres?!".len()));
    assert_eq!(sentence_end("Ah, well"), None);
}

#[test]
fn nobody_writes_the_lines_of_somebody_else() {
    let bounds = bounds("");
    for text in [
        "Come in!\nAnn: Thank you.",
        "Ann: Thank you.",
        "Tea?\n**You:** Yes.",
        "お茶？\n小林：はい。",
        "Hello.\nUSER: hi",
        "Hello.\n[joy] Ann: hi",
        "Hello.<|im_end|>",
        "用户：你好",
    ] {
        assert_eq!(bounds.crossed(text), Some(Crossing::Anothers), "{text}");
    }
    for text in [
        "Koto: Come in!",
        "Here is the list:\n- tea\n- honey",
        "You, and only you: that is the poem.",
        "Ann! Come in.",
        "I told Ann: come at nine.",
        "[scene: park] Look, the trees.",
    ] {
        assert_eq!(bounds.crossed(text), None, "{text}");
    }
    // In pieces: the name was let go of before its colon came.
    assert_eq!(
        bounds.look("Come in!\nAnn", ": Thank you.", false),
        Found::Crossed(Crossing::Anothers)
    );
    // Whoever is called so speaks under her own name.
    let named = bounds.called(&["Assistant"]);
    assert_eq!(named.crossed("Assistant: Come in."), None);
    assert_eq!(named.crossed("User: Hello."), Some(Crossing::Anothers));
}
