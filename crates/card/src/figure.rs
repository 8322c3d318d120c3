//! Figures that move: folders and archives of a Live2D model (Cubism 3 and later), and VRM files. What belongs to one is decided here by names,
//! what may be kept by first bytes; what is drawn is the page's business.

use std::collections::BTreeSet;

use crate::container::zip;
use crate::{asset, check_picture};

/// Most files of one figure.
pub const MAX_FIGURE_FILES: usize = 1_000;
/// Largest file of a figure, in bytes.
pub const MAX_FIGURE_FILE_BYTES: usize = 96 << 20;
/// Most bytes of all its files together.
pub const MAX_FIGURE_BYTES: usize = 256 << 20;

/// What draws a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// A model of Live2D Cubism 3 or later.
    Live2d,
    /// A VRM file, of version 0 or 1.
    Vrm,
}

impl FigureKind {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live2d => "live2d",
            Self::Vrm => "vrm",
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
    /// That file, relative to the figure: a `.model3.json`, a `.vrm`, or the only `.moc3`.
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
    if ends(path, ".json") {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        return serde_json::from_slice::<serde::de::IgnoredAny>(text)
            .map(|_| ())
            .map_err(|error| format!("it is no JSON ({error})"));
    }
    check_picture(bytes).map(|_| ())
}

/// A binary glTF of version 2 that is as long as it says (12 bytes: magic, version, length).
fn check_glb(bytes: &[u8]) -> Result<(), String> {
    let number = |at: usize| {
        let bytes = bytes.get(at..at + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    if !bytes.starts_with(b"glTF") {
        return Err("it is no VRM: it does not begin as a binary glTF".into());
    }
    if number(4) != Some(2) {
        return Err("it is a glTF of another version than 2".into());
    }
    match number(8) {
        Some(length) if length as usize <= bytes.len() => Ok(()),
        _ => Err("it is cut off".into()),
    }
}

/// Neither hidden, nor what macOS puts beside files, nor a way out.
fn usable(path: &str) -> bool {
    !zip::escapes(path) && !path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

fn ends(path: &str, ending: &str) -> bool {
    path.len() >= ending.len()
        && path.as_bytes()[path.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
}

fn begin(path: &str) -> Option<FigureKind> {
    if ends(path, ".model3.json") {
        return Some(FigureKind::Live2d);
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
    let endings = [".model3.json", ".moc3", ".vrm"];
    let ending = endings.iter().find(|ending| ends(file, ending)).map_or(0, |ending| ending.len());
    file[..file.len() - ending].to_owned()
}

#[cfg(test)]
mod tests {
    use super::{FigureKind, check_figure_file, plan_figure};

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
    fn files_are_what_their_names_say_or_refused() {
        let glb = [b"glTF".as_slice(), &2u32.to_le_bytes(), &12u32.to_le_bytes()].concat();
        assert_eq!(check_figure_file("a.vrm", &glb), Ok(()));
        assert!(check_figure_file("a.vrm", &glb[..10]).unwrap_err().contains("cut off"));
        assert!(check_figure_file("a.vrm", b"PK").unwrap_err().contains("no VRM"));
        assert!(check_figure_file("a.moc3", b"moc").is_err());
        assert_eq!(check_figure_file("a.MOC3", b"MOC3...."), Ok(()));
        assert_eq!(check_figure_file("a.json", b"\xEF\xBB\xBF{}"), Ok(()));
        assert!(check_figure_file("a.json", b"{").unwrap_err().contains("no JSON"));
        assert!(check_figure_file("a.png", b"nothing").is_err());
    }
}
