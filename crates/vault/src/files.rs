//! Encrypted files: a stream of chunks, each authenticated with its place and with whether it is the last.
//!
//! ```text
//! "hanashi\x1a"  version (1 byte)  nonce prefix (19 bytes)
//! chunks of 64 KiB of plain text, each with a tag of 16 bytes; the last one may be shorter, or empty
//! ```
//!
//! The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over XChaCha20-Poly1305: the nonce of a chunk is the prefix, a
//! counter and a mark on the last one, the head is authenticated with every chunk. So a file that is cut off, lengthened, put together
//! of pieces of others, or changed in any bit is refused, and no byte of it is handed out before its chunk is authenticated.
//!
//! A file that is appended to (`.jsonl`) is encrypted line by line: each line is such a stream in base 64 behind [`LINE`], plain lines
//! from before may stand between. There, whole lines can be dropped or moved unnoticed, as an append after a crash must be possible.
//! What this cannot see: a whole file put back as it was earlier, or exchanged with another of the same folder.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use aead_stream::{DecryptorBE32, EncryptorBE32};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::Payload;
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305};

use crate::key::random;
use crate::{DataKey, Seal, seal_of};

/// How every encrypted file begins.
pub const MAGIC: [u8; 8] = *b"hanashi\x1a";
/// How an encrypted line begins.
pub const LINE: &[u8] = b"~hanashi1 ";
const VERSION: u8 = 1;
const PREFIX: usize = 19;
/// Bytes before the first chunk.
const HEAD: usize = MAGIC.len() + 1 + PREFIX;
/// Plain bytes of a chunk.
const CHUNK: usize = 64 << 10;
const TAG: usize = 16;
const TOO_LARGE: &str = "it is larger than any such file";

/// The content of a file, decrypted where it is encrypted. A plain file in an encrypted folder (put there by hand) is read as it is.
/// At most `limit` plain bytes; where its lines are encrypted, the file itself has twice as many at most.
///
/// # Errors
/// `InvalidData` for a file that is damaged, too large, or of another key; `PermissionDenied` in a locked folder.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut head = Vec::with_capacity(HEAD);
    (&mut file).take(HEAD as u64).read_to_end(&mut head)?;
    let mut bytes = Vec::new();
    if head.starts_with(&MAGIC) {
        let key = match seal_of(path).map_err(crate::Error::into_io)? {
            Seal::Sealed(key) => key,
            Seal::Plain => return Err(damaged("it is encrypted, and its folder has no key file")),
        };
        let reader = Reader::new(head.chain(file), &key)?;
        reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    } else {
        // A line in base 64 is longer than what it holds.
        let most = limit.saturating_mul(2);
        head.chain(file).take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            // What was cut off here must not pass for the end of the file.
            return Err(damaged(TOO_LARGE));
        }
        let lines = || bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        if lines().any(|line| line.starts_with(LINE)) {
            let others = lines().any(|line| !line.starts_with(LINE));
            match seal_of(path).map_err(crate::Error::into_io)? {
                Seal::Sealed(key) => bytes = plain_lines(&bytes, &key),
                // A line that was torn while the folder was encrypted is of no use to anybody, and costs no other.
                Seal::Plain if others => {}
                Seal::Plain => {
                    return Err(damaged("it is encrypted, and its folder has no key file"));
                }
            }
        }
    }
    if bytes.len() as u64 > limit {
        return Err(damaged(TOO_LARGE));
    }
    Ok(bytes)
}

/// What is to be written to `path` in place of these bytes.
///
/// # Errors
/// `PermissionDenied` in a locked folder.
pub fn seal_for<'a>(path: &Path, bytes: &'a [u8]) -> io::Result<Cow<'a, [u8]>> {
    match seal_of(path).map_err(crate::Error::into_io)? {
        Seal::Plain => Ok(Cow::Borrowed(bytes)),
        Seal::Sealed(key) => {
            let mut writer =
                Writer::new(Vec::with_capacity(bytes.len() + bytes.len() / 1024 + 128), &key)?;
            writer.write_all(bytes)?;
            writer.finish().map(Cow::Owned)
        }
    }
}

