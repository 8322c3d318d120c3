//! Music, ambience and effects from code: a few numbers each, made when they are first wanted. Nothing is shipped, so nothing needs a
//! licence or a decoder, and a loop has no seam, because its end rings on into its beginning.
//!
//! Invariant: pure. The same piece at the same rate is the same samples, everywhere.

mod ambience;
mod effects;
mod music;
mod noise;
mod reverb;
mod tone;

/// What a piece is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A loop with harmony.
    Music,
    /// A loop of a place or its weather.
    Ambience,
    /// Heard once.
    Effect,
}

/// A piece by its place in [`ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it is for.
    pub kind: Kind,
    /// Its name: a word that a model would write.
    pub name: &'static str,
    make: Make,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Make {
    Music(&'static music::Song),
    Ambience(ambience::Place),
    Effect(effects::Event),
}

const fn song(name: &'static str, song: &'static music::Song) -> Piece {
    Piece { kind: Kind::Music, name, make: Make::Music(song) }
}

const fn place(name: &'static str, place: ambience::Place) -> Piece {
    Piece { kind: Kind::Ambience, name, make: Make::Ambience(place) }
}

const fn event(name: &'static str, event: effects::Event) -> Piece {
    Piece { kind: Kind::Effect, name, make: Make::Effect(event) }
}

/// Everything there is. The page has a caption for each (`ui/src/messages`).
pub const ALL: [Piece; 19] = [
    song("calm", &music::CALM),
    song("bright", &music::BRIGHT),
    song("wistful", &music::WISTFUL),
    song("tense", &music::TENSE),
    song("night", &music::NIGHT),
    place("rain", ambience::Place::Rain),
    place("wind", ambience::Place::Wind),
    place("waves", ambience::Place::Waves),
    place("birds", ambience::Place::Birds),
    place("crickets", ambience::Place::Crickets),
    place("fire", ambience::Place::Fire),
    event("bell", effects::Event::Bell),
    event("chime", effects::Event::Chime),
    event("knock", effects::Event::Knock),
    event("door", effects::Event::Door),
    event("steps", effects::Event::Steps),
    event("page", effects::Event::Page),
    event("thunder", effects::Event::Thunder),
    event("heartbeat", effects::Event::Heartbeat),
];

/// Rates that are rendered; others are brought to the nearest, so that no caller can ask for a senseless amount of memory.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;

impl Piece {
    /// The piece of a name; `None` where there is none.
    pub fn named(kind: Kind, name: &str) -> Option<Self> {
        ALL.into_iter().find(|piece| piece.kind == kind && piece.name == name)
    }

    /// Its samples: mono, within −1 to 1, `rate` a second (8,000 to 192,000). Music and ambience are loops: the first sample follows the
    /// last one.
    pub fn render(self, rate: u32) -> Vec<f32> {
        let rate = rate.clamp(*RATES.start(), *RATES.end());
        let mut samples = match self.make {
            Make::Music(song) => song.render(rate),
            Make::Ambience(place) => place.render(rate),
            Make::Effect(event) => event.render(rate),
        };
        let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        // Loud and quiet ones differ by what they are, not by how many voices they happen to have.
        let level = match self.kind {
            Kind::Music => 0.5,
            Kind::Ambience => 0.35,
            Kind::Effect => 0.6,
        };
        if peak > 0.0 {
            samples.iter_mut().for_each(|sample| *sample *= level / peak);
        }
        samples
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Kind, Piece};

    const RATE: u32 = 16_000;

    #[test]
    fn every_piece_can_be_heard_and_stays_within_bounds() {
        for piece in ALL {
            let samples = piece.render(RATE);
            let seconds = samples.len() as f32 / RATE as f32;
            let range = if piece.kind == Kind::Effect { 0.2..6.0 } else { 8.0..70.0 };
            assert!(range.contains(&seconds), "{}: {seconds} s", piece.name);
            assert!(samples.iter().all(|s| s.is_finite() && s.abs() <= 0.61), "{}", piece.name);
            let power = samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32;
            assert!(power.sqrt() > 0.01, "{} is silent: {}", piece.name, power.sqrt());
            let offset = samples.iter().sum::<f32>() / samples.len() as f32;
            assert!(offset.abs() < 0.02, "{} pushes the cone: {offset}", piece.name);
        }
    }

    #[test]
    fn loops_have_no_seam_and_effects_end_in_silence() {
        for piece in ALL {
            let samples = piece.render(RATE);
            let last = samples.len() - 1;
            let steps = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs());
            let largest = steps.fold(0.0_f32, f32::max);
            if piece.kind == Kind::Effect {
                assert!(samples[last].abs() < 0.01 && samples[0].abs() < 0.1, "{}", piece.name);
            } else {
                let seam = (samples[0] - samples[last]).abs();
                assert!(seam <= largest, "{}: {seam} of {largest}", piece.name);
                let quarter = samples.len() / 4;
                let loudness = |part: &[f32]| part.iter().map(|s| s * s).sum::<f32>();
                let (first, all) = (loudness(&samples[..quarter]), loudness(&samples));
                assert!(first > all * 0.08, "{} fades in: {first} of {all}", piece.name);
            }
        }
    }

    #[test]
    fn pieces_are_found_by_kind_and_name_and_are_always_the_same() {
        let rain = Piece::named(Kind::Ambience, "rain").unwrap();
        assert_eq!(rain.render(RATE), rain.render(RATE));
        assert_eq!(Piece::named(Kind::Music, "rain"), None);
        for (index, piece) in ALL.iter().enumerate() {
            assert!(ALL[..index].iter().all(|other| other.name != piece.name), "{}", piece.name);
        }
        assert_eq!(rain.render(0).len(), rain.render(8_000).len());
    }
}
