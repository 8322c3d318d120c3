//! Which sound devices there are, and what to tell a person when one cannot be used.
//!
//! On Linux a PulseAudio or PipeWire server is used where one answers (cpal's own `pulseaudio` host paces correctly and
//! follows re-plugging; ALSA's pulse plugin loses frames), else ALSA.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use cpal::traits::{DeviceTrait, HostTrait};
use domain::{Problem, ProblemKind};

/// Which device to use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DeviceChoice {
    /// The system's default, followed when it changes.
    #[default]
    Default,
    /// The one with this name or id, as [`devices`] lists them; the default while it is not there.
    Named(String),
    /// None: time is kept silently.
    Silent,
}

/// A sound device as a person chooses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Name for people (`Built-in Audio Analog Stereo`).
    pub name: String,
    /// Stable id (`pulseaudio:alsa_output.pci…`), to be kept in the settings.
    pub id: String,
    /// True for the system's default.
    pub is_default: bool,
}

/// What there is to hear with and to speak through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceList {
    /// Microphones.
    pub inputs: Vec<DeviceInfo>,
    /// Speakers.
    pub outputs: Vec<DeviceInfo>,
}

/// Direction of sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    In,
    Out,
}

/// The sound system in use.
pub(crate) fn host() -> cpal::Host {
    // Without a sound card alsa-lib complains on the terminal at every look; the reason reaches us as an error anyway. The
    // handler is this thread's own, and a new one drops what the old one collected.
    #[cfg(target_os = "linux")]
    drop(alsa::Output::local_error_handler());
    cpal::default_host()
}

/// Lists all devices. Empty lists are an answer, not an error.
pub fn devices() -> DeviceList {
    let host = host();
    DeviceList { inputs: list(&host, Direction::In), outputs: list(&host, Direction::Out) }
}

fn list(host: &cpal::Host, direction: Direction) -> Vec<DeviceInfo> {
    let default = default_device(host, direction).and_then(|device| device.id().ok());
    let Ok(devices) = host.devices() else { return Vec::new() };
    let mut found = Vec::new();
    for device in devices {
        let (Ok(id), Ok(description)) = (device.id(), device.description()) else { continue };
        let usable = match direction {
            Direction::In => description.supports_input() && !is_monitor(&id.to_string()),
            Direction::Out => description.supports_output(),
        };
        if usable {
            let is_default = default.as_ref() == Some(&id);
            let name = description.name().to_owned();
            found.push(DeviceInfo { name, id: id.to_string(), is_default });
        }
    }
    found
}

/// PulseAudio lists what a speaker plays as a source of its own: never a microphone.
fn is_monitor(id: &str) -> bool {
    id.starts_with("pulseaudio:") && id.ends_with(".monitor")
}

fn default_device(host: &cpal::Host, direction: Direction) -> Option<cpal::Device> {
    match direction {
        Direction::In => host.default_input_device(),
        Direction::Out => host.default_output_device(),
    }
}

/// Looks a device up. A named one that is not there is replaced by the default.
pub(crate) fn find(
    host: &cpal::Host,
    choice: &DeviceChoice,
    direction: Direction,
) -> Option<cpal::Device> {
    if let DeviceChoice::Named(wanted) = choice {
        let named = host.devices().ok().into_iter().flatten().find(|device| {
            let id = device.id().map(|id| id.to_string()).unwrap_or_default();
            let Ok(description) = device.description() else { return false };
            let fits = match direction {
                Direction::In => description.supports_input(),
                Direction::Out => description.supports_output(),
            };
            fits && (id == *wanted
                || id.split_once(':').is_some_and(|(_, name)| name == wanted)
                || description.name() == wanted)
        });
        if named.is_some() {
            return named;
        }
        tracing::warn!(wanted, "the chosen sound device is not there; using the default");
    }
    default_device(host, direction)
}

/// No device to play through, in words for a person.
pub(crate) fn no_speakers(reason: &str) -> Problem {
    Problem::new(
        ProblemKind::Device,
        format!("no speakers can be used ({reason})"),
        "connect speakers or headphones, or choose others in the settings; the reply goes on as text meanwhile",
    )
}

/// No device to hear with, in words for a person.
pub(crate) fn no_microphone(reason: &str) -> Problem {
    Problem::new(
        ProblemKind::Device,
        format!("no microphone can be used ({reason})"),
        "connect a microphone, allow this app to use it, or choose another in the settings; typing works without one",
    )
}

/// Why a microphone could not be opened, in words for a person.
pub(crate) fn refused_microphone(error: &cpal::Error) -> Problem {
    let (what, remedy) = match error.kind() {
        cpal::ErrorKind::PermissionDenied => (
            "the system does not let this app use the microphone",
            "allow it in the system's privacy settings (microphone), then try again; typing works without one",
        ),
        cpal::ErrorKind::DeviceBusy => (
            "another program keeps the microphone to itself",
            "close that program (a call, a recorder), then try again; typing works meanwhile",
        ),
        _ => return no_microphone(&error.to_string()),
    };
    Problem::new(ProblemKind::Device, what, remedy)
}

/// What a running stream's error callback leaves behind for the thread that owns the stream.
#[derive(Debug, Default)]
pub(crate) struct Failure {
    failed: AtomicBool,
    reason: Mutex<String>,
}

impl Failure {
    /// Keeps an error, unless the stream goes on by itself after it.
    pub(crate) fn report(&self, error: &cpal::Error) {
        if is_harmless(error.kind()) {
            tracing::debug!(%error, "sound device");
            return;
        }
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = error.to_string();
        self.failed.store(true, Ordering::Release);
    }

    /// Why the stream is dead; `None` while it is not.
    pub(crate) fn reason(&self) -> Option<String> {
        let failed = self.failed.load(Ordering::Acquire);
        failed.then(|| self.reason.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn is_harmless(kind: cpal::ErrorKind) -> bool {
    matches!(
        kind,
        cpal::ErrorKind::Xrun | cpal::ErrorKind::RealtimeDenied | cpal::ErrorKind::DeviceChanged
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_speaker_plays_is_not_a_microphone() {
        assert!(is_monitor("pulseaudio:spk.monitor"));
        assert!(!is_monitor("pulseaudio:alsa_input.usb-mic"));
        assert!(!is_monitor("alsa:a.monitor"));
    }

    #[test]
    fn a_refusal_says_who_refused() {
        let problem = |kind: cpal::ErrorKind| refused_microphone(&kind.into());
        assert!(problem(cpal::ErrorKind::PermissionDenied).remedy.contains("privacy"));
        assert!(problem(cpal::ErrorKind::DeviceBusy).message.contains("another program"));
        assert!(problem(cpal::ErrorKind::DeviceNotAvailable).remedy.contains("connect"));
    }

    #[test]
    fn listing_works_whatever_the_machine_has() {
        let list = devices();
        println!("{} inputs, {} outputs", list.inputs.len(), list.outputs.len());
        for device in list.inputs.iter().chain(&list.outputs) {
            assert!(!device.id.is_empty());
        }
    }
}
