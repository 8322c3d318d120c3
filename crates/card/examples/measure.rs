//! How long a large CHARX takes to be read, and how much memory: `cargo run --release -p card --example measure [-- MEGABYTES]`.
//!
//! The archive is made in memory: a card of 200 kB and stored pictures of half a megabyte each. The peak is that of the whole process,
//! the file itself included.

#![expect(clippy::print_stdout, reason = "an example talks to its terminal")]

use std::time::Instant;

use card::{Asset, Form, Imported, Spec};
use domain::Character;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let megabytes: usize = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(20);
    let file = charx(megabytes << 20)?;
    let before = peak();
    let mut times: Vec<f64> = Vec::new();
    for _ in 0..20 {
        let began = Instant::now();
        let card = card::import(&file, "large.charx")?;
        let portrait = card.portrait(&file).map_or(0, |bytes| bytes.len());
        assert!(portrait > 0 && !card.assets.is_empty());
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    println!("{} bytes, {} entries", file.len(), megabytes * 2 + 1);
    println!("import and portrait: median {:.2} ms, longest {:.2} ms", times[10], times[19]);
    println!("peak memory of the process: {before} kB before, {} kB after", peak());
    Ok(())
}

/// A CHARX of about this many bytes.
fn charx(bytes: usize) -> Result<Vec<u8>, card::Error> {
    let picture: Vec<u8> = b"\x89PNG\r\n\x1a\n"
        .iter()
        .copied()
        .chain((0..512 << 10).map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 24) as u8))
        .collect();
    let mut made = Imported::new(Character {
        name: "Large".into(),
        description: "She counts ships. ".repeat(12_000),
        ..Character::default()
    });
    // Written once as a plain archive, then grown by its assets, which `data:` addresses would make a third larger.
    let small = made.export(&[], Form::Charx, Spec::V3)?.bytes;
    made = card::import(&small, "large.charx")?;
    made.assets.push(Asset::new("icon", "main", "png", &picture[..1000]));
    let card = made.to_json(Spec::V3);
    let mut writer =
        zip::ZipWriter::new(std::io::Cursor::new(Vec::with_capacity(bytes + (2 << 20))));
    let failed = |error: zip::result::ZipError| card::Error::Damaged {
        file: "large.charx".into(),
        detail: error.to_string(),
    };
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut add = |name: String, data: &[u8]| -> Result<(), card::Error> {
        writer.start_file(name, stored).map_err(failed)?;
        std::io::Write::write_all(&mut writer, data).map_err(|error| failed(error.into()))
    };
    add("card.json".into(), &card)?;
    for number in 0..bytes / picture.len() {
        add(format!("assets/emotion/images/{number}.png"), &picture)?;
    }
    Ok(writer.finish().map_err(failed)?.into_inner())
}

/// Most memory that this process has had, in kB, where the system tells.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0)
}
