//! Taking other people's looks in: folders and archives of pictures that are named after feelings (SillyTavern's packs, AIRI's tachie), the
//! `emotion` assets of other cards. All of them become files in the character's folder `expressions`; what cannot be shown is refused one by one,
//! with its reason, and the rest is taken.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use api::{LooksPreview, LooksReport, RefusedLook};
use domain::{CharacterId, Problem, ProblemKind};

use crate::app::{Answer, App};
use crate::characters::expressions::{FOLDER, kind_of, pictures};
use crate::characters::{avif, cards};

/// Longest name of a picture, in characters.
const LONGEST_NAME: usize = 80;
/// Most files that are looked at.
const MOST_FILES: usize = 2_000;

impl App {
    /// What pictures of feelings there would be in files and folders. Reads names, decodes nothing.
    pub fn preview_looks(&self, paths: &[String]) -> LooksPreview {
        let mut preview = LooksPreview::default();
        for path in self.expand_paths(paths).iter().take(MOST_FILES).map(Path::new) {
            if kind_of(path).is_some() {
                preview.names.extend(stem(path));
                continue;
            }
            match archive(path).and_then(|bytes| card::pack(&bytes)) {
                Some(pack) if !pack.card => {
                    preview.names.extend(pack.pictures.into_iter().map(|picture| picture.name));
                    preview.left_out.extend(pack.left_out);
                }
                // What authors put beside their pictures.
                None if is_note(path) => {}
                _ => preview.others = true,
            }
        }
        preview.names.sort();
        preview.names.dedup();
        preview
    }

    /// Takes pictures of feelings in for a character, from files, folders, archives and cards. A picture of a name that is there already takes
    /// its place.
    ///
    /// # Errors
    /// For a character that comes with the app, and where the folder cannot be written.
    pub fn import_looks(&self, character: &str, paths: &[String]) -> Answer<LooksReport> {
        let folder = self.own_home(character)?.join(FOLDER);
        let mut report = LooksReport::default();
        for path in self.expand_paths(paths).iter().take(MOST_FILES).map(Path::new) {
            let file = crate::imports::dropped_files::file_name(path);
            match Self::take_looks(&folder, path, &file, &mut report) {
                Ok(()) => {}
                Err(problem) if problem.kind == ProblemKind::Disk => return Err(problem.into()),
                Err(problem) => refuse(&mut report, &file, &problem.message),
            }
        }
        report.taken.sort();
        report.taken.dedup();
        Ok(report)
    }

    /// Removes one picture of a feeling.
    pub fn remove_look(&self, character: &str, name: &str) -> Answer<()> {
        let folder = self.own_home(character)?.join(FOLDER);
        let found = pictures(&folder).into_iter().find(|(one, _)| one == name);
        let (_, path) = found.ok_or_else(|| {
            Problem::new(
                ProblemKind::Invalid,
                format!("the picture `{name}` is in the card itself"),
                "remove it on the page `Assets` of the editor, or add a picture of the same name, which goes first",
            )
        })?;
        Ok(std::fs::remove_file(&path).map_err(|error| unwritable(&path, &error))?)
    }

    /// The folder of a character who may be given other looks.
    pub(crate) fn own_home(&self, character: &str) -> Result<PathBuf, Problem> {
        let home = self.shelf.library.find(&CharacterId(character.to_owned()))?;
        if home.built_in {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("`{character}` comes with the app and keeps its looks"),
                "make a copy of the character in the library, and change that",
            ));
        }
        Ok(home.path)
    }

    fn take_looks(
        folder: &Path,
        path: &Path,
        file: &str,
        report: &mut LooksReport,
    ) -> Result<(), Problem> {
        if is_note(path) {
            return Ok(());
        }
        let bytes = cards::read_bounded(path)?;
        let pack = card::pack(&bytes);
        if let Some(pack) = pack.filter(|pack| !pack.card) {
            return take_pack(folder, &pack, &bytes, report);
        }
        match card::import(&bytes, file) {
            // A picture that a card is in is no picture of a feeling, unless it is named like one and has none inside.
            Ok(imported) if imported.feelings().next().is_some() => {
                take_card(folder, &imported, &bytes, report)
            }
            _ => take(folder, &stem(path).unwrap_or_default(), file, &bytes, report),
        }
    }
}

fn refuse(report: &mut LooksReport, file: &str, reason: &str) {
    report.refused.push(RefusedLook { file: file.to_owned(), reason: reason.to_owned() });
}

fn take_pack(
    folder: &Path,
    pack: &card::Pack,
    file: &[u8],
    report: &mut LooksReport,
) -> Result<(), Problem> {
    for picture in &pack.pictures {
        match picture.read(file) {
            Ok(bytes) => take(folder, &picture.name, &picture.path, &bytes, report)?,
            Err(reason) => refuse(report, &picture.path, &reason),
        }
    }
    for path in &pack.left_out {
        refuse(report, path, "it lies in another folder; add that folder by itself to use it");
    }
    Ok(())
}

fn take_card(
    folder: &Path,
    imported: &card::Imported,
    file: &[u8],
    report: &mut LooksReport,
) -> Result<(), Problem> {
    // Several assets may have one name, as variants.
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for asset in imported.feelings() {
        let bare = asset.name.rsplit_once('.').filter(|(_, end)| *end == asset.ext);
        let name = bare.map_or(asset.name.as_str(), |(name, _)| name);
        let count = counts.entry(name.to_lowercase()).or_default();
        *count += 1;
        let name = if *count == 1 { name.to_owned() } else { format!("{name}-{count}") };
        match imported.asset(file, asset) {
            Ok(bytes) => take(folder, &name, &asset.name, &bytes, report)?,
            Err(error) => refuse(report, &asset.name, &error.to_string()),
        }
    }
    Ok(())
}

