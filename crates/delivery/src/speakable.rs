//! What of a line is said aloud: without stage directions, markdown, emoji, addresses' tails, drawn-out punctuation.
//!
//! Every spoken character keeps its place in the displayed text, so that an interruption can be mapped back from the ear
//! to the page. Numbers, units and abbreviations are left to the voice, which knows its language.

use crate::aside::{Aside, scan};
use crate::chars::{is_cjk, is_clausal, is_picture, is_terminal, is_word};

/// Faces written with ordinary characters, as whole words.
const FACES: [&str; 30] = [
    ":)", ":-)", ":(", ":-(", ";)", ";-)", ":D", ":-D", ":P", ":p", ":3", ":o", ":O", ":/", ":'(",
    "=)", "=(", "<3", "</3", "xD", "XD", "^^", "^_^", "^-^", ">_<", "T_T", "T.T", "o_o", "QAQ",
    "QwQ",
];

/// Longest tag of a novel's text, in characters.
const LONGEST_TAG: usize = 60;
/// Longest reading over ideographs, in characters.
const LONGEST_READING: usize = 40;
/// Tags of a novel's text, as Ren'Py names them. They are the page's business (`markup.ts`); none is ever said.
const TEXT_TAGS: [&str; 27] = [
    "b",
    "i",
    "u",
    "s",
    "color",
    "size",
    "alpha",
    "font",
    "w",
    "p",
    "nw",
    "fast",
    "cps",
    "k",
    "a",
    "image",
    "space",
    "vspace",
    "outlinecolor",
    "shader",
    "alt",
    "noalt",
    "rb",
    "rt",
    "plain",
    "done",
    "sound",
];

/// Whether what stands in braces is one of [`TEXT_TAGS`], closing or with an argument.
fn is_text_tag(inside: &[char]) -> bool {
    let name: String =
        inside.iter().skip_while(|&&c| c == '/').take_while(|&&c| c != '=').collect();
    TEXT_TAGS.contains(&name.as_str())
}

/// Hiragana, katakana and what belongs to them.
const fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}')
}

/// A spoken character and its place in the displayed text.
pub(crate) type Said = (char, usize);

/// What is said of a displayed text (for texts that do not come through a [`Scribe`](crate::Scribe)).
pub fn speech(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    spoken(&chars, Aside::None).0.into_iter().map(|(c, _)| c).collect()
}

/// What is said of a line that begins within `start`, and what it ends within. Empty where nothing is to be said.
pub(crate) fn spoken(text: &[char], start: Aside) -> (Vec<Said>, Aside) {
    let scanned = scan(text, start, None);
    let mut said = Reader { text, silent: &scanned.silent, out: Vec::new() }.read();
    tidy(&mut said);
    (said, scanned.end)
}

/// Walks over the displayed text and keeps what is said.
struct Reader<'a> {
    text: &'a [char],
    silent: &'a [bool],
    out: Vec<Said>,
}

