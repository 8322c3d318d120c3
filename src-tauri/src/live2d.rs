//! Serves the frame in which a Cubism Core runs, at `live2d://localhost/`. Its policy allows two scripts by their hashes, the frame's own and the
//! Core that the person chose, allows WebAssembly, and nothing else: no network, no storage, no way to the page but messages.

use std::sync::Arc;

use app::App;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext};

/// The scheme.
pub(crate) const SCHEME: &str = "live2d";
/// The frame in the built page. Not called `.html`: Tauri would write its own policy into it.
const FRAME: &str = "live2d/frame.txt";
/// What stands in it for the hash of the Core.
const CORE_HASH: &str = "CORE-HASH";

/// Answers a request for the frame.
#[expect(clippy::needless_pass_by_value, reason = "as Tauri hands it over")]
pub(crate) fn serve<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
) -> Response<Vec<u8>> {
    let handle = context.app_handle();
    let frame = handle.asset_resolver().get(FRAME.to_owned());
    let hash = handle.try_state::<Arc<App>>().and_then(|app| app.live2d_policy_hash());
    let page = match (request.uri().path(), frame, hash) {
        ("/frame", Some(frame), Some(hash)) => with_hash(&frame.bytes, &hash),
        _ => None,
    };
    let (status, body) = match page {
        Some(page) => (StatusCode::OK, page),
        None => (StatusCode::NOT_FOUND, Vec::new()),
    };
    let answer = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        // The frame is a stranger even to itself: no origin, no storage.
        .header(header::CONTENT_SECURITY_POLICY, "sandbox allow-scripts")
        .body(body);
    answer.unwrap_or_else(|_| Response::new(Vec::new()))
}

/// The frame with the hash of the Core in its policy; `None` where it has no place for it.
fn with_hash(frame: &[u8], hash: &str) -> Option<Vec<u8>> {
    let frame = std::str::from_utf8(frame).ok()?;
    let (before, after) = frame.split_once(CORE_HASH)?;
    Some([before, hash, after].concat().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::with_hash;

    #[test]
    fn the_hash_takes_its_place_in_the_policy_once() {
        let frame = b"script-src 'sha256-CORE-HASH'; CORE-HASH";
        assert_eq!(with_hash(frame, "abc=").unwrap(), b"script-src 'sha256-abc='; CORE-HASH");
        assert!(with_hash(b"no place", "abc=").is_none());
    }
}
