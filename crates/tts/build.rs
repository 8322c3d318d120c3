//! espeak-rs-sys 0.2 compiles espeak-ng against the system's libsonic but does not link it.
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for dir in
        ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/local/lib", "/usr/lib"]
    {
        if std::path::Path::new(dir).join("libsonic.a").exists() {
            println!("cargo:rustc-link-search=native={dir}");
            println!("cargo:rustc-link-lib=static=sonic");
            break;
        }
    }
}
