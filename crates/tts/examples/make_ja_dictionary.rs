//! Makes `assets/dictionaries/ja/ipadic.dic`, the Japanese reading dictionary, from the sources of IPADIC.
//!
//! ```text
//! apt-get download mecab-ipadic && dpkg -x mecab-ipadic_*.deb ipadic
//! cargo run --release -p tts --example make_ja_dictionary -- ipadic/usr/share/mecab/dic/ipadic ipadic.dic
//! zstd -19 ipadic.dic -o assets/dictionaries/ja/ipadic.dic.zst
//! ```
//!
//! Of each word the spelling, the connection ids and the cost are kept; of its features only what speech needs, in the
//! short form that `src/text/ja/mod.rs` describes.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use encoding_rs::EUC_JP;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [source, target] = &arguments[..] else {
        return Err("usage: make_ja_dictionary IPADIC_FOLDER OUT.dic".into());
    };
    let source = Path::new(source);
    let text = |path: &Path| -> Result<String, Box<dyn Error>> {
        Ok(EUC_JP.decode(&fs::read(path)?).0.into_owned())
    };

    let mut tables: Vec<_> = fs::read_dir(source)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "csv"))
        .collect();
    tables.sort();
    let mut lexicon = String::new();
    for table in tables {
        for line in text(&table)?.lines() {
            let fields: Vec<&str> = line.split(',').collect();
            // A comma as the word itself is quoted; such lines are marks, and marks need no entry.
            if let [surface, left, right, cost, class, sub, .., reading, said] = fields[..]
                && fields.len() == 13
            {
                let feature = feature(surface, class, sub, reading, said);
                writeln!(lexicon, "{surface},{left},{right},{cost},{feature}")?;
            }
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
    Ok(())
}

/// Class, pronunciation and reading, as short as they can be said.
fn feature(surface: &str, class: &str, sub: &str, reading: &str, said: &str) -> String {
    let mark = match (class, sub) {
        ("助詞" | "助動詞", _) | (_, "接尾" | "非自立") => '-',
        ("記号", _) => '=',
        _ => '+',
    };
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
        format!("{mark}{said} {reading}")
    } else if said == katakana {
        mark.into()
    } else {
        format!("{mark}{said}")
    }
}
