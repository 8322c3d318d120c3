//! Pages of NScripter: who speaks on them, and what shows text beside lines of text.

use novel::Engine;

use super::{briefs, read_text};

fn check(text: &str, expected: &[&str]) {
    let novel = read_text("0.utf", text);
    assert_eq!(novel.engine(), Some(Engine::NScripter));
    assert_eq!(briefs(&novel), expected);
    assert!(novel.unknown.is_empty(), "{:?}", novel.unknown);
}

#[test]
fn several_people_speak_on_a_page() {
    let page = "*start\n太郎「こんにちは」@\n花子「はい」@\n地の文だ。@\n太郎「やあ」\\\n";
    let expected = ["太郎: 「こんにちは」", "花子: 「はい」", "(地の文だ。)", "太郎: 「やあ」"];
    check(page, &expected);
    // Without a wait, and on one line.
    let page = "*start\n太郎「こんにちは」\n花子「はい」\n地の文だ。\n太郎「やあ」\\\n";
    check(page, &expected);
    check("*start\nbg \"a\",1\n太郎「あ」@花子「い」\\\n", &["太郎: 「あ」", "花子: 「い」"]);
    let page = "*start\n#FF0000【律】@\n「あ」@\n「い」@\n#FFFFFF　雨だ。@\n　【芽衣】「う」@\n誰かが笑った。\\\n";
    let expected = ["律: 「あ」@\n「い」".replace('@', ""), "(雨だ。)".into()];
    check(page, &[&expected[0], &expected[1], "芽衣: 「う」", "(誰かが笑った。)"]);
    assert_eq!(read_text("0.utf", page).lines[1].text, "#FFFFFF　雨だ。@");
}

#[test]
fn a_speech_goes_on_over_lines_and_waits() {
    let page = "*start\nbg \"a\",1\n太郎「こんにちは。@\n　いい朝だ。@「おはよう」と/\n言うべきか」@\n花子「（笑）@\nはい」\\\n地の文だ。\\\n";
    let expected = [
        "太郎: 「こんにちは。\n　いい朝だ。「おはよう」と言うべきか」",
        "花子: 「（笑）\nはい」",
        "(地の文だ。)",
    ];
    check(page, &expected);
    // Somebody's words without quotation marks go to the end of the page.
    check(
        "*start\nbg \"a\",1\n【律】\n雨だ。@\nやだな。\\\n雨だ。\\\n",
        &["律: 雨だ。\nやだな。", "(雨だ。)"],
    );
    // Nobody is named by what is said about somebody, nor inside another's words.
    let page = "*start\nbg \"a\",1\n彼は聞いた。「誰が、@\n花子「はい」と言ったか」\\\n【律】「昔@\n太郎「やあ」と聞いた」\\\n";
    check(
        page,
        &["(彼は聞いた。「誰が、\n花子「はい」と言ったか」)", "律: 「昔\n太郎「やあ」と聞いた」"],
    );
}

#[test]
fn each_on_a_page_has_a_voice() {
    let page = "*start\ndwave 0,\"a.ogg\"\n太郎「あ@\ndwave 0,\"b.ogg\"\nい」@\ndwave 0,\"c.ogg\"\n花子「う」\\\n雨だ。\\\n";
    let novel = read_text("0.utf", page);
    let voices: Vec<_> = novel.lines.iter().map(|line| line.voice.as_deref()).collect();
    assert_eq!(voices, [Some("a.ogg"), Some("c.ogg"), None]);
}

#[test]
fn names_in_square_brackets_before_bare_words() {
    let page = "*start\nbg \"a\",1\n[Alice]Hi.\\\n`[Bob]Oh.`\\\n[Alice/v1]Well.@\n[Bob] So.\\\n[Note]Wet paint.\\\n[Note]Still wet.\\\n[Knock]Who is it?\\\n";
    let expected = [
        "Alice: Hi.",
        "Bob: Oh.",
        "Alice: Well.",
        "Bob: So.",
        "([Note]Wet paint.)",
        "([Note]Still wet.)",
        "([Knock]Who is it?)",
    ];
    check(page, &expected);
    // The engine takes them for tags where the script asks for it.
    let page = "*define\npretextgosub *tag\ngame\n*start\nbg \"a\",1\n[Alice]Hi.\\\n[the end]\\\n";
    check(page, &["Alice: Hi.", "([the end])"]);
}

#[test]
fn text_in_arguments_of_puttext() {
    let page = "*start\nputtext \"表示\"\nputtext `Shown.\\`\nif %0=1 puttext \"もし\" : goto *start\nputtext \"太郎「\"+$name+\"」\\\"\n";
    check(page, &["(表示\nShown.)", "(もし)", "太郎: 「」"]);
    assert!(read_text("0.utf", page).lines[2].interpolated);
    // A command of the game's own by that name may be anything.
    check("*define\ndefsub puttext\ngame\n*start\nputtext \"a.bmp\"\n雨だ。\\\n", &["(雨だ。)"]);
}
