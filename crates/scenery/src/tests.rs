//! Words, pictures, and what strangers send.

use std::collections::HashSet;
use std::io::Cursor;

use domain::{Cancel, Lang, Painter, Sketch};
use image::{ImageFormat, Rgba, RgbaImage};

use crate::describe::{LONGEST, caption, tidy};
use crate::{HOURS, Layers, Look, PLACES, Picture, SIZE, WEATHERS, choose};

fn sketch() -> Sketch {
    Sketch {
        description: String::new(),
        style: String::new(),
        width: SIZE.0,
        height: SIZE.1,
        seed: 7,
    }
}

fn drawn(look: Look) -> Vec<u8> {
    Layers::new(look).draw(&sketch(), &Cancel::new()).unwrap().unwrap()
}

fn png(image: &RgbaImage) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, ImageFormat::Png).unwrap();
    out.into_inner()
}

#[test]
fn words_of_three_languages_say_where_and_when() {
    let now = Look::named("bookshop", "night", "rain");
    for (text, place, hour, weather) in [
        ("a walk in the park at noon, cherry blossoms", "park", "day", "petals"),
        ("夕暮れの海、雪が降る", "lighthouse", "dusk", "snow"),
        ("深夜的火车站台，下雨", "station", "night", "rain"),
        ("放学后的教室，傍晚", "classroom", "dusk", "clear"),
        ("風の屋上、星空", "rooftop", "night", "clear"),
        ("fireflies over the garden bench by moonlight", "park", "night", "fireflies"),
    ] {
        let chosen = choose(text, &[], now);
        assert_eq!(
            (chosen.look.place, chosen.look.hour, chosen.look.weather),
            (place, hour, weather),
            "{text}: {chosen:?}"
        );
    }
    // Nobody says anything: as it is. Seals are no sea, seasons neither.
    for text in ["", "A seal in season, he trained in the classical style"] {
        assert_eq!(choose(text, &[], now).look, now, "{text}");
    }
}

#[test]
fn the_description_goes_before_the_talk_and_the_newest_line_before_older_ones() {
    let lines = ["We met on the beach.", "And then we took the train.", "Mm."];
    let now = Look::default();
    assert_eq!(choose("", &lines, now).look.place, "station");
    assert_eq!(choose("a balcony", &lines, now).look.place, "rooftop");
    assert_eq!(choose("", &lines, now).because, ["train"]);
}

#[test]
fn every_look_has_a_picture_of_its_own_and_the_same_one_twice() {
    let mut seen = HashSet::new();
    for place in PLACES {
        for hour in HOURS {
            let jpeg = drawn(Look { place, hour, weather: "clear" });
            let read = image::load_from_memory(&jpeg).unwrap();
            assert_eq!((read.width(), read.height()), SIZE);
            assert!(seen.insert(jpeg), "{place} {hour}");
        }
    }
    let park = |weather| Look { place: "park", hour: "day", weather };
    for weather in WEATHERS.iter().filter(|weather| **weather != "clear") {
        assert!(seen.insert(drawn(park(weather))), "{weather}");
    }
    assert_eq!(drawn(park("snow")), drawn(park("snow")));
}

#[test]
fn the_weather_stays_outside_of_a_room() {
    let of = |weather| {
        let look = Look { place: "classroom", hour: "night", weather };
        image::load_from_memory(&drawn(look)).unwrap().to_rgb8()
    };
    let (clear, snow) = (of("clear"), of("snow"));
    let far = |x: u32, y: u32| {
        let (one, other) = (clear.get_pixel(x, y), snow.get_pixel(x, y));
        (0..3).map(|at| u32::from(one[at].abs_diff(other[at]))).max().unwrap_or(0)
    };
    // The right third of the room is wall; its windows are on the left.
    let wall = (860..SIZE.0).step_by(7).flat_map(|x| (0..SIZE.1).step_by(7).map(move |y| (x, y)));
    assert!(wall.map(|(x, y)| far(x, y)).max().unwrap() < 24);
    let panes = (60..700).flat_map(|x| (90..440).map(move |y| (x, y)));
    assert!(panes.filter(|&(x, y)| far(x, y) > 40).count() > 300);
}

