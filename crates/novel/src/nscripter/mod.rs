//! NScripter and ONScripter: `nscript.dat` (every byte XOR 0x84), `0.txt`, `00.txt`, `0.utf`.
//!
//! Lines that begin with a letter are commands, lines that begin with a wide character, a backquote or `^` are text. `\` ends a
//! page, `@` only waits: several people may speak on one. Names stand in 【】 or [], or before 「 at the beginning of what is said.

mod known;
mod named;

use std::collections::HashSet;

use crate::files::Script;
use crate::found::{Found, row, said};
use crate::line::{Choice, Kind, Line};
use crate::words::{Words, words};
use named::{Closing, Named, Names, Quotation};

/// Reads all parts of a script in order.
pub(crate) fn read(scripts: &[Script], found: &mut Found) {
    let known = words(known::COMMANDS);
    let mut own = HashSet::new();
    for script in scripts {
        for line in script.text.lines() {
            if let Some(rest) = line.trim_start().strip_prefix("defsub") {
                own.insert(rest.trim().trim_end_matches([':', ';']).to_lowercase());
            }
        }
    }
    let names = Names::collect(scripts.iter().flat_map(|script| script.text.lines()));
    let game = Game { known: &known, own: &own, names: &names };
    for script in scripts {
        Reader::new(&script.path, game, found).read(&script.text);
    }
}

/// Makes `nscript.dat` readable.
pub(crate) fn unxor(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte ^ 0x84).collect()
}

/// Whether bytes are a script under XOR 0x84: mostly text, with the line breaks and marks of one.
pub(crate) fn is_xored(head: &[u8]) -> bool {
    let plain = unxor(&head[..head.len().min(4096)]);
    let lines: Vec<&[u8]> = plain.split(|&byte| byte == b'\n').collect();
    let marks = lines.iter().filter(|line| matches!(line.first(), Some(b';' | b'*'))).count();
    lines.len() > 3
        && marks > 0
        && !plain.iter().any(|&byte| byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x1a))
}

/// What all scripts of a game have in common.
#[derive(Clone, Copy)]
struct Game<'a> {
    known: &'a Words,
    own: &'a HashSet<String>,
    names: &'a Names,
}

struct Reader<'a, 'f> {
    file: &'a str,
    game: Game<'a>,
    found: &'f mut Found,
    scene: String,
    text: String,
    plain: String,
    speaker: Option<String>,
    /// The name stands by itself (`【綾】`), for all that the page says, and not before one quotation.
    headed: bool,
    quotation: Quotation,
    /// Where the line began, or what follows a wait, in `text`; none once something of it was shown.
    fresh: Option<usize>,
    began: u32,
    interpolated: bool,
    /// The voice that was played last, and the one of the message.
    played: Option<String>,
    voice: Option<String>,
    /// A selection that goes on in the next line.
    selecting: Option<(String, u32)>,
}

impl<'a, 'f> Reader<'a, 'f> {
    fn new(file: &'a str, game: Game<'a>, found: &'f mut Found) -> Self {
        Self {
            file,
            game,
            found,
            scene: file.to_owned(),
            text: String::new(),
            plain: String::new(),
            speaker: None,
            headed: false,
            quotation: Quotation::default(),
            fresh: None,
            began: 0,
            interpolated: false,
            played: None,
            voice: None,
            selecting: None,
        }
    }

    fn read(&mut self, text: &str) {
        for (index, line) in text.lines().enumerate() {
            let number = index as u32 + 1;
            let line = line.trim_matches([' ', '\t', '\r', '\u{feff}', '\u{1a}']);
            if let Some((mut so_far, began)) = self.selecting.take() {
                so_far.push_str(line);
                self.select(so_far, began);
                continue;
            }
            match line.chars().next() {
                None | Some(';' | '~') => {}
                Some('*') => {
                    self.flush();
                    self.scene = format!(
                        "{}{}",
                        self.file,
                        line.split([' ', ':', ';']).next().unwrap_or(line)
                    );
                }
                Some('`' | '^' | '>') => self.message(line, number),
                Some(c) if !c.is_ascii() => self.message(line, number),
                Some('\\' | '@' | '/' | '!' | '#' | '%' | '$' | '"' | '[') => {
                    self.message(line, number);
                }
                Some(_) => self.commands(line, number),
            }
        }
        self.flush();
    }

    /// One or more commands, separated by `:`.
    fn commands(&mut self, line: &str, number: u32) {
        let mut rest = line;
        while !rest.is_empty() {
            let end = separator(rest);
            let statement = rest[..end].trim();
            rest = rest[end..].trim_start_matches([':', ' ', '\t']);
            if rest.starts_with(';') {
                rest = "";
            }
            let Some(first) = statement.chars().next() else { continue };
            if first == '`' || first == '^' || !first.is_ascii() {
                self.message(statement, number);
            } else {
                self.command(statement, number);
            }
        }
    }

