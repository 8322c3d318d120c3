//! `hanashi chat`: talk in the terminal.

mod commands;
mod doing;

use std::cell::{Cell, RefCell};
use std::io::BufRead;
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::api::{AppEvent, MessageView, PartKind, Speaker};
use app::{Options, Output};
use domain::{Problem, ProblemKind};
use serde_json::json;

use crate::arguments::{Cast, Common};
use crate::people::People;
use crate::print;
use crate::session::{Session, from_api};
use commands::{Command, Typed};

/// Messages of an earlier talk that are shown again.
const SHOWN_AGAIN: usize = 6;

/// Between two looks whether anything is still coming.
const LOOK: Duration = Duration::from_millis(500);
/// How long the next of several may take to begin.
const FOLLOWING: Duration = Duration::from_millis(300);

/// A talk, as a terminal follows it.
struct Chat {
    session: Session,
    /// Who is there.
    people: RefCell<People>,
    /// One JSON object a reply, instead of the reply as it comes.
    json: bool,
    /// What takes back what was forgotten last.
    forgotten: Cell<Option<u32>>,
}

/// The turn whose answer is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// The one that runs, or that comes of itself: a greeting.
    Running,
    /// The next one that answers what the person said.
    Said,
    /// The next one: another answer, or one that goes on.
    Next,
}

impl Awaited {
    /// Whether a turn that begins is the one, by what the person `said` in it: a greeting, which may begin at any time, answers nothing.
    fn is(self, said: Option<&MessageView>) -> bool {
        self != Self::Said || said.is_some()
    }
}

/// How much of it is aloud.
pub(crate) struct Aloud {
    /// The answers are spoken.
    pub(crate) speak: bool,
    /// What is said is heard …
    pub(crate) listen: bool,
    /// … where it begins with this.
    pub(crate) wake: Option<String>,
}

/// Runs the command.
pub(crate) fn run(
    common: &Common,
    cast: &Cast,
    with: &[String],
    aloud: Aloud,
    ears: Option<&str>,
) -> Result<ExitCode, Problem> {
    let Aloud { speak, listen, wake } = aloud;
    let session = Session::start(Options {
        data_dir: common.data_dir.clone(),
        output: if speak { Output::Speakers } else { Output::Text },
        ears: ears.map(str::to_owned),
        ..cast.options()
    })?;
    session.wait_for(PartKind::Model)?;
    let mut people = People::of(&session)?;
    for name in with {
        if !people.has(name) {
            session.app.invite(name).map_err(from_api)?;
            people = People::of(&session)?;
        }
    }
    let snapshot = session.app.snapshot().map_err(from_api)?;
    if listen {
        return crate::listen::run(&session, &people, wake, common.json);
    }
    let people = RefCell::new(people);
    let chat = Chat { session, people, json: common.json, forgotten: Cell::new(None) };
    chat.mind_interruptions();
    let listed = chat.people.borrow().listed();
    print::aside(&format!("{listed} — /help shows what can be typed"));
    if let Some(on) = chat.session.app.computes_on().filter(|on| on.id != "cpu") {
        let planned = app::terminal::bytes(on.planned as u64);
        print::aside(&format!("the model computes on {} ({}, {planned})", on.name, on.id));
    }
    let messages = &snapshot.messages;
    let (earlier, greeted) = messages.split_at(messages.len().saturating_sub(SHOWN_AGAIN));
    if !earlier.is_empty() {
        print::aside(&format!("… {} earlier messages", earlier.len()));
    }
    greeted.iter().for_each(|message| chat.show(message));
    if messages.is_empty() || snapshot.busy {
        chat.follow(Awaited::Running)?;
    }
    chat.talk()?;
    chat.session.app.shutdown()?;
    Ok(ExitCode::SUCCESS)
}

