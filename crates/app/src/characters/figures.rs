//! Figures that move, in the character's folder `figure`: a Live2D model's files as they came, one VRM file, or a layered picture. What belongs to a figure is
//! decided in `card`; the page draws it. The figure before stays beside it, so that a change can be undone.

use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;

use api::{FigurePreview, FigureReport, FigureView, RefusedLook};
use base64::Engine as _;
use domain::{CharacterId, Problem, ProblemKind};

use crate::app::{Answer, App, lock};
use crate::characters::cards;
use crate::characters::expression_packs::{archive, unwritable};

/// The folder within a character's folder.
pub(crate) const FOLDER: &str = "figure";
/// Where the figure before stays.
const BEFORE: &str = "figure.before";
/// Where a figure is put together before it takes its place.
const UNFINISHED: &str = "figure.unfinished";

/// Figures are changed one at a time: two windows, or two presses of a button, would put theirs together in the same place.
static CHANGING: Mutex<()> = Mutex::new(());

/// Where a figure comes from: paths with `/`, and what they are read from.
enum Source {
    Disk(Vec<PathBuf>),
    Archive(Vec<u8>),
}

impl App {
    /// What figure there is in some files and folders; `None` where there is none. Reads names only.
    pub fn preview_figure(&self, paths: &[String]) -> Option<FigurePreview> {
        let (names, _) = self.figure_source(paths)?;
        let plan = card::plan_figure(&names)?;
        Some(FigurePreview {
            kind: plan.kind.name().to_owned(),
            name: plan.name,
            files: plan.files.len() as u32,
            others: plan.others,
        })
    }

    /// Gives a character a figure. The one before can be had back.
    ///
    /// # Errors
    /// Where there is none among the files, where what it begins with is damaged, for a character that comes with the app, and where the folder
    /// cannot be written. Other files that are damaged are refused by name, and the rest is taken.
    pub fn import_figure(&self, character: &str, paths: &[String]) -> Answer<FigureReport> {
        let home = self.own_home(character)?;
        let none = || {
            Problem::new(
                ProblemKind::Unsupported,
                "there is no figure among the files",
                "choose a folder or an archive with a `.model3.json` in it, a `.vrm` or a `.psd` file",
            )
        };
        let (names, source) = self.figure_source(paths).ok_or_else(none)?;
        let plan = card::plan_figure(&names).ok_or_else(none)?;
        let _alone = lock(&CHANGING);
        let unfinished = home.join(UNFINISHED);
        clear(&unfinished)?;
        let done = put_together(&unfinished, &plan, &source);
        let report = match done {
            Ok(report) => report,
            Err(problem) => {
                clear(&unfinished)?;
                return Err(problem.into());
            }
        };
        let place = home.join(FOLDER);
        if place.exists() {
            clear(&home.join(BEFORE))?;
            rename(&place, &home.join(BEFORE))?;
        }
        rename(&unfinished, &place)?;
        Ok(report)
    }

    /// Takes a character's figure away; it can be had back.
    pub fn remove_figure(&self, character: &str) -> Answer<()> {
        let home = self.own_home(character)?;
        let _alone = lock(&CHANGING);
        if home.join(FOLDER).exists() {
            clear(&home.join(BEFORE))?;
            rename(&home.join(FOLDER), &home.join(BEFORE))?;
        }
        Ok(())
    }

    /// Puts the figure before back in its place; the one that was there takes its turn as the one before.
    pub fn restore_figure(&self, character: &str) -> Answer<()> {
        let home = self.own_home(character)?;
        let _alone = lock(&CHANGING);
        let (place, before, aside) = (home.join(FOLDER), home.join(BEFORE), home.join(UNFINISHED));
        if !before.exists() {
            return Err(Problem::new(
                ProblemKind::Missing,
                "there is no figure to put back",
                "add the figure's files again",
            )
            .into());
        }
        clear(&aside)?;
        if place.exists() {
            rename(&place, &aside)?;
        }
        rename(&before, &place)?;
        if aside.exists() {
            rename(&aside, &before)?;
        }
        Ok(())
    }

    /// The figure that a character has; `None` where there is none.
    pub fn figure(&self, character: &str) -> Answer<Option<FigureView>> {
        let home = self.shelf.library.find(&CharacterId(character.to_owned()))?.path;
        Ok(figure_in(&home.join(FOLDER)).map(|(view, _)| view))
    }

