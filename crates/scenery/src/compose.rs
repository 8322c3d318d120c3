//! Layers laid over each other: the painting, the weather where it is seen, whoever is there, what stands before everything.

use domain::{Cancel, Painter, Problem, ProblemKind, Sketch};
use image::imageops::{self, FilterType};
use image::{DynamicImage, Rgb, RgbImage, RgbaImage};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::choose::Look;
use crate::layers::{PAINTED, near, painting, sky};
use crate::picture::{Error, Picture, decode};

/// Height of a figure, of the picture's.
const FIGURE: f32 = 0.92;
/// A corner that is less opaque than this belongs to a figure that was cut out.
const EMPTY: u8 = 16;

/// Draws from the paintings that ship. Works everywhere, offline.
pub struct Layers {
    look: Look,
    figure: Option<RgbaImage>,
}

impl Layers {
    /// For a scene that looks like this.
    pub fn new(look: Look) -> Self {
        Self { look, figure: None }
    }

    /// With somebody in it, where their picture is cut out (its upper corners are empty); a picture with a ground of its own is left away.
    #[must_use]
    pub fn with(mut self, figure: Option<&[u8]>) -> Self {
        let figure = figure.and_then(|bytes| decode(bytes).ok()).map(|decoded| decoded.to_rgba8());
        self.figure = figure.filter(|figure| {
            let right = figure.width().saturating_sub(1);
            let corners = [(0, 0), (right, 0)];
            figure.width() > 1 && corners.iter().all(|&(x, y)| figure.get_pixel(x, y)[3] < EMPTY)
        });
        self
    }

    fn compose(&self, sketch: &Sketch) -> Result<Picture, Error> {
        let (width, height) = (sketch.width.clamp(64, 1920), sketch.height.clamp(40, 1200));
        let fit = |bytes: &[u8]| -> Result<DynamicImage, Error> {
            Ok(decode(bytes)?.resize_to_fill(width, height, FilterType::Triangle))
        };
        let mut image = fit(painting(self.look.place, self.look.hour))?.to_rgb8();
        weather(&mut image, &self.look, sketch.seed);
        let mut overlaid: Option<RgbaImage> = None;
        if let Some(figure) = &self.figure {
            let scale = FIGURE * height as f32 / figure.height().max(1) as f32;
            let size = |side: u32| ((side as f32 * scale) as u32).clamp(1, 4096);
            let figure = imageops::resize(
                figure,
                size(figure.width()),
                size(figure.height()),
                FilterType::Triangle,
            );
            let left = (i64::from(width) - i64::from(figure.width())) / 2;
            let ground = overlaid.insert(DynamicImage::ImageRgb8(image.clone()).to_rgba8());
            let top = i64::from(height) - i64::from(figure.height());
            imageops::overlay(ground, &figure, left, top);
        }
        if let Some(bytes) = near(self.look.place) {
            let front = fit(bytes)?.to_rgba8();
            let ground =
                overlaid.get_or_insert_with(|| DynamicImage::ImageRgb8(image.clone()).to_rgba8());
            imageops::overlay(ground, &front, 0, 0);
        }
        if let Some(overlaid) = overlaid {
            image = DynamicImage::ImageRgba8(overlaid).to_rgb8();
        }
        Picture::of(&image)
    }
}

impl Painter for Layers {
    fn host(&self) -> Option<&str> {
        None
    }

    fn name(&self) -> String {
        "layers".to_owned()
    }

    fn draw(&self, sketch: &Sketch, cancel: &Cancel) -> Result<Option<Vec<u8>>, Problem> {
        if cancel.is_cancelled() {
            return Ok(None);
        }
        let made = self.compose(sketch).map_err(|error| {
            Problem::new(
                ProblemKind::Internal,
                format!("the scene could not be composed: {error}"),
                "install the program again: a painting that ships is damaged",
            )
        })?;
        Ok((!cancel.is_cancelled()).then_some(made.jpeg))
    }
}

/// Lays a colour over a pixel; what is outside is left out.
fn lay(image: &mut RgbImage, (x, y): (i64, i64), colour: [u8; 3], opacity: f32) {
    let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
    if x >= image.width() || y >= image.height() {
        return;
    }
    let Rgb(pixel) = image.get_pixel_mut(x, y);
    for (at, value) in pixel.iter_mut().enumerate() {
        let mixed = f32::from(*value) + (f32::from(colour[at]) - f32::from(*value)) * opacity;
        *value = mixed.clamp(0.0, 255.0) as u8;
    }
}

