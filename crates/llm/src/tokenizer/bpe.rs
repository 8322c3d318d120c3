//! Byte-level BPE: merges from the file, and the pre-tokenizer that `tokenizer.ggml.pre` names, through the `tokenizers` crate.
//!
//! The patterns are those of the models' own tokenizer.json files. Names follow llama.cpp's converter; one that is not here
//! is refused, since a wrong split gives a model that writes nonsense without an error.

use std::sync::Arc;

use tokenizers::normalizers::unicode::NFC;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::tokenizer::SplitDelimiterBehavior::Isolated;
use tokenizers::{
    NormalizedString, Normalizer, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer,
};

use super::merging::Merges;

const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
const LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const QWEN2: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const TEKKEN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
/// OpenAI's `o200k_base`, as tiktoken writes it (Phi-4-mini).
const GPT4O: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
/// llama.cpp's steps for files that name no pre-tokenizer or `default`.
const UNNAMED: [&str; 4] = [r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", r"[0-9][0-9][0-9]"];

/// Names that are understood, for messages.
const KNOWN: &str = "default, gpt-2, llama-bpe, qwen2, smollm, starcoder, tekken, gpt-4o and those that split like them";

/// How text is cut before merging.
struct Rules {
    steps: Vec<Step>,
    /// A piece that is a token as it stands is not built from merges.
    ignore_merges: bool,
    /// Composed characters first (Unicode NFC).
    compose: bool,
}

enum Step {
    Pattern(&'static str),
    /// Every digit by itself.
    SingleDigits,
}

fn rules(name: &str) -> Option<Rules> {
    let rules =
        |steps: Vec<Step>, ignore_merges, compose| Some(Rules { steps, ignore_merges, compose });
    match name {
        "default" => rules(UNNAMED.map(Step::Pattern).into(), false, false),
        "gpt-2" | "gpt2" | "phi-2" | "jina-es" | "jina-de" | "gigachat" | "jina-v2-es"
        | "jina-v2-de" | "a.x-4.0" | "mellum" | "roberta-bpe" | "mpt" | "olmo" | "jais" => {
            rules(vec![Step::Pattern(GPT2)], false, false)
        }
        "llama3" | "llama-v3" | "llama-bpe" | "falcon3" | "falcon-h1" | "pixtral" | "midm-2.0"
        | "lfm2" => rules(vec![Step::Pattern(LLAMA3)], true, false),
        "dbrx" | "smaug-bpe" | "chatglm-bpe" | "glm4" => {
            rules(vec![Step::Pattern(LLAMA3)], false, false)
        }
        "qwen2" | "deepseek-r1-qwen" => rules(vec![Step::Pattern(QWEN2)], false, true),
        "stablelm2" => rules(vec![Step::Pattern(QWEN2)], false, false),
        "smollm" | "starcoder" | "refact" | "command-r" | "codeshell" | "exaone" | "minerva-7b" => {
            rules(vec![Step::SingleDigits, Step::Pattern(GPT2)], false, false)
        }
        "gpt-4o" => rules(vec![Step::Pattern(GPT4O)], false, false),
        "tekken" => rules(vec![Step::Pattern(TEKKEN)], true, false),
        _ => None,
    }
}

/// What cuts texts and merges letters.
pub(super) struct Bpe {
    pre: PreTokenizerWrapper,
    merges: Merges,
    ignore_merges: bool,
    compose: bool,
}

impl Bpe {
    /// For these pieces and merges; texts are cut as the pre-tokenizer `name` does. What is wrong where that cannot be.
    pub(super) fn new(
        pieces: Arc<[String]>,
        merges: &[String],
        name: &str,
    ) -> Result<Self, String> {
        let rules = rules(name)
            .ok_or_else(|| format!("its pre-tokenizer is `{name}`; supported are {KNOWN}"))?;
        let pre = pre_tokenizer(&rules)
            .map_err(|e| format!("its pre-tokenizer `{name}` cannot be set up: {e}"))?;
        let merges = Merges::new(pieces, merges)?;
        Ok(Self { pre, merges, ignore_merges: rules.ignore_merges, compose: rules.compose })
    }

    /// Appends the ids of a text without special tokens.
    pub(super) fn encode(&self, text: &str, ids: &mut Vec<u32>) {
        if let Err(error) = self.words(text, ids) {
            tracing::warn!(%error, "a text could not be tokenised");
        }
    }

    fn words(&self, text: &str, ids: &mut Vec<u32>) -> tokenizers::Result<()> {
        let mut text = NormalizedString::from(text);
        if self.compose {
            NFC.normalize(&mut text)?;
        }
        let mut words = PreTokenizedString::from(text);
        self.pre.pre_tokenize(&mut words)?;
        for (word, ..) in words.get_splits(OffsetReferential::Normalized, OffsetType::Byte) {
            let whole = if self.ignore_merges { self.merges.id(word) } else { None };
            match whole {
                Some(id) => ids.push(id),
                None => self.merges.word(word, ids),
            }
        }
        Ok(())
    }
}

/// Whether the pre-tokenizer of that name is known.
pub(super) fn knows(name: &str) -> bool {
    rules(name).is_some()
}

fn pre_tokenizer(rules: &Rules) -> tokenizers::Result<PreTokenizerWrapper> {
    let mut steps: Vec<PreTokenizerWrapper> = Vec::new();
    for step in &rules.steps {
        steps.push(match step {
            Step::Pattern(p) => {
                Split::new(SplitPattern::Regex((*p).into()), Isolated, false)?.into()
            }
            Step::SingleDigits => Digits::new(true).into(),
        });
    }
    steps.push(ByteLevel::new(false, true, false).into());
    Ok(Sequence::new(steps).into())
}

/// Appends the ids of a text without special tokens, of a whole tokenizer of the `tokenizers` crate.
pub(super) fn encode(tokenizer: &tokenizers::Tokenizer, text: &str, ids: &mut Vec<u32>) {
    match tokenizer.encode_fast(text, false) {
        Ok(encoding) => ids.extend(encoding.get_ids()),
        // Byte-level vocabularies without a byte for some character are the only case; the rest of the text still counts.
        Err(error) => tracing::warn!(%error, "a text could not be tokenised"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(name: &str, text: &str) -> Vec<String> {
        let pre = pre_tokenizer(&rules(name).unwrap()).unwrap();
        let mut pieces = PreTokenizedString::from(text);
        pre.pre_tokenize(&mut pieces).unwrap();
        pieces
            .get_splits(OffsetReferential::Original, OffsetType::Byte)
            .into_iter()
            .map(|(piece, ..)| piece.replace('\u{120}', " ").replace('\u{10a}', "\n"))
            .collect()
    }

    #[test]
    fn families_differ_where_they_should() {
        let text = "It's 12345!\n\n  We'LL";
        assert_eq!(split("gpt-2", text), ["It", "'s", " 12345", "!", "\n\n ", " We", "'", "LL"]);
        assert_eq!(
            split("llama-bpe", text),
            ["It", "'s", " ", "123", "45", "!\n\n", " ", " We", "'LL"]
        );
        assert_eq!(
            split("qwen2", text),
            ["It", "'s", " ", "1", "2", "3", "4", "5", "!\n\n", " ", " We", "'LL"]
        );
        assert_eq!(
            split("smollm", text),
            ["It", "'s", " ", "1", "2", "3", "4", "5", "!", "\n\n ", " We", "'", "LL"]
        );
        // Python's `regex` finds the same with tiktoken's pattern.
        let text = "I'm here, DON'T  you? 12345 a/b\n\n x";
        assert_eq!(
            split("gpt-4o", text),
            [
                "I'm", " here", ",", " DON'T", " ", " you", "?", " ", "123", "45", " a", "/b",
                "\n\n", " x"
            ]
        );
        assert_eq!(
            split("gpt-4o", "HelloWorld DON'T日本語 ABCs").concat(),
            split("gpt-2", "HelloWorld DON'T日本語 ABCs").concat(),
            "nothing is lost"
        );
        let cut = split("gpt-4o", "HelloWorld we'LL ABCs");
        assert_eq!(cut, ["Hello", "World", " we'LL", " ABCs"]);
        assert!(rules("made-up").is_none());
    }
}
