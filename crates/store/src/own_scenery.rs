//! Places and sounds that a person brought: pictures by the hour of the day, music, ambience, and a list that names them. All of it is
//! encrypted where the data folder is. What was removed is set aside until the folder is opened again, so that it can be brought back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use domain::Millis;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Error, atomic, kept_json};

/// Most places, and most sounds, that are kept.
pub const MAX_OWN: usize = 500;
/// Largest file that is kept or read, in bytes.
pub const MAX_OWN_FILE: usize = 64 << 20;
/// Endings under which sounds are kept.
const ENDINGS: [&str; 7] = ["ogg", "opus", "mp3", "m4a", "aac", "flac", "wav"];

/// When a picture of a place is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hour {
    /// At any hour that has none of its own.
    Any,
    /// By day.
    Day,
    /// At dusk.
    Dusk,
    /// At night.
    Night,
}

impl Hour {
    /// Its name, in file names and on the page: `any`, `day`, `dusk`, `night`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Day => "day",
            Self::Dusk => "dusk",
            Self::Night => "night",
        }
    }

    /// The hour of a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Any, Self::Day, Self::Dusk, Self::Night].into_iter().find(|hour| hour.name() == name)
    }
}

/// A place of the person's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPlace {
    /// Its id; its files begin with it.
    pub id: Uuid,
    /// What a character writes to go there.
    pub name: String,
    /// What a model is told of it.
    #[serde(default)]
    pub description: String,
    /// The hours that it has pictures of, in order, at least one.
    pub hours: Vec<Hour>,
    /// When it came.
    pub at: Millis,
    /// It was removed, and can be brought back for now.
    #[serde(default)]
    pub removed: bool,
}

/// What a sound is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OwnSoundKind {
    /// Music.
    Music,
    /// The sound of a place.
    Ambience,
    /// Heard once, when it is asked for.
    Effect,
}

/// A sound of the person's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnSound {
    /// Its id, and the name of its file.
    pub id: Uuid,
    /// What it is for.
    pub kind: OwnSoundKind,
    /// What a character writes to hear it.
    pub name: String,
    /// What a model is told of it.
    #[serde(default)]
    pub description: String,
    /// `ogg`, `opus`, `mp3`, `m4a`, `aac`, `flac` or `wav`.
    pub ending: String,
    /// How long it is, in milliseconds.
    pub millis: u32,
    /// When it came.
    pub at: Millis,
    /// It was removed, and can be brought back for now.
    #[serde(default)]
    pub removed: bool,
}

/// What is heard at a place; each a name, or empty for what the place has by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HeardThere {
    /// Music.
    pub music: String,
    /// Ambience.
    pub ambience: String,
}

/// A picture to keep: of an hour, as it is shown, and small.
#[derive(Debug, Clone, Copy)]
pub struct PlacePicture<'a> {
    /// When it is shown.
    pub hour: Hour,
    /// A JPEG file.
    pub jpeg: &'a [u8],
    /// The same, small.
    pub small: &'a [u8],
}

/// The places and sounds, and the folder that they are kept in.
#[derive(Debug, Default)]
pub struct OwnScenery {
    folder: PathBuf,
    kept: Kept,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    places: Vec<OwnPlace>,
    sounds: Vec<OwnSound>,
    /// By the name of a place, also of one that came with the program.
    heard: BTreeMap<String, HeardThere>,
    /// Of a newer version; written back as they were.
    #[serde(flatten)]
    unknown: serde_json::Map<String, serde_json::Value>,
}

