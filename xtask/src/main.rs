//! `cargo xtask`: the automation of the project.
fn main() {}
