//! Times of the day, and scores that are written as they are.

use super::token::{Class, Found, Half, ends, small};

/// `10:30`, `10:30:05`, `10:30 pm`, `3pm`; `3:1` is a score.
pub(super) fn clock(rest: &[char]) -> Found {
    let (hour, h) = small(rest, 2)?;
    if rest.get(h) == Some(&':') {
        let (minute, m) = small(&rest[h + 1..], 2)?;
        let mut length = h + 1 + m;
        let mut second = None;
        if rest.get(length) == Some(&':') {
            let (s, l) = small(&rest[length + 1..], 2).filter(|(s, l)| *s < 60 && *l == 2)?;
            second = Some(s);
            length += 1 + l;
        }
        // Another one may stand behind it: 10:30-11:00, 8:00，9:00.
        let another = || match rest.get(length) {
            Some('-') => clock(&rest[length + 1..]).is_some(),
            other => other == Some(&','),
        };
        if !ends(rest, length) && noon(rest, length).is_none() && !another() {
            return None;
        }
        if m != 2 {
            return Some((Class::Score(hour, minute), length));
        }
        if hour > 24 || minute > 59 {
            return None;
        }
        let half = noon(rest, length);
        let length = half.map_or(length, |(_, end)| end);
        let half = half.map(|(half, _)| half);
        return Some((Class::Time { hour, minute, second, half }, length));
    }
    let (half, length) = noon(rest, h).filter(|_| (1..=12).contains(&hour))?;
    Some((Class::Time { hour, minute: 0, second: None, half: Some(half) }, length))
}

/// ` pm`, `a.m.`: which half of the day, and where it ends.
fn noon(rest: &[char], at: usize) -> Option<(Half, usize)> {
    let at = at + usize::from(rest.get(at) == Some(&' '));
    let half = match rest.get(at)?.to_ascii_lowercase() {
        'a' => Half::Morning,
        'p' => Half::Afternoon,
        _ => return None,
    };
    let dotted = rest.get(at + 1) == Some(&'.');
    let m = at + 1 + usize::from(dotted);
    if !rest.get(m)?.eq_ignore_ascii_case(&'m') {
        return None;
    }
    // The second full stop may also end the sentence, so it stays where nothing follows in the same sentence.
    let full_stop = dotted && rest.get(m + 1) == Some(&'.');
    let goes_on =
        rest.get(m + 2) == Some(&' ') && rest.get(m + 3).is_some_and(|c| c.is_lowercase());
    let end = m + 1 + usize::from(full_stop && goes_on);
    rest.get(m + 1).is_none_or(|c| !c.is_ascii_alphanumeric()).then_some((half, end))
}