/// A line to append to `path`, with its end, and with one for the line before it where that was torn by a crash.
///
/// # Errors
/// `PermissionDenied` in a locked folder.
pub fn line_for(path: &Path, line: &str) -> io::Result<Vec<u8>> {
    let mut bytes = if ends_torn(path) { b"\n".to_vec() } else { Vec::new() };
    match seal_of(path).map_err(crate::Error::into_io)? {
        Seal::Plain => bytes.extend_from_slice(format!("{line}\n").as_bytes()),
        Seal::Sealed(key) => bytes.extend(sealed_lines(line.as_bytes(), &key)?),
    }
    Ok(bytes)
}

fn ends_torn(path: &Path) -> bool {
    let mut last = [b'\n'];
    let read = File::open(path).and_then(|mut file| {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)
    });
    // None there, or an empty one.
    read.is_ok() && last != [b'\n']
}

/// Waits until a file that is written already is on the disk. Windows flushes only what is open for writing.
///
/// # Errors
/// Those of the system.
pub fn sync_file(path: &Path) -> io::Result<()> {
    let file = File::options().read(true).write(cfg!(windows)).open(path)?;
    file.sync_all()
}

/// Encrypts the lines that are plain; empty ones go.
///
/// # Errors
/// Where the system has no random numbers.
pub fn sealed_lines(text: &[u8], key: &DataKey) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 2 + 256);
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        if line.starts_with(LINE) {
            out.extend_from_slice(line);
        } else {
            let mut writer = Writer::new(Vec::with_capacity(line.len() + 64), key)?;
            writer.write_all(line)?;
            out.extend_from_slice(LINE);
            out.extend_from_slice(BASE64.encode(writer.finish()?).as_bytes());
        }
        out.push(b'\n');
    }
    Ok(out)
}

/// Decrypts the lines that are encrypted. One that was cut off by a crash, is damaged or of another key stays as it is, in its
/// encrypted form: whoever reads such a file leaves out what it cannot read, and the other lines are not lost.
pub fn plain_lines(text: &[u8], key: &DataKey) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let (content, end) =
            line.strip_suffix(b"\n").map_or((line, &b""[..]), |line| (line, b"\n"));
        match content.strip_prefix(LINE).and_then(|sealed| plain_line(sealed, key)) {
            Some(plain) => out.extend_from_slice(&plain),
            None => out.extend_from_slice(content),
        }
        out.extend_from_slice(end);
    }
    out
}

fn plain_line(sealed: &[u8], key: &DataKey) -> Option<Vec<u8>> {
    let bytes = BASE64.decode(sealed).ok()?;
    let mut plain = Vec::new();
    Reader::new(bytes.as_slice(), key).ok()?.read_to_end(&mut plain).ok()?;
    Some(plain)
}

/// True for a file that is encrypted in this form.
pub fn is_sealed(path: &Path) -> bool {
    let mut head = [0; MAGIC.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == MAGIC
}

/// True for a file of lines that begins with an encrypted one, or with nothing.
pub fn is_sealed_by_lines(path: &Path) -> bool {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LINE.len() as u64).read_to_end(&mut head))
        .is_ok_and(|length| length == 0 || head == LINE)
}

/// Plain bytes in an encrypted file of so many; `None` where no file has so many.
pub fn plain_length(sealed: u64) -> Option<u64> {
    let body = sealed.checked_sub(HEAD as u64)?;
    let whole = (CHUNK + TAG) as u64;
    let (chunks, rest) = (body / whole, body % whole);
    match rest {
        0 if chunks > 0 => Some(chunks * CHUNK as u64),
        rest if rest >= TAG as u64 => Some(chunks * CHUNK as u64 + rest - TAG as u64),
        _ => None,
    }
}

fn damaged(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

fn cipher(key: &DataKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*key.of_files()))
}

/// Encrypts what is written. Nothing of it is whole before [`Writer::finish`].
pub struct Writer<W: Write> {
    inner: W,
    head: [u8; HEAD],
    stream: EncryptorBE32<XChaCha20Poly1305>,
    waiting: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// Those of `inner`.
    pub fn new(mut inner: W, key: &DataKey) -> io::Result<Self> {
        let mut prefix = [0; PREFIX];
        random(&mut prefix).map_err(crate::Error::into_io)?;
        let mut head = [0; HEAD];
        head[..MAGIC.len()].copy_from_slice(&MAGIC);
        head[MAGIC.len()] = VERSION;
        head[MAGIC.len() + 1..].copy_from_slice(&prefix);
        inner.write_all(&head)?;
        let stream = EncryptorBE32::from_aead(cipher(key), &prefix.into());
        Ok(Self { inner, head, stream, waiting: Vec::with_capacity(CHUNK) })
    }

