//! The paintings that ship: `ui/src/scenes`, drawn by `ui/tools/scenes.mjs`, licence beside them. The page shows the same files; a test
//! there holds the two lists together.

/// The painted places.
pub const PLACES: &[&str] =
    &["bookshop", "lighthouse", "evening", "park", "rooftop", "classroom", "station"];
/// Hours at which each is painted.
pub const HOURS: &[&str] = &["day", "dusk", "night"];
/// What can fall or fly.
pub const WEATHERS: &[&str] = &["clear", "rain", "snow", "petals", "fireflies"];

/// Size of the paintings.
pub(crate) const PAINTED: (u32, u32) = (1920, 1200);

/// The painting of a place at an hour, as WebP.
macro_rules! paintings {
    ($($place:literal),*) => {
        pub(crate) fn painting(place: &str, hour: &str) -> &'static [u8] {
            match (place, hour) {
                $(
                    ($place, "day") => include_bytes!(concat!("../../../ui/src/scenes/", $place, "-day.webp")),
                    ($place, "night") => include_bytes!(concat!("../../../ui/src/scenes/", $place, "-night.webp")),
                    ($place, _) => include_bytes!(concat!("../../../ui/src/scenes/", $place, "-dusk.webp")),
                )*
                _ => include_bytes!("../../../ui/src/scenes/evening-dusk.webp"),
            }
        }
    };
}
paintings!("bookshop", "lighthouse", "evening", "park", "rooftop", "classroom", "station");

/// What stands before everything else there.
pub(crate) fn near(place: &str) -> Option<&'static [u8]> {
    match place {
        "bookshop" => Some(include_bytes!("../../../ui/src/scenes/bookshop-near.webp")),
        "lighthouse" => Some(include_bytes!("../../../ui/src/scenes/lighthouse-near.webp")),
        _ => None,
    }
}

/// Where the weather is seen, in pixels of the painting: left, top, width, height. The whole of it outdoors.
pub(crate) fn sky(place: &str) -> (u32, u32, u32, u32) {
    match place {
        "bookshop" => (690, 90, 540, 640),
        "lighthouse" => (440, 60, 1040, 700),
        "evening" => (560, 90, 800, 640),
        "classroom" => (60, 110, 1090, 580),
        _ => (0, 0, PAINTED.0, PAINTED.1),
    }
}

/// A name of a list as the list has it.
pub(crate) fn named(all: &[&'static str], name: &str) -> Option<&'static str> {
    all.iter().copied().find(|one| *one == name)
}
