//! The tool on made-up rooms: what it follows, what it leaves alone, and what it tells whoever adds a sentence.

use super::*;
use crate::tidy::file;

/// The templates of a room with this file in it.
fn told(text: &str) -> Vec<String> {
    let (rooms, lost) = gather(&[file("crates/a/src/lib.rs", text)]).unwrap();
    assert_eq!(lost, Vec::<String>::new());
    rooms.into_values().flat_map(BTreeMap::into_keys).collect()
}

#[test]
fn what_a_problem_says_is_found_through_formats_names_and_branches() {
    let found = told(
        r#"
        fn f(path: &Path, kind: Kind) -> Problem {
            let (message, remedy) = match kind {
                Kind::Gone => (format!("`{}` is gone", path.display()), "put it back"),
                Kind::Full(n) => (format!("{n:.1} of {} are full", all()), if n > 1.0 { "empty one" } else { "wait \
                    a little" }),
            };
            Problem::new(ProblemKind::Missing, message, remedy)
        }"#,
    );
    let all =
        ["`{path}` is gone", "empty one", "put it back", "wait a little", "{n} of {all} are full"];
    assert_eq!(found, all);
}

#[test]
fn callers_are_asked_where_a_parameter_is_told() {
    let found = told(
        r#"
        fn disk(what: &str) -> Problem { Problem::new(Kind::Disk, format!("could not {what} it"), "try again") }
        impl Reader {
            fn wrong(&self, reason: &str) -> Problem { Problem::new(Kind::Damaged, reason, REMEDY) }
            fn read(&self) { self.wrong("it ends too early"); disk("read"); other("is not told"); }
        }
        const REMEDY: &str = "fetch it again";"#,
    );
    let all = ["could not {what} it", "fetch it again", "it ends too early", "read", "try again"];
    assert_eq!(found, all);
}

#[test]
fn errors_say_what_stands_in_their_variants() {
    let found = told(
        r#"
        enum Error {
            #[error("`{}` cannot be used: {why}", path.display())]
            Unusable { path: PathBuf, why: String },
            #[error("another copy has it open{}", process(*.0))]
            Busy(Option<u32>),
            #[error(transparent)]
            Other(#[from] io::Error),
        }
        fn process(pid: Option<u32>) -> String { pid.map(|pid| format!(" (process {pid})")).unwrap_or_default() }
        impl Error { fn remedy(&self) -> String { match self { Self::Busy(_) => "close it".into(), _ => String::new() } } }
        impl From<Error> for Problem { fn from(e: Error) -> Self { Self::new(Kind::Busy, e.to_string(), e.remedy()) } }
        fn open(path: PathBuf) -> Result<(), Error> { Err(Error::Unusable { path, why: "it is empty".to_owned() }) }
        fn size(text: &str) -> Result<u64, String> { text.parse().map_err(|_| format!("`{text}` is no size")) }"#,
    );
    let all = [
        " (process {pid})",
        "`{path}` cannot be used: {why}",
        "`{text}` is no size",
        "another copy has it open{process}",
        "close it",
        "it is empty",
    ];
    assert_eq!(found, all);
}

#[test]
fn names_tests_and_other_rooms_are_left_alone() {
    let problem = r#"fn f(n: &str) -> Problem { Problem::new(Kind::Busy, format!("`{}` waits", id(n)), "wait") }
        fn id(n: &str) -> String { format!("the id of {n}") }
        #[cfg(test)] mod tests { fn t() { Problem::new(Kind::Busy, "in a test", "in a test"); } }"#;
    // What stands in backticks is a name: nobody asks what made it.
    assert_eq!(told(problem), ["`{id}` waits", "wait"]);
    for path in
        ["crates/cli/src/a.rs", "crates/a/src/x_tests.rs", "crates/a/tests/x.rs", "xtask/src/a.rs"]
    {
        assert!(gather(&[file(path, problem)]).unwrap().0.is_empty(), "{path}");
    }
}

#[test]
fn what_leads_to_no_words_is_told() {
    let text = r#"fn f() -> Problem { Problem::new(Kind::Busy, loop { break "a" }, "wait") }"#;
    let (_, lost) = gather(&[file("crates/a/src/lib.rs", text)]).unwrap();
    assert!(lost.len() == 1 && lost[0].starts_with("crates/a/src/lib.rs tells `loop"), "{lost:?}");
}

#[test]
fn a_sentence_without_a_translation_says_where_to_add_it() {
    let source = file(
        "crates/a/src/lib.rs",
        r#"fn f() -> Problem { Problem::new(Kind::Busy, "it isn't there", "wait a little") }"#,
    );
    let table = |language: &str, text: &str| {
        let text = format!("export const a = {{\n{text}}} satisfies Table;\n");
        file(&format!("ui/src/messages/program/a.{language}.ts"), &text)
    };
    let written = file(LIST, &list(&gather(std::slice::from_ref(&source)).unwrap().0));
    let zh = table("zh", "  \"it isn't there\": 'x',\n  'wait a little':\n    'x',\n");
    let ja = table("ja", "  'wait a little': 'x',\n  'said no more': 'x',\n");
    let found = translated(&[source, written, zh, ja]).wrong;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        found[0],
        "crates/a/src/lib.rs:1 says \"it isn't there\", which has no Japanese: add \"it isn't there\": '…', to \
         ui/src/messages/program/a.ja.ts"
    );
    assert!(
        found[1].starts_with("ui/src/messages/program/a.ja.ts: `said no more` is said nowhere")
    );
}

#[test]
fn the_list_must_be_what_the_sources_say() {
    let old = [file(LIST, "old"), file("crates/a/src/lib.rs", "")];
    assert!(translated(&old).wrong[0].contains("run `cargo xtask sentences`"));
}
