//! HTML: the words of a page under its headings. Tokens only, no tree: depth costs nothing, and nothing in a page is run or fetched.

use std::cell::{Cell, RefCell};
use std::io::BufRead;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::Sink;
use crate::error::{Refusal, Stop};
use crate::piece::{Headings, Piece, Place, single_spaced};

/// Longest block that is held.
const BLOCK: usize = 1 << 16;
/// Longest cell, in bytes, whose paragraphs are one: what is longer stands in a table that only lays the page out.
const CELL: usize = 200;
/// Longest heading, in characters, that says all of itself above what stands under it.
const HEADING: usize = 120;

pub(super) fn read(text: impl BufRead, sink: Sink<'_>) -> Result<Option<String>, Stop> {
    read_at(text, Place::Whole, sink)
}

/// A page that is part of something: its places are all the same.
pub(super) fn read_at(
    mut text: impl BufRead,
    place: Place,
    sink: Sink<'_>,
) -> Result<Option<String>, Stop> {
    let words = Words {
        place,
        state: RefCell::default(),
        sink: RefCell::new(sink),
        stopped: RefCell::default(),
        quiet: Cell::default(),
    };
    let tokenizer = Tokenizer::new(words, TokenizerOpts::default());
    let queue = BufferQueue::default();
    loop {
        let buffer = text.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        let whole = match std::str::from_utf8(buffer) {
            Ok(text) => text,
            Err(error) if error.valid_up_to() > 0 => {
                std::str::from_utf8(&buffer[..error.valid_up_to()]).unwrap_or_default()
            }
            // `Utf8` never gives half a letter.
            Err(error) => return Err(Refusal::Damaged(error.to_string()).into()),
        };
        let count = whole.len();
        queue.push_back(whole.into());
        text.consume(count);
        let _scripts_are_not_run = tokenizer.feed(&queue);
        if let Some(stop) = tokenizer.sink.stopped.borrow_mut().take() {
            return Err(stop);
        }
    }
    tokenizer.end();
    let words = &tokenizer.sink;
    words.give();
    if let Some(stop) = words.stopped.borrow_mut().take() {
        return Err(stop);
    }
    let title = single_spaced(&words.state.borrow().title);
    Ok(Some(title).filter(|title| !title.is_empty()))
}

#[derive(Default)]
struct State {
    block: String,
    title: String,
    headings: Headings,
    in_title: bool,
    /// Where in the block the cell of a table begins that is being read.
    cell: Option<usize>,
    /// Line ends count.
    in_pre: bool,
}

struct Words<'a> {
    place: Place,
    state: RefCell<State>,
    sink: RefCell<Sink<'a>>,
    stopped: RefCell<Option<Stop>>,
    /// Within something that is not read.
    quiet: Cell<bool>,
}

impl Words<'_> {
    /// Gives the block on.
    fn give(&self) {
        let mut state = self.state.borrow_mut();
        state.cell = None;
        // Cells with nothing in them are nothing.
        if state.block.chars().all(|c| c.is_whitespace() || c == '|') {
            state.block.clear();
            return;
        }
        let text = std::mem::take(&mut state.block);
        let piece = Piece { place: self.place, heading: state.headings.path(), text };
        if self.stopped.borrow().is_none()
            && let Err(stop) = (self.sink.borrow_mut())(piece)
        {
            *self.stopped.borrow_mut() = Some(stop);
        }
    }

    /// Gives a block on that is as long as one may be.
    fn bound(&self) {
        let full = self.state.borrow().block.len() > BLOCK;
        if full {
            self.give();
        }
    }

    /// In a cell that has been short so far.
    fn in_cell(&self) -> bool {
        let state = self.state.borrow();
        state.cell.is_some_and(|from| state.block.len() < from + CELL)
    }

    /// Where a cell, a row or a list's member begins or ends.
    fn part(&self, name: &str, start: bool) {
        let mut state = self.state.borrow_mut();
        match name {
            "td" | "th" if start => {
                // Many leave the end of a cell to the next one.
                if state.cell.is_some() {
                    state.block.push_str(" | ");
                }
                state.cell = Some(state.block.len());
            }
            // Of a cell that was given on nothing is left to part from the next.
            "td" | "th" => {
                let parts = if state.cell.take().is_some() { " | " } else { "" };
                state.block.push_str(parts);
            }
            _ if start => {
                if !state.block.is_empty() {
                    state.block.push('\n');
                }
                match name {
                    "li" => state.block.push_str("- "),
                    "tr" => state.cell = None,
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let start = tag.kind == TagKind::StartTag;
        match &*tag.name {
            "script" if start => {
                self.quiet.set(true);
                return TokenSinkResult::RawData(RawKind::ScriptData);
            }
            "style" | "noscript" | "iframe" | "xmp" if start => {
                self.quiet.set(true);
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            "textarea" if start => {
                self.quiet.set(true);
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            "title" if start && !tag.self_closing => {
                // The first is the page's; what comes later are those of drawings in it.
                let mut state = self.state.borrow_mut();
                if state.title.is_empty() {
                    state.in_title = true;
                } else {
                    self.quiet.set(true);
                }
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            "script" | "style" | "noscript" | "iframe" | "xmp" | "textarea" => {
                self.quiet.set(false);
            }
            "title" => {
                self.state.borrow_mut().in_title = false;
                self.quiet.set(false);
            }
            "br" => self.state.borrow_mut().block.push('\n'),
            "td" | "th" | "tr" | "li" | "dt" | "dd" => self.part(&tag.name, start),
            // Readings above Japanese words would stand in the middle of them.
            "rt" | "rp" => self.quiet.set(start),
            "ruby" if !start => self.quiet.set(false),
            name => {
                if let Some(level) = heading(name) {
                    if start {
                        self.give();
                    } else {
                        let mut state = self.state.borrow_mut();
                        let text = std::mem::take(&mut state.block);
                        state.headings.open(level, &text);
                        if text.chars().count() > HEADING {
                            state.block = text;
                            drop(state);
                            self.give();
                        }
                    }
                } else if is_block(name) {
                    if name != "table" && self.in_cell() {
                        self.state.borrow_mut().block.push(' ');
                    } else {
                        self.give();
                    }
                    if name == "pre" {
                        self.state.borrow_mut().in_pre = start;
                    }
                }
            }
        }
        TokenSinkResult::Continue
    }
}

fn heading(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "main"
            | "header"
            | "footer"
            | "aside"
            | "nav"
            | "body"
            | "ul"
            | "ol"
            | "dl"
            | "table"
            | "blockquote"
            | "pre"
            | "figure"
            | "figcaption"
            | "hr"
            | "form"
            | "fieldset"
            | "address"
            | "details"
            | "summary"
            | "caption"
    )
}

impl TokenSink for Words<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                let next = self.tag(&tag);
                self.bound();
                next
            }
            Token::CharacterTokens(text) => {
                if !self.quiet.get() {
                    let mut state = self.state.borrow_mut();
                    if state.in_title {
                        let room = 1000usize.saturating_sub(state.title.len());
                        state.title.push_str(words::beginning(&text, room));
                    } else {
                        if state.in_pre {
                            state.block.push_str(&text);
                        } else {
                            let spaced = |c: char| if c == '\n' || c == '\r' { ' ' } else { c };
                            state.block.extend(text.chars().map(spaced));
                        }
                        drop(state);
                        self.bound();
                    }
                }
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}
