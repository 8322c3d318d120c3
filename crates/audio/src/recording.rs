//! Recordings in any format that is played: what a telephone writes is seldom a WAV file.

use std::io::Read;
use std::path::Path;

use domain::{Problem, Utterance};

use crate::music::{MusicError, music_kind, read_sound};
use crate::resample::resample;
use crate::wav::{self, LONGEST_WAV};

/// Most of a file that is read: half an hour of FLAC with two channels of 24 bits.
const MOST_BYTES: u64 = 512 << 20;

/// Reads speech out of a WAV file (see [`crate::read_wav`]), or of Ogg Vorbis, Opus, MP3, AAC or FLAC: mono, at 16 kHz.
///
/// # Errors
/// Where the file is missing, damaged, no sound, without sound, or longer than [`LONGEST_WAV`].
pub fn read_recording(path: &Path) -> Result<Utterance, Problem> {
    let mut file = wav::open(path)?;
    let mut bytes = Vec::new();
    let unread = |error: std::io::Error| wav::damaged(path, &error.to_string());
    file.by_ref().take(16).read_to_end(&mut bytes).map_err(unread)?;
    // What is no sound at all is told what was expected by whoever reads WAV files.
    if matches!(music_kind(&bytes), None | Some("wav")) {
        return wav::read_rest(path, bytes, file);
    }
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 >= MOST_BYTES {
        return Err(wav::too_long(path));
    }
    let sound = read_sound(&bytes, LONGEST_WAV as u32 / 60).map_err(|error| match error {
        MusicError::TooLong => wav::too_long(path),
        MusicError::TooShort => wav::no_sound(path),
        error => wav::damaged(path, &error.to_string()),
    })?;
    Ok(Utterance { pcm: resample(&sound.pcm, sound.rate, Utterance::RATE)?.into() })
}

#[cfg(test)]
mod tests {
    use domain::ProblemKind;

    use super::read_recording;
    use crate::wav::write_wav;

    #[test]
    fn what_is_played_is_heard_too_and_what_is_no_sound_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("said");
        std::fs::write(&path, include_bytes!("../tests/fixtures/tone.opus")).unwrap();
        assert!((1_450..=1_550).contains(&read_recording(&path).unwrap().duration_ms()));
        write_wav(&path, &vec![0.1; 8_000], 16_000).unwrap();
        assert_eq!(read_recording(&path).unwrap().duration_ms(), 500);
        for bad in [&b"fLaC and nothing more"[..], b"a text"] {
            std::fs::write(&path, bad).unwrap();
            assert_eq!(read_recording(&path).unwrap_err().kind, ProblemKind::Damaged);
        }
    }

    /// What `read_recording` makes of these bytes where they come through a pipe: they come once, and nobody knows how many they are.
    #[cfg(unix)]
    fn piped(bytes: &[u8]) -> Result<u64, domain::Problem> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let (to, bytes) = (path.clone(), bytes.to_vec());
        // Whoever reads may stop before the end, and the pipe breaks.
        let writer = std::thread::spawn(move || std::fs::write(to, bytes).is_ok());
        let read = read_recording(&path).map(|sound| sound.duration_ms());
        writer.join().unwrap();
        read
    }

    #[cfg(unix)]
    #[test]
    fn what_comes_through_a_pipe_is_heard_as_from_a_file() {
        let opus = include_bytes!("../tests/fixtures/tone.opus");
        assert!((1_450..=1_550).contains(&piped(opus).unwrap()));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("said.wav");
        write_wav(&path, &vec![0.1; 8_000], 16_000).unwrap();
        let mut wav = std::fs::read(&path).unwrap();
        assert_eq!(piped(&wav).unwrap(), 500);
        // As arecord promises what it cannot know.
        wav[4..8].fill(0xff);
        wav[40..44].fill(0xff);
        assert_eq!(piped(&wav).unwrap(), 500);
        for bad in [&b""[..], b"RIFF", b"fLaC and nothing more", b"a text", &wav[..30]] {
            assert_eq!(piped(bad).unwrap_err().kind, ProblemKind::Damaged, "{bad:?}");
        }
    }
}
