//! Places and sounds that the person brought: recognised among the files that are dropped, kept within bounds, listed, given to models by
//! name. Files are hostile input: pictures are decoded within limits and kept as JPEG of our own, sounds are decoded once before they are kept.

mod finding;

use std::sync::Mutex;

use api::library::ImportPreview;
use api::{
    AppEvent, HeardAtView, ImportReport, OwnPlaceView, OwnSceneryPatch, OwnSceneryView,
    OwnSoundView,
};
use audio::{Sound, Track};
use domain::{Problem, ProblemKind};
use store::{HeardThere, Hour, OwnScenery, OwnSound, OwnSoundKind, PlacePicture};
use uuid::Uuid;

use crate::app::{Answer, App, lock};
use crate::characters::library::data_url;
use crate::imports::dropped_files::report;

pub(crate) use finding::members;
use finding::{Found, find};

/// Stands before the id of a place or a sound where names are meant.
pub(crate) const OWN: &str = "own:";
/// What is shorter is heard once: an effect.
const SHORTEST_LOOP: u64 = 4;
/// Longest effect, in seconds: it sounds beside the voice.
const LONGEST_EFFECT: u64 = 30;
/// Longest description, in characters.
const LONGEST_DESCRIPTION: usize = 160;
/// Most that a prompt is told of places, and of music, in characters: a folder of hundreds would leave no room for the talk.
const LONGEST_LIST: usize = 900;
/// The person's own places and sounds, for whoever needs them.
pub(crate) struct Props {
    folder: std::path::PathBuf,
    /// Opened when it is first asked for.
    kept: Mutex<Option<OwnScenery>>,
}

impl Props {
    pub(crate) fn new(folder: std::path::PathBuf) -> Self {
        Self { folder, kept: Mutex::default() }
    }

    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&mut OwnScenery) -> Result<T, store::Error>,
    ) -> Result<T, Problem> {
        let mut kept = lock(&self.kept);
        if let Some(kept) = &mut *kept {
            return Ok(work(kept)?);
        }
        let opened = kept.insert(OwnScenery::open(&self.folder)?);
        Ok(work(opened)?)
    }

    /// The names that a model is told of, each with its description in brackets: `the mill (by the river), …`. The newest come first, as many
    /// as there is room for.
    pub(crate) fn names(&self) -> OwnNames {
        let listed = self.with(|own| {
            let places = own.places().map(|one| told(&one.name, &one.description)).collect();
            let sounds = |kind: OwnSoundKind| {
                let of = own.sounds().filter(|one| one.kind == kind);
                within(of.map(|one| told(&one.name, &one.description)).collect())
            };
            Ok(OwnNames {
                places: within(places),
                music: sounds(OwnSoundKind::Music),
                effects: sounds(OwnSoundKind::Effect),
            })
        });
        listed.unwrap_or_else(|problem| {
            tracing::warn!(%problem, "the person's own places are not offered");
            <_>::default()
        })
    }

    /// Takes a place or a sound in; `None` where the file is neither.
    pub(crate) fn take(&self, bytes: &[u8], path: &str) -> Result<Option<ImportReport>, Problem> {
        let at = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
        Ok(match find(bytes, path)? {
            None => None,
            Some(Found::Place { name, hour, picture, upright }) => {
                let small = picture.small().map_err(|error| unusable(&name, &error))?;
                let files = PlacePicture { hour, jpeg: &picture.jpeg, small: &small };
                let mut warnings: Vec<String> = Vec::new();
                warnings.extend(upright.then(|| UPRIGHT.to_owned()));
                let place = self.with(|own| {
                    let same = |one: &&store::OwnPlace| {
                        one.name.to_lowercase() == name.to_lowercase() && one.hours.contains(&hour)
                    };
                    if own.places().any(|one| same(&one)) {
                        warnings.push(format!(
                            "there was a picture of `{name}` for that hour; this one takes its place"
                        ));
                    }
                    own.keep_place((&name, at), files)
                })?;
                Some(report("place", place.name, place.id.to_string(), warnings))
            }
            Some(Found::Sound { kind, name, ending, .. }) => {
                // Damage further on in the file shows here, and not in the middle of a talk.
                let sound = audio::read_music(bytes).map_err(|error| unplayable(&name, &error))?;
                let millis = sound.pcm.len() as u64 * 1000 / u64::from(sound.rate);
                // Not every file says beforehand how long it is.
                let kind = if millis < SHORTEST_LOOP * 1000 { OwnSoundKind::Effect } else { kind };
                fits(kind, millis, &name)?;
                let kept = OwnSound {
                    id: store::new_id(),
                    kind,
                    name: name.clone(),
                    description: String::new(),
                    ending: ending.to_owned(),
                    millis: millis as u32,
                    at,
                    removed: false,
                };
                let id = kept.id.to_string();
                self.with(|own| own.keep_sound(kept, bytes))?;
                Some(report(kind_name(kind), name, id, Vec::new()))
            }
        })
    }

    /// All of them, as a page shows them.
    pub(crate) fn view(&self) -> Result<OwnSceneryView, Problem> {
        self.with(|own| Ok(view(own)))
    }

    /// Changes the name or the description of a place or a sound, or what a sound is for.
    pub(crate) fn change(&self, id: &str, patch: &OwnSceneryPatch) -> Result<(), Problem> {
        let id = number(id)?;
        let name = patch.name.as_deref().map(scenery::plain);
        if name.as_deref() == Some("") {
            return Err(Problem::new(
                ProblemKind::Invalid,
                "a place and a sound need a name: it is what the character writes",
                "enter one",
            ));
        }
        let mut refused = None;
        self.with(|own| {
            let wanted = patch.kind.as_deref().map(kind_of);
            if let (Some(kind), Some(sound)) = (wanted, own.sounds().find(|one| one.id == id))
                && let Err(problem) = fits(kind, sound.millis.into(), &sound.name)
            {
                refused = Some(problem);
                return Ok(());
            }
            own.change(id, |one| {
                if let Some(name) = name {
                    *one.name = name;
                }
                if let Some(description) = &patch.description {
                    *one.description = one_line(description);
                }
                if let (Some(kind), Some(wanted)) = (one.kind, wanted) {
                    *kind = wanted;
                }
            })
        })?;
        refused.map_or(Ok(()), Err)
    }

    /// Removes a place or a sound, or (`removed` false) brings it back.
    pub(crate) fn remove(&self, id: &str, removed: bool) -> Result<(), Problem> {
        let id = number(id)?;
        self.with(|own| own.change(id, |one| *one.removed = removed))
    }

    /// A sound of the person's own as a loop.
    pub(crate) fn sound(&self, id: &str, track: Track) -> Result<Sound, Problem> {
        Ok(audio::looped(&self.read(id)?, track))
    }

    /// A sound of the person's own as an effect.
    pub(crate) fn effect(&self, id: &str) -> Result<Sound, Problem> {
        Ok(audio::struck(&self.read(id)?))
    }

    fn read(&self, id: &str) -> Result<Sound, Problem> {
        let id = number(id)?;
        let (kept, bytes) = self.with(|own| own.sound(id))?;
        audio::read_music(&bytes).map_err(|error| unplayable(&kept.name, &error))
    }
}

