//! A single picture from an address that a stranger wrote into a card. Only where a person has allowed it; only over https, only from
//! servers with a name, bounded in size and time, with nothing sent along that says who asks.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use domain::{Network, Purpose};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url, header};

use super::{Options, Proxy, http};
use crate::Error;
use crate::hubs::Hubs;

/// Largest picture that is fetched, in bytes.
const MOST: usize = 16 << 20;
/// Longest that all of it may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// More redirects than this lead nowhere.
const HOPS: usize = 4;

/// Fetches a picture through `network`. What comes is not looked at: whoever decodes it has to expect anything.
///
/// # Errors
/// [`Error::Address`] for an address that must not be asked, [`Error::Forbidden`], [`Error::Unreachable`], [`Error::Setup`].
pub async fn fetch_picture(
    network: &Arc<dyn Network>,
    proxy: Proxy,
    address: &str,
) -> Result<Vec<u8>, Error> {
    let options = Options { proxy, ..Options::new(Hubs::from_environment(&[])) };
    let client = http::builder(&options)?.dns_resolver(Arc::new(Internet)).build();
    let client = client.map_err(|why| Error::Setup(why.to_string()))?;
    let fetched = fetch(&client, network, address, &allowed);
    match tokio::time::timeout(PATIENCE, fetched).await {
        Ok(answer) => answer,
        Err(_) => Err(unreachable(address, "it took too long")),
    }
}

/// Whether a stranger's address may be asked: an address within this machine or this house must not be.
fn allowed(url: &Url) -> Result<(), String> {
    if url.scheme() != "https" {
        return Err("only https is loaded".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a name or a password".to_owned());
    }
    let host = url.domain().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    let local = [".localhost", ".local", ".internal", ".lan", ".home.arpa"];
    // A name without a dot is one of this network; an address of numbers has no domain at all.
    if !host.contains('.') || local.iter().any(|end| host.ends_with(end)) {
        return Err("it is an address within a network, not one of the internet".to_owned());
    }
    Ok(())
}

/// Finds servers by their names, and only such as are on the internet: a stranger's name may lead into this house.
struct Internet;

impl Resolve for Internet {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|at| is_public(at.ip())).collect();
            if public.is_empty() {
                return Err("the name leads to no server of the internet".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Not of this machine, of this network, or of none.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let benchmark = a == 198 && (18..20).contains(&b);
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_multicast()
                || ip.is_documentation()
                || a == 0
                || a >= 240
                || shared
                || benchmark)
        }
        IpAddr::V6(ip) => {
            if let Some(mapped) = ip.to_ipv4_mapped() {
                return is_public(IpAddr::V4(mapped));
            }
            // Global unicast; within it, the ways back to IPv4 (6to4, Teredo) and examples.
            let [first, second, ..] = ip.segments();
            first & 0xe000 == 0x2000
                && first != 0x2002
                && !(first == 0x2001 && (second < 0x200 || second == 0xdb8))
        }
    }
}

async fn fetch(
    client: &Client,
    network: &Arc<dyn Network>,
    address: &str,
    allowed: &(dyn Fn(&Url) -> Result<(), String> + Sync),
) -> Result<Vec<u8>, Error> {
    let forbidden = |why: String| Error::Address { url: address.to_owned(), why };
    let mut url = Url::parse(address).map_err(|why| forbidden(why.to_string()))?;
    for _ in 0..HOPS {
        allowed(&url).map_err(forbidden)?;
        let mut passage = http::passage(network, Purpose::Asset, &url, "a picture of a card")?;
        let request = client.get(url.clone()).header(header::ACCEPT, "image/*");
        let mut response =
            request.send().await.map_err(|why| unreachable(address, &why.to_string()))?;
        if response.status().is_redirection() {
            let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
            url = to
                .and_then(|to| url.join(to).ok())
                .ok_or_else(|| unreachable(address, "it redirects to nowhere"))?;
            continue;
        }
        if !response.status().is_success() {
            return Err(unreachable(
                address,
                &format!("the server answered {}", response.status()),
            ));
        }
        let too_large = || unreachable(address, "it is larger than a picture may be (16 MiB)");
        if response.content_length().is_some_and(|length| length > MOST as u64) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(part) =
            response.chunk().await.map_err(|why| unreachable(address, &why.to_string()))?
        {
            if bytes.len() + part.len() > MOST {
                return Err(too_large());
            }
            passage.received(part.len() as u64);
            bytes.extend_from_slice(&part);
        }
        return Ok(bytes);
    }
    Err(unreachable(address, "it redirects too often"))
}

