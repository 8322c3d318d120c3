//! Makes the prompt of a turn: the `prompt` room's rules with the settings of the moment.

use std::sync::{Arc, Mutex};

use dialogue::{PromptMaker, Request};
use domain::{Ask, Problem};
use store::SettingsFile;

use crate::api::{Explanation, PromptBlock};
use crate::app::lock;
use crate::views;

/// The conductor's prompt maker.
pub(crate) struct Maker {
    settings: Arc<Mutex<SettingsFile>>,
    /// How the last prompt was made, for whoever asks why.
    explained: Arc<Mutex<Option<Explanation>>>,
}

impl Maker {
    pub(crate) fn new(
        settings: Arc<Mutex<SettingsFile>>,
        explained: Arc<Mutex<Option<Explanation>>>,
    ) -> Self {
        Self { settings, explained }
    }
}

impl PromptMaker for Maker {
    fn make(&self, request: &Request<'_>) -> Result<Ask, Problem> {
        let settings = lock(&self.settings).get().clone();
        let info = request.model.info();
        let mut scene = prompt::Scene::new(
            request.turn,
            request.character,
            request.persona,
            request.history,
            &info,
        );
        scene.lang = Some(views::lang(&settings));
        let limits = prompt::Limits {
            context_tokens: settings.context_for(info.context_length),
            reply_tokens: settings.max_reply_tokens,
            sampling: settings.sampling(),
            ..prompt::Limits::default()
        };
        let assembled = prompt::assemble(&scene, request.model, &limits)?;
        *lock(&self.explained) = Some(explanation(info.name.clone(), &assembled));
        Ok(assembled.ask)
    }
}

fn explanation(model: String, assembled: &prompt::Assembled) -> Explanation {
    let block = |block: &prompt::Block| PromptBlock {
        name: block.name.clone(),
        text: block.text.clone(),
        tokens: block.tokens as u32,
    };
    Explanation {
        model,
        blocks: assembled.blocks.iter().map(block).collect(),
        left_out: assembled.dropped_messages as u32,
    }
}
