//! Downloads from a server that misbehaves: what arrives is right or is not there, and nothing is fetched twice.

mod folders;
mod giving_up;
mod hubs;
mod lanes;
mod parts;
mod repositories;
pub(crate) mod server;

use std::sync::Mutex;
use std::time::Instant;

use super::*;
use crate::Catalogue;
use crate::digest::{Algorithm, Hasher};
use crate::pins::Checked;
use server::{Reply, Server};

/// Bytes that look like nothing else, and more than fit into any buffer on the way.
fn bytes(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}

const LENGTH: usize = 3_000_000;
const CUT: usize = 1_000_000;

fn sha256(bytes: &[u8]) -> String {
    let mut hasher = Hasher::new([], None);
    hasher.update(bytes);
    hasher.finish()[0].hex().to_owned()
}

/// An entry with one file, which may say more about itself.
fn entry(facts: &str) -> Entry {
    let text = format!(
        "version = 1\n[[model]]\nid = 'm'\nkind = 'chat'\nname = 'M'\nlicence = {{ id = 'MIT' }}\n\
         files = [{{ repo = 'o/n', path = 'm.bin'{facts} }}]"
    );
    Catalogue::parse(&text).unwrap().entries()[0].clone()
}

pub(crate) fn options(hub: &str, mirrors: &[String]) -> Options {
    Options {
        proxy: Proxy::None,
        // Long: a busy machine is no silent server.
        stall: Duration::from_secs(20),
        tries: 4,
        first_pause: Duration::from_millis(5),
        longest_pause: Duration::from_secs(2),
        reserve: 0,
        ..Options::new(Hubs::new(hub, mirrors))
    }
}

/// Lets everything through and remembers it; or nothing.
#[derive(Default)]
pub(crate) struct Notes {
    never: bool,
    pub(crate) asked: Mutex<Vec<domain::Access>>,
    received: std::sync::atomic::AtomicU64,
}

impl Network for Notes {
    fn admit(&self, access: &domain::Access) -> Result<u64, domain::Problem> {
        self.asked.lock().unwrap().push(access.clone());
        if self.never {
            return Err(domain::Problem::new(domain::ProblemKind::Network, "never", "allow it"));
        }
        Ok(0)
    }

    fn close(&self, _number: u64, traffic: domain::Traffic) {
        self.received.fetch_add(traffic.received, std::sync::atomic::Ordering::SeqCst);
    }
}

/// One pull into a folder of its own, or into one that is there.
struct Pull {
    folder: tempfile::TempDir,
    network: Arc<Notes>,
    events: Mutex<Vec<Event>>,
}

