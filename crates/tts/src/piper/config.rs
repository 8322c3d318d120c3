//! A Piper voice's `.onnx.json`, read tolerantly: voices in the wild come from several exporters.

use std::collections::HashMap;
use std::path::Path;

use domain::Lang;
use serde_json::Value;

use super::pinyin;
use super::table::Table;
use crate::TtsError;
use crate::catalogue::primary;

const WHAT: &str = "the configuration of the Piper voice";
/// Largest configuration that is read; real ones have a few kilobytes.
const MAX_BYTES: u64 = 4 << 20;

/// Whose phonemes a voice was trained on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phonemes {
    /// espeak-ng's.
    Espeak,
    /// OpenJTalk's in IPA, with marks for the pitch.
    Japanese,
    /// Initials, finals and tones of Mandarin.
    Pinyin,
}

/// What is needed of a voice's configuration.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// Samples per second.
    pub(crate) sample_rate: u32,
    /// Which front end makes its phonemes.
    pub(crate) phonemes: Phonemes,
    /// Whose rules turn text into phonemes; may be empty where they are not espeak-ng's.
    pub(crate) espeak_voice: String,
    /// What it speaks; `En` for every language that has no front end of ours.
    pub(crate) lang: Lang,
    /// Code of that other language (`de`), where it is one.
    pub(crate) foreign: Option<String>,
    /// Name of the recording, where the file has one (`amy`).
    pub(crate) dataset: Option<String>,
    /// Language as the file writes it (`en_US`).
    pub(crate) region: Option<String>,
    /// How much the sound varies.
    pub(crate) noise_scale: f32,
    /// How long phonemes are.
    pub(crate) length_scale: f32,
    /// How much their lengths vary.
    pub(crate) noise_w: f32,
    /// Speakers in the file; the first is used.
    pub(crate) speakers: u32,
    /// Ids of each phoneme.
    pub(crate) table: Table,
    /// Phonemes that the voice writes otherwise than espeak-ng.
    pub(crate) renamed: HashMap<char, Vec<char>>,
}

impl Config {
    /// Reads and checks a file.
    pub(crate) fn open(path: &Path) -> Result<Self, TtsError> {
        let size = match std::fs::metadata(path) {
            Ok(metadata) => metadata.len(),
            Err(_) => {
                return Err(TtsError::Missing {
                    what: WHAT,
                    path: path.to_path_buf(),
                    remedy: "put the voice's `.onnx.json` file beside its `.onnx` file",
                });
            }
        };
        if size > MAX_BYTES {
            return Err(damaged(path, format!("{size} bytes are too many for a configuration")));
        }
        let bytes = std::fs::read(path).map_err(|error| damaged(path, error.to_string()))?;
        let value =
            serde_json::from_slice(&bytes).map_err(|error| damaged(path, error.to_string()))?;
        Self::read(&value, path)
    }

    fn read(value: &Value, path: &Path) -> Result<Self, TtsError> {
        let sample_rate = value["audio"]["sample_rate"].as_u64().unwrap_or(0);
        let (phonemes, table) = table(value, path)?;
        if !(8000..=48_000).contains(&sample_rate) {
            let reason = "`audio.sample_rate` is missing or not between 8000 and 48000";
            return Err(damaged(path, reason));
        }
        let espeak_voice = value["espeak"]["voice"].as_str().unwrap_or("");
        if espeak_voice.is_empty() && phonemes == Phonemes::Espeak {
            return Err(damaged(path, "`espeak.voice` is missing"));
        }
        let region = value["language"]["code"].as_str();
        let ours = match phonemes {
            Phonemes::Espeak => {
                region.and_then(Lang::from_code).or_else(|| Lang::from_code(espeak_voice))
            }
            Phonemes::Japanese => Some(Lang::Ja),
            Phonemes::Pinyin => Some(Lang::Zh),
        };
        let foreign = match ours {
            Some(_) => None,
            None => Some(primary(region.unwrap_or(espeak_voice)).ok_or_else(|| {
                damaged(
                    path,
                    format!("`{}` is no code of a language", region.unwrap_or(espeak_voice)),
                )
            })?),
        };
        let number = |key: &str, default: f32| {
            let number = value["inference"][key].as_f64().map(|x| x as f32);
            number.filter(|x| (0.0..=10.0).contains(x)).unwrap_or(default)
        };
        Ok(Self {
            sample_rate: sample_rate as u32,
            phonemes,
            espeak_voice: espeak_voice.to_owned(),
            lang: ours.unwrap_or(Lang::En),
            foreign,
            dataset: value["dataset"].as_str().map(str::to_owned),
            region: region.map(str::to_owned),
            noise_scale: number("noise_scale", 0.667),
            length_scale: number("length_scale", 1.0).max(0.1),
            noise_w: number("noise_w", 0.8),
            speakers: value["num_speakers"].as_u64().map_or(1, |n| n.clamp(1, 100_000) as u32),
            table,
            renamed: renamed(value),
        })
    }
}

