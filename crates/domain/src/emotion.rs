//! Feelings that a character can show, as the model writes them: `[joy]`.

use serde::{Deserialize, Serialize};

/// One of the expressions every puppet has (or falls back from to [`Emotion::Neutral`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Emotion {
    /// At rest.
    #[default]
    Neutral,
    /// Happy, laughing.
    Joy,
    /// Sad, disappointed.
    Sad,
    /// Angry, annoyed.
    Angry,
    /// Surprised, startled.
    Surprised,
    /// Shy, embarrassed; blushes.
    Shy,
    /// Fond, moved.
    Love,
    /// Thinking, looking aside.
    Thinking,
    /// Sleepy, tired.
    Sleepy,
    /// Worried, anxious.
    Worried,
}

impl Emotion {
    /// All of them, in the order in which the app lists them.
    pub const ALL: [Self; 10] = [
        Self::Neutral,
        Self::Joy,
        Self::Sad,
        Self::Angry,
        Self::Surprised,
        Self::Shy,
        Self::Love,
        Self::Thinking,
        Self::Sleepy,
        Self::Worried,
    ];

    /// The tag without brackets: `joy`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Joy => "joy",
            Self::Sad => "sad",
            Self::Angry => "angry",
            Self::Surprised => "surprised",
            Self::Shy => "shy",
            Self::Love => "love",
            Self::Thinking => "thinking",
            Self::Sleepy => "sleepy",
            Self::Worried => "worried",
        }
    }

    /// Reads a tag (without brackets, any case). Common synonyms of the wild (`happy`, `blush`, …) are understood,
    /// because models trained elsewhere write them.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Some(match tag.trim().to_ascii_lowercase().as_str() {
            "neutral" | "calm" | "normal" => Self::Neutral,
            "joy" | "happy" | "smile" | "laugh" | "excited" | "amused" | "fun" => Self::Joy,
            "sad" | "sadness" | "cry" | "disappointed" | "grief" => Self::Sad,
            "angry" | "anger" | "annoyed" | "mad" | "disgust" => Self::Angry,
            "surprised" | "surprise" | "shocked" | "startled" => Self::Surprised,
            "shy" | "blush" | "embarrassed" | "embarrassment" => Self::Shy,
            "love" | "fond" | "affection" | "caring" => Self::Love,
            "thinking" | "think" | "thoughtful" | "curious" | "confused" => Self::Thinking,
            "sleepy" | "tired" | "yawn" => Self::Sleepy,
            "worried" | "worry" | "nervous" | "anxious" | "fear" | "scared" => Self::Worried,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Emotion;

    #[test]
    fn every_emotion_reads_its_own_tag() {
        for emotion in Emotion::ALL {
            assert_eq!(Emotion::from_tag(emotion.tag()), Some(emotion));
        }
    }
}
