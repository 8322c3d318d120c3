//! Figures that move: folders and archives of a Live2D model (Cubism 3 and later), VRM files, and layered pictures (PSD). What belongs to one is decided here by names,
//! what may be kept by first bytes; what is drawn is the page's business.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::asset;
use crate::container::zip;
use crate::pack::check_texture;

/// Most files of one figure.
pub const MAX_FIGURE_FILES: usize = 1_000;
/// Largest file of a figure, in bytes.
pub const MAX_FIGURE_FILE_BYTES: usize = 96 << 20;
/// Most bytes of all its files together.
pub const MAX_FIGURE_BYTES: usize = 256 << 20;
/// Longest description in a VRM file, in bytes. Meshes and pictures are not in it.
const MAX_DESCRIPTION_BYTES: usize = 16 << 20;
/// Most pictures in a VRM file: each is looked through.
const MAX_TEXTURES: usize = 256;
/// The rig that may lie beside a layered picture.
const RIG: &str = "rig.json";
/// Longest side of a layered picture, in pixels.
const MAX_LAYERED_SIDE: u32 = 8_192;

/// What draws a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// A model of Live2D Cubism 3 or later.
    Live2d,
    /// A VRM file, of version 0 or 1.
    Vrm,
    /// A layered picture, and perhaps the rig that moves its layers.
    Layers,
}

impl FigureKind {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live2d => "live2d",
            Self::Vrm => "vrm",
            Self::Layers => "layers",
        }
    }
}

/// A figure among some files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigurePlan {
    /// What draws it.
    pub kind: FigureKind,
    /// A name for people: of the file that everything begins with, without its endings.
    pub name: String,
    /// That file, relative to the figure: a `.model3.json`, a `.vrm`, a `.psd`, or the only `.moc3`.
    pub entry: String,
    /// The files that belong to it: its path within the figure, and its position in the list that was given.
    pub files: Vec<(String, usize)>,
    /// Names of other figures among the files, which are left out.
    pub others: Vec<String>,
}

/// Looks for a figure among the paths of a folder or an archive (with `/`). `None` where there is none.
///
/// Of several the outermost is taken, then the first by name. A Live2D folder without a `.model3.json` (some exporters write none) is a
/// figure where it has exactly one `.moc3`.
pub fn plan_figure(paths: &[String]) -> Option<FigurePlan> {
    let mut begins: Vec<&String> =
        paths.iter().filter(|path| usable(path) && begin(path).is_some()).collect();
    begins.sort_by_key(|path| (path.matches('/').count(), path.as_str()));
    if begins.is_empty() {
        let mut mocs = paths.iter().filter(|path| usable(path) && ends(path, ".moc3"));
        begins.extend(mocs.next().filter(|_| mocs.next().is_none()));
    }
    let (first, rest) = begins.split_first()?;
    let kind = begin(first).unwrap_or(FigureKind::Live2d);
    let root = first.rfind('/').map_or("", |at| &first[..=at]);
    let mut seen = BTreeSet::new();
    let files = paths.iter().enumerate().filter_map(|(index, path)| {
        let inside = path.strip_prefix(root)?;
        let belongs = match kind {
            FigureKind::Vrm => path == *first,
            FigureKind::Layers => path == *first || inside.eq_ignore_ascii_case(RIG),
            FigureKind::Live2d => usable(path) && is_part(inside),
        };
        // Folders on two systems may differ in case only; one of them counts.
        (belongs && seen.insert(inside.to_lowercase())).then(|| (inside.to_owned(), index))
    });
    let mut files: Vec<(String, usize)> = files.collect();
    // The beginning, the model and its pictures go before expressions and motions.
    files.sort_by_key(|(path, _)| (rank(path), path.clone()));
    files.truncate(MAX_FIGURE_FILES);
    Some(FigurePlan {
        kind,
        name: bare(first),
        entry: first[root.len()..].to_owned(),
        files,
        others: rest.iter().map(|path| bare(path)).collect(),
    })
}

