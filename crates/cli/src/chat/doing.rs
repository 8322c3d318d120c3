//! What the commands of `hanashi chat` do.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use app::api::{AppEvent, AuthorNote, MessageView, Speaker, StageState};
use domain::{Problem, ProblemKind};
use serde_json::json;

use super::commands::{self, Command};
use super::{Awaited, Chat};
use crate::print;
use crate::session::{from_api, waited};

/// How many messages from the end a note stands.
const NOTE_DEPTH: u32 = 4;
/// Suggestions where no number is given.
const SUGGESTIONS: u32 = 3;
/// Longest text file that is said, in bytes.
const LONGEST_FILE: u64 = 1 << 20;
/// How long a change of the conversation may take to arrive.
const PATIENCE: Duration = Duration::from_secs(5);

impl Chat {
    /// Does one of them.
    #[expect(clippy::too_many_lines, reason = "one arm for every command")]
    pub(super) fn run(&self, command: Command, argument: &str) -> Result<(), Problem> {
        let app = &self.session.app;
        match command {
            Command::Help => print::aside(&commands::help()),
            Command::Swipe if argument.is_empty() => return self.next_swipe(),
            Command::Swipe => return self.choose_swipe(argument),
            Command::Swipes => return self.list_swipes(),
            Command::Again => {
                app.regenerate().map_err(from_api)?;
                return self.follow(Awaited::Next);
            }
            Command::Continue => {
                app.go_on().map_err(from_api)?;
                return self.follow(Awaited::Next);
            }
            Command::Edit => {
                let line = self.own_line()?;
                app.edit(&line.id, argument).map_err(from_api)?;
                return self.follow(Awaited::Said);
            }
            Command::Undo => return self.undo(),
            Command::Suggest => return self.suggest(argument),
            Command::Read => {
                app.say(&text_of(Path::new(argument))?).map_err(from_api)?;
                return self.follow(Awaited::Said);
            }
            Command::Picture => return self.picture(argument),
            Command::Note => {
                let said = if argument.is_empty() { "the note is gone" } else { "noted" };
                let note = AuthorNote { text: argument.to_owned(), depth: NOTE_DEPTH };
                app.keep_author_note(true, note).map_err(from_api)?;
                print::aside(said);
            }
            Command::Invite | Command::Away | Command::Speak | Command::Mute | Command::Lines => {
                let mut people = self.people.borrow_mut();
                match command {
                    Command::Invite => people.invite(&self.session, argument)?,
                    Command::Away => people.send_away(&self.session, argument)?,
                    Command::Mute => people.mute(&self.session, argument)?,
                    Command::Lines => people.lines(&self.session, argument)?,
                    _ => {
                        people.speak(&self.session, argument)?;
                        drop(people);
                        return self.follow(Awaited::Next);
                    }
                }
                print::aside(&people.told());
            }
            Command::Memory => return self.memory(),
            Command::Remember => match self.forgotten.take() {
                Some(number) => {
                    self.session.app.memory_undo(number).map_err(from_api)?;
                    print::aside("it is remembered again");
                }
                None => print::aside("nothing was forgotten in this chat"),
            },
            Command::Prompt => self.prompt(),
            Command::History => self.messages()?.iter().for_each(|message| self.show(message)),
            Command::Save => {
                let slot = if argument.is_empty() { "quick" } else { argument };
                let line = self.messages()?.last().map_or(String::new(), |last| last.text.clone());
                let emotion = domain::Emotion::default().into();
                let stage = StageState {
                    scene: String::new(),
                    daylight: String::new(),
                    weather: String::new(),
                    emotion,
                };
                let save = app.save(slot, None, &line, &stage).map_err(from_api)?;
                print::aside(&format!("saved in slot {}", save.slot));
            }
            Command::Saves => self.saves()?,
            Command::Load => {
                return self.load(if argument.is_empty() { "quick" } else { argument });
            }
            Command::Talks => self.talks()?,
            Command::Open => return self.open(argument),
            Command::Clear => {
                app.new_conversation().map_err(from_api)?;
                return self.follow(Awaited::Next);
            }
            Command::Stop => {}
        }
        Ok(())
    }

