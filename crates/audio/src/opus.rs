//! Ogg Opus (RFC 7845), which the other decoders leave out: pages are read here, packets by a decoder in Rust without `unsafe`.
//!
//! A file is hostile input: pages are checked against their sums, a packet is no longer than the format allows, and nothing is allocated
//! for a length that the file only says that it has.

use std::collections::VecDeque;

use opus_decoder::OpusMultistreamDecoder;

use crate::music::MusicError;

/// Opus knows no other rate than this and whole parts of it.
pub(crate) const RATE: u32 = 48_000;
/// Samples of the longest packet, for each channel: 120 milliseconds.
const LONGEST_FRAME: usize = 5760;
/// Longest packet that the format allows for one stream is 61,298 bytes; of eight streams none comes near this.
const LONGEST_PACKET: usize = 256 * 1024;
/// Before a page's segments.
const HEAD: usize = 27;

/// Whether a file that begins as Ogg holds Opus: its first packet says so.
pub(crate) fn is_opus(bytes: &[u8]) -> bool {
    Pages::new(bytes).next().is_some_and(|page| page.body.starts_with(b"OpusHead"))
}

/// A page whose sum is right.
struct Page<'a> {
    serial: u32,
    /// Samples of the stream up to the end of the last packet that ends here; `None` where none does.
    granule: Option<u64>,
    segments: &'a [u8],
    body: &'a [u8],
}

/// The pages of a file, up to the first one that is damaged.
struct Pages<'a> {
    left: &'a [u8],
}

impl<'a> Pages<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }
}

impl<'a> Iterator for Pages<'a> {
    type Item = Page<'a>;

    fn next(&mut self) -> Option<Page<'a>> {
        let head = self.left.get(..HEAD)?;
        if &head[..5] != b"OggS\0" {
            return None;
        }
        let count = usize::from(head[26]);
        let segments = self.left.get(HEAD..HEAD + count)?;
        let length: usize = segments.iter().copied().map(usize::from).sum();
        let whole = self.left.get(..HEAD + count + length)?;
        let word =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        if sum(whole) != word(22) {
            return None;
        }
        let granule = u64::from(word(6)) | u64::from(word(10)) << 32;
        self.left = &self.left[whole.len()..];
        Some(Page {
            serial: word(14),
            granule: (granule != u64::MAX).then_some(granule),
            segments,
            body: &whole[HEAD + count..],
        })
    }
}

/// Ogg's sum over a page, in which the field of the sum itself counts as zeros.
fn sum(page: &[u8]) -> u32 {
    page.iter().enumerate().fold(0, |sum, (at, &one)| {
        let one = if (22..26).contains(&at) { 0 } else { one };
        sum << 8 ^ SUMS[usize::from((sum >> 24) as u8 ^ one)]
    })
}

/// The sums of single bytes.
const SUMS: [u32; 256] = {
    let mut sums = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 0x8000_0000 == 0 { sum << 1 } else { sum << 1 ^ 0x04c1_1db7 };
            bit += 1;
        }
        sums[byte] = sum;
        byte += 1;
    }
    sums
};

/// What the first packet says of the sound.
struct Head {
    channels: u16,
    /// Samples at the beginning that are not heard.
    skip: usize,
    /// To be multiplied with every sample.
    gain: f32,
    streams: usize,
    coupled: usize,
    mapping: Vec<u8>,
}

impl Head {
    fn read(packet: &[u8]) -> Result<Self, MusicError> {
        let damaged = || MusicError::Damaged("its head cannot be read".to_owned());
        let [version, channels, skip0, skip1, _, _, _, _, gain0, gain1, family, rest @ ..] =
            packet.strip_prefix(b"OpusHead").ok_or_else(damaged)?
        else {
            return Err(damaged());
        };
        if version >> 4 != 0 || *channels == 0 {
            return Err(damaged());
        }
        let count = usize::from(*channels);
        let (streams, coupled, mapping) = match (family, rest) {
            (0, _) if count <= 2 => (1, count - 1, (0..*channels).collect()),
            (1, [streams @ 1..=8, coupled, mapping @ ..])
                if mapping.len() >= count && count <= 8 =>
            {
                (usize::from(*streams), usize::from(*coupled), mapping[..count].to_vec())
            }
            (0 | 1, _) => return Err(damaged()),
            _ => return Err(MusicError::Odd("channels that stand for no loudspeakers".to_owned())),
        };
        let decibels = f32::from(i16::from_le_bytes([*gain0, *gain1])) / 256.0;
        Ok(Self {
            channels: u16::from(*channels),
            skip: usize::from(u16::from_le_bytes([*skip0, *skip1])),
            gain: 10.0_f32.powf(decibels.clamp(-60.0, 60.0) / 20.0),
            streams,
            coupled,
            mapping,
        })
    }
}

