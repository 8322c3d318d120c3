//! PDF: the letters of each page in the order in which they are drawn, put together into lines and paragraphs by where they stand.
//!
//! `hayro` follows the drawing instructions; nothing is drawn. It runs on a thread of its own with a stack of its own, and what it
//! is made to do by a hostile file is counted and ended.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use hayro_cmap::BfString;
use hayro_interpret::font::GlyphRun;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, interpret_page,
};
use hayro_syntax::{LoadPdfError, Pdf, PdfData};
use kurbo::{Affine, BezPath, Point, Rect};

use super::pdf_codes::Codes;
use super::{About, Format, Sink, inflate};
use crate::error::{Refusal, Stop};
use crate::piece::{Piece, Place};

/// Most pages.
const PAGES: usize = 20_000;
/// Most things that are drawn on a page; a page that draws more is ended there.
const STEPS: usize = 2_000_000;
/// Longest time for a page.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most letters of a page.
const LETTERS: usize = 1 << 20;
/// Letters that are looked back at for one that is drawn twice.
const RECENT: usize = 128;
/// Stack of the reading thread: the library follows forms within forms by calling itself.
const STACK: usize = 64 << 20;
/// Pages read ahead.
const AHEAD: usize = 4;

/// What the thread sends.
enum News {
    Page(u32, Vec<String>),
    Done { pages: usize, pictures: usize, letters: usize, illegible: usize, title: Option<String> },
    Refused(Refusal),
}

pub(super) fn read(bytes: Vec<u8>, sink: Sink<'_>) -> Result<About, Stop> {
    inflate::within_bounds(&bytes)?;
    let is_whole = has_an_end(&bytes);
    let (to, from) = sync_channel(AHEAD);
    let thread = std::thread::Builder::new()
        .name("pdf".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            let sender = to.clone();
            if catch_unwind(AssertUnwindSafe(|| pages(bytes, &to))).is_err() {
                let reason = "the program that reads PDFs stumbled over it".to_owned();
                let _nobody_listens = sender.send(News::Refused(Refusal::Damaged(reason)));
            }
        })
        .map_err(Refusal::Open)?;
    let result = receive(&from, is_whole, sink);
    // Whoever still sends finds nobody there and ends.
    drop(from);
    let _its_panic_was_told = thread.join();
    result
}

/// Whether the mark stands in it with which a PDF ends, and behind which only little may stand.
fn has_an_end(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(4096)..];
    tail.windows(5).any(|window| window == b"%%EOF")
}

fn receive(
    from: &std::sync::mpsc::Receiver<News>,
    is_whole: bool,
    sink: Sink<'_>,
) -> Result<About, Stop> {
    while let Ok(news) = from.recv() {
        match news {
            News::Page(number, paragraphs) => {
                for text in paragraphs {
                    sink(Piece { place: Place::Page(number), heading: String::new(), text })?;
                }
            }
            News::Refused(refusal) => return Err(refusal.into()),
            News::Done { pages, pictures, letters, illegible, title } => {
                if illegible > letters {
                    return Err(Refusal::Illegible.into());
                }
                // A stamp or a page number is no text.
                if letters < pages * 4 && pictures > 0 {
                    return Err(Refusal::Scanned { pages }.into());
                }
                // What can be put together again of one that was cut off is read; of this nothing could be.
                if letters == 0 && (pages == 0 || !is_whole) {
                    return Err(Refusal::Damaged("its end is missing".to_owned()).into());
                }
                return Ok(About { format: Format::Pdf, title });
            }
        }
    }
    Err(Refusal::Damaged("reading it ended before its end".to_owned()).into())
}