    fn command(&mut self, statement: &str, number: u32) {
        let name_end = statement
            .find(|c: char| !(c == '_' || c.is_ascii_alphanumeric()))
            .unwrap_or(statement.len());
        let name = statement[..name_end].to_lowercase();
        let rest = statement[name_end..].trim_start();
        match name.as_str() {
            "select" | "selgosub" | "selnum" | "csel" => {
                self.flush();
                self.select(rest.to_owned(), number);
            }
            "dwave" | "dv" | "wave" => {
                self.played = rest
                    .split(['"', ','])
                    .map(str::trim)
                    .find(|part| part.contains('.'))
                    .map(str::to_owned);
            }
            "goto" | "gosub" | "return" | "end" | "textclear" => self.flush(),
            "br" => {
                if !self.plain.is_empty() {
                    self.plain.push('\n');
                    self.text.push('\n');
                }
            }
            // Text in an argument, for the end of an `if`; it is shown as a line of the script is.
            "puttext" if !self.game.own.contains("puttext") => self.put_text(rest, number),
            "if" | "notif" if !self.game.own.contains("puttext") => {
                if let Some(shown) = put_behind_condition(rest) {
                    self.put_text(shown, number);
                }
            }
            _ if self.game.own.contains(&name) || self.is_known(&name) => {}
            "" => {}
            _ => self.found.unknown(&name),
        }
    }

    /// A command, a variant of one (`lsph` of `lsp`), or the engine's own where a game has another of that name (`_ld`).
    fn is_known(&self, name: &str) -> bool {
        let name = name.strip_prefix('_').unwrap_or(name);
        (3..=name.len())
            .rev()
            .any(|end| name.get(..end).is_some_and(|part| self.game.known.contains(part)))
            || self.game.known.contains(name)
    }

    /// `"text",*label,"text",*label`; a comma at the end goes on in the next line.
    fn select(&mut self, rest: String, began: u32) {
        if rest.trim_end().ends_with(',') && rest.len() < 1 << 16 {
            self.selecting = Some((rest, began));
            return;
        }
        let mut n = 0;
        let mut pending: Option<String> = None;
        for part in parts(&rest) {
            let part = part.trim();
            if let Some(label) = part.strip_prefix('*') {
                if let Some(text) = pending.take() {
                    self.choice(text, Some(label), n, began);
                    n += 1;
                }
            } else if part.len() > 1
                && part.starts_with(['"', '`'])
                && let Some(text) = pending.replace(part.trim_matches(['"', '`']).to_owned())
            {
                self.choice(text, None, n, began);
                n += 1;
            }
        }
        if let Some(text) = pending {
            self.choice(text, None, n, began);
        }
    }

    fn choice(&mut self, text: String, target: Option<&str>, n: u32, number: u32) {
        let choice = Choice {
            group: format!("{}:{number}", self.file),
            n,
            line: Some(number),
            target: target.map(|target| target.trim().to_owned()),
            condition: None,
        };
        let plain = text.replace(['@', '\\'], "").trim().to_owned();
        let line = Line {
            kind: Kind::Choice,
            choice: Some(choice),
            ..row(&self.scene, self.file, number, text, plain)
        };
        self.found.push(line);
    }

    /// The argument of `puttext`: strings and variables with `+` between them.
    fn put_text(&mut self, argument: &str, number: u32) {
        let mut text = String::new();
        let mut quote = None;
        for c in argument.chars() {
            match quote {
                Some(open) if c == open => quote = None,
                None if matches!(c, '"' | '`') => quote = Some(c),
                None if c == '+' || c.is_whitespace() => {}
                Some(_) | None => text.push(c),
            }
        }
        self.message(&text, number);
    }

