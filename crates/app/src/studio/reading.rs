//! From files to who speaks in them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use api::{StudioChoice, StudioDesk, StudioPerson, StudioRefused, StudioScan};
use domain::{Problem, ProblemKind};
use novel::chatlog::Message;
use novel::dataset::Sources;
use novel::{Engine, people};

use super::project::Project;
use crate::app::paths::Paths;
use crate::app::{Answer, App, lock};
use crate::models::remote_model::aside;
use crate::studio::novels;

/// Files and folders of one project.
const MOST_SOURCES: usize = 64;
/// Refused files that are told; a game has thousands of pictures, but those are not refused.
const MOST_REFUSED: usize = 200;
/// People that are shown: beyond them are names of signs and crowds.
const MOST_PEOPLE: usize = 500;

impl App {
    /// Begins a project with files, folders, and the person's own chats and votes.
    ///
    /// # Errors
    /// Where nothing was chosen, a file cannot be read, or nobody speaks in what was chosen.
    pub async fn studio_begin(&self, paths: Vec<String>, own_chats: bool) -> Answer<StudioDesk> {
        let sources: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
        if sources.is_empty() && !own_chats {
            return Err(Problem::new(
                ProblemKind::Invalid,
                "there is nothing to read",
                "choose a folder of scripts or a file, or take your own conversations",
            )
            .into());
        }
        let name = sources
            .first()
            .and_then(|path| path.file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let project = Project {
            v: 1,
            id: store::new_id().to_string(),
            name,
            created_at: super::now_ms(),
            sources,
            own_chats,
            ..Project::default()
        };
        let (sources, scan) = self.studio_take(&project).await?;
        let store = self.studio_store();
        store.keep_scan(&project.id, &scan)?;
        store.write(&project)?;
        self.remember_sources(&project, sources);
        *lock(&self.studio.workbook) = None;
        Ok(self.studio_desk(&project)?)
    }

    /// Adds files and folders to a project; what was changed in its dataset is made anew.
    pub async fn studio_add(&self, id: &str, paths: Vec<String>) -> Answer<StudioDesk> {
        let before = self.studio_store().read(id)?;
        self.studio_settled(&before)?;
        let mut added = before.clone();
        for path in paths.into_iter().map(PathBuf::from) {
            if !added.sources.contains(&path) {
                added.sources.push(path);
            }
        }
        let (sources, scan) = self.studio_take(&added).await?;
        let kept = self.keep_added(&before, added.sources, &scan)?;
        self.remember_sources(&kept, sources);
        Ok(self.studio_desk(&kept)?)
    }

    /// Keeps that files were added to what was read `before`, which may have changed meanwhile.
    fn keep_added(
        &self,
        before: &Project,
        sources: Vec<PathBuf>,
        scan: &StudioScan,
    ) -> Result<Project, Problem> {
        let _alone = lock(&self.studio.changing);
        let store = self.studio_store();
        let now = store.read(&before.id)?;
        self.studio_settled(&now)?;
        same_files(before, &now)?;
        self.studio_begin_anew(&now)?;
        store.keep_scan(&now.id, scan)?;
        let kept = store.change(&now.id, |project| {
            project.sources = sources;
            project.choice = StudioChoice::default();
        })?;
        store.remove_workbook(&now.id)?;
        *lock(&self.studio.workbook) = None;
        *lock(&self.studio.sources) = None;
        Ok(kept)
    }

    /// Reads a project's files; an error where nobody speaks in them.
    async fn studio_take(&self, project: &Project) -> Result<(Arc<Sources>, StudioScan), Problem> {
        if project.sources.len() > MOST_SOURCES {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("a project is made of {MOST_SOURCES} files and folders at most"),
                "choose the folder that they lie in",
            ));
        }
        let (sources, scan) = self.studio_read(project).await?;
        if scan.people.is_empty() {
            let first = scan.refused.first();
            return Err(nobody_speaks(first.map(|one| (&*one.file, &*one.reason))));
        }
        Ok((sources, scan))
    }

    /// What a project's files hold; what was read last is still known.
    pub(super) async fn studio_sources(&self, project: &Project) -> Result<Arc<Sources>, Problem> {
        let held = lock(&self.studio.sources).clone();
        if let Some((_, sources)) = held.filter(|(id, _)| *id == project.id) {
            return Ok(sources);
        }
        let (sources, _) = self.studio_read(project).await?;
        self.remember_sources(project, Arc::clone(&sources));
        Ok(sources)
    }

    /// Holds what was read of a project. The person's own conversations go on meanwhile, so they are read anew each time; and files
    /// may have been added since.
    fn remember_sources(&self, read: &Project, sources: Arc<Sources>) {
        let _alone = lock(&self.studio.changing);
        let now = self.studio_store().read(&read.id);
        if !read.own_chats && now.is_ok_and(|now| now.sources == read.sources) {
            *lock(&self.studio.sources) = Some((read.id.clone(), sources));
        }
    }

    async fn studio_read(&self, project: &Project) -> Result<(Arc<Sources>, StudioScan), Problem> {
        in_the_open(&self.paths, project)?;
        let paths = project.sources.clone();
        let own = project.own_chats.then(|| {
            (self.paths.dirs.root().to_owned(), Arc::clone(&self.log), self.shelf.library.clone())
        });
        aside(move || {
            let mut sources = Sources::default();
            let mut scan = StudioScan { tried: true, ..StudioScan::default() };
            for path in &paths {
                if let Some(found) = sources.add(path)? {
                    merge(&mut scan, &found);
                }
            }
            if let Some((data, log, library)) = own {
                novels::add_own(&data, &log, &library, &mut sources)?;
            }
            scan.lines = count(sources.lines.iter().filter(|line| line.lang.is_none()).count());
            scan.chats =
                count(sources.chats.iter().filter(|(_, c)| !c.messages.is_empty()).count());
            scan.people = everybody(&sources);
            Ok((Arc::new(sources), scan))
        })
        .await
    }
}

