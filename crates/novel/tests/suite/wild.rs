//! What scripts of real games do that the descriptions of their engines do not say; every text is our own.

use novel::{Engine, File, Folder, Novel};

use super::{briefs, read_text};

fn check(path: &str, engine: Engine, text: &str, expected: &[&str]) {
    let novel = read_text(path, text);
    assert_eq!(novel.engine(), Some(engine), "{path}");
    assert_eq!(briefs(&novel), expected, "{path}");
}

#[test]
fn kag_macros_end_pages_and_break_lines() {
    let text = "[macro name=pc]\n[p][cm]\n[endmacro]\n[macro name=br][r][endmacro]\n*a|x\n【[emb exp=sf.name]】\n「一つ。[br]二つ。」[pc]\n\
        [bg storage=room]\n三つ。[pc]\n[if exp=\"f.a[f.b] == 1]\n四つ。[p]\n[endif]\n[iscript]\n//[endscript]\nfunction f(){}\n[endscript]\n五つ。[p]\n";
    let expected = ["[sf.name]: 「一つ。\n二つ。」", "(三つ。)", "(四つ。)", "(五つ。)"];
    check("a.ks", Engine::KiriKiri, text, &expected);
}

/// A macro of the game's own that shows a variable leaves a hole, also where a message begins with it.
#[test]
fn kag_macros_that_show_variables_leave_holes() {
    let text = "[macro name=EnName]\n[emb exp=\"tf.name\"]\n[endmacro]\n[macro name=foe]敵の[EnName][endmacro]\n*a|x\n\
        [EnName]は前かがみになった。[p]\n[foe]が来た。[p]\n一撃[r]\n[EnName]に当たった。[p]\n[wait_cancel]静かだ。[p]\n";
    let novel = read_text("a.ks", text);
    let rows: Vec<(&str, bool)> =
        novel.lines.iter().map(|line| (line.text.as_str(), line.interpolated)).collect();
    assert_eq!(
        rows,
        [
            ("[EnName]は前かがみになった。", true),
            ("[foe]が来た。", true),
            ("一撃[r][EnName]に当たった。", true),
            ("静かだ。", false),
        ]
    );
    assert_eq!(novel.lines[0].source.line, Some(6));
    assert!(novel.scan().unknown.is_empty());
}

#[test]
fn kag_does_not_tell_case_in_tags() {
    let text = "@Talk name=芽衣\nうん。\n@Hitret id=1\n@AddSelect text=行く\n@AddSelect text=待つ\n@StartSelect\n\
        [Macro name=Say][nm t=%Who][EndMacro]\n[say who=律]そう。[P]\n[【Ann】]Oh.[P]\n";
    let expected = ["芽衣: うん。", "> 行く", "> 待つ", "律: そう。", "Ann: Oh."];
    check("a.ks", Engine::KiriKiri, text, &expected);
}

#[test]
fn names_in_the_text_itself_count_where_nothing_else_names_anybody() {
    let talk = "[cm]\n顾然：你来了。[p]\n她笑了。[p]\n小颖：嗯！[p]\n顾然：走吧。[p]\n时间：三点。[p]\n时间：四点。[p]\n时间：五点。[p]\n顾然：好。[p]\n";
    let novel = read_text("a.ks", talk);
    let expected = ["顾然: 你来了。", "(她笑了。)", "(小颖：嗯！)", "顾然: 走吧。"];
    assert_eq!(briefs(&novel)[..4], expected);
    assert_eq!(novel.lines[0].text, "你来了。");
    assert_eq!(novel.scan().speakers.len(), 1, "a name comes back, and a time is none");
    let named = format!("{talk}【律】「うん」[p]\n");
    assert_eq!(
        read_text("a.ks", &named).scan().speakers.len(),
        1,
        "the script has names of its own"
    );
}

/// A statement that was switched off stands below itself; a readme lies beside the scripts.
#[test]
fn what_looks_like_a_dump_or_like_talk_beside_a_script() {
    let off = "[playse storage=a.ogg]\n;[playse storage=a.ogg]\n".repeat(4);
    let text = format!("*a|x\n{off}【律】「うん」[p]\n");
    check("a.ks", Engine::KiriKiri, &text, &["律: 「うん」"]);
    let files =
        [("a.ks", text.as_str()), ("README.md", "Ann: Hi.\nBo: Hi.\nAnn: Bye.\nBo: Bye.\n")];
    let files = files.map(|(path, text)| File { path: path.into(), bytes: text.as_bytes().into() });
    let novel = Novel::read(Folder { files: files.to_vec(), ..Folder::default() }, false);
    assert_eq!(briefs(&novel), ["律: 「うん」"]);
}

