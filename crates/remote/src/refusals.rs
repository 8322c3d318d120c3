//! What a server means by a refusal. They all say it in words of their own; the tests hold those of the servers that were tried.

use serde_json::{Map, Value};

/// What servers call the tokens that a model reads at once.
const CONTEXT: [&str; 3] = ["context length", "context size", "context window"];

/// What can be done about a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The prompt does not fit: its tokens and the model's, where they are named.
    TooLong { prompt: Option<u32>, limit: Option<u32> },
    /// The model's template does not take these turns.
    Turns,
    /// Parameters that it does not take, by their names.
    Parameters(Vec<String>),
    /// Something else.
    Other,
}

/// Reads what came with a status that is no success, or as an error in a stream. `sent` is the body that it answers.
pub(crate) fn read(text: &str, sent: &Map<String, Value>) -> Refusal {
    let json: Value = serde_json::from_str(text).unwrap_or_default();
    let error = if json["error"].is_object() { &json["error"] } else { &json };
    let lower = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let called = |name: &str| error["type"] == name || error["code"] == name;
    if called("exceed_context_size_error")
        || called("context_length_exceeded")
        || says(&CONTEXT) && says(&["exceed", "maximum", "longer than", "only", "too long"])
    {
        let counted = |key: &str| u32::try_from(error[key].as_u64()?).ok();
        let (before, limit) = around_context(&lower);
        return Refusal::TooLong {
            prompt: counted("n_prompt_tokens").or(before),
            limit: counted("n_ctx").or(limit),
        };
    }
    if says(&[
        "roles must alternate",
        "system role",
        "jinja",
        "chat template",
        "chat_template error",
    ]) && !says(&["chat_template_kwargs"])
    {
        return Refusal::Turns;
    }
    let about = subject(&json, error).unwrap_or_else(|| text.to_owned());
    let named = |key: &&String| {
        !matches!(key.as_str(), "model" | "messages" | "stream") && names(&about, key)
    };
    let parameters: Vec<String> = sent.keys().filter(named).cloned().collect();
    if parameters.is_empty() { Refusal::Other } else { Refusal::Parameters(parameters) }
}

/// The part of an error that says what it is about. FastAPI's errors also hold what was sent, every name in it.
fn subject(json: &Value, error: &Value) -> Option<String> {
    if let Some(details) = json["detail"].as_array() {
        return Some(details.iter().map(|one| one["loc"].to_string()).collect());
    }
    let words = error["message"].as_str()?;
    let of = error["param"].as_str().map(|param| format!(" `{param}`")).unwrap_or_default();
    Some(format!("{words}{of}"))
}

/// True where a text names a parameter: as a word of its own, and in quotation marks where it might be any word.
fn names(text: &str, key: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let quoted = |before: Option<char>, after: Option<char>| {
        [before, after].iter().all(|c| c.is_some_and(|c| matches!(c, '\'' | '"' | '`')))
    };
    text.match_indices(key).any(|(at, _)| {
        let (before, after) =
            (text[..at].chars().next_back(), text[at + key.len()..].chars().next());
        let alone = !before.is_some_and(part) && !after.is_some_and(part);
        alone && (key.contains('_') || quoted(before, after))
    })
}