/// Paths of the files in an archive; `None` where the file is none.
pub fn archive_paths(file: &[u8]) -> Option<Vec<String>> {
    let archive = zip::open(file).ok().flatten()?;
    Some(archive.entries.into_iter().map(|entry| entry.path).collect())
}

/// Reads some files of an archive, by their position in [`archive_paths`]. `take` gets each, or why there is none; it answers `false` to stop.
///
/// # Errors
/// Where the archive cannot be opened.
pub fn read_archive(
    file: &[u8],
    wanted: &[usize],
    mut take: impl FnMut(usize, Result<Vec<u8>, String>) -> bool,
) -> Result<(), String> {
    let mut archive = zip::open(file)?.ok_or("the archive is another one")?;
    for &index in wanted {
        let Some(entry) = archive.entries.get(index).cloned() else { continue };
        if !take(index, archive.read(&entry, MAX_FIGURE_FILE_BYTES)) {
            break;
        }
    }
    Ok(())
}

/// Looks whether a file of a figure is what its name says.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_figure_file(path: &str, bytes: &[u8]) -> Result<(), String> {
    if bytes.len() > MAX_FIGURE_FILE_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_FIGURE_FILE_BYTES >> 20));
    }
    if ends(path, ".moc3") {
        return bytes.starts_with(b"MOC3").then_some(()).ok_or("it is no MOC3 file".into());
    }
    if ends(path, ".vrm") {
        return check_glb(bytes);
    }
    if ends(path, ".psd") {
        return check_psd(bytes);
    }
    if ends(path, ".json") {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        return serde_json::from_slice::<serde::de::IgnoredAny>(text)
            .map(|_| ())
            .map_err(|error| format!("it is no JSON ({error})"));
    }
    check_texture(bytes).map(|_| ())
}

/// The header of a PSD (Adobe Photoshop File Formats Specification, "File Header Section"): signature, version, six reserved bytes, channels,
/// height, width, depth, colour mode. The page reads the layers, and adds up what they take before it does.
fn check_psd(bytes: &[u8]) -> Result<(), String> {
    let short = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let long = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    if !bytes.starts_with(b"8BPS") {
        return Err("it is no PSD".into());
    }
    match short(4).ok_or(CUT_OFF)? {
        1 => {}
        2 => return Err("it is a PSB, for pictures too large to be figures: save it as PSD".into()),
        other => return Err(format!("it is a PSD of version {other}")),
    }
    for side in [long(14).ok_or(CUT_OFF)?, long(18).ok_or(CUT_OFF)?] {
        if !(1..=MAX_LAYERED_SIDE).contains(&side) {
            return Err(format!(
                "one side of it is {side} pixels long, and {MAX_LAYERED_SIDE} are allowed"
            ));
        }
    }
    let (depth, mode) = (short(22).ok_or(CUT_OFF)?, short(24).ok_or(CUT_OFF)?);
    if (depth, mode) != (8, 3) {
        return Err("it is not in RGB colours of 8 bits: convert it and save it again".into());
    }
    Ok(())
}

/// What matters here of a glTF's description; the rest of it is passed over, not kept.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Gltf<'a> {
    #[serde(borrow, default)]
    accessors: Vec<Accessor<'a>>,
    #[serde(default)]
    buffers: Vec<Buffer>,
    #[serde(default)]
    buffer_views: Vec<View>,
    #[serde(default)]
    images: Vec<Image>,
}

/// Numbers of a mesh. Those without a view are zeros, which whoever opens the file makes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Accessor<'a> {
    buffer_view: Option<u32>,
    count: u64,
    #[serde(rename = "type", default)]
    shape: &'a str,
    #[serde(default)]
    component_type: u32,
}

