//! Ren'Py's grammar, statement by statement; the expectations follow its own parser.

use novel::{Kind, Novel};

use super::{briefs, read_text};

fn game(body: &str) -> Novel {
    read_text("game/script.rpy", body)
}

fn check(body: &str, expected: &[&str]) {
    let novel = game(body);
    assert_eq!(briefs(&novel), expected, "{body}");
    assert!(novel.unknown.is_empty(), "{:?}", novel.unknown);
}

#[test]
fn characters_wherever_they_are_defined() {
    check(
        "define e = Character(\"Eileen\", color=\"#fff\")\n\
         define 2 m = Character(_(\"Me\"), kind=nvl, what_prefix='\"')\n\
         init python:\n    l = Character('Lu' \"cy\", image=\"lucy\")\n    class X(object):\n        def f(self):\n            pass\n\
         init -1 python in other:\n    pass\n\
         define character.b = NVLCharacter(name=\"Bo\")\n\
         default d = DynamicCharacter(\"dn\")\ndefine q = Character(\"pn\", dynamic=True)\ndefault pn = \"Quinn\"\n\
         define e2 = Character(kind=e)\ndefine t = Character(None, kind=e)\ndefine a = e\ndefine v = Character(title, image=\"v\")\ndefine title = \"Vi\"\n\
         define c = Character(\"{b}Cy{/b}\")\ndefine n = Character(\"[player]\")\ndefine x = MyCharacter(\"Xi\", extra=[1, 2])\n\
         label start:\n    $ z = Character(\"Zed\")\n\
         \x20   e \"1\"\n    m \"2\"\n    l \"3\"\n    b \"4\"\n    d \"5\"\n    q \"6\"\n    e2 \"7\"\n    t \"8\"\n    a \"9\"\n    v \"10\"\n    c \"11\"\n    n \"12\"\n    x \"13\"\n    z \"14\"\n    Character(\"New\") \"15\"\n    \"Lit\" \"16\"\n    nobody \"17\"\n",
        &[
            "Eileen: 1",
            "Me: 2",
            "Lucy: 3",
            "Bo: 4",
            "[dn]: 5",
            "Quinn: 6",
            "Eileen: 7",
            "(8)",
            "Eileen: 9",
            "Vi: 10",
            "Cy: 11",
            "[player]: 12",
            "Xi: 13",
            "Zed: 14",
            "New: 15",
            "Lit: 16",
            "?: 17",
        ],
    );
}

#[test]
fn strings_escapes_tags_and_interpolations() {
    let novel = game(
        "label a:\n    \"She said \\\"no\\\".\\nThen\n     left.\"\n    'It\\'s {b}bold{/b}{w=.5} and [name!t] 100%% [[so]] {{this}}.'\n\
         \x20   \"{rb}漢字{/rb}{rt}かんじ{/rt}{p}next{nw}{fast}\"\n    \"\\u0041\\[x\\]\\{y\\}\\%\"\n    r\"raw\\n {i}x{/i}\"\n",
    );
    let text: Vec<&str> = novel.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(text[0], "She said \"no\".\nThen left.");
    assert_eq!(text[1], "It's {b}bold{/b}{w=.5} and [name!t] 100%% [[so]] {{this}}.");
    assert_eq!(text[3], "A[[x]{{y}%%");
    let plain: Vec<&str> = novel.lines.iter().map(|line| line.plain.as_str()).collect();
    assert_eq!(
        plain,
        [
            "She said \"no\".\nThen left.",
            "It's bold and  100% [so]] {this}}.",
            "漢字\nnext",
            "A[x]{y}%",
            "raw\\n x"
        ]
    );
    assert_eq!(
        novel.lines.iter().map(|line| line.interpolated).collect::<Vec<_>>(),
        [false, true, false, false, false]
    );
}

#[test]
fn what_stands_behind_done_is_not_shown() {
    let novel = game(
        "label a:\n    \"A {done}hidden [name] {{\"\n    \"Looks like{nw}{done} rain.\"\n    \"{done}\"\n",
    );
    assert_eq!(briefs(&novel), ["(A)", "(Looks like)", "()"]);
    assert!(!novel.lines[0].interpolated);
    assert_eq!(novel.lines[0].text, "A {done}hidden [name] {{", "the script's text stays whole");
}

