//! A server on this machine that answers each connection as it is told.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// One answer.
pub(super) struct Reply {
    head: String,
    body: Vec<u8>,
    piece: usize,
    cut: bool,
    pause: Duration,
    silent_after: Option<usize>,
}

impl Reply {
    pub(super) fn with(status: u16, body: &str) -> Self {
        Self::new(status, "", body.as_bytes())
    }

    pub(super) fn stream(body: &str) -> Self {
        Self::bytes(body.as_bytes())
    }

    pub(super) fn bytes(body: &[u8]) -> Self {
        Self::new(200, "Content-Type: text/event-stream\r\n", body)
    }

    fn new(status: u16, headers: &str, body: &[u8]) -> Self {
        let head = format!("HTTP/1.1 {status} Whatever\r\nConnection: close\r\n{headers}");
        Self {
            head,
            body: body.to_vec(),
            piece: usize::MAX,
            cut: false,
            pause: Duration::ZERO,
            silent_after: None,
        }
    }

    pub(super) fn header(mut self, line: &str) -> Self {
        self.head.push_str(line);
        self.head.push_str("\r\n");
        self
    }

    /// As chunks of so many bytes.
    pub(super) fn in_pieces_of(mut self, size: usize) -> Self {
        self.piece = size;
        self
    }

    /// A byte, a while of nothing, a byte.
    pub(super) fn dripping(mut self, pause: Duration) -> Self {
        (self.piece, self.pause) = (1, pause);
        self
    }

    /// Announces more than it sends.
    pub(super) fn cut(mut self) -> Self {
        self.cut = true;
        self
    }

    /// Sends so many bytes of its body and then waits for the other side to go.
    pub(super) fn silent_after(mut self, bytes: usize) -> Self {
        self.silent_after = Some(bytes);
        self
    }

    fn send(&self, stream: &mut TcpStream) -> std::io::Result<bool> {
        if let Some(bytes) = self.silent_after {
            if bytes > 0 {
                write!(stream, "{}\r\n", self.head)?;
                stream.write_all(&self.body[..bytes.min(self.body.len())])?;
                stream.flush()?;
            }
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            // Only silence is no end.
            let silent = |error: &std::io::Error| {
                matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                )
            };
            return Ok(match stream.read(&mut [0; 64]) {
                Ok(count) => count == 0,
                Err(error) => !silent(&error),
            });
        }
        if self.cut {
            let length = self.body.len() + 100;
            write!(stream, "{}Content-Length: {length}\r\n\r\n", self.head)?;
            stream.write_all(&self.body)?;
        } else if self.piece < usize::MAX {
            write!(stream, "{}Transfer-Encoding: chunked\r\n\r\n", self.head)?;
            for piece in self.body.chunks(self.piece) {
                write!(stream, "{:x}\r\n", piece.len())?;
                stream.write_all(piece)?;
                stream.write_all(b"\r\n")?;
                stream.flush()?;
                std::thread::sleep(self.pause);
            }
            stream.write_all(b"0\r\n\r\n")?;
        } else {
            write!(stream, "{}\r\n", self.head)?;
            stream.write_all(&self.body)?;
        }
        stream.flush()?;
        Ok(false)
    }
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<String>>,
    arrived: Condvar,
    left: AtomicBool,
}

/// The server; dropping it closes it.
pub(super) struct Server {
    port: u16,
    seen: Arc<Seen>,
    closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Answers one connection after the other with these, then with none.
    pub(super) fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, closing) = (Arc::new(Seen::default()), Arc::new(AtomicBool::new(false)));
        let (notes, stop) = (Arc::clone(&seen), Arc::clone(&closing));
        let thread = std::thread::spawn(move || {
            let mut replies = replies.into_iter();
            while let Ok((mut stream, _)) = listener.accept() {
                if stop.load(Ordering::Acquire) {
                    return;
                }
                let Some(reply) = replies.next() else { continue };
                let request = read_request(&mut stream);
                notes.requests.lock().unwrap().push(request);
                notes.arrived.notify_all();
                // The other side may go at any time.
                if reply.send(&mut stream).unwrap_or(true) {
                    notes.left.store(true, Ordering::Release);
                    notes.arrived.notify_all();
                }
            }
        });
        Self { port, seen, closing, thread: Some(thread) }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What was asked, heads and bodies.
    pub(super) fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }

    pub(super) fn wait_for_request(&self) {
        let requests = self.seen.requests.lock().unwrap();
        let _arrived = self
            .seen
            .arrived
            .wait_timeout_while(requests, Duration::from_secs(10), |requests| requests.is_empty())
            .unwrap();
    }

    /// Whether the other side went while it was silent; waits for it a while.
    pub(super) fn saw_the_end(&self) -> bool {
        let requests = self.seen.requests.lock().unwrap();
        let gone = || self.seen.left.load(Ordering::Acquire);
        drop(
            self.seen
                .arrived
                .wait_timeout_while(requests, Duration::from_secs(10), |_| !gone())
                .unwrap(),
        );
        gone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Release);
        // Wakes it.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&all);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
            });
            if body.len() >= length.unwrap_or(0) {
                return text.into_owned();
            }
        }
        match stream.read(&mut buffer) {
            Ok(count) if count > 0 => all.extend_from_slice(&buffer[..count]),
            _ => return String::from_utf8_lossy(&all).into_owned(),
        }
    }
}
