//! The recovery code: the data key itself in letters and digits that a person can write down and type, with a checksum.
//!
//! Crockford's base 32 (no I, L, O, U; O is read as 0, I and L as 1): 56 characters in 14 groups for 32 bytes of key and 3 bytes of
//! checksum. A slip of the pen is noticed with odds of 2^24 to one before the key is tried.

use sha2_11::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::key::LENGTH;
use crate::{DataKey, Error};

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SUM: usize = 3;
/// Characters without dashes: 35 bytes at five bits a character.
const CHARACTERS: usize = (LENGTH + SUM) * 8 / 5;
const GROUP: usize = 4;

/// The code of a key, in groups of four with dashes between.
pub fn code(key: &DataKey) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; LENGTH + SUM]);
    bytes[..LENGTH].copy_from_slice(key.bytes());
    bytes[LENGTH..].copy_from_slice(&sum(key.bytes()));
    let mut text = Zeroizing::new(String::with_capacity(CHARACTERS + CHARACTERS / GROUP));
    for at in 0..CHARACTERS {
        if at > 0 && at % GROUP == 0 {
            text.push('-');
        }
        let (byte, bit) = (at * 5 / 8, at * 5 % 8);
        let pair =
            u16::from(bytes[byte]) << 8 | u16::from(bytes.get(byte + 1).copied().unwrap_or(0));
        text.push(char::from(LETTERS[usize::from(pair >> (11 - bit) & 31)]));
    }
    text
}

/// The key of a code as a person typed it. Full-width letters, lower case, spaces and any dashes are read, too.
///
/// # Errors
/// [`Error::BadCode`] says what does not fit.
pub fn key(typed: &str) -> Result<DataKey, Error> {
    use unicode_normalization::UnicodeNormalization as _;
    let mut bytes = Zeroizing::new([0_u8; LENGTH + SUM]);
    let mut count = 0;
    for letter in typed.nfkc() {
        if letter.is_whitespace() || matches!(letter, '-' | '‐' | '‑' | '–' | '—' | '−' | 'ー')
        {
            continue;
        }
        let plain = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let value = LETTERS.iter().position(|known| char::from(*known) == plain);
        let Some(value) = value else {
            return Err(Error::BadCode(format!("`{letter}` is in no code")));
        };
        if count == CHARACTERS {
            return Err(Error::BadCode(format!("it is longer than {CHARACTERS} characters")));
        }
        let (byte, bit) = (count * 5 / 8, count * 5 % 8);
        let pair = (value as u16) << (11 - bit);
        bytes[byte] |= (pair >> 8) as u8;
        if let Some(next) = bytes.get_mut(byte + 1) {
            *next |= pair as u8;
        }
        count += 1;
    }
    if count < CHARACTERS {
        return Err(Error::BadCode(format!("it has {count} of {CHARACTERS} characters")));
    }
    let (key, found) = bytes.split_at(LENGTH);
    if sum(key) != found {
        return Err(Error::BadCode("a character is wrong, or two are exchanged".to_owned()));
    }
    DataKey::from_bytes(key).ok_or_else(|| Error::BadCode("it is too short".to_owned()))
}

fn sum(key: &[u8]) -> [u8; SUM] {
    let mut hasher = Sha256::new();
    hasher.update(b"hanashi v1 recovery");
    hasher.update(key);
    let digest = hasher.finalize();
    [digest[0], digest[1], digest[2]]
}
