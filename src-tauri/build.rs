//! Lets Tauri generate its context (capabilities, icons, the embedded page).
fn main() {
    tauri_build::build();
}
