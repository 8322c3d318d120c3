//! The only room that knows sound devices: capture, playback, the playhead. It knows nothing of models.
//!
//! - [`Deck`] plays lines through the speakers (or keeps their time in silence) and reports what was really heard;
//!   [`FileDeck`] writes them to a WAV file faster than real time. Both are [`domain::Playback`].
//! - [`Mic`] hears: mono frames at 16 kHz, a level meter, and survives unplugging.
//! - [`Trial`] measures whether a microphone will do, and names what keeps it from it.
//! - [`read_music`] with [`looped`] or [`struck`] makes a loop, or an effect, of a file that somebody brought.
//! - [`read_wav`], [`read_recording`] and [`write_wav`] are the same for files.

mod align;
mod bed;
mod canceller;
mod clock;
mod deck;
mod devices;
mod echo;
mod feeder;
mod file_deck;
mod gain;
mod mic;
mod mpeg4;
mod music;
mod near_end;
mod opus;
mod output;
mod recording;
mod reference;
mod resample;
mod residual;
pub mod room;
mod source;
mod timeline;
mod trial;
mod wav;

pub use bed::{Sound, Track};
pub use clock::Mark;
pub use deck::{DUCKED, Deck, DeckOptions, EventSink};
pub use devices::{DeviceChoice, DeviceInfo, DeviceList, devices};
pub use echo::{Denoise, EchoCanceller, Frame};
pub use file_deck::{FileDeck, Written};
pub use mic::{Cleaning, Level, Mic, MicEvent, MicEventSink};
pub use music::{LONGEST_MUSIC, MusicError, look_at_music, looped, music_kind, read_music, struck};
pub use recording::read_recording;
pub use reference::Reference;
pub use resample::{RATES, Resampler, resample};
pub use trial::{Finding, Trial, TrialReport, TrialStep};
pub use wav::{LONGEST_WAV, read_wav, write_wav};