impl OwnScenery {
    /// Reads the list; none where there is no folder yet. What was removed is gone now.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Invalid`] where the list cannot be read; it is left as it is.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let mut kept: Kept = kept_json::read(&folder.join("scenery.json"))?;
        let (places, left): (Vec<_>, Vec<_>) = kept.places.into_iter().partition(|one| one.removed);
        kept.places = left;
        let (sounds, left): (Vec<_>, Vec<_>) = kept.sounds.into_iter().partition(|one| one.removed);
        kept.sounds = left;
        let mut this = Self { folder: folder.to_owned(), kept };
        if places.is_empty() && sounds.is_empty() {
            return Ok(this);
        }
        this.write(this.kept.clone())?;
        let pictures = places.iter().flat_map(|one| {
            let files = one.hours.iter().map(|hour| (one.id, *hour));
            files.flat_map(|(id, hour)| [(id, hour, false), (id, hour, true)])
        });
        let pictures = pictures.map(|(id, hour, small)| this.picture_file(id, hour, small));
        let sounds = sounds.iter().map(|one| this.sound_file(one));
        for file in pictures.chain(sounds) {
            // A file that stays takes room and nothing else.
            let _left = fs::remove_file(file);
        }
        Ok(this)
    }

    /// The places, in the order in which they came.
    pub fn places(&self) -> impl Iterator<Item = &OwnPlace> {
        self.kept.places.iter().filter(|one| !one.removed)
    }

    /// The sounds, in the order in which they came.
    pub fn sounds(&self) -> impl Iterator<Item = &OwnSound> {
        self.kept.sounds.iter().filter(|one| !one.removed)
    }

    /// What the person wants to hear at which place.
    pub fn heard(&self) -> &BTreeMap<String, HeardThere> {
        &self.kept.heard
    }

    /// Keeps a picture of a place: of the place of that name (whatever the case of its letters), which may be a new one. A picture of an hour
    /// that it has already takes the older one's place. Answers the place.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a file that is too large, or a place too many; [`Error::Io`].
    pub fn keep_place(
        &mut self,
        (name, at): (&str, Millis),
        picture: PlacePicture<'_>,
    ) -> Result<OwnPlace, Error> {
        fits(picture.jpeg)?;
        let mut kept = self.kept.clone();
        let folded = name.to_lowercase();
        let known =
            kept.places.iter().position(|one| !one.removed && one.name.to_lowercase() == folded);
        let index = match known {
            Some(index) => index,
            None if kept.places.len() >= MAX_OWN => return Err(too_many("places")),
            None => {
                kept.places.push(OwnPlace {
                    id: crate::new_id(),
                    name: name.to_owned(),
                    description: String::new(),
                    hours: Vec::new(),
                    at,
                    removed: false,
                });
                kept.places.len() - 1
            }
        };
        let place = &mut kept.places[index];
        place.hours.push(picture.hour);
        place.hours.sort_unstable();
        place.hours.dedup();
        let place = place.clone();
        fs::create_dir_all(&self.folder).map_err(Error::io("create", &self.folder))?;
        // Files first: a list that names one that is not there would be worse than a file that nobody names.
        let file = |small| self.picture_file(place.id, picture.hour, small);
        atomic::write_private(&file(false), picture.jpeg)?;
        atomic::write_private(&file(true), picture.small)?;
        self.write(kept)?;
        Ok(place)
    }

    /// Keeps a sound.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a file that is too large or of another kind, or a sound too many; [`Error::Io`].
    pub fn keep_sound(&mut self, sound: OwnSound, bytes: &[u8]) -> Result<(), Error> {
        fits(bytes)?;
        if !ENDINGS.contains(&sound.ending.as_str()) {
            return Err(Error::Invalid(format!("a sound is no `.{}` file", sound.ending)));
        }
        if self.kept.sounds.len() >= MAX_OWN {
            return Err(too_many("sounds"));
        }
        fs::create_dir_all(&self.folder).map_err(Error::io("create", &self.folder))?;
        atomic::write_private(&self.sound_file(&sound), bytes)?;
        let mut kept = self.kept.clone();
        kept.sounds.push(sound);
        self.write(kept)
    }

    /// A picture of a place, as it is shown or small. Where it has none of that hour, the one of any hour, else the first.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Io`].
    pub fn picture(&self, id: Uuid, hour: Hour, small: bool) -> Result<Vec<u8>, Error> {
        let unknown = || Error::Unknown { what: "place", id: id.to_string() };
        let place = self.kept.places.iter().find(|one| one.id == id).ok_or_else(unknown)?;
        let wanted = [hour, Hour::Any].into_iter().find(|hour| place.hours.contains(hour));
        let hour = wanted.or(place.hours.first().copied()).ok_or_else(unknown)?;
        let file = self.picture_file(id, hour, small);
        vault::read(&file, MAX_OWN_FILE as u64).map_err(Error::io("read", &file))
    }

    /// The file of a sound.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Io`].
    pub fn sound(&self, id: Uuid) -> Result<(OwnSound, Vec<u8>), Error> {
        let sound = self.kept.sounds.iter().find(|one| one.id == id);
        let sound = sound.ok_or_else(|| Error::Unknown { what: "sound", id: id.to_string() })?;
        let file = self.sound_file(sound);
        let bytes = vault::read(&file, MAX_OWN_FILE as u64).map_err(Error::io("read", &file))?;
        Ok((sound.clone(), bytes))
    }

    /// Changes what is said of a place or a sound: its name, its description, whether it was removed.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is neither of that id, [`Error::Io`].
    pub fn change(&mut self, id: Uuid, change: impl FnOnce(Changed<'_>)) -> Result<(), Error> {
        let mut kept = self.kept.clone();
        let place = kept.places.iter_mut().find(|one| one.id == id);
        let sound = kept.sounds.iter_mut().find(|one| one.id == id);
        match (place, sound) {
            (Some(OwnPlace { name, description, removed, .. }), _) => {
                change(Changed { name, description, removed, kind: None });
            }
            (None, Some(OwnSound { name, description, removed, kind, .. })) => {
                change(Changed { name, description, removed, kind: Some(kind) });
            }
            (None, None) => {
                return Err(Error::Unknown { what: "place or sound", id: id.to_string() });
            }
        }
        self.write(kept)
    }

    /// What is heard at a place from now on; a place without wishes is forgotten.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn hear(&mut self, place: &str, heard: HeardThere) -> Result<(), Error> {
        let mut kept = self.kept.clone();
        if heard == HeardThere::default() {
            kept.heard.remove(place);
        } else {
            kept.heard.insert(place.to_owned(), heard);
        }
        self.write(kept)
    }

    fn picture_file(&self, id: Uuid, hour: Hour, small: bool) -> PathBuf {
        let size = if small { ".small" } else { "" };
        self.folder.join(format!("{id}-{}{size}.jpg", hour.name()))
    }

    fn sound_file(&self, sound: &OwnSound) -> PathBuf {
        // The list is a file that anybody may have written.
        let ending = ENDINGS.into_iter().find(|known| sound.ending == *known).unwrap_or("ogg");
        self.folder.join(format!("{}.{ending}", sound.id))
    }

    fn write(&mut self, kept: Kept) -> Result<(), Error> {
        atomic::write_private(&self.folder.join("scenery.json"), &kept_json::bytes(&kept))?;
        self.kept = kept;
        Ok(())
    }
}

