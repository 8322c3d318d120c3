//! Phonemes of Piper's Japanese voices (`phoneme_type` `japanese`): kana to IPA, with marks for the pitch.
//!
//! The voices were trained on OpenJTalk's reading of a text: one symbol a sound in IPA (`ɯ` for u, `ʲ` for a palatal sound, `ɴ` and `ʔ`
//! for ん and っ, a long vowel twice), `↑` where the pitch rises behind the first mora of a phrase, `↓` where it falls, `#` between
//! phrases and `,` where there is a pause. Source: piper1-gpl, pull request 274. Readings and accents come from our own dictionary
//! (`text::Japanese::accented`; decision 0232).

use crate::espeak::Clause;

/// A beat of Japanese: `kʲ` and `a`, or a sound alone (`ɴ`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mora {
    consonant: &'static str,
    vowel: Option<char>,
    /// The pitch falls behind it.
    falls: bool,
}

/// A text in katakana, as `text::Japanese::accented` gives it (a space before each phrase, `'` where the pitch falls), as one clause. What
/// is no kana is not said.
pub(super) fn clauses(kana: &str) -> Vec<Clause> {
    let mut ipa = String::with_capacity(kana.len() * 2);
    let mut pause = false;
    for group in kana.split_inclusive(is_mark) {
        for phrase in group.split(|c: char| c.is_whitespace() || is_mark(c)) {
            let morae = morae(phrase);
            if morae.is_empty() {
                continue;
            }
            if !ipa.is_empty() {
                ipa.push(if pause { ',' } else { '#' });
            }
            pause = false;
            speak(&morae, &mut ipa);
        }
        pause |= group.ends_with(is_mark);
    }
    if ipa.is_empty() {
        return Vec::new();
    }
    let asks = kana.trim_end_matches(|c: char| !is_mark(c) && !is_kana(c)).ends_with(['？', '?']);
    vec![Clause { ipa, mark: Some(if asks { '?' } else { '.' }) }]
}

fn is_mark(c: char) -> bool {
    matches!(c, '、' | '。' | '，' | '．' | '！' | '？' | ',' | '.' | '!' | '?' | ';' | ':' | '…')
}

fn is_kana(c: char) -> bool {
    ('ァ'..='ヺ').contains(&c) || c == 'ー'
}

/// A phrase's sounds, with the marks of its pitch.
fn speak(morae: &[Mora], ipa: &mut String) {
    for (at, mora) in morae.iter().enumerate() {
        ipa.push_str(mora.consonant);
        ipa.extend(mora.vowel);
        let more = at + 1 < morae.len();
        if more && mora.falls {
            ipa.push('↓');
        } else if more && at == 0 {
            ipa.push('↑');
        }
    }
}

/// Kana to morae.
fn morae(phrase: &str) -> Vec<Mora> {
    let mut morae: Vec<Mora> = Vec::with_capacity(phrase.len() / 3);
    let mut before = ' ';
    for c in phrase.chars() {
        if c == '\'' {
            if let Some(last) = morae.last_mut() {
                last.falls = true;
            }
            continue;
        }
        let kana = before;
        before = c;
        if let Some(vowel) = small(c)
            && let Some(last) = morae.last_mut()
            && let Some(consonant) = joined(kana, *last, c)
        {
            (last.consonant, last.vowel) = (consonant, Some(vowel));
            continue;
        }
        let (consonant, vowel) = match c {
            'ー' => match morae.last().and_then(|mora| mora.vowel) {
                Some(vowel) => ("", Some(vowel)),
                None => continue,
            },
            'ン' => ("ɴ", None),
            'ッ' => ("ʔ", None),
            _ => match sound(c) {
                Some((consonant, vowel)) => (consonant, Some(vowel)),
                None => continue,
            },
        };
        morae.push(Mora { consonant, vowel, falls: false });
    }
    morae
}

/// The vowel of a small kana.
fn small(c: char) -> Option<char> {
    Some(match c {
        'ァ' | 'ャ' | 'ヮ' => 'a',
        'ィ' => 'i',
        'ゥ' | 'ュ' => 'ɯ',
        'ェ' => 'e',
        'ォ' | 'ョ' => 'o',
        _ => return None,
    })
}

/// The consonant that a kana and a small one make together; `None` where the small one is a beat of its own (ねぇ).
fn joined(kana: char, last: Mora, small: char) -> Option<&'static str> {
    let palatal = |consonant: &'static str| {
        Some(match consonant {
            "k" => "kʲ",
            "ɡ" => "ɡʲ",
            "t" => "tʲ",
            "d" => "dʲ",
            "n" => "nʲ",
            "h" | "ɸ" => "hʲ",
            "b" | "v" => "bʲ",
            "p" => "pʲ",
            "m" => "mʲ",
            "ɾ" => "ɾʲ",
            "ɕ" | "dʑ" | "tɕ" => consonant,
            _ => return None,
        })
    };
    #[expect(clippy::match_same_arms, reason = "a row of kana each")]
    match (small, kana) {
        ('ャ' | 'ュ' | 'ョ', _) if sound(kana).is_some() => palatal(last.consonant),
        ('ェ', 'イ') => Some("j"),
        ('ィ' | 'ェ' | 'ォ', 'ウ') => Some("w"),
        ('ァ' | 'ィ' | 'ェ' | 'ォ' | 'ヮ', 'ク') => Some("kʷ"),
        ('ァ' | 'ィ' | 'ェ' | 'ォ' | 'ヮ', 'グ') => Some("ɡʷ"),
        ('ェ', 'シ' | 'ジ' | 'ヂ' | 'チ') => Some(last.consonant),
        ('ェ', 'キ' | 'ギ' | 'ニ' | 'ヒ' | 'ビ' | 'ピ' | 'ミ' | 'リ') => {
            palatal(last.consonant)
        }
        ('ィ', 'テ' | 'デ' | 'ス' | 'ズ') | ('ゥ', 'ト' | 'ド') => Some(last.consonant),
        ('ァ' | 'ィ' | 'ェ' | 'ォ', 'フ' | 'ツ' | 'ヴ') => Some(last.consonant),
        _ => None,
    }
}

