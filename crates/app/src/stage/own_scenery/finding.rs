//! What a file of anybody's is: a place, a loop, an effect, or nothing of these; told by its content, named by its path.

use domain::Problem;
use scenery::Picture;
use store::{Hour, OwnSoundKind};

use super::{LONGEST_EFFECT, SHORTEST_LOOP, kind_name, unplayable, unusable};

/// Folders whose pictures are places whatever they are called.
const PLACE_FOLDERS: [&str; 7] =
    ["backgrounds", "background", "bg", "bgs", "scenes", "背景", "场景"];
/// Folders and words of names by which a sound is an effect: of a folder or a file, whole words.
const EFFECT_WORDS: [&str; 8] = ["sfx", "sfxs", "se", "fx", "effect", "effects", "音效", "効果音"];
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

/// What a file is, where it is a place or a sound.
pub(super) enum Found {
    Place { name: String, hour: Hour, picture: Picture, upright: bool },
    Sound { kind: OwnSoundKind, name: String, ending: &'static str, seconds: Option<u64> },
}

/// Looks at a file. `path` is where it lies, also within an archive. `None` where it is neither.
///
/// # Errors
/// Where it is one of them and cannot be used.
pub(super) fn find(bytes: &[u8], path: &str) -> Result<Option<Found>, Problem> {
    let file = last(path);
    if let Some(ending) = audio::music_kind(bytes) {
        let seconds = audio::look_at_music(bytes)
            .map_err(|error| unplayable(file, &error))?
            .map(|length| length.as_secs());
        let name = scenery::plain(&stem(file).replace(['_', '-'], " "));
        let short = |most: u64| seconds.is_some_and(|seconds| seconds < most);
        let kind = if short(SHORTEST_LOOP) || (is_effect(path) && short(LONGEST_EFFECT)) {
            OwnSoundKind::Effect
        } else if is_ambience(path) {
            OwnSoundKind::Ambience
        } else {
            OwnSoundKind::Music
        };
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
    let sounds = of(&["ogg", "oga", "opus", "mp3", "m4a", "aac", "flac", "wav"]);
    let pictures = of(&["png", "jpg", "jpeg", "webp", "avif"]);
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

/// The name of a file and its folder's, in small letters.
fn near(path: &str) -> impl Iterator<Item = String> {
    path.rsplit(['/', '\\']).take(2).map(str::to_lowercase)
}

fn is_ambience(path: &str) -> bool {
    near(path).any(|part| AMBIENCE_WORDS.iter().any(|word| part.contains(word)))
}

fn is_effect(path: &str) -> bool {
    near(path).any(|part| {
        part.split(|c: char| !c.is_alphabetic()).any(|word| EFFECT_WORDS.contains(&word))
    })
}