impl Reader<'_> {
    fn read(mut self) -> Vec<Said> {
        let mut at = 0;
        let mut row_start = true;
        while at < self.text.len() {
            let c = self.text[at];
            if self.silent[at] {
                self.gap(at);
                at += 1;
                continue;
            }
            if c == '\n' {
                self.pause(at);
                row_start = true;
                at += 1;
                continue;
            }
            if row_start && !c.is_whitespace() {
                row_start = false;
                let marker = self.row_marker(at);
                if marker > 0 {
                    at += marker;
                    continue;
                }
            }
            at += self.step(at, c);
        }
        self.out
    }

    /// Handles what begins at `at`; returns how many characters that was.
    fn step(&mut self, at: usize, c: char) -> usize {
        let before = at.checked_sub(1).map(|i| self.text[i]);
        if before.is_none_or(|c| !c.is_alphanumeric())
            && let Some(length) = self.address(at).or_else(|| self.face(at))
        {
            return length;
        }
        let after = self.text.get(at + 1).copied();
        match c {
            '{' => self.braces(at),
            '《' => self.reading(at).unwrap_or(1),
            '[' => self.bracket(at),
            '!' if after == Some('[') && self.link(at + 1).is_some() => 1,
            '<' => self.markup(at),
            '(' | '（' => self.parenthesis(at),
            ')' | '）' => {
                self.pause(at);
                1
            }
            '#' if self.is_sharp(at) => {
                self.out.push((c, at));
                1
            }
            '*' | '`' | '\\' | '#' | '^' | ']' | '"' | '“' | '”' | '„' | '«' | '»' | '「'
            | '」' | '『' | '』' | '》' | '｜' | '〈' | '〉' | '【' | '】' | '♪' => 1,
            // Drawn out (`yes~`), unless it leads from one number to another (`3~5`, `9時〜17時`).
            '~' | '～' | '〜'
                if !(self.text[at + 1..].iter().take(3).any(char::is_ascii_digit)
                    && self.text[..at].iter().rev().take(4).any(char::is_ascii_digit)) =>
            {
                1
            }
            '_' | '|' => {
                self.gap(at);
                1
            }
            c if is_picture(c) => {
                self.gap(at);
                1
            }
            c if c.is_whitespace() => {
                self.gap(at);
                1
            }
            c => {
                self.out.push((c, at));
                1
            }
        }
    }

    /// `C#`, `F#m`: part of a name, which whoever speaks says.
    fn is_sharp(&self, at: usize) -> bool {
        let mut before = self.text[..at].iter().rev();
        before.next().is_some_and(|c| ('A'..='G').contains(c))
            && !before.next().is_some_and(char::is_ascii_alphanumeric)
            && !self.text.get(at + 1).is_some_and(|c| c.is_ascii_alphanumeric() && *c != 'm')
    }

    /// A space, unless there is one.
    fn gap(&mut self, at: usize) {
        if self.out.last().is_some_and(|&(c, _)| c != ' ') {
            self.out.push((' ', at));
        }
    }

    /// A short pause after words, in the punctuation of their script.
    fn pause(&mut self, at: usize) {
        match self.out.iter().rev().find(|(c, _)| *c != ' ') {
            Some(&(c, _)) if is_cjk(c) => self.out.push(('，', at)),
            Some(&(c, _)) if c.is_alphanumeric() => {
                self.out.push((',', at));
                self.gap(at);
            }
            _ => self.gap(at),
        }
    }

    /// Length of a heading, quotation or list marker at the start of a row, the space after it included.
    fn row_marker(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let length = match rest[0] {
            c @ ('#' | '>') => rest.iter().take_while(|&&x| x == c).count(),
            '-' | '+' | '*' | '•' | '・' => 1,
            _ => return 0,
        };
        let spaced = rest.get(length).is_some_and(|c| c.is_whitespace());
        if spaced || matches!(rest[0], '•' | '・' | '>') { length } else { 0 }
    }

    /// A web address: only its host is said.
    fn address(&mut self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        let starts = |prefix: &str| {
            rest.len() > prefix.len()
                && prefix.chars().zip(rest).all(|(p, c)| c.to_ascii_lowercase() == p)
        };
        let scheme = ["https://", "http://"].into_iter().find(|scheme| starts(scheme));
        if scheme.is_none() && !starts("www.") {
            return None;
        }
        let inside =
            |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | ')' | ']' | '`');
        let mut length = rest.iter().take_while(|&&c| inside(c)).count();
        while matches!(rest[length - 1], '.' | ',' | '!' | '?' | ';' | ':' | '\'' | '*' | '_') {
            length -= 1;
        }
        let mut host = scheme.map_or(0, str::len);
        let www: String = rest[host..].iter().take(4).flat_map(|c| c.to_lowercase()).collect();
        if www == "www." {
            host += 4;
        }
        for (i, &c) in rest.iter().enumerate().take(length).skip(host) {
            if !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')) {
                break;
            }
            self.out.push((c, at + i));
        }
        Some(length.max(1))
    }

    /// A face made of ordinary characters, standing alone.
    fn face(&mut self, at: usize) -> Option<usize> {
        let rest = &self.text[at..];
        let ends = |c: &char| {
            c.is_whitespace() || is_terminal(*c) || is_clausal(*c) || is_cjk(*c) || is_picture(*c)
        };
        let face = FACES.iter().find(|face| {
            let length = face.chars().count();
            face.chars().eq(rest.iter().copied().take(length)) && rest.get(length).is_none_or(ends)
        })?;
        self.gap(at);
        Some(face.chars().count())
    }

    /// `[text](address)`: the places of the text's end and of the whole.
    fn link(&self, at: usize) -> Option<(usize, usize)> {
        let rest = &self.text[at..];
        let close = rest.iter().position(|&c| c == ']' || c == '\n').filter(|&i| rest[i] == ']')?;
        if rest.get(close + 1) != Some(&'(') {
            return None;
        }
        let end = rest[close..].iter().position(|&c| c == ')' || c == '\n')?;
        (rest[close + end] == ')').then_some((close, close + end + 1))
    }

    /// A link (its text is said), a footnote mark (not said), or real bracketed text (said without the brackets).
    fn bracket(&mut self, at: usize) -> usize {
        if let Some((close, length)) = self.link(at) {
            self.out.extend((at + 1..at + close).map(|i| (self.text[i], i)));
            return length;
        }
        let digits = self.text[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        if digits > 0 && self.text.get(at + 1 + digits) == Some(&']') { digits + 2 } else { 1 }
    }

    /// A tag of a novel's text (`{b}`, `{color=#f00}`, `{w=0.5}`) is not said; of ruby in braces (`{漢字|かんじ}`) the reading is, where it
    /// is written in kana, else what it stands over. Other braces are text.
    fn braces(&mut self, at: usize) -> usize {
        let rest = &self.text[at + 1..];
        let end = rest.iter().take(LONGEST_TAG).position(|&c| matches!(c, '{' | '}' | '\n'));
        let Some(end) = end.filter(|&end| rest[end] == '}') else {
            self.out.push(('{', at));
            return 1;
        };
        let inside = &rest[..end];
        if let Some(bar) = inside.iter().position(|&c| c == '|').filter(|&bar| bar > 0) {
            let kana = inside[bar + 1..].iter().all(|&c| is_kana(c)) && bar + 1 < end;
            let said = if kana { bar + 1..end } else { 0..bar };
            self.out.extend(said.map(|i| (rest[i], at + 1 + i)));
            return end + 2;
        }
        if !is_text_tag(inside) {
            self.out.push(('{', at));
            return 1;
        }
        if inside == ['r', 't'] {
            // What stands over a word: said in its place where it is written in kana, else not at all.
            let over = rest[end + 1..].iter().take(LONGEST_TAG).position(|&c| c == '{');
            let Some(length) = over else { return end + 2 };
            let from = at + end + 2;
            if self.text[from..from + length].iter().all(|&c| is_kana(c)) && length > 0 {
                self.unsay(|c| c != ' ' && !is_kana(c));
                self.out.extend((from..from + length).map(|i| (self.text[i], i)));
            }
            return end + 2 + length;
        }
        // Another page is another breath.
        if inside == ['p'] {
            self.pause(at);
        }
        end + 2
    }

    /// A reading in the manner of Aozora (`灯台《とうだい》`): said in the place of the ideographs before it where it is written in kana,
    /// left out where it is written in Latin letters. `None` where it is none: a title, whose words are said.
    fn reading(&mut self, at: usize) -> Option<usize> {
        let before = at.checked_sub(1).map(|i| self.text[i])?;
        let rest = &self.text[at + 1..];
        let end =
            rest.iter().take(LONGEST_READING).position(|&c| c == '》').filter(|&end| end > 0)?;
        let inside = &rest[..end];
        let kana = inside.iter().all(|&c| is_kana(c));
        let latin = || {
            inside
                .iter()
                .all(|&c| c.is_ascii_digit() || c == ' ' || (c.is_alphabetic() && !is_cjk(c)))
        };
        if !is_cjk(before) || is_kana(before) || !(kana || latin()) {
            return None;
        }
        // A bar says where the group begins; else it is the ideographs next to the reading.
        let bar = self.text[..at].iter().rev().take(LONGEST_READING).position(|&c| c == '｜');
        if let (true, Some(bar)) = (kana, bar) {
            self.out.retain(|&(_, i)| i + bar + 1 < at);
            self.out.extend((at + 1..at + 1 + end).map(|i| (self.text[i], i)));
        } else if kana {
            self.unsay(|c| is_cjk(c) && !is_kana(c) && c.is_alphabetic());
            self.out.extend((at + 1..at + 1 + end).map(|i| (self.text[i], i)));
        }
        Some(end + 2)
    }

    /// Takes back at most eight characters that were to be said, as long as they are of a kind.
    fn unsay(&mut self, kind: impl Fn(char) -> bool) {
        let count = self.out.iter().rev().take(8).take_while(|(c, _)| kind(*c)).count();
        self.out.truncate(self.out.len() - count);
    }

    /// An HTML tag is not said; a lone `<` is.
    fn markup(&mut self, at: usize) -> usize {
        let rest = &self.text[at + 1..];
        let named = rest.iter().find(|&&c| c != '/').is_some_and(char::is_ascii_alphabetic);
        let end = rest.iter().take(60).position(|&c| matches!(c, '>' | '<' | '\n'));
        match end {
            Some(end) if named && rest[end] == '>' => {
                self.gap(at);
                end + 2
            }
            _ => {
                self.out.push(('<', at));
                1
            }
        }
    }

    /// A remark in the middle of a sentence is said between pauses; a face in parentheses is not.
    fn parenthesis(&mut self, at: usize) -> usize {
        let rest = &self.text[at..];
        let end = rest.iter().take(24).position(|&c| matches!(c, ')' | '）'));
        if let Some(end) = end
            && !rest[..end].windows(2).any(|pair| pair.iter().all(|c| c.is_alphanumeric()))
            && rest[..end].iter().any(|c| !c.is_alphanumeric() && !matches!(c, '(' | '（' | ' '))
        {
            self.gap(at);
            return end + 1;
        }
        self.pause(at);
        1
    }
}

