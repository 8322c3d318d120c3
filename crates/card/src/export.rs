//! An [`Imported`] card to a file. What was not edited comes out byte for byte as it came in, and what only its first container could hold
//! moves to where the new one keeps such things.

use std::collections::HashSet;

use domain::Character;
use serde_json::{Map, Value, json};

use crate::asset::{self, Asset, Place};
use crate::container::{png_chunks, png_text, zip};
use crate::imported::Original;
use crate::{Container, Details, Dialect, Error, Imported, Spec, Warning, raster, write};

/// Put in front of the creator's notes of a V2 copy inside a V3 picture, as the specification asks.
const BACKFILL_NOTE: &str = "This is the V2 copy of a V3 card, for programs that read no V3. Some of its features are missing here.\n\n";

/// What a card can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON; what the file carries becomes `data:` URIs.
    Json,
    /// A PNG picture, animated where the card's picture is; what the file carries becomes chunks.
    Png,
    /// A CHARX archive; always V3.
    Charx,
}

/// A written card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub bytes: Vec<u8>,
    /// What could not come along. For people.
    pub warnings: Vec<Warning>,
}

/// Where assets go in another container: new URIs by their number in [`Imported::assets`], and the files themselves.
#[derive(Default)]
struct Moved<'a> {
    uris: Vec<(usize, String)>,
    files: Vec<(String, std::borrow::Cow<'a, [u8]>)>,
    warnings: Vec<Warning>,
}

impl Imported {
    /// A card for a character that was made here.
    pub fn new(character: Character) -> Self {
        let raw = json!({ "spec": "chara_card_v3", "spec_version": "3.0", "data": blank() });
        let mut card = Self {
            original: Original::default(),
            character,
            details: Details::default(),
            warnings: Vec::new(),
            container: Container::Json,
            dialect: Dialect::Card,
            spec: Spec::V3,
            raw,
            book: None,
            assets: Vec::new(),
            picture: None,
            new_picture: None,
            source: Vec::new(),
        };
        card.raw = card.value(Spec::V3, &[]);
        card.source = text(&card.raw);
        card.original.character = card.character.clone();
        card
    }

    /// The card as JSON text. `Spec::V1` keeps a V1 card as it is and writes any other as V2. Assets stay where they are:
    /// [`Imported::export`] takes them along.
    pub fn to_json(&self, spec: Spec) -> Vec<u8> {
        self.json(spec, &[])
    }

    /// The card inside a PNG: `picture` with the card in it, in place of the cards that it had. A V3 card gets a V2 copy beside it.
    ///
    /// # Errors
    /// [`Error::NoPicture`] where `picture` is no PNG.
    pub fn to_png(&self, picture: &[u8], spec: Spec) -> Result<Vec<u8>, Error> {
        self.png(picture, spec, &Moved::default())
    }

    /// The card as a file, with everything that the imported file carries. `file` is the file that was imported (empty for a card made
    /// here).
    ///
    /// # Errors
    /// [`Error::Damaged`] where `file` is not the file that was imported.
    pub fn export(&self, file: &[u8], form: Form, spec: Spec) -> Result<Exported, Error> {
        match form {
            Form::Json => {
                let moved = self.inlined(file);
                Ok(Exported { bytes: self.json(spec, &moved.uris), warnings: moved.warnings })
            }
            Form::Png => {
                let (picture, mut warnings) = self.png_picture(file);
                let mut moved = self.in_chunks(file);
                warnings.append(&mut moved.warnings);
                let bytes = self.png(&picture, spec, &moved)?;
                Ok(Exported { bytes, warnings })
            }
            Form::Charx => self.charx(file),
        }
    }

    fn json(&self, spec: Spec, uris: &[(usize, String)]) -> Vec<u8> {
        let spec = self.target(spec);
        if spec == self.spec && !self.says_otherwise() && uris.is_empty() {
            self.source.clone()
        } else {
            text(&self.value(spec, uris))
        }
    }