    /// Pictures the scene. A terminal has no stage: the talk alone says where it is.
    fn picture(&self, file: &str) -> Result<(), Problem> {
        let file = if file.is_empty() { unused("scene", "jpg") } else { PathBuf::from(file) };
        let file = file.as_path();
        let app = &self.session.app;
        let emotion = domain::Emotion::default().into();
        let (scene, daylight, weather) = Default::default();
        let stage = StageState { scene, daylight, weather, emotion };
        let made = waited(app.picture_scene(&stage))?.map_err(from_api)?;
        let bytes = app.scene_picture_file(&made.id).map_err(from_api)?;
        std::fs::write(file, bytes).map_err(|error| {
            Problem::new(
                ProblemKind::Disk,
                format!("`{}` could not be written: {error}", file.display()),
                "name a file where you may write",
            )
        })?;
        if self.json {
            print::json(&json!({ "v": 1, "picture": made, "file": file }));
        } else {
            let by = match (&made.host, made.by.as_str()) {
                (Some(host), by) => format!("drawn by {by} on {host}"),
                (None, "layers") => "composed here".to_owned(),
                (None, by) => format!("drawn by {by} on this machine"),
            };
            print::aside(&format!("{} ({by}): {}", made.description, file.display()));
        }
        Ok(())
    }

    fn messages(&self) -> Result<Vec<MessageView>, Problem> {
        Ok(self.session.app.snapshot().map_err(from_api)?.messages)
    }

    /// The reply that the conversation ends with.
    fn reply(&self) -> Result<MessageView, Problem> {
        let last = self.messages()?.pop();
        last.filter(|message| message.role == Speaker::Character).ok_or_else(|| {
            Problem::new(
                ProblemKind::Invalid,
                "there is no reply yet that could have others beside it",
                "say something first",
            )
        })
    }

    /// What the person said last.
    fn own_line(&self) -> Result<MessageView, Problem> {
        let mut own = self.messages()?;
        own.retain(|message| message.role == Speaker::User);
        own.pop().ok_or_else(|| {
            Problem::new(
                ProblemKind::Invalid,
                "you have not said anything yet",
                "say something first",
            )
        })
    }

    /// Shows the next alternative of the last reply, or has another one written.
    fn next_swipe(&self) -> Result<(), Problem> {
        let last = self.reply()?;
        self.session.app.swipe(&last.id, 1).map_err(from_api)?;
        if last.swipe + 1 < last.swipes { self.changed() } else { self.follow(Awaited::Next) }
    }

