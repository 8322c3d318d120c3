//! Makes `assets/dictionaries/ja/ipadic.dic`, the Japanese reading dictionary, from the sources of IPADIC and the accents of NAIST-jdic as
//! OpenJTalk has them.
//!
//! ```text
//! apt-get download mecab-ipadic open-jtalk-mecab-naist-jdic
//! for package in *.deb; do dpkg -x $package dic; done
//! cargo run --release -p tts --example make_ja_dictionary -- dic/usr/share/mecab/dic/ipadic \
//!     dic/var/lib/mecab/dic/open-jtalk/naist-jdic/sys.dic ipadic.dic
//! zstd -19 ipadic.dic -o assets/dictionaries/ja/ipadic.dic.zst
//! ```
//!
//! Of each word the spelling, the connection ids and the cost are kept; of its features only what speech needs, in the
//! short form that `src/text/ja/mod.rs` describes. A word's accent is that of the word of the same part of speech, form, base and sound.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use encoding_rs::EUC_JP;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [source, accents, target] = &arguments[..] else {
        return Err("usage: make_ja_dictionary IPADIC_FOLDER NAIST_SYS_DIC OUT.dic".into());
    };
    let source = Path::new(source);
    let accents = Accents::read(&fs::read(accents)?)?;
    let text = |path: &Path| -> Result<String, Box<dyn Error>> {
        Ok(EUC_JP.decode(&fs::read(path)?).0.into_owned())
    };

    let mut tables: Vec<_> = fs::read_dir(source)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "csv"))
        .collect();
    tables.sort();
    let mut lexicon = String::new();
    let (mut words, mut accented) = (0, 0);
    for table in tables {
        for line in text(&table)?.lines() {
            let fields: Vec<&str> = line.split(',').collect();
            // A comma as the word itself is quoted; such lines are marks, and marks need no entry.
            let Ok(word) = <[&str; 13]>::try_from(fields) else { continue };
            let [surface, left, right, cost, ..] = word;
            let accent = accents.of(&word);
            words += 1;
            accented += usize::from(accent.is_some());
            writeln!(lexicon, "{surface},{left},{right},{cost},{}", feature(&word, accent))?;
        }
    }
    let mut unknown = String::new();
    for line in text(&source.join("unk.def"))?.lines() {
        let fields: Vec<&str> = line.split(',').take(4).collect();
        writeln!(unknown, "{},?", fields.join(","))?;
    }
    let dictionary = vibrato::SystemDictionaryBuilder::from_readers(
        lexicon.as_bytes(),
        &fs::read(source.join("matrix.def"))?[..],
        text(&source.join("char.def"))?.as_bytes(),
        unknown.as_bytes(),
    )?;
    dictionary.write(fs::File::create(target)?)?;
    writeln!(std::io::stdout(), "{words} words, {accented} with an accent")?;
    Ok(())
}

/// Class, accent, pronunciation and reading, as short as they can be said.
fn feature(word: &[&str; 13], accent: Option<&Accent>) -> String {
    let [surface, _, _, _, class, sub, third, fourth, .., reading, said] = *word;
    let mark = match (class, sub) {
        ("助詞" | "助動詞", _) | (_, "接尾" | "非自立") => '-',
        ("記号", _) => '=',
        _ => '+',
    };
    let letter = match (class, sub, third, fourth) {
        ("名詞", "接尾", ..) => 's',
        ("名詞", "副詞可能", ..) => 't',
        ("名詞", "形容動詞語幹", ..) => 'k',
        ("名詞", "固有名詞", "人名", "姓") => 'y',
        ("名詞", "固有名詞", "人名", "名") => 'm',
        ("名詞", ..) => 'n',
        ("動詞", "非自立" | "接尾", ..) => 'w',
        ("動詞", ..) => 'v',
        ("形容詞", "非自立" | "接尾", ..) => 'b',
        ("形容詞", ..) => 'a',
        ("助詞", ..) => 'p',
        ("助動詞", ..) => 'x',
        ("接頭詞", ..) => 'f',
        ("副詞" | "接続詞" | "連体詞" | "感動詞" | "フィラー", ..) => 'd',
        _ => 'o',
    };
    // OpenJTalk's long vowels are the ones that are heard: ガクセー, and オモウ.
    let heard = accent.map(|accent| accent.said.as_str());
    let said = heard.filter(|heard| morae(heard) == morae(said)).unwrap_or(said);
    let accent = accent.map_or_else(String::new, Accent::short);
    let katakana: String = surface
        .chars()
        .map(|c| {
            if ('ぁ'..='ゖ').contains(&c) {
                char::from_u32(c as u32 + 0x60).unwrap_or(c)
            } else {
                c
            }
        })
        .collect();
    if reading != said {
        format!("{mark}{letter}{accent}{said} {reading}")
    } else if said == katakana {
        format!("{mark}{letter}{accent}")
    } else {
        format!("{mark}{letter}{accent}{said}")
    }
}

