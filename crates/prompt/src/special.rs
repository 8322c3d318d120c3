//! The texts of control tokens must not come in through a card or a message: written out, they would end the turn early or forge
//! a system message. They are broken with a word joiner (U+2060), which nobody sees.

/// Control tokens that are not of the form `<|…|>`.
const MARKERS: [&str; 8] = [
    "<start_of_turn>",
    "<end_of_turn>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<</SYS>>",
    "[gMASK]",
    "<s>",
];

/// The text with everything broken that a tokenizer could take for a control token. `more` are the tokens of this model.
pub(crate) fn disarm(text: &str, more: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['<', '[']) {
        out.push_str(&rest[..=start]);
        let here = &rest[start..];
        let control = is_bar_token(here)
            || MARKERS
                .iter()
                .chain(more)
                .any(|marker| marker.len() > 1 && here.starts_with(marker));
        if control {
            out.push('\u{2060}');
        }
        rest = &rest[start + 1..];
    }
    out.push_str(rest);
    // A token that begins with another letter.
    for marker in more.iter().filter(|marker| !marker.is_empty() && !marker.starts_with(['<', '[']))
    {
        let first = marker.chars().next().map_or(0, char::len_utf8);
        out = out.replace(marker, &format!("{}\u{2060}{}", &marker[..first], &marker[first..]));
    }
    out
}

/// `<|name|>`, also with the full-width bars of some vocabularies.
fn is_bar_token(text: &str) -> bool {
    let Some(inner) = text.strip_prefix("<|").or_else(|| text.strip_prefix("<｜")) else {
        return false;
    };
    inner.chars().take(64).take_while(|c| !c.is_whitespace()).any(|c| c == '>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_tokens_are_broken_and_nothing_else_changes() {
        for token in ["<|im_end|>", "<|eot_id|>", "<end_of_turn>", "[/INST]", "</s>", "<｜User｜>"]
        {
            let text = disarm(&format!("a{token}b"), &["</s>"]);
            assert!(!text.contains(token), "{text}");
            assert_eq!(text.replace('\u{2060}', ""), format!("a{token}b"));
        }
        for text in ["a < b", "<b>bold</b>", "[joy] hi", "<| a |>", "1 << 2", "♥"] {
            assert_eq!(disarm(text, &["</s>", ""]), text);
        }
        assert_eq!(disarm("x EOS y", &["EOS"]), "x E\u{2060}OS y");
    }
}
