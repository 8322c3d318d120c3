//! Edits of a [`Character`] into a card's JSON: only fields that differ from what was read are touched.

use domain::{Attributes, Character};
use serde_json::{Map, Value, json};

use crate::asset::{self, Place};
use crate::imported::Original;
use crate::read::{FIELDS, GREETING_KEYS};
use crate::{Imported, details};

/// Writes what differs between what was read and what is now into a card, assets excepted. `outer` is what stands beside `data`: copies of
/// a changed field that old programs read there are changed as well.
pub(crate) fn edits(
    body: &mut Map<String, Value>,
    outer: Option<&mut Map<String, Value>>,
    old: &Original,
    new: &Imported,
) {
    character(body, outer, &old.character, &new.character);
    details::write(body, &old.details, &new.details);
    if old.book != new.book {
        match &new.book {
            Some(book) => drop(body.insert("character_book".into(), book.clone())),
            None => drop(body.shift_remove("character_book")),
        }
    }
}

/// The list of assets: as it was, where nothing changed. `uris` are new places by number in [`Imported::assets`]; `usize::MAX` is the
/// picture of a card that names no main icon.
pub(crate) fn assets(body: &mut Map<String, Value>, card: &Imported, uris: &[(usize, String)]) {
    if uris.is_empty() && card.assets == card.original.assets {
        return;
    }
    let before = body.get("assets").and_then(Value::as_array).cloned().unwrap_or_default();
    let listed: Vec<usize> = card.original.assets.iter().filter_map(|asset| asset.origin).collect();
    let originals = &card.original.assets;
    let mut list = Vec::new();
    if let Some((_, uri)) = uris.iter().find(|(number, _)| *number == usize::MAX) {
        let ext = asset::ending(uri);
        list.push(json!({ "type": "icon", "uri": uri, "name": "main", "ext": ext }));
    }
    for (number, asset) in card.assets.iter().enumerate() {
        let uri = uris.iter().find(|(moved, _)| *moved == number).map(|(_, uri)| uri);
        let unchanged = originals.get(number) == Some(asset) || originals.contains(asset);
        let mut entry = match asset.origin.and_then(|origin| before.get(origin)) {
            Some(entry) => entry.clone(),
            // In the file, but not in the card's list: it stays so, unless it moves or is given a meaning.
            None if unchanged && uri.is_none() && !matches!(asset.place, Place::Inline) => continue,
            None => json!({}),
        };
        if let Some(members) = entry.as_object_mut().filter(|_| !unchanged || uri.is_some()) {
            let kind = if asset.kind == "embedded" { "x_embedded" } else { &asset.kind };
            let fields = [
                ("type", kind),
                ("uri", uri.unwrap_or(&asset.uri)),
                ("name", &asset.name),
                ("ext", &asset.ext),
            ];
            for (key, value) in fields {
                let as_it_was = key != "uri" && unchanged && members.contains_key(key);
                if !as_it_was {
                    members.insert(key.to_owned(), json!(value));
                }
            }
        }
        list.push(entry);
    }
    // What could not be understood was not listed, and stays.
    list.extend(
        before
            .iter()
            .enumerate()
            .filter(|(number, _)| !listed.contains(number))
            .map(|(_, entry)| entry.clone()),
    );
    body.insert("assets".into(), Value::Array(list));
}

fn character(
    body: &mut Map<String, Value>,
    mut outer: Option<&mut Map<String, Value>>,
    old: &Character,
    new: &Character,
) {
    let (mut old, mut new) = (old.clone(), new.clone());
    for field in &FIELDS {
        let (before, after) = ((field.get)(&mut old).clone(), (field.get)(&mut new).clone());
        if before != after {
            put(body, outer.as_deref_mut(), field.key, field.aliases, &before, &after);
        }
    }
    if old.greetings != new.greetings {
        let text = |greetings: &[String]| greetings.first().cloned().unwrap_or_default();
        let (before, after) = (text(&old.greetings), text(&new.greetings));
        put(body, outer, GREETING_KEYS[0], &GREETING_KEYS[1..], &before, &after);
        let more: Vec<&String> = new.greetings.iter().skip(1).collect();
        if !more.is_empty() || body.contains_key("alternate_greetings") {
            body.insert("alternate_greetings".into(), json!(more));
        }
    }
    if old.tags != new.tags {
        body.insert("tags".into(), json!(new.tags));
    }
    if old.nickname != new.nickname {
        match &new.nickname {
            Some(nickname) => drop(body.insert("nickname".into(), json!(nickname))),
            None => drop(body.shift_remove("nickname")),
        }
    }
    extension(body, &old, &new);
}

