//! `cargo xtask reference llama`: what llama.cpp gives for the quantised models that the engine's tests make, kept beside them.
//!
//! The models are made by the tests themselves (`llm`'s `tests/llama_cpp.rs`), so that both engines read the same bytes; llama.cpp is built
//! from xtask/peers, which nothing else builds.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

use crate::repo;

/// The test that asks llama.cpp anew where it is told of a runner.
const TEST: &str = "package(llm) & test(every_quantised_family_agrees_with_llama_cpp)";

pub(crate) fn llama() -> Result<ExitCode> {
    let peers = repo::root().join("xtask/peers");
    let cargo = repo::cargo();
    let built = Command::new(&cargo)
        .args(["build", "--release", "--locked"])
        .current_dir(&peers)
        .status()
        .with_context(|| format!("`{cargo}` did not start"))?;
    ensure!(
        built.success(),
        "llama.cpp was not built: it needs CMake, a C++ compiler and libclang"
    );
    let tested = Command::new(&cargo)
        .args(["nextest", "run", "--release", "--workspace", "--locked", "-E", TEST])
        .env("HANASHI_LLAMA_CPP", peers.join("target/release/peers"))
        .current_dir(repo::root())
        .status()
        .context("`cargo nextest` did not start: `cargo install cargo-nextest`")?;
    ensure!(
        tested.success(),
        "the test failed; what llama.cpp gave is kept where it read every model"
    );
    println!("written to crates/llm/tests/fixtures/llama_cpp");
    Ok(ExitCode::SUCCESS)
}