fn pages(bytes: Vec<u8>, to: &SyncSender<News>) {
    let data: PdfData = bytes.into();
    let pdf = match Pdf::new(data) {
        Ok(pdf) => pdf,
        Err(error) => {
            let refusal = match error {
                // Locked in a way that the library finds wrong or does not know is locked all the same.
                LoadPdfError::Decryption(_) => Refusal::Protected,
                LoadPdfError::Invalid => Refusal::Damaged("it has no list of pages".to_owned()),
            };
            let _nobody_listens = to.send(News::Refused(refusal));
            return;
        }
    };
    let title = pdf.metadata().title.as_deref().and_then(text_string);
    let cache = InterpreterCache::new();
    let (mut pictures, mut letters, mut illegible) = (0, 0, 0);
    let count = pdf.pages().len().min(PAGES);
    for (at, page) in pdf.pages().iter().take(PAGES).enumerate() {
        let mut context = Context::new(
            Affine::IDENTITY,
            Rect::new(0.0, 0.0, 1.0, 1.0),
            &cache,
            pdf.xref(),
            InterpreterSettings::default(),
        );
        let mut letters_of = Letters::new(Codes::of(page));
        // A page that is broken or too much costs itself, not the book.
        let done = catch_unwind(AssertUnwindSafe(|| {
            interpret_page(page, &mut context, &mut letters_of);
        }));
        if done.is_err() {
            tracing::debug!(page = at + 1, "a page of a PDF was not read to its end");
        }
        pictures += letters_of.pictures;
        letters += letters_of.legible;
        illegible += letters_of.illegible;
        let paragraphs = letters_of.paragraphs();
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        if to.send(News::Page(number, paragraphs)).is_err() {
            return;
        }
    }
    let _nobody_listens = to.send(News::Done { pages: count, pictures, letters, illegible, title });
}

/// UTF-16 with a mark, UTF-8 with a mark, else Latin.
fn text_string(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => {
            encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned()
        }
        [0xff, 0xfe, rest @ ..] => {
            encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned()
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        latin => latin.iter().map(|&byte| char::from(byte)).collect(),
    };
    let text = crate::piece::single_spaced(&text.replace('\0', ""));
    (!text.is_empty()).then_some(text)
}

/// Marks the end of a page that draws without end; no panic, so no hook runs.
struct Enough;

/// A line of text.
#[derive(Default)]
struct Row {
    text: String,
    /// Where it stands across the direction of its writing, and how large its letters are.
    across: f64,
    size: f64,
    vertical: bool,
}

struct Letters {
    began: Instant,
    /// What codes mean whose font does not say it.
    codes: Option<Codes>,
    rows: Vec<Row>,
    /// The last letters: where no bold font is at hand, each is drawn twice, a hair apart.
    recent: VecDeque<(Option<char>, Placed)>,
    /// Where the last letter ended, along the direction of writing.
    end: f64,
    steps: usize,
    legible: usize,
    illegible: usize,
    pictures: usize,
}

impl Letters {
    fn new(codes: Option<Codes>) -> Self {
        Self {
            codes,
            began: Instant::now(),
            rows: Vec::new(),
            recent: VecDeque::new(),
            end: 0.0,
            steps: 0,
            legible: 0,
            illegible: 0,
            pictures: 0,
        }
    }

    fn step(&mut self) {
        self.steps += 1;
        let late = self.steps.is_multiple_of(256) && self.began.elapsed() > PATIENCE;
        if late || self.steps > STEPS || self.legible > LETTERS {
            resume_unwind(Box::new(Enough));
        }
    }

    /// Whether the same letter stands there already.
    fn is_there(&mut self, text: &str, at: Placed) -> bool {
        let letter = text.chars().next();
        let near = (0.1 * at.size).min(0.35 * at.advance);
        let there = self.recent.iter().any(|&(before, place)| {
            before == letter
                && place.vertical == at.vertical
                && (place.along - at.along).abs() < near
                && (place.across - at.across).abs() < near
        });
        if !there {
            if self.recent.len() == RECENT {
                self.recent.pop_front();
            }
            self.recent.push_back((letter, at));
        }
        there
    }

