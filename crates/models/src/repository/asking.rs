//! A short text from a hub: a list, a description. It may have moved (a repository that was renamed), and it may go on elsewhere (a list of
//! many files).

use domain::Purpose;
use reqwest::{Response, Url, header};

use super::model_scope;
use crate::Error;
use crate::fetch::{Fetcher, HOPS, passage, reason};

/// A text, and where it goes on.
pub(super) struct Page {
    pub(super) text: Vec<u8>,
    /// The next page, where the hub names one of its own.
    pub(super) next: Option<Url>,
}

impl Fetcher {
    /// A short text from a hub.
    pub(crate) async fn text(
        &self,
        url: &Url,
        purpose: Purpose,
        what: &str,
        most: usize,
    ) -> Result<Vec<u8>, Error> {
        Ok(self.page(url, purpose, what, most).await?.text)
    }

    /// [`Fetcher::text`], and the page behind it.
    pub(super) async fn page(
        &self,
        first: &Url,
        purpose: Purpose,
        what: &str,
        most: usize,
    ) -> Result<Page, Error> {
        let unreachable = |why| Error::Unreachable { file: what.to_owned(), why };
        let stall = self.options.stall;
        let mut url = first.clone();
        for _ in 0..HOPS {
            self.options.hubs.check(&url).or_else(|error| {
                // ModelScope is no hub of the list; it is https, or named by its own variable.
                if is_of_scope(&url, &model_scope()) { Ok(()) } else { Err(error) }
            })?;
            let mut passage = passage(&self.network, purpose, &url, what)?;
            let asked = self.client.get(url.clone()).send();
            let mut answer = tokio::time::timeout(stall, asked)
                .await
                .map_err(|_| unreachable("the server did not answer".to_owned()))?
                .map_err(|error| unreachable(reason(&error)))?;
            match answer.status() {
                status if status.is_redirection() => {
                    let to = answer.headers().get(header::LOCATION);
                    let to = to.and_then(|to| url.join(to.to_str().ok()?).ok());
                    url = to.ok_or_else(|| unreachable(format!("`{url}` redirects to nowhere")))?;
                    continue;
                }
                status => match status.as_u16() {
                    200 => {}
                    401 | 403 => {
                        return Err(Error::Gated { file: what.to_owned(), url: url.to_string() });
                    }
                    404 => {
                        return Err(Error::Gone { file: what.to_owned(), url: url.to_string() });
                    }
                    _ => return Err(unreachable(format!("the server answered {status}"))),
                },
            }
            let next = next_page(&answer, &url);
            let mut text = Vec::new();
            loop {
                let piece = tokio::time::timeout(stall, answer.chunk())
                    .await
                    .map_err(|_| unreachable("the server fell silent".to_owned()))?
                    .map_err(|error| unreachable(reason(&error)))?;
                let Some(bytes) = piece else { return Ok(Page { text, next }) };
                passage.received(bytes.len() as u64);
                if text.len() + bytes.len() > most {
                    return Err(unreachable("what it sent is too long".to_owned()));
                }
                text.extend_from_slice(&bytes);
            }
        }
        Err(unreachable(format!("`{first}` redirects in a circle")))
    }
}

/// Whether an address is one of the machine at `scope`: a redirect's may only begin like it.
fn is_of_scope(url: &Url, scope: &str) -> bool {
    let nameless = url.username().is_empty() && url.password().is_none();
    nameless && Url::parse(scope).is_ok_and(|scope| scope.origin() == url.origin())
}

/// `Link: <address>; rel="next"`, as Hugging Face writes it. Only the machine that was asked is asked on.
fn next_page(answer: &Response, url: &Url) -> Option<Url> {
    let links = answer.headers().get_all(header::LINK).iter();
    links
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|link| link.contains("rel=\"next\""))
        .find_map(|link| {
            let address = link.split_once('<')?.1.split_once('>')?.0;
            url.join(address).ok()
        })
        .filter(|next| next.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_begins_like_the_other_hub_is_not_it() {
        let scope = "http://lan.example";
        for (url, is) in [
            ("http://lan.example/api/v1/models", true),
            ("http://lan.example.evil.example/api", false),
            ("http://lan.example@evil.example/api", false),
            ("http://lan.example:8080/api", false),
            ("http://me:pw@lan.example/api", false),
        ] {
            assert_eq!(is_of_scope(&Url::parse(url).unwrap(), scope), is, "{url}");
        }
    }
}