    fn png(&self, picture: &[u8], spec: Spec, moved: &Moved<'_>) -> Result<Vec<u8>, Error> {
        let spec = self.target(spec);
        let json = self.json(spec, &moved.uris);
        let json = json.strip_prefix(crate::text::UTF8_MARK).unwrap_or(&json);
        let files: Vec<(&str, &[u8])> =
            moved.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_ref())).collect();
        let dropped = if self.new_picture.is_none() { self.dropped_chunks() } else { Vec::new() };
        let done = if spec == Spec::V3 {
            let copy = if moved.uris.is_empty() { self.kept_copy(picture) } else { None };
            let copy = copy.unwrap_or_else(|| text(&self.backfill(&moved.uris)));
            png_text::embed(
                picture,
                &[(png_text::V3, json), (png_text::V2, &copy)],
                &files,
                &dropped,
            )
        } else {
            png_text::embed(picture, &[(png_text::V2, json)], &files, &dropped)
        };
        done.ok_or(Error::NoPicture)
    }

    fn charx(&self, file: &[u8]) -> Result<Exported, Error> {
        let failed = |detail: String| Error::Damaged { file: "the archive".into(), detail };
        if matches!(self.container, Container::Charx | Container::Zip) {
            if self.original.entry.is_some() && self.spec == Spec::V3 && !self.is_edited() {
                return Ok(Exported { bytes: file.to_vec(), warnings: Vec::new() });
            }
            let moved = self.moved_into_archive(file).map_err(failed)?;
            let card = self.json(Spec::V3, &moved.uris);
            let files: Vec<(String, &[u8])> =
                moved.files.iter().map(|(path, bytes)| (path.clone(), bytes.as_ref())).collect();
            let edit = zip::Edit {
                replaced: self.original.entry,
                card: &card,
                added: &files,
                removed: &self.dropped_entries(),
            };
            let bytes = zip::rewrite(file, &edit).map_err(failed)?;
            return Ok(Exported { bytes, warnings: moved.warnings });
        }
        let moved = self.in_files(file);
        let card = text(&self.value(Spec::V3, &moved.uris));
        let mut files: Vec<(String, &[u8])> = vec![("card.json".to_owned(), card.as_slice())];
        files.extend(moved.files.iter().map(|(path, bytes)| (path.clone(), bytes.as_ref())));
        let bytes = zip::write(&files).map_err(failed)?;
        Ok(Exported { bytes, warnings: moved.warnings })
    }

    /// For an archive that is written again: assets that were added since become files in it.
    fn moved_into_archive<'a>(&self, file: &'a [u8]) -> Result<Moved<'a>, String> {
        let mut moved = Moved::default();
        let added = self.assets.iter().enumerate().filter(|(_, asset)| {
            asset.place == Place::Inline && self.original.assets.iter().all(|old| old != *asset)
        });
        let added: Vec<(usize, &Asset)> = added.collect();
        if added.is_empty() {
            return Ok(moved);
        }
        let archive = zip::open(file)?.ok_or("the file is no archive")?;
        let mut taken: HashSet<String> =
            archive.entries.into_iter().map(|entry| entry.path).collect();
        for (number, asset) in added {
            let Some(bytes) = self.bytes_of(file, asset, &mut moved) else { continue };
            // Numbers are only there to tell files of one name apart.
            let path = (number..).map(|number| path_for(asset, number));
            let path = path.into_iter().find(|path| !taken.contains(path)).unwrap_or_default();
            taken.insert(path.clone());
            moved.uris.push((number, format!("embeded://{path}")));
            moved.files.push((path, bytes));
        }
        Ok(moved)
    }

    /// Files of the archive that no asset means any more.
    fn dropped_entries(&self) -> Vec<usize> {
        let entry = |asset: &Asset| match &asset.place {
            Place::Entry(entry) => Some(entry.index),
            _ => None,
        };
        let kept: HashSet<usize> = self.assets.iter().filter_map(entry).collect();
        let before = self.original.assets.iter().filter_map(entry);
        before.filter(|index| !kept.contains(index)).collect()
    }

    /// Chunks of the picture that no asset means any more, by where their base64 begins.
    fn dropped_chunks(&self) -> Vec<usize> {
        let chunk = |asset: &Asset| match &asset.place {
            Place::Chunk(range) => Some(range.start),
            _ => None,
        };
        let kept: HashSet<usize> = self.assets.iter().filter_map(chunk).collect();
        let before = self.original.assets.iter().filter_map(chunk);
        before.filter(|start| !kept.contains(start)).collect()
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
        let chunks = png_chunks::read(picture)?.chunks;
        let of = |keyword| chunks.iter().find(|chunk| png_text::is(chunk, keyword));
        // Only the picture that this card came from.
        (png_text::card(of(png_text::V3)?).ok()? == self.source).then_some(())?;
        png_text::card(of(png_text::V2)?).ok()
    }

    /// The card's JSON with all edits, in the form of a specification.
    pub(crate) fn value(&self, spec: Spec, uris: &[(usize, String)]) -> Value {
        let mut root = self.raw.as_object().cloned().unwrap_or_default();
        if self.spec.in_data() {
            let mut body = match root.get_mut("data").map(Value::take) {
                Some(Value::Object(body)) => body,
                _ => Map::new(),
            };
            write::edits(&mut body, Some(&mut root), &self.original, self);
            write::assets(&mut body, self, uris);
            root.insert("data".into(), Value::Object(body));
        } else {
            write::edits(&mut root, None, &self.original, self);
            write::assets(&mut root, self, uris);
            if spec == Spec::V1 {
                return Value::Object(root);
            }
            // The V1 fields stay beside `data`, where old programs look for them, and so does everything unknown.
            let mut body = blank();
            write::edits(&mut body, None, &Original::default(), self);
            for key in ["character_book", "extensions", "assets"] {
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
    fn backfill(&self, uris: &[(usize, String)]) -> Value {
        let mut value = self.value(Spec::V2, uris);
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

    /// The picture for a PNG: the card's own, made a PNG where it is none, or a plain one.
    fn png_picture<'a>(&'a self, file: &'a [u8]) -> (std::borrow::Cow<'a, [u8]>, Vec<Warning>) {
        if let Some(picture) = &self.new_picture {
            return (picture.as_slice().into(), Vec::new());
        }
        let own = matches!(self.container, Container::Png | Container::Apng)
            && png_chunks::read(file).is_some();
        if own {
            return (file.into(), Vec::new());
        }
        let told = |message: String| vec![Warning::new("picture", message)];
        match self.portrait(file) {
            Some(picture) if picture.starts_with(&png_chunks::SIGNATURE) => (picture, Vec::new()),
            Some(picture) => match raster::to_png(&picture) {
                Ok(png) => (png.into(), told("was no PNG and was converted into one".into())),
                Err(error) => (
                    raster::blank().into(),
                    told(format!("could not be converted and was left out: {error}")),
                ),
            },
            None => {
                (raster::blank().into(), told("the card has none; a plain one was made".into()))
            }
        }
    }

    /// Assets that are in the file, with their numbers.
    fn inside(&self) -> impl Iterator<Item = (usize, &Asset)> {
        self.assets
            .iter()
            .enumerate()
            .filter(|(_, asset)| matches!(asset.place, Place::Entry(_) | Place::Chunk(_)))
    }

    /// Their bytes; a warning for what cannot be had.
    fn bytes_of<'a>(
        &self,
        file: &'a [u8],
        asset: &Asset,
        moved: &mut Moved<'a>,
    ) -> Option<std::borrow::Cow<'a, [u8]>> {
        match self.asset(file, asset) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                moved.warnings.push(Warning::new("assets", error.to_string()));
                None
            }
        }
    }

    /// For JSON: as `data:` URIs, as many as fit into a card's text.
    fn inlined<'a>(&self, file: &'a [u8]) -> Moved<'a> {
        let mut moved = Moved::default();
        let mut room = crate::MAX_JSON_BYTES.saturating_sub(self.source.len() * 2);
        for (number, asset) in self.inside() {
            let Some(bytes) = self.bytes_of(file, asset, &mut moved) else { continue };
            let uri = Asset::new(&asset.kind, &asset.name, &asset.ext, &bytes).uri;
            if uri.len() > room {
                let message = format!(
                    "`{}` does not fit into JSON and was left out; CHARX holds it",
                    asset.name
                );
                moved.warnings.push(Warning::new("assets", message));
                continue;
            }
            room -= uri.len();
            moved.uris.push((number, uri));
        }
        let in_picture =
            self.picture.is_some() && !matches!(self.container, Container::Charx | Container::Zip);
        if in_picture {
            moved.warnings.push(Warning::new("picture", "is not part of the JSON"));
        }
        moved
    }

    /// For PNG: as chunks. The keyword of a chunk is Latin-1 and short, so they are numbered, not named.
    fn in_chunks<'a>(&self, file: &'a [u8]) -> Moved<'a> {
        let mut moved = Moved::default();
        if matches!(self.container, Container::Png | Container::Apng) {
            if self.new_picture.is_some() {
                // Into another picture they go under their own names.
                for (_, asset) in self.inside() {
                    let Some(name) = asset::chunk_name(&asset.uri) else { continue };
                    if let Some(bytes) = self.bytes_of(file, asset, &mut moved) {
                        moved.files.push((name.to_owned(), bytes));
                    }
                }
            }
            return moved;
        }
        for (number, asset) in self.inside() {
            if let Some(bytes) = self.bytes_of(file, asset, &mut moved) {
                let name = number.to_string();
                moved.uris.push((number, format!("__asset:{name}")));
                moved.files.push((name, bytes));
            }
        }
        moved
    }

    /// For CHARX: as files, in the folders of the specification. The picture becomes the main icon.
    fn in_files<'a>(&'a self, file: &'a [u8]) -> Moved<'a> {
        let mut moved = Moved::default();
        let main = |asset: &Asset| asset.kind == "icon" && asset.name == "main";
        let own = self.picture.clone().and_then(|range| file.get(range));
        if let Some(picture) = self.new_picture.as_deref().or(own) {
            let ext = asset::ending_of(picture).unwrap_or("png");
            let path = format!("assets/icon/images/main.{ext}");
            let number =
                self.assets.iter().position(|asset| main(asset) && asset.place == Place::Default);
            let taken =
                self.assets.iter().any(|asset| main(asset) && asset.place != Place::Default);
            if !taken {
                moved.uris.push((number.unwrap_or(usize::MAX), format!("embeded://{path}")));
                let picture =
                    png_text::without_cards(picture).map_or_else(|| picture.into(), Into::into);
                moved.files.push((path, picture));
            }
        }
        for (number, asset) in self.inside() {
            if let Some(bytes) = self.bytes_of(file, asset, &mut moved) {
                let path = path_for(asset, number);
                moved.uris.push((number, format!("embeded://{path}")));
                moved.files.push((path, bytes));
            }
        }
        moved
    }
}

/// `assets/{type}/{images|…}/{number}_{name}.{ext}`, safe on every file system.
fn path_for(asset: &Asset, number: usize) -> String {
    let folder = match asset::media_type(&asset.ext).and_then(|media| media.split('/').next()) {
        Some("image") => "images",
        Some("audio") => "audio",
        Some("video") => "video",
        _ => "other",
    };
    let safe = |text: &str| -> String {
        let kept =
            text.chars().map(|c| if c.is_alphanumeric() || "-_ ".contains(c) { c } else { '_' });
        kept.take(60).collect::<String>().trim().to_owned()
    };
    let stem = asset.name.rsplit_once('.').map_or(asset.name.as_str(), |(stem, _)| stem);
    format!("assets/{}/{folder}/{number}_{}.{}", safe(&asset.kind), safe(stem), safe(&asset.ext))
}

/// The fields that every V2 and V3 card must have, empty.
pub(crate) fn blank() -> Map<String, Value> {
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

/// A value as the text of a card.
pub(crate) fn text(value: &Value) -> Vec<u8> {
    // A `Value` has text keys only, so it can always be written.
    serde_json::to_vec_pretty(value).unwrap_or_default()
}
