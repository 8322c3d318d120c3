//! A server on this machine that can misbehave in every way a real one does.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What was asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    /// Position among all requests, from 0.
    pub(crate) number: usize,
    /// What stands in the request line: a path, or a whole address where the server is asked as a proxy.
    pub(crate) target: String,
    /// First byte asked for.
    pub(crate) from: Option<u64>,
    /// Last byte asked for, where that was said.
    pub(crate) to: Option<u64>,
    /// On condition that the file still has this ETag.
    pub(crate) if_range: Option<String>,
}

/// What to answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Announce this length instead of the right one.
    pub(crate) says: Option<u64>,
    /// Announce no length and send in chunks.
    pub(crate) chunked: bool,
    /// Cut the connection after so many bytes of the body.
    pub(crate) cut: Option<usize>,
    /// Send a byte at a time, so long one after the other.
    pub(crate) drip: Option<std::time::Duration>,
    /// Fall silent instead of closing.
    pub(crate) silent: bool,
}

impl Reply {
    pub(crate) fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub(crate) fn header(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    pub(crate) fn to(location: &str) -> Self {
        Self::status(302).header("Location", location)
    }

    /// What a faultless server answers.
    pub(crate) fn file(bytes: &[u8], etag: &str, request: &Request) -> Self {
        let length = bytes.len() as u64;
        let same = request.if_range.as_deref().is_none_or(|asked| asked == etag);
        match request.from {
            Some(from) if same && from >= length => {
                Self::status(416).header("Content-Range", format!("bytes */{length}"))
            }
            Some(from) if same => {
                let last = request.to.unwrap_or(length).min(length - 1);
                let body = bytes[from as usize..=last as usize].to_vec();
                Self { body, ..Self::status(206) }
                    .header("Content-Range", format!("bytes {from}-{last}/{length}"))
                    .header("ETag", etag)
            }
            _ => Self { body: bytes.to_vec(), ..Self::status(200) }.header("ETag", etag),
        }
    }

    pub(crate) fn cut(mut self, after: usize) -> Self {
        self.cut = Some(after);
        self
    }
}

/// A running server; ends when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
    served: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Server {
    /// Answers every request by a function.
    pub(crate) async fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(vec![]));
        let served = Arc::new(AtomicU64::new(0));
        let (log, count, answer) = (Arc::clone(&seen), Arc::clone(&served), Arc::new(answer));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, count, answer) =
                    (Arc::clone(&log), Arc::clone(&count), Arc::clone(&answer));
                tokio::spawn(async move {
                    // A client that goes away is what many of these tests are about.
                    let _ = serve(stream, &log, &count, &*answer).await;
                });
            }
        });
        Self { address, seen, served, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// Bytes of bodies that left the server.
    pub(crate) fn served(&self) -> u64 {
        self.served.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    stream: TcpStream,
    log: &Mutex<Vec<Request>>,
    served: &AtomicU64,
    answer: &(dyn Fn(&Request) -> Reply + Send + Sync),
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some(mut request) = read_request(&mut stream).await? else { return Ok(()) };
    {
        let mut log = log.lock().unwrap();
        request.number = log.len();
        log.push(request.clone());
    }
    let reply = answer(&request);
    let mut stream = stream.into_inner();
    let mut head = format!("HTTP/1.1 {} Whatever\r\nConnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    let length = reply.says.unwrap_or(reply.body.len() as u64).to_string();
    head.extend(if reply.chunked {
        ["Transfer-Encoding", ": ", "chunked", "\r\n"]
    } else {
        ["Content-Length", ": ", &length, "\r\n"]
    });
    stream.write_all(format!("{head}\r\n").as_bytes()).await?;
    let body = &reply.body[..reply.cut.unwrap_or(reply.body.len()).min(reply.body.len())];
    for piece in body.chunks(if reply.drip.is_some() { 1 } else { 16 * 1024 }) {
        if let Some(pause) = reply.drip {
            stream.flush().await?;
            tokio::time::sleep(pause).await;
        }
        if reply.chunked {
            stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
        }
        stream.write_all(piece).await?;
        if reply.chunked {
            stream.write_all(b"\r\n").await?;
        }
        served.fetch_add(piece.len() as u64, Ordering::SeqCst);
    }
    stream.flush().await?;
    if reply.silent {
        std::future::pending::<()>().await;
    }
    if reply.chunked && reply.cut.is_none() {
        stream.write_all(b"0\r\n\r\n").await?;
    }
    stream.shutdown().await
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut request = Request { target, ..Request::default() };
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 || line == "\r\n" {
            return Ok(Some(request));
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else { continue };
        match name.to_ascii_lowercase().as_str() {
            "range" => {
                if let Some((from, to)) =
                    value.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
                {
                    (request.from, request.to) = (from.parse().ok(), to.parse().ok());
                }
            }
            "if-range" => request.if_range = Some(value.to_owned()),
            _ => {}
        }
    }
}
