//! The lorebooks that lie in folders, as a person sees them: which there are, for whom, and how they go away again.

use std::path::{Path, PathBuf};

use api::library::{BookFile, BookScope};
use domain::{CharacterId, Problem, ProblemKind};

use crate::app::{Answer, App, lock};
use crate::prompting::lorebooks;

/// The folder within `lorebooks/` that removed ones go to.
const REMOVED: &str = ".removed";

/// Puts a book into a folder under a free name; answers with that name.
pub(crate) fn add(folder: &Path, slug: &str, bytes: &[u8]) -> Result<String, Problem> {
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let free = (1..=usize::from(u16::MAX))
        .map(|n| if n == 1 { format!("{slug}.json") } else { format!("{slug}-{n}.json") })
        .find(|name| {
            // The same book again is one book.
            let path = folder.join(name);
            !path.exists()
                || vault::read(&path, bytes.len() as u64).is_ok_and(|there| there == bytes)
        })
        .unwrap_or_default();
    store::atomic::write_private(&folder.join(&free), bytes)?;
    Ok(free)
}

fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        ProblemKind::Damaged,
        format!("`{}` could not be written: {error}", path.display()),
        "check that there is room on the disk and that you may write there",
    )
}

impl App {
    /// The lorebooks beside the card of who is on stage: for every conversation, for the character, for the person, for this one.
    pub fn books(&self) -> Answer<Vec<BookFile>> {
        let mut found = Vec::new();
        for (scope, folder) in self.book_folders() {
            for path in lorebooks::books_in(&folder) {
                let file = crate::imports::dropped_files::file_name(&path);
                let (name, entries, problem) = match lorebooks::read(&path) {
                    Ok((book, _)) => (book.name, book.entries.len() as u32, None),
                    Err(problem) => (file.clone(), 0, Some(problem.into())),
                };
                found.push(BookFile { scope, file, name, entries, problem });
            }
        }
        Ok(found)
    }

    /// Takes a lorebook away: it goes into the folder `.removed` beside it, from where [`App::restore_book`] brings it back.
    pub fn remove_book(&self, scope: BookScope, file: &str) -> Answer<()> {
        let folder = self.book_folder(scope, file)?;
        let removed = folder.join(REMOVED);
        std::fs::create_dir_all(&removed).map_err(|error| unwritable(&removed, &error))?;
        moved(&folder.join(file), &removed.join(file))?;
        self.prepare_books();
        Ok(())
    }

    /// Brings a lorebook back that was taken away.
    pub fn restore_book(&self, scope: BookScope, file: &str) -> Answer<()> {
        let folder = self.book_folder(scope, file)?;
        if folder.join(file).exists() {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("there is another lorebook `{file}` by now"),
                "remove that one first",
            )
            .into());
        }
        moved(&folder.join(REMOVED).join(file), &folder.join(file))?;
        self.prepare_books();
        Ok(())
    }

    fn book_folders(&self) -> Vec<(BookScope, PathBuf)> {
        let stage = lock(&self.stage).clone();
        let root = self.paths.dirs.lorebooks();
        let mut folders = vec![(BookScope::Global, root.clone())];
        if let Ok(folder) = self.shelf.library.find(&CharacterId(stage.id.0)) {
            folders.push((BookScope::Character, folder.path.join("lorebooks")));
        }
        folders.push((BookScope::Persona, root.join("persona")));
        folders.push((BookScope::Chat, root.join("chats").join(stage.conversation.to_string())));
        folders
    }

    fn book_folder(&self, scope: BookScope, file: &str) -> Result<PathBuf, Problem> {
        // Only what lies in the folder: a name never leads out.
        let plain = Path::new(file).file_name().is_some_and(|name| name == file);
        let folders = self.book_folders();
        let folder = folders.into_iter().find(|(one, _)| *one == scope).filter(|_| plain);
        folder.map(|(_, folder)| folder).ok_or_else(|| {
            Problem::new(
                ProblemKind::Missing,
                format!("there is no lorebook `{file}`"),
                "open the list of lorebooks again",
            )
        })
    }
}

fn moved(from: &Path, to: &Path) -> Result<(), Problem> {
    std::fs::rename(from, to).map_err(|error| unwritable(from, &error))
}