fn unreachable(address: &str, why: &str) -> Error {
    Error::Unreachable { file: address.to_owned(), why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn only_named_servers_of_the_internet_are_asked() {
        let ok = |address: &str| allowed(&Url::parse(address).unwrap()).is_ok();
        assert!(ok("https://example.com/a.png") && ok("https://EXAMPLE.com./a.png"));
        for bad in [
            "http://example.com/a.png",
            "file:///etc/passwd",
            "https://127.0.0.1/a.png",
            "https://[::1]/a.png",
            "https://0x7f.1/a.png",
            "https://2130706433/",
            "https://localhost/a.png",
            "https://router/a.png",
            "https://a.localhost/a.png",
            "https://nas.local/a.png",
            "https://name:secret@example.com/a.png",
            "ftp://example.com/a.png",
        ] {
            assert!(!ok(bad), "{bad}");
        }
    }

    #[test]
    fn a_name_that_leads_into_this_house_leads_nowhere() {
        for public in ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for own in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "198.18.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:192.168.1.1",
            "2002:c0a8:101::1",
            "2001::1",
            "64:ff9b::c0a8:101",
        ] {
            assert!(!is_public(own.parse().unwrap()), "{own}");
        }
    }

    #[tokio::test]
    async fn the_resolver_gives_no_server_of_this_machine() {
        let name: Name = "localhost".parse().unwrap();
        assert!(Internet.resolve(name).await.is_err());
    }

    /// A server that answers each request with the next of these.
    fn server(answers: Vec<String>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        address
    }

    /// A door that lets everybody through.
    struct Open;

    impl Network for Open {
        fn admit(&self, access: &domain::Access) -> Result<u64, domain::Problem> {
            assert_eq!(access.purpose, Purpose::Asset);
            Ok(0)
        }

        fn close(&self, _number: u64, _traffic: domain::Traffic) {}
    }

    async fn get(address: &str) -> Result<Vec<u8>, Error> {
        let mut options = Options::new(Hubs::from_environment(&[]));
        options.proxy = Proxy::None;
        let client = http::client(&options)?;
        // Only the servers of the test speak http here.
        let here = |url: &Url| match url.host_str() {
            Some("127.0.0.1") => Ok(()),
            _ => allowed(url),
        };
        fetch(&client, &(Arc::new(Open) as Arc<dyn Network>), address, &here).await
    }

    #[tokio::test]
    async fn a_picture_comes_and_redirects_are_checked_like_the_first_address() {
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\npng".to_owned();
        let to = |place: &str| {
            format!(
                "HTTP/1.1 302 Found\r\nlocation: {place}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
        };
        assert_eq!(get(&server(vec![to("/there"), ok])).await.unwrap(), b"png");
        let away = get(&server(vec![to("https://router/secret")])).await;
        assert!(matches!(away, Err(Error::Address { .. })), "{away:?}");
        let circles = get(&server(vec![to("/again"); 5])).await;
        assert!(matches!(circles, Err(Error::Unreachable { .. })), "{circles:?}");
        let gone = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        assert!(get(&server(vec![gone.to_owned()])).await.is_err());
    }

    #[tokio::test]
    async fn what_is_too_large_is_not_read() {
        let huge = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\nx", MOST + 1);
        let error = get(&server(vec![huge])).await.unwrap_err();
        assert!(error.to_string().contains("larger"), "{error}");
    }
}
