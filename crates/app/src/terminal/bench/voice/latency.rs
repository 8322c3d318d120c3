//! Whole turns in real time, from the end of speech to the first sample, and the same the usual way: wait 1.12 s for the end,
//! recognise the whole utterance with whisper.cpp, write the whole reply, speak the whole reply.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use api::{AppEvent, PartKind, PartState};
use domain::{Cancel, Lang, Problem, ProblemKind, Utterance};

use super::material::{Material, silence};
use super::recital::Recital;
use super::{SuiteOptions, SuiteReport, rank};
use crate::app::paths::Paths;
use crate::{App, Options, Output};

/// Silence that others wait for (35 frames of 32 ms).
const USUAL_WAIT_MS: f64 = 1_120.0;
/// Whole turns.
const TURNS: usize = 12;
/// A turn may take this long.
const PATIENCE: Duration = Duration::from_secs(90);

pub(super) fn measure(
    paths: &Paths,
    options: &SuiteOptions,
    material: &Material,
    report: &mut SuiteReport,
) -> Result<(), Problem> {
    let folder = std::env::temp_dir().join(format!("hanashi-suite-{}", std::process::id()));
    let result = turns(paths, options, material, &folder, report);
    // Scratch only; what cannot be removed lies in the temporary folder.
    let _left = std::fs::remove_dir_all(&folder);
    result
}

fn turns(
    paths: &Paths,
    options: &SuiteOptions,
    material: &Material,
    folder: &std::path::Path,
    report: &mut SuiteReport,
) -> Result<(), Problem> {
    let app = App::start(Options {
        data_dir: Some(folder.to_owned()),
        resources: paths.resources.clone(),
        output: Output::Silence,
        ears: options.ears.clone().or_else(|| material.ears_path.to_str().map(str::to_owned)),
        no_greeting: true,
        model: options.model.clone(),
        voice: options.voice.clone(),
        ..Options::default()
    })?;
    let (to, events) = sync_channel(4_096);
    app.listen(Box::new(move |event| to.send(event.clone()).is_ok()));
    for part in [PartKind::Model, PartKind::Voice, PartKind::Ears] {
        ready(&app, part)?;
    }
    // The recital is the same in every turn: what was said before would be heard before it could be measured.
    if let Some(speaker) = app.parts.speaker() {
        speaker.keep_nothing();
    }
    if let Some(model) = app.parts.model.get().filter(|_| options.recital) {
        // What the model writes itself is noise: the guard would hold it back until it looks like a clause, and the recital with it.
        let unwatched = api::SettingsPatch { stay_in_character: Some(false), ..Default::default() };
        app.change_settings(unwatched).map_err(of)?;
        app.parts.model.set(Some(Arc::new(Recital(model))));
    }
    let (mut first, mut endpoint, mut transcript, mut token) = (vec![], vec![], vec![], vec![]);
    let mut line = Vec::new();
    let mut guessed = 0;
    let mut read = Vec::new();
    let mut usual = Vec::new();
    for turn in 0..TURNS {
        let clip = &material.clips[turn % material.clips.len()];
        let sound = [&silence(400), &clip.pcm[..], &silence(1_600)].concat();
        app.listen_to(&Utterance { pcm: sound.into() }).map_err(of)?;
        let Some(Finished { timings, text }) = finished(&events)? else { continue };
        // The first turn reads the character's whole card: it stands for itself.
        if turn > 0 {
            guessed += usize::from(timings.guessed);
            first.extend(timings.first_audio_ms);
            endpoint.extend(timings.endpoint_ms);
            transcript.extend(timings.transcript_ms);
            token.extend(timings.first_token_ms);
            line.extend(timings.first_line_ms);
            read.push(f64::from(timings.prompt_tokens.saturating_sub(timings.reused_tokens)));
        }
        // The usual way, with the same parts.
        let start = Instant::now();
        material.plain.hear(Utterance { pcm: clip.pcm.as_slice().into() }, &Cancel::new())?;
        let heard_ms = start.elapsed().as_secs_f64() * 1000.0;
        let written_ms = written(&app, &events, &clip.text)?;
        let start = Instant::now();
        let speech = delivery::speech(&text);
        if !speech.trim().is_empty() {
            material.speaker.render(&speech, Lang::guess(&speech, None), None)?;
        }
        let spoken_ms = start.elapsed().as_secs_f64() * 1000.0;
        if turn > 0 {
            usual.push(USUAL_WAIT_MS + heard_ms + written_ms + spoken_ms);
        }
    }
    app.shutdown()?;
    report.put("turns", first.len() as f64, "");
    report.put("turns_guessed", f64::from(u32::try_from(guessed).unwrap_or(u32::MAX)), "");
    report.spread("end_of_speech_to_first_audio", &first, "ms");
    report.spread("end_of_speech_to_end_of_turn", &endpoint, "ms");
    report.spread("end_of_speech_to_transcript", &transcript, "ms");
    report.spread("end_of_speech_to_first_token", &token, "ms");
    report.spread("end_of_speech_to_first_clause", &line, "ms");
    report.spread("tokens_read_anew", &read, "tokens");
    report.spread("usual_way_to_first_audio", &usual, "ms");
    if let (Some(ours), Some(theirs)) = (rank(&first, 0.5), rank(&usual, 0.5)) {
        report.ratios.insert("first_audio_to_usual_way", ours / theirs);
    }
    Ok(())
}

struct Finished {
    timings: api::Timings,
    text: String,
}

/// Follows what happens to the end of the next turn; `None` where no turn came of what was said.
fn finished(events: &Receiver<AppEvent>) -> Result<Option<Finished>, Problem> {
    let start = Instant::now();
    loop {
        match events.recv_timeout(Duration::from_secs(30)) {
            Ok(AppEvent::TurnFinished { message, timings, .. }) => {
                let text = message.map(|message| message.text).unwrap_or_default();
                return Ok(Some(Finished { timings, text }));
            }
            Ok(AppEvent::TurnFailed { problem, .. }) => return Err(of(problem)),
            Ok(_) if start.elapsed() < PATIENCE => {}
            _ => return Ok(None),
        }
    }
}

/// How long it takes to write a whole reply, nobody waiting for a voice.
fn written(app: &App, events: &Receiver<AppEvent>, text: &str) -> Result<f64, Problem> {
    app.change_settings(api::SettingsPatch { speak: Some(false), ..Default::default() })
        .map_err(of)?;
    app.say(text).map_err(of)?;
    let took = finished(events)?.map_or(0.0, |done| done.timings.total_ms);
    app.change_settings(api::SettingsPatch { speak: Some(true), ..Default::default() })
        .map_err(of)?;
    ready(app, PartKind::Voice)?;
    Ok(took)
}

fn ready(app: &App, part: PartKind) -> Result<(), Problem> {
    let start = Instant::now();
    loop {
        let snapshot = app.snapshot().map_err(of)?;
        let state = match part {
            PartKind::Model => snapshot.model,
            PartKind::Voice => snapshot.voice,
            PartKind::Ears => snapshot.ears,
        };
        match state {
            PartState::Ready { .. } => return Ok(()),
            PartState::Failed { problem, .. } => return Err(of(problem)),
            _ if start.elapsed() > PATIENCE => {
                return Err(Problem::new(
                    ProblemKind::NotReady,
                    format!("{part:?} is not ready after {PATIENCE:?}"),
                    "try again when the machine is less busy",
                ));
            }
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn of(problem: api::Problem) -> Problem {
    Problem::new(ProblemKind::Internal, problem.message, problem.remedy)
}
