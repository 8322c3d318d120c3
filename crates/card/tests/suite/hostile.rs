//! Files that mean no good, and files that a disk or a network has bitten.

use std::time::{Duration, Instant};

use card::{Error, MAX_JSON_BYTES, import};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

use crate::{fixture, imported};

/// A PNG chunk, written by hand.
fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut out = (data.len() as u32).to_be_bytes().to_vec();
    out.extend_from_slice(&kind);
    out.extend_from_slice(data);
    out.extend_from_slice(&crc32fast::hash(&out[4..]).to_be_bytes());
    out
}

fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
}

#[test]
fn compression_bombs_are_bounded() {
    let mut bomb = ZlibEncoder::new(Vec::new(), Compression::best());
    let block = vec![b'A'; 1 << 20];
    for _ in 0..64 {
        bomb.write_all(&block).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 1 << 18, "64 MiB in {} bytes", bomb.len());
    for data in [
        [b"chara\0\0".as_slice(), &bomb].concat(),
        [b"ccv3\0\x01\0\0\0".as_slice(), &bomb].concat(),
    ] {
        let kind = if data.starts_with(b"chara") { *b"zTXt" } else { *b"iTXt" };
        let began = Instant::now();
        let error = import(&png(&[chunk(kind, &data)]), "bomb.png").unwrap_err();
        assert!(
            matches!(error, Error::Damaged { .. }) && error.to_string().contains("longer than"),
            "{error}"
        );
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn lengths_that_lie_are_not_believed() {
    let mut lying = chunk(*b"tEXt", b"chara\0e30=");
    lying[..4].copy_from_slice(&u32::MAX.to_be_bytes());
    for file in [
        png(&[lying]),
        png(&[]),
        png(&[vec![0, 0, 0]]),
        png(&[chunk(*b"tEXt", b"chara")]),
        png(&[chunk(*b"zTXt", b"chara\0")]),
        png(&[chunk(*b"iTXt", b"ccv3\0\x01\0en")]),
        png(&[chunk(*b"tEXt", &[0xff; 200])]),
    ] {
        assert!(import(&file, "x.png").is_err());
    }
}

#[test]
fn floods_and_depths_are_clear_errors() {
    let deep = format!("{{\"name\":{}", "[".repeat(1 << 20));
    let wide = format!("{{\"name\":[{}1]}}", "1,".repeat(2_000_000));
    let long = format!("{{\"name\":\"A\",\"x\":\"{}\"}}", "y".repeat(MAX_JSON_BYTES));
    for text in [deep, wide, long] {
        assert!(matches!(import(text.as_bytes(), "x.json"), Err(Error::Damaged { .. })));
    }
}

#[test]
fn script_and_paths_are_only_text_here() {
    let evil = serde_json::json!({
        "name": "<script>alert(1)</script>\n../../etc",
        "assets": "x", "first_mes": "<img src=x onerror=alert(1)>"
    });
    let card = import(evil.to_string().as_bytes(), "../../x.json").unwrap();
    assert_eq!(card.character.name, "<script>alert(1)</script> ../../etc");
    assert_eq!(card.character.greetings, ["<img src=x onerror=alert(1)>"]);
}

#[test]
fn a_cut_off_picture_still_gives_its_card() {
    let whole = fixture("v2_ztxt.png");
    let end = whole.windows(4).position(|window| window == b"IDAT").unwrap() + 20;
    let card = import(&whole[..end], "x.png").unwrap();
    assert_eq!(card.character, imported("v2.json").character);
    assert_eq!(card.warnings[0].message, "the picture is cut off at its end");
}

#[test]
fn a_wrong_checksum_is_told_and_forgiven() {
    let mut file = fixture("v1.png");
    let at = file.windows(4).position(|window| window == b"tEXt").unwrap();
    let length = u32::from_be_bytes(file[at - 4..at].try_into().unwrap()) as usize;
    file[at + 4 + length] ^= 1;
    let card = import(&file, "x.png").unwrap();
    assert!(card.warnings[0].message.contains("checksum"), "{:?}", card.warnings);
}

#[test]
fn a_card_behind_the_end_of_the_picture_is_found() {
    let mut file = fixture("no_card.png");
    file.extend(chunk(*b"tEXt", b"chara\0eyJuYW1lIjoiQSJ9"));
    assert_eq!(import(&file, "x.png").unwrap().character.name, "A");
}

/// A zip of these files, deflated.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in files {
        writer.start_file(*name, options).expect("written to memory");
        writer.write_all(bytes).expect("written to memory");
    }
    writer.finish().expect("written to memory").into_inner()
}

