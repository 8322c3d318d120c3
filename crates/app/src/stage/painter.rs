//! A model on this machine that draws scenes: which one the settings name, where it computes, and what is told while it does. It is loaded
//! for one picture and let go of behind it, so that the model that talks keeps its memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::AppEvent;
use domain::{Problem, Sketch};
use llm::DeviceChoice;
use models::{Content, Kind};
use painting::{Folder, Progress, Room, Studio};
use store::Settings;

use crate::app::App;

/// Refuses what would be refused when a picture is asked for, before it is taken into the library: `models` knows which files a model is,
/// `painting` whether it computes what their descriptions ask for.
pub(crate) fn check(content: &Content, folder: &Path) -> Result<(), Problem> {
    if content.kind() == Kind::Pictures {
        Folder::open(folder)?;
    }
    Ok(())
}

/// What is needed to draw with a model, gathered on the task that may not wait.
pub(crate) struct Brush {
    folder: Result<PathBuf, Problem>,
    device: DeviceChoice,
    steps: usize,
    progress: Arc<dyn Fn(Progress) + Send + Sync>,
}

impl App {
    /// The model that the settings name; `None` where they name none.
    pub(crate) fn brush(&self, settings: &Settings) -> Option<Brush> {
        let name = settings.picture_painter.trim();
        if name.is_empty() {
            return None;
        }
        let hub = Arc::clone(&self.hub);
        let progress = move |at: Progress| {
            hub.send(AppEvent::Picturing { done: at.done as u32, of: at.of as u32 });
        };
        Some(Brush {
            folder: self.paths.picture_model(name),
            device: self.device_choice(settings),
            steps: settings.picture_steps as usize,
            progress: Arc::new(progress),
        })
    }
}

impl Brush {
    /// Opens the model and chooses where it computes: on a card that the settings allow and that has room for it, else on the processor.
    /// Blocks while devices are looked for.
    pub(crate) fn studio(self, sketch: &Sketch) -> Result<Studio, Problem> {
        let folder = Folder::open(&self.folder?)?;
        let device = llm::open_devices(self.device)
            .into_iter()
            .find(|(_, about)| folder.plan(sketch.width, sketch.height, about.free).is_ok());
        let room = match device {
            Some((device, about)) => Room { device, free: about.free, threads: 0 },
            None => Room::processor(models::Machine::detect().available),
        };
        Ok(Studio::new(folder, room, self.steps, self.progress))
    }
}

#[cfg(test)]
mod tests {
    use domain::{Cancel, Painter as _};

    use super::*;

    fn fixtures() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../painting/tests/fixtures")
    }

    fn brush(folder: PathBuf) -> Brush {
        Brush {
            folder: Ok(folder),
            device: DeviceChoice::Processor,
            steps: 1,
            progress: Arc::new(|_| ()),
        }
    }

    fn sketch() -> Sketch {
        Sketch {
            description: "a room".to_owned(),
            style: String::new(),
            width: 1280,
            height: 800,
            seed: 1,
        }
    }

    fn drawn(folder: &Path) -> Vec<u8> {
        let studio = brush(folder.to_owned()).studio(&sketch()).unwrap();
        studio.draw(&sketch(), &Cancel::new()).unwrap().unwrap()
    }

    /// The files that the library takes in, in a folder of their own.
    fn copied(from: &Path) -> tempfile::TempDir {
        let content = models::recognise(from).unwrap();
        let Content::Pictures { files, .. } = content else { panic!("{content:?}") };
        let copy = tempfile::tempdir().unwrap();
        for file in files {
            let to = copy.path().join(file.strip_prefix(from).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(file, to).unwrap();
        }
        copy
    }

    #[test]
    fn the_files_that_the_library_takes_in_draw_the_same_picture() {
        for name in ["one", "two"] {
            let original = fixtures().join(name);
            assert_eq!(drawn(copied(&original).path()), drawn(&original), "{name}");
        }
    }

    #[test]
    fn what_would_not_be_drawn_with_is_not_taken_in() {
        let copy = copied(&fixtures().join("one"));
        let content = models::recognise(copy.path()).unwrap();
        check(&content, copy.path()).unwrap();
        let schedule = copy.path().join("scheduler/scheduler_config.json");
        std::fs::write(&schedule, r#"{ "_class_name": "LCMScheduler" }"#).unwrap();
        let content = models::recognise(copy.path()).unwrap();
        let problem = check(&content, copy.path()).unwrap_err();
        assert!(problem.message.contains("LCMScheduler"), "{problem}");
    }

    #[test]
    fn a_brush_opens_its_model_and_says_where_it_is_missing() {
        let studio = brush(fixtures().join("one")).studio(&sketch()).unwrap();
        assert_eq!(studio.name(), "one");
        let problem = brush(fixtures().join("three")).studio(&sketch()).err().unwrap();
        assert!(problem.message.contains("model_index.json"), "{problem}");
    }
}
