//! What is heard beside the voice. The page says what, because scenes and cues are its business; the samples are made here, or read from
//! what the person brought, on a thread of their own, and played by the deck, so that the microphone's reference knows of them.

use std::sync::{Arc, Mutex};

use api::AppEvent;
use audio::{Sound, Track};
use domain::{Lang, Problem, ProblemKind};
use score::{Kind, Piece};

use crate::app::{Answer, App, lock};
use crate::stage::own_scenery::OWN;

/// Rate at which pieces are made: what nearly every device has.
const RATE: u32 = 48_000;
/// Longest text that is read aloud beside the story, in characters.
const LONGEST_TEXT: usize = 400;

/// The loops that are wanted; a piece that was overtaken while it was made is not played.
#[derive(Debug, Default)]
pub(crate) struct Loops {
    wanted: Mutex<[String; 2]>,
    /// Counts texts that are read aloud: a newer one silences those before it.
    read: Mutex<u64>,
}

/// A sound that the page asked for.
enum Heard {
    /// One that ships.
    Piece(Piece),
    /// One of the person's, by its id.
    Own(String),
}

impl Heard {
    fn named(kind: Kind, name: &str) -> Option<Self> {
        match name.strip_prefix(OWN) {
            Some(id) => Some(Self::Own(id.to_owned())),
            None => Piece::named(kind, name).map(Self::Piece),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Piece(piece) => piece.name.to_owned(),
            Self::Own(id) => format!("{OWN}{id}"),
        }
    }
}

impl App {
    /// Loops under the voice from now on: names of pieces, or `own:` and the id of a sound of the person's. An empty or unknown name is
    /// silence. What already plays goes on.
    pub fn set_loops(self: &Arc<Self>, music: &str, ambience: &str) -> Answer<()> {
        let tracks = [
            (Track::Music, Heard::named(Kind::Music, music)),
            (Track::Ambience, Heard::named(Kind::Ambience, ambience)),
        ];
        for (index, (track, wanted)) in tracks.into_iter().enumerate() {
            let name = wanted.as_ref().map_or_else(String::new, Heard::name);
            if std::mem::replace(&mut lock(&self.loops.wanted)[index], name.clone()) == name {
                continue;
            }
            let Some(wanted) = wanted else {
                self.with_deck(|deck| deck.set_loop(track, None));
                continue;
            };
            // A program that ends meanwhile waits for no loop.
            let (app, props) = (Arc::downgrade(self), Arc::clone(&self.props));
            on_thread(move || {
                let sound = match wanted {
                    Heard::Piece(piece) => Ok(made(piece)),
                    Heard::Own(id) => props.sound(&id, track),
                };
                let Some(app) = app.upgrade() else { return };
                // A sound that is gone or damaged is silence, and not the one before it.
                let sound = sound.map_err(|problem| {
                    app.hub.send(AppEvent::Notice { problem: problem.into() });
                });
                if lock(&app.loops.wanted)[index] == name {
                    app.with_deck(|deck| deck.set_loop(track, sound.ok()));
                }
            })?;
        }
        Ok(())
    }

    /// Plays an effect once: one that ships, or `own:` and the id of a sound of the person's. An unknown one is silence: the page shows its
    /// caption all the same.
    pub fn play_effect(self: &Arc<Self>, name: &str) -> Answer<()> {
        let Some(wanted) = Heard::named(Kind::Effect, name) else { return Ok(()) };
        let (app, props) = (Arc::downgrade(self), Arc::clone(&self.props));
        Ok(on_thread(move || {
            let sound = match wanted {
                Heard::Piece(piece) => Ok(made(piece)),
                Heard::Own(id) => props.effect(&id),
            };
            let Some(app) = app.upgrade() else { return };
            match sound {
                Ok(sound) => app.with_deck(|deck| deck.play_sound(sound)),
                Err(problem) => app.hub.send(AppEvent::Notice { problem: problem.into() }),
            }
        })?)
    }

    /// Reads a text of the page aloud, for somebody who cannot see it, in `language` (`en`, `zh`, `ja`). A newer text takes the place of an
    /// older one. Silence where the voices are not loaded: a screen reader of the system may do better.
    pub fn read_aloud(self: &Arc<Self>, text: &str, language: &str) -> Answer<()> {
        let ticket = {
            let mut read = lock(&self.loops.read);
            *read += 1;
            *read
        };
        let text: String = delivery::speech(text).chars().take(LONGEST_TEXT).collect();
        let Some(speaker) = self.parts.speaker().filter(|_| !text.trim().is_empty()) else {
            self.with_deck(audio::Deck::hush_sounds);
            return Ok(());
        };
        let lang = Lang::from_code(language).unwrap_or_default();
        let app = Arc::clone(self);
        Ok(on_thread(move || {
            let spoken = match speaker.render(&text, lang, None) {
                Ok(spoken) => spoken,
                Err(problem) => {
                    tracing::warn!(%problem, "the page was not read aloud");
                    return;
                }
            };
            if *lock(&app.loops.read) == ticket {
                app.with_deck(|deck| {
                    deck.hush_sounds();
                    deck.play_sound(Sound { pcm: spoken.pcm.into(), rate: spoken.rate });
                });
            }
        })?)
    }
}

fn made(piece: Piece) -> Sound {
    Sound { pcm: piece.render(RATE).into(), rate: RATE }
}

/// Making a loop takes a good part of a second.
fn on_thread(work: impl FnOnce() + Send + 'static) -> Result<(), Problem> {
    std::thread::Builder::new().name("score".to_owned()).spawn(work).map(drop).map_err(|error| {
        Problem::new(
            ProblemKind::Memory,
            format!("the thread that makes sounds could not be started ({error})"),
            "close other programs and try again",
        )
    })
}