    /// One file of it in base64; `None` where it has none of that path.
    pub fn figure_file(&self, character: &str, path: &str) -> Answer<Option<String>> {
        let home = self.shelf.library.find(&CharacterId(character.to_owned()))?.path;
        let Some((view, files)) = figure_in(&home.join(FOLDER)) else { return Ok(None) };
        let Some(index) = view.files.iter().position(|one| one == path) else { return Ok(None) };
        let bytes = read(&files[index])?;
        Ok(Some(base64::engine::general_purpose::STANDARD.encode(bytes)))
    }

    fn figure_source(&self, paths: &[String]) -> Option<(Vec<String>, Source)> {
        if let [path] = paths
            && let Some(bytes) = archive(Path::new(path))
        {
            return Some((card::archive_paths(&bytes)?, Source::Archive(bytes)));
        }
        let mut names = Vec::new();
        let mut files = Vec::new();
        for path in paths {
            // The list of a model alone means the folder it lies in.
            let path = Path::new(path);
            let list = path.to_string_lossy().to_lowercase().ends_with(".model3.json");
            let folder = if list { path.parent().unwrap_or(path) } else { path };
            let base = if folder.is_dir() { folder } else { folder.parent().unwrap_or(folder) };
            for file in self.expand_paths(&[folder.display().to_string()]) {
                let Ok(inside) = Path::new(&file).strip_prefix(base) else { continue };
                let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
                names.push(parts.join("/"));
                files.push(PathBuf::from(&file));
            }
        }
        Some((names, Source::Disk(files)))
    }
}

/// Writes what belongs to a figure into a new folder.
fn put_together(
    folder: &Path,
    plan: &card::FigurePlan,
    source: &Source,
) -> Result<FigureReport, Problem> {
    let mut report = FigureReport {
        kind: plan.kind.name().to_owned(),
        name: plan.name.clone(),
        taken: 0,
        refused: Vec::new(),
    };
    let mut room = card::MAX_FIGURE_BYTES;
    let mut failed = None;
    let mut take = |path: &str, bytes: Result<Vec<u8>, String>| {
        let bytes = bytes.and_then(|bytes| {
            card::check_figure_file(path, &bytes)?;
            room = room.checked_sub(bytes.len()).ok_or_else(|| {
                format!("all files together are larger than {} MiB", card::MAX_FIGURE_BYTES >> 20)
            })?;
            Ok(bytes)
        });
        match bytes {
            Ok(bytes) => match write(folder, path, &bytes) {
                Ok(()) => report.taken += 1,
                Err(problem) => failed = Some(problem),
            },
            Err(reason) if path == plan.entry || path.to_lowercase().ends_with(".moc3") => {
                failed = Some(Problem::new(
                    ProblemKind::Damaged,
                    format!("`{path}` cannot be used: {reason}"),
                    "get the figure's files again from where they came from",
                ));
            }
            Err(reason) => report.refused.push(RefusedLook { file: path.to_owned(), reason }),
        }
        failed.is_none()
    };
    match source {
        Source::Disk(files) => {
            for (path, index) in &plan.files {
                if !take(path, read(&files[*index]).map_err(|problem| problem.message)) {
                    break;
                }
            }
        }
        Source::Archive(bytes) => {
            let wanted: Vec<usize> = plan.files.iter().map(|(_, index)| *index).collect();
            let name = |index| plan.files.iter().find(|(_, one)| *one == index);
            card::read_archive(bytes, &wanted, |index, bytes| {
                name(index).is_none_or(|(path, _)| take(path, bytes))
            })
            .map_err(|reason| {
                Problem::new(
                    ProblemKind::Damaged,
                    reason,
                    "unpack the archive and choose its folder",
                )
            })?;
        }
    }
    match failed {
        Some(problem) => Err(problem),
        None => Ok(report),
    }
}

/// The figure in a folder, with the place of each of its files.
fn figure_in(folder: &Path) -> Option<(FigureView, Vec<PathBuf>)> {
    let mut found = Vec::new();
    list(folder, "", 8, &mut found);
    let names: Vec<String> = found.iter().map(|(name, _)| name.clone()).collect();
    let plan = card::plan_figure(&names)?;
    let files = plan.files.iter().map(|(_, index)| found[*index].1.clone()).collect();
    let view = FigureView {
        kind: plan.kind.name().to_owned(),
        name: plan.name,
        entry: plan.entry,
        files: plan.files.into_iter().map(|(path, _)| path).collect(),
    };
    Some((view, files))
}

