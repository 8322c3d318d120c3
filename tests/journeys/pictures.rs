//! Pictures of scenes in a real conversation: composed here, drawn by a server of ours or by a tiny model, hung, taken away; the model hears of none of it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, sync_channel};

use app::Paths;
use app::api::{AppEvent, PictureSettings, SettingsPatch, StageState};
use app::{Options, Output};
use journeys::Journey;

fn journey(home: &std::path::Path) -> Journey {
    Journey::start(Options {
        data_dir: Some(home.to_owned()),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    })
}

fn stage() -> StageState {
    StageState {
        scene: "bookshop".into(),
        daylight: "night".into(),
        weather: "clear".into(),
        emotion: domain::Emotion::default().into(),
    }
}

/// A server that draws as AUTOMATIC1111's does: what it is asked comes out of the receiver. `image` is in base64.
fn server(image: &'static str) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (to, asked) = sync_channel(8);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut all = Vec::new();
            let mut buffer = [0; 4096];
            // Until the end of the JSON, which holds no other brace of its own at the end.
            while !all.ends_with(b"}") {
                match stream.read(&mut buffer) {
                    Ok(count) if count > 0 => all.extend_from_slice(&buffer[..count]),
                    _ => break,
                }
            }
            let body = format!(r#"{{"images":["{image}"]}}"#);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _gone = stream.write_all((head + &body).as_bytes());
            if to.send(String::from_utf8_lossy(&all).into_owned()).is_err() {
                return;
            }
        }
    });
    (url, asked)
}

/// A PNG of one grey pixel.
const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

#[test]
fn a_scene_is_composed_kept_hung_and_taken_away() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let told = {
        let journey = journey(home.path());
        let app = &journey.app;
        // Before anything was said it is the stage as it looks.
        let first = runtime.block_on(app.picture_scene(&stage())).unwrap();
        assert_eq!((first.message.as_deref(), first.host.as_deref()), (None, None));
        assert!(first.description.contains("bookshop at night"), "{}", first.description);

        journey.say("It rains in the park, let us sit on the bench.");
        let before = app.snapshot().unwrap().messages;
        let made = runtime.block_on(app.picture_scene(&stage())).unwrap();
        assert_eq!(made.message.as_ref(), before.last().map(|message| &message.id));
        let long = made.description.chars().count();
        assert!((8..=50).contains(&long), "{made:?}");
        assert!(app.scene_picture(&made.id).unwrap().starts_with("data:image/jpeg;base64,"));
        let file = app.scene_picture_file(&made.id).unwrap();
        assert!(file.starts_with(&[0xff, 0xd8]) && file.len() > 10_000);

        app.hang_picture(&made.id, true).unwrap();
        app.hang_picture(&first.id, true).unwrap();
        let hung = |app: &app::App| -> Vec<String> {
            let all = app.scene_pictures().unwrap();
            all.into_iter().filter(|one| one.background).map(|one| one.id).collect()
        };
        assert_eq!(hung(app), std::slice::from_ref(&first.id), "a stage has one background");
        app.remove_picture(&first.id, true).unwrap();
        assert!(hung(app).is_empty());
        app.remove_picture(&first.id, false).unwrap();
        assert_eq!(app.scene_pictures().unwrap().len(), 2);
        app.remove_picture(&first.id, true).unwrap();
        assert!(app.hang_picture("../../etc", true).is_err());

        // No message, and no part of any prompt.
        assert_eq!(app.snapshot().unwrap().messages, before);
        journey.say("What a view!");
        let prompt = app.explain().unwrap();
        assert!(prompt.blocks.iter().all(|block| !block.text.contains(&made.description)));
        app.hang_picture(&made.id, true).unwrap();
        app.shutdown().unwrap();
        (first.id, made.id)
    };
    let journey = journey(home.path());
    let kept = journey.app.scene_pictures().unwrap();
    assert_eq!(kept.len(), 1, "what was removed is gone with the next start");
    assert!(kept[0].background && kept[0].id == told.1);
    assert!(journey.app.scene_picture(&told.0).is_err());
    journey.app.new_conversation().unwrap();
    assert!(journey.app.scene_pictures().unwrap().is_empty(), "another talk has its own");
    journey.app.shutdown().unwrap();
}