impl Pull {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            network: Arc::default(),
            events: Mutex::new(vec![]),
        }
    }

    async fn with(&self, options: Options, entry: &Entry) -> Result<Outcome, Error> {
        self.until(options, entry, &CancellationToken::new()).await
    }

    async fn until(
        &self,
        options: Options,
        entry: &Entry,
        stop: &CancellationToken,
    ) -> Result<Outcome, Error> {
        let fetcher = Fetcher::new(options, self.network.clone()).unwrap();
        let mut on = |event: Event| self.events.lock().unwrap().push(event);
        fetcher.pull(entry, self.folder.path(), stop, &mut on).await
    }

    fn file(&self) -> Option<Vec<u8>> {
        std::fs::read(self.folder.path().join("m.bin")).ok()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn checked(outcome: &Outcome) -> Checked {
    match outcome {
        Outcome::Done(files) => files[0].pin.checked,
        Outcome::Stopped { .. } => panic!("stopped"),
    }
}

#[tokio::test]
async fn a_file_arrives_and_is_pinned() {
    let whole = bytes(LENGTH);
    let served = whole.clone();
    let server = Server::start(move |request| Reply::file(&served, "\"e\"", request)).await;
    let pull = Pull::new();
    let outcome = pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(checked(&outcome), Checked::SizeOnly);
    assert_eq!(pull.file().unwrap(), whole);
    assert_eq!(pull.names(), ["m.bin", "pins.toml"]);
    assert_eq!(server.requests()[0].target, "/o/n/resolve/main/m.bin");
    let last = pull.events.lock().unwrap().pop();
    assert!(
        matches!(last, Some(Event::Progress { done, total: Some(total), .. }) if done == total),
        "{last:?}"
    );

    // Asked for again, it is here already.
    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn cut_connections_go_on_where_they_broke() {
    let whole = bytes(LENGTH);
    let served = whole.clone();
    let server = Server::start(move |request| {
        let reply = Reply::file(&served, "\"e\"", request);
        if request.number < 6 { reply.cut(400_000) } else { reply }
    })
    .await;
    let pull = Pull::new();
    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
    assert_eq!(server.served(), LENGTH as u64, "nothing is fetched twice");
    assert!(
        server.requests()[1..]
            .iter()
            .all(|request| request.from.is_some() && request.if_range.is_some())
    );
}

/// The first connection delivers so much and then says nothing, for ever.
async fn falls_silent(whole: Vec<u8>) -> Server {
    Server::start(move |request| {
        let mut reply = Reply::file(&whole, "\"e\"", request);
        if request.number == 0 {
            reply = reply.cut(CUT);
            reply.silent = true;
        }
        reply
    })
    .await
}

#[tokio::test]
async fn a_stopped_download_goes_on_another_day() {
    let whole = bytes(LENGTH);
    let server = falls_silent(whole.clone()).await;
    let pull = Pull::new();
    let (stop, part) = (CancellationToken::new(), pull.folder.path().join("m.bin.part"));
    let stopping = async {
        while part.metadata().map_or(0, |data| data.len()) < CUT as u64 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        stop.cancel();
    };
    let model = entry("");
    let (outcome, ()) =
        tokio::join!(pull.until(options(&server.url(), &[]), &model, &stop), stopping);
    let (done, total) = (CUT as u64, Some(LENGTH as u64));
    assert_eq!(outcome.unwrap(), Outcome::Stopped { done, total });
    assert_eq!(pull.names(), ["m.bin.part", "m.bin.part.json"]);

    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(server.requests()[1].from, Some(done));
    assert_eq!(pull.file().unwrap(), whole);
    assert_eq!(server.served(), LENGTH as u64);
}

#[tokio::test]
async fn a_silent_server_is_asked_again() {
    let whole = bytes(LENGTH);
    let server = falls_silent(whole.clone()).await;
    let pull = Pull::new();
    let impatient = Options { stall: Duration::from_secs(1), ..options(&server.url(), &[]) };
    pull.with(impatient, &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
    assert!(server.requests().len() > 1);
    let waited =
        |event: &Event| matches!(event, Event::Waiting { why, .. } if why.contains("said nothing"));
    assert!(pull.events.lock().unwrap().iter().any(waited));
}

#[tokio::test]
async fn a_server_that_knows_no_ranges_starts_again() {
    let whole = bytes(LENGTH);
    let served = whole.clone();
    let server = Server::start(move |request| {
        let reply =
            Reply::file(&served, "\"e\"", &server::Request { from: None, ..request.clone() });
        if request.number == 0 { reply.cut(CUT) } else { reply }
    })
    .await;
    let pull = Pull::new();
    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
}

/// The first half of one file and the second half of another never become one.
#[tokio::test]
async fn a_file_that_changes_meanwhile_is_fetched_anew() {
    let new = bytes(LENGTH);
    for honours_if_range in [true, false] {
        let (old, served) = (vec![7; LENGTH], new.clone());
        let server = Server::start(move |request| {
            if request.number == 0 {
                return Reply::file(&old, "\"old\"", request).cut(CUT);
            }
            let mut request = request.clone();
            if !honours_if_range {
                request.if_range = None;
            }
            Reply::file(&served, "\"new\"", &request)
        })
        .await;
        let pull = Pull::new();
        pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
        assert_eq!(pull.file().unwrap(), new, "honours If-Range: {honours_if_range}");
    }
}

#[tokio::test]
async fn a_server_that_promises_more_than_it_has_is_given_up() {
    let whole = bytes(CUT);
    let server = Server::start(move |request| {
        let mut reply = Reply::file(&whole, "\"e\"", request);
        if reply.status == 200 {
            reply.says = Some(2 * CUT as u64);
        }
        reply
    })
    .await;
    let pull = Pull::new();
    let error = pull.with(options(&server.url(), &[]), &entry("")).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert_eq!(pull.file(), None);
}

#[tokio::test]
async fn a_server_that_sends_more_than_the_hub_said_is_given_up() {
    let whole = bytes(CUT);
    let server = Server::start(move |request| {
        let mut reply = Reply::file(&whole, "\"e\"", request).header("x-linked-size", CUT - 1);
        reply.chunked = true;
        reply
    })
    .await;
    let pull = Pull::new();
    let error = pull.with(options(&server.url(), &[]), &entry("")).await.unwrap_err();
    assert!(error.to_string().contains("more than it had announced"), "{error}");
    assert_eq!(pull.file(), None);
    assert_eq!(server.requests().len(), RESTARTS as usize + 1);
}

#[tokio::test]
async fn a_file_of_unknown_length_arrives_too() {
    let whole = bytes(CUT);
    let served = whole.clone();
    let server = Server::start(move |request| {
        let mut reply = Reply::file(&served, "\"e\"", request);
        reply.chunked = true;
        // The first time without its end.
        if request.number == 0 { reply.cut(CUT / 2) } else { reply }
    })
    .await;
    let pull = Pull::new();
    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
}

#[tokio::test]
async fn wrong_bytes_never_get_the_name() {
    let (whole, mut other) = (bytes(CUT), bytes(CUT));
    other[CUT / 2] ^= 1;
    for facts in [
        format!(", sha256 = '{}'", sha256(&whole)),
        format!(", sha1 = '{}'", "0".repeat(40)),
        format!(", md5 = '{}'", "0".repeat(32)),
    ] {
        let served = other.clone();
        let server = Server::start(move |request| Reply::file(&served, "\"e\"", request)).await;
        let pull = Pull::new();
        let error = pull.with(options(&server.url(), &[]), &entry(&facts)).await.unwrap_err();
        assert!(matches!(error, Error::Wrong { .. }), "{error}");
        assert_eq!(pull.file(), None);
        let left: u64 = pull
            .names()
            .iter()
            .map(|name| pull.folder.path().join(name).metadata().unwrap().len())
            .sum();
        assert_eq!(left, 0, "{:?}", pull.names());
    }
}

#[tokio::test]
async fn bytes_from_an_earlier_day_are_doubted_before_the_server_is() {
    let whole = bytes(CUT);
    let served = whole.clone();
    let server = Server::start(move |request| Reply::file(&served, "\"e\"", request)).await;
    let pull = Pull::new();
    std::fs::write(pull.folder.path().join("m.bin.part"), vec![0; CUT / 2]).unwrap();
    let url = format!("{}/o/n/resolve/main/m.bin", server.url());
    let record =
        format!(r#"{{"v": 1, "url": "{url}", "etag": "\"e\"", "total": {CUT}, "digest": null}}"#);
    std::fs::write(pull.folder.path().join("m.bin.part.json"), record).unwrap();
    let facts = format!(", sha256 = '{}'", sha256(&whole));
    pull.with(options(&server.url(), &[]), &entry(&facts)).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_full_disk_is_noticed_before_the_first_byte() {
    let server = Server::start(|request| Reply::file(&[1; 1000], "\"e\"", request)).await;
    let pull = Pull::new();
    let full = Options { reserve: u64::MAX / 2, ..options(&server.url(), &[]) };
    let error = pull.with(full.clone(), &entry(", size = 1000")).await.unwrap_err();
    assert!(matches!(error, Error::NoSpace { .. }), "{error}");
    assert_eq!(server.requests().len(), 0);
    // Where the catalogue does not say the size, the server does.
    let error = pull.with(full, &entry("")).await.unwrap_err();
    assert!(matches!(error, Error::NoSpace { .. }), "{error}");
    assert_eq!(pull.file(), None);
    // And where nobody does, the disk is not filled either.
    let endless = Server::start(|request| Reply {
        chunked: true,
        ..Reply::file(&[1; 1000], "\"e\"", request)
    })
    .await;
    let full = Options { reserve: u64::MAX / 2, ..options(&endless.url(), &[]) };
    let error = pull.with(full, &entry("")).await.unwrap_err();
    assert!(matches!(error, Error::NoSpace { .. }), "{error}");
    assert_eq!(pull.file(), None);
}

#[tokio::test]
async fn the_same_file_is_fetched_by_one_at_a_time() {
    let whole = bytes(CUT);
    let server = Server::start(move |request| Reply::file(&whole, "\"e\"", request)).await;
    let pull = Pull::new();
    let held = Part::open(&pull.folder.path().join("m.bin")).unwrap();
    let error = pull.with(options(&server.url(), &[]), &entry("")).await.unwrap_err();
    assert!(matches!(error, Error::Busy(_)), "{error}");
    drop(held);
    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
}

#[tokio::test]
async fn a_limit_is_kept() {
    let whole = bytes(CUT);
    let server = Server::start(move |request| Reply::file(&whole, "\"e\"", request)).await;
    let start = Instant::now();
    let slow = Options { limit: Some(4_000_000), ..options(&server.url(), &[]) };
    Pull::new().with(slow, &entry("")).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(240), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_proxy_is_asked_instead_of_the_hub() {
    let whole = bytes(CUT);
    let server = Server::start(move |request| Reply::file(&whole, "\"e\"", request)).await;
    let through =
        Options { proxy: Proxy::Url(server.url()), ..options("http://models.example", &[]) };
    Pull::new().with(through, &entry("")).await.unwrap();
    assert_eq!(server.requests()[0].target, "http://models.example/o/n/resolve/main/m.bin");
}

#[tokio::test]
async fn a_file_that_got_its_name_but_no_record_is_not_fetched_again() {
    let whole = bytes(CUT);
    let facts = format!(", sha256 = '{}'", sha256(&whole));
    let served = whole.clone();
    let server = Server::start(move |request| Reply::file(&served, "\"e\"", request)).await;
    let pull = Pull::new();
    std::fs::write(pull.folder.path().join("m.bin"), &whole).unwrap();
    pull.with(options(&server.url(), &[]), &entry(&facts)).await.unwrap();
    assert_eq!(server.requests().len(), 0);
    // Without a checksum nobody knows what it is.
    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_voice_is_there_when_all_its_files_are() {
    let server = Server::start(|request| {
        let name = request.target.rsplit('/').next().unwrap_or_default();
        Reply::file(name.as_bytes(), "\"e\"", request)
    })
    .await;
    let text = "version = 1\n[[model]]\nid = 'v'\nkind = 'voice'\nname = 'V'\nlicence = { id = 'MIT' }\nfiles = [\
                { repo = 'o/n', path = 'a/v.onnx', about = '1 kB' }, { repo = 'o/n', path = 'a/v.onnx.json' }, { repo = 'o/n', path = 'a/MODEL_CARD' }]";
    let entry = Catalogue::parse(text).unwrap().entries()[0].clone();
    let pull = Pull::new();
    let Outcome::Done(files) = pull.with(options(&server.url(), &[]), &entry).await.unwrap() else {
        panic!()
    };
    assert_eq!(files.len(), 3);
    assert_eq!(pull.names(), ["MODEL_CARD", "pins.toml", "v.onnx", "v.onnx.json"]);
}

/// Fifty connections that break anywhere, at random but always the same random.
#[tokio::test]
async fn a_line_that_breaks_again_and_again_still_delivers() {
    let whole = bytes(LENGTH);
    let served = whole.clone();
    let server = Server::start(move |request| {
        let reply = Reply::file(&served, "\"e\"", request);
        let random = (request.number as u64 * 2_654_435_761) % 110_000;
        reply.cut(1 + random as usize)
    })
    .await;
    let pull = Pull::new();
    pull.with(options(&server.url(), &[]), &entry(&format!(", sha256 = '{}'", sha256(&whole))))
        .await
        .unwrap();
    assert_eq!(pull.file().unwrap(), whole);
    assert_eq!(server.served(), LENGTH as u64);
    println!("{} connections", server.requests().len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_download_on_its_own_thread_stops_when_it_is_dropped() {
    let server = falls_silent(bytes(LENGTH)).await;
    let folder = tempfile::tempdir().unwrap();
    let (tell, told) = std::sync::mpsc::sync_channel(1);
    let (ended, end) = std::sync::mpsc::sync_channel(1);
    let download = Download::start(
        Fetcher::new(options(&server.url(), &[]), Arc::new(Notes::default())).unwrap(),
        entry(""),
        folder.path().to_owned(),
        move |_| {
            let _ = tell.try_send(());
        },
        move |outcome| drop(ended.send(outcome)),
    )
    .unwrap();
    tokio::task::spawn_blocking(move || {
        told.recv().unwrap();
        drop(download);
        assert!(matches!(end.recv().unwrap(), Ok(Outcome::Stopped { .. })));
    })
    .await
    .unwrap();
}

#[test]
fn pauses_double_and_end() {
    let options = Options { tries: 4, ..Options::new(Hubs::new("https://h.example", &[])) };
    let pauses: Vec<_> =
        (1..=4).map(|n| options.pause(n, None).map(|pause| pause.as_secs())).collect();
    assert_eq!(pauses, [Some(1), Some(2), Some(4), None]);
    assert_eq!(options.pause(1, Some(Duration::from_secs(9))), Some(Duration::from_secs(9)));
    assert_eq!(options.pause(1, Some(Duration::from_secs(999))), None);
}

#[tokio::test]
async fn every_connection_is_asked_for_and_its_bytes_are_counted() {
    let whole = bytes(LENGTH);
    let served = whole.clone();
    let server = Server::start(move |request| {
        if request.target.starts_with("/elsewhere") {
            Reply::file(&served, "\"e\"", request)
        } else {
            Reply::to("/elsewhere")
        }
    })
    .await;
    let pull = Pull::new();
    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    let asked = pull.network.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 2, "the hub, and where it leads: {asked:?}");
    assert!(asked.iter().all(|access| access.host == "127.0.0.1" && access.what == "m.bin"));
    assert_eq!(pull.network.received.load(std::sync::atomic::Ordering::SeqCst), LENGTH as u64);
}

#[tokio::test]
async fn what_is_forbidden_is_never_asked_of_a_server() {
    let server = Server::start(|_| Reply::status(200)).await;
    let pull = Pull { network: Arc::new(Notes { never: true, ..Notes::default() }), ..Pull::new() };
    let mirrors = [server.url()];
    let error = pull.with(options(&server.url(), &mirrors), &entry("")).await.unwrap_err();
    assert!(matches!(error, Error::Forbidden(_)), "{error:?}");
    assert!(server.requests().is_empty());
    assert_eq!(pull.network.asked.lock().unwrap().len(), 1, "a mirror is no way round");
}
