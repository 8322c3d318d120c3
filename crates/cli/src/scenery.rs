//! `hanashi scenery`: places, music, ambience and effects of one's own.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::api::OwnSceneryPatch;
use app::terminal::Scenery;
use clap::Subcommand;
use domain::Problem;
use serde_json::json;

use crate::arguments::Common;
use crate::print;

/// What to do with them.
#[derive(Debug, Subcommand)]
pub(crate) enum SceneryCommand {
    /// Take in pictures of places, loops and effects: files, folders, `.zip` archives. `park-night.png` is the place `park` at night, a
    /// sound of a few seconds an effect.
    Add {
        /// PNG, JPEG, WebP, AVIF; Ogg Vorbis, Opus, MP3, AAC (`.m4a`, `.aac`), FLAC, WAV.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// What there is.
    List,
    /// Say what a place or a sound is, which is what a character reads of it before going there.
    Describe {
        /// Its name or its id.
        which: String,
        /// One line; an empty one is forgotten.
        text: String,
    },
    /// Give a place or a sound another name.
    Rename {
        /// Its name or its id.
        which: String,
        /// The new name.
        name: String,
    },
    /// Remove places and sounds for good. The files that they came from stay.
    Rm {
        /// Their names or ids.
        #[arg(required = true)]
        which: Vec<String>,
    },
}

/// Runs the command.
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &SceneryCommand,
) -> Result<ExitCode, Problem> {
    let scenery = Scenery::open(paths);
    match command {
        SceneryCommand::Add { paths } => return Ok(add(common, &scenery, paths)),
        SceneryCommand::List => list(common, &scenery)?,
        SceneryCommand::Describe { which, text } => {
            let patch =
                OwnSceneryPatch { description: Some(text.clone()), ..OwnSceneryPatch::default() };
            scenery.change(which, &patch)?;
            done(common);
        }
        SceneryCommand::Rename { which, name } => {
            let patch = OwnSceneryPatch { name: Some(name.clone()), ..OwnSceneryPatch::default() };
            scenery.change(which, &patch)?;
            done(common);
        }
        SceneryCommand::Rm { which } => {
            for one in which {
                scenery.remove(one)?;
            }
            done(common);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn done(common: &Common) {
    if common.json {
        print::json(&json!({ "v": 1 }));
    }
}

fn add(common: &Common, scenery: &Scenery, paths: &[PathBuf]) -> ExitCode {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let reports = scenery.add(&paths);
    let taken = reports.iter().any(|report| report.problem.is_none());
    if common.json {
        print::json(&json!({ "v": 1, "files": reports }));
    } else {
        for report in &reports {
            if let Some(problem) = &report.problem {
                print::aside(&format!("{}: {}; {}", report.file, problem.message, problem.remedy));
                continue;
            }
            let kind = report.kind.as_deref().unwrap_or_default();
            print::line(&format!("{kind}: {} ({})", report.name, report.file));
            for warning in &report.warnings {
                print::aside(&format!("{}: {warning}", report.file));
            }
        }
    }
    if taken { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn list(common: &Common, scenery: &Scenery) -> Result<(), Problem> {
    let listed = scenery.list()?;
    if common.json {
        print::json(&json!({ "v": 1, "places": listed.places, "sounds": listed.sounds }));
        return Ok(());
    }
    let described = |name: &str, description: &str| match description {
        "" => name.to_owned(),
        description => format!("{name} – {description}"),
    };
    for place in &listed.places {
        let hours = place.hours.join(", ");
        print::line(&format!("place: {} [{hours}]", described(&place.name, &place.description)));
    }
    for sound in &listed.sounds {
        let name = described(&sound.name, &sound.description);
        print::line(&format!("{}: {name} [{:.0} s]", sound.kind, sound.seconds));
    }
    if listed.places.is_empty() && listed.sounds.is_empty() {
        print::line(
            "nothing was added yet; `hanashi scenery add FOLDER` takes pictures and music in",
        );
    }
    Ok(())
}