#[derive(Deserialize)]
struct Buffer {
    /// There where its bytes are elsewhere.
    uri: Option<serde::de::IgnoredAny>,
}

/// A stretch of a buffer, in bytes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct View {
    buffer: usize,
    #[serde(default)]
    byte_offset: usize,
    byte_length: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    buffer_view: Option<usize>,
}

impl Accessor<'_> {
    /// How much memory it takes. What is not known counts as the largest there is, a matrix of 4 by 4 floats.
    fn bytes(&self) -> u64 {
        let numbers = match self.shape {
            "SCALAR" => 1,
            "VEC2" => 2,
            "VEC3" => 3,
            "VEC4" | "MAT2" => 4,
            "MAT3" => 9,
            _ => 16,
        };
        let bytes = match self.component_type {
            5120 | 5121 => 1,
            5122 | 5123 => 2,
            _ => 4,
        };
        self.count.saturating_mul(numbers * bytes)
    }
}

impl View {
    /// Its bytes in the one buffer that a VRM file has; `None` where they are not in it.
    fn of<'a>(&self, buffer: &'a [u8]) -> Option<&'a [u8]> {
        let end = self.byte_offset.checked_add(self.byte_length)?;
        buffer.get(self.byte_offset..end).filter(|_| self.buffer == 0)
    }
}

/// A binary glTF of version 2 that is whole, brings what it speaks of, and asks the page for no more memory than a file of a figure may take.
fn check_glb(bytes: &[u8]) -> Result<(), String> {
    let (description, buffer) = glb_chunks(bytes)?;
    if description.len() > MAX_DESCRIPTION_BYTES {
        return Err(format!("its description is longer than {} MiB", MAX_DESCRIPTION_BYTES >> 20));
    }
    let gltf: Gltf<'_> = serde_json::from_slice(description)
        .map_err(|error| format!("its description cannot be read ({error})"))?;
    if gltf.buffers.iter().any(|buffer| buffer.uri.is_some()) {
        return Err("parts of it are in other files".into());
    }
    // A few letters can ask for gigabytes of zeros.
    let empty = gltf.accessors.iter().filter(|one| one.buffer_view.is_none());
    if empty.map(Accessor::bytes).fold(0, u64::saturating_add) > MAX_FIGURE_FILE_BYTES as u64 {
        return Err(format!(
            "what is empty in it would take more than {} MiB",
            MAX_FIGURE_FILE_BYTES >> 20
        ));
    }
    if gltf.images.len() > MAX_TEXTURES {
        return Err(format!(
            "it has {} pictures, and {MAX_TEXTURES} are allowed",
            gltf.images.len()
        ));
    }
    for image in &gltf.images {
        let view = image.buffer_view.and_then(|index| gltf.buffer_views.get(index));
        let picture = view.ok_or("a picture of it is in another file")?.of(buffer);
        check_texture(picture.ok_or("a picture of it is cut off")?)
            .map_err(|reason| format!("a picture of it cannot be used: {reason}"))?;
    }
    Ok(())
}

const CUT_OFF: &str = "it is cut off";
/// Kinds of chunks: the description, the buffer.
const JSON: u32 = u32::from_le_bytes(*b"JSON");
const BIN: u32 = u32::from_le_bytes(*b"BIN\0");