/// A soft disc, flattened by `squeeze` and turned by `turn` radians.
struct Disc {
    x: f32,
    y: f32,
    radius: f32,
    squeeze: f32,
    turn: f32,
}

impl Disc {
    fn paint(&self, image: &mut RgbImage, colour: [u8; 3], opacity: f32, soft: bool) {
        let reach = self.radius.ceil() as i64;
        let (sin, cos) = self.turn.sin_cos();
        for dy in -reach..=reach {
            for dx in -reach..=reach {
                let (u, v) = (dx as f32, dy as f32);
                let (u, v) = (u * cos + v * sin, (v * cos - u * sin) / self.squeeze);
                let far = (u * u + v * v).sqrt() / self.radius;
                if far > 1.0 {
                    continue;
                }
                let share = if soft { (1.0 - far).powi(2) } else { 1.0 };
                let at = (self.x as i64 + dx, self.y as i64 + dy);
                lay(image, at, colour, opacity * share);
            }
        }
    }
}

/// What falls or flies, where the sky of the place is. The same seed gives the same drops.
fn weather(image: &mut RgbImage, look: &Look, seed: u32) {
    let (width, height) = (image.width() as f32, image.height() as f32);
    let scale = (width / PAINTED.0 as f32).max(height / PAINTED.1 as f32);
    let (x, y, w, h) = sky(look.place);
    let across = |at: u32, whole: f32, painted: u32| {
        (whole - painted as f32 * scale) / 2.0 + at as f32 * scale
    };
    let (left, top) = (across(x, width, PAINTED.0), across(y, height, PAINTED.1));
    let (right, bottom) = (left + w as f32 * scale, top + h as f32 * scale);
    let share = (w * h) as f32 / (PAINTED.0 * PAINTED.1) as f32;
    let count = |whole: f32| (whole * share.max(0.25)) as usize;
    let mut chance = ChaCha8Rng::seed_from_u64(u64::from(seed));
    let spot = |chance: &mut ChaCha8Rng| {
        let x = chance.random_range(left..right.max(left + 1.0));
        let y = chance.random_range(top..bottom.max(top + 1.0));
        (x, y)
    };
    match look.weather {
        "rain" => {
            for _ in 0..count(520.0) {
                let (x, y) = spot(&mut chance);
                let long = chance.random_range(14.0..40.0) * scale.max(0.4);
                let opacity = chance.random_range(0.25..0.6);
                for step in 0..long as i64 {
                    let at = (x as i64 - step / 7, y as i64 + step);
                    if (at.1 as f32) < bottom {
                        lay(image, at, [220, 232, 248], opacity * step as f32 / long);
                    }
                }
            }
        }
        "snow" => {
            for _ in 0..count(320.0) {
                let (x, y) = spot(&mut chance);
                let radius = chance.random_range(2.5..6.5) * scale.max(0.5);
                let disc = Disc { x, y, radius, squeeze: 1.0, turn: 0.0 };
                disc.paint(image, [255, 255, 255], chance.random_range(0.6..1.0), true);
            }
        }
        "petals" => {
            for _ in 0..count(110.0) {
                let (x, y) = spot(&mut chance);
                let radius = chance.random_range(5.0..10.0) * scale.max(0.5);
                let turn = chance.random_range(0.0..std::f32::consts::PI);
                let disc = Disc { x, y, radius, squeeze: 0.55, turn };
                let pale: u8 = chance.random_range(169..214);
                disc.paint(image, [248, pale, 204], chance.random_range(0.7..0.95), false);
            }
        }
        "fireflies" => {
            for _ in 0..count(60.0) {
                let (x, y) = spot(&mut chance);
                let radius = chance.random_range(7.0..16.0) * scale.max(0.5);
                let disc = Disc { x, y, radius, squeeze: 1.0, turn: 0.0 };
                disc.paint(image, [226, 255, 140], chance.random_range(0.6..1.0), true);
            }
        }
        _ => {}
    }
}