#[test]
fn triple_quotes_and_monologues() {
    check(
        "define e = Character(\"E\")\nlabel a:\n    e \"\"\"\n    First\n    line.\n\n    Second.\n    \"\"\"\n    '''One.\n\n\n    {clear}\n\n    Two.'''\n\
         rpy monologue single\nlabel b:\n    \"\"\"A\n    B\"\"\"\nrpy monologue none\nlabel c:\n    \"\"\"A\n\n    B\"\"\"\n",
        &["E: First line.", "E: Second.", "(One.)", "(Two.)", "(A)", "(B)", "(A B)"],
    );
}

#[test]
fn what_stands_beside_a_text() {
    let novel = game(
        "define e = Character(\"E\", image=\"eve\")\nlabel a:\n    show eve happy at left with dissolve\n    voice \"v1.ogg\"\n    e \"1\" with vpunch\n\
         \x20   e sad \"2\" nointeract\n    e \"3\" (what_size=3) id a_1\n    e @ angry \"4\"\n    e -sad glad \"5\" # said\n    extend \" and 6\"\n    narrator \"7\"\n    centered \"8\"\n    e.alt[0] \"9\"\n",
    );
    assert_eq!(
        briefs(&novel),
        ["E: 1", "E: 2", "E: 3", "E: 4", "E: 5", "?: and 6", "(7)", "(8)", "?: 9"]
    );
    let lines = &novel.lines;
    assert_eq!(lines[0].voice.as_deref(), Some("v1.ogg"));
    let sprites: Vec<Option<&str>> = lines[..5].iter().map(|line| line.sprite.as_deref()).collect();
    assert_eq!(
        sprites,
        [
            Some("eve happy"),
            Some("eve sad"),
            Some("eve sad"),
            Some("eve sad angry"),
            Some("eve glad")
        ]
    );
    let extended = lines[5].extends.as_ref().unwrap();
    assert_eq!(
        (extended.speaker.as_deref(), extended.speaker_id.as_deref()),
        (Some("E"), Some("e"))
    );
    assert_eq!(lines[5].voice_of(), Some("E"), "who is extended is who is heard");
    assert_eq!(novel.scan().speakers["E"], 6);
}

#[test]
fn menus_choices_conditions_and_branches() {
    let novel = game(
        "define e = Character(\"E\")\nlabel start:\n    menu m1(screen=\"x\"):\n        set seen\n        \"Caption\"\n\
         \x20       \"Yes\" (hint=\"a: b\") if a == \"x: y\":\n            jump yes\n        \"No [n]\":\n            e \"Then not.\"\n            if x:\n                \"deep\"\n            else:\n                \"else\"\n    \"after\"\n",
    );
    assert_eq!(
        briefs(&novel),
        ["(Caption)", "> Yes", "> No", "E: Then not.", "(deep)", "(else)", "(after)"]
    );
    let yes = novel.lines[1].choice.as_ref().unwrap();
    assert_eq!((yes.n, yes.line, yes.target.as_deref()), (0, Some(6), Some("yes")));
    assert_eq!(yes.condition.as_deref(), Some("a == \"x: y\""));
    assert_eq!(
        novel.lines[1].source.line,
        Some(3),
        "choices stand at their menu, as Ren'Py's parser has it"
    );
    assert_eq!(novel.lines[0].kind, Kind::Narration, "the narrator says a caption");
    let depth: Vec<usize> = novel.lines[3..].iter().map(|line| line.branch.len()).collect();
    assert_eq!(depth, [1, 2, 2, 0]);
    assert_ne!(novel.lines[4].branch, novel.lines[5].branch);
    assert_eq!(novel.lines[6].scene, "m1", "a menu's name is a label");
}