/// Refuses to hand encrypted conversations to a training: trainers read plain files, and what is learnt by heart can be read out of
/// weights.
pub(super) fn in_the_open(paths: &Paths, project: &Project) -> Result<(), Problem> {
    let open = matches!(vault::seal_of(&paths.dirs.database()), Ok(vault::Seal::Plain));
    if open || !project.own_chats {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::Unsupported,
        "your conversations are encrypted, and a training would write them down for everybody to read",
        "take scripts alone, or switch the encryption off first",
    ))
}

/// Refuses what was made of other files than those that the project has by now.
pub(super) fn same_files(read: &Project, now: &Project) -> Result<(), Problem> {
    if read.sources == now.sources {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::Busy,
        "other files were added to this project meanwhile",
        "do it once more, with all of them",
    ))
}

/// That nobody speaks in files; the first that was refused, and why, where one was: it may be the archive with all that is said.
pub(super) fn nobody_speaks(refused: Option<(&str, &str)>) -> Problem {
    let refused = refused.map(|(file, reason)| format!(" ({file}: {reason})"));
    Problem::new(
        ProblemKind::Unsupported,
        format!("nobody speaks in what was chosen{}", refused.unwrap_or_default()),
        "choose the folder with the scripts themselves (Ren'Py: the one called `game`), or a chat",
    )
}

fn merge(scan: &mut StudioScan, found: &novel::Scan) {
    let names = found.engines.keys().map(|engine: &Engine| engine.name().to_owned());
    for name in names {
        if !scan.engines.contains(&name) {
            scan.engines.push(name);
        }
    }
    scan.tried &= found.tried;
    scan.files += count(found.files);
    scan.unknown += count(found.unknown.values().sum::<u64>() as usize);
    let room = MOST_REFUSED.saturating_sub(scan.refused.len());
    scan.refused.extend(found.refused.iter().take(room).map(|refusal| StudioRefused {
        file: refusal.file.clone(),
        reason: refusal.reason.clone(),
    }));
}

/// Who speaks in scripts, and who answers in chats.
fn everybody(sources: &Sources) -> Vec<StudioPerson> {
    let mut all: Vec<StudioPerson> = people(&sources.lines)
        .into_iter()
        .map(|person| StudioPerson {
            name: person.name,
            lines: count(person.lines),
            swipes: 0,
            samples: person.samples,
            perhaps: person.perhaps,
        })
        .collect();
    let mut chatty: BTreeMap<&str, (usize, usize, Vec<String>)> = BTreeMap::new();
    for (_, chat) in &sources.chats {
        // In a group several answer; where no name stands it was the narrator.
        let told = |message: &&Message| !message.is_user && !message.name.is_empty();
        for message in chat.messages.iter().filter(told) {
            let (lines, swipes, samples) = chatty.entry(&message.name).or_default();
            *lines += 1;
            *swipes += message.swipes.iter().filter(|swipe| **swipe != message.text).count();
            if samples.len() < 3 {
                samples.push(chat.fill_of(message, &message.text).chars().take(160).collect());
            }
        }
    }
    for (name, _) in &sources.preferences {
        chatty.entry(name).or_default().1 += 1;
    }
    for (name, (lines, swipes, samples)) in chatty {
        if lines + swipes == 0 {
            continue;
        }
        if let Some(known) = all.iter_mut().find(|one| one.name == name) {
            known.lines += count(lines);
            known.swipes += count(swipes);
        } else {
            let (lines, swipes) = (count(lines), count(swipes));
            all.push(StudioPerson { name: name.to_owned(), lines, swipes, samples, perhaps: None });
        }
    }
    all.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.name.cmp(&b.name)));
    all.truncate(MOST_PEOPLE);
    all
}

/// A figure, for the page.
pub(crate) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use novel::chatlog::Chat;

    use super::*;

    #[test]
    fn everybody_of_a_group_chat_is_found_with_what_they_said() {
        let said = |name: &str, text: &str| Message {
            name: name.to_owned(),
            is_user: name == "Me",
            text: text.to_owned(),
            ..Message::default()
        };
        let messages = vec![
            said("Me", "Tea?"),
            said("Anna", "I am {{char}}."),
            said("Bea", "I am {{char}}."),
            said("Bea", "No tea."),
            said("", "It rains."),
        ];
        let (user, character) = ("Me".to_owned(), "Anna".to_owned());
        let chats = vec![("group".to_owned(), Chat { user, character, messages })];
        let all = everybody(&Sources { chats, ..Sources::default() });
        let told: Vec<_> =
            all.iter().map(|one| (&*one.name, one.lines, one.samples[0].as_str())).collect();
        assert_eq!(told, [("Bea", 2, "I am Bea."), ("Anna", 1, "I am Anna.")]);
    }
}