fn list(folder: &Path, within: &str, depth: usize, found: &mut Vec<(String, PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let Ok(kind) = entry.file_type() else { continue };
        let name = format!("{within}{}", entry.file_name().to_string_lossy());
        if kind.is_file() && found.len() < card::MAX_FIGURE_FILES {
            found.push((name, entry.path()));
        } else if kind.is_dir() && depth > 0 {
            list(&entry.path(), &format!("{name}/"), depth - 1, found);
        }
    }
}

/// Reads one file of a figure.
fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let most = card::MAX_FIGURE_FILE_BYTES as u64;
    if std::fs::metadata(path).is_ok_and(|data| data.len() > most) {
        return Err(Problem::new(
            ProblemKind::Unsupported,
            format!("`{}` is larger than {} MiB", path.display(), most >> 20),
            "use a smaller figure",
        ));
    }
    cards::read_bounded(path)
}

fn write(folder: &Path, path: &str, bytes: &[u8]) -> Result<(), Problem> {
    // Paths come from `plan_figure`, which lets none lead out; here it would be a file somewhere on this machine.
    if !Path::new(path).components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(Problem::new(
            ProblemKind::Damaged,
            format!("`{path}` leads out of the figure"),
            "get the figure's files again from where they came from",
        ));
    }
    let place = folder.join(path);
    let parent = place.parent().unwrap_or(folder);
    std::fs::create_dir_all(parent)
        .and_then(|()| std::fs::write(&place, bytes))
        .map_err(|error| unwritable(&place, &error))
}

fn rename(from: &Path, to: &Path) -> Result<(), Problem> {
    std::fs::rename(from, to).map_err(|error| unwritable(to, &error))
}

fn clear(folder: &Path) -> Result<(), Problem> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(unwritable(folder, &error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Source, figure_in, put_together, write};

    fn source(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Vec<String>, Source) {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = files
            .iter()
            .enumerate()
            .map(|(index, (_, bytes))| {
                let place = folder.path().join(index.to_string());
                std::fs::write(&place, bytes).unwrap();
                place
            })
            .collect();
        let names = files.iter().map(|(name, _)| (*name).to_owned()).collect();
        (folder, names, Source::Disk(paths))
    }

    #[test]
    fn a_figure_is_kept_as_it_came_and_found_again() {
        let (_kept, names, source) = source(&[
            ("m/mika.model3.json", br#"{"Version":3}"#),
            ("m/mika.moc3", b"MOC3...."),
            ("m/motions/idle.motion3.json", b"{}"),
            ("m/broken.exp3.json", b"{"),
        ]);
        let plan = card::plan_figure(&names).unwrap();
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("figure");
        let report = put_together(&place, &plan, &source).unwrap();
        assert_eq!((report.taken, report.kind.as_str()), (3, "live2d"));
        assert_eq!(report.refused[0].file, "broken.exp3.json");
        let (view, files) = figure_in(&place).unwrap();
        assert_eq!(view.entry, "mika.model3.json");
        assert_eq!(view.files, ["mika.model3.json", "mika.moc3", "motions/idle.motion3.json"]);
        assert!(files.iter().all(|file| file.is_file()));
        assert!(figure_in(home.path().join("nowhere").as_path()).is_none());
    }

    #[test]
    fn nothing_is_written_beside_the_figure() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("figure");
        let absolute = home.path().join("evil.png").display().to_string();
        for path in ["../evil.png", "tex/../../evil.png", absolute.as_str()] {
            let problem = write(&place, path, b"x").unwrap_err();
            assert!(problem.message.contains("leads out of the figure"), "{}", problem.message);
        }
        assert!(!home.path().join("evil.png").exists());
        write(&place, "tex/good.png", b"x").unwrap();
        assert!(place.join("tex/good.png").is_file());
    }

    #[test]
    fn a_figure_whose_model_is_damaged_is_none() {
        let (_kept, names, source) = source(&[("a.model3.json", b"{}"), ("a.moc3", b"nothing")]);
        let plan = card::plan_figure(&names).unwrap();
        let home = tempfile::tempdir().unwrap();
        let problem = put_together(home.path(), &plan, &source).unwrap_err();
        assert!(problem.message.contains("a.moc3"), "{}", problem.message);
    }
}
