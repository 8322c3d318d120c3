//! `hanashi talk`: one spoken turn.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use app::api::{AppEvent, HearingState, PartKind, Timings};
use app::{Options, Output};
use domain::{Problem, ProblemKind};
use serde_json::{Value, json};

use crate::arguments::{Common, Talk};
use crate::print;
use crate::session::{Session, from_api};

/// A turn that says nothing for so long has hung.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long the microphone stays open at most.
const LONGEST_LISTENING: Duration = Duration::from_mins(1);

/// What a turn came to.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) heard: Option<String>,
    pub(crate) reply: String,
    pub(crate) tags: Vec<String>,
    pub(crate) timings: Timings,
}

/// Runs the command.
pub(crate) fn run(common: &Common, talk: &Talk) -> Result<ExitCode, Problem> {
    if talk.text.is_none() && talk.wav.is_none() && !talk.mic {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "there is nothing to say",
            "give `--text`, `--wav` or `--mic`",
        ));
    }
    // Read first: a bad recording should not cost the loading of models.
    let speech = talk.wav.as_deref().map(app::terminal::read_wav).transpose()?;
    let session = Session::start(Options {
        data_dir: common.data_dir.clone(),
        output: talk.out.clone().map_or(Output::Speakers, Output::File),
        voice: talk.voice.clone(),
        ears: talk.ears.clone(),
        no_greeting: true,
        ..talk.cast.options()
    })?;
    session.wait_for(PartKind::Model)?;
    session.wait_for(PartKind::Voice)?;
    if talk.text.is_none() {
        if !session.app.has_ears() {
            return Err(no_ears());
        }
        session.wait_for(PartKind::Ears)?;
    }
    match (&talk.text, speech) {
        (Some(text), _) => session.app.say(text).map_err(from_api)?,
        (None, Some(speech)) => session.app.say_recorded(speech).map_err(from_api)?,
        (None, None) => {
            print::aside("listening … speak, then pause");
            session.app.set_hands_free_for_now(true, None).map_err(from_api)?;
        }
    }
    let outcome = follow(&session, talk.mic);
    let snapshot = session.app.snapshot().map_err(from_api)?;
    session.app.shutdown()?;
    let outcome = outcome?;
    if common.json {
        print::json(&report(&outcome, &snapshot));
    } else {
        if let Some(heard) = &outcome.heard {
            print::line(&format!("you: {heard}"));
        }
        print::line(&outcome.reply);
    }
    Ok(ExitCode::SUCCESS)
}

/// Follows a turn to its end.
pub(crate) fn follow(session: &Session, from_microphone: bool) -> Result<Outcome, Problem> {
    let mut outcome = Outcome::default();
    let mut last = Instant::now();
    let start = Instant::now();
    let (mut transcribing, mut begun) = (false, false);
    loop {
        let Some(event) = session.next(Duration::from_millis(200))? else {
            if last.elapsed() > PATIENCE {
                return Err(Problem::new(
                    ProblemKind::Internal,
                    "the turn did not end",
                    "try again",
                ));
            }
            if from_microphone && outcome.heard.is_none() && start.elapsed() > LONGEST_LISTENING {
                return Err(Problem::new(
                    ProblemKind::Device,
                    "nothing was heard for a minute",
                    "check that the right microphone is chosen, and that it is not muted",
                ));
            }
            continue;
        };
        last = Instant::now();
        match event {
            AppEvent::Heard { text } => outcome.heard = Some(text),
            AppEvent::LineStarted { text, cues, .. } => {
                outcome.reply.push_str(&text);
                outcome
                    .tags
                    .extend(cues.iter().map(|cue| format!("{:?}", cue.emotion).to_lowercase()));
            }
            AppEvent::TurnFinished { timings, message, .. } => {
                if let Some(message) = message {
                    outcome.reply = message.text;
                }
                outcome.timings = timings;
                return Ok(outcome);
            }
            AppEvent::TurnFailed { problem, .. } => return Err(from_api(problem)),
            AppEvent::Notice { problem } => {
                print::aside(&format!("{}; {}", problem.message, problem.remedy));
            }
            AppEvent::Hearing { state: HearingState::Transcribing } => transcribing = true,
            AppEvent::TurnStarted { .. } => begun = true,
            // The recogniser has finished, and there is no turn: it found nothing.
            AppEvent::Hearing { state: HearingState::Off | HearingState::Waiting }
                if transcribing && !begun && !from_microphone =>
            {
                return Err(Problem::new(
                    ProblemKind::Invalid,
                    "nothing was understood in the recording",
                    "record again, closer to the microphone, or try a larger Whisper model with `--ears`",
                ));
            }
            _ => {}
        }
    }
}

/// The contract of `talk --json`.
fn report(outcome: &Outcome, snapshot: &app::api::Snapshot) -> Value {
    let name = |state: &app::api::PartState| match state {
        app::api::PartState::Ready { name } => name.clone(),
        _ => String::new(),
    };
    let timings = &outcome.timings;
    let mut report = json!({
        "v": 1,
        "reply": outcome.reply.trim(),
        "tags": outcome.tags,
        "character": snapshot.character,
        "model": name(&snapshot.model),
        "voice": name(&snapshot.voice),
        "timings_ms": {
            "first_token": timings.first_token_ms,
            "first_audio": timings.first_audio_ms,
            "total": timings.total_ms,
        },
        "prompt": { "tokens": timings.prompt_tokens, "reused": timings.reused_tokens },
    });
    if let Some(heard) = &outcome.heard {
        report["heard"] = json!(heard);
        report["timings_ms"]["transcript"] = json!(timings.transcript_ms);
    }
    if let Some(endpoint) = timings.endpoint_ms {
        report["timings_ms"]["endpoint"] = json!(endpoint);
    }
    report
}

fn no_ears() -> Problem {
    Problem::new(
        ProblemKind::NotReady,
        "there is no Whisper model to listen with",
        "fetch one with `hanashi models pull whisper-base`, or give a ggml file with `--ears`",
    )
}