/// Writes one picture, where it can be shown.
pub(crate) fn take(
    folder: &Path,
    name: &str,
    file: &str,
    bytes: &[u8],
    report: &mut LooksReport,
) -> Result<(), Problem> {
    let checked = avif::readable(bytes)
        .and_then(|picture| card::check_picture(&picture).map(|ending| (picture, ending)));
    let (picture, ending) = match checked {
        Ok(checked) => checked,
        Err(reason) => {
            refuse(report, file, &reason);
            return Ok(());
        }
    };
    let name = plain_name(name);
    if name.is_empty() {
        refuse(report, file, "it has no name that says what it shows");
        return Ok(());
    }
    let there = pictures(folder);
    if there.len() >= card::MAX_PACK_PICTURES && there.iter().all(|(one, _)| *one != name) {
        refuse(report, file, "the character has as many pictures as it may");
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let path = folder.join(format!("{name}.{ending}"));
    // Complete or not at all: a crash leaves no half picture under the name.
    let unfinished = folder.join(format!(".{name}.tmp"));
    std::fs::write(&unfinished, &*picture)
        .and_then(|()| std::fs::rename(&unfinished, &path))
        .map_err(|error| unwritable(&path, &error))?;
    for (_, older) in there.into_iter().filter(|(one, older)| *one == name && *older != path) {
        // The new one is there; an old one of another kind would hide it.
        std::fs::remove_file(&older).map_err(|error| unwritable(&older, &error))?;
    }
    report.taken.push(name);
    Ok(())
}

/// A name that is a file name everywhere: no path, nothing hidden, no control characters.
fn plain_name(name: &str) -> String {
    let kept = name.chars().map(|c| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        c if c.is_control() => '_',
        c => c,
    });
    let kept: String = kept.take(LONGEST_NAME).collect();
    kept.trim().trim_matches('.').trim().to_owned()
}

fn stem(path: &Path) -> Option<String> {
    Some(path.file_stem()?.to_string_lossy().into_owned())
}

/// An archive's bytes; `None` for any other file.
pub(crate) fn archive(path: &Path) -> Option<Vec<u8>> {
    let mut head = [0; 4];
    let mut file = std::fs::File::open(path).ok()?;
    std::io::Read::read_exact(&mut file, &mut head).ok()?;
    if !head.starts_with(b"PK") {
        return None;
    }
    cards::read_bounded(path).ok()
}

/// Texts and settings that lie beside pictures; nobody means them as looks.
fn is_note(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    matches!(ending.as_deref(), Some("txt" | "md" | "ini" | "db" | "url" | "psd"))
}

pub(crate) fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        ProblemKind::Disk,
        format!("`{}` could not be written: {error}", path.display()),
        "check that the disk is not full and that the folder may be written",
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::{LooksReport, plain_name, take};

    /// One transparent pixel.
    const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4nGNgAAIAAAUAAXpeqz8AAAAASUVORK5CYII=";

    fn png() -> Vec<u8> {
        base64::engine::general_purpose::STANDARD.decode(PIXEL).unwrap()
    }

    #[test]
    fn good_pictures_are_taken_and_bad_ones_refused_with_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("expressions");
        let mut report = LooksReport::default();
        take(&place, "joy", "joy.png", &png(), &mut report).unwrap();
        take(&place, "sad", "sad.png", &png()[..30], &mut report).unwrap();
        take(&place, "../../evil", "evil.png", &png(), &mut report).unwrap();
        take(&place, "...", "dots.png", &png(), &mut report).unwrap();
        assert_eq!(report.taken, ["joy", "_.._evil"]);
        assert_eq!(
            report.refused.iter().map(|one| one.file.as_str()).collect::<Vec<_>>(),
            ["sad.png", "dots.png"]
        );
        assert!(place.join("_.._evil.png").is_file() && !folder.path().join("evil.png").exists());
    }

    #[test]
    fn a_picture_takes_the_place_of_one_of_its_name_whatever_its_kind() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("joy.gif"), b"GIF89a").unwrap();
        let mut report = LooksReport::default();
        take(folder.path(), "joy", "joy.png", &png(), &mut report).unwrap();
        let names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names, ["joy.png"]);
    }

    #[test]
    fn avif_is_kept_as_png() {
        let folder = tempfile::tempdir().unwrap();
        let mut report = LooksReport::default();
        take(folder.path(), "joy", "joy.avif", crate::characters::avif::BARS, &mut report).unwrap();
        take(folder.path(), "sad", "sad.avif", &crate::characters::avif::BARS[..60], &mut report)
            .unwrap();
        assert_eq!(
            (report.taken.as_slice(), report.refused.len()),
            (["joy".to_owned()].as_slice(), 1)
        );
        let kept = std::fs::read(folder.path().join("joy.png")).unwrap();
        assert_eq!(card::check_picture(&kept), Ok("png"));
    }

    #[test]
    fn names_are_file_names_everywhere() {
        assert_eq!(plain_name(" joy? "), "joy_");
        assert_eq!(plain_name("高兴"), "高兴");
        assert_eq!(plain_name("."), "");
        assert_eq!(plain_name(&"x".repeat(500)).len(), 80);
    }
}
