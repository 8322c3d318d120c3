//! An [`Imported`] card to a file. What was not edited comes out byte for byte as it came in.

use domain::Character;
use serde_json::{Map, Value, json};

use crate::{Error, Imported, Spec, png_text, write};

/// Put in front of the creator's notes of a V2 copy inside a V3 picture, as the specification asks.
const BACKFILL_NOTE: &str = "This is the V2 copy of a V3 card, for programs that read no V3. Some of its features are missing here.\n\n";

impl Imported {
    /// A card for a character that was made here.
    pub fn new(character: Character) -> Self {
        let raw = json!({ "spec": "chara_card_v3", "spec_version": "3.0", "data": blank() });
        let mut card = Self {
            original: Character::default(),
            character,
            warnings: Vec::new(),
            container: crate::Container::Json,
            spec: Spec::V3,
            raw,
            book: None,
            assets: Vec::new(),
            picture: None,
            source: Vec::new(),
        };
        card.raw = card.value(Spec::V3);
        card.source = text(&card.raw);
        card.original = card.character.clone();
        card
    }

    /// The card as JSON text. `Spec::V1` keeps a V1 card as it is and writes any other as V2.
    pub fn to_json(&self, spec: Spec) -> Vec<u8> {
        let spec = self.target(spec);
        if spec == self.spec && !self.is_edited() {
            self.source.clone()
        } else {
            text(&self.value(spec))
        }
    }

    /// The card inside a PNG: `picture` with the card in it, in place of the cards that it had. A V3 card gets a V2 copy beside it.
    ///
    /// # Errors
    /// [`Error::NoPicture`] where `picture` is no PNG.
    pub fn to_png(&self, picture: &[u8], spec: Spec) -> Result<Vec<u8>, Error> {
        let spec = self.target(spec);
        let json = self.to_json(spec);
        let done = if spec == Spec::V3 {
            let copy = self.kept_copy(picture).unwrap_or_else(|| text(&self.backfill()));
            png_text::embed(picture, &[(png_text::V3, &json), (png_text::V2, &copy)])
        } else {
            png_text::embed(picture, &[(png_text::V2, &json)])
        };
        done.ok_or(Error::NoPicture)
    }

    /// What can be written: there is no way back to V1.
    fn target(&self, spec: Spec) -> Spec {
        if spec == Spec::V1 && self.spec != Spec::V1 { Spec::V2 } else { spec }
    }

    /// The V2 copy that the picture already carries, where nothing was edited: whoever made it knew what to put there.
    fn kept_copy(&self, picture: &[u8]) -> Option<Vec<u8>> {
        if self.is_edited() || self.spec != Spec::V3 {
            return None;
        }
        let chunks = crate::png_chunks::read(picture)?.chunks;
        let of = |keyword| chunks.iter().find(|chunk| png_text::is(chunk, keyword));
        // Only the picture that this card came from.
        (png_text::card(of(png_text::V3)?).ok()? == self.source).then_some(())?;
        png_text::card(of(png_text::V2)?).ok()
    }

    /// The card's JSON with all edits, in the form of a specification.
    fn value(&self, spec: Spec) -> Value {
        let mut root = self.raw.as_object().cloned().unwrap_or_default();
        if self.spec.in_data() {
            let mut body = match root.get_mut("data").map(Value::take) {
                Some(Value::Object(body)) => body,
                _ => Map::new(),
            };
            write::edits(&mut body, Some(&mut root), &self.original, &self.character);
            root.insert("data".into(), Value::Object(body));
        } else {
            write::edits(&mut root, None, &self.original, &self.character);
            if spec == Spec::V1 {
                return Value::Object(root);
            }
            // The V1 fields stay beside `data`, where old programs look for them, and so does everything unknown.
            let mut body = blank();
            write::edits(&mut body, None, &Character::default(), &self.character);
            for key in ["character_book", "extensions"] {
                if let Some(value) = root.get(key) {
                    body.insert(key.into(), value.clone());
                }
            }
            root.insert("data".into(), Value::Object(body));
        }
        if spec != self.spec {
            convert(&mut root, spec);
        }
        Value::Object(root)
    }

    /// The V2 copy of a V3 card: decorators, which V2 programs would show to the model, are taken out of the lore.
    fn backfill(&self) -> Value {
        let mut value = self.value(Spec::V2);
        if let Some(body) = value.get_mut("data").and_then(Value::as_object_mut) {
            let notes = body.get("creator_notes").and_then(Value::as_str).unwrap_or_default();
            if !notes.starts_with(BACKFILL_NOTE) {
                let notes = format!("{BACKFILL_NOTE}{notes}");
                body.insert("creator_notes".into(), json!(notes));
            }
            let entries = body
                .get_mut("character_book")
                .and_then(|book| book.get_mut("entries"))
                .and_then(Value::as_array_mut);
            for entry in entries.into_iter().flatten() {
                if let Some(Value::String(content)) = entry.get_mut("content") {
                    *content = without_decorators(content);
                }
            }
        }
        value
    }
}

/// The fields that every V2 and V3 card must have, empty.
fn blank() -> Map<String, Value> {
    let body = json!({
        "name": "", "description": "", "personality": "", "scenario": "", "first_mes": "", "mes_example": "",
        "creator_notes": "", "system_prompt": "", "post_history_instructions": "", "alternate_greetings": [],
        "tags": [], "creator": "", "character_version": "", "extensions": {}, "group_only_greetings": [],
    });
    match body {
        Value::Object(body) => body,
        _ => Map::new(),
    }
}

/// Puts the marks of a specification on a card, and what it demands into it.
fn convert(root: &mut Map<String, Value>, spec: Spec) {
    root.insert("spec".into(), json!(spec.name()));
    root.insert("spec_version".into(), json!(if spec == Spec::V3 { "3.0" } else { "2.0" }));
    let Some(body) = root.get_mut("data").and_then(Value::as_object_mut) else { return };
    if spec != Spec::V3 {
        return;
    }
    body.entry("group_only_greetings").or_insert_with(|| json!([]));
    let entries = body
        .get_mut("character_book")
        .and_then(|book| book.get_mut("entries"))
        .and_then(Value::as_array_mut);
    for entry in entries.into_iter().flatten().filter_map(Value::as_object_mut) {
        entry.entry("use_regex").or_insert(json!(false));
    }
}

/// The content of a lorebook entry without the decorator lines at its head.
fn without_decorators(content: &str) -> String {
    if !content.trim_start().starts_with("@@") {
        return content.to_owned();
    }
    let mut lines = content
        .lines()
        .skip_while(|line| line.trim().is_empty() || line.trim_start().starts_with("@@"));
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        out.push_str(line);
    }
    out
}

fn text(value: &Value) -> Vec<u8> {
    // A `Value` has text keys only, so it can always be written.
    serde_json::to_vec_pretty(value).unwrap_or_default()
}
