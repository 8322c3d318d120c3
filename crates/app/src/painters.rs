//! A model on this machine that draws scenes: which one the settings name, where it computes, and what is told while it does. It is loaded
//! for one picture and let go of behind it, so that the model that talks keeps its memory.

use std::path::PathBuf;
use std::sync::Arc;

use domain::{Problem, Sketch};
use llm::DeviceChoice;
use painting::{Folder, Progress, Room, Studio};
use store::Settings;

use crate::api::AppEvent;
use crate::app::App;

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
            folder: self.places.picture_model(name),
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
    use std::path::Path;

    use super::*;

    fn fixtures() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../painting/tests/fixtures")
    }

    #[test]
    fn what_the_library_knows_as_a_model_that_draws_is_drawn_with() {
        for name in ["one", "two"] {
            let path = fixtures().join(name);
            let content = models::recognise(&path).unwrap();
            assert_eq!(content.kind(), models::Kind::Pictures);
            let models::Content::Pictures { files, .. } = content else { panic!("{content:?}") };
            let mut known = Folder::open(&path).unwrap().files();
            let mut listed = files;
            known.sort();
            listed.sort();
            assert_eq!(known, listed);
        }
    }

    #[test]
    fn a_brush_opens_its_model_and_says_where_it_is_missing() {
        let brush = |folder: PathBuf| Brush {
            folder: Ok(folder),
            device: DeviceChoice::Processor,
            steps: 1,
            progress: Arc::new(|_| ()),
        };
        let sketch = Sketch {
            description: "a room".to_owned(),
            style: String::new(),
            width: 1280,
            height: 800,
            seed: 1,
        };
        let studio = brush(fixtures().join("one")).studio(&sketch).unwrap();
        assert_eq!(domain::Painter::name(&studio), "one");
        let problem = brush(fixtures().join("three")).studio(&sketch).err().unwrap();
        assert!(problem.message.contains("model_index.json"), "{problem}");
    }
}