/// Collapses white space and drawn-out punctuation, drops what leads nowhere; empties a line without a letter or digit.
fn tidy(said: &mut Vec<Said>) {
    if !said.iter().any(|(c, _)| c.is_alphanumeric()) {
        said.clear();
        return;
    }
    let mut out: Vec<Said> = Vec::with_capacity(said.len());
    let mut rest = said.drain(..).peekable();
    while let Some((c, at)) = rest.next() {
        let digit_next = rest.peek().is_some_and(|(c, _)| c.is_ascii_digit());
        if !(is_terminal(c) || is_clausal(c) || c == ' ') || (c == '.' && digit_next) {
            out.push((c, at));
            continue;
        }
        // A run of marks and spaces becomes one mark (the strongest) and one space.
        let (mut mark, mut space) = (None, false);
        let mut take = |c: char| {
            if c == ' ' {
                space = true;
            } else {
                mark = Some(mark.map_or(c, |mark| stronger(mark, c)));
            }
        };
        take(c);
        while let Some((c, _)) = rest.next_if(|&(c, _)| is_terminal(c) || is_clausal(c) || c == ' ')
        {
            take(c);
        }
        if out.is_empty() {
            continue;
        }
        out.extend(mark.map(|mark| (mark, at)));
        if space && rest.peek().is_some() {
            out.push((' ', at));
        }
    }
    drop(rest);
    *said = out;
}

