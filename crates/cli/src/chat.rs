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
                    /note TEXT keeps a note to the model for this conversation (without a text it goes), /stop ends the chat, /help shows this";

/// How many messages from the end a note stands.
const NOTE_DEPTH: u32 = 4;

/// Runs the command.
///
/// `aloud`: whether the answers are spoken, and whether what is said is heard.
pub(crate) fn run(
    common: &Common,
    cast: &Cast,
    aloud: (bool, bool),
    ears: Option<&str>,
) -> Result<ExitCode, Problem> {
    let (speak, listen) = aloud;
    let session = Session::start(Options {
        data_dir: common.data_dir.clone(),
        output: if speak { Output::Speakers } else { Output::Text },
        character: cast.character.clone(),
        model: cast.model.clone(),
        adapters: cast.adapter.clone(),
        ears: ears.map(str::to_owned),
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
    if listen {
        return crate::listen::run(&session, &name, common.json);
    }
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
                answer(&session, &name)?;
            }
        }
    }
    session.app.shutdown()?;
    Ok(ExitCode::SUCCESS)
}

/// Shows an answer while it is written.
fn answer(session: &Session, name: &str) -> Result<(), Problem> {
    let mut begun = false;
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
                return Ok(());
            }
            Some(AppEvent::TurnFailed { problem, .. }) => {
                print::aside(&format!("{}; {}", problem.message, problem.remedy));
                return Ok(());
            }
            Some(AppEvent::Notice { problem }) => {
                print::aside(&format!("{}; {}", problem.message, problem.remedy));
            }
            // A card without a greeting: nothing is coming.
            None if !begun && !session.app.snapshot().map_err(from_api)?.busy => return Ok(()),
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
        return answer(session, name);
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