#[test]
fn what_is_said_in_a_menu_comes_before_its_choices() {
    let novel = game(
        "define e = Character(\"Eileen\")\nlabel start:\n    menu:\n        \"Tea\":\n            e \"Fine.\"\n            menu:\n\
         \x20               e \"Milk?\"\n                \"Yes\":\n                    \"White.\"\n        e happy \"Which?\"\n        \"None\":\n            pass\n    \"after\"\n",
    );
    assert_eq!(
        briefs(&novel),
        [
            "Eileen: Which?",
            "> Tea",
            "> None",
            "Eileen: Fine.",
            "Eileen: Milk?",
            "> Yes",
            "(White.)",
            "(after)"
        ]
    );
    let depth: Vec<usize> = novel.lines.iter().map(|line| line.branch.len()).collect();
    assert_eq!(depth, [0, 0, 0, 1, 1, 1, 2, 0]);
    assert_eq!(novel.lines[0].source.line, Some(10), "it keeps its own line");
    assert!(novel.unknown.is_empty());
    // Who is narrator says captions, too; an empty one is not shown.
    check(
        "define narrator = Character(\"Old Tom\")\nlabel a:\n    menu:\n        \"\"\n        \"Where to?\"\n        \"Home\":\n            pass\n",
        &["Old Tom: Where to?", "> Home"],
    );
    let odd =
        game("label a:\n    menu:\n        wobble left\n        \"Home\":\n            pass\n");
    assert_eq!((briefs(&odd), odd.unknown["wobble"]), (vec!["> Home".to_owned()], 1));
}

#[test]
fn what_says_nothing_is_stepped_over() {
    check(
        "init offset = -2\nimage eve = \"eve.png\"\nimage bg:\n    \"a.png\"\n    pause 1.0\ntransform t(x):\n    \"b.png\"\n    linear 1 xpos x\n\
         screen say(who, what):\n    text \"shown\"\n    textbutton \"No\" action Return()\nstyle default:\n    font \"a.ttf\"\npython early:\n    s = \"\"\"e \"x\"\n    \"\"\"\n\
         testcase t1:\n    \"Yes\"\nlayeredimage eve2:\n    group face:\n        attribute a:\n            \"x.png\"\nlabel start(a=\"b\", c=(1,\n    2)) hide:\n    play music \"a.ogg\" fadein 1\n    queue sound [\"a\",\n        \"b\"]\n\
         \x20   scene bg room with fade:\n        \"c.png\"\n    $ f(\"x\", e=\"y\")\n    call screen s(\"a\")\n    show text \"Hi\" at top\n    pause 2\n    window hide\n    nvl clear\n    jump expression \"a\" + b\n    while True:\n        \"loop\"\n    python:\n        x = \"y\"\n        if x: pass\n    return \"v\"\n",
        &["(loop)"],
    );
}

#[test]
fn statements_of_the_game_itself_are_counted_not_spoken() {
    let novel = game(
        "python early:\n    renpy.register_statement(\"event\", parse=p, block=True)\n    renpy.register_statement(name='line up', block=\"script\")\n\
         label a:\n    event \"Party\":\n        \"not said\"\n    line up eve:\n        \"said\"\n    wobble left\n",
    );
    assert_eq!(briefs(&novel), ["(said)"]);
    assert_eq!(novel.unknown.keys().collect::<Vec<_>>(), ["event", "wobble"]);
}

#[test]
fn translations_are_rows_of_their_own_language() {
    let text = "define e = Character(\"E\")\ntranslate spanish start_1a2b3c4d:\n\n    # e \"Hello\"\n    e \"Hola\"\n\ntranslate spanish strings:\n    old \"a\"\n    new \"b\"\n\
        translate None strings:\n    old \"a\"\n    new \"b\"\ntranslate spanish python:\n    x = \"y\"\nlabel z:\n    \"after\"\n";
    let novel = game(text);
    assert_eq!(briefs(&novel), ["E: Hola", "(after)"]);
    assert_eq!(novel.lines[0].lang.as_deref(), Some("spanish"));
    assert_eq!(novel.lines[0].scene, "start");
    assert_eq!(novel.lines[1].lang, None);
}

