//! Where the voice goes, whatever it is: speakers, a file, silence.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use audio::{Deck, DeckOptions, EventSink, FileDeck};
use domain::{Playback, Problem, ProblemKind};

use crate::app::options::Output;
use crate::conversation::inbox::Inbox;
use crate::voice::ear::choice;

/// Events that may wait on their way from a file to the conductor.
const WAITING: usize = 256;

/// What plays.
pub(crate) enum Stage {
    /// A sound device, or the silent clock in its place.
    Deck(Arc<Deck>),
    /// A WAV file.
    File(Arc<FileDeck>),
}

impl Stage {
    /// Opens it. Speakers never fail: without a device they say so and keep time.
    pub(crate) fn open(
        output: &Output,
        device: &str,
        volume: f32,
        inbox: &Inbox,
    ) -> Result<Self, Problem> {
        let inbox = inbox.clone();
        Ok(match output {
            Output::Speakers => {
                let options =
                    DeckOptions { device: choice(device), volume, ..DeckOptions::default() };
                Self::Deck(Arc::new(Deck::open(
                    options,
                    Arc::new(move |event| inbox.playback(event)),
                )?))
            }
            Output::Silence | Output::Text => {
                Self::Deck(Arc::new(Deck::silent(Arc::new(move |event| inbox.playback(event)))?))
            }
            Output::File(path) => Self::File(Arc::new(FileDeck::create(
                path,
                FileDeck::RATE,
                from_any_thread(inbox)?,
            )?)),
        })
    }

    /// As the conductor sees it.
    pub(crate) fn playback(&self) -> Arc<dyn Playback> {
        match self {
            Self::Deck(deck) => Arc::clone(deck) as Arc<dyn Playback>,
            Self::File(file) => Arc::clone(file) as Arc<dyn Playback>,
        }
    }

    /// The sound device, where it is one.
    pub(crate) fn deck(&self) -> Option<&Deck> {
        match self {
            Self::Deck(deck) => Some(deck),
            Self::File(_) => None,
        }
    }

    /// Completes the file, once nobody else plays into it.
    pub(crate) fn close(self) -> Result<(), Problem> {
        let Self::File(file) = self else { return Ok(()) };
        let file = Arc::into_inner(file).ok_or_else(|| {
            Problem::new(ProblemKind::Internal, "the recording is still being written", "try again")
        })?;
        file.close().map(drop)
    }
}

/// A file reports from whichever thread calls it, the conductor's own among them, which must not wait for itself: a thread
/// between them takes that away.
fn from_any_thread(inbox: Inbox) -> Result<EventSink, Problem> {
    let (to, events) = sync_channel(WAITING);
    std::thread::Builder::new()
        .name("file-events".to_owned())
        .spawn(move || events.into_iter().for_each(|event| inbox.playback(event)))
        .map_err(|error| {
            Problem::new(
                ProblemKind::Memory,
                format!("the thread that follows the recording could not be started ({error})"),
                "close other programs and try again",
            )
        })?;
    Ok(Arc::new(move |event| {
        // The thread ends with the app; what comes after has nobody to hear it.
        let _ended = to.send(event);
    }))
}