/// A word's accent, how it changes that of the word before, and how it is said.
struct Accent {
    nucleus: u8,
    rule: String,
    said: String,
}

impl Accent {
    /// `1[nF2@1,vF1]`; a part of speech that changes nothing is left out.
    fn short(&self) -> String {
        let letter = |part: &str| match part {
            "名詞" => Some('n'),
            "動詞" => Some('v'),
            "形容詞" => Some('a'),
            "助詞" => Some('p'),
            "助動詞" => Some('x'),
            "副詞" => Some('d'),
            _ => None,
        };
        let rules: Vec<String> = self
            .rule
            .split('/')
            .filter_map(|rule| match rule.split_once('%') {
                Some((part, rule)) => Some(format!("{}{rule}", letter(part)?)),
                None => Some(rule.to_owned()).filter(|rule| rule.starts_with(['C', 'F'])),
            })
            .collect();
        if rules.is_empty() {
            self.nucleus.to_string()
        } else {
            format!("{}[{}]", self.nucleus, rules.join(","))
        }
    }
}

/// The accents of a compiled dictionary of MeCab's form: a header of ten numbers and the name of its encoding, the tree, the tokens, and
/// the features, which are texts with a nought behind each.
struct Accents(HashMap<Key, Accent>);

/// Part of speech with its first division (or without), form, base, and how it sounds or is read.
type Key = [String; 5];

fn key(class: &str, sub: &str, form: &str, base: &str, sound: &str) -> Key {
    [class, sub, form, base, sound].map(str::to_owned)
}

impl Accents {
    fn read(bytes: &[u8]) -> Result<Self, Box<dyn Error>> {
        const HEADER: usize = 10 * 4 + 32;
        let number = |at: usize| -> Option<usize> {
            Some(u32::from_le_bytes(bytes.get(at * 4..at * 4 + 4)?.try_into().ok()?) as usize)
        };
        let start = || Some(HEADER + number(6)? + number(7)?);
        let features = start().and_then(|start| bytes.get(start..)).ok_or("no MeCab dictionary")?;
        let mut all = HashMap::new();
        for feature in std::str::from_utf8(features)?.split('\0') {
            let fields: Vec<&str> = feature.splitn(11, ',').collect();
            let [class, sub, _, _, _, form, base, reading, said, accent, rule] = fields[..] else {
                continue;
            };
            // Of several words that are one there (ありがとうございます) each has an accent of its own.
            let Some(Ok(nucleus)) = accent.split_once('/').map(|(nucleus, _)| nucleus.parse())
            else {
                continue;
            };
            // A mark of vowels that are whispered.
            let said = said.replace('’', "");
            for (sub, sound) in [(sub, said.as_str()), (sub, reading), ("", &said), ("", reading)] {
                let found = || Accent { nucleus, rule: rule.to_owned(), said: said.clone() };
                all.entry(key(class, sub, form, base, sound)).or_insert_with(found);
            }
        }
        Ok(Self(all))
    }

    fn of(&self, word: &[&str; 13]) -> Option<&Accent> {
        let [_, _, _, _, class, sub, _, _, _, form, base, reading, said] = *word;
        [(sub, said), (sub, reading), ("", said), ("", reading)]
            .into_iter()
            .find_map(|(sub, sound)| self.0.get(&key(class, sub, form, base, sound)))
    }
}

/// Beats of a text in kana.
fn morae(kana: &str) -> usize {
    kana.chars().filter(|c| !"ァィゥェォャュョヮ".contains(*c)).count()
}
