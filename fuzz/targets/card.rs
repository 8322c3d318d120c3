//! Any bytes as a card: an answer, in bounded time and memory. What was read can be written, and reads the same again.

use card::{Form, import, member, members, sprites};

/// Names that lead to every parser: what a file is called decides where its bytes leave it open.
const NAMES: [&str; 4] = ["x.json", "x.yaml", "x.png", "x"];

/// Returns, whatever `data` is. Panics where a card that was read does not survive being written.
pub(crate) fn any_bytes(data: &[u8]) {
    for name in NAMES {
        let Ok(card) = import(data, name) else { continue };
        let again = import(&card.to_json(card.spec), name).expect("what was written is a card");
        assert_eq!(again.character, card.character);
        for asset in &card.assets {
            let _answer = card.asset(data, asset);
        }
        let _picture = card.portrait(data);
        let (_, kept) = card.save(data).expect("what was imported can be kept");
        let kept = import(&kept.bytes, name).expect("what was kept is a card");
        assert_eq!(kept.character, card.character);
        for form in [Form::Json, Form::Png, Form::Charx] {
            let _written = card.export(data, form, card.spec);
        }
    }
    for found in members(data) {
        let _file = member(data, "x", &found.place);
    }
    let _pictures = sprites(data);
}
