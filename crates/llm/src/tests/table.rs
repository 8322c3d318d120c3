//! The one table of docs/models.md: every kind of model that loads, and what holds of it. A line that is not true fails here.

use std::fmt::Write as _;
use std::path::Path;

use domain::Sampling;

use super::adapters::adapted_disagreement;
use super::families::{FAMILIES, Family, expected, open};
use super::reference::disagreement;
use super::{fixture, llama_cpp, others};
use crate::Reranker;
use crate::session::{Generate, Session};

/// What a file of weights is called in the table.
fn container(file: &str) -> &'static str {
    match file.rsplit_once('.').unwrap().1 {
        "gguf" => "GGUF",
        "bin" => "pickle",
        _ => "safetensors",
    }
}

fn yes(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}

/// Whether a reply comes in pieces.
fn streams(session: &mut Session) -> bool {
    let mut pieces = 0;
    let sampling = Sampling::greedy();
    let ask = Generate { sampling: &sampling, max_tokens: 6, stop: &[], trim: false };
    let mut count = |_: String| {
        pieces += 1;
        true
    };
    let done = session.generate(&ask, &|| false, &mut count).unwrap();
    done.ids.is_empty() || pieces > 0
}

fn decoder(family: &Family) -> String {
    let expected = expected(family.folder);
    let (mut reuses, mut streamed, mut adapts) = (true, true, true);
    for file in family.files {
        let mut session = open(family, file);
        assert_eq!(disagreement(&mut session, &expected), None, "{}", family.folder);
        session.prefill(&expected.ids, &|| false).unwrap();
        let again = session.prefill(&expected.ids, &|| false).unwrap().unwrap();
        reuses &= again.reused == again.tokens - 1;
        streamed &= streams(&mut session);
        adapts &= adapted_disagreement(&mut session, family.folder).is_none();
    }
    let loads: Vec<&str> = family.files.iter().map(|file| container(file)).collect();
    let in_blocks = match family.folder {
        // Their GGUF files are other families'.
        "mistral" => "as `llama`".to_owned(),
        "chatglm" => "as `glm`".to_owned(),
        own => llama_cpp::agrees_in(own).join(", "),
    };
    format!(
        "| `{}` | {} | {} | {} | {in_blocks} | {} | {} | {} |",
        family.folder,
        family.members,
        loads.join(", "),
        family.reference,
        yes(reuses),
        yes(streamed),
        yes(adapts)
    )
}

/// Models beside the decoder: their folder among the fixtures, members, and the reference.
const OTHERS: [(&str, &str, &str); 5] = [
    (
        "t5",
        "T5, by Fusion-in-Decoder",
        "transformers' T5 over several passages; its beams of 2, 3 and 5",
    ),
    ("mt5", "mT5 (ChatPLUG-3.7B), likewise", "transformers' mT5, likewise"),
    (
        "plug",
        "PLUG (ChatPLUG-240M)",
        "transformers' BERT and PyTorch's TransformerDecoder; its beam search and penalty: formulas only",
    ),
    (
        "bert",
        "BERT, MiniLM: embeddings",
        "transformers' BERT: ids, and vectors within 2e-5, by mean and first token",
    ),
    ("xlm-roberta", "XLM-R, E5, BGE: embeddings", "transformers' XLM-R, likewise"),
];

fn other((folder, members, reference): (&str, &str, &str)) -> String {
    let wrong = match folder {
        "bert" | "xlm-roberta" => others::embeddings_disagree(folder),
        "plug" => others::logits_disagree(folder),
        _ => others::logits_disagree(folder).or_else(|| others::beams_disagree(folder)),
    };
    assert_eq!(wrong, None, "{folder}");
    let file = ["model.safetensors", "pytorch_model.bin"];
    let file = file.iter().find(|name| fixture("others").join(folder).join(name).is_file());
    // Answers come as a whole, and vectors are no text.
    let loads = container(file.unwrap());
    format!("| `{folder}` | {members} | {loads} | {reference} | – | – | – | – |")
}

/// Set `HANASHI_WRITE_DOCS=1` to write it anew.
#[test]
fn the_table_of_families_is_true() {
    let mut table = String::from(
        "| family | members | loads | agrees with | llama.cpp, in blocks | reuses | streams | adapts |\n|---|---|---|---|---|---|---|---|\n",
    );
    let reranker = Reranker::load(&fixture("families/gpt2"), &crate::Options::default()).unwrap();
    let told = reranker.loss("我在。", &["你好".to_owned()], 1).unwrap();
    assert!(told.is_finite());
    let backward = "| `gpt2` | GPT2-chitchat's backward model: reranking | as above | the decoder's own log-probabilities | – | – | – | – |";
    let rows = FAMILIES.iter().map(decoder).chain(OTHERS.map(other)).chain([backward.to_owned()]);
    for row in rows {
        writeln!(table, "{row}").unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/models.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (start, end) = ("<!-- families -->\n", "<!-- /families -->");
    let (before, rest) = page.split_once(start).unwrap();
    let (old, after) = rest.split_once(end).unwrap();
    if std::env::var_os("HANASHI_WRITE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{start}{table}{end}{after}")).unwrap();
        return;
    }
    assert_eq!(
        old, table,
        "docs/models.md is out of date: run this test with HANASHI_WRITE_DOCS=1"
    );
}
