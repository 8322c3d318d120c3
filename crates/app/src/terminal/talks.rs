//! Conversations of other programs, taken over without a running app.

use std::path::Path;

use domain::{CharacterId, Problem, ProblemKind};
use serde::Serialize;
use store::{AuthorNotes, EventLog, Foreign, Library, Lock, Personas, SettingsFile, TakenOver};

use crate::app::paths::Paths;
use crate::characters::cards;
use crate::imports::chat_formats::{self, Talk};
use crate::imports::conversations::{Beside, Whom, foreign, into_log, stopped};
use crate::imports::dropped_files::file_name;

/// A conversation that was taken over.
#[derive(Debug, Clone, Serialize)]
pub struct TalkTaken {
    /// Its id in the log.
    pub conversation: String,
    /// Its title; may be empty.
    pub title: String,
    /// What was said in it, in messages.
    pub messages: usize,
    /// Other answers that come along.
    pub swipes: usize,
    /// It was there already; nothing was written.
    pub known: bool,
}

/// What became of a file.
#[derive(Debug, Clone, Serialize)]
pub struct TalksTaken {
    /// Whose format the file is in.
    pub program: &'static str,
    /// The character's folder.
    pub character: String,
    /// The character's name.
    pub name: String,
    /// The conversations, in the order of the file.
    pub talks: Vec<TalkTaken>,
    /// What does not come along, or comes otherwise.
    pub warnings: Vec<String>,
}

/// Takes the conversations of a file over, for `character` (a folder or a name), else for the character whose name the file has.
/// `go_on` hears how many messages of how many are through, and says whether to go on.
///
/// # Errors
/// [`ProblemKind::Unsupported`] for a file that is no chat, [`ProblemKind::Missing`] for a character that is not here,
/// [`ProblemKind::Busy`] while the app runs; [`ProblemKind::Invalid`] where it was stopped.
pub fn import_talks(
    paths: &Paths,
    file: &Path,
    character: Option<&str>,
    mut go_on: impl FnMut(usize, usize) -> bool,
) -> Result<TalksTaken, Problem> {
    let bytes = cards::read_bounded(file)?;
    let talks = chat_formats::read(&bytes, &file_name(file))?.ok_or_else(|| no_chat(file))?;
    let library = Library::new(paths.dirs.characters(), Some(paths.shipped_characters()));
    let known = Names::of(&library);
    let (id, name) = match character {
        Some(wanted) => known.find(wanted).ok_or_else(|| nobody(wanted))?,
        None => known.of_talk(&talks[0]).ok_or_else(|| nobody(&talks[0].character))?,
    };
    let user = SettingsFile::open(paths.dirs.settings()).get().persona().name;
    let find = |name: &str| known.find(name).map(|(id, _)| id);
    let whom = Whom { character: &id, name: &name, user: &user, find: &find };
    let now = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
    let made: Vec<(Foreign, Vec<String>)> =
        talks.iter().map(|talk| foreign(talk, &whom, now)).collect();
    let all = made.iter().map(|(talk, _)| talk.said.len()).sum();
    let log = EventLog::open(&paths.dirs, Lock::acquire(&paths.dirs)?)?;
    let taken = into_log(&log, &made, |through| go_on(through, all))?;
    let lorebooks = paths.dirs.lorebooks();
    let mut notes = AuthorNotes::open(&paths.dirs.author_notes()).ok();
    let mut personas = Personas::open(&paths.dirs.personas()).ok();
    let mut beside = Beside {
        notes: notes.as_mut(),
        personas: personas.as_mut(),
        lorebooks: &lorebooks,
        user: &user,
    };
    let mut answer = TalksTaken {
        program: talks[0].program,
        character: id.0.clone(),
        name,
        talks: Vec::new(),
        warnings: Vec::new(),
    };
    for (taken, (talk, (made, told))) in taken.iter().zip(talks.iter().zip(&made)) {
        let (conversation, is_known) = match taken {
            TakenOver::New(conversation) => {
                let told = told.iter().cloned().chain(beside.keep(*conversation, talk));
                let told: Vec<String> = told.filter(|one| !answer.warnings.contains(one)).collect();
                answer.warnings.extend(told);
                (conversation, false)
            }
            TakenOver::Known(conversation) => (conversation, true),
            TakenOver::Stopped if answer.talks.is_empty() => return Err(stopped()),
            TakenOver::Stopped => break,
        };
        answer.talks.push(TalkTaken {
            conversation: conversation.to_string(),
            title: made.title.clone(),
            messages: made.said.len(),
            swipes: talk.swipes(),
            known: is_known,
        });
    }
    Ok(answer)
}

/// Who is in the library, by folder and by name.
struct Names(Vec<(CharacterId, String)>);

impl Names {
    fn of(library: &Library) -> Self {
        let named = library.list().into_iter().map(|folder| {
            let name = cards::load(library, &folder.id).map(|loaded| loaded.character.name);
            // Whoever cannot be read can still be named by their folder.
            let name = name.unwrap_or_else(|_| folder.id.0.clone());
            (folder.id, name)
        });
        Self(named.collect())
    }

    fn find(&self, wanted: &str) -> Option<(CharacterId, String)> {
        let folded = store::fold(wanted);
        let is = |text: &str| !folded.is_empty() && store::fold(text) == folded;
        let by_folder = self.0.iter().find(|(id, _)| is(&id.0));
        by_folder.or_else(|| self.0.iter().find(|(_, name)| is(name))).cloned()
    }

    fn of_talk(&self, talk: &Talk) -> Option<(CharacterId, String)> {
        let speakers = talk.speakers();
        std::iter::once(talk.character.as_str()).chain(speakers).find_map(|name| self.find(name))
    }
}

fn no_chat(file: &Path) -> Problem {
    Problem::new(
        ProblemKind::Unsupported,
        format!(
            "`{}` is no chat of SillyTavern, RisuAI or another program that is known",
            file.display()
        ),
        "export the chat in the other program as JSON lines (`.jsonl`) or JSON",
    )
}

/// The character's folder, for that or a name.
///
/// # Errors
/// [`ProblemKind::Missing`] for a character that is not here.
pub fn whose(paths: &Paths, name: &str) -> Result<CharacterId, Problem> {
    let library = Library::new(paths.dirs.characters(), Some(paths.shipped_characters()));
    Names::of(&library).find(name).map(|(id, _)| id).ok_or_else(|| nobody(name))
}

fn nobody(name: &str) -> Problem {
    Problem::new(
        ProblemKind::Missing,
        format!("no character here is called `{name}`"),
        "import the character's card first, or name another with `--character`",
    )
}