    /// Writes the last chunk, and gives back what it was written into.
    ///
    /// # Errors
    /// Those of the writer inside.
    pub fn finish(mut self) -> io::Result<W> {
        let payload = Payload { msg: &self.waiting, aad: &self.head };
        let chunk = self.stream.encrypt_last(payload).map_err(|_| damaged("it is too long"))?;
        self.inner.write_all(&chunk)?;
        self.inner.flush()?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        // A full chunk waits until there is more: the last one is marked.
        if self.waiting.len() == CHUNK {
            let payload = Payload { msg: &self.waiting, aad: &self.head };
            let chunk = self.stream.encrypt_next(payload).map_err(|_| damaged("it is too long"))?;
            self.inner.write_all(&chunk)?;
            self.waiting.clear();
        }
        let count = bytes.len().min(CHUNK - self.waiting.len());
        self.waiting.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        // A chunk that is not full is the last one, so it cannot be written yet.
        self.inner.flush()
    }
}

/// Decrypts what is read. A chunk is handed out once it is authenticated; the end is reported once the last one was seen.
pub struct Reader<R: Read> {
    inner: R,
    head: [u8; HEAD],
    /// `None` after the last chunk, or after an error.
    stream: Option<DecryptorBE32<XChaCha20Poly1305>>,
    failed: bool,
    /// The next chunk, still encrypted; one byte more than a chunk tells whether another follows.
    sealed: Vec<u8>,
    plain: Vec<u8>,
    at: usize,
}

impl<R: Read> Reader<R> {
    /// Reads the head.
    ///
    /// # Errors
    /// `InvalidData` where it is no encrypted file of this version.
    pub fn new(mut inner: R, key: &DataKey) -> io::Result<Self> {
        let mut head = [0; HEAD];
        inner.read_exact(&mut head).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => damaged("it is cut off"),
            _ => error,
        })?;
        if !head.starts_with(&MAGIC) {
            return Err(damaged("it is not an encrypted file"));
        }
        if head[MAGIC.len()] != VERSION {
            return Err(damaged("it was written by a newer version of Hanashi"));
        }
        let mut prefix = [0; PREFIX];
        prefix.copy_from_slice(&head[MAGIC.len() + 1..]);
        let stream = Some(DecryptorBE32::from_aead(cipher(key), &prefix.into()));
        Ok(Self {
            inner,
            head,
            stream,
            failed: false,
            sealed: Vec::with_capacity(CHUNK + TAG + 1),
            plain: Vec::new(),
            at: 0,
        })
    }

    fn next(&mut self) -> io::Result<()> {
        let want = (CHUNK + TAG + 1 - self.sealed.len()) as u64;
        (&mut self.inner).take(want).read_to_end(&mut self.sealed)?;
        let refused = || damaged("it is damaged, or of another key");
        let Some(mut stream) = self.stream.take() else { return Err(refused()) };
        if self.sealed.len() > CHUNK + TAG {
            let payload = Payload { msg: &self.sealed[..CHUNK + TAG], aad: &self.head };
            self.plain = stream.decrypt_next(payload).map_err(|_| refused())?;
            self.sealed.drain(..CHUNK + TAG);
            self.stream = Some(stream);
        } else {
            let payload = Payload { msg: self.sealed.as_slice(), aad: &self.head };
            self.plain = stream.decrypt_last(payload).map_err(|_| refused())?;
            self.sealed.clear();
        }
        self.at = 0;
        Ok(())
    }
}

impl<R: Read> Read for Reader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        while self.at == self.plain.len() {
            if self.failed {
                return Err(damaged("it is damaged, or of another key"));
            }
            if self.stream.is_none() {
                return Ok(0);
            }
            if let Err(error) = self.next() {
                // An interrupted read may be tried again by nobody here: once failed, it stays so.
                self.failed = true;
                self.plain.clear();
                self.at = 0;
                return Err(error);
            }
        }
        let count = bytes.len().min(self.plain.len() - self.at);
        bytes[..count].copy_from_slice(&self.plain[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