/// What a model is told of what the person brought.
#[derive(Debug, Default)]
pub(crate) struct OwnNames {
    pub(crate) places: Vec<String>,
    pub(crate) music: Vec<String>,
    pub(crate) effects: Vec<String>,
}

impl App {
    /// What a file is, where it is a place or a sound.
    pub(crate) fn preview_scenery(
        bytes: &[u8],
        blank: &ImportPreview,
    ) -> Result<Option<ImportPreview>, Problem> {
        Ok(find(bytes, &blank.path)?.map(|found| match found {
            Found::Place { name, hour, picture, upright } => ImportPreview {
                kind: Some("place".to_owned()),
                name,
                format: format!("{} × {}", picture.width, picture.height),
                tags: (hour != Hour::Any).then(|| hour.name().to_owned()).into_iter().collect(),
                picture: picture.small().ok().map(|small| data_url(&small)),
                warnings: upright.then(|| UPRIGHT.to_owned()).into_iter().collect(),
                ..blank.clone()
            },
            Found::Sound { kind, name, ending, seconds } => ImportPreview {
                kind: Some(kind_name(kind).to_owned()),
                name,
                format: match seconds {
                    Some(seconds) => format!("{}:{:02}, {ending}", seconds / 60, seconds % 60),
                    None => ending.to_owned(),
                },
                ..blank.clone()
            },
        }))
    }

    /// Takes a place or a sound in; `None` where the file is neither.
    pub(crate) fn take_scenery(
        &self,
        bytes: &[u8],
        path: &str,
    ) -> Result<Option<ImportReport>, Problem> {
        self.props.take(bytes, path)
    }

    /// The person's own places and sounds, and what is heard where.
    pub fn own_scenery(&self) -> Answer<OwnSceneryView> {
        Ok(self.props.view()?)
    }

    /// A picture of a place as a `data:` URL: as it is shown, or small. Where it has none of that hour, another of its pictures.
    pub fn own_place_picture(&self, id: &str, hour: &str, small: bool) -> Answer<String> {
        let (id, hour) = (number(id)?, Hour::named(hour).unwrap_or(Hour::Any));
        Ok(data_url(&self.props.with(|own| own.picture(id, hour, small))?))
    }

    /// Changes the name or the description of a place or a sound, or what a sound is for.
    pub fn change_own_scenery(&self, id: &str, patch: &OwnSceneryPatch) -> Answer<()> {
        self.props.change(id, patch)?;
        self.hub.send(AppEvent::SceneryChanged);
        Ok(())
    }

    /// Removes a place or a sound, or (`removed` false) brings it back, which can be done until the program ends.
    pub fn remove_own_scenery(&self, id: &str, removed: bool) -> Answer<()> {
        self.props.remove(id, removed)?;
        self.hub.send(AppEvent::SceneryChanged);
        Ok(())
    }

