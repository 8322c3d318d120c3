//! Every clause of the specification as a row with a check: the table of docs/lorebooks.md, so that neither can say what the other
//! does not.

use std::path::Path;

use crate::conformance::{BOOK, DECORATORS, ENTRY, PEERS};

/// A clause.
pub(crate) struct Clause {
    /// Field or decorator.
    pub name: &'static str,
    /// What the specification asks, or where others fail.
    pub says: &'static str,
    /// What is done here.
    pub here: &'static str,
    /// Fails where that is not true.
    pub check: fn(),
}

fn tables() -> [(&'static str, &'static [Clause]); 4] {
    [
        ("The book", BOOK),
        ("Entries", ENTRY),
        ("Decorators", DECORATORS),
        ("Where other tools go wrong", PEERS),
    ]
}

#[test]
fn every_clause_holds() {
    let mut failed = Vec::new();
    let mut count = 0;
    for (_, clauses) in tables() {
        for clause in clauses {
            count += 1;
            if let Err(panic) = std::panic::catch_unwind(clause.check) {
                let why = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied())
                    .unwrap_or_default();
                failed.push(format!("{}: {} ({why})", clause.name, clause.says));
            }
        }
    }
    println!("{count} clauses");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Where the table begins in the page, and where it ends.
const START: &str = "<!-- clauses -->\n";
const END: &str = "\n<!-- end of clauses -->";

#[test]
fn the_page_has_a_row_for_every_clause() {
    let mut table = String::new();
    for (title, clauses) in tables() {
        let head = "| | the specification | here |\n|---|---|---|\n";
        table.extend(["\n### ", title, "\n\n", head]);
        for Clause { name, says, here, .. } in clauses {
            table.extend(["| `", name, "` | ", says, " | ", here, " |\n"]);
        }
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lorebooks.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(START).expect("the page has a place for the table");
    let (_, after) = rest.split_once(END).expect("the table has an end");
    let wanted = format!("{before}{START}{table}{END}{after}");
    if std::env::var_os("HANASHI_BLESS").is_some() {
        std::fs::write(&page, &wanted).unwrap();
    }
    assert!(
        std::fs::read_to_string(&page).unwrap() == wanted,
        "docs/lorebooks.md is not what the table says: run this test with HANASHI_BLESS=1"
    );
}