/// The numbers that a text names before and behind the length of the context: of tokens asked for, and of tokens that there are. Some
/// name the former behind the latter.
fn around_context(text: &str) -> (Option<u32>, Option<u32>) {
    let Some(at) = CONTEXT.iter().filter_map(|name| text.find(name)).min() else {
        return (None, None);
    };
    let (before, behind) = text.split_at(at);
    let number = |word: &str| word.parse::<u32>().ok().filter(|number| *number >= 16);
    let numbers = |part: &str| -> Vec<u32> {
        part.split(|c: char| !c.is_ascii_digit()).filter_map(number).collect()
    };
    let (before, behind) = (numbers(before), numbers(behind));
    (before.first().or(behind.get(1)).copied(), behind.first().copied())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent() -> Map<String, Value> {
        let body = json!({
            "model": "m", "messages": [], "stream": true, "temperature": 1, "top_p": 1, "top_k": 40, "max_tokens": 64, "seed": 7,
            "stop": ["a"], "min_p": 0.1, "typical_p": 0.9, "repeat_penalty": 1.1, "repetition_penalty": 1.1, "repeat_last_n": 64,
            "dry_penalty_last_n": -1, "chat_template_kwargs": {},
        });
        body.as_object().unwrap().clone()
    }

    fn parameters(text: &str) -> Vec<String> {
        match read(text, &sent()) {
            Refusal::Parameters(mut names) => {
                names.sort();
                names
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_prompt_that_does_not_fit_is_known_in_every_servers_words() {
        for (text, prompt, limit) in [
            // llama-server 0.7.0.
            (
                r#"{"error":{"code":400,"message":"request (12016 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":12016,"n_ctx":4096}}"#,
                12016,
                4096,
            ),
            // llama-cpp-python 0.2.60.
            (
                r#"{"error":{"message":"This model's maximum context length is 2048 tokens. However, you requested 12023 tokens (12017 in the messages, 6 in the completion). Please reduce the length of the messages or completion.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
                12023,
                2048,
            ),
            // LiteLLM 1.108.7 before llama-server.
            (
                r#"{"error":{"message":"litellm.ContextWindowExceededError: litellm.BadRequestError: ContextWindowExceededError: OpenAIException - request (12016 tokens) exceeds the available context size (4096 tokens), try increasing it\nmodel=koto. context_window_fallbacks=None.","type":"invalid_request_error","param":null,"code":"400"}}"#,
                12016,
                4096,
            ),
        ] {
            let (prompt, limit) = (Some(prompt), Some(limit));
            assert_eq!(read(text, &sent()), Refusal::TooLong { prompt, limit }, "{text}");
        }
        assert_eq!(
            read("the context window is exceeded", &sent()),
            Refusal::TooLong { prompt: None, limit: None }
        );
    }

    #[test]
    fn templates_that_want_other_turns_are_known() {
        // llama-server 0.7.0, with a template that raises as Gemma's does.
        let text = r#"{"error":{"code":400,"message":"Unable to generate parser for this template. Automatic parser generation failed: \n------------\nWhile executing CallExpression at line 1, column 226 in source:\n...op.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user...\n                                           ^\nError: Jinja Exception: Conversation roles must alternate user/assistant/user/assistant/...","type":"invalid_request_error"}}"#;
        assert_eq!(read(text, &sent()), Refusal::Turns);
    }

    #[test]
    fn parameters_are_found_by_name_and_no_others() {
        // llama-server 0.7.0.
        let text = r#"{"error":{"code":400,"message":"Field 'dry_penalty_last_n': Value must be between 0 <= value <= 2147483647, but got -1","type":"invalid_request_error"}}"#;
        assert_eq!(parameters(text), ["dry_penalty_last_n"]);
        // transformers 5.24.0.
        let text = r#"{"detail":"Unexpected fields in the request: {'repeat_last_n', 'repetition_penalty', 'repeat_penalty', 'typical_p', 'top_k', 'min_p'}"}"#;
        let all = [
            "min_p",
            "repeat_last_n",
            "repeat_penalty",
            "repetition_penalty",
            "top_k",
            "typical_p",
        ];
        assert_eq!(parameters(text), all);
        // OpenAI's documentation.
        let text = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#;
        assert_eq!(parameters(text), ["max_tokens"]);
        // FastAPI's form: what was sent is no name.
        let text = r#"{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted","input":{"top_k":7}}]}"#;
        assert_eq!(parameters(text), ["seed"]);
        for other in [
            r#"{"detail":"Server is pinned to 'a'; requested 'm'."}"#,
            r#"{"error":{"message":"the model can not stop"}}"#,
            r#"{"error":"stream and messages"}"#,
            "Internal Server Error",
            "",
        ] {
            assert_eq!(read(other, &sent()), Refusal::Other, "{other}");
        }
    }
}
