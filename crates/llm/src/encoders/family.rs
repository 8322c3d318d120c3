//! How an encoder wants to be used, as far as its numbers do not say: what stands before a question and before anything else, and how
//! tokens become one vector. sentence-transformers writes it into files beside the weights; where those are missing the name of the
//! folder tells the family, and the families say it on the pages of their models.

use std::path::Path;

use serde_json::Value;
use weights::Checkpoint;

use super::Pooling;
use crate::tokenizer::beside;

/// Longest words before a text that are believed, in characters.
const LONGEST: usize = 400;

/// What stands before a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Before {
    pub(crate) question: String,
    pub(crate) passage: String,
}

/// What a folder and a model's own description say its name is, in lower case.
pub(crate) fn name(file: &Checkpoint, path: &Path) -> String {
    let config = beside(&file.folder().join("config.json"));
    let own = config["_name_or_path"].as_str().unwrap_or_default();
    let own: String = own.chars().take(LONGEST).collect();
    format!("{} {own}", path.display()).to_lowercase()
}

/// What stands before texts, by the files beside the weights, else by the family.
pub(crate) fn before(folder: &Path, name: &str) -> Before {
    let described = beside(&folder.join("config_sentence_transformers.json"));
    stated(&described["prompts"]).unwrap_or_else(|| by_name(name))
}

/// The prompts of sentence-transformers; `None` where none is stated for a question or a passage.
fn stated(prompts: &Value) -> Option<Before> {
    let first = |names: &[&str]| {
        let found = names.iter().find_map(|name| prompts[*name].as_str())?;
        Some(found.chars().take(LONGEST).collect::<String>())
    };
    let question = first(&["query", "retrieval.query", "retrieval_query", "s2p_query"]);
    let passage = first(&["passage", "document", "retrieval.passage", "retrieval_document"]);
    if question.as_ref().or(passage.as_ref()).is_none_or(String::is_empty) {
        return None;
    }
    let (question, passage) = (question.unwrap_or_default(), passage.unwrap_or_default());
    Some(Before { question, passage })
}

/// The families whose files say nothing of it.
fn by_name(name: &str) -> Before {
    let parts: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let is = |part: &str| parts.contains(&part);
    let (question, passage) = if is("e5") && is("instruct") {
        ("Instruct: Given a question, find what was said or written that answers it\nQuery: ", "")
    } else if is("e5") {
        ("query: ", "passage: ")
    } else if is("bge") && is("zh") {
        ("为这个句子生成表示以用于检索相关文章：", "")
    } else if is("bge") && is("en") || is("mxbai") || is("arctic") {
        ("Represent this sentence for searching relevant passages: ", "")
    } else {
        ("", "")
    };
    Before { question: question.to_owned(), passage: passage.to_owned() }
}

/// How tokens become one vector: as the files of sentence-transformers say, else as the family does. `Err` names what is stated and
/// cannot be done.
pub(crate) fn pooling(folder: &Path, name: &str) -> Result<Pooling, String> {
    let stated = beside(&folder.join("1_Pooling/config.json"));
    if stated["pooling_mode_cls_token"] == true {
        return Ok(Pooling::First);
    }
    if stated["pooling_mode_mean_tokens"] == true {
        return Ok(Pooling::Mean);
    }
    let others = ["max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"];
    if let Some(other) = others.iter().find(|mode| stated[format!("pooling_mode_{mode}")] == true) {
        return Err(format!("its tokens are pooled by `{other}`"));
    }
    let parts: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let first = ["bge", "mxbai", "arctic"].iter().any(|family| parts.contains(family));
    Ok(if first { Pooling::First } else { Pooling::Mean })
}

/// A layer behind the pooling that is not read here; without it the vectors would be other ones.
pub(crate) fn layer_behind(folder: &Path) -> Option<String> {
    let modules = beside(&folder.join("modules.json"));
    let types = modules.as_array()?.iter().filter_map(|module| module["type"].as_str());
    let known = ["Transformer", "Pooling", "Normalize"];
    let mut strange = types.filter(|kind| !known.iter().any(|known| kind.ends_with(known)));
    strange.next().map(|kind| kind.chars().take(LONGEST).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_files_say_goes_before_what_the_name_says() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let before = |name: &str| before(folder.path(), name);
        assert_eq!(before("/models/multilingual-e5-small").passage, "passage: ");
        write("config_sentence_transformers.json", r#"{"prompts": {}}"#);
        assert_eq!(before("/models/e5").question, "query: ", "nothing is stated");
        write(
            "config_sentence_transformers.json",
            r#"{"prompts": {"query": "search_query: ", "document": "search_document: "}}"#,
        );
        let stated = before("/models/e5");
        assert_eq!(
            (stated.question.as_str(), stated.passage.as_str()),
            ("search_query: ", "search_document: ")
        );

        let pooling = |name: &str| pooling(folder.path(), name);
        assert_eq!(pooling("all-minilm-l6-v2"), Ok(Pooling::Mean));
        assert_eq!(pooling("bge-small-zh-v1.5"), Ok(Pooling::First));
        write("1_Pooling/config.json", r#"{"pooling_mode_mean_tokens": true}"#);
        assert_eq!(pooling("bge-small-zh-v1.5"), Ok(Pooling::Mean));
        write("1_Pooling/config.json", r#"{"pooling_mode_lasttoken": true}"#);
        assert!(pooling("x").unwrap_err().contains("lasttoken"));

        write("modules.json", r#"[{"type": "sentence_transformers.models.Transformer"}]"#);
        assert_eq!(layer_behind(folder.path()), None);
        write("modules.json", r#"[{"type": "sentence_transformers.models.Dense"}]"#);
        assert!(layer_behind(folder.path()).unwrap().ends_with("Dense"));
        write("modules.json", "damaged");
        assert_eq!(layer_behind(folder.path()), None);
    }

    #[test]
    fn families_are_known_by_their_names_and_nothing_is_by_a_part_of_a_word() {
        for (name, question, passage) in [
            (
                "/models/models--intfloat--e5-base/snapshots/1/model.safetensors",
                "query: ",
                "passage: ",
            ),
            ("/models/e5", "query: ", "passage: "),
            ("/home/mike5/models/minilm", "", ""),
            ("/models/mate5000", "", ""),
            ("/models/bge-m3", "", ""),
            (
                "/models/bge-small-en-v1.5",
                "Represent this sentence for searching relevant passages: ",
                "",
            ),
            ("/models/bge-large-zh", "为这个句子生成表示以用于检索相关文章：", ""),
        ] {
            let before = by_name(name);
            assert_eq!(
                (before.question.as_str(), before.passage.as_str()),
                (question, passage),
                "{name}"
            );
        }
        let instruct = by_name("/models/multilingual-e5-large-instruct");
        assert!(
            instruct.question.starts_with("Instruct: ") && instruct.question.ends_with("Query: ")
        );
        assert_eq!(instruct.passage, "");
    }
}
