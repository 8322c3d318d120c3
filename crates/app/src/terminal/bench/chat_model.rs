//! How fast a language model reads and writes, and models of noise to measure that with.

use std::path::{Path, PathBuf};

use domain::Problem;
use llm::{BenchOptions, BenchReport, synthetic::Size};
use models::resident;

use crate::app::paths::Paths;
use crate::terminal::chosen;

/// Measures reading and writing of a language model; answers with the bytes that loading it left in use as well, where the system says
/// how many.
pub fn bench_model(
    paths: &Paths,
    model: Option<&str>,
    options: &BenchOptions,
    adapters: &[(String, f32)],
) -> Result<(BenchReport, Option<u64>), Problem> {
    let path = paths.chat_model(model.unwrap_or_default())?;
    let adapters = chosen(paths, adapters)?;
    let (before, mut after) = (resident(), None);
    let report =
        llm::bench(&path, &BenchOptions { adapters, ..options.clone() }, || after = resident())?;
    let held = before.zip(after).map(|(before, after)| after.saturating_sub(before));
    Ok((report, held))
}

/// Writes a model of noise with the shape of a Qwen3, for measurements without a download: speed does not depend on what the weights
/// say. In half floats (bf16) where that is asked for, else in Q4_K.
/// Its vocabulary has the words of the characters that come with the program. With a `rank`, an adapter of noise for it as well, in a
/// folder beside it, which is answered.
pub fn write_noise(
    paths: &Paths,
    path: &Path,
    (size, halves): (Size, bool),
    rank: Option<usize>,
) -> Result<Option<PathBuf>, Problem> {
    let cards = ["koto", "haru"]
        .map(|name| paths.resources.join("characters").join(name).join("card.json"))
        .map(|card| std::fs::read_to_string(card).unwrap_or_default());
    let reads = cards.concat();
    let mut shape = llm::synthetic::Shape { reads, ..llm::synthetic::Shape::qwen3(size) };
    if halves {
        shape = shape.in_halves();
    }
    let written = llm::synthetic::write(path, &shape, 1).map_err(|error| error.to_string());
    let adapter = rank.map(|rank| (rank, path.with_extension("adapter")));
    let written = written.and_then(|()| match &adapter {
        Some((rank, folder)) => llm::synthetic::write_adapter(folder, &shape, *rank, 2)
            .map_err(|error| error.to_string()),
        None => Ok(()),
    });
    written.map(|()| adapter.map(|(_, folder)| folder)).map_err(|error| {
        Problem::new(
            domain::ProblemKind::Disk,
            format!("`{}` cannot be written: {error}", path.display()),
            "choose a folder with enough room: 400 MB for 0.6b in Q4_K, 5 GB for 8b, three and a half times as much in half floats",
        )
    })
}
