//! Shows what becomes of card files: `cargo run -p card --example inspect -- FILE…`.

#![expect(clippy::print_stdout, reason = "an example talks to its terminal")]

fn main() {
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        match card::import(&bytes, &path) {
            Ok(card) => {
                println!("== {path}: {:?} {:?} {:?}", card.container, card.dialect, card.spec);
                println!("{:#?}", card.character);
                println!("{:?} lore {} assets {:?}", card.details, card.lore_entries(), card.assets.iter().map(|a| (a.short_uri().to_owned(), a.at)).collect::<Vec<_>>());
                println!("{:?} portrait {:?}", card.warnings, card.portrait(&bytes).map(|b| b.len()));
            }
            Err(error) => println!("== {path}: {error}"),
        }
    }
}