    /// What is heard at a place from now on, see [`HeardAtView`].
    pub fn hear_at(&self, heard: &HeardAtView) -> Answer<()> {
        let there = HeardThere { music: heard.music.clone(), ambience: heard.ambience.clone() };
        if [&heard.place, &there.music, &there.ambience].iter().any(|name| name.len() > 80) {
            return Err(Problem::new(
                ProblemKind::Invalid,
                "there is no place or sound of so long a name",
                "choose one of the list",
            )
            .into());
        }
        self.props.with(|own| own.hear(&heard.place, there))?;
        self.hub.send(AppEvent::SceneryChanged);
        Ok(())
    }
}

const UPRIGHT: &str = "it is higher than it is wide: the stage shows its middle";

fn view(own: &OwnScenery) -> OwnSceneryView {
    OwnSceneryView {
        places: own
            .places()
            .map(|one| OwnPlaceView {
                id: one.id.to_string(),
                name: one.name.clone(),
                description: one.description.clone(),
                hours: one.hours.iter().map(|hour| hour.name().to_owned()).collect(),
            })
            .collect(),
        sounds: own
            .sounds()
            .map(|one| OwnSoundView {
                id: one.id.to_string(),
                kind: kind_name(one.kind).to_owned(),
                name: one.name.clone(),
                description: one.description.clone(),
                seconds: f64::from(one.millis) / 1000.0,
            })
            .collect(),
        heard: own
            .heard()
            .iter()
            .map(|(place, heard)| HeardAtView {
                place: place.clone(),
                music: heard.music.clone(),
                ambience: heard.ambience.clone(),
            })
            .collect(),
    }
}

fn told(name: &str, description: &str) -> String {
    if description.is_empty() { name.to_owned() } else { format!("{name} ({description})") }
}

/// The newest of a list that fit, the newest first.
fn within(all: Vec<String>) -> Vec<String> {
    let mut left = LONGEST_LIST;
    let fits = |one: &String| {
        let length = one.chars().count() + 2;
        left = left.saturating_sub(length);
        left > 0
    };
    all.into_iter().rev().take_while(fits).collect()
}

/// A description on one line, without what would end a direction or begin a macro.
fn one_line(text: &str) -> String {
    let kept = text.chars().map(|c| match c {
        '[' | ']' | '{' | '}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    });
    let kept: String = kept.collect();
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    kept.chars().take(LONGEST_DESCRIPTION).collect()
}

fn kind_name(kind: OwnSoundKind) -> &'static str {
    match kind {
        OwnSoundKind::Music => "music",
        OwnSoundKind::Ambience => "ambience",
        OwnSoundKind::Effect => "effect",
    }
}

fn kind_of(name: &str) -> OwnSoundKind {
    match name {
        "ambience" => OwnSoundKind::Ambience,
        "effect" => OwnSoundKind::Effect,
        _ => OwnSoundKind::Music,
    }
}

/// Whether a sound is as long as what it is for has to be.
fn fits(kind: OwnSoundKind, millis: u64, name: &str) -> Result<(), Problem> {
    if kind == OwnSoundKind::Effect {
        if millis <= LONGEST_EFFECT * 1000 {
            return Ok(());
        }
        return Err(Problem::new(
            ProblemKind::Invalid,
            format!(
                "`{name}` is longer than {LONGEST_EFFECT} seconds, too long to be heard once beside a voice"
            ),
            "keep it as music or ambience, or cut it in a sound editor",
        ));
    }
    if millis >= SHORTEST_LOOP * 1000 {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::Invalid,
        format!(
            "`{name}` is shorter than {SHORTEST_LOOP} seconds, too short to be heard over and over"
        ),
        "keep it as an effect, or choose a longer piece",
    ))
}

fn number(id: &str) -> Result<Uuid, Problem> {
    id.strip_prefix(OWN).unwrap_or(id).parse().map_err(|_| {
        Problem::new(
            ProblemKind::Missing,
            "this place or sound is not there any more",
            "choose another one of the list",
        )
    })
}

fn unusable(file: &str, error: &scenery::Error) -> Problem {
    Problem::new(
        ProblemKind::Damaged,
        format!("`{file}` cannot be a place: {error}"),
        "open it in a picture editor and save it as PNG, JPEG, WebP or AVIF of at most 8,192 pixels a side",
    )
}

fn unplayable(file: &str, error: &audio::MusicError) -> Problem {
    Problem::new(
        ProblemKind::Damaged,
        format!("`{file}` cannot be played: {error}"),
        format!(
            "save it as Ogg Vorbis, Opus, MP3, AAC, FLAC or WAV of at most {} minutes and {} MiB",
            audio::LONGEST_MUSIC,
            store::MAX_OWN_FILE >> 20
        ),
    )
}

#[cfg(test)]
#[path = "own_scenery_tests.rs"]
mod tests;
