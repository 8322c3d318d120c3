//! `hanashi mic`: the guided test of the microphone, in a terminal.

use std::process::ExitCode;
use std::time::Duration;

use app::api::{AppEvent, MicReport, MicStep, MicTest, PartKind, SettingsPatch};
use app::{Options, Output};
use clap::Args;
use domain::{Problem, ProblemKind};
use serde_json::{Value, json};

use crate::arguments::Common;
use crate::print;
use crate::session::{Session, from_api};

/// How a microphone is tested.
#[derive(Debug, Args)]
pub(crate) struct Mic {
    /// Only list the microphones.
    #[arg(long)]
    list: bool,
    /// The microphone (a name of `--list`); kept in the settings. Default: the one in the settings.
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// A Whisper model of the library, or a ggml file, for the last step.
    #[arg(long, value_name = "NAME|FILE")]
    ears: Option<String>,
    /// Leave out the character's voice, and with it the test of its echo.
    #[arg(long)]
    no_playback: bool,
}

/// Runs the command. Fails where a conversation would not work.
pub(crate) fn run(common: &Common, mic: &Mic) -> Result<ExitCode, Problem> {
    if mic.list {
        return list(common);
    }
    let session = Session::start(Options {
        data_dir: common.data_dir.clone(),
        output: if mic.no_playback { Output::Text } else { Output::Speakers },
        ears: mic.ears.clone(),
        no_greeting: true,
        ..Options::default()
    })?;
    let outcome = test(&session, mic);
    session.app.shutdown()?;
    let report = outcome?;
    let serious = report.findings.iter().any(|finding| finding.serious);
    if common.json {
        print::json(&as_json(&report));
    } else {
        show(&report);
    }
    Ok(if serious { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn list(common: &Common) -> Result<ExitCode, Problem> {
    let found = app::terminal::microphones();
    if common.json {
        let rows: Vec<Value> = found
            .iter()
            .map(|one| json!({ "name": one.name, "id": one.id, "default": one.is_default }))
            .collect();
        print::json(&json!({ "v": 1, "microphones": rows }));
    } else {
        for one in &found {
            let mark = if one.is_default { "*" } else { " " };
            print::line(&format!("{mark} {} ({})", one.name, one.id));
        }
    }
    if found.is_empty() {
        return Err(Problem::new(
            ProblemKind::Device,
            "there is no microphone",
            "connect one, or start the system's sound server",
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn test(session: &Session, mic: &Mic) -> Result<MicReport, Problem> {
    if let Some(device) = &mic.device {
        let changes = SettingsPatch { input_device: Some(device.clone()), ..Default::default() };
        session.app.change_settings(changes).map_err(from_api)?;
    }
    if !mic.no_playback {
        session.wait_for(PartKind::Voice)?;
    }
    if session.app.has_ears() {
        session.wait_for(PartKind::Ears)?;
    }
    session.app.test_microphone().map_err(from_api)?;
    let mut step = MicStep::Opening;
    loop {
        let Some(event) = session.next(Duration::from_mins(1))? else {
            return Err(Problem::new(
                ProblemKind::Internal,
                "the test of the microphone did not end",
                "try again",
            ));
        };
        let AppEvent::MicTest { test } = event else { continue };
        if test.step != step {
            step = test.step;
            if let Some(words) = asks(step) {
                print::aside(words);
            }
        }
        if let Some(outcome) = outcome(test) {
            return outcome;
        }
    }
}

/// What the person is asked to do.
fn asks(step: MicStep) -> Option<&'static str> {
    Some(match step {
        MicStep::Quiet => "please be quiet for a moment …",
        MicStep::Speak => "now speak: a sentence or two, as you would to somebody at the table …",
        MicStep::Playback => "now the character speaks; please be quiet …",
        MicStep::Words => "writing down what you said …",
        _ => return None,
    })
}

fn outcome(test: MicTest) -> Option<Result<MicReport, Problem>> {
    match test.step {
        MicStep::Done => Some(test.report.ok_or_else(broken_off)),
        MicStep::Failed => Some(Err(test.problem.map_or_else(broken_off, from_api))),
        MicStep::Stopped => Some(Err(broken_off())),
        _ => None,
    }
}

fn broken_off() -> Problem {
    Problem::new(ProblemKind::Internal, "the test was broken off", "try again")
}

fn show(report: &MicReport) {
    let db = |level: Option<f32>| level.map_or("–".to_owned(), |level| format!("{level:.0} dB"));
    print::line(&format!("rate      {} Hz", report.rate));
    print::line(&format!("room      {}", db(report.floor_db)));
    print::line(&format!("voice     {}", db(report.speech_db)));
    print::line(&format!("speakers  {} → {}", db(report.playback_db), db(report.residual_db)));
    if let Some(heard) = &report.heard {
        print::line(&format!("heard     {heard}"));
    }
    for finding in &report.findings {
        let mark = if finding.serious { "✗" } else { "!" };
        print::line(&format!("{mark} {}; {}", finding.problem.message, finding.problem.remedy));
    }
    if report.findings.is_empty() {
        print::line("✓ nothing is wrong with it");
    }
}

fn as_json(report: &MicReport) -> Value {
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| {
            json!({
                "kind": finding.kind, "serious": finding.serious,
                "message": finding.problem.message, "remedy": finding.problem.remedy,
            })
        })
        .collect();
    json!({
        "v": 1, "rate": report.rate, "floor_db": report.floor_db, "speech_db": report.speech_db,
        "playback_db": report.playback_db, "residual_db": report.residual_db, "heard": report.heard,
        "findings": findings,
    })
}
