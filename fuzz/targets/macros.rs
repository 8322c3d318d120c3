//! Any text with macros in it: it is expanded in bounded time and to a bounded length.

use prompt::{Macros, Names};

/// Returns, whatever `data` is.
pub(crate) fn any_bytes(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let names = Names { char: "Mira", user: "Ann" };
    let macros = Macros::new(names, 7).with_texts(&[("description", text.as_ref())]);
    let once = macros.expand(&text);
    let _twice = Macros::new(names, 8).expand(&once);
}
