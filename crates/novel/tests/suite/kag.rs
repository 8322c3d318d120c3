//! KAG and TyranoScript: names that macros and variables show, and tags in both forms.

use novel::Line;

use super::{briefs, read_text};

fn rows(text: &str) -> Vec<String> {
    let novel = read_text("a.ks", text);
    assert!(novel.unknown.is_empty(), "{:?}", novel.unknown);
    briefs(&novel)
}

#[test]
fn macros_that_show_their_argument_as_a_name() {
    let text = "[macro name=nm]【[emb exp=\"mp.t\"]】[r][endmacro]\n*start|\n@nm t=\"太郎\"\n「おはよう」[p]\n[nm t=\"花子\"]\n「はい」[p]\n雨だ。[p]\n";
    let expected = ["太郎: 「おはよう」", "花子: 「はい」", "(雨だ。)"];
    assert_eq!(rows(text), expected);
    // The same under a name that says nothing, over several lines, and with other ways to show it.
    let other = text.replace("nm", "hito");
    assert_eq!(rows(&other), expected);
    let lines = other.replace("】[r][endmacro]", "】\n[r]\n[endmacro]");
    assert_eq!(rows(&lines), expected);
    let shown = other.replace("[emb exp=\"mp.t\"]", "[ch text=%t]");
    assert_eq!(rows(&shown), expected);
    // A macro that is not defined here.
    assert_eq!(rows(text.split_once('\n').unwrap().1), expected);
}

#[test]
fn macros_that_show_a_name() {
    let text = "[macro name=taro][font color=red]【太郎】[resetfont][r][endmacro]\n[macro name=hero]【[emb exp=f.name]】[r][endmacro]\n\
        [macro name=ouch]【花子】いたい！[p][endmacro]\n[macro name=oh]\n【花子】\nああ！\n[endmacro]\n[macro name=day]【三日】[p][endmacro]\n*start|\n\
        [taro]「おはよう」[p]\n@taro\n「はい」[p]\n[hero]「うん」[p]\n[ouch]\n雨だ。[p]\n[oh]\n雪だ。[p]\n[day]\n風だ。[p]\n";
    let expected =
        ["太郎: 「おはよう」", "太郎: 「はい」", "(「うん」)", "(雨だ。)", "(雪だ。)", "(風だ。)"];
    assert_eq!(rows(text), expected);
    let novel = read_text("a.ks", text);
    let holes: Vec<bool> = novel.lines.iter().map(|line| line.interpolated).collect();
    assert_eq!(holes, [false, false, true, false, false, false]);
}

/// `@tag` alone on its line is `[tag]`.
#[test]
fn tags_in_both_forms_are_one() {
    let text = "*a|x\n【律】\n「一つ。\n@r\n二つ、\n@emb exp=f.n\n@heart\n」[p]\n";
    let bracketed = "*a|x\n【律】\n「一つ。\n[r]\n二つ、\n[emb exp=f.n]\n[heart]\n」[p]\n";
    let lines = read_text("a.ks", text).lines;
    assert_eq!(lines, read_text("a.ks", bracketed).lines);
    assert_eq!((lines[0].plain.as_str(), lines[0].interpolated), ("「一つ。\n二つ、♥」", true));
}

#[test]
fn what_a_variable_calls_somebody_is_no_name() {
    for name in ["&f.name", "[emb exp=\"f.name\"]", "&f.name:smile"] {
        let text = format!(
            "[chara_new name=mei jname=芽衣]\n#mei\nうん。[p]\n#{name}\nそう。[p]\nだね。[p]\n#mei\nはい。[p]\n#\n雨だ。[p]\n"
        );
        let expected = ["芽衣: うん。", "(そう。)", "(だね。)", "芽衣: はい。", "(雨だ。)"];
        assert_eq!(rows(&text), expected, "{name}");
        let marked: Vec<bool> =
            read_text("a.ks", &text).lines.iter().map(|line| line.interpolated).collect();
        assert_eq!(marked, [false, true, true, false, false], "{name}");
    }
    // Nor do the words belong to who spoke before.
    let text = "[macro name=me]\n#&f.name\n[endmacro]\n[chara_new name=mei jname=芽衣]\n#mei\nうん。[p]\n[me]\nそう。[p]\n[chara_ptext name=&f.name]\nだね。[p]\n";
    assert_eq!(rows(text), ["芽衣: うん。", "(そう。)", "(だね。)"]);
    // Unless the name is written where the macro is called, whatever its script does with it.
    let text = "[macro name=turn]\n[iscript]\ntf.who = call(mp.name)\n[endscript]\n# &tf.who\n[endmacro]\n[chara_new name=mei jname=芽衣]\n\
        [turn name=芽衣 face=笑顔]\nうん。[p]\n[turn name=&f.other]\nそう。[p]\n[turn name=太郎]\nだね。[p]\n[turn]\nはい。[p]\n";
    assert_eq!(rows(text), ["芽衣: うん。", "(そう。)", "太郎: だね。", "(はい。)"]);
}

#[test]
fn chara_ptext_is_what_a_line_with_a_name_is() {
    let text = "[chara_new name=mei jname=芽衣]\n[chara_ptext name=\"mei\" face=\"笑顔\"]\nうん。[p]\nそう。[p]\n#mei:怒り\nもう。[p]\n[chara_ptext]\n雨だ。[p]\n\
        [macro name=say]\n[chara_ptext name=%who face=%face]\n[endmacro]\n[say who=mei face=泣き]\nああ。[p]\n";
    let lines = read_text("a.ks", text).lines;
    let shown = |line: &Line| (line.speaker.clone(), line.sprite.clone());
    let of = |face: &str| (Some("芽衣".to_owned()), Some(face.to_owned()));
    assert_eq!(
        lines[..4].iter().map(shown).collect::<Vec<_>>(),
        [of("笑顔"), of("笑顔"), of("怒り"), (None, None)]
    );
    assert_eq!(lines[4].speaker.as_deref(), Some("芽衣"));
}

#[test]
fn what_is_ignored_stands_on_a_side() {
    let text = "*a|x\n【律】「一つ」[p]\n[ignore exp=f.a]\n【律】「二つ」[p]\n[if exp=f.b]\n【律】「三つ」[p]\n[else]\n【律】「四つ」[p]\n[endif]\n[endignore]\n【律】「五つ」[p]\n";
    let lines = read_text("a.ks", text).lines;
    let branches: Vec<Vec<&str>> =
        lines.iter().map(|line| line.branch.iter().map(String::as_str).collect()).collect();
    let expected: [&[&str]; 5] =
        [&[], &["ignore1"], &["ignore1", "if2"], &["ignore1", "else3"], &[]];
    assert_eq!(branches, expected);
}
