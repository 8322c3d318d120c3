//! Whom a wake phrase calls, in three languages.

use super::*;

#[test]
fn who_is_called_answers_what_was_said_after_it() {
    for (phrase, text, rest) in [
        ("Koto", "Koto, what time is it?", "what time is it?"),
        ("Koto", "Hey Koto! Are you there?", "Are you there?"),
        ("Koto", "Oh, hello, Koto.", ""),
        ("Koto", "Coto, sing something.", "sing something."),
        ("Koto", "Kyoto, sing something.", "sing something."),
        ("Koto", "KOTO", ""),
        ("hey Luna", "Hey Luna, good night.", "good night."),
        ("Computer", "computer: lights", "lights"),
        ("Computer", "Commuter, lights.", "lights."),
        ("Ren, 蓮さん", "蓮さん、起きて。", "起きて。"),
        ("コト", "ことさん、今何時？", "今何時？"),
        ("コト", "ねえ、コトちゃん、おはよう。", "おはよう。"),
        ("コト", "コトおはよう。", "おはよう。"),
        ("コト", "コト今何時？", "今何時？"),
        ("小琴", "小琴你好吗", "你好吗"),
        ("小琴", "小琴，你好吗？", "你好吗？"),
        ("小琴", "嘿，小琴啊，唱首歌。", "唱首歌。"),
        ("Émilie", "Emily, come here.", "come here."),
    ] {
        let wake = WakePhrase::new(phrase).unwrap_or_else(|| panic!("{phrase} is refused"));
        assert_eq!(wake.after(text), Some(rest), "“{phrase}” in “{text}”");
    }
}

#[test]
fn who_is_not_called_sleeps_on() {
    for (phrase, text) in [
        ("Koto", "What time is it?"),
        ("Koto", "I like Koto."),
        ("Koto", "Photo albums are heavy."),
        ("Koto", "Cotton is soft."),
        ("Koto", "Kate, come here."),
        ("Koto", "Total nonsense."),
        ("Koto", "Go to bed."),
        ("Koto", "Hey, hello!"),
        ("Koto", ""),
        ("Koto", "…"),
        ("Koto", "Kotone, come here."),
        ("Koto", "Coco, stop that."),
        ("Koto", "Otto, come here."),
        ("Koto", "Koko and Toto are here."),
        ("コト", "今日は寒いですね。"),
        ("コト", "ことしは暑いですね。"),
        ("コト", "ことばを習う。"),
        ("コト", "コトリが鳴いている。"),
        ("コト", "もっとください。"),
        ("小琴", "小青，过来。"),
        ("小琴", "我喜欢小琴。"),
        ("小琴", "小心，地很滑。"),
        ("Computer", "Come, put her down."),
    ] {
        let wake = WakePhrase::new(phrase).expect("a phrase");
        assert_eq!(wake.after(text), None, "“{phrase}” in “{text}”");
    }
}

#[test]
fn phrases_that_would_be_heard_in_everything_are_refused() {
    for phrase in ["", " , ", "a", "Jo", "コ", "琴", "!!!"] {
        assert_eq!(WakePhrase::new(phrase), None, "{phrase}");
    }
    // A hostile one is bounded.
    let long = "wake ".repeat(10_000);
    assert!(WakePhrase::new(&long).is_some_and(|wake| wake.after(&long).is_some()));
}

#[test]
fn what_is_said_to_others_wakes_nobody() {
    // Everyday sentences; the names are the ones of the characters that come with the program, and some short ones.
    let said = [
        "Could you pass me the salt, please?",
        "The cat is on the roof again.",
        "Who left the door open?",
        "I have to go to the dentist tomorrow.",
        "Come to dinner.",
        "Carrots or beans?",
        "Quarter past nine.",
        "Cut the bread.",
        "Caught a cold, poor thing.",
        "Kit wants to play.",
        "Run!",
        "Rain again.",
        "明日は学校がありますか？",
        "コーヒーを飲みますか？",
        "ことしは暑いですね。",
        "今天下雨了。",
        "小鸟在唱歌。",
        // What recognisers make of noise, music and silence.
        "[BLANK_AUDIO]",
        "(music playing)",
        "♪♪♪",
        "you",
        "Thank you for watching!",
        "ご視聴ありがとうございました",
        "谢谢大家观看",
        "...",
    ];
    for phrase in ["Koto", "Ren", "Luna", "コト", "コトハ", "小琴"] {
        let wake = WakePhrase::new(phrase).expect("a phrase");
        let woken: Vec<_> = said.iter().filter(|text| wake.after(text).is_some()).collect();
        assert!(woken.is_empty(), "“{phrase}” was heard in {woken:?}");
    }
}

proptest::proptest! {
    #[test]
    fn the_rest_is_an_end_of_the_text(phrase in "\\PC{0,12}", text in "\\PC{0,40}") {
        if let Some(wake) = WakePhrase::new(&phrase)
            && let Some(rest) = wake.after(&text)
        {
            proptest::prop_assert!(text.ends_with(rest));
        }
    }
}
