//! AVIF among pictures of characters. A portrait, a feeling, and what goes to the page are PNG then: not every engine that draws a page
//! reads AVIF, and no other program that reads cards does.

use std::borrow::Cow;

/// A picture that everybody can read: an AVIF one as a PNG, any other file as it is.
///
/// # Errors
/// Says why an AVIF picture cannot be used: damaged, too large.
pub(crate) fn readable(bytes: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    let made = scenery::png_of_avif(bytes).map_err(|error| error.to_string())?;
    Ok(made.map_or(Cow::Borrowed(bytes), Cow::Owned))
}

#[cfg(test)]
pub(crate) const BARS: &[u8] = include_bytes!("../../../scenery/tests/fixtures/bars.avif");

#[cfg(test)]
mod tests {
    use super::{BARS, readable};

    #[test]
    fn avif_becomes_png_and_all_else_stays() {
        assert!(readable(BARS).unwrap().starts_with(b"\x89PNG"));
        assert!(readable(&BARS[..60]).unwrap_err().contains("no picture that can be read"));
        assert_eq!(&*readable(b"GIF89a").unwrap(), b"GIF89a");
    }
}
