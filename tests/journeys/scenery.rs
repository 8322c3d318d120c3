//! Places and music of one's own in the real app: taken in, shown, told, heard, taken away; kept until the next start and no longer.

use std::path::{Path, PathBuf};

use app::api::{HeardAtView, OwnSceneryPatch};
use journeys::Journey;

fn painting() -> Vec<u8> {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/scenes/park-day.webp");
    std::fs::read(shipped).unwrap()
}

fn music(path: &Path) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 22_050,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for frame in 0..6 * 22_050 {
        let sample = ((frame as f32 * 0.06).sin() * 9_000.0) as i16;
        writer.write_sample(sample).unwrap();
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
}

#[test]
fn places_and_music_are_taken_in_changed_heard_and_removed() {
    let home = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { files.path().join(name) };
    std::fs::write(at("harbour-dusk.webp"), painting()).unwrap();
    std::fs::write(at("bg cut.webp"), &painting()[..2_000]).unwrap();
    music(&at("slow waltz.wav"));
    let paths = |names: &[&str]| -> Vec<String> {
        names.iter().map(|name| at(name).display().to_string()).collect()
    };

    let journey = Journey::in_text(home.path());
    let app = &journey.app;
    let preview = app.preview_import(&at("harbour-dusk.webp").display().to_string());
    assert_eq!((preview.kind.as_deref(), preview.name.as_str()), (Some("place"), "harbour"));
    assert_eq!(preview.tags, ["dusk"]);
    assert!(preview.picture.is_some_and(|url| url.starts_with("data:image/jpeg;base64,")));
    assert!(app.own_scenery().unwrap().places.is_empty(), "looking takes nothing in");

    let reports = app.import_files(&paths(&["harbour-dusk.webp", "bg cut.webp", "slow waltz.wav"]));
    let kinds: Vec<_> = reports.iter().map(|report| report.kind.as_deref()).collect();
    assert_eq!(kinds, [Some("place"), None, Some("music")], "{reports:?}");
    let problem = reports[1].problem.as_ref().unwrap();
    assert!(problem.message.contains("bg cut.webp") && !problem.remedy.is_empty(), "{problem:?}");

    let (place, waltz) = (reports[0].id.clone(), reports[2].id.clone());
    let shown = app.own_place_picture(&place, "night", false).unwrap();
    assert!(shown.starts_with("data:image/jpeg;base64,"), "the only picture that it has");
    let patch = OwnSceneryPatch {
        name: Some("old harbour".into()),
        description: Some("boats, a lantern".into()),
        kind: None,
    };
    app.change_own_scenery(&place, &patch).unwrap();
    let heard = HeardAtView {
        place: format!("own:{place}"),
        music: format!("own:{waltz}"),
        ambience: "waves".into(),
    };
    app.hear_at(&heard).unwrap();
    app.set_loops(&heard.music, &heard.ambience).unwrap();
    // Whatever a page may ask for: no sound of that name is silence.
    app.set_loops("own:../../settings", "own:").unwrap();
    app.set_loops("", "").unwrap();

    app.remove_own_scenery(&waltz, true).unwrap();
    assert!(app.own_scenery().unwrap().sounds.is_empty());
    app.remove_own_scenery(&waltz, false).unwrap();
    assert_eq!(app.own_scenery().unwrap().sounds[0].name, "slow waltz");
    app.remove_own_scenery(&waltz, true).unwrap();
    app.shutdown().unwrap();
    drop(journey);

    let again = Journey::in_text(home.path());
    let kept = again.app.own_scenery().unwrap();
    assert_eq!((kept.places.len(), kept.sounds.len(), kept.heard.len()), (1, 0, 1));
    let place = &kept.places[0];
    assert_eq!(
        (place.name.as_str(), place.description.as_str()),
        ("old harbour", "boats, a lantern")
    );
    assert_eq!(place.hours, ["dusk"]);
    assert!(again.app.remove_own_scenery(&waltz, false).is_err(), "gone for good");
    again.app.shutdown().unwrap();
}
