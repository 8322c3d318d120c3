//! One small script of each engine, with everything that its reader knows.

use novel::{Engine, Kind};

use super::{briefs, read, read_text};

fn check(name: &str, engine: Engine, expected: &[&str]) {
    let novel = read(name);
    assert_eq!(novel.engine(), Some(engine), "{name}");
    assert_eq!(briefs(&novel), expected, "{name}");
}

#[test]
fn nscripter_under_its_mask() {
    check(
        "nscripter/nscript.dat",
        Engine::NScripter,
        &[
            "綾: 「ただいま。\n　……誰もいない。」",
            "(窓の外は雨だった。)",
            "綾: 「お茶にする？」",
            "(私は「はい」と答えた。)",
            "綾: 「番のお茶ね」",
            "> 飲む",
            "> 飲まない",
            "(It was warm.)",
        ],
    );
    let novel = read("nscripter/nscript.dat");
    let tea = &novel.lines[4];
    assert_eq!((tea.voice.as_deref(), tea.interpolated), (Some("v\\aya02.wav"), true));
    let choice = novel.lines[5].choice.as_ref().unwrap();
    assert_eq!((choice.n, choice.target.as_deref()), (0, Some("drink")));
    assert!(novel.unknown.is_empty(), "{:?}", novel.unknown);
}

#[test]
fn bgi_by_its_stack_of_strings() {
    check(
        "bgi/main",
        Engine::Bgi,
        &[
            "律: おはよう、先輩。",
            "(桜が咲いていた。)",
            "(春の朝だった。)",
            "> 手を振る",
            "> 待つ",
            "> 行く",
            "> 行かない",
            "律: もう、待ってたのに！",
        ],
    );
}

#[test]
fn scenes_of_kirikiri_z() {
    for version in 1..=4 {
        let name = format!("scn/new_v{version}.ks.scn");
        check(
            &name,
            Engine::KiriKiri,
            &[
                "？？？: おはよう\n先輩。",
                "寧々: 早上好，学长。",
                "柊史: だ。",
                "(窓の外は晴れていた。)",
                "> 話しかける",
                "> 帰る",
            ],
        );
        let novel = read(&name);
        let first = &novel.lines[0];
        assert_eq!(first.speaker_id.as_deref(), Some("寧々"));
        assert_eq!(first.voice.as_deref(), Some("nen001_001"));
        assert_eq!(first.sprite.as_deref(), Some("寧々a 02"));
        assert_eq!(novel.lines[1].lang.as_deref(), Some("cn"));
        assert!(novel.lines[2].interpolated);
        let leave = novel.lines[5].choice.as_ref().unwrap();
        assert_eq!(
            (leave.target.as_deref(), leave.condition.as_deref()),
            (Some("002.ks*end"), Some("f.tired"))
        );
    }
}

#[test]
fn older_scenes_packed_and_as_json() {
    for name in ["scn/old.ks.scn", "scn/freemote.scn.json", "scn/damaged.ks.scn"] {
        check(
            name,
            Engine::KiriKiri,
            &["綾: 遅いよ。", "(雨が降っている。)", "謎の少女: 待った？"],
        );
        let novel = read(name);
        assert_eq!(novel.lines[2].speaker_id.as_deref(), Some("綾"));
        let damaged = novel.unknown.get("(damaged value)").copied();
        assert_eq!(damaged, name.contains("damaged").then_some(1), "{name}");
    }
}

#[test]
fn yarn() {
    check(
        "yarn/shop.yarn",
        Engine::Yarn,
        &[
            "Ada: Welcome!",
            "(You look around.)",
            "> What do you sell?",
            "Ada: Rope and .",
            "> Goodbye.",
            "Ada: Time: it is {late}.",
            "(It rains.)",
        ],
    );
    let novel = read("yarn/shop.yarn");
    assert_eq!(novel.unknown.get("<<shake>>"), Some(&1));
    assert_eq!(novel.lines[4].choice.as_ref().unwrap().condition.as_deref(), Some("$gold < 5"));
    assert_eq!(novel.lines[6].scene, "Street");
    assert_eq!(novel.lines[3].branch.len(), 1);
}

#[test]
fn a_yarn_node_of_many_options_is_no_ink() {
    let options = "-> Ask\n    Ada: Yes?\n".repeat(20);
    let novel = read_text("shop.yarn", &format!("title: Shop\n---\nAda: Welcome!\n{options}===\n"));
    assert_eq!(novel.engine(), Some(Engine::Yarn));
    assert_eq!(novel.lines.len(), 41);
}