#[test]
fn a_server_draws_where_it_was_switched_on_and_is_told_the_description_alone() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let journey = journey(home.path());
    let app = &journey.app;
    let (url, asked) = server(PIXEL);
    let settings = |allowed: bool, url: &str| SettingsPatch {
        pictures: Some(PictureSettings {
            allowed,
            server: "automatic1111".into(),
            url: url.into(),
            model: String::new(),
            style: "watercolour".into(),
            ..PictureSettings::default()
        }),
        ..SettingsPatch::default()
    };
    app.change_settings(settings(false, &url)).unwrap();
    journey.say("My secret word is periwinkle. The snow falls on the station.");
    let here = runtime.block_on(app.picture_scene(&stage())).unwrap();
    assert!(here.host.is_none() && asked.try_recv().is_err(), "nobody was asked");

    app.change_settings(settings(true, &url)).unwrap();
    let there = runtime.block_on(app.picture_scene(&stage())).unwrap();
    assert_eq!((there.host.as_deref(), there.width), (Some("127.0.0.1"), 1));
    let request = asked.recv().unwrap();
    let words = format!("watercolour, {}", there.description);
    assert!(request.contains(&words), "{request}");
    assert!(!request.contains("periwinkle"), "what was said stays here: {request}");

    // A server that sends no picture, and one that is not there: composed here, and told.
    for url in [server("bm9uZQ==").0, "http://127.0.0.1:9".to_owned()] {
        app.change_settings(settings(true, &url)).unwrap();
        let made = runtime.block_on(app.picture_scene(&stage())).unwrap();
        assert_eq!(made.host, None);
        journey.until(|event| {
            matches!(event, AppEvent::Notice { problem } if problem.message.contains("composed here"))
        });
    }
    app.shutdown().unwrap();
}

#[test]
fn a_model_on_this_machine_draws_before_a_server_is_asked() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let journey = journey(home.path());
    let app = &journey.app;
    let (url, asked) = server(PIXEL);
    let settings = |painter: &std::path::Path| SettingsPatch {
        pictures: Some(PictureSettings {
            allowed: true,
            server: "automatic1111".into(),
            url: url.clone(),
            painter: painter.display().to_string(),
            steps: 3,
            ..PictureSettings::default()
        }),
        ..SettingsPatch::default()
    };
    let tiny = journeys::root().join("crates/painting/tests/fixtures/one");
    app.change_settings(settings(&tiny)).unwrap();
    journey.say("The snow falls on the station.");
    let made = runtime.block_on(app.picture_scene(&stage())).unwrap();
    assert_eq!((made.host.as_deref(), made.by.as_str()), (None, "one"));
    // A model of sixteen pixels a side, in the stage's shape.
    assert_eq!((made.width, made.height), (20, 12));
    assert!(app.scene_picture_file(&made.id).unwrap().starts_with(&[0xff, 0xd8]));
    let steps = journey
        .until(|event| matches!(event, AppEvent::Picturing { done: 3, of: 3 }))
        .iter()
        .filter(|event| matches!(event, AppEvent::Picturing { .. }))
        .count();
    assert_eq!(steps, 4);

    // One that is not there is told, and the scene composed; the server is still not asked.
    app.change_settings(settings(home.path())).unwrap();
    let made = runtime.block_on(app.picture_scene(&stage())).unwrap();
    assert_eq!((made.host.as_deref(), made.by.as_str()), (None, "layers"));
    journey.until(|event| {
        matches!(event, AppEvent::Notice { problem } if problem.message.contains("composed here"))
    });
    assert!(asked.try_recv().is_err());
    app.shutdown().unwrap();
}

#[test]
fn a_model_that_would_not_draw_is_refused_when_it_is_brought() {
    let home = tempfile::tempdir().unwrap();
    let journey = journey(&home.path().join("data"));
    let tiny = journeys::root().join("crates/painting/tests/fixtures/one");
    let copy = home.path().join("painter");
    for part in ["", "unet", "vae", "text_encoder", "tokenizer", "scheduler"] {
        std::fs::create_dir_all(copy.join(part)).unwrap();
        for entry in std::fs::read_dir(tiny.join(part)).unwrap() {
            let file = entry.unwrap();
            if file.path().is_file() {
                std::fs::copy(file.path(), copy.join(part).join(file.file_name())).unwrap();
            }
        }
    }
    let schedule = copy.join("scheduler/scheduler_config.json");
    let good = std::fs::read(&schedule).unwrap();
    std::fs::write(&schedule, r#"{ "_class_name": "LCMScheduler" }"#).unwrap();
    let paths = Paths::find(Some(&home.path().join("data")), &journeys::root()).unwrap();
    // On the window, and in the terminal.
    let bring = || {
        let mut reports = journey.app.import_files(&[copy.display().to_string()]);
        (reports.remove(0), app::terminal::import(&paths, &copy, |_| true))
    };
    let (dropped, imported) = bring();
    assert!(dropped.problem.unwrap().message.contains("LCMScheduler"));
    assert!(imported.unwrap_err().message.contains("LCMScheduler"));
    std::fs::write(&schedule, good).unwrap();
    let (dropped, imported) = bring();
    assert_eq!(dropped.kind.as_deref(), Some("pictures"));
    assert_eq!(imported.unwrap().kind, "pictures");
    journey.app.shutdown().unwrap();
}
