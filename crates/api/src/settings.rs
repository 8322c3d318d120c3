//! The settings as the page sees them, and a change of some of them.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Downloads, PictureSettings, Remote, Search, Writing};

/// The settings that a person changes in the app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the settings page"
)]
pub struct Settings {
    /// `en`, `zh`, `ja`.
    pub language: String,
    /// What the character calls the person.
    pub user_name: String,
    /// What the character may know of the person.
    pub user_description: String,
    /// The character on stage.
    pub character: String,
    /// Id of the chat model in use.
    pub chat_model: String,
    /// Id of a voice; empty for the character's own.
    pub voice: String,
    /// Id of the Whisper model; empty for none.
    pub ears_model: String,
    /// Id of what finds memories by their meaning, or its path; empty for none.
    pub encoder: String,
    /// The language model looks for facts in what was said.
    pub remember_with_model: bool,
    /// Also one on a server.
    pub remember_with_server: bool,
    /// Answers are spoken.
    pub speak: bool,
    /// 0.0 to 1.0.
    pub voice_volume: f32,
    /// 0.5 to 2.0.
    pub voice_rate: f32,
    /// Characters per second when nothing is spoken; 0 shows all at once.
    pub text_speed: f32,
    /// Listens without a key held.
    pub hands_free: bool,
    /// Speech interrupts the character, hands free.
    pub interrupt_by_voice: bool,
    /// Hands free, only what begins with a wake phrase is for the character.
    pub wake: bool,
    /// The phrase; several are parted by commas. Empty: the character's name.
    pub wake_phrase: String,
    /// Name of the microphone; empty for the system's default.
    pub input_device: String,
    /// Name of the speakers; empty for the system's default.
    pub output_device: String,
    /// 0.0 to 2.0.
    pub temperature: f32,
    /// How every reply begins; not shown. Empty: as the model likes.
    pub reply_beginning: String,
    /// How many of the newest messages are searched for the words of lorebooks, where a book does not say.
    pub lore_scan_depth: u32,
    /// Lore stands exactly where its book says.
    pub lore_in_place: bool,
    /// Words of lorebooks may be written in hiragana or katakana alike.
    pub lore_fold_kana: bool,
    /// Less movement on stage.
    pub reduced_motion: bool,
    /// `system`, `light`, `dusk`, `dark`.
    pub theme: String,
    /// `adv` or `nvl`.
    pub presentation: String,
    /// Seconds that auto mode leaves for 250 letters.
    pub auto_delay: f32,
    /// Skipping does not stop at what has not been read.
    pub skip_unseen: bool,
    /// 0.2 to 1.0.
    pub box_opacity: f32,
    /// 0.8 to 1.6.
    pub text_scale: f32,
    /// `serif`, `sans`, `readable`.
    pub story_font: String,
    /// Without tints and transparency.
    pub high_contrast: bool,
    /// Opens on the title screen.
    pub start_with_title: bool,
    /// Replies are watched, and written anew where they are out of character.
    pub stay_in_character: bool,
    /// Name of a place that stays; empty for the story's.
    pub scene: String,
    /// `auto`, `day`, `dusk`, `night`.
    pub daylight: String,
    /// `auto`, `clear`, `rain`, `snow`, `petals`, `fireflies`.
    pub weather: String,
    /// Characters look at the pointer.
    pub follow_pointer: bool,
    /// Nothing may leave this machine, whatever else is allowed.
    pub offline: bool,
    /// It may be asked whether there is a newer version, when the button for it is pressed.
    pub look_for_updates: bool,
    /// The first start has been gone through.
    pub welcomed: bool,
    /// How the model writes.
    pub writing: Box<Writing>,
    /// A server that may write instead.
    pub remote: Box<Remote>,
    /// How models are downloaded.
    pub downloads: Box<Downloads>,
    /// A search engine that may be asked.
    pub search: Box<Search>,
    /// A server that may draw scenes.
    pub pictures: Box<PictureSettings>,
    /// The character may change the scene, the music, the weather.
    pub direct_stage: bool,
    /// The picture moves as a camera would.
    pub camera: bool,
    /// Characters nod, bow, shrug with what they say and feel.
    pub gestures: bool,
    /// How another place comes: `auto`, `cut`, `dissolve`, `fade`, `wipe`, `slide`, `push`, `iris`, `blinds`, `pixellate`.
    pub transition: String,
    /// 0.0 to 1.0; 0 plays none.
    pub music_volume: f32,
    /// 0.0 to 1.0, of places, weather and effects.
    pub ambience_volume: f32,
    /// Sounds stand in words on the stage.
    pub captions: bool,
    /// Colours of the page come from the card's picture.
    pub card_colours: bool,
    /// The page reads itself aloud.
    pub self_voicing: bool,
    /// Keys that differ from the usual ones, as the page writes them.
    pub key_bindings: String,
}

/// A change of some settings; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of `Settings`")]
pub struct SettingsPatch {
    pub language: Option<String>,
    pub user_name: Option<String>,
    pub user_description: Option<String>,
    pub character: Option<String>,
    pub chat_model: Option<String>,
    pub voice: Option<String>,
    pub ears_model: Option<String>,
    pub encoder: Option<String>,
    pub remember_with_model: Option<bool>,
    pub remember_with_server: Option<bool>,
    pub speak: Option<bool>,
    pub voice_volume: Option<f32>,
    pub voice_rate: Option<f32>,
    pub text_speed: Option<f32>,
    pub hands_free: Option<bool>,
    pub interrupt_by_voice: Option<bool>,
    pub wake: Option<bool>,
    pub wake_phrase: Option<String>,
    pub input_device: Option<String>,
    pub output_device: Option<String>,
    pub temperature: Option<f32>,
    pub reply_beginning: Option<String>,
    pub lore_scan_depth: Option<u32>,
    pub lore_in_place: Option<bool>,
    pub lore_fold_kana: Option<bool>,
    pub reduced_motion: Option<bool>,
    pub theme: Option<String>,
    pub presentation: Option<String>,
    pub auto_delay: Option<f32>,
    pub skip_unseen: Option<bool>,
    pub box_opacity: Option<f32>,
    pub text_scale: Option<f32>,
    pub story_font: Option<String>,
    pub high_contrast: Option<bool>,
    pub start_with_title: Option<bool>,
    pub stay_in_character: Option<bool>,
    pub scene: Option<String>,
    pub daylight: Option<String>,
    pub weather: Option<String>,
    pub follow_pointer: Option<bool>,
    pub offline: Option<bool>,
    pub look_for_updates: Option<bool>,
    pub welcomed: Option<bool>,
    pub writing: Option<Writing>,
    pub remote: Option<Remote>,
    pub downloads: Option<Downloads>,
    pub search: Option<Search>,
    pub pictures: Option<PictureSettings>,
    pub direct_stage: Option<bool>,
    pub camera: Option<bool>,
    pub gestures: Option<bool>,
    pub transition: Option<String>,
    pub music_volume: Option<f32>,
    pub ambience_volume: Option<f32>,
    pub captions: Option<bool>,
    pub card_colours: Option<bool>,
    pub self_voicing: Option<bool>,
    pub key_bindings: Option<String>,
}
