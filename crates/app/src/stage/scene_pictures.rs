//! Pictures of scenes: what the talk is about is described in a few words and drawn: by a model on this machine, by a server that the person
//! has switched on, or from the layers that ship. A picture belongs to its conversation and is no message, so no prompt ever holds one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::{AppEvent, ScenePictureView, StageState};
use domain::{
    Cancel, Character, ConversationId, Lang, LanguageModel, Log, Message, MessageId, Network,
    Painter, Persona, Problem, ProblemKind, Role, Sampling, Sketch, TurnId,
};
use remote::{Keychain, PictureApi, PictureServer};
use scenery::{Layers, Look, Picture, SIZE, choose, describe};
use store::{Pictures, ScenePicture, Settings};

use crate::app::{Answer, App, lock};
use crate::characters::cards;
use crate::characters::library::data_url;
use crate::conversation::on_stage::OnStage;
use crate::conversation::suggestions::written;
use crate::conversation::views;
use crate::models::remote_model::aside;

/// How long a server may draw: a large model on a slow machine takes minutes.
const PATIENCE: Duration = Duration::from_mins(10);
/// Longest description, in tokens: fifty characters of any script, and a little more to be cut.
const TOKENS: u32 = 64;
/// Longest line of the talk that a scene is described from, in characters.
const LONGEST_LINE: usize = 400;

/// What the pictures need between calls.
#[derive(Default)]
pub(crate) struct Easel {
    /// Opened when the first picture is asked for.
    album: Mutex<Option<Pictures>>,
    /// Gives up the picture that is being made.
    drawing: Mutex<Option<Cancel>>,
}

/// Who draws, by the settings; `None` where the person has not allowed a server.
pub(crate) fn server(
    settings: &Settings,
    keys: &Keychain,
    network: &Arc<dyn Network>,
) -> Result<Option<PictureServer>, Problem> {
    if !settings.allow_remote_pictures {
        return Ok(None);
    }
    let address = address(settings)?;
    // Never the key of the environment: that one is for the server of a model.
    let key = keys.stored(&address);
    let model = (settings.picture_model.as_str(), key);
    let server = PictureServer::new(api(settings), address, model, PATIENCE, Arc::clone(network));
    Ok(Some(server?))
}

/// Where the server of the settings is; its key is kept for this address.
pub(crate) fn address(settings: &Settings) -> Result<remote::Address, Problem> {
    if settings.picture_url.trim().is_empty() {
        return Err(Problem::new(
            ProblemKind::NotReady,
            "no server that draws is named",
            "enter its address in the settings (`picture_url`), such as `http://localhost:7860`, or switch `allow_remote_pictures` off",
        ));
    }
    Ok(PictureServer::address(api(settings), &settings.picture_url)?)
}

fn api(settings: &Settings) -> PictureApi {
    match settings.picture_server {
        store::PictureServer::OpenAi => PictureApi::OpenAi,
        store::PictureServer::Automatic1111 => PictureApi::Automatic1111,
        store::PictureServer::ComfyUi => PictureApi::ComfyUi,
    }
}

impl Easel {
    /// A picture is being made.
    pub(crate) fn is_drawing(&self) -> bool {
        lock(&self.drawing).is_some()
    }
}

impl App {
    /// Pictures the scene of the conversation on stage. `now` is how the stage looks, which stays where nobody says otherwise.
    ///
    /// # Errors
    /// While the character answers, where a picture is being made already or was given up, or where it could not be kept.
    pub async fn picture_scene(&self, now: &StageState) -> Answer<ScenePictureView> {
        if self.is_busy() {
            return Err(Problem::new(
                ProblemKind::NotReady,
                "the character is still answering",
                "picture the scene when the answer is over",
            )
            .into());
        }
        let cancel = Cancel::new();
        {
            let mut drawing = lock(&self.easel.drawing);
            if drawing.is_some() {
                return Err(Problem::new(
                    ProblemKind::Busy,
                    "a picture is being made",
                    "wait for it, or stop it",
                )
                .into());
            }
            *drawing = Some(cancel.clone());
        }
        let _at_work = AtWork(&self.easel.drawing);
        Ok(self.made_picture(now, &cancel).await?)
    }

