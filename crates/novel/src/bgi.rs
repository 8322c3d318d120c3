//! Compiled scripts of BGI/Ethornell, version 1: 32-bit opcodes over a stack; strings lie behind the code in cp932. Built from their
//! description, tried on one game.

use crate::encoding::cp932;
use crate::error::Error;
use crate::found::{Found, row, said};
use crate::line::{Choice, Kind, Line, Source};

pub(crate) const MAGIC: &[u8] = b"BurikoCompiledScriptVer1.00\0";

/// Strings that may wait on the stack; more mean that the code was misread.
const MAX_STACK: usize = 4096;
/// Bytes of a string; a longer one has no end, and the code was misread.
const MAX_STRING: usize = 1 << 16;
/// Bytes of all strings that are pushed: each time one is, it is decoded.
const MAX_STRINGS: usize = 256 << 20;
/// Choices of a menu.
const MAX_CHOICES: usize = 64;

/// Reads a script. An unknown opcode would shift everything after it: reading stops there and says so.
pub(crate) fn read(file: &str, bytes: &[u8], found: &mut Found) -> Result<(), Error> {
    let cut = || Error::damaged("the script ends too early");
    let header = word(bytes, MAGIC.len()).ok_or_else(cut)? as usize;
    let base =
        MAGIC.len().checked_add(header).filter(|&base| base <= bytes.len()).ok_or_else(cut)?;
    let code = &bytes[base..];
    let mut reader = Reader {
        file,
        code,
        found,
        stack: Vec::new(),
        previous: 0,
        number: 0,
        strings: 0,
        offered: Vec::new(),
        furthest: 0,
        group: 0,
    };
    reader.run()
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// What follows an opcode.
enum Operands {
    /// That many numbers.
    Numbers(usize),
    /// The address of code.
    Code,
    /// The address of a string.
    String,
}

fn operands(opcode: u32) -> Operands {
    match opcode {
        0x00 | 0x02 | 0x08 | 0x09 | 0x0a | 0x17 | 0x19 | 0x3f | 0x7e => Operands::Numbers(1),
        0x01 => Operands::Code,
        0x03 => Operands::String,
        0x7b => Operands::Numbers(3),
        0x7f => Operands::Numbers(2),
        _ => Operands::Numbers(0),
    }
}

/// Highest opcode that scripts have; anything beyond is data read as code.
const MAX_OPCODE: u32 = 0x400;
/// Opcodes from here on are what a scene shows and plays; they use up all that was pushed for them.
const FIRST_OF_SCENES: u32 = 0x100;
/// Where the words of a choice stand in its record of four numbers: the picture's name, its place, the words.
const WORDS: u32 = 12;

struct Reader<'a, 'f> {
    file: &'a str,
    code: &'a [u8],
    found: &'f mut Found,
    stack: Vec<String>,
    /// The opcode before.
    previous: u32,
    /// Bytes of strings so far.
    strings: usize,
    /// The number that was pushed last.
    number: u32,
    /// Words of choices that were written into records, until they are shown.
    offered: Vec<String>,
    /// The highest address of code that was named: the script goes on at least to there.
    furthest: usize,
    group: u32,
}

impl Reader<'_, '_> {
    fn run(&mut self) -> Result<(), Error> {
        let mut at = 0;
        loop {
            let here = at;
            let Some(opcode) = word(self.code, at) else {
                return Err(Error::damaged("the script ends without its last opcode"));
            };
            at += 4;
            if opcode > MAX_OPCODE {
                self.found.unknown(&format!("opcode {opcode:#x}"));
                return Err(Error::damaged(format!(
                    "unknown opcode {opcode:#x} at {here}: what follows was not read"
                )));
            }
            let number = |index: usize| {
                word(self.code, at + 4 * index)
                    .ok_or_else(|| Error::damaged("an operand is cut off"))
            };
            match operands(opcode) {
                Operands::Numbers(count) => {
                    if count > 0 {
                        let last = number(count - 1)?;
                        if opcode == 0 {
                            self.number = last;
                        }
                    }
                    at += 4 * count;
                }
                Operands::Code => {
                    self.furthest = self.furthest.max(number(0)? as usize);
                    at += 4;
                }
                Operands::String => {
                    let address = number(0)? as usize;
                    at += 4;
                    let rest = self
                        .code
                        .get(address..)
                        .ok_or_else(|| Error::damaged("a string lies outside the script"))?;
                    let text = cp932(&rest[..rest.len().min(MAX_STRING)]);
                    self.strings += text.len();
                    if self.strings > MAX_STRINGS {
                        return Err(Error::TooLarge("the strings of a script".to_owned()));
                    }
                    self.stack.push(text);
                    if self.stack.len() > MAX_STACK {
                        self.stack.clear();
                    }
                }
            }
            self.act(opcode, here);
            self.previous = opcode;
            if matches!(opcode, 0x1b | 0xf4) && self.furthest <= here {
                return Ok(());
            }
        }
    }

    fn act(&mut self, opcode: u32, here: usize) {
        match opcode {
            0x140 | 0x143 => {
                if let Some(text) = self.stack.pop() {
                    let name = self.stack.pop().filter(|name| !name.is_empty());
                    self.stack.clear();
                    let plain = text.replace("\\n", "\n").trim().to_owned();
                    let mut line = said(self.row(here, text, plain), name.as_deref());
                    line.speaker_id.clone_from(&line.speaker);
                    self.found.push(line);
                }
            }
            // A string that is written to memory: the fields of a menu's records, one after the other.
            0x09 if self.previous == 0x03 => {
                let written = self.stack.pop();
                if self.number == WORDS && self.offered.len() < MAX_CHOICES {
                    self.offered.extend(written.filter(|words| !self.offered.contains(words)));
                }
            }
            0x160 => {
                let texts = std::mem::take(&mut self.stack);
                self.choices(texts, here);
            }
            // A menu of pictures, whose words the backlog shows.
            0x164 => {
                let texts = std::mem::take(&mut self.offered);
                self.choices(texts, here);
            }
            0x1c => {
                if self.stack.last().is_some_and(|name| name == "_SelectEx") {
                    self.stack.pop();
                    let texts = std::mem::take(&mut self.stack);
                    self.choices(texts, here);
                }
                self.stack.clear();
            }
            // Strings for these are files, flags and readings: never the name of who speaks next.
            0x7e | 0x7f | 0xfe | FIRST_OF_SCENES.. => self.stack.clear(),
            _ => {}
        }
    }

    fn choices(&mut self, texts: Vec<String>, here: usize) {
        self.group += 1;
        for (n, text) in (0u32..).zip(texts) {
            let choice = Choice {
                group: format!("{}:{}", self.file, self.group),
                n,
                line: None,
                target: None,
                condition: None,
            };
            let plain = text.trim().to_owned();
            let line =
                Line { kind: Kind::Choice, choice: Some(choice), ..self.row(here, text, plain) };
            self.found.push(line);
        }
    }

    fn row(&self, here: usize, text: String, plain: String) -> Line {
        let source = Source { file: self.file.to_owned(), line: None, offset: Some(here as u64) };
        Line { source, ..row(self.file, self.file, 0, text, plain) }
    }
}