/// The description and the buffer in a binary glTF: after 12 bytes (magic, version, length) chunks, each of 8 bytes (length, kind) and what
/// is in it. Khronos, glTF 2.0, section 4.
fn glb_chunks(bytes: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let number = |at: usize| {
        let bytes = bytes.get(at..at.checked_add(4)?)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    if !bytes.starts_with(b"glTF") {
        return Err("it is no VRM: it does not begin as a binary glTF".into());
    }
    if number(4) != Some(2) {
        return Err("it is a glTF of another version than 2".into());
    }
    let length = number(8).map(|length| length as usize);
    let end = length.filter(|end| *end <= bytes.len()).ok_or(CUT_OFF)?;
    let (mut description, mut buffer) = (None, None);
    let mut at = 12;
    while at < end {
        let (length, kind) = number(at).zip(number(at + 4)).ok_or(CUT_OFF)?;
        let chunk = bytes[at + 8..].get(..length as usize).ok_or(CUT_OFF)?;
        at += 8 + chunk.len();
        let place = match kind {
            JSON => &mut description,
            BIN => &mut buffer,
            _ => continue,
        };
        // The page reads the last of each: another one than was looked at.
        if place.replace(chunk).is_some() {
            return Err("it has two descriptions or two buffers".into());
        }
    }
    Ok((description.ok_or("it has no description")?, buffer.unwrap_or_default()))
}

/// A way down from a folder, on every system: no part of it is empty (`a//etc/x` begins at the root once its `a/` is gone), hidden, a drive
/// (`C:`), or what macOS puts beside files.
fn usable(path: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.contains([':', '\\'])
            && part != "__MACOSX"
    };
    !zip::escapes(path) && path.split('/').all(plain)
}

