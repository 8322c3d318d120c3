//! Writes the cards in `tests/fixtures`. The pictures are made with the `png` crate, not with this room's own writer, so that the
//! reader is tested against somebody else's idea of a PNG. All texts were written for this project.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use base64::Engine;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn v1() -> Value {
    json!({
        "name": "Mira",
        "description": "{{char}} keeps the lighthouse. She counts ships.",
        "personality": "patient, dry",
        "scenario": "Night. {{user}} knocks at the lighthouse door.",
        "first_mes": "\"Come in, {{user}}. Mind the stairs.\"",
        "mes_example": "<START>\n{{user}}: What time is it?\n{{char}}: It is 12:30, and the fog is in.",
        "metadata": { "tool": "hand", "unknown": [1, 2.5, null] }
    })
}

fn v2() -> Value {
    let mut data = v1();
    let more = json!({
        "creator_notes": "A quiet one.",
        "system_prompt": "{{original}} Speak slowly.",
        "post_history_instructions": "",
        "alternate_greetings": ["*She waves a lamp.*", "灯台へようこそ。"],
        "tags": ["sea", "日本語"],
        "creator": "The Hanashi authors",
        "character_version": "1.2",
        "character_book": {
            "name": "Coast", "extensions": {}, "scan_depth": 4,
            "entries": [{
                "keys": ["ship", "船"], "content": "The last ship was the Anna.", "extensions": { "depth": "" },
                "enabled": true, "insertion_order": 1
            }]
        },
        "extensions": {
            "other_tool": { "kept": true, "number": 0.1 },
            "hanashi": {
                "puppet": "mira", "language": "en",
                "voice": { "voice": "espeak:en-gb+f3", "rate": 0.9, "pitch": 0.1 },
                "attributes": { "interests": "Ships, lamps, tea.", "language_style": "Short sentences." }
            }
        }
    });
    if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
        data.extend(more);
        data.remove("metadata");
    }
    json!({ "spec": "chara_card_v2", "spec_version": "2.0", "data": data, "outside": "kept" })
}

fn v3() -> Value {
    let mut card = v2();
    card["spec"] = json!("chara_card_v3");
    card["spec_version"] = json!("3.0");
    let data = &mut card["data"];
    data["nickname"] = json!("ミラ");
    data["group_only_greetings"] = json!([]);
    data["assets"] = json!([
        { "type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png" },
        { "type": "emotion", "uri": "embeded://assets/emotion/images/笑顔.png", "name": "笑顔", "ext": "png" }
    ]);
    data["character_book"]["entries"][0]["use_regex"] = json!(false);
    data["character_book"]["entries"][0]["content"] =
        json!("@@depth 2\n@@@position after_desc\nThe last ship was the Anna.");
    card
}

/// Every kind of accident at once.
fn strange() -> Value {
    json!({
        "spec": "chara_card_v2", "spec_version": 2,
        "data": {
            "name": "", "description": ["One.", "Two."], "personality": null, "scenario": 7, "first_mes": "Hi",
            "mes_example": [{ "role": "user", "content": "Tea?" }, { "role": "assistant", "content": "Please." }],
            "alternate_greetings": "only one", "tags": "sea, lamp", "character_version": 2,
            "extensions": { "hanashi": { "voice": { "voice": 3, "rate": "9", "pitch": "low" }, "language": "tlh" } },
            "character_book": ""
        }
    })
}

fn base64(card: &Value) -> String {
    base64::engine::general_purpose::STANDARD.encode(card.to_string())
}

enum Place {
    Text,
    Compressed,
    International,
}

fn picture(path: PathBuf, frames: u32, cards: &[(&str, Place, String)]) -> Result<()> {
    let (width, height) = (8, 8);
    let mut encoder = png::Encoder::new(BufWriter::new(fs::File::create(path)?), width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    if frames > 1 {
        encoder.set_animated(frames, 0)?;
    }
    for (keyword, place, text) in cards {
        match place {
            Place::Text => encoder.add_text_chunk((*keyword).to_owned(), text.clone())?,
            Place::Compressed => encoder.add_ztxt_chunk((*keyword).to_owned(), text.clone())?,
            Place::International => encoder.add_itxt_chunk((*keyword).to_owned(), text.clone())?,
        }
    }
    let mut writer = encoder.write_header()?;
    for frame in 0..frames {
        let shade = 60 + frame as u8 * 40;
        let pixels: Vec<u8> = (0..width * height).flat_map(|n| [shade, n as u8 * 3, 200]).collect();
        writer.write_image_data(&pixels)?;
    }
    writer.finish()?;
    Ok(())
}

fn main() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs::create_dir_all(&folder)?;
    let json = |name: &str, card: &Value| fs::write(folder.join(name), format!("{card:#}\n"));
    json("v1.json", &v1())?;
    json("v2.json", &v2())?;
    json("v3.json", &v3())?;
    json("strange.json", &strange())?;
    picture(folder.join("v1.png"), 1, &[("chara", Place::Text, base64(&v1()))])?;
    picture(folder.join("v2_ztxt.png"), 1, &[("chara", Place::Compressed, base64(&v2()))])?;
    picture(
        folder.join("v2_itxt_bare.png"),
        1,
        &[("chara", Place::International, v2().to_string())],
    )?;
    picture(
        folder.join("v3_both.png"),
        1,
        &[("chara", Place::Text, base64(&v2())), ("ccv3", Place::Text, base64(&v3()))],
    )?;
    picture(
        folder.join("v3_broken_ccv3.png"),
        1,
        &[("ccv3", Place::Text, "not base64!".into()), ("chara", Place::Text, base64(&v2()))],
    )?;
    picture(
        folder.join("v3_assets.apng.png"),
        3,
        &[
            (
                "chara-ext-asset_:icons/笑.png".replace('笑', "smile").as_str(),
                Place::Text,
                "AAAA".into(),
            ),
            ("ccv3", Place::Text, base64(&v3())),
        ],
    )?;
    picture(folder.join("no_card.png"), 1, &[("Comment", Place::Text, "just a picture".into())])?;
    Ok(())
}