#[test]
fn webgal() {
    check(
        "webgal/start.txt",
        Engine::WebGal,
        &[
            "雪之下雪乃: 你到得真早",
            "雪之下雪乃: 抱歉，让你久等了。",
            "(窗外下着雨。)",
            "由比ヶ浜结衣: 昼ごはん、と？",
            "> 去食堂",
            "> 回家",
            "由比ヶ浜结衣: 好吧。",
            "blink: fast",
        ],
    );
    assert_eq!(read("webgal/start.txt").lines[0].voice.as_deref(), Some("V3.ogg"));
}

#[test]
fn a_short_scene_is_known_by_its_neighbours() {
    let file = |path: &str, text: &str| novel::File {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let files = vec![
        file("scene/a.txt", "changeBg:a.png;\nchoose:x:b.txt|y:c.txt;\nsetVar:a=1;\n雪:你好;\n"),
        file("scene/b.txt", "雪:再见;\nend;\n"),
        file("readme.txt", "Thanks for playing.\n"),
    ];
    let novel = novel::Novel::read(novel::Folder { files, ..novel::Folder::default() }, false);
    assert_eq!(briefs(&novel), ["> x", "> y", "雪: 你好", "雪: 再见"]);
}

#[test]
fn vntextpatch() {
    check(
        "vntextpatch/001.json",
        Engine::VnTextPatch,
        &["寧々: おはよう。\nいい朝ね。", "(彼女は笑った。)", "綾: せーの！"],
    );
}

#[test]
fn entries_of_vntextpatch_that_lost_their_message() {
    let text = r#"[{"name":"太郎","message":"やあ"},{"message":"地"},{"name":"a","message":null},{"name":"b"},7,{"message":"終"}]"#;
    let novel = read_text("a.json", text);
    assert_eq!(novel.engine(), Some(Engine::VnTextPatch));
    assert_eq!(briefs(&novel), ["太郎: やあ", "(地)", "(終)"]);
    assert_eq!(novel.unknown.get("(entry without a message)"), Some(&3));
    assert_eq!(novel.lines[2].source.offset, Some(5));
    for other in [r#"[{"message":null}]"#, r#"[{"message":"a"},{"text":"b"},{"text":"c"}]"#, "[]"] {
        assert!(read_text("a.json", other).lines.is_empty(), "{other}");
    }
}

#[test]
fn dumps_with_names_behind_and_in_front() {
    check(
        "chatnvl/koikake",
        Engine::ChatNvl,
        &[
            "洸太郎: 「おはよう、星奏」",
            "洸太郎: 「早上好，星奏」",
            "星奏: 「おはよう」",
            "星奏: 「早」",
            "(朝の光が差し込んだ。)",
            "(晨光照了进来。)",
            "洸太郎: 「行こうか」",
            "洸太郎: 「走吧」",
        ],
    );
    let sanoba = briefs(&read("chatnvl/sanoba"));
    assert_eq!(sanoba[0], "寧々: 「先輩、遅いですよ」");
    assert_eq!(sanoba[2], "柊史: 「ごめん」");
    let first = &read("chatnvl/sanoba").lines[0];
    assert_eq!(first.speaker_id.as_deref(), Some("宁宁"), "the name that the list has");
}

#[test]
fn swipes_that_were_never_made_cost_no_message() {
    let rows = [
        r#"{"user_name":"Bo","character_name":"Ann"}"#,
        r#"{"name":"Bo","is_user":true,"mes":"Hello"}"#,
        r#"{"name":"Ann","is_user":false,"mes":"Well.","swipes":["Well.",null,"Oh."]}"#,
        r#"{"name":"Ann","is_user":false,"mes":"Then.","swipes":null}"#,
    ];
    let (chat, damaged) = novel::chatlog::parse(&rows.join("\n")).unwrap();
    assert_eq!((chat.messages.len(), damaged), (3, 0));
    assert_eq!(chat.messages[1].swipes, ["Well.", "Oh."]);
}

#[test]
fn names_stand_where_a_chat_leaves_room_for_them() {
    let rows = [
        r#"{"user_name":"Bo","character_name":"unused","chat_metadata":{}}"#,
        r#"{"name":"Ann","is_user":false,"mes":"<BOT> greets <USER>, {{User}} and {{char}}."}"#,
        r#"{"name":"Cy","is_user":false,"mes":"<char> is {{CHAR}}; {{{user}}} <b>{{users}}</b> <"}"#,
        r#"{"name":"Bo","is_user":true,"mes":"<user> to {{char}}"}"#,
    ];
    let novel = super::read_text("chat.jsonl", &rows.join("\n"));
    assert_eq!(
        super::briefs(&novel),
        [
            "Ann: Ann greets Bo, Bo and Ann.",
            "Cy: Cy is Cy; {Bo} <b>{{users}}</b> <",
            "Bo: Bo to Ann"
        ]
    );
}

#[test]
fn chats_of_other_programs() {
    check(
        "chats/Sylvie.jsonl",
        Engine::ChatLog,
        &[
            "Sylvie: Hi, Kim!",
            "Kim: Do you paint?",
            "Sylvie: Every day.",
            "Kim: What do you paint?",
            "Sylvie: The sea, mostly.",
        ],
    );
    let novel = read("chats/Sylvie.jsonl");
    assert_eq!(novel.unknown.get("(damaged line)"), Some(&1));
    assert_eq!(novel.chats[0].1.messages[2].swipes.len(), 3);
    check(
        "chats/first.json",
        Engine::ChatLog,
        &["Aqua: Are you new here?", "You: Yes: just arrived.", "Aqua: Welcome!"],
    );
}

#[test]
fn plain_text_with_names() {
    check(
        "plain/colon.txt",
        Engine::Plain,
        &[
            "(The kettle sang.)",
            "Mira: Tea?",
            "Jon: Please.",
            "Mira: Sugar?",
            "Jon: Two.",
            "(Remember: it was late.)",
        ],
    );
    check(
        "plain/lenticular.txt",
        Engine::Plain,
        &["芽衣: 「こんにちは」", "芽衣: 「寒いね」", "(風が吹いた。)", "蓮: 「中に入ろう」"],
    );
}

#[test]
fn ink_with_choices_and_names_that_come_back() {
    let text = "VAR gold = 3\n-> start\n=== start ===\nAnna: You came! # smile\nIt is late. // comment\nAnna: Sit. <>\n\
        * \t(tea) {gold > 2} [Ask for tea] \"Tea?\" I asked. -> drink\n- - (mark) -> deeper\n+ Leave -> END\n- Done waiting.\nRemark: once only.\n\
        { gold > 2:\n- Rich {name} now.\n- else: Poor.\n}\n== drink\n<>, <i>Warm.</i> # speaker: Anna\n-> DONE\n";
    let novel = read_text("story.ink", text);
    assert_eq!(novel.engine(), Some(Engine::Ink));
    assert_eq!(
        briefs(&novel),
        [
            "Anna: You came!",
            "(It is late.)",
            "Anna: Sit.",
            "> Ask for tea",
            "(\"Tea?\" I asked.)",
            "> Leave",
            "(Done waiting.)",
            "(Remark: once only.)",
            "(Rich  now.)",
            "(Poor.)",
            "Anna: , Warm.",
        ]
    );
    let tea = novel.lines[3].choice.as_ref().unwrap();
    assert_eq!(
        (tea.target.as_deref(), tea.condition.as_deref()),
        (Some("drink"), Some("gold > 2"))
    );
}

#[test]
fn naninovel_authors_appearances_and_commands() {
    let text = "; comment\n@back Room\n# Talk\nFelix.Happy: It's {time}[i], <b>late</b>.|#12|\nNo one answers \\[yet\\].\n@print \"Psst.\" author:Mia\n\
        @choice \"Go: now\" goto:.End if:\"brave\"\n@dance\nhttp://nowhere is no author\n";
    let novel = read_text("a.nani", text);
    assert_eq!(
        briefs(&novel),
        [
            "Felix: It's , late.",
            "(No one answers [yet].)",
            "Mia: Psst.",
            "> Go: now",
            "(http://nowhere is no author)"
        ]
    );
    assert_eq!(novel.lines[0].sprite.as_deref(), Some("Felix Happy"));
    assert_eq!(novel.unknown.get("@dance"), Some(&1));
}

#[test]
fn tyrano_names_faces_macros_and_choices() {
    let text = "[chara_new name=\"mei\" storage=\"a.png\" jname=\"芽衣\"]\n[macro name=\"kai\"]\n#海斗\n[endmacro]\n*start|title\n#mei:smile\n\
        おはよう[r]_[l]世界[p]\n#芽衣\nまた[font size=3]ね[resetfont]。[p]\n[kai]\nおう。[p]\n#\n静かだ。[p]\n[iscript]\nvar a = \"[p]\";\n[endscript]\n\
        [glink text=\"行く\" target=\"*go\" cond=\"f.a\"]\n[glink text=\"待つ\" target=\"*wait\"]\n[s]\n[sparkle]\n/* [p]\n#nobody\n*/\n@jump target=*start\n";
    let novel = read_text("a.ks", text);
    assert_eq!(novel.engine(), Some(Engine::Tyrano));
    assert_eq!(
        briefs(&novel),
        [
            "芽衣: おはよう\n_世界",
            "芽衣: またね。",
            "海斗: おう。",
            "(静かだ。)",
            "> 行く",
            "> 待つ"
        ]
    );
    assert_eq!(novel.lines[0].speaker_id.as_deref(), Some("mei"));
    assert_eq!(novel.lines[0].sprite.as_deref(), Some("smile"));
    assert_eq!(
        novel.lines[4].choice.as_ref().unwrap().group,
        novel.lines[5].choice.as_ref().unwrap().group
    );
    assert_eq!(novel.unknown.get("sparkle"), Some(&1));
}

#[test]
fn kag_speakers_of_tags_last_for_one_message() {
    let text = "@bg storage=room\n[nm t=\"寧々\"]「おはよう」[p]\n雨だ。[p]\n【柊史】\n「うん」[p]\n[ns]綾[nse]「来た」[p]\n[link target=*a]はい[endlink][r]\n\
        [link target=*b]いいえ[endlink]\n[s]\n*a|章\n[voice storage=v1.ogg]\n@talk name=寧々\n「[ruby text=ほし]星[heart]」\\\n";
    let novel = read_text("a.ks", text);
    assert_eq!(novel.engine(), Some(Engine::KiriKiri));
    assert_eq!(
        briefs(&novel),
        [
            "寧々: 「おはよう」",
            "(雨だ。)",
            "柊史: 「うん」",
            "綾: 「来た」",
            "> はい",
            "> いいえ",
            "寧々: 「星♥」"
        ]
    );
    assert_eq!(novel.lines[6].voice.as_deref(), Some("v1.ogg"));
    let with_voice = "[nm t=\"執事\" rt=\"翠碕\" s=aax_0011]「\"[gly t=\"器官\"][rb t=\"器官|オーガン\"][egly]\"です」[np]\n[nm t=睦月 s=mut_1]「さてな」[np]\n[bg storage=a]\n[wait time=1]\n";
    let novel = read_text("b.ks", with_voice);
    assert_eq!(briefs(&novel), ["執事: 「\"器官\"です」", "睦月: 「さてな」"]);
    assert_eq!(novel.lines[0].voice.as_deref(), Some("aax_0011"));
}

#[test]
fn renjs_names_from_the_setup_and_choices_with_captions() {
    let text = "characters:\n  deuzi:\n    displayName: Deuzilene\nstart:\n  - show deuzi: happy\n  - deuzi says happy: \"(bold)Hi(end), {name}!\"\n\
        \x20 - text: A bell rings.\n  - choice:\n    - text: What now?\n    - Stay !if ({a}==1):\n      - scene: home\n    - \"Go\":\n      - liz says: Bye.\n  - tumble: now\n";
    let novel = read_text("Story.yaml", text);
    assert_eq!(novel.engine(), Some(Engine::RenJs));
    assert_eq!(
        briefs(&novel),
        ["Deuzilene: Hi, !", "(A bell rings.)", "?: What now?", "> Stay", "> Go", "liz: Bye."]
    );
    assert_eq!(novel.lines[2].kind, Kind::Say);
    assert_eq!(novel.lines[3].choice.as_ref().unwrap().target.as_deref(), Some("home"));
    assert_eq!(novel.unknown.get("tumble"), Some(&1));
}

#[test]
fn content_wins_over_the_name_of_the_file() {
    let renpy = "define e = Character(\"Eve\")\nlabel start:\n    e \"One.\"\n    e \"Two.\"\n    \"Three.\"\n    jump end\nlabel end:\n    return\n\
        menu:\n    \"a\":\n        pass\n    \"b\":\n        pass\n";
    assert_eq!(read_text("strange.ks", renpy).engine(), Some(Engine::RenPy));
    assert_eq!(read_text("story.txt", renpy).engine(), Some(Engine::RenPy));
    for prose in [
        "Just a letter.\nIt has two lines: no more.\n",
        "{\"name\": \"settings\"}",
        "a = 1\nb = 2\n",
        "",
    ] {
        let novel = read_text("notes.txt", prose);
        assert!(
            novel.lines.is_empty() && novel.engine().is_none(),
            "{prose:?}: {:?}",
            novel.engines
        );
    }
}
