//! Addresses of the web and of mail: what is said of them.

use super::token::{Class, text};

/// `https://example.com/a`, `www.example.com`, `someone@example.com`: what is said of it.
pub(super) fn address(rest: &[char]) -> Option<(Class, usize)> {
    if !rest.first()?.is_ascii_alphanumeric() {
        return None;
    }
    let inside =
        |c: &&char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | ')' | ']' | '`');
    let mut length = rest.iter().take_while(inside).take(2000).count();
    while length > 0 && !(rest[length - 1].is_ascii_alphanumeric() || rest[length - 1] == '/') {
        length -= 1;
    }
    let whole = text(&rest[..length]);
    let lower = whole.to_ascii_lowercase();
    let scheme = ["https://", "http://"].into_iter().find(|scheme| lower.starts_with(scheme));
    if scheme.is_some() || lower.starts_with("www.") {
        let host = &whole[scheme.map_or(0, str::len)..];
        let host = host.split(['/', '?', '#', ':']).next().unwrap_or(host);
        let host = host.rsplit('@').next().unwrap_or(host);
        let bare = host.get(..4).filter(|www| www.eq_ignore_ascii_case("www.")).map(|_| &host[4..]);
        let host = bare.unwrap_or(host);
        return host
            .chars()
            .any(|c| c.is_ascii_alphanumeric())
            .then(|| (Class::Address(host.to_owned()), length));
    }
    let (name, host) = whole.split_once('@')?;
    let named = !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+'));
    let hosted = host.contains('.')
        && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    (named && hosted).then_some((Class::Address(whole), length))
}
