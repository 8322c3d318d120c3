//! What a model is told that it may do to the stage. Places and weather are the page's (`ui/src/scenes`), whose tests hold these lists to
//! its own; music and sounds are `score`'s.

use prompt::StageNames;
use score::Kind;

use crate::stage::own_scenery::Props;

/// Places that the page can show.
const SCENES: &str = "bookshop, lighthouse, evening, park, rooftop, classroom, station";
/// Weather that the page can show.
const WEATHER: &str = "clear, rain, snow, petals, fireflies";
/// Ways to look at the stage that are worth telling of.
const CAMERA: &str = "close, wide, left, right, shake";
/// Ways in which another place comes.
const TRANSITIONS: &str = "dissolve, fade, flash, wipe, slide, iris, pixellate";
/// What a figure can do with head and body.
const GESTURES: &str = "nod, shake, bow, shrug, wave, lean, sway, startle";

/// The names, as a model reads them; those of the person's own places, music and effects behind those that ship.
pub(crate) fn names(props: Option<&Props>) -> StageNames {
    let own = props.map(Props::names).unwrap_or_default();
    let with = |shipped: String, own: Vec<String>| {
        std::iter::once(shipped).chain(own).collect::<Vec<_>>().join(", ")
    };
    let of = |kind: Kind| {
        let all = score::ALL.iter().filter(|piece| piece.kind == kind).map(|piece| piece.name);
        all.collect::<Vec<_>>().join(", ")
    };
    StageNames {
        scenes: with(SCENES.to_owned(), own.places),
        weather: WEATHER.to_owned(),
        music: with(of(Kind::Music), own.music),
        sounds: with(of(Kind::Effect), own.effects),
        camera: CAMERA.to_owned(),
        transitions: TRANSITIONS.to_owned(),
        gestures: GESTURES.to_owned(),
    }
}