/// The table of phonemes, and whose they are; a voice with another front end says so, or betrays it by the keys of its table.
fn table(value: &Value, path: &Path) -> Result<(Phonemes, Table), TtsError> {
    let kind = value["phoneme_type"].as_str().unwrap_or("espeak");
    let kind: String = kind.rsplit('.').next().unwrap_or(kind).chars().take(32).collect();
    let kind = kind.to_ascii_lowercase();
    let phonemes = match kind.as_str() {
        "espeak" => Phonemes::Espeak,
        "japanese" => Phonemes::Japanese,
        "pinyin" => Phonemes::Pinyin,
        _ => {
            let reason = "and this version only has those of espeak-ng, of Piper's Japanese and of Piper's pinyin";
            return Err(unsupported(path, format!("it was made for `{kind}` phonemes, {reason}")));
        }
    };
    let map = value["phoneme_id_map"].as_object();
    let map = map.ok_or_else(|| damaged(path, "it has no `phoneme_id_map`"))?;
    let symbols = value["num_symbols"].as_i64().unwrap_or(i64::from(u16::MAX));
    let table = Table::read(map, symbols).map_err(|reason| damaged(path, reason))?;
    if phonemes == Phonemes::Pinyin {
        if let Some((count, first)) = pinyin::lacking(&table) {
            return Err(unsupported(
                path,
                format!(
                    "its table of phonemes is not that of Piper's pinyin: it lacks `{first}` ({count} missing in all)"
                ),
            ));
        }
    } else if let Some(key) = table.symbols().filter(|key| key.len() > 3 && key.is_ascii()).min() {
        return Err(unsupported(
            path,
            format!(
                "it says that it was made for `{kind}` phonemes, and its table of phonemes has `{key}`"
            ),
        ));
    }
    Ok((phonemes, table))
}

fn renamed(value: &Value) -> HashMap<char, Vec<char>> {
    let map = value["phoneme_map"].as_object().into_iter().flatten();
    map.filter_map(|(from, to)| {
        let to = to.as_array()?.iter().filter_map(|c| c.as_str()?.chars().next()).collect();
        Some((from.chars().next()?, to))
    })
    .collect()
}

fn damaged(path: &Path, reason: impl Into<String>) -> TtsError {
    TtsError::Damaged { what: WHAT, path: path.to_path_buf(), reason: reason.into() }
}