/// A file of Opus as its samples, channel by channel in turn. Ends where the file is damaged.
pub(crate) struct Opus {
    bytes: Vec<u8>,
    /// Bytes that were read.
    at: usize,
    serial: u32,
    packets: VecDeque<Vec<u8>>,
    /// The beginning of a packet that goes on in the next page.
    begun: Vec<u8>,
    decoder: OpusMultistreamDecoder,
    channels: u16,
    gain: f32,
    /// Samples of the present packet, and which comes next.
    frame: Vec<f32>,
    next: usize,
    /// Samples, of all channels, that are not heard any more at the beginning, and those that are heard.
    skip: usize,
    left: u64,
    /// Samples of one channel that the file says it has.
    promised: u64,
}

impl Opus {
    /// Opens a file.
    ///
    /// # Errors
    /// [`MusicError`] where its head is damaged, or it has channels that nobody can play.
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Self, MusicError> {
        let damaged = |error: &dyn std::fmt::Display| MusicError::Damaged(error.to_string());
        let mut pages = Pages::new(&bytes);
        let first = pages.next().ok_or_else(|| damaged(&"its first page cannot be read"))?;
        let serial = first.serial;
        let head = Head::read(first.body)?;
        let last =
            pages.filter(|page| page.serial == serial).filter_map(|page| page.granule).last();
        let promised = last.unwrap_or_default().saturating_sub(head.skip as u64);
        let channels = usize::from(head.channels);
        let decoder =
            OpusMultistreamDecoder::new(RATE, channels, head.streams, head.coupled, &head.mapping)
                .map_err(|error| damaged(&error))?;
        Ok(Self {
            bytes,
            at: 0,
            serial,
            packets: VecDeque::new(),
            begun: Vec::new(),
            decoder,
            channels: head.channels,
            gain: head.gain,
            frame: Vec::new(),
            next: 0,
            skip: head.skip * channels,
            left: promised.saturating_mul(channels as u64),
            promised,
        })
    }

    pub(crate) fn channels(&self) -> u16 {
        self.channels
    }

    /// Samples of one channel that the file says it has.
    pub(crate) fn promised(&self) -> u64 {
        self.promised
    }

    /// The next packet of sound; the head and the tags are none.
    fn packet(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(packet) = self.packets.pop_front() {
                if packet.starts_with(b"OpusHead") || packet.starts_with(b"OpusTags") {
                    continue;
                }
                return Some(packet);
            }
            let mut pages = Pages::new(&self.bytes[self.at..]);
            let page = pages.next()?;
            self.at = self.bytes.len() - pages.left.len();
            if page.serial != self.serial {
                continue;
            }
            let mut from = 0;
            for &length in page.segments {
                let to = from + usize::from(length);
                self.begun.extend_from_slice(page.body.get(from..to)?);
                from = to;
                if self.begun.len() > LONGEST_PACKET {
                    return None;
                }
                if length < 255 && !self.begun.is_empty() {
                    self.packets.push_back(std::mem::take(&mut self.begun));
                }
            }
        }
    }

    /// Decodes the next packet; `None` at the end.
    fn read_on(&mut self) -> Option<()> {
        let packet = self.packet()?;
        let channels = usize::from(self.channels);
        self.frame.resize(LONGEST_FRAME * channels, 0.0);
        let samples = self.decoder.decode_float(&packet, &mut self.frame, false).ok()?;
        self.frame.truncate(samples * channels);
        self.next = self.skip.min(self.frame.len());
        self.skip -= self.next;
        Some(())
    }
}

impl Iterator for Opus {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        self.left = self.left.checked_sub(1)?;
        while self.next >= self.frame.len() {
            self.read_on()?;
        }
        let sample = self.frame[self.next] * self.gain;
        self.next += 1;
        Some(sample)
    }
}

#[cfg(test)]
#[path = "opus_tests.rs"]
mod tests;