#[test]
fn only_a_figure_that_is_cut_out_stands_in_the_picture() {
    let ground = drawn(Look::default());
    let with = |figure: &[u8]| {
        Layers::new(Look::default()).with(Some(figure)).draw(&sketch(), &Cancel::new()).unwrap()
    };
    let mut cut = RgbaImage::new(40, 80);
    for (x, y, pixel) in cut.enumerate_pixels_mut() {
        *pixel =
            if (10..30).contains(&x) && y > 10 { Rgba([255, 0, 0, 255]) } else { Rgba([0; 4]) };
    }
    let made = with(&png(&cut)).unwrap();
    let middle = image::load_from_memory(&made).unwrap().to_rgb8();
    let red = middle.get_pixel(SIZE.0 / 2, SIZE.1 - 100);
    assert!(red[0] > 200 && red[1] < 60, "{red:?}");
    let boxed = RgbaImage::from_pixel(40, 80, Rgba([255, 0, 0, 255]));
    for other in [png(&boxed), b"no picture".to_vec(), Vec::new()] {
        assert_eq!(with(&other).unwrap(), ground);
    }
}

#[test]
fn what_strangers_send_is_bounded_and_made_opaque() {
    let wide = RgbaImage::from_pixel(2400, 600, Rgba([10, 200, 30, 255]));
    let kept = Picture::read(&png(&wide)).unwrap();
    assert_eq!((kept.width, kept.height), (1920, 480));
    assert!(Picture::read(&png(&RgbaImage::new(8, 8))).is_ok(), "transparent ones have a ground");
    for bad in [&b""[..], b"<svg/>", b"\x89PNG\r\n\x1a\n broken", &[0xff; 64]] {
        assert!(Picture::read(bad).is_err());
    }
    // A head that promises 60,000 × 60,000 pixels.
    let mut bomb = png(&RgbaImage::new(4, 4));
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    assert!(Picture::read(&bomb).is_err());
    assert!(Picture::read(&vec![0; (32 << 20) + 1]).unwrap_err().to_string().contains("32 MiB"));
}

#[test]
fn a_description_is_one_short_phrase_or_none() {
    assert_eq!(
        tidy("Scene: \"a rainy bookshop, warm lamp\"\nMore").unwrap(),
        "a rainy bookshop, warm lamp"
    );
    assert_eq!(tidy("场景：雨夜的书店，暖黄的灯。").unwrap(), "雨夜的书店，暖黄的灯");
    let long = "a very long room with many shelves, a lamp, a cat on the counter and rain";
    let kept = tidy(long).unwrap();
    assert_eq!(kept, "a very long room with many shelves, a lamp");
    assert!(tidy(&"长".repeat(200)).unwrap().chars().count() <= LONGEST);
    for none in
        ["", "  \n ", "…", "Would you like some tea?", "「いらっしゃい」と彼女は言った", "Hm"]
    {
        assert_eq!(tidy(none), None, "{none}");
    }
}

#[test]
fn captions_are_short_in_every_language() {
    for place in PLACES {
        for weather in WEATHERS {
            for lang in [Lang::En, Lang::Zh, Lang::Ja] {
                let text = caption(Look { place, hour: "night", weather }, lang);
                assert!(text.chars().count() <= LONGEST, "{text}");
                // What the caption says is what would be chosen by it.
                let chosen = choose(&text, &[], Look::default());
                if *weather != "clear" {
                    assert_eq!(chosen.look.weather, *weather, "{text}");
                }
                assert_eq!((chosen.look.place, chosen.look.hour), (*place, "night"), "{text}");
            }
        }
    }
}

#[test]
fn a_cancelled_picture_is_none() {
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(Layers::new(Look::default()).draw(&sketch(), &cancel).unwrap(), None);
}
