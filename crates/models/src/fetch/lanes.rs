//! Several connections for one large file: each fetches the next piece ahead of the one that is being written.
//!
//! The part file stays what it is with one connection, a beginning without holes: pieces wait in memory until their turn
//! comes, so that resuming, hashing and stopping need to know nothing of this. What waits is bounded by
//! `connections * piece` bytes.

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::{Client, Response, StatusCode, Url, header};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::AbortHandle;

use super::Options;
use super::http::{self, Head};

/// Chunks of one piece that wait at most; with more of them, smaller ones, its connection waits.
const WAITING: usize = 4096;

/// A chunk, or why the connection ended before its piece did.
pub(crate) type Delivery = Result<Vec<u8>, Lost>;

/// Why a connection brought no more.
#[derive(Debug)]
pub(crate) struct Lost {
    /// In words.
    pub(crate) why: String,
    /// The server does not give this file in parts to several at once: asking again would bring the same.
    pub(crate) refused: bool,
}

impl Lost {
    /// The connection broke, as connections do.
    pub(crate) fn broken(why: String) -> Self {
        Self { why, refused: false }
    }

    fn refused(why: String) -> Self {
        Self { why, refused: true }
    }
}

/// Connections that deliver the pieces of a file in order.
pub(crate) struct Lanes {
    client: Client,
    url: Url,
    etag: Option<String>,
    stall: Duration,
    piece: u64,
    /// Where the next piece to be asked for begins, and where the last one ends.
    next: u64,
    total: u64,
    pieces: VecDeque<Piece>,
}

/// A piece on its way. Dropping it ends its connection.
struct Piece {
    chunks: Receiver<Delivery>,
    task: AbortHandle,
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Lanes {
    /// Whether a file of `total` bytes is fetched over several connections from byte `from` on: not where one is enough, or where the
    /// server gives no parts.
    pub(crate) fn help(options: &Options, head: &Head, from: u64, total: u64) -> bool {
        // A download that is slowed down needs one connection, and what waits here would be fetched faster than allowed.
        let several = options.connections > 1 && options.limit.is_none() && head.ranges;
        several && total.saturating_sub(from) >= options.piece.saturating_mul(2)
    }

    /// Takes over an answer that begins at byte `from` of `total`, and opens the other connections.
    pub(crate) fn open(
        client: &Client,
        options: &Options,
        head: &Head,
        body: Response,
        from: u64,
        total: u64,
    ) -> Self {
        let mut lanes = Self {
            client: client.clone(),
            // The address behind all redirects: it is good for this download, and is asked for anew by the next try.
            url: body.url().clone(),
            etag: head.etag.clone(),
            stall: options.stall,
            piece: options.piece,
            next: from,
            total,
            pieces: VecDeque::new(),
        };
        let length = lanes.advance();
        lanes.spawn(|send| take(body, length, options.stall, send));
        while lanes.pieces.len() < options.connections as usize && lanes.ask() {}
        lanes
    }

    /// The next bytes in order; `None` at the end of the file.
    pub(crate) async fn chunk(&mut self) -> Option<Delivery> {
        loop {
            let piece = self.pieces.front_mut()?;
            if let Some(delivery) = piece.chunks.recv().await {
                return Some(delivery);
            }
            self.pieces.pop_front();
            self.ask();
        }
    }

    /// Opens a connection for the next piece; false where there is none.
    fn ask(&mut self) -> bool {
        let (from, length) = (self.next, self.advance());
        if length == 0 {
            return false;
        }
        let mut request = self
            .client
            .get(self.url.clone())
            .header(header::ACCEPT_ENCODING, "identity")
            .header(header::RANGE, format!("bytes={from}-{}", from + length - 1));
        if let Some(etag) = &self.etag {
            request = request.header(header::IF_RANGE, etag);
        }
        let (total, stall) = (self.total, self.stall);
        self.spawn(move |send| async move {
            let sent = tokio::time::timeout(stall, request.send()).await;
            let answer = match sent {
                Err(_) => Err(Lost::broken(silence(stall))),
                Ok(Err(error)) => Err(Lost::broken(http::reason(&error))),
                Ok(Ok(response)) => {
                    is_piece(&response, from, total).map(|()| response).map_err(Lost::refused)
                }
            };
            match answer {
                Ok(body) => take(body, length, stall, send).await,
                Err(why) => tell(&send, Err(why)).await,
            }
        });
        true
    }

    /// Moves on by one piece and returns its length.
    fn advance(&mut self) -> u64 {
        let length = self.piece.min(self.total - self.next);
        self.next += length;
        length
    }

    fn spawn<F: Future<Output = ()> + Send + 'static>(
        &mut self,
        work: impl FnOnce(Sender<Delivery>) -> F,
    ) {
        let (send, chunks) = channel(WAITING);
        let task = tokio::spawn(work(send)).abort_handle();
        self.pieces.push_back(Piece { chunks, task });
    }
}

/// Hands on the first `length` bytes of a body.
async fn take(mut body: Response, length: u64, stall: Duration, send: Sender<Delivery>) {
    let mut left = length;
    while left > 0 {
        let mut bytes = match tokio::time::timeout(stall, body.chunk()).await {
            Err(_) => return lose(&send, silence(stall)).await,
            Ok(Err(error)) => return lose(&send, http::reason(&error)).await,
            Ok(Ok(None)) => {
                return lose(&send, format!("the connection ended {left} bytes too soon")).await;
            }
            Ok(Ok(Some(bytes))) => bytes.to_vec(),
        };
        bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        left -= bytes.len() as u64;
        tell(&send, Ok(bytes)).await;
    }
}

async fn lose(send: &Sender<Delivery>, why: String) {
    tell(send, Err(Lost::broken(why))).await;
}

/// Nobody listens any more where the download was stopped: then there is nothing to tell.
async fn tell(send: &Sender<Delivery>, delivery: Delivery) {
    let _ = send.send(delivery).await;
}

/// Whether an answer is the part that was asked for, of the same file.
fn is_piece(response: &Response, from: u64, total: u64) -> Result<(), String> {
    if response.status() != StatusCode::PARTIAL_CONTENT {
        return Err(format!("a further connection was answered {}", response.status()));
    }
    let range = http::range(response.headers());
    match range.filter(|range| range.start == from && range.total.is_none_or(|all| all == total)) {
        Some(_) => Ok(()),
        None => Err("a further connection brought another part".to_owned()),
    }
}

/// Words for a server that has fallen silent.
pub(crate) fn silence(stall: Duration) -> String {
    format!("the server said nothing for {} seconds", stall.as_secs())
}
