//! What a model is told that it may do to the stage. Places and weather are the page's (`ui/src/scenes`), whose tests hold these lists to
//! its own; music and sounds are `score`'s.

use prompt::StageNames;
use score::Kind;

/// Places that the page can show.
const SCENES: &str = "bookshop, lighthouse, evening, park, rooftop, classroom, station";
/// Weather that the page can show.
const WEATHER: &str = "clear, rain, snow, petals, fireflies";

/// The names, as a model reads them.
pub(crate) fn names() -> StageNames {
    let of = |kind: Kind| {
        let all = score::ALL.iter().filter(|piece| piece.kind == kind).map(|piece| piece.name);
        all.collect::<Vec<_>>().join(", ")
    };
    StageNames {
        scenes: SCENES.to_owned(),
        weather: WEATHER.to_owned(),
        music: of(Kind::Music),
        sounds: of(Kind::Effect),
    }
}
