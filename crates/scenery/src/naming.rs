//! What a picture of a place is called, and at which hour it is, from its file's name: as the painted places write it (`park-dusk`), Ren'Py
//! (`bg park dusk`), SillyTavern's backgrounds (`landscape beach night`), and folders of Chinese and Japanese makers (`教室（夜）`).

use crate::HOURS;

/// Longest name that is kept, in characters.
pub const LONGEST_NAME: usize = 40;
/// What stands before the names of backgrounds, and says nothing.
const HEADS: [&str; 6] = ["background", "bg", "scene", "背景", "场景", "場景"];
/// What stands at their end, and says the hour. Longer ones first: `深夜` ends in `夜`.
const TAILS: [(&str, usize); 34] = [
    ("afternoon", 0),
    ("morning", 0),
    ("daytime", 0),
    ("noon", 0),
    ("day", 0),
    ("白天", 0),
    ("早上", 0),
    ("早晨", 0),
    ("上午", 0),
    ("中午", 0),
    ("下午", 0),
    ("日中", 0),
    ("昼", 0),
    ("朝", 0),
    ("日", 0),
    ("sunset", 1),
    ("twilight", 1),
    ("evening", 1),
    ("dusk", 1),
    ("黄昏", 1),
    ("傍晚", 1),
    ("夕暮れ", 1),
    ("夕暮", 1),
    ("夕方", 1),
    ("夕焼け", 1),
    ("夕", 1),
    ("midnight", 2),
    ("night", 2),
    ("夜晚", 2),
    ("夜间", 2),
    ("晚上", 2),
    ("深夜", 2),
    ("夜中", 2),
    ("夜", 2),
];

/// What a file's name says of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The place, in words.
    pub name: String,
    /// One of [`HOURS`]; `None` where it says none.
    pub hour: Option<&'static str>,
    /// The name is written as backgrounds are: it has their head, or an hour at its end.
    pub sure: bool,
}

/// Reads a file's name without its ending.
pub fn name_of(stem: &str) -> Named {
    let spaced: String = stem
        .chars()
        .map(|c| match c {
            // The last ones would end a name where it is said: in `[scene: name]`, in a list of names.
            '_' | '-' | '.' | '・' | '　' | '(' | ')' | '（' | '）' | '[' | ']' | '【' | '】'
            | ':' | '：' | ',' | '，' | '、' | '{' | '}' | '<' | '>' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    let mut words: Vec<&str> = spaced.split_whitespace().collect();
    let mut sure = false;
    if words.len() > 1 && HEADS.iter().any(|head| words[0].eq_ignore_ascii_case(head)) {
        words.remove(0);
        sure = true;
    }
    let joined = words.join(" ");
    let (rest, hour) = without_hour(&joined);
    let rest = if rest.is_empty() { joined.as_str() } else { rest };
    Named {
        name: rest.chars().take(LONGEST_NAME).collect::<String>().trim().to_owned(),
        hour,
        sure: sure || hour.is_some(),
    }
}

/// A name that a person wrote, as it is kept: on one line, without what would end a direction.
pub fn plain(name: &str) -> String {
    let kept = name.chars().map(|c| match c {
        '[' | ']' | ':' | '：' | ',' | '，' | '、' | '{' | '}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    });
    let kept: String = kept.collect();
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    kept.chars().take(LONGEST_NAME).collect::<String>().trim().to_owned()
}

fn without_hour(name: &str) -> (&str, Option<&'static str>) {
    let lower = name.to_lowercase();
    // Letters whose small form has another length would put places in the one out of the other.
    if lower.len() != name.len() {
        return (name, None);
    }
    for (tail, hour) in TAILS {
        let Some(rest) = lower.strip_suffix(tail) else { continue };
        // `Monday` is no day; Chinese and Japanese have no space before an hour. One sign may be the end of a longer word.
        let apart = rest.is_empty() || rest.ends_with(' ');
        let glued = !tail.is_ascii() && (tail.chars().count() > 1 || tail == "夜" || tail == "夕");
        if apart || glued {
            return (name[..rest.len()].trim_end(), Some(HOURS[hour]));
        }
    }
    (name, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_maker_are_read() {
        for (file, name, hour) in [
            ("park-dusk", "park", Some("dusk")),
            ("bg club_day", "club", Some("day")),
            ("bg cafe", "cafe", None),
            ("BG_Old Mill_Night", "Old Mill", Some("night")),
            ("landscape beach night", "landscape beach", Some("night")),
            ("tavern day", "tavern", Some("day")),
            ("bedroom clean", "bedroom clean", None),
            ("教室（夜）", "教室", Some("night")),
            ("背景_海边黄昏", "海边", Some("dusk")),
            ("屋上 夕方", "屋上", Some("dusk")),
            ("Monday", "Monday", None),
            ("今日", "今日", None),
            ("night", "night", Some("night")),
            ("bg", "bg", None),
            ("mill: [x], y", "mill x y", None),
            ("", "", None),
        ] {
            let read = name_of(file);
            assert_eq!((read.name.as_str(), read.hour), (name, hour), "{file}");
        }
        assert!(name_of("bg cafe").sure && !name_of("cafe").sure);
    }

    #[test]
    fn names_fit_a_direction() {
        assert_eq!(plain(" a [b]: c,\nd "), "a b c d");
        assert_eq!(plain(&"長".repeat(90)).chars().count(), LONGEST_NAME);
        assert_eq!(name_of(&"x".repeat(300)).name.len(), LONGEST_NAME);
    }
}