    /// A line of text, with its codes.
    fn message(&mut self, line: &str, number: u32) {
        let closing = Closing::of(line);
        // A line that ended in `/` goes on in this one.
        if self.plain.is_empty() || self.plain.ends_with('\n') {
            self.fresh = Some(self.text.len());
        }
        // `>` at the beginning says that narrow letters follow.
        let mut rest = line.strip_prefix('>').unwrap_or(line);
        while let Some(c) = rest.chars().next() {
            let width = c.len_utf8();
            let mut used = width;
            match c {
                '\\' => {
                    self.text.push('\\');
                    self.flush();
                    self.fresh = Some(0);
                }
                '@' => {
                    self.text.push('@');
                    self.fresh = Some(self.text.len());
                }
                '`' | '^' => {}
                '/' if rest.len() == 1 => {}
                '!' if code(rest) > 0 => {
                    used = code(rest);
                    self.text.push_str(&rest[..used]);
                }
                '#' if rest.len() > 6
                    && rest.as_bytes()[1..7].iter().all(u8::is_ascii_hexdigit) =>
                {
                    used = 7;
                    self.text.push_str(&rest[..used]);
                }
                '%' | '$'
                    if rest[1..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') =>
                {
                    used = 1 + rest[1..]
                        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                        .unwrap_or(rest.len() - 1);
                    self.begin(rest, closing.whole(line, rest));
                    self.text.push_str(&rest[..used]);
                    self.interpolated = true;
                }
                _ => {
                    let named = self.begin(rest, closing.whole(line, rest));
                    if self.plain.is_empty() {
                        self.began = number;
                    }
                    if named > 0 {
                        rest = &rest[named..];
                        continue;
                    }
                    self.text.push(c);
                    self.plain.push(c);
                    self.quotation.push(c);
                }
            }
            rest = &rest[used..];
        }
        if !self.plain.is_empty() && !line.ends_with('/') {
            self.plain.push('\n');
            self.text.push('\n');
        }
    }

    /// Called before the first thing that a line, or what follows a wait, shows. What was said before ends here if somebody else is
    /// named, or if it was a quotation and this is none. Gives the bytes that a name takes.
    fn begin(&mut self, rest: &str, whole: bool) -> usize {
        let Some(from) = self.fresh.take() else { return 0 };
        if self.quotation.is_open() {
            self.go_on();
            return 0;
        }
        let said = rest.trim_start();
        let named = named::name(said, whole, self.game.names);
        let told = self.speaker.is_some()
            && self.quotation.is_closed()
            && !(self.headed && named::opens(said));
        if self.quotation.began() && (named.is_some() || told) {
            // Codes in front of this line belong to it.
            let codes = self.text.split_off(from);
            self.flush();
            self.text = codes;
        }
        self.go_on();
        let Some(Named { name, length, headed }) = named else { return 0 };
        let length = rest.len() - said.len() + length;
        self.speaker = Some(name.to_owned());
        self.headed = headed;
        self.text.push_str(&rest[..length]);
        length
    }

    /// The voice that was played goes with what is said now; what was begun has its own.
    fn go_on(&mut self) {
        let played = self.played.take();
        self.voice = if self.quotation.began() {
            self.voice.take().or(played)
        } else {
            played.or(self.voice.take())
        };
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let plain = std::mem::take(&mut self.plain).trim().to_owned();
        let interpolated = std::mem::take(&mut self.interpolated);
        let speaker = self.speaker.take();
        self.quotation = Quotation::default();
        self.headed = false;
        if plain.is_empty() && !interpolated {
            return;
        }
        let mut line =
            row(&self.scene, self.file, self.began.max(1), text.trim().to_owned(), plain);
        line.interpolated = interpolated;
        line.voice = self.voice.take();
        line.speaker_id.clone_from(&speaker);
        self.found.push(said(line, speaker.as_deref()));
    }
}

/// What `puttext` shows at the end of `if %0=1 puttext "…"`.
fn put_behind_condition(rest: &str) -> Option<&str> {
    let (at, word) = rest.match_indices("puttext").find(|(at, word)| {
        rest[..*at].ends_with([' ', '\t'])
            && rest[at + word.len()..].starts_with([' ', '\t', '"', '`', '$'])
    })?;
    Some(&rest[at + word.len()..])
}

/// Length of an inline code (`!w500`, `!sd`, `!d100`, `!s20`); 0 if it is none.
fn code(text: &str) -> usize {
    if text.starts_with("!sd") {
        return 3;
    }
    if !(text.starts_with("!w") || text.starts_with("!d") || text.starts_with("!s")) {
        return 0;
    }
    let digits = text[2..].bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 { 0 } else { 2 + digits }
}

/// Where the statement ends: a `:` or `;` outside quotes.
fn separator(text: &str) -> usize {
    unquoted(text, [':', ';']).find(|&at| at > 0).unwrap_or(text.len())
}

/// Parts between commas outside quotes.
fn parts(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    for at in unquoted(text, [',', ',']) {
        out.push(&text[from..at]);
        from = at + 1;
    }
    out.push(&text[from..]);
    out
}

/// Places of either mark outside `"…"` and `` `…` ``.
fn unquoted(text: &str, marks: [char; 2]) -> impl Iterator<Item = usize> + '_ {
    let mut quote = None;
    text.char_indices().filter_map(move |(at, c)| {
        if let Some(open) = quote {
            if c == open {
                quote = None;
            }
            return None;
        }
        if matches!(c, '"' | '`') {
            quote = Some(c);
        }
        marks.contains(&c).then_some(at)
    })
}