#[test]
fn zip_bombs_are_bounded() {
    let large = vec![b' '; MAX_JSON_BYTES + 1];
    let error = import(&zipped(&[("card.json", &large)]), "bomb.charx").unwrap_err();
    assert!(error.to_string().contains("longer than"), "{error}");
    // An asset that claims to be small and is not is cut at the limit when it is asked for, and never before.
    let zeros = vec![0u8; card::MAX_ASSET_BYTES + 1];
    let file = zipped(&[("card.json", b"{\"name\":\"A\"}"), ("a.png", &zeros)]);
    assert!(file.len() < 1 << 20);
    let card = import(&file, "bomb.charx").unwrap();
    let error = card.asset(&file, &card.assets[0]).unwrap_err();
    assert!(matches!(error, Error::NoAsset { .. }), "{error}");
    let headers = b"PK\x01\x02".repeat(30_000);
    let many =
        [b"PK\x03\x04".to_vec(), headers, zipped(&[("card.json", b"{\"name\":\"A\"}")])].concat();
    assert!(import(&many, "x.zip").unwrap_err().to_string().contains("entries"));
}

#[test]
fn paths_that_lead_out_are_kept_and_not_offered() {
    let file =
        zipped(&[("card.json", b"{\"name\":\"A\"}"), ("../../x.png", b"x"), ("C:/y.png", b"y")]);
    let card = import(&file, "x.charx").unwrap();
    assert!(card.assets.is_empty(), "{:?}", card.assets);
    assert_eq!(card.warnings.iter().filter(|warning| warning.field == "assets").count(), 2);
}

#[test]
fn a_string_of_a_hundred_megabytes_is_an_error_at_once() {
    let mut text = b"{\"name\":\"A\",\"description\":\"".to_vec();
    text.resize(100 << 20, b'x');
    text.extend_from_slice(b"\"}");
    let began = Instant::now();
    let error = import(&text, "x.json").unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn the_wrong_file_gives_errors_not_panics() {
    let card = imported("charx_v3.charx");
    for file in [b"".as_slice(), b"PK\x03\x04", &fixture("v1.png")] {
        for asset in &card.assets {
            let _answer = card.asset(file, asset);
        }
        assert!(card.export(file, card::Form::Charx, card::Spec::V3).is_ok() || card.is_edited());
    }
    let mut card = imported("v3_assets.apng.png");
    card.character.name = "B".into();
    for form in [card::Form::Json, card::Form::Png, card::Form::Charx] {
        assert!(card.export(b"", form, card::Spec::V3).is_ok(), "what is missing is a warning");
    }
}

#[path = "../../../../fuzz/targets/card.rs"]
mod target;

#[test]
fn every_seed_goes_through_the_fuzz_target() {
    for (_, name) in crate::index() {
        target::any_bytes(&fixture(&name));
    }
}

/// Whether it is a card; what every parser does with any bytes is checked on the way.
fn any_bytes(bytes: &[u8], name: &str) -> bool {
    target::any_bytes(bytes);
    import(bytes, name).is_ok()
}

/// Random damage for two seconds at most: whatever comes out, it is an answer, and what was read can be written and read again.
#[test]
fn random_damage_never_panics() {
    let seeds: Vec<(String, Vec<u8>)> = crate::index()
        .into_iter()
        .map(|(_, name)| (name.clone(), fixture(&name)))
        .filter(|(_, bytes)| bytes.len() < 20_000)
        .collect();
    // xorshift64*: the same damage on every machine.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % below.max(1)
    };
    let began = Instant::now();
    let (mut rounds, mut read) = (0u32, 0u32);
    while began.elapsed() < Duration::from_secs(2) && rounds < 20_000 {
        let (name, mut file) = seeds[random(seeds.len())].clone();
        for _ in 0..=random(6) {
            let at = random(file.len());
            match random(6) {
                0 => file.truncate(at),
                1 => file[at] = random(256) as u8,
                2 => file.insert(at, b"{}[]\",:\\0\xff"[random(10)]),
                3 => drop(file.drain(at..(at + random(40)).min(file.len()))),
                4 => {
                    let piece = file[at..(at + random(60)).min(file.len())].to_vec();
                    file.splice(at..at, piece);
                }
                _ => file[at] ^= 1 << random(8),
            }
            if file.is_empty() {
                file.push(b'{');
            }
        }
        read += u32::from(any_bytes(&file, &name));
        rounds += 1;
    }
    println!("{rounds} damaged files, {read} of them still readable");
    assert!(rounds > 30 && read > 0);
}
