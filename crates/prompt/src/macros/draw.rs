//! Chance that repeats: numbers that follow from a seed and a place.

/// A number for a text.
pub(crate) fn hash(text: &str) -> u64 {
    // FNV-1a: the same on every machine and in every version.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// A number for a place in a text.
pub(super) fn number(seed: u64, at: usize, salt: &str) -> u64 {
    let mut mixed = seed ^ hash(salt) ^ (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A place in a list.
pub(super) fn index(number: u64, length: usize) -> usize {
    // The high bits of the product: even for every length.
    ((u128::from(number) * length as u128) >> 64) as usize
}

/// `6`, `d6`, `2d6`, `2d6+1`. `None`: these are no dice.
pub(super) fn roll(dice: &str, draw: impl Fn(u32) -> u64) -> Option<String> {
    const MAX_DICE: u32 = 100;
    const MAX_SIDES: u64 = 1_000_000;
    let dice = dice.to_ascii_lowercase();
    let (dice, bonus) = match dice.find(['+', '-']) {
        Some(at) => (dice[..at].trim(), dice[at..].replace(' ', "").parse::<i64>().ok()?),
        None => (dice.trim(), 0),
    };
    let (count, sides) = match dice.split_once('d') {
        Some(("", sides)) => (1, sides),
        Some((count, sides)) => (count.trim().parse::<u32>().ok()?, sides),
        None => (1, dice),
    };
    let sides = sides.trim().parse::<u64>().ok()?;
    if sides == 0 || sides > MAX_SIDES || count > MAX_DICE || bonus.abs() > 1_000_000 {
        return None;
    }
    let total: i64 = (0..count).map(|die| index(draw(die), sides as usize) as i64 + 1).sum();
    Some((total + bonus).to_string())
}
