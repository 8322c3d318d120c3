//! One large file over several connections: the same bytes, however the further ones behave.

use super::*;

/// Several connections for pieces of a tenth.
fn several(hub: &str) -> Options {
    Options { connections: 4, piece: LENGTH as u64 / 10, ..options(hub, &[]) }
}

/// Answers as a good server does, and says that it gives parts.
fn good(whole: &[u8], request: &server::Request) -> Reply {
    Reply::file(whole, "\"e\"", request).header("Accept-Ranges", "bytes")
}

fn further(requests: &[server::Request]) -> Vec<(u64, u64)> {
    requests.iter().filter_map(|request| Some((request.from?, request.to?))).collect()
}

#[tokio::test]
async fn pieces_come_over_several_connections_and_stand_in_order() {
    let whole = bytes(LENGTH);
    let served = whole.clone();
    let server = Server::start(move |request| good(&served, request)).await;
    let pull = Pull::new();
    let facts = format!(", size = {LENGTH}, sha256 = '{}'", sha256(&whole));
    let outcome = pull.with(several(&server.url()), &entry(&facts)).await.unwrap();
    assert_eq!(checked(&outcome), Checked::Catalogue);
    assert_eq!(pull.file().unwrap(), whole);
    let piece = LENGTH as u64 / 10;
    let mut asked = further(&server.requests());
    asked.sort_unstable();
    let expected: Vec<_> = (1..10).map(|at| (at * piece, (at + 1) * piece - 1)).collect();
    assert_eq!(asked, expected, "every piece once");
    // All of it was let through and counted as one access to this host.
    assert_eq!(pull.network.asked.lock().unwrap().len(), 1);
    assert_eq!(pull.network.received.load(std::sync::atomic::Ordering::SeqCst), LENGTH as u64);
}

/// What a further connection is answered.
type Bad = fn(&[u8], &server::Request) -> Reply;
/// A change of the options.
type Change = fn(&mut Options);

/// Whatever a further connection does, one connection finishes the file.
#[tokio::test]
async fn a_server_that_bears_one_connection_is_asked_by_one() {
    let whole = bytes(LENGTH);
    let kinds: [(&str, Bad); 5] = [
        ("refuses", |_, _| Reply::status(429)),
        ("sends the whole", |whole, _| Reply { body: whole.to_vec(), ..Reply::status(200) }),
        ("sends another part", |whole, request| {
            let from = request.from.map(|from| from - 1);
            good(whole, &server::Request { from, ..request.clone() })
        }),
        ("sends too little", |whole, request| good(whole, request).cut(1000)),
        ("closes", |whole, request| good(whole, request).cut(0)),
    ];
    for (what, bad) in kinds {
        let served = whole.clone();
        let server = Server::start(move |request| match request.to {
            Some(_) => bad(&served, request),
            None => good(&served, request),
        })
        .await;
        let pull = Pull::new();
        pull.with(several(&server.url()), &entry("")).await.unwrap();
        assert_eq!(pull.file().unwrap(), whole, "{what}");
        let most = if what.starts_with("sends too") || what == "closes" { 4 * 3 } else { 3 };
        assert!(further(&server.requests()).len() <= most, "{what}: asked again and again");
    }
}

/// While the first connection brings nothing the others are at work; when it breaks, several go on.
#[tokio::test]
async fn connections_work_beside_each_other_and_survive_a_break() {
    let whole = bytes(LENGTH);
    let served = whole.clone();
    let server = Server::start(move |request| {
        let mut reply = good(&served, request);
        if request.number == 0 {
            reply = reply.cut(1000);
            reply.silent = true;
        }
        reply
    })
    .await;
    let pull = Pull::new();
    let options = Options { stall: Duration::from_secs(1), ..several(&server.url()) };
    pull.with(options, &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
    let requests = server.requests();
    assert!(requests[1..4].iter().all(|request| request.to.is_some()), "asked meanwhile");
    assert!(requests[5..].iter().any(|request| request.to.is_some()), "and after the break");
}

#[tokio::test]
async fn pieces_of_two_versions_never_become_one_file() {
    let (old, new) = (vec![7; LENGTH], bytes(LENGTH));
    let served = new.clone();
    let server = Server::start(move |request| {
        let (whole, etag) = if request.number == 0 { (&old, "\"a\"") } else { (&served, "\"b\"") };
        Reply::file(whole, etag, request).header("Accept-Ranges", "bytes")
    })
    .await;
    let pull = Pull::new();
    pull.with(several(&server.url()), &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), new);
}

#[tokio::test]
async fn one_connection_is_used_where_it_is_enough() {
    let whole = bytes(LENGTH);
    let cases: [(&str, Change, bool); 3] = [
        ("slowed down", |options| options.limit = Some(1 << 30), true),
        ("small", |options| options.piece = LENGTH as u64, true),
        ("no parts", |_| {}, false),
    ];
    for (what, change, ranges) in cases {
        let served = whole.clone();
        let server = Server::start(move |request| {
            if ranges { good(&served, request) } else { Reply::file(&served, "\"e\"", request) }
        })
        .await;
        let (pull, mut options) = (Pull::new(), several(&server.url()));
        change(&mut options);
        pull.with(options, &entry("")).await.unwrap();
        assert_eq!((pull.file().unwrap() == whole, server.requests().len()), (true, 1), "{what}");
    }
}

#[tokio::test]
async fn what_has_arrived_in_order_is_kept_when_it_is_stopped() {
    let whole = bytes(LENGTH);
    let served = whole.clone();
    let piece = LENGTH / 10;
    let server = Server::start(move |request| {
        let mut reply = good(&served, request);
        if request.from == Some(2 * piece as u64) && request.number < 4 {
            reply = reply.cut(0);
            reply.silent = true;
        }
        reply
    })
    .await;
    let pull = Pull::new();
    let (stop, part) = (CancellationToken::new(), pull.folder.path().join("m.bin.part"));
    let stopping = async {
        while part.metadata().map_or(0, |data| data.len()) < 2 * piece as u64 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        stop.cancel();
    };
    let model = entry("");
    let (outcome, ()) = tokio::join!(pull.until(several(&server.url()), &model, &stop), stopping);
    let (done, total) = (2 * piece as u64, Some(LENGTH as u64));
    assert_eq!(outcome.unwrap(), Outcome::Stopped { done, total });
    pull.with(several(&server.url()), &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
}