    async fn made_picture(
        &self,
        now: &StageState,
        cancel: &Cancel,
    ) -> Result<ScenePictureView, Problem> {
        let stage = lock(&self.stage).clone();
        let settings = lock(&self.settings).get().clone();
        let lang = views::lang(&settings);
        let leaf = self.log.conversation(stage.conversation)?.leaf;
        let path = leaf.map(|leaf| self.log.path(leaf)).transpose()?.unwrap_or_default();
        let talk = &path[path.len().saturating_sub(describe::MESSAGES)..];
        let described = self.described(&stage, talk, lang, cancel).await?;
        let lines: Vec<&str> = talk.iter().map(|message| message.text.as_str()).collect();
        let now = Look::named(&now.scene, &now.daylight, &now.weather);
        let chosen = choose(described.as_deref().unwrap_or_default(), &lines, now);
        let description = described.unwrap_or_else(|| describe::caption(chosen.look, lang));
        // Models of this kind read English alone.
        let words = if settings.picture_painter.is_empty() || lang == Lang::En {
            description.clone()
        } else {
            let english = self.described(&stage, talk, Lang::En, cancel).await?;
            english
                .filter(|words| is_latin(words))
                .unwrap_or_else(|| describe::caption(chosen.look, Lang::En))
        };
        let sketch = Sketch {
            description: words,
            style: settings.picture_style.clone(),
            width: SIZE.0,
            height: SIZE.1,
            seed: store::new_id().as_u128() as u32,
        };
        let figure = cards::load(&self.shelf.library, &stage.id).ok();
        let figure = figure.and_then(|loaded| loaded.picture);
        let (picture, by, host) =
            self.drawn(&settings, &sketch, (chosen.look, figure), cancel).await?;
        let kept = ScenePicture {
            id: store::new_id(),
            conversation: stage.conversation,
            message: leaf,
            description,
            by,
            host,
            at: u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default(),
            width: picture.width,
            height: picture.height,
            background: false,
            removed: false,
        };
        self.with_album(|album| album.keep(kept.clone(), &picture.jpeg))?;
        Ok(view(&kept))
    }

    /// The picture of a model on this machine or of a server, whichever was chosen, else the composed one; also where the chosen one draws
    /// none, which is told.
    async fn drawn(
        &self,
        settings: &Settings,
        sketch: &Sketch,
        (look, figure): (Look, Option<Vec<u8>>),
        cancel: &Cancel,
    ) -> Result<(Picture, String, Option<String>), Problem> {
        let (keys, network) = (Arc::clone(&self.keys), Arc::clone(&self.network));
        let (wanted, wishes, giving_up) = (settings.clone(), sketch.clone(), cancel.clone());
        let brush = self.brush(settings);
        let by_model = move || {
            let painter: Box<dyn Painter> = match brush {
                Some(brush) => Box::new(brush.studio(&wishes)?),
                None => match server(&wanted, &keys, &network)? {
                    Some(server) => Box::new(server),
                    None => return Ok(None),
                },
            };
            let Some(bytes) = painter.draw(&wishes, &giving_up)? else { return Ok(None) };
            let host = painter.host().map(str::to_owned);
            let picture = Picture::read(&bytes).map_err(|error| {
                let from = host.clone().unwrap_or_else(|| painter.name());
                Problem::new(
                    ProblemKind::Unsupported,
                    format!("what `{from}` drew cannot be shown: {error}"),
                    "choose another model there, or another kind of server",
                )
            })?;
            Ok(Some((picture, painter.name(), host)))
        };
        match aside(by_model).await {
            Ok(Some(drawn)) => return Ok(drawn),
            Err(mut problem) if !cancel.is_cancelled() => {
                problem.message.push_str("; the scene was composed here instead");
                self.hub.send(AppEvent::Notice { problem: problem.into() });
            }
            Ok(None) | Err(_) => {}
        }
        let (sketch, cancel) = (sketch.clone(), cancel.clone());
        let compose = move || {
            let layers = Layers::new(look).with(figure.as_deref());
            Ok((layers.draw(&sketch, &cancel)?, layers.name()))
        };
        let (drawn, name) = aside(compose).await?;
        let Some(jpeg) = drawn else { return Err(given_up()) };
        Ok((Picture { jpeg, width: SIZE.0, height: SIZE.1 }, name, None))
    }

    /// What the model sees in the last lines; `None` where it is too small to follow an order, or says no scene.
    async fn described(
        &self,
        stage: &OnStage,
        talk: &[Message],
        lang: Lang,
        cancel: &Cancel,
    ) -> Result<Option<String>, Problem> {
        let Some(model) = self.parts.model.get() else { return Ok(None) };
        if talk.is_empty() || model.info().system_prompt.is_some() {
            return Ok(None);
        }
        let persona = lock(&self.settings).get().persona();
        let ask = question(&*model, (&stage.character, &persona), talk, lang)?;
        // Whoever says something goes first.
        let giving_way = Cancel::new();
        if let Some(before) = lock(&self.aside).replace(giving_way.clone()) {
            before.cancel();
        }
        let said = written(&*model, ask, giving_way).await?;
        if cancel.is_cancelled() {
            return Err(given_up());
        }
        Ok(describe::tidy(&delivery::shown(&said).text))
    }

    /// Gives up the picture that is being made.
    pub fn stop_picture(&self) {
        let drawing = lock(&self.easel.drawing).clone();
        if let Some(drawing) = drawing {
            drawing.cancel();
            // Whatever describes it as well.
            self.hush();
        }
    }

    /// The pictures of the conversation on stage, the newest last.
    pub fn scene_pictures(&self) -> Answer<Vec<ScenePictureView>> {
        let conversation = lock(&self.stage).conversation;
        Ok(self.with_album(|album| Ok(album.of(conversation).map(view).collect()))?)
    }

    /// A picture as a `data:` URL.
    pub fn scene_picture(&self, id: &str) -> Answer<String> {
        Ok(data_url(&self.scene_picture_file(id)?))
    }

