//! Names of files as people give them, and what they become in an address and on the disk.

use std::fmt::Write;

use crate::catalogue::plain_name;
use crate::digest::Hasher;

/// The longest name that file systems take.
const LONGEST: usize = 255;

/// Whether a path of a repository can be fetched: none of its parts leads elsewhere, or is hidden.
pub(crate) fn can_be_fetched(path: &str) -> bool {
    path.split('/').all(|part| {
        !part.is_empty()
            && part.len() <= LONGEST
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.contains('\\')
            && !part.contains(char::is_control)
    })
}

/// The name under which a file lies on this disk: its own where that is plain ASCII. Of another one what is plain, and a piece of its
/// checksum, so that no two are one; its ending stays, as it says what it is.
pub(crate) fn on_disk(name: &str) -> String {
    if plain_name(name) {
        return name.to_owned();
    }
    let plain = |text: &str| -> String {
        let kept = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
        text.chars().map(|c| if kept(c) { c } else { '_' }).collect()
    };
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let mut hasher = Hasher::new([], None);
    hasher.update(name.as_bytes());
    let mark: String = hasher.sha256().hex().chars().take(8).collect();
    let stem: String = plain(stem).chars().take(80).collect();
    let ending: String = plain(ending).chars().take(16).collect();
    let dot = if ending.is_empty() { "" } else { "." };
    format!("{}-{mark}{dot}{ending}", stem.trim_matches(['.', '_', '-']))
        .trim_start_matches('-')
        .to_owned()
}

/// A path as it stands in an address: what is not plain as its bytes, with a percent sign each.
pub(crate) fn in_address(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-+~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    //! Names of all kinds.

    use super::*;

    #[test]
    fn names_on_the_disk_are_plain_and_no_two_are_one() {
        assert_eq!(on_disk("m-Q4_K_M.gguf"), "m-Q4_K_M.gguf");
        let names = ["模型 Q8_0.gguf", "雪国 Q8_0.gguf", "a b.gguf", "a_b .gguf", "雪.gguf", "é"];
        let made: Vec<String> = names.iter().map(|name| on_disk(name)).collect();
        for (at, name) in made.iter().enumerate() {
            assert!(plain_name(name) && !made[..at].contains(name), "{name}");
        }
        assert!(made[0].starts_with("Q8_0-") && made[0].ends_with(".gguf"), "{made:?}");
        assert!(plain_name(&on_disk(&"雪".repeat(80))));
    }

    #[test]
    fn addresses_carry_any_letter_and_lead_nowhere_else() {
        assert_eq!(in_address("x/a b#1?.gguf"), "x/a%20b%231%3F.gguf");
        assert_eq!(in_address("雪%2e.gguf"), "%E9%9B%AA%252e.gguf");
        assert!(can_be_fetched("雪 国/a b.gguf") && can_be_fetched("m.gguf"));
        for bad in ["../x", "a/../b", "/x", "a//b", ".x", "a\\b", "a\nb", ""] {
            assert!(!can_be_fetched(bad), "{bad}");
        }
    }
}