/// Of two marks that meet, the one that is said.
fn stronger(a: char, b: char) -> char {
    let rank = |c: char| match c {
        '?' | '？' | '⁉' | '⁈' | '⁇' => 5,
        '!' | '！' | '‼' => 4,
        '…' | '⋯' => 3,
        '.' | '。' | '｡' => 2,
        _ => 1,
    };
    match (a, b) {
        ('.' | '…', '.') => '…',
        ('。' | '…', '。') if a == '…' => '…',
        _ if rank(b) > rank(a) => b,
        _ => a,
    }
}

/// How long a spoken character takes, in arbitrary units: a letter 1, a CJK character or digit 3, a mark the pause it makes.
pub(crate) fn weight(c: char) -> u64 {
    if is_cjk(c) || c.is_ascii_digit() {
        3
    } else if is_word(c) {
        1
    } else if is_terminal(c) {
        4
    } else if is_clausal(c) {
        2
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::speech;

    #[test]
    fn only_what_is_meant_for_the_ear_is_said() {
        for (text, expected) in [
            ("*smiles softly* Hello there.", "Hello there."),
            ("(waves) Hi! (Well, almost.) Yes (really) yes.", "Hi! Yes, really, yes."),
            ("（微笑）你好呀～今天（真的）很好！！！", "你好呀今天，真的，很好！"),
            ("I **really** like `cargo test`, _truly_.", "I really like cargo test, truly."),
            ("Great 😀🎉!!! Bye 👋🏽", "Great! Bye"),
            ("See https://www.example.com/a/b?c=d, ok?", "See example.com, ok?"),
            ("Read [the docs](https://x.org/y) [1] now", "Read the docs now"),
            ("# Title\n- one\n- two", "Title, one, two"),
            ("What?!?! No.... Well......", "What? No… Well…"),
            ("Hi :) I <3 it ^_^", "Hi I it"),
            ("It costs $3.50, 2 * 3 = 6", "It costs $3.50, 2 3 = 6"),
            ("(｡•́︿•̀｡) so sad", "so sad"),
            ("line<br>break and 2 < 3", "line break and 2 < 3"),
            ("「おはよう」と言った。", "おはようと言った。"),
            ("```\nlet x = 1;\n```", ""),
            ("…", ""),
            ("I write C#, in F# #ok", "I write C#, in F# ok"),
            ("(555) 123-4567 is mine", "555, 123-4567 is mine"),
            ("*nods*", ""),
            ("3~5 days~", "3~5 days"),
            ("午前9時〜午後5時だよ〜", "午前9時〜午後5時だよ"),
            ("snake_case_name", "snake case name"),
            ("Hmm... I see", "Hmm… I see"),
            (
                "{b}Now{/b} {color=#f00}wait{/color}{w=0.5}… {cps=20}slow{/cps}ly",
                "Now wait… slowly",
            ),
            ("One.{p}Two {size=+4}big{/size} {x: 1}", "One. Two big {x: 1}"),
            ("a {b", "a {b"),
            ("One{p}two, {plain}three", "One, two, three"),
            ("古い灯台《とうだい》だ", "古いとうだいだ"),
            ("{灯台|とうだい}と{你好|nǐ hǎo}", "とうだいと你好"),
            ("｜お茶《おちゃ》をどうぞ", "おちゃをどうぞ"),
            ("我读过《红楼梦》。", "我读过红楼梦。"),
            ("你好《nǐ hǎo》吗", "你好吗"),
            ("{rb}東京{/rb}{rt}とうきょう{/rt}へ", "とうきょうへ"),
        ] {
            assert_eq!(speech(text), expected, "{text:?}");
        }
    }
}
