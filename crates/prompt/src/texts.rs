//! The app's own sentences in the three languages, from `assets/prompts`. A model follows best in the language it shall answer in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::Lang;

/// Sentences by key.
type Texts = BTreeMap<String, String>;

static ENGLISH: LazyLock<Texts> =
    LazyLock::new(|| read(include_str!("../../../assets/prompts/en.toml")));
static CHINESE: LazyLock<Texts> =
    LazyLock::new(|| read(include_str!("../../../assets/prompts/zh.toml")));
static JAPANESE: LazyLock<Texts> =
    LazyLock::new(|| read(include_str!("../../../assets/prompts/ja.toml")));

fn read(source: &str) -> Texts {
    // Built in and read by a test; an empty map would only cost the sentences.
    toml::from_str(source).unwrap_or_default()
}

/// A sentence; empty where there is none.
pub(crate) fn text(lang: Lang, key: &str) -> &'static str {
    let texts = match lang {
        Lang::En => &ENGLISH,
        Lang::Zh => &CHINESE,
        Lang::Ja => &JAPANESE,
    };
    texts.get(key).map_or("", |text| text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_sentence() {
        let keys: Vec<_> = ENGLISH.keys().collect();
        assert_eq!(keys, CHINESE.keys().collect::<Vec<_>>());
        assert_eq!(keys, JAPANESE.keys().collect::<Vec<_>>());
        for texts in [&ENGLISH, &CHINESE, &JAPANESE] {
            assert!(
                texts["feelings"].contains("{{feelings}}") && texts["system"].contains("{{char}}")
            );
        }
        for (name, _) in domain::Attributes::default().entries() {
            assert!(!text(Lang::En, name).is_empty(), "{name}");
        }
    }
}