fn unsupported(path: &Path, reason: String) -> TtsError {
    TtsError::Unsupported {
        what: format!("the Piper voice `{}`", path.display()),
        reason,
        remedy: "choose another voice",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        json!({
            "audio": {"sample_rate": 22050}, "espeak": {"voice": "en-us"},
            "inference": {"noise_scale": 0.5, "length_scale": 1.1, "noise_w": 0.7},
            "phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [14], "ʲ": 30, "oʊ": [9]},
            "language": {"code": "en_US"}, "dataset": "amy", "num_symbols": 256
        })
    }

    fn read(value: &Value) -> Result<Config, TtsError> {
        Config::read(value, Path::new("voice.onnx.json"))
    }

    #[test]
    fn what_exporters_write_is_understood() {
        let config = read(&good()).unwrap();
        assert_eq!(config.sample_rate, 22_050);
        assert_eq!(config.lang, Lang::En);
        assert_eq!(config.table.of('ʲ'), Some(&[30][..]));
        assert_eq!(config.speakers, 1);
        let mut other = good();
        other["phoneme_type"] = json!("PhonemeType.ESPEAK");
        other["language"] = Value::Null;
        other["espeak"]["voice"] = json!("cmn");
        assert_eq!(read(&other).unwrap().lang, Lang::Zh);
    }

    /// As Piper's training writes it for Mandarin.
    fn mandarin() -> Value {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pinyin-shaped.onnx.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn a_mandarin_voice_is_read_with_symbols_of_several_letters() {
        let mut value = mandarin();
        value["espeak"] = Value::Null;
        let config = read(&value).unwrap();
        assert_eq!((config.phonemes, config.lang), (Phonemes::Pinyin, Lang::Zh));
        assert_eq!((config.foreign, config.sample_rate), (None, 22_050));
        for (symbol, id) in
            [("Ø", 3), ("zh", 18), ("iang", 46), ("uang", 56), ("ue", 63), ("5", 68)]
        {
            assert_eq!(config.table.get(symbol), Some(&[id][..]), "{symbol}");
        }
        value["phoneme_type"] = json!("PhonemeType.PINYIN");
        assert_eq!(read(&value).unwrap().lang, Lang::Zh);
    }

    #[test]
    fn other_front_ends_are_refused_by_name() {
        for kind in ["openjtalk", "text", "hebrew", "thai", &"x".repeat(9000)] {
            let mut value = good();
            value["phoneme_type"] = json!(kind);
            match read(&value) {
                Err(error @ TtsError::Unsupported { .. }) => {
                    let told = error.to_string();
                    assert!(told.contains(&kind[..4]) && told.len() < 300, "{told}");
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_table_that_is_not_what_it_says_is_refused() {
        let refused = |value: &Value, word: &str| match read(value) {
            Err(error @ TtsError::Unsupported { .. }) => {
                assert!(error.to_string().contains(word), "{error}");
            }
            other => panic!("{other:?}"),
        };
        let mut keyed = good();
        keyed["phoneme_id_map"]["zhuang1"] = json!([7]);
        refused(&keyed, "has `zhuang1`");
        // Whole syllables, tones within the finals, zhuyin, IPA.
        for key in ["zhuang1", "uang1", "ㄓ", "ʂ"] {
            let mut other = good();
            other["phoneme_type"] = json!("pinyin");
            other["phoneme_id_map"][key] = json!([7]);
            refused(&other, "it lacks `zh` (62 missing in all)");
        }
        let mut short = mandarin();
        short["phoneme_id_map"].as_object_mut().unwrap().remove("iong");
        refused(&short, "it lacks `iong` (1 missing in all)");
        short["phoneme_type"] = json!("espeak");
        assert!(matches!(read(&short), Err(TtsError::Unsupported { .. })));
    }

    #[test]
    fn a_japanese_voice_needs_no_rules_of_espeak() {
        let mut value = good();
        value["phoneme_type"] = json!("PhonemeType.JAPANESE");
        value["language"]["code"] = json!("ja_JA");
        value["espeak"] = Value::Null;
        let config = read(&value).unwrap();
        assert_eq!((config.phonemes, config.lang), (Phonemes::Japanese, Lang::Ja));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (pointer, word) in [
            ("/audio", "sample_rate"),
            ("/espeak", "espeak.voice"),
            ("/phoneme_id_map", "phoneme_id_map"),
        ] {
            let mut value = good();
            *value.pointer_mut(pointer).unwrap() = Value::Null;
            let error = read(&value).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        let mut value = good();
        value["num_symbols"] = json!(10);
        assert!(read(&value).unwrap_err().to_string().contains("num_symbols"));
        let mut german = good();
        german["language"]["code"] = json!("de_DE");
        german["espeak"]["voice"] = json!("de");
        let config = read(&german).unwrap();
        assert_eq!((config.lang, config.foreign.as_deref()), (Lang::En, Some("de")));
        german["language"]["code"] = json!("../x");
        assert!(matches!(read(&german), Err(TtsError::Damaged { .. })));
    }
}