#[test]
fn tyrano_buttons_with_two_lines() {
    let text = "#芽衣\nうん。[p]\n[glink text=\"行く<br>もう\" target=\"*a\"]\n[glink text=\"待つ\" target=\"*b\"]\n[s]\n";
    check("a.ks", Engine::Tyrano, text, &["芽衣: うん。", "> 行く\nもう", "> 待つ"]);
}

#[test]
fn macros_that_pass_a_name_on() {
    let text = "[macro name=\"who\"]\n[chara_mod name=\"%id\" face=\"%face\"]\n#&mp.name\n[endmacro]\n[who name=\"芽衣\" face=\"a\"]\n\
        うん。[p]\nそう。[p]\n[who name=\"海斗\"]\nおう。[p]\n";
    check("a.ks", Engine::Tyrano, text, &["芽衣: うん。", "芽衣: そう。", "海斗: おう。"]);
    let text = "[macro name=who]\n[nm t=%n][r]\n[endmacro]\n*a|x\n[who n=寧々]「はい」[p]\n雨だ。[p]\n[bg storage=room]\n[wait time=1]\n";
    check("a.ks", Engine::KiriKiri, text, &["寧々: 「はい」", "(雨だ。)"]);
    // `name` is another's where the name comes from a variable.
    let text = "[macro name=scene]\n#&f.player\n[bg storage=%name]\n[endmacro]\n[chara_new name=a]\n[scene name=room]\nうん。[p]\n";
    check("a.ks", Engine::Tyrano, text, &["(うん。)"]);
}

#[test]
fn nscripter_in_narrow_letters() {
    let text = "*define\ngame\n*start\nbg \"a.jpg\",1\n>[Yuki]\n>\"Hello there.\"\\\n_ld l,\":a;b.jpg\",1\n>A bell rings.\\\n\
        [律/v01]「うん」\\\n[Yuki] \"Hm.\"\\\n[A whole page]\\\ncl l,1\nbgm \"a.ogg\"\n";
    let expected = [
        "Yuki: \"Hello there.\"",
        "(A bell rings.)",
        "律: 「うん」",
        "Yuki: \"Hm.\"",
        "([A whole page])",
    ];
    check("0.txt", Engine::NScripter, text, &expected);
    assert!(read_text("0.txt", text).unknown.is_empty());
}

#[test]
fn renpy_narrators_with_empty_names_and_old_substitutions() {
    let text = "define n = Character(\"\")\ndefine b = Character(\"【Bo】\")\nlabel start:\n    n \"1\"\n    b \"2\"\n\
        \x20   Character(\"\") \"3\"\n    \"I am %(player_name)s, 50%% sure (or 50 %(more)).\"\n    return\n";
    let expected = ["(1)", "Bo: 2", "(3)", "(I am , 50% sure (or 50 %(more)).)"];
    check("game/script.rpy", Engine::RenPy, text, &expected);
    assert!(read_text("game/script.rpy", text).lines[3].interpolated);
}

