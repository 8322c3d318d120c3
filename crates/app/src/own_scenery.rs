//! Places and sounds that the person brought: recognised among the files that are dropped, kept within bounds, listed, given to models by
//! name. Files are hostile input: pictures are decoded within limits and kept as JPEG of our own, sounds are decoded once before they are kept.

use std::sync::Mutex;

use audio::{Sound, Track};
use domain::{Problem, ProblemKind};
use scenery::Picture;
use store::{HeardThere, Hour, OwnScenery, OwnSound, OwnSoundKind, PlacePicture};
use uuid::Uuid;

use crate::api::library::ImportPreview;
use crate::api::{
    AppEvent, HeardAtView, ImportReport, OwnPlaceView, OwnSceneryPatch, OwnSceneryView,
    OwnSoundView,
};
use crate::app::{Answer, App, lock};
use crate::imports::report;
use crate::library::data_url;

/// Stands before the id of a place or a sound where names are meant.
pub(crate) const OWN: &str = "own:";
/// Shorter ones are effects and lines of a voice, of which games have thousands.
const SHORTEST_LOOP: u64 = 4;
/// Longest description, in characters.
const LONGEST_DESCRIPTION: usize = 160;
/// Most that a prompt is told of places, and of music, in characters: a folder of hundreds would leave no room for the talk.
const LONGEST_LIST: usize = 900;
/// Folders whose pictures are places whatever they are called.
const PLACE_FOLDERS: [&str; 7] =
    ["backgrounds", "background", "bg", "bgs", "scenes", "背景", "场景"];