/// The sound of a kana that is said by itself.
fn sound(c: char) -> Option<(&'static str, char)> {
    const ROWS: [(&str, &str); 14] = [
        ("", "アイウエオ"),
        ("k", "カキクケコ"),
        ("ɡ", "ガギグゲゴ"),
        ("s", "サ・スセソ"),
        ("z", "ザ・ズゼゾ"),
        ("t", "タ・・テト"),
        ("d", "ダ・・デド"),
        ("n", "ナニヌネノ"),
        ("h", "ハヒ・ヘホ"),
        ("b", "バビブベボ"),
        ("p", "パピプペポ"),
        ("m", "マミムメモ"),
        ("j", "ヤ・ユ・ヨ"),
        ("ɾ", "ラリルレロ"),
    ];
    const VOWELS: [char; 5] = ['a', 'i', 'ɯ', 'e', 'o'];
    Some(match c {
        'シ' => ("ɕ", 'i'),
        'ジ' | 'ヂ' => ("dʑ", 'i'),
        'チ' => ("tɕ", 'i'),
        'ツ' => ("ts", 'ɯ'),
        'ヅ' => ("z", 'ɯ'),
        'フ' => ("ɸ", 'ɯ'),
        'ヴ' => ("v", 'ɯ'),
        'ワ' => ("w", 'a'),
        'ヲ' => ("", 'o'),
        'ヰ' => ("", 'i'),
        'ヱ' => ("", 'e'),
        'ヵ' => ("k", 'a'),
        'ヶ' => ("k", 'e'),
        '・' => return None,
        _ => match small(c) {
            Some(vowel) if !matches!(c, 'ャ' | 'ュ' | 'ョ' | 'ヮ') => ("", vowel),
            Some(vowel) => (if c == 'ヮ' { "w" } else { "j" }, vowel),
            None => ROWS.iter().find_map(|(consonant, row)| {
                let at = row.chars().position(|kana| kana == c)?;
                Some((*consonant, VOWELS[at]))
            })?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kana: &str) -> String {
        clauses(kana)
            .into_iter()
            .map(|clause| clause.ipa + &String::from(clause.mark.unwrap()))
            .collect()
    }

    /// What OpenJTalk gives for these words, all without an accent of their own, in the notation of piper1-gpl's own tests.
    #[test]
    fn kana_become_the_sounds_that_the_voices_know() {
        for (kana, ipa) in [
            ("アメ", "a↑me."),
            ("キョー", "kʲo↑o."),
            ("トーキョー", "to↑okʲoo."),
            ("ガッコーエ", "ɡa↑ʔkooe."),
            ("シンブン", "ɕi↑ɴbɯɴ."),
            ("ジャズ", "dʑa↑zɯ."),
            ("チャ", "tɕa."),
            ("ニャー", "nʲa↑a."),
            ("ファイル", "ɸa↑iɾɯ."),
            ("パーティー", "pa↑atii."),
            ("ウィスキー", "wi↑sɯkii."),
            ("ヴァイオリン", "va↑ioɾiɴ."),
            ("シェフ", "ɕe↑ɸɯ."),
            ("ツァーリ", "tsa↑aɾi."),
            ("ネェ", "ne↑e."),
            ("ホンヲ", "ho↑ɴo."),
            ("クァルテット", "kʷa↑ɾɯteʔto."),
        ] {
            assert_eq!(said(kana), ipa, "{kana}");
        }
    }

    #[test]
    fn phrases_are_parted_pauses_kept_and_questions_asked() {
        assert_eq!(said("キョーワ アメ"), "kʲo↑owa#a↑me.");
        assert_eq!(said("エッ、 ソー？"), "e↑ʔ,so↑o?");
        assert_eq!(said("アメ。 ヤッタ！"), "a↑me,ja↑ʔta.");
        assert_eq!(said("アメ……"), "a↑me.");
        assert_eq!(said("アメカ?"), "a↑meka?");
        assert_eq!(said("「アメ」"), "a↑me.");
        assert!(clauses("……").is_empty() && clauses("").is_empty() && clauses("abc 、").is_empty());
    }

    #[test]
    fn the_pitch_falls_where_it_is_marked() {
        assert_eq!(said("ア'メデス"), "a↓medesɯ.");
        assert_eq!(said("イキマ'スカ？"), "i↑kima↓sɯka?");
        assert_eq!(said("キョ'ーワ"), "kʲo↓owa.");
        // Behind the last mora nothing is left to be low.
        assert_eq!(said("ハシ'"), "ha↑ɕi.");
        assert_eq!(said("'"), "");
    }

    /// Every kana has a sound, whatever stands before it, and nothing breaks on what is none.
    #[test]
    fn every_kana_is_said_in_symbols_that_a_voice_has() {
        let known = "aiɯeokɡsztdnhbpmjɾwvɕʑɸɴʔʲʷ↑↓#,.?";
        for first in 'ァ'..='ヶ' {
            assert!(!clauses(&first.to_string()).is_empty(), "{first}");
            for second in ('ァ'..='ヶ').chain(['ー', '・', '𠮷', '\u{0}']) {
                let said = said(&format!("{first}{second}"));
                assert!(said.chars().all(|c| known.contains(c)), "{first}{second}: {said}");
            }
        }
    }
}
