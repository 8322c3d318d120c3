//! The files that a card names or carries, and where their bytes are. Nothing is fetched from here: what stands on the network is named.

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;

use crate::container::png_text;
use crate::container::zip::{self, Entry};
use crate::{Error, Imported, base64_text};

/// Largest asset that is unpacked.
pub const MAX_ASSET_BYTES: usize = 64 << 20;

/// Where an asset's bytes are to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Availability {
    /// The picture of the card itself (`ccdefault:`).
    Default,
    /// In the file: [`Imported::asset`] gives it.
    Inside,
    /// On the network. Kept, and not loaded unless a person allows it.
    Network,
    /// Named, but not there.
    Missing,
    /// Named in a way that is not known. Kept.
    Unknown,
}

/// Where exactly.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Place {
    /// The picture of the card.
    Default,
    /// In the URI itself.
    Inline,
    /// An entry of an archive.
    Entry(Entry),
    /// A text chunk of a PNG: the place of its base64 in the file.
    Chunk(Range<usize>),
    Network,
    Missing,
    #[default]
    Unknown,
}

/// A file that a card names or carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Asset {
    /// `icon`, `background`, `user_icon`, `emotion`, `x_…`; `embedded` for what is in the file but not named by the card.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Where it is, as the card says: `ccdefault:`, `embeded://…`, `https://…`, `data:…`, `__asset:…`.
    pub uri: String,
    /// File ending without the dot.
    pub ext: String,
    /// Whether it can be had.
    pub at: Availability,
    /// Its size in bytes, where that is known without unpacking it (and as far as the file is to be believed).
    pub bytes: Option<u64>,
    #[serde(skip)]
    pub(crate) place: Place,
    /// Its number in the card's own list; `None` for one that is not in it.
    #[serde(skip)]
    pub(crate) origin: Option<usize>,
}

impl Asset {
    /// An asset with its bytes, to be added to [`Imported::assets`]. `kind` is `icon`, `emotion`, `background`, `user_icon` or `x_…`.
    pub fn new(kind: &str, name: &str, ext: &str, bytes: &[u8]) -> Self {
        let media = media_type(ext).unwrap_or("application/octet-stream");
        Self {
            kind: kind.to_owned(),
            name: name.to_owned(),
            uri: format!("data:{media};base64,{}", base64_text::encode(bytes)),
            ext: ext.to_owned(),
            at: Availability::Inside,
            bytes: Some(bytes.len() as u64),
            place: Place::Inline,
            origin: None,
        }
    }

    pub(crate) fn at(kind: String, name: String, uri: String, ext: String, place: Place) -> Self {
        let mut asset = Self {
            kind,
            name,
            uri,
            ext,
            at: Availability::Unknown,
            bytes: None,
            place: Place::Unknown,
            origin: None,
        };
        asset.settle(place);
        asset
    }

    /// Says where the bytes are.
    pub(crate) fn settle(&mut self, place: Place) {
        (self.at, self.bytes) = match &place {
            Place::Default => (Availability::Default, None),
            Place::Inline => (Availability::Inside, data_length(&self.uri)),
            Place::Entry(entry) if entry.readable => (Availability::Inside, Some(entry.size)),
            Place::Entry(entry) => (Availability::Unknown, Some(entry.size)),
            Place::Chunk(range) => (Availability::Inside, Some(range.len() as u64 / 4 * 3)),
            Place::Network => (Availability::Network, None),
            Place::Missing => (Availability::Missing, None),
            Place::Unknown => (Availability::Unknown, None),
        };
        self.place = place;
    }

    /// The URI for people: the bytes of a `data:` URI are left out.
    pub fn short_uri(&self) -> &str {
        match self.uri.split_once(',') {
            Some((head, _)) if is_scheme(&self.uri, "data") => head,
            _ => &self.uri,
        }
    }
}

/// What a URI says, without looking for the bytes.
pub(crate) fn place_of(uri: &str) -> Place {
    match uri {
        _ if is_scheme(uri, "ccdefault") => Place::Default,
        _ if is_scheme(uri, "data") => Place::Inline,
        _ if is_scheme(uri, "http") || is_scheme(uri, "https") => Place::Network,
        _ if embedded_path(uri).is_some() || is_scheme(uri, "__asset") => Place::Missing,
        _ => Place::Unknown,
    }
}

fn is_scheme(uri: &str, scheme: &str) -> bool {
    uri.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
        && uri[scheme.len()..].starts_with(':')
}