/// Words in a path by which a sound is one of a place.
const AMBIENCE_WORDS: [&str; 16] = [
    "ambien",
    "atmos",
    "environment",
    "rain",
    "wind",
    "wave",
    "ocean",
    "bird",
    "cricket",
    "fire",
    "forest",
    "crowd",
    "环境",
    "環境",
    "雨",
    "风声",
];

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

    /// The names that a model is told of, places and music, each with its description in brackets: `the mill (by the river), …`. The newest
    /// come first, as many as there is room for.
    pub(crate) fn names(&self) -> (Vec<String>, Vec<String>) {
        let listed = self.with(|own| {
            let places = own.places().map(|one| told(&one.name, &one.description)).collect();
            let music = own.sounds().filter(|one| one.kind == OwnSoundKind::Music);
            Ok((
                within(places),
                within(music.map(|one| told(&one.name, &one.description)).collect()),
            ))
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
                if millis < SHORTEST_LOOP * 1000 {
                    return Err(too_short(&name));
                }
                let kept = OwnSound {
                    id: Uuid::now_v7(),
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
        self.with(|own| {
            own.change(id, |one| {
                if let Some(name) = name {
                    *one.name = name;
                }
                if let Some(description) = &patch.description {
                    *one.description = one_line(description);
                }
                if let (Some(kind), Some(wanted)) = (one.kind, &patch.kind) {
                    *kind = kind_of(wanted);
                }
            })
        })
    }

    /// Removes a place or a sound, or (`removed` false) brings it back.
    pub(crate) fn remove(&self, id: &str, removed: bool) -> Result<(), Problem> {
        let id = number(id)?;
        self.with(|own| own.change(id, |one| *one.removed = removed))
    }

    /// A sound of the person's own as a loop.
    pub(crate) fn sound(&self, id: &str, track: Track) -> Result<Sound, Problem> {
        let id = number(id)?;
        let (kept, bytes) = self.with(|own| own.sound(id))?;
        let read = audio::read_music(&bytes).map_err(|error| unplayable(&kept.name, &error))?;
        Ok(audio::looped(&read, track))
    }
}

/// What a file is, where it is a place or a sound.
enum Found {
    Place { name: String, hour: Hour, picture: Picture, upright: bool },
    Sound { kind: OwnSoundKind, name: String, ending: &'static str, seconds: Option<u64> },
}

/// Looks at a file. `path` is where it lies, also within an archive. `None` where it is neither.
///
/// # Errors
/// Where it is one of them and cannot be used.
fn find(bytes: &[u8], path: &str) -> Result<Option<Found>, Problem> {
    let file = last(path);
    if let Some(ending) = audio::music_kind(bytes) {
        let seconds = audio::look_at_music(bytes)
            .map_err(|error| unplayable(file, &error))?
            .map(|length| length.as_secs());
        if seconds.is_some_and(|seconds| seconds < SHORTEST_LOOP) {
            return Err(too_short(file));
        }
        let name = scenery::plain(&stem(file).replace(['_', '-'], " "));
        let kind = if is_ambience(path) { OwnSoundKind::Ambience } else { OwnSoundKind::Music };
        let name = if name.is_empty() { kind_name(kind).to_owned() } else { name };
        return Ok(Some(Found::Sound { kind, name, ending, seconds }));
    }
    if !Picture::is_one(bytes) {
        return Ok(None);
    }
    let named = scenery::name_of(stem(file));
    let (width, height) = Picture::size_of(bytes).map_err(|error| unusable(file, &error))?;
    // Whoever stands upright and is called nothing in particular is a figure.
    let wide = u64::from(width) * 20 >= u64::from(height) * 23;
    if named.name.is_empty() || !(named.sure || wide || in_place_folder(path)) {
        return Ok(None);
    }
    let picture = Picture::read(bytes).map_err(|error| unusable(file, &error))?;
    let hour = named.hour.and_then(Hour::named).unwrap_or(Hour::Any);
    Ok(Some(Found::Place { name: named.name, hour, picture, upright: !wide }))
}

/// The places and sounds in an archive that holds no character, by their paths in it; none where its pictures are faces or anything else.
pub(crate) fn members(bytes: &[u8], file: &str) -> Vec<String> {
    let Some(paths) = card::archive_paths(bytes) else { return Vec::new() };
    let shown = |path: &str| {
        !path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX" || part == "..")
    };
    let is = |path: &str, endings: &[&str]| {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        endings.contains(&ending.as_str())
    };
    if paths.iter().any(|path| last(path) == "card.json" || is(path, &["moc3", "vrm", "psd"])) {
        return Vec::new();
    }
    let of = |endings: &[&str]| -> Vec<usize> {
        (0..paths.len()).filter(|&at| shown(&paths[at]) && is(&paths[at], endings)).collect()
    };
    let sounds = of(&["ogg", "oga", "mp3", "flac", "wav"]);
    let pictures = of(&["png", "jpg", "jpeg", "webp"]);
    let by_name = |path: &String| scenery::name_of(stem(last(path))).sure || in_place_folder(path);
    let are_places = !sounds.is_empty()
        || in_place_folder(&format!("{}/", stem(file).to_lowercase()))
        || pictures.iter().any(|&at| by_name(&paths[at]))
        || all_wide(bytes, &pictures);
    if !are_places {
        return Vec::new();
    }
    pictures.into_iter().chain(sounds).take(card::MAX_MEMBERS).map(|at| paths[at].clone()).collect()
}

/// Whether the first pictures of an archive all lie on their side.
fn all_wide(bytes: &[u8], pictures: &[usize]) -> bool {
    let some = &pictures[..pictures.len().min(3)];
    let mut wide = 0;
    let read = card::read_archive(bytes, some, |_, bytes| {
        let size = bytes.ok().and_then(|bytes| Picture::size_of(&bytes).ok());
        wide += usize::from(size.is_some_and(|(width, height)| width > height));
        true
    });
    read.is_ok() && !some.is_empty() && wide == some.len()
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
    }
}

fn kind_of(name: &str) -> OwnSoundKind {
    if name == "ambience" { OwnSoundKind::Ambience } else { OwnSoundKind::Music }
}

/// The last part of a path, also of one within an archive.
fn last(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// The last folders of a path, and whether one of them holds places.
fn in_place_folder(path: &str) -> bool {
    let folders = path.rsplit(['/', '\\']).skip(1).take(2);
    folders.into_iter().any(|folder| PLACE_FOLDERS.contains(&folder.to_lowercase().as_str()))
}

fn is_ambience(path: &str) -> bool {
    let near: Vec<String> = path.rsplit(['/', '\\']).take(2).map(str::to_lowercase).collect();
    AMBIENCE_WORDS.iter().any(|word| near.iter().any(|part| part.contains(word)))
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
        "open it in a picture editor and save it as PNG, JPEG or WebP of at most 8,192 pixels a side",
    )
}

fn unplayable(file: &str, error: &audio::MusicError) -> Problem {
    Problem::new(
        ProblemKind::Damaged,
        format!("`{file}` cannot be played: {error}"),
        format!(
            "save it as Ogg Vorbis, MP3, FLAC or WAV of at most {} minutes and {} MiB",
            audio::LONGEST_MUSIC,
            store::MAX_OWN_FILE >> 20
        ),
    )
}

fn too_short(file: &str) -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        format!(
            "`{file}` is shorter than {SHORTEST_LOOP} seconds, too short to be heard over and over"
        ),
        "choose a longer piece; effects are the program's own",
    )
}

#[cfg(test)]
#[path = "own_scenery_tests.rs"]
mod tests;
