//! What happens at a place of a line: a feeling, something done to the stage, a choice that is offered.

use serde::{Deserialize, Serialize};

use crate::Emotion;

/// Longest argument of a direction (`[scene: …]`), in characters.
pub const LONGEST_ARGUMENT: usize = 120;

/// Which part of the stage a direction sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The place that is seen.
    Scene,
    /// Rain, snow, a clear sky.
    Weather,
    /// The hour of the day.
    Time,
    /// The music from here on.
    Music,
    /// A sound that is heard once.
    Sound,
    /// How it is looked at: near, from afar, a shake.
    Camera,
    /// How the next place comes.
    Transition,
    /// What the character does with head and body.
    Gesture,
    /// Something that the person may answer.
    Choice,
}

impl Direction {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Scene,
        Self::Weather,
        Self::Time,
        Self::Music,
        Self::Sound,
        Self::Camera,
        Self::Transition,
        Self::Gesture,
        Self::Choice,
    ];

    /// The name before the colon: `scene`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scene => "scene",
            Self::Weather => "weather",
            Self::Time => "time",
            Self::Music => "music",
            Self::Sound => "sound",
            Self::Camera => "camera",
            Self::Transition => "transition",
            Self::Gesture => "gesture",
            Self::Choice => "choice",
        }
    }

    /// What scripts of novels and other tools call it, in small letters; its own name first.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Scene => {
                &["scene", "background", "bg", "location", "place", "场景", "場景", "背景", "場面"]
            }
            Self::Weather => &["weather", "天气", "天氣", "天気"],
            Self::Time => &["time", "daylight", "时间", "時間", "時刻"],
            Self::Music => &["music", "bgm", "音乐", "音樂", "音楽"],
            Self::Sound => &["sound", "sfx", "se", "音效", "効果音"],
            Self::Camera => &["camera", "镜头", "鏡頭", "カメラ"],
            Self::Transition => &["transition", "转场", "轉場", "場面転換"],
            Self::Gesture => &["gesture", "motion", "动作", "動作", "しぐさ", "仕草"],
            Self::Choice => &["choice", "option", "选项", "選項", "選択肢"],
        }
    }

    /// Reads a name (any case). What scripts of novels and other tools call them is understood.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        Self::ALL.into_iter().find(|direction| direction.names().contains(&name.as_str()))
    }

    /// Whether a name that is understood begins like this (any case).
    pub fn is_begun_by(beginning: &str) -> bool {
        let beginning = beginning.to_lowercase();
        let mut names = Self::ALL.iter().flat_map(|direction| direction.names());
        names.any(|name| name.starts_with(&beginning))
    }
}

/// What a cue shows, sets or offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Show {
    /// The face from here on.
    Feeling(Emotion),
    /// A direction and its argument: not empty, one row, at most [`LONGEST_ARGUMENT`] characters, without brackets.
    Stage(Direction, String),
}

impl Show {
    /// As it stands in a reply of the log: `[joy]`, `[scene: park]`.
    pub fn tag(&self) -> String {
        match self {
            Self::Feeling(emotion) => format!("[{}]", emotion.tag()),
            Self::Stage(direction, argument) => format!("[{}: {argument}]", direction.name()),
        }
    }
}

/// Something at a place in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    /// Where in the line's displayed text, in characters (`char`s) from its start.
    pub at: usize,
    /// What happens there.
    pub show: Show,
}

impl Cue {
    /// The feeling, where it is one.
    pub fn emotion(&self) -> Option<Emotion> {
        match self.show {
            Show::Feeling(emotion) => Some(emotion),
            Show::Stage(..) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, Show};

    #[test]
    fn every_direction_reads_its_own_name() {
        for direction in Direction::ALL {
            assert_eq!(Direction::from_name(direction.name()), Some(direction));
        }
        assert_eq!(Direction::from_name("BGM"), Some(Direction::Music));
        assert_eq!(Direction::from_name("镜头"), Some(Direction::Camera));
        assert_eq!(Direction::from_name("仕草"), Some(Direction::Gesture));
        assert_eq!(Direction::from_name("note"), None);
        assert!(["", "Sce", "場面", "しぐ"].into_iter().all(Direction::is_begun_by));
        assert!(!Direction::is_begun_by("scenes") && !Direction::is_begun_by("note"));
        let park = Show::Stage(Direction::Scene, "park".into());
        assert_eq!(park.tag(), "[scene: park]");
    }
}