/// What can be changed of a place or a sound.
#[derive(Debug)]
pub struct Changed<'a> {
    /// Its name.
    pub name: &'a mut String,
    /// What a model is told of it.
    pub description: &'a mut String,
    /// It was removed.
    pub removed: &'a mut bool,
    /// What a sound is for; `None` for a place.
    pub kind: Option<&'a mut OwnSoundKind>,
}

fn fits(bytes: &[u8]) -> Result<(), Error> {
    if bytes.len() > MAX_OWN_FILE {
        return Err(Error::Invalid(format!("a file may have {} MiB", MAX_OWN_FILE >> 20)));
    }
    Ok(())
}

fn too_many(what: &str) -> Error {
    Error::Invalid(format!("{MAX_OWN} {what} are kept already; remove some"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(hour: Hour, jpeg: &[u8]) -> PlacePicture<'_> {
        PlacePicture { hour, jpeg, small: b"small" }
    }

    fn sound(number: u128, ending: &str) -> OwnSound {
        OwnSound {
            id: Uuid::from_u128(number),
            kind: OwnSoundKind::Music,
            name: "theme".to_owned(),
            description: String::new(),
            ending: ending.to_owned(),
            millis: 1000,
            at: 1,
            removed: false,
        }
    }

    #[test]
    fn pictures_of_one_name_are_hours_of_one_place() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("scenery");
        let mut own = OwnScenery::open(&root).unwrap();
        assert!(!root.exists(), "nothing is made before there is something");
        let day = own.keep_place(("Mill", 1), picture(Hour::Day, b"day")).unwrap();
        let night = own.keep_place(("mill", 2), picture(Hour::Night, b"night")).unwrap();
        assert_eq!((day.id, night.hours), (night.id, vec![Hour::Day, Hour::Night]));
        assert_eq!(own.picture(day.id, Hour::Night, false).unwrap(), b"night");
        assert_eq!(own.picture(day.id, Hour::Dusk, false).unwrap(), b"day", "the first it has");
        assert_eq!(own.picture(day.id, Hour::Day, true).unwrap(), b"small");
        own.keep_place(("mill", 3), picture(Hour::Day, b"new")).unwrap();
        let again = OwnScenery::open(&root).unwrap();
        assert_eq!(again.places().count(), 1);
        assert_eq!(again.picture(day.id, Hour::Day, false).unwrap(), b"new");
    }

    #[test]
    fn what_was_removed_can_be_brought_back_until_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let mut own = OwnScenery::open(folder.path()).unwrap();
        let place = own.keep_place(("mill", 1), picture(Hour::Any, b"jpeg")).unwrap();
        own.keep_sound(sound(7, "ogg"), b"OggS").unwrap();
        own.change(place.id, |one| *one.removed = true).unwrap();
        assert_eq!(own.places().count(), 0);
        own.change(place.id, |one| *one.removed = false).unwrap();
        assert_eq!(own.places().count(), 1);
        for id in [place.id, Uuid::from_u128(7)] {
            own.change(id, |one| *one.removed = true).unwrap();
        }
        let again = OwnScenery::open(folder.path()).unwrap();
        assert_eq!((again.places().count(), again.sounds().count()), (0, 0));
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 1, "only the list is left: {left:?}");
    }

    #[test]
    fn what_is_heard_at_a_place_is_kept_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut own = OwnScenery::open(folder.path()).unwrap();
        let wish = HeardThere { music: "night".to_owned(), ambience: "none".to_owned() };
        own.hear("park", wish.clone()).unwrap();
        assert_eq!(OwnScenery::open(folder.path()).unwrap().heard()["park"], wish);
        own.hear("park", HeardThere::default()).unwrap();
        assert!(OwnScenery::open(folder.path()).unwrap().heard().is_empty());
    }

    #[test]
    fn bounds_hold_and_a_list_of_a_stranger_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut own = OwnScenery::open(folder.path()).unwrap();
        assert!(own.keep_sound(sound(1, "exe"), b"MZ").is_err());
        assert!(own.keep_sound(sound(1, "ogg"), &vec![0; MAX_OWN_FILE + 1]).is_err());
        assert!(own.change(Uuid::from_u128(9), |_| ()).is_err());
        assert!(own.picture(Uuid::from_u128(9), Hour::Any, false).is_err());
        let odd = OwnSound { ending: "/../../x".to_owned(), ..sound(1, "ogg") };
        assert_eq!(own.sound_file(&odd).parent(), Some(folder.path()));
        fs::write(folder.path().join("scenery.json"), b"{broken").unwrap();
        assert!(OwnScenery::open(folder.path()).is_err());
        assert_eq!(fs::read(folder.path().join("scenery.json")).unwrap(), b"{broken");
    }
}