    fn letter(&mut self, text: &str, at: Placed) {
        if self.is_there(text, at) {
            return;
        }
        let gap = at.along - self.end;
        let same = self.rows.last().is_some_and(|row| {
            row.vertical == at.vertical
                && (row.across - at.across).abs() < 0.5 * row.size.max(at.size)
                && gap > -2.0 * at.size.max(1.0)
        });
        if same {
            if let Some(row) = self.rows.last_mut() {
                let spaced = row.text.ends_with(char::is_whitespace)
                    || text.starts_with(char::is_whitespace);
                // A letter's own width is part of `end`; what is left is a space where it is wide enough.
                if gap > 0.2 * at.size && !spaced && !at.vertical {
                    row.text.push(' ');
                }
                row.text.push_str(text);
                row.size = row.size.max(at.size);
            }
        } else {
            self.rows.push(Row {
                text: text.to_owned(),
                across: at.across,
                size: at.size,
                vertical: at.vertical,
            });
        }
        self.end = at.along + at.advance;
    }

    /// Lines that follow each other closely are one paragraph.
    fn paragraphs(self) -> Vec<String> {
        let mut paragraphs: Vec<String> = Vec::new();
        let mut before: Option<Row> = None;
        for row in self.rows {
            if row.text.trim().is_empty() {
                continue;
            }
            let follows = before.as_ref().is_some_and(|before| {
                let step = (before.across - row.across).abs();
                before.vertical == row.vertical
                    && (before.size - row.size).abs() < 0.15 * before.size.max(row.size)
                    && step < 1.9 * row.size.max(1.0)
            });
            match paragraphs.last_mut() {
                Some(paragraph) if follows => join(paragraph, row.text.trim()),
                _ => paragraphs.push(row.text.trim().to_owned()),
            }
            before = Some(row);
        }
        paragraphs
    }
}

/// Joins two lines of a paragraph: a word that was divided becomes whole, scripts without spaces get none.
fn join(paragraph: &mut String, line: &str) {
    let last = paragraph.chars().next_back();
    let first = line.chars().next();
    let dense = |c: Option<char>| c.is_some_and(|c| ('\u{2e80}'..='\u{ffef}').contains(&c));
    let letter_before = paragraph.chars().rev().nth(1).is_some_and(char::is_alphabetic);
    if last == Some('-') && letter_before && first.is_some_and(char::is_lowercase) {
        paragraph.pop();
    } else if !(dense(last) && dense(first)) {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

/// Where a letter stands.
#[derive(Clone, Copy)]
struct Placed {
    along: f64,
    across: f64,
    size: f64,
    advance: f64,
    vertical: bool,
}

impl<'a> Device<'a> for Letters {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.step();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.step();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.step();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let vertical = run.writing_mode() == hayro_cmap::WritingMode::Vertical;
        for glyph in run.glyphs() {
            self.step();
            let transform = props.transform * glyph.transform();
            let [a, b, c, d, ..] = transform.as_coeffs();
            // A glyph is a thousand units large.
            let (width, height) = (a.hypot(b), c.hypot(d));
            let size = height * 1000.0;
            let at = transform * Point::ZERO;
            let (x, y) = if width > 0.0 { (a / width, b / width) } else { (1.0, 0.0) };
            let (along, across) = (at.x * x + at.y * y, at.y * x - at.x * y);
            let advance = match &**glyph {
                hayro_interpret::font::Glyph::Outline(glyph) => glyph.advance_width(),
                hayro_interpret::font::Glyph::Type3(glyph) => glyph.advance_width(),
            };
            let advance = advance.map_or(size * 0.5, |advance| f64::from(advance) * width);
            let placed = if vertical {
                Placed { along: -across, across: along, size, advance: size, vertical }
            } else {
                Placed { along, across, size, advance, vertical }
            };
            let text = match glyph.as_unicode() {
                Some(BfString::Char(letter)) => letter.to_string(),
                Some(BfString::String(letters)) => letters,
                None => {
                    if let Some(letter) =
                        self.codes.and_then(|codes| codes.letter(glyph.char_code()))
                    {
                        letter.to_string()
                    } else {
                        self.illegible += 1;
                        continue;
                    }
                }
            };
            self.legible += text.chars().filter(|c| c.is_alphanumeric()).count();
            self.letter(&text, placed);
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.pictures += 1;
        self.step();
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
