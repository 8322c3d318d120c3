//! Damage of every kind to every kind of file: an answer always comes, soon, and never by a panic. The seeds are fixed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use novel::{File, Folder, Novel, read_folder};

use super::fixture;

/// A small generator, so that every run is the same (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % below.max(1)
    }
}

/// Bytes that mean something to one of the readers.
const SPICE: &[&[u8]] = &[
    b"\"",
    b"'",
    b"\"\"\"",
    b"[",
    b"]",
    b"{",
    b"}",
    b"(",
    b")",
    b"\\",
    b"#",
    b"*",
    b"@",
    b":",
    b"=",
    b"\n",
    b"\r\n",
    b"\t",
    b"\0",
    b"\xff",
    b"\xfe\xfe\x02\xff\xfe",
    b"\xe3\x80\x90",
    b"\xe3\x80\x8c",
    b"<<",
    b"->",
    b"\xff\xff\xff\xff",
    b"\x80",
    b"label a:\n",
    b"[macro name=a]",
    b"[iscript]",
    b"title: a\n---\n",
    b"&x *x",
    b"%",
    b"$",
];

fn damaged(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(out.len() + 1);
        match dice.roll(6) {
            0 if at < out.len() => out[at] ^= 1 << dice.roll(8),
            1 => out.truncate(at),
            2 => drop(out.drain(at..(at + dice.roll(20)).min(out.len()))),
            3 => {
                let spice = SPICE[dice.roll(SPICE.len())];
                out.splice(at..at, spice.iter().copied());
            }
            4 => {
                let piece = out[at..(at + dice.roll(60)).min(out.len())].to_vec();
                let to = dice.roll(out.len() + 1);
                out.splice(to..to, piece);
            }
            _ if at < out.len() => out[at] = dice.roll(256) as u8,
            _ => {}
        }
    }
    out
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, into) } else { into.push(path) }
    }
}

#[test]
fn damaged_scripts_are_read_or_refused() {
    let mut paths = Vec::new();
    files(&fixture(""), &mut paths);
    let mut dice = Dice(0x5eed);
    let mut read = 0;
    for path in &paths {
        let bytes = fs::read(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for _ in 0..60 {
            let file = File { path: name.clone(), bytes: damaged(&bytes, &mut dice) };
            let novel = Novel::read(Folder { files: vec![file], ..Folder::default() }, true);
            read += novel.lines.len();
        }
    }
    assert!(paths.len() > 30 && read > 1000, "{} files, {read} rows", paths.len());
}

#[test]
fn damaged_archives_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(0xa7c1);
    for name in [
        "renpy/v3.rpa",
        "renpy/v2.rpa",
        "renpy/v3_prefix.rpa",
        "xp3/pointer.xp3",
        "xp3/zipped_index.xp3",
        "bgi/data01.arc",
        "bgi/data02.arc",
    ] {
        let bytes = fs::read(fixture(name)).unwrap();
        let path = folder.path().join(name.rsplit('/').next().unwrap());
        for _ in 0..80 {
            // Heads decide what is looked at: half of the damage goes there.
            let mut broken = damaged(&bytes, &mut dice);
            if dice.roll(2) == 0 && broken.len() > 64 {
                let at = 11 + dice.roll(50);
                broken[at] = dice.roll(256) as u8;
            }
            fs::write(&path, &broken).unwrap();
            let _answer = Novel::read(read_folder(&path).unwrap(), false);
        }
    }
}

#[test]
fn damaged_renpy_games_are_read() {
    let game = "define e = Character(\"E\", image=\"e\")\nlabel start:\n    e happy @ sad \"Hi [name] {b}x{/b}\" with vpunch\n    menu:\n        \"Q\"\n        \"A\" if x:\n            jump b\n\
        \x20   extend \"\"\"a\n\n b\"\"\"\ntranslate es start_12:\n    e \"Hola\"\ninit python:\n    renpy.register_statement(\"x\")\n    k = Character(_('K'), kind=e)\n";
    let mut dice = Dice(7);
    for _ in 0..1500 {
        let file =
            File { path: "script.rpy".to_owned(), bytes: damaged(game.as_bytes(), &mut dice) };
        let _novel = Novel::read(Folder { files: vec![file], ..Folder::default() }, true);
    }
}

