//! Conversations are deleted and brought back, and what was deleted for good is nowhere in the data folder.

use app::{Options, Output};
use journeys::Journey;
use testkit::holding;

fn text_only(home: &std::path::Path) -> Options {
    Options {
        data_dir: Some(home.to_owned()),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    }
}

#[test]
fn the_conversation_on_stage_is_deleted_brought_back_and_deleted_for_good() {
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::start(text_only(home.path()));
    let app = &journey.app;
    journey.say("My sister is called Zephyrine.");
    let talk = app.conversations().unwrap().remove(0);
    assert!(talk.active && talk.title.contains("Zephyrine"));
    app.remove_conversation(&talk.id, true).unwrap();
    let listed = app.conversations().unwrap();
    assert!(listed.iter().all(|one| one.id != talk.id) && listed[0].active);
    assert!(app.open_conversation(&talk.id).is_err(), "it lies in the trash");
    assert_eq!(app.removed_conversations().unwrap()[0].id, talk.id);
    // The talk goes on elsewhere.
    assert!(journey.say("Hello again.").message.is_some());

    app.restore_conversation(&talk.id).unwrap();
    assert!(app.removed_conversations().unwrap().is_empty());
    app.open_conversation(&talk.id).unwrap();
    app.new_conversation().unwrap();
    app.remove_conversation(&talk.id, true).unwrap();
    assert!(!holding(home.path(), "zephyrine").is_empty());
    let purged = app.purge_conversations(None).unwrap();
    assert_eq!((purged.conversations, purged.copies), (1, vec![]));
    journey.app.shutdown().unwrap();
    drop(journey);
    assert_eq!(holding(home.path(), "zephyrine"), [] as [std::path::PathBuf; 0]);
}
