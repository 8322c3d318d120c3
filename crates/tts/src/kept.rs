//! What was said lately, as it sounded: a line that is said again (a greeting, a replay) begins at once and costs nothing.

use std::collections::VecDeque;

use crate::sound::{Mark, Sound};

/// Bytes of sound that are kept: about three minutes of speech.
const LIMIT: usize = 16 << 20;

/// Sounds of pieces by what was said and how, the one that was wanted last behind the others.
#[derive(Debug)]
pub(crate) struct Kept {
    pieces: VecDeque<(String, Sound)>,
    bytes: usize,
    limit: usize,
}

impl Default for Kept {
    fn default() -> Self {
        Self { pieces: VecDeque::new(), bytes: 0, limit: LIMIT }
    }
}

impl Kept {
    /// Forgets everything.
    pub(crate) fn forget(&mut self) {
        (self.pieces, self.bytes) = (VecDeque::new(), 0);
    }

    /// Bytes that are kept.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Forgets everything, and keeps nothing from now on.
    pub(crate) fn nothing(&mut self) {
        *self = Self { limit: 0, ..Self::default() };
    }

    /// The sound of a piece that was said before.
    pub(crate) fn get(&mut self, key: &str) -> Option<Sound> {
        let at = self.pieces.iter().position(|(known, _)| known == key)?;
        let piece = self.pieces.remove(at)?;
        let sound = piece.1.clone();
        self.pieces.push_back(piece);
        Some(sound)
    }

    /// Keeps the sound of a piece; the oldest go where there is too much.
    pub(crate) fn put(&mut self, key: String, sound: &Sound) {
        let size = size(&key, sound);
        if size > self.limit {
            return;
        }
        while self.bytes + size > self.limit
            && let Some((key, sound)) = self.pieces.pop_front()
        {
            self.bytes -= self::size(&key, &sound);
        }
        self.bytes += size;
        self.pieces.push_back((key, sound.clone()));
    }
}

fn size(key: &str, sound: &Sound) -> usize {
    key.len() + size_of_val(&sound.pcm[..]) + sound.marks.len() * size_of::<Mark>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(samples: usize) -> Sound {
        Sound { pcm: vec![0.5; samples], rate: 22_050, marks: Vec::new() }
    }

    #[test]
    fn what_was_wanted_last_stays_longest_and_no_more_than_fits() {
        let mut kept = Kept { limit: 3 * 4_001, ..Kept::default() };
        for key in ["a", "b", "c"] {
            kept.put(key.into(), &sound(1_000));
        }
        assert_eq!(kept.get("a"), Some(sound(1_000)));
        kept.put("d".into(), &sound(1_000));
        let known: Vec<bool> = ["a", "b", "c", "d"].map(|key| kept.get(key).is_some()).into();
        assert_eq!(known, [true, false, true, true]);
        kept.put("long".into(), &sound(4_000));
        assert!(kept.get("long").is_none() && kept.get("a").is_some(), "too long to keep");
        kept.forget();
        assert!(kept.get("a").is_none() && kept.bytes() == 0);
        kept.put("a".into(), &sound(2_900));
        assert!(kept.get("a").is_some(), "there is room for it now");
        kept.nothing();
        kept.put("e".into(), &sound(1));
        assert!(kept.get("a").is_none() && kept.get("e").is_none());
    }
}