    fn choose_swipe(&self, which: &str) -> Result<(), Problem> {
        let last = self.reply()?;
        let all = self.session.app.alternatives(&last.id).map_err(from_api)?;
        let wanted = which.parse::<usize>().ok().and_then(|n| all.get(n.checked_sub(1)?));
        let Some(wanted) = wanted else {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("there is no answer `{which}` here"),
                format!("choose 1 to {}, or write another with /again", all.len()),
            ));
        };
        if wanted.id == last.id {
            self.show(&last);
            return Ok(());
        }
        self.session.app.show_alternative(&wanted.id).map_err(from_api)?;
        self.changed()
    }

    fn list_swipes(&self) -> Result<(), Problem> {
        let last = self.reply()?;
        let all = self.session.app.alternatives(&last.id).map_err(from_api)?;
        if self.json {
            let texts: Vec<&str> = all.iter().map(|one| one.text.trim()).collect();
            print::json(&json!({ "v": 1, "swipes": texts, "shown": last.swipe + 1 }));
            return Ok(());
        }
        for (index, one) in all.iter().enumerate() {
            let mark = if one.id == last.id { '*' } else { ' ' };
            print::line(&format!("{mark}{:>3}  {}", index + 1, one.text.trim()));
        }
        Ok(())
    }

    fn undo(&self) -> Result<(), Problem> {
        let line = self.own_line()?;
        self.session.app.go_before(&line.id).map_err(from_api)?;
        self.changed()
    }

    /// Shows where the conversation now ends.
    fn changed(&self) -> Result<(), Problem> {
        while let Some(event) = self.session.next(PATIENCE)? {
            if let AppEvent::ConversationChanged { messages, .. } = event {
                // Another conversation has other people.
                self.look_around()?;
                match messages.last() {
                    Some(last) => self.show(last),
                    None => print::aside("nothing has been said"),
                }
                break;
            }
        }
        Ok(())
    }

    fn suggest(&self, count: &str) -> Result<(), Problem> {
        let count = if count.is_empty() { Ok(SUGGESTIONS) } else { count.parse() };
        let count = count.map_err(|_| {
            Problem::new(ProblemKind::Invalid, "that is no number", "give 1 to 5, or none")
        })?;
        let lines = waited(self.session.app.suggest(count))?.map_err(from_api)?;
        if self.json {
            print::json(&json!({ "v": 1, "suggestions": lines }));
        } else {
            lines.iter().for_each(|line| print::line(&format!("  {line}")));
        }
        Ok(())
    }

    fn memory(&self) -> Result<(), Problem> {
        let app = &self.session.app;
        let who = app.snapshot().map_err(from_api)?.character;
        let page = app.memories(&who).map_err(from_api)?;
        if self.json {
            print::json(&json!({ "v": 1, "character": who, "facts": page.facts }));
            return Ok(());
        }
        for fact in &page.facts {
            print::line(&format!("  {}", fact.line));
        }
        if page.facts.is_empty() {
            print::aside("nothing yet: tell a little about yourself");
        }
        if page.unused {
            print::aside("this model is too small to be given any of it");
        }
        Ok(())
    }

    fn prompt(&self) {
        let Some(made) = self.session.app.explain() else {
            return print::aside("nothing was asked yet");
        };
        if self.json {
            return print::json(&json!({ "v": 1, "prompt": made }));
        }
        for block in &made.blocks {
            print::line(&format!("── {} ({} tokens)", block.name, block.tokens));
            print::line(block.text.trim());
        }
        if made.left_out > 0 {
            print::aside(&format!("{} older messages no longer fitted", made.left_out));
        }
    }

    fn saves(&self) -> Result<(), Problem> {
        let saves = self.session.app.saves().map_err(from_api)?;
        if self.json {
            print::json(&json!({ "v": 1, "saves": saves }));
            return Ok(());
        }
        for save in &saves {
            let line = save.line.lines().next().unwrap_or_default();
            print::line(&format!("  {:>5}  {}: {line}", save.slot, save.character_name));
        }
        if saves.is_empty() {
            print::aside("nothing was saved yet");
        }
        Ok(())
    }

    fn load(&self, slot: &str) -> Result<(), Problem> {
        let saves = self.session.app.saves().map_err(from_api)?;
        // The newest comes first: of quick saves several are kept.
        let Some(save) = saves.iter().find(|save| save.slot == slot) else {
            return Err(Problem::new(
                ProblemKind::Missing,
                format!("nothing is saved in slot `{slot}`"),
                "/saves shows what there is",
            ));
        };
        self.session.app.load(save.id).map_err(from_api)?;
        self.changed()
    }

    fn talks(&self) -> Result<(), Problem> {
        let talks = self.session.app.conversations().map_err(from_api)?;
        if self.json {
            print::json(&json!({ "v": 1, "conversations": talks }));
            return Ok(());
        }
        for (index, talk) in talks.iter().enumerate() {
            let mark = if talk.active { '*' } else { ' ' };
            let title = if talk.title.is_empty() { "(nothing said)" } else { &talk.title };
            print::line(&format!("{mark}{:>3}  {title} ({} messages)", index + 1, talk.messages));
        }
        Ok(())
    }

    fn open(&self, which: &str) -> Result<(), Problem> {
        let talks = self.session.app.conversations().map_err(from_api)?;
        let wanted = which.parse::<usize>().ok().and_then(|n| talks.get(n.checked_sub(1)?));
        let Some(wanted) = wanted else {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("there is no conversation `{which}`"),
                format!("choose 1 to {}; /talks shows them", talks.len()),
            ));
        };
        self.session.app.open_conversation(&wanted.id).map_err(from_api)?;
        self.changed()
    }
}

/// A text file, whole.
fn text_of(path: &Path) -> Result<String, Problem> {
    let refused = |what: String| {
        Problem::new(
            ProblemKind::Invalid,
            format!("`{}` is not said: {what}", path.display()),
            "name a text file of at most 1 MB",
        )
    };
    let file = std::fs::File::open(path).map_err(|error| refused(error.to_string()))?;
    let mut text = String::new();
    let read = file.take(LONGEST_FILE + 1).read_to_string(&mut text);
    match read.map_err(|error| refused(error.to_string()))? as u64 {
        0..=LONGEST_FILE => Ok(text),
        _ => Err(refused("it is too long".to_owned())),
    }
}

/// A name that no file here has: `scene.jpg`, `scene-2.jpg`, …
fn unused(name: &str, ending: &str) -> PathBuf {
    let names = (2..).map(|number| format!("{name}-{number}.{ending}"));
    std::iter::once(format!("{name}.{ending}"))
        .chain(names)
        .map(PathBuf::from)
        .find(|path| !path.exists())
        .unwrap_or_default()
}
