//! NScripter and ONScripter: `nscript.dat` (every byte XOR 0x84), `0.txt`, `00.txt`, `0.utf`.
//!
//! Lines that begin with a letter are commands, lines that begin with a wide character, a backquote or `^` are text. `\` ends a
//! page. Names stand in 【】 or, before a quotation or alone on a line, in []; or before 「 at the beginning of a message.

use std::collections::HashSet;

use crate::files::Script;
use crate::found::{Found, row, said};
use crate::line::{Choice, Kind, Line};
use crate::words::{Words, words};

/// Commands that show no message, without the leading letter variants (`lsp`, `lsph` …), which are matched by beginning.
const COMMANDS: &str = "\
    abssetcursor add allsphide allspresume amsp arc atoi automode autoclick avi bar bg bgalias bgcopy bgm \
    bgmfadein bgmfadeout bgmonce bgmstop bgmvol blt br break btn btndef btndown btntime btnwait caption cell \
    cellcheck checkpage chkcdfile chvol cl click clickpos clickskippage clickstr clickvoice cmp cos csel cselbtn \
    cselgoto csp cursor date debuglog dec defaultfont defaultspeed definereset defmp3vol defsevol defsub \
    defvoicevol delay deletescreenshot dim disabledeferred div drawbg drawclear drawfill drawsp drawtext draw \
    dsound dv dwave effect effectblank effectcut end erasetextwindow errorsave exbtn exec_dll existspbtn fileexist \
    filelog fileremove fontsize for game getbgmvol getbtntimer getcselnum getcselstr getcursor getcursorpos \
    getenter getfunction getlog getmouse getmp3vol getpage getparam getret getscreenshot getsevol getskipoff \
    getspmode getspsize gettab gettag gettext gettimer getversion getvoicevol getzxc globalon gosub goto \
    humanorder humanpos humanz if inc indent input insertmenu intlimit ispage isdown isfull isskip itoa jumpb \
    jumpf kidokumode kidokuskip killmenu kinsoku labellog layermessage ld len linepage lmessage lmenu loadgame \
    loadscript locate log logsp lookback lookbackbutton lookbackcolor lookbackflush lookbackvoice lsp lr_trap \
    maxkaisoupage menu mesbox mid minimize mod mode_ext mode_saya mode_wave monocro mouse mov mp3 mpegplay movie \
    msp mul nega next nextcsel notif nsa ns2 ns3 nsadir numalias ofscpy palette play playonce playstop \
    pretextgosub print prnum puttext quake quakex quakey repaint reset resettimer resetmenu return rgosub \
    rlookback rmenu rmode rnd roff rubyoff rubyon sar saveon saveoff savefileexist savegame savename savenumber \
    savepoint savescreenshot savedir savetime scenemenu screenshot se select selectbtnwait selectcolor selectvoice \
    selgosub selnum setcursor setlayer setwindow setwindow2 sevol shadedistance sin skip skipoff soundpressplgin \
    sp_rgb spbtn spclclk split splitstring spreload spstr spwait stop stralias strsp sub systemcall tab tal tan \
    tateyoko texec textclear textcolor textgosub texthide textoff texton textshow textspeed textspeeddefault time \
    transbtn transmode trap underline useescspc usewheel usewindow usewindow3 versionstr voicevol vsp wait \
    waittimer wave waveloop wavestop windowback windoweffect windowerase zenkakko xscapestr dwaveload dwaveloop \
    dwaveplay dwaveplayloop dwavestop loopbgm loopbgmstop stdout windowchip addnsadir english_mode haruka gameid \
    pagetag nogetpage r_trap rsubmenu spevent dllefile setkinsoku addkinsoku langen langjp showlangen showlangjp \
    h_mapfont d w checkenglish flushout loadgosub textbtnwait";