#[test]
fn catalogues_of_translators_are_no_scripts_of_renpy() {
    let file = |path: &str, text: &str| novel::File {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let files = vec![
        file("game/script.rpy", "label start:\n    \"One.\"\n    return\n"),
        file("game/tl/x/script.rpy", "# game/script.rpy:2\nmsgid \"One.\"\nmsgstr \"Eins.\"\n"),
    ];
    let novel = novel::Novel::read(novel::Folder { files, ..novel::Folder::default() }, true);
    assert_eq!(briefs(&novel), ["(One.)"]);
    assert_eq!(novel.refused.len(), 1, "{:?}", novel.refused);
}

#[test]
fn ink_gathers_with_choices_and_commands_in_texts() {
    let text = "-> start\n=== start ===\n>>> music slow\nRain.\n- >>> music fast\n- (again) * [Wait] -> start\n- + [Go] -> END\n";
    check("story.ink", Engine::Ink, text, &["(Rain.)", "> Wait", "> Go"]);
    assert_eq!(read_text("story.ink", text).unknown.get(">>music"), Some(&2));
}

/// Braces that are a line by themselves hold talk: both sides of a condition, each part of a sequence.
#[test]
fn ink_conditions_and_sequences_on_one_line() {
    let text = "VAR a = 1\n=== k ===\nBob: Hello.\n{visited: You have been here before.}\n{brave: He runs.|He hides. -> k}\n\
        {He is late.|He is late: again.|}\nBob: {not a && b(\"x: y\"): Yes.|{a: No.|Never.}} # tag\n{a} {f(a)}\n{-> k|-> END}\n\
        {&This|{that}} {stopping: one|two}\n{no logic}\n{ - a==1: One. - else: Two. }\nIt is {a: late|early}.\nBob: Bye.\n-> END\n";
    let expected = [
        "Bob: Hello.",
        "(You have been here before.)",
        "(He runs.)",
        "(He hides.)",
        "(He is late.)",
        "(He is late: again.)",
        "Bob: Yes.",
        "Bob: No.",
        "Bob: Never.",
        "(This)",
        "(one)",
        "(two)",
        // To the engine this is one side, under `-a == 1`.
        "(One. - else: Two.)",
        "(It is .)",
        "Bob: Bye.",
    ];
    check("a.ink", Engine::Ink, text, &expected);
    let novel = read_text("a.ink", text);
    assert_eq!(novel.unknown.get("{no logic"), Some(&1));
    let branches: Vec<&[String]> = novel.lines.iter().map(|line| &line.branch[..]).collect();
    assert_eq!((branches[0].len(), branches[1].len(), branches[14].len()), (0, 1, 0));
    assert_ne!(branches[2], branches[3]);
    assert_eq!((branches[7].len(), &branches[7][0]), (2, &branches[8][0]));
    assert_ne!(branches[6][0], branches[7][0]);
}

#[test]
fn ink_braces_in_blocks_and_blocks_behind_gathers() {
    let text = "VAR a = 1\n=== k ===\n{a:\n- 1: He says {a}: {b}\n- He said one thing: no.\n- else: {b: One.|Two.}\n{a: Three {b}}}\n\
        - {\n- a ? (b, c): Four.\n- else: Five.\n}\n-> END\n";
    let expected = [
        "(He says :)",
        "(He said one thing: no.)",
        "(One.)",
        "(Two.)",
        "(Three)",
        "(Four.)",
        "(Five.)",
    ];
    check("a.ink", Engine::Ink, text, &expected);
}

#[test]
fn ink_glue_joins_lines() {
    let text = "VAR a = 1\n=== k ===\nBob: One.\nBob: Two.\nBob: Hi, <>\nmy friend.\nBob: Good\n<>bye <>\n~ a = 2\n\n<> {a}, Ann: dear<> # tag\n\
        <>!\nBob: Go <>\n-> m\n=== m ===\nThere <>\n* [Left] <> and left.\n  <> So it was.\n* Right\n- Done.\n\
        {a:\n- 1: Yes <>\n- else: No <>\n}\nOn.\n-> END\n";
    let expected = [
        "Bob: One.",
        "Bob: Two.",
        "Bob: Hi, my friend.",
        "Bob: Goodbye , Ann: dear!",
        "Bob: Go",
        "(There)",
        "> Left",
        "(and left. So it was.)",
        "> Right",
        "(Done.)",
        "(Yes)",
        "(No)",
        "(On.)",
    ];
    check("a.ink", Engine::Ink, text, &expected);
    let novel = read_text("a.ink", text);
    assert_eq!((&*novel.lines[2].text, novel.lines[2].interpolated), ("Hi, my friend.", false));
    assert_eq!(
        (&*novel.lines[3].text, novel.lines[3].interpolated),
        ("Goodbye {a}, Ann: dear!", true)
    );
}

#[test]
fn ink_choices_with_conditions_and_literal_brackets() {
    let text = "VAR a = 1\n=== k ===\n* {a} {b > 1} Go \\[now\\] there\n* {a} \"Yes[.\"],\" \\[I said\\]. {a: x}\n* {a: x|y} Wait -> END\n-> END\n";
    let expected = ["> Go [now] there", "> \"Yes.\"", "(\"Yes,\" [I said].)", "> Wait"];
    check("a.ink", Engine::Ink, text, &expected);
    let novel = read_text("a.ink", text);
    assert!(!novel.lines[0].interpolated);
    let condition = |at: usize| novel.lines[at].choice.as_ref().unwrap().condition.as_deref();
    assert_eq!((condition(0), condition(1)), (Some("(a) and (b > 1)"), Some("a")));
    assert!(novel.lines[3].interpolated, "these braces are text");
}

/// Whatever is a line of its own may stand inside a text as well.
#[test]
fn naninovel_commands_inside_texts() {
    let text = "K: Hi.\n@append \" appended.\"\nK: Pick.\n[choice \"Left\" goto:.A]\n[choice \"Right ]\" if:b]\nK: Or[append \" not\"][i]?[choice \"No\"]\n\
        It rains.\n[append \" Hard.\"]\nK: One.[print \"Two.\" author:M]Three.[sfx Bell][tremble]\n@print \"Four.\" append!\n\
        K: A[if x]B[else]C[endif]\n@addChoice \"Yes\"\n    M: \\[Good\\].\n@if a\n    M: Yes.\n@or b\n    M: No.\n# A\n@append Alone.\n";
    let novel = read_text("a.nani", text);
    assert_eq!(novel.engine(), Some(Engine::Naninovel));
    let expected = [
        "K: Hi.",
        "?: appended.",
        "K: Pick.",
        "> Left",
        "> Right ]",
        "K: Or not?",
        "> No",
        "(It rains.)",
        "(Hard.)",
        "K: One.",
        "M: Two.Three.",
        "?: Four.",
        "K: ABC",
        "> Yes",
        "M: [Good].",
        "M: Yes.",
        "M: No.",
        "(Alone.)",
    ];
    assert_eq!(briefs(&novel), expected);
    let voices =
        [1, 8, 11, 17].map(|at| (novel.lines[at].voice_of(), novel.lines[at].extends.is_some()));
    assert_eq!(voices, [(Some("K"), true), (None, true), (Some("M"), true), (None, false)]);
    let of = |at: usize| novel.lines[at].choice.as_ref().unwrap();
    assert_eq!((of(3).n, of(4).n, of(6).n), (0, 1, 0));
    assert_eq!((&of(3).group, of(3).target.as_deref()), (&of(4).group, Some(".A")));
    assert_ne!(of(4).group, of(6).group);
    assert_eq!(of(4).condition.as_deref(), Some("b"));
    assert!(novel.lines[12].interpolated, "what is only sometimes there is a hole");
    assert_ne!(novel.lines[15].branch, novel.lines[16].branch);
    assert_eq!(novel.unknown.iter().collect::<Vec<_>>(), [(&"@tremble".to_owned(), &1)]);
}

/// Tags on the line, above it, behind what is printed of a choice; a name with another key is a picture's.
#[test]
fn ink_speakers_by_tags() {
    let text = "== a\nMorning! #name:Mother #mood:happy\nReady? #name:Mother\n# speaker: Anna\n\"Nearly.\"\nShe yawns.\n\
        + [Yes] Let us go! #name:Anna #mood:happy\n  Good. #Speaker:mo_smile #Layout:left #Name:Mother\n+ [No] Not yet.\n- Off you go. #name:Old+Man\n\
        {\n- late:\n    # name: Mother\n    Run!\n- else:\n    Walk. #name:{who}\n}\n\
        - # name: Anna\nHere we are.\n";
    let expected = [
        "Mother: Morning!",
        "Mother: Ready?",
        "Anna: \"Nearly.\"",
        "(She yawns.)",
        "> Yes",
        "Anna: Let us go!",
        "Mother: Good.",
        "> No",
        "(Not yet.)",
        "Old Man: Off you go.",
        "Mother: Run!",
        "(Walk.)",
        "Anna: Here we are.",
    ];
    check("a.ink", Engine::Ink, text, &expected);
    let lines = read_text("a.ink", text).lines;
    assert!(lines[11].interpolated, "who says it is not known");
}

/// A game that names a speaker only where it changes shows the name until then; so does one that keeps it in a variable.
#[test]
fn ink_speakers_that_hold() {
    let text = "== a\nThe door is open.\nHot today. #speaker:Gus #portrait:gus\nI forgot my hat.\nI need a gift. #speaker:Jack\nFor whom? #speaker:Gus\nTell me.\n\
        * [My sister]\n  For my sister. #speaker:Jack\n  She is ten.\n* [Nobody] Nobody.\n  Hm.\n- A bell rings. #speaker:\nIt is noon.\n== b\nNight falls.\n";
    let expected = [
        "(The door is open.)",
        "Gus: Hot today.",
        "Gus: I forgot my hat.",
        "Jack: I need a gift.",
        "Gus: For whom?",
        "Gus: Tell me.",
        "> My sister",
        "Jack: For my sister.",
        "Jack: She is ten.",
        "> Nobody",
        "(Nobody.)",
        "Gus: Hm.",
        "(A bell rings.)",
        "(It is noon.)",
        "(Night falls.)",
    ];
    check("a.ink", Engine::Ink, text, &expected);
    let text = "== a\n~ currentSpeaker = \"Ann\"\nDid you get it?\n~currentSpeaker = \"Me\"\nNot yet.\n~ speaker = \"\"\nNobody is here.\n-> END\n";
    check(
        "a.ink",
        Engine::Ink,
        text,
        &["Ann: Did you get it?", "Me: Not yet.", "(Nobody is here.)"],
    );
}

/// Since the second version the engine's own rule holds: the name is what stands before the first colon without a backslash.
#[test]
fn yarn_names_of_several_words() {
    let text = "title: A\n---\nOld Man: Hello: hello.\nMia: Oh.\nBob Smith: Two words.#line:1\nRemember this\\: never.\n{$name}: I am {\"a: b\"}.\n\
        [character name=\"Mae B\"]Mae: [/character]Wow: wow!\nSee [a b=\"c: d\"/]there.\n: Nobody.\nDone:\n<<shake(3)>>\n===\n";
    let expected = [
        "Old Man: Hello: hello.",
        "Mia: Oh.",
        "Bob Smith: Two words.",
        "(Remember this: never.)",
        "(I am .)",
        "Mae B: Wow: wow!",
        "(See there.)",
        "(Nobody.)",
        "(Done:)",
    ];
    check("a.yarn", Engine::Yarn, text, &expected);
    let novel = read_text("a.yarn", text);
    assert_eq!(novel.unknown.get("<<shake>>"), Some(&1));
    let veiled = novel.lines.iter().find(|line| line.text.starts_with("I am")).unwrap();
    assert!(veiled.interpolated && veiled.voice_of().is_none(), "who says it is not known");
}

/// The first version has no such rule.
#[test]
fn yarn_names_of_several_words_that_come_back() {
    let text = "title: A\n---\nOld Man: Hello.\nMia: Oh.\nOld Man: Again.\nRemember this: never, #1.\n[[Ask: now|B]]\n<<shake(3)>>\n===\n";
    let expected =
        ["Old Man: Hello.", "Mia: Oh.", "Old Man: Again.", "(Remember this: never,)", "> Ask: now"];
    check("a.yarn", Engine::Yarn, text, &expected);
}

#[test]
fn yarn_options_with_conditions_tags_and_names() {
    let text = "title: A\n---\nMia: Well?\n-> Go <<if $a>> #line:1\n-> Stay #line:2 <<if $b and $c>>\n-> Alice: Wait. <<once>>\n\
        -> Red <color=\\#f00>now</color>\\: {$x}#last\n<<stop>>\n===\n";
    let expected = ["Mia: Well?", "> Go", "> Stay", "> Wait.", "> Red <color=#f00>now</color>:"];
    check("a.yarn", Engine::Yarn, text, &expected);
    let novel = read_text("a.yarn", text);
    let conditions: Vec<Option<&str>> = novel.lines[1..]
        .iter()
        .map(|line| line.choice.as_ref().unwrap().condition.as_deref())
        .collect();
    assert_eq!(conditions, [Some("$a"), Some("$b and $c"), Some("once"), None]);
    let speakers: Vec<Option<&str>> =
        novel.lines[1..].iter().map(|line| line.speaker.as_deref()).collect();
    assert_eq!(speakers, [None, None, Some("Alice"), None]);
    assert_eq!(novel.scan().speakers.len(), 1, "nobody has said what may be chosen");
}

#[test]
fn webgal_commands_of_its_first_version() {
    let text = "changeBg:a.png;\nsetBgAni:bg_softIn 5s;\nsetFigAni:leftIn 1s -left;\nchoose:x:b|y:c;\nsetVar:a=1;\n雪:你好;\n雪:再见;\nend;\n";
    check("scene/start.txt", Engine::WebGal, text, &["> x", "> y", "雪: 你好", "雪: 再见"]);
}

#[test]
fn webgal_names_in_variables() {
    let text = "setVar:who=雪;\nsetVar:other=a;\nsetVar:other=b;\n{who}:你好;\n再见;\n{other}:嗯;\n啊;\n{nobody}:喂;\n雪:好;\nchangeBg:a.png;\n";
    check(
        "scene/start.txt",
        Engine::WebGal,
        text,
        &["雪: 你好", "雪: 再见", "(嗯)", "(啊)", "(喂)", "雪: 好"],
    );
    let lines = read_text("scene/start.txt", text).lines;
    let holes: Vec<bool> = lines.iter().map(|line| line.interpolated).collect();
    assert_eq!(holes, [false, false, true, true, true, false], "who says it is not known");
}

/// Whatever the engine does not know speaks, so its commands are known to the last.
#[test]
fn webgal_commands_of_the_engine() {
    let text = "changeBg:a.png -next;\nbgm:x.mp3;\nchangeFigure:b.png;\n甲:一;\nplayVideo:x.mp4;\nchangeBG_next:a.png;\nend;\n";
    check("scene/start.txt", Engine::WebGal, text, &["甲: 一"]);
}

#[test]
fn webgal_sentences_of_several_lines() {
    let text = "changeBg:a.png;\nchangeFigure:b.png\n -left\n -next;\n甲:一\n  |二\n  -v1.ogg;三; 注释\n甲:四\\;五\\\n  六;注释\n甲:七 -notend\n -concat;\n\
        \x20八 -concat;\nchoose:(a>1)->左\\:边:l.txt\n  |右:r.txt;\n";
    let novel = read_text("scene/start.txt", text);
    let expected = ["甲: 一\n二", "甲: 四;五六", "甲: 七", "甲: 八", "> 左:边", "> 右"];
    assert_eq!(briefs(&novel), expected);
    assert_eq!(novel.lines[0].voice.as_deref(), Some("v1.ogg"));
    assert_eq!((novel.lines[1].source.line, &*novel.lines[1].text), (Some(8), "四;五六"));
    assert_eq!(novel.lines[3].voice_of(), Some("甲"));
    assert!(novel.lines[3].extends.is_some() && novel.lines[2].extends.is_none());
    let target = novel.lines[4].choice.as_ref().unwrap().target.as_deref();
    assert_eq!(target, Some("l.txt"));
}

/// A name lasts until another one is set or it is taken away.
#[test]
fn webgal_names_that_are_taken_away() {
    let text = "changeBg:a.png;\nchangeFigure:b.png;\n甲:一;\n二 -clear;\n三;\nsay:四 -speaker=乙;\n五;\nintro:六|七\\|八;\n九;\n";
    let expected = ["甲: 一", "(二)", "(三)", "乙: 四", "乙: 五", "(六)", "(七|八)", "乙: 九"];
    check("scene/start.txt", Engine::WebGal, text, &expected);
}

/// Who chooses one text means it: of an exchange no name comes back. In a folder, the same text may be anything.
#[test]
fn one_text_that_was_chosen_is_read_though_no_name_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let talk = write("talk.txt", "Ann: Who are you?\nKeeper: I am the keeper of the lamp.\n");
    let read = |path: &std::path::Path| Novel::read(novel::read_folder(path).unwrap(), false);
    let novel = read(&talk);
    let said: Vec<_> =
        novel.lines.iter().map(|line| (line.speaker.as_deref(), &*line.plain)).collect();
    assert_eq!(
        said,
        [(Some("Ann"), "Who are you?"), (Some("Keeper"), "I am the keeper of the lamp.")]
    );
    assert_eq!((novel.engine(), novel.encodings.len()), (Some(novel::Engine::Plain), 1));
    assert!(read(folder.path()).lines.is_empty());
    // Neither prose nor settings become a talk by being chosen.
    for (name, text) in [
        ("prose.txt", "It was late.\nShe said one thing: nothing.\nThen he left. The end.\n"),
        ("made.ini", "Width: 800\nHeight: 600\n"),
        ("one.txt", "Keeper: I am the keeper of the lamp.\n"),
    ] {
        assert!(read(&write(name, text)).lines.is_empty(), "{name}");
    }
}
