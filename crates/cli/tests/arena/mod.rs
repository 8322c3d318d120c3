//! `hanashi appraise arena`: two ways of writing, voted on without their names, counted under them.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::typed;

/// Types lines into an arena of two temperatures and returns what it prints.
fn arena(data: &Path, arguments: &[&str], lines: &[&str]) -> Vec<Value> {
    let sides = ["appraise", "arena", "koto", "--temperature", "0", "--other-temperature", "0.8"];
    typed(data, &[&sides[..], arguments].concat(), lines).unwrap()
}

#[test]
fn two_ways_of_writing_are_voted_on_blind_and_counted_by_their_names() {
    let data = tempfile::tempdir().unwrap();
    // An empty line asks for what was said last, and nothing was said yet.
    let lines = ["How are you?", "neither", "l", "", "And now?", "t", "Good night."];
    let printed = arena(data.path(), &["--topic", "chit_chat", "--other-no-guard"], &lines);
    let rounds: Vec<&Value> = printed.iter().filter(|line| line["left"].is_string()).collect();
    assert_eq!(rounds.len(), 3, "{printed:#?}");
    assert!(rounds.iter().all(|round| round["was"].is_null()), "no names before the vote");
    assert!(printed.iter().any(|line| line["error"]["kind"] == "invalid"), "{printed:#?}");
    let votes: Vec<&Value> = printed.iter().filter(|line| line["vote"].is_string()).collect();
    assert_eq!(votes.len(), 2, "the last pair was not voted on: {printed:#?}");
    let names = |vote: &Value| {
        let name = |side: &str| vote["was"][side].as_str().unwrap().to_owned();
        BTreeSet::from([name("left"), name("right")])
    };
    let both = names(votes[0]);
    assert_eq!(both, names(votes[1]));
    assert!(both.iter().any(|name| name.ends_with("temperature 0, guard")), "{both:?}");
    assert!(both.iter().any(|name| name.ends_with("temperature 0.8")), "{both:?}");
    let books = std::fs::read_to_string(data.path().join("appraisals/arena.jsonl")).unwrap();
    assert_eq!(books.lines().count(), 2);

    // The one that was voted for has won, wherever it stood.
    let results = &printed.last().unwrap()["results"];
    assert_eq!(results["pairs"].as_array().unwrap().len(), 1, "{results}");
    let pair = &results["pairs"][0];
    let won = votes[0]["was"]["left"] == pair["one"];
    let all = &pair["counts"][0];
    let wanted = (Some(u64::from(won)), Some(1), Some(u64::from(!won)));
    assert_eq!((all["win"].as_u64(), all["tie"].as_u64(), all["lose"].as_u64()), wanted, "{pair}");
    let topics = pair["counts"].as_array().unwrap();
    assert!(topics.iter().any(|counts| counts["name"] == "chit_chat"), "{pair}");

    // Shown again, and written down, without another word.
    let again = arena(data.path(), &["--results", "--export"], &[]);
    assert_eq!(&again[0]["results"], results);
    let files = again[1]["files"].as_array().unwrap();
    assert!(Path::new(files[0].as_str().unwrap()).is_file(), "{files:?}");
}

#[test]
fn one_way_of_writing_is_not_compared_with_itself() {
    let data = tempfile::tempdir().unwrap();
    let refused = |arguments: &[&str]| {
        typed(data.path(), &[&["appraise", "arena", "koto"][..], arguments].concat(), &[])
            .unwrap_err()
    };
    assert!(refused(&[]).contains("the same way"));
    assert!(refused(&["--no-guard", "--other-no-guard"]).contains("the same way"));
    assert!(refused(&["--temperature", "nan"]).contains("out of range"));
    assert!(refused(&["--other-temperature", "3"]).contains("out of range"));
}
