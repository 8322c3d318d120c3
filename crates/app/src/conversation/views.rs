//! From the words of the rooms to the words of a page.

use api::{self, AppEvent, MessageView};
use dialogue::{Hearing, Timings, Update};
use domain::{Direction, EndOfTurn, Lang, Log, Message, Partial, Role, Show};

/// A message as it is shown. Its alternatives are looked up in the log.
pub(crate) fn message(log: &dyn Log, message: &Message) -> MessageView {
    let siblings = log.siblings(message.id).unwrap_or_default();
    let swipe = siblings.iter().position(|one| one.id == message.id).unwrap_or_default();
    MessageView { swipe: swipe as u32, swipes: siblings.len().max(1) as u32, ..bare(message) }
}

/// A message as it is shown, without a look at its alternatives.
pub(crate) fn bare(message: &Message) -> MessageView {
    let shown = match message.role {
        Role::Character => delivery::shown(&message.text),
        Role::User | Role::Narrator => {
            delivery::Shown { text: message.text.clone(), ..delivery::Shown::default() }
        }
    };
    MessageView {
        id: message.id.to_string(),
        role: match message.role {
            Role::User => api::Speaker::User,
            Role::Character => api::Speaker::Character,
            Role::Narrator => api::Speaker::Narrator,
        },
        speaker: message.speaker.as_ref().map(|speaker| speaker.character.0.clone()),
        because: message.speaker.as_ref().map(|speaker| speaker.because.name().to_owned()),
        emotion: shown.emotion().into(),
        cues: faces(&shown.cues),
        staging: staging(&shown.cues),
        choices: shown.choices(),
        text: shown.text,
        interrupted: message.interrupted,
        swipe: 0,
        swipes: 1,
        created_at: message.created_at as f64,
    }
}

fn faces(cues: &[domain::Cue]) -> Vec<api::Cue> {
    let face =
        |cue: &domain::Cue| Some(api::Cue { at: cue.at as u32, emotion: cue.emotion()?.into() });
    cues.iter().filter_map(face).collect()
}

/// What a page does when the text has come so far; choices are offered at its end.
fn staging(cues: &[domain::Cue]) -> Vec<api::StageCue> {
    let staged = |cue: &domain::Cue| match &cue.show {
        Show::Feeling(_) | Show::Stage(Direction::Choice, _) => None,
        Show::Stage(direction, value) => Some(api::StageCue {
            at: cue.at as u32,
            kind: direction.name().to_owned(),
            value: value.clone(),
        }),
    };
    cues.iter().filter_map(staged).collect()
}

/// A branch as it is shown.
pub(crate) fn messages(log: &dyn Log, path: &[Message]) -> Vec<MessageView> {
    path.iter().map(|one| message(log, one)).collect()
}

fn timings(timings: Timings) -> api::Timings {
    let ms = |value: Option<domain::Millis>| value.map(|value| value as f64);
    api::Timings {
        endpoint_ms: ms(timings.endpoint_ms),
        end_of_turn: timings.end_of_turn.map(|why| {
            match why {
                EndOfTurn::Released => "released",
                EndOfTurn::Finished => "finished",
                EndOfTurn::Unclear => "unclear",
                EndOfTurn::Unfinished => "unfinished",
                EndOfTurn::Longest => "longest",
            }
            .to_owned()
        }),
        guessed: timings.guessed,
        transcript_ms: ms(timings.transcript_ms),
        first_token_ms: ms(timings.first_token_ms),
        first_line_ms: ms(timings.first_line_ms),
        first_audio_ms: ms(timings.first_audio_ms),
        total_ms: timings.total_ms as f64,
        prompt_tokens: timings.prompt_tokens,
        reused_tokens: timings.reused_tokens,
        reply_tokens: timings.reply_tokens,
        tokens_per_s: timings.tokens_per_s,
    }
}

/// What the ears are doing.
pub(crate) fn hearing(hearing: Hearing) -> api::HearingState {
    match hearing {
        Hearing::Off => api::HearingState::Off,
        Hearing::Waiting => api::HearingState::Waiting,
        Hearing::Asleep => api::HearingState::Asleep,
        Hearing::Speech => api::HearingState::Speech,
        Hearing::Transcribing => api::HearingState::Transcribing,
    }
}

/// An update of the conductor as an event of the page; `None` for what the app itself answers.
pub(crate) fn event(log: &dyn Log, update: Update) -> Option<AppEvent> {
    let number = |turn: domain::TurnId| turn.0 as u32;
    let visemes = |all: Vec<domain::Viseme>| all.into_iter().map(api::Viseme::from).collect();
    Some(match update {
        Update::TurnStarted { turn, message: said, speaker } => AppEvent::TurnStarted {
            turn: number(turn),
            message: said.map(|one| message(log, &one)),
            because: speaker.as_ref().map(|speaker| speaker.because.name().to_owned()),
            speaker: speaker.map(|speaker| speaker.character.0),
        },
        Update::TextDelta { turn, text } => AppEvent::TextDelta { turn: number(turn), text },
        Update::LineStarted { line, visemes: shapes, duration_ms } => AppEvent::LineStarted {
            turn: number(line.id.turn),
            line: line.id.index,
            cues: faces(&line.cues),
            staging: staging(&line.cues),
            text: line.text,
            visemes: visemes(shapes),
            duration_ms: duration_ms.map(|ms| ms as u32),
        },
        Update::Visemes { line, visemes: shapes } => AppEvent::Visemes {
            turn: number(line.turn),
            line: line.index,
            visemes: visemes(shapes),
        },
        Update::Playhead { line, at_ms } => {
            AppEvent::Playhead { turn: number(line.turn), line: line.index, at_ms: at_ms as u32 }
        }
        Update::LineEnded(line) => {
            AppEvent::LineEnded { turn: number(line.turn), line: line.index }
        }
        Update::TurnFinished { turn, message: said, interrupted, timings: took } => {
            AppEvent::TurnFinished {
                turn: number(turn),
                message: said.map(|one| message(log, &one)),
                interrupted,
                timings: timings(took),
            }
        }
        Update::TurnFailed { turn, problem } => {
            AppEvent::TurnFailed { turn: number(turn), problem: problem.into() }
        }
        Update::ConversationChanged { conversation, character, messages: path } => {
            AppEvent::ConversationChanged {
                character: character.0,
                conversation: conversation.to_string(),
                messages: messages(log, &path),
            }
        }
        Update::Hearing(state) => AppEvent::Hearing { state: hearing(state) },
        Update::Understood(Partial { committed, tentative }) => {
            AppEvent::Understood { committed, tentative }
        }
        Update::Heard(text) => AppEvent::Heard { text },
        Update::Notice(problem) => AppEvent::Notice { problem: problem.into() },
        Update::EarsWanted => return None,
    })
}

/// The language of the app's own sentences.
pub(crate) fn lang(settings: &store::Settings) -> Lang {
    Lang::from_code(&crate::settings::mapping::view(settings).language).unwrap_or_default()
}
