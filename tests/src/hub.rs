//! A hub on this machine that downloads come from.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// Serves files by their paths (`/o/n/m.gguf`), each from wherever it is asked; with a `pace` in pieces of so many bytes, so long apart.
/// Answers with its address, without a `/` at the end.
///
/// # Panics
/// Where no port is free.
pub fn hub(files: BTreeMap<String, Vec<u8>>, pace: Option<(usize, Duration)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let files = Arc::new(files);
    let pace = pace.unwrap_or((usize::MAX, Duration::ZERO));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let files = Arc::clone(&files);
            // Whoever hangs up is done.
            std::thread::spawn(move || serve(stream, &files, pace).ok());
        }
    });
    format!("http://{address}")
}

fn serve(
    mut stream: TcpStream,
    files: &BTreeMap<String, Vec<u8>>,
    (piece, pause): (usize, Duration),
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let mut from = 0_usize;
    for line in lines {
        let line = line?.to_ascii_lowercase();
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    let Some(bytes) = files.get(path) else {
        return write!(
            stream,
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    };
    let from = from.min(bytes.len());
    let (status, range) = match from {
        0 => ("200 OK", String::new()),
        _ => (
            "206 Partial Content",
            format!("Content-Range: bytes {from}-{}/{}\r\n", bytes.len() - 1, bytes.len()),
        ),
    };
    let length = bytes.len() - from;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{range}ETag: \"one\"\r\nConnection: close\r\n\r\n"
    )?;
    for part in bytes[from..].chunks(piece) {
        stream.write_all(part)?;
        std::thread::sleep(pause);
    }
    Ok(())
}
