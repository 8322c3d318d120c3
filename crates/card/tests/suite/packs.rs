//! Packs of pictures of feelings: found by content, read within bounds, damaged ones told apart.

use std::io::{Cursor, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;

use crate::fixture;

/// An archive; a name that is no ASCII is written as these bytes, as old tools for Windows do.
fn archive(files: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut raw = Vec::new();
    for (index, (name, bytes)) in files.iter().enumerate() {
        // A stand-in of the same length, exchanged afterwards: the writer only knows UTF-8.
        let letter = char::from(b'A' + index as u8);
        let stand_in = letter.to_string().repeat(name.len());
        writer.start_file(&stand_in, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
        raw.push((stand_in.into_bytes(), name.to_vec()));
    }
    let mut bytes = writer.finish().unwrap().into_inner();
    for (stand_in, name) in raw {
        let mut at = 0;
        while let Some(found) = bytes[at..].windows(name.len()).position(|part| part == stand_in) {
            bytes[at + found..at + found + name.len()].copy_from_slice(&name);
            at += found + name.len();
        }
    }
    bytes
}

#[test]
fn a_pack_is_its_fullest_folder_and_the_rest_is_named() {
    let png = fixture("no_card.png");
    let file = archive(&[
        (b"Mira/joy.png", &png),
        (b"Mira/anger.png", &png),
        (b"Mira/swimsuit/joy.png", &png),
        (b"__MACOSX/Mira/._joy.png", b"x"),
        (b"Mira/readme.txt", b"x"),
        (b"../sad.png", &png),
    ]);
    let pack = card::pack(&file).unwrap();
    let names: Vec<_> = pack.pictures.iter().map(|one| one.name.as_str()).collect();
    assert_eq!((names.as_slice(), pack.card), (["joy", "anger"].as_slice(), false));
    assert_eq!(pack.left_out, ["Mira/swimsuit/joy.png"]);
    assert_eq!(pack.pictures[0].read(&file).unwrap(), png);
}

#[test]
fn names_in_old_encodings_are_read() {
    let png = fixture("no_card.png");
    // GBK for 高兴 and 愤怒.
    let (happy, angry) = (b"\xb8\xdf\xd0\xcb.png".as_slice(), b"\xb7\xdf\xc5\xad.png".as_slice());
    let pack = card::pack(&archive(&[(happy, &png), (angry, &png)])).unwrap();
    let names: Vec<_> = pack.pictures.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["高兴", "愤怒"]);
}

#[test]
fn damaged_pictures_are_told_from_good_ones() {
    let png = fixture("no_card.png");
    assert_eq!(card::check_picture(&png), Ok("png"));
    assert_eq!(card::check_picture(&fixture("no_card.jpg")), Ok("jpg"));
    assert_eq!(card::check_picture(&fixture("plain.webp")), Ok("webp"));
    assert!(card::check_picture(&png[..png.len() - 20]).unwrap_err().contains("cut off"));
    let mut bitten = png.clone();
    let data = png.windows(4).position(|part| part == b"IDAT").unwrap() + 6;
    bitten[data] ^= 0xff;
    assert!(card::check_picture(&bitten).unwrap_err().contains("damaged"));
    let mut huge = png.clone();
    huge[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
    assert!(card::check_picture(&huge).unwrap_err().contains("100000"));
    assert!(card::check_picture(b"GIF").is_err());
    for end in 0..png.len() {
        let _answer = card::check_picture(&png[..end]);
        let _answer = card::pack(&png[..end]);
    }
}

#[test]
fn the_emotions_of_a_charx_are_its_feelings() {
    let file = fixture("charx_v3.charx");
    let imported = card::import(&file, "a.charx").unwrap();
    let feelings: Vec<_> = imported.feelings().collect();
    assert_eq!(feelings.len(), 1);
    assert!(!imported.asset(&file, feelings[0]).unwrap().is_empty());
    assert!(card::pack(&file).unwrap().card);
    assert_eq!(card::pack(&fixture("v3.json")), None);
}

/// The real pack of the samples, where they are at hand.
#[test]
fn a_real_pack_of_28_labels() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/puppets/sprites/talkinghead_emotions");
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut good = 0;
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(card::check_picture(&bytes), Ok("png"), "{}", path.display());
        good += 1;
    }
    println!("{good} pictures of feelings");
    assert_eq!(good, 28);
}
