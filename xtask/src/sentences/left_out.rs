//! What the tool meets on its way and a person never reads, each with its reason. It follows names and not types, so it takes along some
//! literals that are made with the same functions as sentences are.

/// Files whose words reach no page.
const FILES: &[&str] = &[
    // The terminal alone uses them, and speaks English.
    "crates/app/src/terminal",
    "crates/memory/src/bench.rs",
    "crates/app/src/appraisal/interview/benchmark",
    "crates/appraisal/src/benchmarks",
    // What the terminal's report says of figures; the page words them itself.
    "crates/appraisal/src/failures.rs",
    "crates/appraisal/src/figures.rs",
    // Why an entry fires: the terminal says it, the page words it itself.
    "crates/lore/src/because.rs",
    "crates/lore/src/budget.rs",
    // Places in a document, for prompts and the terminal.
    "crates/knowledge/src/piece.rs",
    // Made models, for tests and benches.
    "crates/llm/src/synthetic",
    // Forms of dates that other programs write.
    "crates/app/src/imports/chat_formats/dates.rs",
    // Numbers and units as they are spoken.
    "crates/tts/src/text/normalise/",
];

/// Words that are no sentences.
const TEMPLATES: &[&str] = &[
    // Written into prompts, for the model.
    "- An earlier talk, in short: \"{said}\"",
    "- {who}: \"{plain}\"",
    "- 以前の会話のあらまし：「{said}」",
    "- 以前一次谈话的大意：“{said}”",
    "{who}: {said}\n",
    "- {name}",
    "- {name}: {about}",
    "[{tag}] {new}",
    "{name} ({description})",
    // Headings and texts that become part of a card.
    "Also called",
    "Its instructions",
    "Live2D model",
    "Prompt of its audio rooms",
    "Scenario {number}",
    "Template {key}",
    "User name",
    "called ",
    "name is ",
    "named ",
    "{who}: {user}",
    "{{char}}: {text}",
    "{{user}}: {text}",
    // Keys and names in files, and words of SQL.
    "attentions",
    "bias",
    "daily",
    "decoder",
    "depth {depth}",
    "discrete",
    "embeddings",
    "if {condition}",
    "linear",
    "name",
    "norm",
    "outlet {name}",
    "resnets",
    "silu",
    "thresholding",
    "token_depth {tokens}",
    "unless {condition}",
    "weight",
    "zero",
    "PRAGMA application_id",
    "PRAGMA user_version",
    "SELECT count(*) FROM sqlite_schema",
    "characters",
    "exp",
    "key",
    "keysecondary",
    "narrator",
    "none",
    "off",
    "preference",
    "scene",
    "scheduler",
    "server",
    "unet",
    "vae",
    "{one} AND {two}",
    // Names of places, hours and weathers.
    "bookshop",
    "classroom",
    "clear",
    "day",
    "dusk",
    "evening",
    "fireflies",
    "lighthouse",
    "night",
    "park",
    "petals",
    "rain",
    "rooftop",
    "snow",
    "station",
    // A list of names that are the same in every language.
    "llama, mistral, qwen2, qwen3, gpt2",
    "F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K",
];

/// Expressions that hold no words.
const LOST: &[&str] = &[
    // Numbers, lists and files that share their function's name with one that tells something.
    "_",
    "EMBEDDED",
    "std :: slice :: from_ref (value)",
    "| (number , _) | * number == usize :: MAX",
];

pub(super) fn file(path: &str) -> bool {
    FILES.iter().any(|begin| path.starts_with(begin))
}

pub(super) fn template(text: &str) -> bool {
    TEMPLATES.contains(&text)
}

pub(super) fn lost(expr: &str) -> bool {
    // `Dtype :: Q8_0`: a value, whose own words are its `Display`.
    LOST.contains(&expr) || ["Dtype :: ", "i64 :: from"].iter().any(|begin| expr.starts_with(begin))
}
