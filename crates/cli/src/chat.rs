//! `hanashi chat`: talk in the terminal.

use std::io::BufRead;
use std::process::ExitCode;
use std::time::Duration;

use app::api::{AppEvent, AuthorNote, MessageView, PartKind, Speaker};
use app::{Options, Output};
use domain::Problem;

use crate::arguments::{Cast, Common};
use crate::print;
use crate::session::{Session, from_api};

const HELP: &str = "/clear begins a new conversation, /again asks for another answer, /swipe shows the next one, \
                    /undo takes back what was forgotten last, /note TEXT keeps a note to the model for this conversation (without a text it goes), /stop ends the chat, /help shows this";

/// How many messages from the end a note stands.
const NOTE_DEPTH: u32 = 4;

/// Runs the command.
pub(crate) fn run(common: &Common, cast: &Cast, speak: bool) -> Result<ExitCode, Problem> {
    let session = Session::start(Options {
        data_dir: common.data_dir.clone(),
        output: if speak { Output::Speakers } else { Output::Text },
        character: cast.character.clone(),
        model: cast.model.clone(),
        adapters: cast.adapter.clone(),
        ..Options::default()
    })?;
    session.wait_for(PartKind::Model)?;
    let snapshot = session.app.snapshot().map_err(from_api)?;
    let name = snapshot
        .characters
        .iter()
        .find(|character| character.id == snapshot.character)
        .map_or_else(|| snapshot.character.clone(), |character| character.name.clone());
    print::aside(&format!("{name} — {HELP}"));
    let (earlier, greeted) = snapshot.messages.split_at(snapshot.messages.len().saturating_sub(6));
    if !earlier.is_empty() {
        print::aside(&format!("… {} earlier messages", earlier.len()));
    }
    for message in greeted {
        show(&name, message);
    }
    if snapshot.messages.is_empty() || snapshot.busy {
        answer(&session, &name)?;
    }
    let mut undo = None;
    let stdin = std::io::stdin();
    let interactive = std::io::IsTerminal::is_terminal(&stdin);
    loop {
        if interactive {
            print::part("> ");
        }
        let mut line = String::new();
        let read = stdin.lock().read_line(&mut line);
        if !matches!(read, Ok(length) if length > 0) {
            break;
        }
        match line.trim() {
            "" => {}
            "/stop" | "/exit" | "/quit" => break,
            "/help" => print::aside(HELP),
            "/undo" => match undo.take() {
                Some(number) => {
                    session.app.memory_undo(number).map_err(from_api)?;
                    print::aside("it is remembered again");
                }
                None => print::aside("nothing was forgotten in this chat"),
            },
            "/clear" => {
                session.app.new_conversation().map_err(from_api)?;
                answer(&session, &name)?;
            }
            "/again" => {
                session.app.regenerate().map_err(from_api)?;
                answer(&session, &name)?;
            }
            "/swipe" => swipe(&session, &name)?,
            command if command == "/note" || command.starts_with("/note ") => {
                let text = command.trim_start_matches("/note").trim().to_owned();
                let said = if text.is_empty() { "the note is gone" } else { "noted" };
                let note = AuthorNote { text, depth: NOTE_DEPTH };
                session.app.keep_author_note(true, note).map_err(from_api)?;
                print::aside(said);
            }
            command if command.starts_with('/') => {
                print::aside(&format!("`{command}` means nothing here; {HELP}"));
            }
            text => {
                session.app.say(text).map_err(from_api)?;
                undo = answer(&session, &name)?.or(undo);
            }
        }
    }
    session.app.shutdown()?;
    Ok(ExitCode::SUCCESS)
}

/// Shows an answer while it is written; answers the number that takes back what was forgotten meanwhile.
fn answer(session: &Session, name: &str) -> Result<Option<u32>, Problem> {
    let mut begun = false;
    let mut forgotten = None;
    loop {
        match session.next(Duration::from_millis(500))? {
            Some(AppEvent::TextDelta { text, .. }) => {
                if !begun {
                    print::part(&format!("{name}: "));
                    begun = true;
                }
                print::part(&text);
            }
            Some(AppEvent::TurnFinished { .. }) => {
                print::line("");
                let again = session.app.explain().map_or_else(Vec::new, |why| why.again);
                if !again.is_empty() {
                    print::aside(&format!(
                        "written anew before you heard it: {}",
                        again.join(", ")
                    ));
                }
                return Ok(forgotten);
            }
            Some(AppEvent::TurnFailed { problem, .. }) => {
                print::aside(&format!("{}; {}", problem.message, problem.remedy));
                return Ok(forgotten);
            }
            Some(AppEvent::Forgotten { topic, messages, undo }) => {
                let what = topic.map_or_else(|| "that".to_owned(), |topic| format!("`{topic}`"));
                if messages == 0 {
                    print::aside(&format!(
                        "nothing was said about {what}, so nothing is forgotten"
                    ));
                } else {
                    print::aside(&format!(
                        "forgotten: {what}, in {messages} message(s); /undo takes it back"
                    ));
                    forgotten = Some(undo);
                }
            }
            Some(AppEvent::Notice { problem }) => {
                print::aside(&format!("{}; {}", problem.message, problem.remedy));
            }
            // A card without a greeting: nothing is coming.
            None if !begun && !session.app.snapshot().map_err(from_api)?.busy => {
                return Ok(forgotten);
            }
            Some(_) | None => {}
        }
    }
}

/// Shows the next alternative of the last reply, or asks for another one.
fn swipe(session: &Session, name: &str) -> Result<(), Problem> {
    let snapshot = session.app.snapshot().map_err(from_api)?;
    let Some(last) = snapshot.messages.last().filter(|message| message.role == Speaker::Character)
    else {
        print::aside("there is no reply to swipe yet");
        return Ok(());
    };
    let written = last.swipe + 1 < last.swipes;
    session.app.swipe(&last.id, 1).map_err(from_api)?;
    if !written {
        return answer(session, name).map(|_| ());
    }
    while let Some(event) = session.next(Duration::from_secs(5))? {
        if let AppEvent::ConversationChanged { messages, .. } = event {
            messages.last().iter().for_each(|message| show(name, message));
            break;
        }
    }
    Ok(())
}

fn show(name: &str, message: &MessageView) {
    let who = match message.role {
        Speaker::User => "> ".to_owned(),
        Speaker::Character => format!("{name}: "),
        Speaker::Narrator => String::new(),
    };
    print::line(&format!("{who}{}", message.text.trim()));
}