/// Sets a text where the card has it: under its own name, or under the one of an older format.
fn put(
    body: &mut Map<String, Value>,
    outer: Option<&mut Map<String, Value>>,
    key: &str,
    aliases: &[&str],
    before: &str,
    after: &str,
) {
    let mut aliased = false;
    for alias in aliases {
        if let Some(value) = body.get_mut(*alias) {
            *value = json!(after);
            aliased = true;
        }
    }
    // A field without its own name in `data` is looked for beside it: what was cleared must not come back from there.
    let would_return =
        after.is_empty() && outer.as_ref().is_some_and(|outer| outer.contains_key(key));
    if !aliased || body.contains_key(key) || would_return {
        body.insert(key.to_owned(), json!(after));
    }
    if let Some(copy) = outer.and_then(|outer| outer.get_mut(key))
        && copy.as_str() == Some(before)
    {
        *copy = json!(after);
    }
}

/// `extensions.hanashi`.
fn extension(body: &mut Map<String, Value>, old: &Character, new: &Character) {
    let same = old.puppet == new.puppet
        && old.voice == new.voice
        && old.language == new.language
        && old.attributes == new.attributes
        && old.never_says == new.never_says
        && old.outside == new.outside;
    if same {
        return;
    }
    let extensions = object(body, "extensions");
    let ours = object(extensions, "hanashi");
    let mut set = |key: &str, changed: bool, value: Option<Value>| {
        if changed {
            match value {
                Some(value) => drop(ours.insert(key.into(), value)),
                None => drop(ours.shift_remove(key)),
            }
        }
    };
    set("puppet", old.puppet != new.puppet, new.puppet.as_ref().map(|puppet| json!(puppet)));
    set("language", old.language != new.language, new.language.map(|lang| json!(lang.code())));
    let voice = new.voice.as_ref().map(|voice| {
        json!({ "voice": voice.voice, "rate": decimal(voice.rate), "pitch": decimal(voice.pitch) })
    });
    set("voice", old.voice != new.voice, voice);
    let list = |list: &[String]| (!list.is_empty()).then(|| json!(list));
    set("never_says", old.never_says != new.never_says, list(&new.never_says));
    set("outside", old.outside != new.outside, list(&new.outside));
    if old.attributes != new.attributes {
        attributes(object(ours, "attributes"), &old.attributes, &new.attributes);
    }
}

fn attributes(members: &mut Map<String, Value>, old: &Attributes, new: &Attributes) {
    for ((name, before), (_, after)) in old.entries().into_iter().zip(new.entries()) {
        match (before == after, after.is_empty()) {
            (true, _) => {}
            (false, true) => drop(members.shift_remove(name)),
            (false, false) => drop(members.insert(name.into(), json!(after))),
        }
    }
}

/// The object of that name, made where there is none. Something else in its place is kept in it as `original`.
fn object<'a>(parent: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let place = parent.entry(key.to_owned()).or_insert_with(|| Value::Object(Map::new()));
    if !place.is_object() {
        let was = place.take();
        let mut members = Map::new();
        let empty =
            was.is_null() || was.as_str() == Some("") || was.as_array().is_some_and(Vec::is_empty);
        if !empty {
            members.insert("original".into(), was);
        }
        *place = Value::Object(members);
    }
    match place {
        Value::Object(members) => members,
        _ => unreachable!("made an object just above"),
    }
}

/// The shortest number that reads back as the same `f32`: `1.1`, not `1.100000023841858`.
fn decimal(number: f32) -> Value {
    number.to_string().parse::<f64>().map_or_else(|_| json!(number), |number| json!(number))
}
