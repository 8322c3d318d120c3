//! Measures a model file, or one made of noise, and what an adapter over it costs:
//! `cargo run --release -p llm --example bench -- FILE|qwen3-0.6b|mini [TOKENS [ADAPTER]]`.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

use llm::synthetic::{self, Shape};
use llm::{AdapterChoice, BenchOptions, bench};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().ok_or("which file, `qwen3-0.6b` or `mini`?")?;
    let mut options = BenchOptions::default();
    if let Some(tokens) = arguments.next() {
        options.prompt_tokens = tokens.parse()?;
    }
    options.adapters.extend(
        arguments.next().map(|path| AdapterChoice { path: PathBuf::from(path), scale: 1.0 }),
    );
    let shape = match what.as_str() {
        "qwen3-0.6b" => Some(Shape::qwen3_0_6b()),
        "mini" => Some(Shape::mini()),
        _ => None,
    };
    let path = match shape {
        None => PathBuf::from(what),
        Some(shape) => {
            let path = std::env::temp_dir().join(format!("noise-{what}.gguf"));
            if !path.exists() {
                synthetic::write(&path, &shape, 1)?;
            }
            path
        }
    };
    let report = bench(&path, &options, || {})?;
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&report)?)?;
    Ok(())
}