    /// A picture's file: JPEG.
    pub fn scene_picture_file(&self, id: &str) -> Answer<Vec<u8>> {
        let id = number(id)?;
        Ok(self.with_album(|album| album.bytes(id))?)
    }

    /// Makes a picture the background of its conversation, or takes it off.
    pub fn hang_picture(&self, id: &str, on: bool) -> Answer<()> {
        let id = number(id)?;
        Ok(self.with_album(|album| album.hang(id, on))?)
    }

    /// Removes a picture, or (`removed` false) brings it back, which can be done until the program ends.
    pub fn remove_picture(&self, id: &str, removed: bool) -> Answer<()> {
        let id = number(id)?;
        Ok(self.with_album(|album| album.remove(id, removed))?)
    }

    /// Keeps the key to the server that draws in the system's keychain; an empty one is forgotten. Where there is no keychain, it is in
    /// force for this run, and the answer says so.
    pub async fn set_picture_key(&self, key: String) -> Answer<()> {
        let settings = lock(&self.settings).get().clone();
        let keys = Arc::clone(&self.keys);
        Ok(aside(move || Ok(keys.set(&address(&settings)?, &key)?)).await?)
    }

    pub(crate) fn with_album<T>(
        &self,
        work: impl FnOnce(&mut Pictures) -> Result<T, store::Error>,
    ) -> Result<T, Problem> {
        let mut album = lock(&self.easel.album);
        if let Some(album) = &mut *album {
            return Ok(work(album)?);
        }
        let opened = album.insert(Pictures::open(&self.paths.dirs.pictures())?);
        Ok(work(opened)?)
    }
}

/// The place of the picture that is being made; free again whatever becomes of it.
struct AtWork<'a>(&'a Mutex<Option<Cancel>>);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        *lock(self.0) = None;
    }
}

/// What the model is asked about the last lines.
fn question(
    model: &dyn LanguageModel,
    (character, persona): (&Character, &Persona),
    talk: &[Message],
    lang: Lang,
) -> Result<domain::Ask, Problem> {
    let person = match persona.name.trim() {
        "" => "User",
        name => name,
    };
    let mut text = String::new();
    let mut line = |who: &str, what: &str| {
        let what: String = what.split_whitespace().collect::<Vec<_>>().join(" ");
        let what: String = what.chars().take(LONGEST_LINE).collect();
        if !what.is_empty() {
            // What is quoted is no macro.
            text.extend([who, ": ", &what.replace("{{", "{ {"), "\n"]);
        }
    };
    line(character.short_name(), &character.description);
    line(person, &persona.description);
    for message in talk {
        let who = match (message.role, &message.speaker) {
            (Role::User, _) => person,
            (Role::Character, Some(speaker)) => speaker.character.0.as_str(),
            (Role::Character, None) => character.short_name(),
            (Role::Narrator, _) => "—",
        };
        line(who, &delivery::shown(&message.text).text);
    }
    text.push_str(describe::question(lang));
    let illustrator = Character {
        name: "Illustrator".to_owned(),
        description: describe::instructions(lang).to_owned(),
        ..Character::default()
    };
    let reader = Persona { name: "Reader".to_owned(), ..Persona::default() };
    let history = [Message {
        id: MessageId::NOT_LOGGED,
        parent: None,
        conversation: ConversationId(uuid::Uuid::nil()),
        role: Role::User,
        text,
        interrupted: false,
        speaker: None,
        created_at: 0,
    }];
    let info = model.info();
    let mut scene = prompt::Scene::new(TurnId::default(), &illustrator, &reader, &history, &info);
    scene.lang = Some(lang);
    let limits = prompt::Limits {
        context_tokens: info.context_length,
        reply_tokens: TOKENS,
        sampling: Sampling { temperature: 0.4, ..Sampling::default() },
        ..prompt::Limits::default()
    };
    Ok(prompt::assemble(&scene, model, &limits)?.ask)
}

fn view(kept: &ScenePicture) -> ScenePictureView {
    ScenePictureView {
        id: kept.id.to_string(),
        message: kept.message.map(|message| message.to_string()),
        description: kept.description.clone(),
        host: kept.host.clone(),
        by: kept.by.clone(),
        at: kept.at as f64,
        width: kept.width,
        height: kept.height,
        background: kept.background,
    }
}

/// Whether words may be English. An apostrophe or a dash of a printer's kind is no letter.
fn is_latin(words: &str) -> bool {
    words.chars().all(|c| !c.is_alphabetic() || u32::from(c) < 0x250)
}

fn number(id: &str) -> Result<uuid::Uuid, Problem> {
    id.parse().map_err(|_| {
        Problem::new(
            ProblemKind::Missing,
            "this picture is not there any more",
            "choose another one of the list",
        )
    })
}

fn given_up() -> Problem {
    Problem::new(ProblemKind::NotReady, "the picture was given up", "picture the scene again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_told_by_its_letters() {
        assert!(is_latin("the keeper’s lamp — a café at dusk, 7°"));
        assert!(!is_latin("a station, 雪"));
        assert!(!is_latin("ベンチ"));
    }
}
