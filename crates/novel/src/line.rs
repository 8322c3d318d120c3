//! The row that every reader produces and every dataset is made of.

use serde::{Deserialize, Serialize};

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Somebody speaks, or the caption of a menu.
    Say,
    /// Text that belongs to nobody.
    #[default]
    Narration,
    /// What the player may choose.
    Choice,
}

/// Where a row comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {
    /// Path inside the folder that was read, with `/`; inside an archive `archive.rpa/script.rpy`.
    pub file: String,
    /// Line in the file, from 1, as the engine's own parser counts (a choice stands at its menu).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Byte offset or index of the text, in formats without lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

/// One of the things a player may choose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Choice {
    /// Which menu, unique within the file.
    pub group: String,
    /// Which of its entries, from 0.
    pub n: u32,
    /// The entry's own line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Where it leads, if the script says so: a label, scene or knot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Under which condition it is offered, in the script's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
}

/// Whose words a row goes on with: Ren'Py's `extend`, a page turned in the middle of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Extends {
    /// The displayed name; none if a narrator is extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The script's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_id: Option<String>,
}

/// One row of `hanashi novel extract`. Absent fields are not written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Line {
    /// Label, knot, scene or file, unique within the novel.
    pub scene: String,
    /// Position in the scene, from 0.
    pub index: u32,
    /// What it is.
    pub kind: Kind,
    /// The name that the game displays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// What the script calls the speaker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_id: Option<String>,
    /// The source's text: escapes resolved, tags and interpolations kept.
    pub text: String,
    /// The text without them.
    pub plain: String,
    /// Language of a translation; absent for the original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Where it stands.
    pub source: Source,
    /// Recorded voice that goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// Picture of the speaker at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sprite: Option<String>,
    /// Set for a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// Set for a row that goes on with the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<Extends>,
    /// Choices and conditions it stands under, outermost first: two rows whose paths part are never read one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branch: Vec<String>,
    /// `plain` lacks what an interpolation would have shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interpolated: bool,
}

/// Choices and conditions that a row is written under at most: scripts nest a few, and one whose conditions are never closed would take
/// memory in the square of its length.
pub(crate) const MAX_BRANCH: usize = 32;

impl Line {
    /// Who is heard: the speaker, or whom an `extends` row goes on with; the displayed name before the script's.
    pub fn voice_of(&self) -> Option<&str> {
        let extended = self.extends.as_ref();
        self.speaker
            .as_deref()
            .or_else(|| extended.and_then(|extended| extended.speaker.as_deref()))
            .or(match extended {
                Some(extended) => extended.speaker_id.as_deref(),
                None => self.speaker_id.as_deref(),
            })
            .filter(|_| self.kind == Kind::Say)
    }
}