/// Reads all parts of a script in order.
pub(crate) fn read(scripts: &[Script], found: &mut Found) {
    let known = words(COMMANDS);
    let mut own = HashSet::new();
    for script in scripts {
        for line in script.text.lines() {
            if let Some(rest) = line.trim_start().strip_prefix("defsub") {
                own.insert(rest.trim().trim_end_matches([':', ';']).to_lowercase());
            }
        }
    }
    for script in scripts {
        let mut reader = Reader::new(&script.path, &known, &own, found);
        reader.read(&script.text);
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

struct Reader<'a, 'f> {
    file: &'a str,
    known: &'a Words,
    own: &'a HashSet<String>,
    found: &'f mut Found,
    scene: String,
    text: String,
    plain: String,
    speaker: Option<String>,
    began: u32,
    interpolated: bool,
    voice: Option<String>,
    /// A selection that goes on in the next line.
    selecting: Option<(String, u32)>,
}

impl<'a, 'f> Reader<'a, 'f> {
    fn new(
        file: &'a str,
        known: &'a Words,
        own: &'a HashSet<String>,
        found: &'f mut Found,
    ) -> Self {
        Self {
            file,
            known,
            own,
            found,
            scene: file.to_owned(),
            text: String::new(),
            plain: String::new(),
            speaker: None,
            began: 0,
            interpolated: false,
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
                self.voice = rest
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
            _ if self.own.contains(&name) || self.is_known(&name) => {}
            "" => {}
            _ => self.found.unknown(&name),
        }
    }

    /// A command, a variant of one (`lsph` of `lsp`), or the engine's own where a game has another of that name (`_ld`).
    fn is_known(&self, name: &str) -> bool {
        let name = name.strip_prefix('_').unwrap_or(name);
        (3..=name.len())
            .rev()
            .any(|end| name.get(..end).is_some_and(|part| self.known.contains(part)))
            || self.known.contains(name)
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

    /// A line of text, with its codes.
    fn message(&mut self, line: &str, number: u32) {
        // `>` at the beginning says that narrow letters follow.
        let mut rest = line.strip_prefix('>').unwrap_or(line);
        while let Some(c) = rest.chars().next() {
            let width = c.len_utf8();
            let mut used = width;
            match c {
                '\\' => {
                    self.text.push('\\');
                    self.flush();
                }
                '@' => self.text.push('@'),
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
                    self.text.push_str(&rest[..used]);
                    self.interpolated = true;
                }
                _ => {
                    if self.plain.is_empty() {
                        self.began = number;
                        if let Some((name, length)) = name(rest) {
                            self.speaker = Some(name.to_owned());
                            self.text.push_str(&rest[..length]);
                            rest = &rest[length..];
                            continue;
                        }
                    }
                    self.text.push(c);
                    self.plain.push(c);
                }
            }
            rest = &rest[used..];
        }
        if !self.plain.is_empty() && !line.ends_with('/') {
            self.plain.push('\n');
            self.text.push('\n');
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let plain = std::mem::take(&mut self.plain).trim().to_owned();
        let interpolated = std::mem::take(&mut self.interpolated);
        let speaker = self.speaker.take();
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

/// 【name】, [name], or a short name directly before 「 or 『; and how many bytes it takes.
fn name(text: &str) -> Option<(&str, usize)> {
    if let Some((name, after)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let length = name.len() + 2;
        // `[name/voice]`; a whole page in brackets is no name.
        let name = name.split('/').next().unwrap_or(name).trim();
        let short = !name.is_empty() && name.chars().count() <= 24;
        let after = after.trim_start();
        let speaks = after.is_empty() || after.starts_with(['"', '“', '「', '『', '（']);
        return (short && speaks).then_some((name, length));
    }
    for (open, close) in [('【', '】'), ('［', '］')] {
        if let Some((name, _)) = text.strip_prefix(open).and_then(|rest| rest.split_once(close)) {
            if name.is_empty() || name.chars().count() > 24 {
                return None;
            }
            return Some((name.trim(), open.len_utf8() + name.len() + close.len_utf8()));
        }
    }
    let at = text.find(['「', '『'])?;
    let name = &text[..at];
    let short = !name.is_empty() && name.chars().count() <= 12;
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '・' | '？' | '＆' | 'ー'));
    // A name is followed by the whole line: `私は「はい」と言った` is no name.
    let whole = text.trim_end().trim_end_matches(['\\', '@', '/', '`']).ends_with(['」', '』'])
        || !text.contains(['」', '』']);
    let particle = name.ends_with(['は', 'が', 'を', 'に', 'で', 'と', 'の', 'も', 'へ']);
    (short && plain && whole && !particle).then_some((name, at))
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