fn ends(path: &str, ending: &str) -> bool {
    path.len() >= ending.len()
        && path.as_bytes()[path.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
}

fn begin(path: &str) -> Option<FigureKind> {
    if ends(path, ".model3.json") {
        return Some(FigureKind::Live2d);
    }
    if ends(path, ".psd") {
        return Some(FigureKind::Layers);
    }
    ends(path, ".vrm").then_some(FigureKind::Vrm)
}

/// Sounds, editors' files and notes are no part of what is drawn.
fn is_part(path: &str) -> bool {
    ends(path, ".json") || ends(path, ".moc3") || asset::is_picture(&asset::ending(path))
}

fn rank(path: &str) -> u8 {
    match () {
        () if begin(path).is_some() => 0,
        () if ends(path, ".moc3") => 1,
        () if !ends(path, ".json") => 2,
        () if ends(path, ".exp3.json") => 4,
        () if ends(path, ".motion3.json") => 5,
        () => 3,
    }
}

fn bare(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let endings = [".model3.json", ".moc3", ".vrm", ".psd"];
    let ending = endings.iter().find(|ending| ends(file, ending)).map_or(0, |ending| ending.len());
    file[..file.len() - ending].to_owned()
}

#[cfg(test)]
mod tests {
    use super::{FigureKind, check_figure_file, plan_figure};
    use crate::container::png_chunks;

    fn glb(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut inside = Vec::new();
        for (kind, bytes) in chunks {
            inside.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
            inside.extend_from_slice(kind.as_slice());
            inside.extend_from_slice(bytes);
        }
        let length = (12 + inside.len() as u32).to_le_bytes();
        [b"glTF".as_slice(), &2u32.to_le_bytes(), &length, inside.as_slice()].concat()
    }

    /// What is said of a VRM of this description and this buffer.
    fn said(description: &str, buffer: &[u8]) -> Result<(), String> {
        let file = glb(&[(b"JSON", description.as_bytes()), (b"BIN\0", buffer)]);
        check_figure_file("a.vrm", &file)
    }

    fn plan(paths: &[&str]) -> Option<super::FigurePlan> {
        plan_figure(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_model_takes_what_lies_beside_it_and_nothing_else() {
        let found = plan(&[
            "pack/read me.txt",
            "pack/mika/mika.model3.json",
            "pack/mika/mika.moc3",
            "pack/mika/tex/texture_00.png",
            "pack/mika/motions/idle.motion3.json",
            "pack/mika/sounds/hello.wav",
            "__MACOSX/pack/mika/._mika.moc3",
            "pack/other/deeper/x.model3.json",
            "pack/mika/../../evil.png",
            "pack/mika//etc/evil.png",
            "pack/mika/C:/evil.png",
            "pack/mika/tex\\evil.png",
        ])
        .unwrap();
        assert_eq!((found.kind, found.name.as_str()), (FigureKind::Live2d, "mika"));
        assert_eq!(found.entry, "mika.model3.json");
        let names: Vec<_> = found.files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            names,
            ["mika.model3.json", "mika.moc3", "tex/texture_00.png", "motions/idle.motion3.json"]
        );
        assert_eq!(found.files[0].1, 1);
        assert_eq!(found.others, ["x"]);
    }

    #[test]
    fn a_folder_without_its_list_has_one_model_or_is_none() {
        let found = plan(&["a/mika.moc3", "a/t.png", "a/joy.exp3.json"]).unwrap();
        assert_eq!((found.entry.as_str(), found.files.len()), ("mika.moc3", 3));
        assert!(plan(&["a/mika.moc3", "b/mona.moc3"]).is_none());
        assert!(plan(&["joy.png", "card.json"]).is_none() && plan(&[]).is_none());
    }

    #[test]
    fn a_vrm_comes_alone() {
        let found = plan(&["x/notes.json", "x/Ann.VRM", "x/picture.png"]).unwrap();
        assert_eq!((found.kind, found.entry.as_str()), (FigureKind::Vrm, "Ann.VRM"));
        assert_eq!(found.files, [("Ann.VRM".to_owned(), 1)]);
    }

    #[test]
    fn a_layered_picture_brings_its_rig_and_nothing_else() {
        let found = plan(&["x/rig.json", "x/Yuki.psd", "x/picture.png", "x/notes.json"]).unwrap();
        assert_eq!((found.kind, found.name.as_str()), (FigureKind::Layers, "Yuki"));
        assert_eq!(found.files, [("Yuki.psd".to_owned(), 1), ("rig.json".to_owned(), 0)]);
    }

    #[test]
    fn a_psd_is_looked_at_before_it_is_taken() {
        let psd = |version: u16, height: u32, width: u32, depth: u16, mode: u16| {
            let mut bytes = b"8BPS".to_vec();
            bytes.extend_from_slice(&version.to_be_bytes());
            bytes.extend_from_slice(&[0; 6]);
            bytes.extend_from_slice(&4u16.to_be_bytes());
            bytes.extend_from_slice(&height.to_be_bytes());
            bytes.extend_from_slice(&width.to_be_bytes());
            bytes.extend_from_slice(&depth.to_be_bytes());
            bytes.extend_from_slice(&mode.to_be_bytes());
            check_figure_file("a.psd", &bytes)
        };
        assert_eq!(psd(1, 4000, 3000, 8, 3), Ok(()));
        assert!(psd(2, 4000, 3000, 8, 3).unwrap_err().contains("PSB"));
        assert!(psd(1, 30_000, 3000, 8, 3).unwrap_err().contains("30000 pixels"));
        assert!(psd(1, 0, 3000, 8, 3).is_err());
        assert!(psd(1, 40, 30, 16, 3).unwrap_err().contains("8 bits"));
        assert!(psd(1, 40, 30, 8, 4).unwrap_err().contains("RGB"));
        assert!(check_figure_file("a.psd", b"8BPS\0\x01").unwrap_err().contains("cut off"));
        assert!(check_figure_file("a.psd", b"PK").unwrap_err().contains("no PSD"));
    }

    #[test]
    fn files_are_what_their_names_say_or_refused() {
        let glb = glb(&[(b"JSON", b"{} ")]);
        assert_eq!(check_figure_file("a.vrm", &glb), Ok(()));
        for end in [10, 14, 21, glb.len() - 1] {
            assert!(check_figure_file("a.vrm", &glb[..end]).unwrap_err().contains("cut off"));
        }
        assert!(check_figure_file("a.vrm", b"PK").unwrap_err().contains("no VRM"));
        assert!(check_figure_file("a.moc3", b"moc").is_err());
        assert_eq!(check_figure_file("a.MOC3", b"MOC3...."), Ok(()));
        assert_eq!(check_figure_file("a.json", b"\xEF\xBB\xBF{}"), Ok(()));
        assert!(check_figure_file("a.json", b"{").unwrap_err().contains("no JSON"));
        assert!(check_figure_file("a.png", b"nothing").is_err());
    }

    #[test]
    fn a_vrm_asks_for_no_more_memory_than_it_brings() {
        // Shapes of a face in which nothing but a few places moves are written so.
        let shape = r#"{"count":20000,"type":"VEC3","componentType":5126}"#;
        let shapes =
            |count: usize| format!(r#"{{"accessors":[{}]}}"#, vec![shape; count].join(","));
        assert_eq!(said(&shapes(171), b""), Ok(()));
        assert!(said(&shapes(500), b"").unwrap_err().contains("more than 96 MiB"));
        let huge = r#"{"accessors":[{"count":4000000000,"componentType":5126,"type":"MAT4"}]}"#;
        assert!(said(huge, b"").unwrap_err().contains("more than 96 MiB"));
        let kept = r#"{"accessors":[{"bufferView":0,"count":4000000000}]}"#;
        assert_eq!(said(kept, b""), Ok(()), "the page itself refuses what does not fit its view");
        assert!(
            said(r#"{"accessors":[{"count":-1}]}"#, b"").unwrap_err().contains("cannot be read")
        );
    }

    #[test]
    fn the_pictures_in_a_vrm_are_looked_at() {
        let picture = crate::raster::blank();
        let with = |offset: usize, length: usize| {
            format!(
                r#"{{"buffers":[{{"byteLength":9}}],"images":[{{"bufferView":0,"mimeType":"image/png"}}],
                "bufferViews":[{{"buffer":0,"byteOffset":{offset},"byteLength":{length}}}]}}"#
            )
        };
        assert_eq!(said(&with(0, picture.len()), &picture), Ok(()));
        for (offset, length) in [(0, picture.len() - 9), (1, picture.len()), (usize::MAX, 2)] {
            assert!(said(&with(offset, length), &picture).unwrap_err().contains("cut off"));
        }
        assert!(said(&with(1, 40), &picture).unwrap_err().contains("no picture"));
        for elsewhere in [
            r#"{"images":[{"uri":"https://example.com/a.png"}]}"#,
            r#"{"images":[{"bufferView":7}]}"#,
            r#"{"buffers":[{"uri":"data:,"}]}"#,
        ] {
            assert!(said(elsewhere, b"").unwrap_err().contains("other file"), "{elsewhere}");
        }
        let many = format!(r#"{{"images":[{}]}}"#, vec!["{}"; 257].join(","));
        assert!(said(&many, b"").unwrap_err().contains("256 are allowed"));
    }

    #[test]
    fn nothing_hides_behind_what_was_looked_at() {
        let two = glb(&[(b"JSON", b"{}"), (b"JSON", br#"{"images":[{}]}"#)]);
        assert!(check_figure_file("a.vrm", &two).unwrap_err().contains("two"));
        assert!(check_figure_file("a.vrm", &glb(&[])).unwrap_err().contains("no description"));
        let more = glb(&[(b"JSON", b"{}"), (b"more", b"of another kind")]);
        assert_eq!(check_figure_file("a.vrm", &more), Ok(()));
    }

    #[test]
    fn what_a_figure_wears_may_be_larger_than_a_face() {
        let small = crate::raster::blank();
        // Behind the signature and the header of a PNG.
        let (head, rest) = small.split_at(33);
        let mut large = head.to_vec();
        png_chunks::write(&mut large, *b"teXt", &vec![0; crate::MAX_PICTURE_BYTES]);
        large.extend_from_slice(rest);
        assert!(crate::check_picture(&large).unwrap_err().contains("larger than"));
        assert_eq!(check_figure_file("texture_00.png", &large), Ok(()));
    }
}