impl Chat {
    /// Ctrl+C ends the answer that is running; where none runs, the chat. What was said is in the log before it is shown.
    #[cfg(unix)]
    fn mind_interruptions(&self) {
        let app = Arc::clone(&self.session.app);
        let minding = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT]).and_then(
            |mut signals| {
                std::thread::Builder::new().name("interruptions".to_owned()).spawn(move || {
                    for _ in signals.forever() {
                        let busy = app.snapshot().is_ok_and(|snapshot| snapshot.busy);
                        if !busy || app.stop().is_err() {
                            let _ended = app.shutdown();
                            std::process::exit(130);
                        }
                    }
                })
            },
        );
        if let Err(error) = minding {
            print::aside(&format!("Ctrl+C ends the chat at once ({error})"));
        }
    }

    /// Elsewhere Ctrl+C ends the program, as it always does.
    #[cfg(not(unix))]
    fn mind_interruptions(&self) {}

    /// Reads lines until there are no more.
    fn talk(&self) -> Result<(), Problem> {
        let stdin = std::io::stdin();
        let interactive = std::io::IsTerminal::is_terminal(&stdin) && !self.json;
        let mut line = String::new();
        loop {
            if interactive {
                print::part(if line.is_empty() { "> " } else { "… " });
            }
            let before = line.len();
            let read = stdin.lock().read_line(&mut line);
            if !matches!(read, Ok(length) if length > 0) && line.len() == before {
                return if line.is_empty() { Ok(()) } else { self.take(&line).map(drop) };
            }
            if let Some(open) = line.trim_end_matches(['\n', '\r']).strip_suffix('\\') {
                line = format!("{open}\n");
                continue;
            }
            match self.take(&line) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                // What a command could not do is no end of the talk.
                Err(problem) if problem.kind != ProblemKind::Internal => self.tell(&problem),
                Err(problem) => return Err(problem),
            }
            line.clear();
        }
    }

    /// Does what a line means; false at the end of the talk.
    fn take(&self, line: &str) -> Result<bool, Problem> {
        self.catch_up()?;
        match commands::parse(line) {
            Typed::Blank => {}
            Typed::Say(text) => {
                self.session.app.say(text).map_err(from_api)?;
                self.follow(Awaited::Said)?;
            }
            Typed::Do(Command::Stop, _) => return Ok(false),
            Typed::Do(command, argument) => self.run(command, argument)?,
            Typed::Unknown(name) => {
                print::aside(&format!("there is no command `/{name}`; /help shows them"));
            }
            Typed::Wants(argument) => print::aside(&format!("it needs {argument}; see /help")),
        }
        Ok(true)
    }

    /// Hears what happened while nobody listened, so that what comes next is of what is done next.
    fn catch_up(&self) -> Result<(), Problem> {
        while let Some(event) = self.session.next(Duration::ZERO)? {
            if let AppEvent::Notice { problem } = event {
                print::aside(&format!("{}; {}", problem.message, problem.remedy));
            }
        }
        Ok(())
    }

    /// Sees who is there now: other commands, and other conversations, change it.
    fn look_around(&self) -> Result<(), Problem> {
        *self.people.borrow_mut() = People::of(&self.session)?;
        Ok(())
    }

    /// Shows an answer while it is written. Until the turn that is `awaited` has begun, what happens is of an older one, such
    /// as the greeting's, that was still on its way: taken for this one's, the talk would go on without the answer.
    fn follow(&self, awaited: Awaited) -> Result<(), Problem> {
        let mut started = awaited == Awaited::Running;
        self.look_around()?;
        let mut begun = false;
        let mut name = self.people.borrow().name(None);
        // Until when the turn of another may begin, behind one that has ended.
        let mut following: Option<Instant> = None;
        loop {
            let patience =
                following.map_or(LOOK, |end| end.saturating_duration_since(Instant::now()));
            match self.session.next(patience)? {
                Some(AppEvent::TurnStarted { speaker, message, .. })
                    if started || awaited.is(message.as_ref()) =>
                {
                    name = self.people.borrow().name(speaker.as_deref());
                    (started, begun, following) = (true, false, None);
                }
                Some(AppEvent::TextDelta { text, .. }) if started && !self.json => {
                    if !begun {
                        print::part(&format!("{name}: "));
                        begun = true;
                    }
                    print::part(&text);
                }
                Some(AppEvent::TurnFinished { message, interrupted, timings, .. }) if started => {
                    if self.json {
                        print::json(&json!({
                            "v": 1,
                            "reply": message.as_ref().map(|message| message.text.trim()),
                            "speaker": message.as_ref().and_then(|message| message.speaker.as_deref()),
                            "because": message.as_ref().and_then(|message| message.because.as_deref()),
                            "swipe": message.as_ref().map(|message| message.swipe + 1),
                            "swipes": message.as_ref().map(|message| message.swipes),
                            "interrupted": interrupted,
                            "timings_ms": timings,
                        }));
                    } else {
                        print::line("");
                        self.tell_rewriting();
                    }
                    // Where another follows, that turn begins with the end of this one.
                    if !self.people.borrow().may_follow() {
                        return Ok(());
                    }
                    following = Some(Instant::now() + FOLLOWING);
                }
                None if following.is_some() => return Ok(()),
                Some(AppEvent::TurnFailed { problem, .. }) => {
                    if begun {
                        // What came before it broke off stands on a line of its own.
                        print::line("");
                    }
                    self.tell(&from_api(problem));
                    return Ok(());
                }
                Some(AppEvent::Forgotten { topic, messages, undo }) => {
                    self.tell_forgotten(topic.as_deref(), messages, undo);
                }
                Some(AppEvent::Notice { problem }) => {
                    print::aside(&format!("{}; {}", problem.message, problem.remedy));
                }
                // A card without a greeting: nothing is coming. To what was said there always comes something, however busy the
                // machine is.
                None if awaited != Awaited::Said && !begun => {
                    if !self.session.app.snapshot().map_err(from_api)?.busy {
                        return Ok(());
                    }
                }
                Some(_) | None => {}
            }
        }
    }

    /// Says why an answer was written anew before it was heard, where it was.
    fn tell_rewriting(&self) {
        let again = self.session.app.explain().map_or_else(Vec::new, |why| why.again);
        if !again.is_empty() {
            print::aside(&format!("written anew before you heard it: {}", again.join(", ")));
        }
    }

    /// Says what was forgotten because the person asked for it.
    fn tell_forgotten(&self, topic: Option<&str>, messages: u32, undo: u32) {
        let what = topic.map_or_else(|| "that".to_owned(), |topic| format!("`{topic}`"));
        if messages == 0 {
            print::aside(&format!("nothing was said about {what}, so nothing is forgotten"));
            return;
        }
        print::aside(&format!(
            "forgotten: {what}, in {messages} message(s); /remember takes it back"
        ));
        self.forgotten.set(Some(undo));
    }

    /// Says what went wrong.
    fn tell(&self, problem: &Problem) {
        if self.json {
            print::json(&json!({ "v": 1, "error": problem }));
        }
        print::aside(&format!("{}; {}", problem.message, problem.remedy));
    }

    fn show(&self, message: &MessageView) {
        if self.json {
            return print::json(&json!({
                "v": 1,
                "message": message.text.trim(),
                "role": message.role,
                "speaker": message.speaker,
                "swipe": message.swipe + 1,
                "swipes": message.swipes,
            }));
        }
        let who = match message.role {
            Speaker::User => "> ".to_owned(),
            Speaker::Character => {
                format!("{}: ", self.people.borrow().name(message.speaker.as_deref()))
            }
            Speaker::Narrator => String::new(),
        };
        let which = if message.swipes > 1 {
            format!(" ({} of {})", message.swipe + 1, message.swipes)
        } else {
            String::new()
        };
        print::line(&format!("{who}{}{which}", message.text.trim()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_that_begins_late_answers_nothing_that_was_said() {
        // Its turn holds nothing that the person said; neither does that of another answer.
        assert!(!Awaited::Said.is(None));
        assert!(Awaited::Next.is(None) && Awaited::Running.is(None));
    }
}