#[test]
fn strings_translate_choices_and_captions() {
    let novel = game(
        "translate fr strings:\n    # a comment\n    old \"Tea\"\n    new \"Thé\"\n    old \"Which\\n\\\"one\\\"?\"\n    new \"Lequel\\u00a0?\"\n\
         \x20   old \"Quit\"\n    new \"Quitter\"\n    old \"None  [n]\"\n    new \"\"\n    old \"Fine.\"\n    new \"Bien.\"\n    old \"Eileen\"\n    new \"Hélène\"\n\
         translate fr start_1a2b3c4d:\n    e \"Bon.\"\n\
         translate None strings:\n    old \"Tea\"\n    new \"Coffee\"\n\
         define e = Character(\"Eileen\")\nlabel start:\n    menu:\n        \"Which\\n\\\"one\\\"?\"\n        \"Tea\" if thirsty:\n            e \"Fine.\"\n        \"None [n]\":\n            pass\n\
         label other:\n    menu:\n        \"Tea\":\n            pass\n\
         translate es strings:\n    old \"Tea\"\n    new \"Té\"\n    old \"Tea\"\n    new \"twice\"\n    old \"Fine.\"\n    new \"Bien.\"\n    old 'x'\n    new y\n    new \"z\"\n",
    );
    let of = |lang: &str| {
        let lines = novel.lines.iter().filter(|line| line.lang.as_deref() == Some(lang));
        lines.map(|line| (super::brief(line), line.scene.as_str())).collect::<Vec<_>>()
    };
    let row = |text: &str, scene: &'static str| (text.to_owned(), scene);
    assert_eq!(
        of("fr"),
        [
            row("> Thé", "start"),
            row("> Thé", "other"),
            row("(Lequel\u{a0}?)", "start"),
            row("Eileen: Bon.", "start"),
        ],
        "a line is translated by its block, and words of the interface are no dialogue"
    );
    // Where a language has no blocks, Ren'Py looks for lines among the strings.
    assert_eq!(
        of("es"),
        [row("> Té", "start"), row("> Té", "other"), row("Eileen: Bien.", "start")]
    );
    let (first, second) = (&novel.lines[0], &novel.lines[1]);
    assert_eq!((first.source.line, first.plain.as_str()), (Some(4), "Thé"));
    let original: Vec<_> =
        novel.lines.iter().filter(|line| line.lang.is_none() && line.text == "Tea").collect();
    for (line, original) in [first, second].into_iter().zip(original) {
        let (ours, theirs) = (line.choice.as_ref().unwrap(), original.choice.as_ref().unwrap());
        assert_eq!((&ours.group, ours.n), (&theirs.group, theirs.n));
        assert_eq!(ours.condition, theirs.condition);
    }
    assert!(novel.unknown.is_empty());
}

#[test]
fn one_text_in_every_menu_and_language_is_not_multiplied_without_end() {
    use std::fmt::Write as _;
    let mut text = String::from("label a:\n");
    for _ in 0..3_000 {
        text.push_str("    menu:\n        \"a\":\n            pass\n");
    }
    for lang in 0..3_000 {
        let _ok = write!(text, "translate l{lang} strings:\n    old \"a\"\n    new \"b\"\n");
    }
    let novel = game(&text);
    assert!(novel.lines.len() <= 3_000 + 4 * 3_000, "{}", novel.lines.len());
    assert!(novel.lines.iter().any(|line| line.lang.as_deref() == Some("l2999")));
}

#[test]
fn labels_are_scenes_and_local_ones_belong_to_the_last() {
    let novel =
        game("\u{feff}label a:\r\n\t\"1\"\r\nlabel .b:\r\n\t\"2\"\r\nlabel c.d:\r\n\t\"3\"\r\n");
    let scenes: Vec<(&str, u32)> =
        novel.lines.iter().map(|line| (line.scene.as_str(), line.source.line.unwrap())).collect();
    assert_eq!(scenes, [("a", 2), ("a.b", 4), ("c.d", 6)]);
}

#[test]
fn a_broken_line_costs_itself_and_not_the_file() {
    let novel = game(
        "define e = Character(\"E\")\nlabel a:\n    e \"whole\"\n    e don't stop (now\n    e \"still here\"\n    e \"and here\"\n",
    );
    assert!(briefs(&novel).contains(&"E: and here".to_owned()), "{:?}", briefs(&novel));
}