/// The path in an `embeded://` URI; the specification's one `d`, and everybody's two.
pub(crate) fn embedded_path(uri: &str) -> Option<&str> {
    ["embeded://", "embedded://"].iter().find_map(|scheme| {
        let head = uri.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| &uri[scheme.len()..])
    })
}

/// The name in an `__asset:` URI.
pub(crate) fn chunk_name(uri: &str) -> Option<&str> {
    uri.strip_prefix("__asset:")
}

/// The media type of a file ending; only what a page may show or play.
pub fn media_type(ext: &str) -> Option<&'static str> {
    Some(match ext.to_ascii_lowercase().as_str() {
        "png" | "apng" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "avif" => "image/avif",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => return None,
    })
}

/// The file ending for bytes, by what they begin with.
pub(crate) fn ending_of(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes {
        [0x89, b'P', b'N', b'G', ..] => "png",
        [0xff, 0xd8, 0xff, ..] => "jpeg",
        [b'G', b'I', b'F', b'8', ..] => "gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "webp",
        _ => return None,
    })
}

fn data_length(uri: &str) -> Option<u64> {
    let (head, data) = uri.split_once(',')?;
    let length = data.len() as u64;
    Some(if head.ends_with(";base64") { length / 4 * 3 } else { length })
}

/// The bytes of a `data:` URI.
fn data(uri: &str) -> Option<Vec<u8>> {
    let (head, data) = uri.split_once(',')?;
    if head.to_ascii_lowercase().ends_with(";base64") {
        base64_text::decode(data.as_bytes())
    } else {
        Some(data.as_bytes().to_vec())
    }
}

impl Imported {
    /// The bytes of an asset. `file` is the file that was imported.
    ///
    /// # Errors
    /// [`Error::NoAsset`] says why there are none: on the network, missing, damaged, too large.
    pub fn asset<'a>(&self, file: &'a [u8], asset: &Asset) -> Result<Cow<'a, [u8]>, Error> {
        let no =
            |reason: &str| Error::NoAsset { name: asset.name.clone(), reason: reason.to_owned() };
        match &asset.place {
            Place::Default => match &self.picture {
                Some(range) => file
                    .get(range.clone())
                    .map(Cow::Borrowed)
                    .ok_or_else(|| no("the file is another one")),
                None => Err(no("it is the app's own picture")),
            },
            Place::Inline => {
                data(&asset.uri).map(Cow::Owned).ok_or_else(|| no("its data is damaged"))
            }
            Place::Entry(entry) => {
                if let Some(range) = &entry.stored {
                    return file
                        .get(range.clone())
                        .map(Cow::Borrowed)
                        .ok_or_else(|| no("the file is another one"));
                }
                let mut archive = zip::open(file)
                    .map_err(|error| no(&error))?
                    .ok_or_else(|| no("the file is another one"))?;
                archive.read(entry, MAX_ASSET_BYTES).map(Cow::Owned).map_err(|error| no(&error))
            }
            Place::Chunk(range) => {
                let text = file.get(range.clone()).ok_or_else(|| no("the file is another one"))?;
                png_text::asset(text).map(Cow::Owned).map_err(|error| no(&error))
            }
            Place::Network => {
                Err(no("it is on the network, and nothing is loaded from there unasked"))
            }
            Place::Missing => Err(no("it is not in the file")),
            Place::Unknown => Err(no("where it is cannot be understood")),
        }
    }

    /// The character's picture: the `icon` called `main`, else any icon, else the picture that the card is in, else any picture that the
    /// file carries. `file` is the file that was imported.
    pub fn portrait<'a>(&self, file: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        let icons = || self.assets.iter().filter(|asset| asset.kind.eq_ignore_ascii_case("icon"));
        let main = icons().filter(|asset| asset.name.eq_ignore_ascii_case("main"));
        let pictures = || self.assets.iter().filter(|asset| is_picture(&asset.ext));
        let usable = |bytes: Cow<'a, [u8]>| ending_of(&bytes).is_some().then_some(bytes);
        main.chain(icons())
            .find_map(|asset| usable(self.asset(file, asset).ok()?))
            .or_else(|| usable(Cow::Borrowed(file.get(self.picture.clone()?)?)))
            .or_else(|| pictures().find_map(|asset| usable(self.asset(file, asset).ok()?)))
    }
}

/// True for the file endings of pictures.
pub(crate) fn is_picture(ext: &str) -> bool {
    media_type(ext).is_some_and(|media| media.starts_with("image/"))
}

/// The ending of a path.
pub(crate) fn ending(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map(|(_, ext)| ext.to_ascii_lowercase()).unwrap_or_default()
}