/// Inputs that would take forever if anything were done twice for every byte.
#[test]
fn repetition_is_read_in_linear_time() {
    let repeated = |unit: &str| unit.repeat(400_000 / unit.len());
    let start = Instant::now();
    for (name, unit) in [
        ("a.rpy", "\\\" "),
        ("a.rpy", "\\\"\n"),
        ("a.rpy", "x = (\n"),
        ("a.rpy", "'''"),
        ("a.rpy", "\"a\n"),
        ("a.rpy", "e \"[[[[{{{\"\n"),
        ("a.rpy", "label a:\n    menu:\n"),
        ("a.ks", "["),
        ("a.ks", "[a b='"),
        ("a.ks", "【"),
        ("a.ks", "[if]\n"),
        ("a.ks", "[if]\nx[p]\n"),
        ("a.ks", "x[r]\n"),
        ("a.nani", "@a \"\n"),
        ("a.nani", "a: [{<\\|#"),
        ("a.nani", "@if a\nb: c\n"),
        ("a.yarn", "<<if $a>>\nAnn: b\n"),
        ("a.ink", "{ a:\nAnn: b\n"),
        ("a.ink", "{ a:\n"),
        ("a.ink", "/* "),
        ("a.ink", "{a|"),
        ("a.ink", "{a: {b: c}}\n"),
        ("a.ink", "{a: b}"),
        ("a.ink", "{not (\"a"),
        ("a.ink", "a<>\n"),
        ("a.ink", "- a ? (b\n"),
        ("a.yarn", "->\n"),
        ("a.yarn", "{a: <<"),
        ("a.nani", "[append \"a\"]"),
        ("a.nani", "[choice \"a\n"),
        ("a.nani", "[print \""),
        ("scene/a.txt", "changeBg:a;\n |a\n"),
        ("scene/a.txt", "choose:a|b\\;\\\n"),
        ("0.txt", "select \"a\",\n"),
        ("0.txt", "bg \"a\",1\nあ「」@\n"),
        ("0.txt", "あ「」@【@[@"),
        ("a.ks", "[macro name=a]【"),
        ("a.ks", "[macro name=a]【あ】\n"),
        ("Story.yaml", "- text: [\n"),
        ("Story.yaml", "[[[["),
        ("a.json", "[["),
        ("a.txt", "【あ】「"),
    ] {
        let one = Instant::now();
        let file = File { path: name.to_owned(), bytes: repeated(unit).into_bytes() };
        let novel = Novel::read(Folder { files: vec![file], ..Folder::default() }, true);
        assert!(one.elapsed() < Duration::from_secs(20), "{name} {unit:?}: {:?}", one.elapsed());
        let deepest = novel.lines.iter().map(|line| line.branch.len()).max();
        assert!(deepest <= Some(32), "{name} {unit:?}: under {deepest:?} conditions");
    }
    println!("{:?}", start.elapsed());
}

#[test]
fn sizes_that_an_archive_claims_are_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let mut packed = b"mdf\0\xff\xff\xff\xff".to_vec();
    packed.extend_from_slice(b"x\x9c\x03\0\0\0\0\x01");
    let mut xp3 = b"XP3\r\n \n\x1a\x8b\x67\x01".to_vec();
    xp3.extend_from_slice(&19u64.to_le_bytes());
    xp3.extend_from_slice(b"\x01");
    xp3.extend_from_slice(&u64::MAX.to_le_bytes());
    xp3.extend_from_slice(&u64::MAX.to_le_bytes());
    let mut scrambled = b"\xfe\xfe\x02\xff\xfe".to_vec();
    scrambled.extend_from_slice(&[0xff; 16]);
    let arc = [b"PackFile    ".as_slice(), &u32::MAX.to_le_bytes()].concat();
    for (name, bytes) in [
        ("a.scn", packed),
        ("a.xp3", xp3),
        ("a.ks", scrambled),
        ("a.arc", arc),
        ("a.rpa", b"RPA-3.0 ffffffffffffffff 0\n".to_vec()),
    ] {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let novel = Novel::read(read_folder(folder.path()).unwrap(), false);
    assert_eq!(novel.refused.len(), 5, "{:?}", novel.refused);
    assert!(novel.lines.is_empty());
}
