//! Why an entry fired, or did not, in words that a person can act on.

use std::fmt;

use crate::Logic;

/// The rule that decided over an entry.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Because {
    /// `@@activate`.
    Activate,
    /// `@@keep_activate_after_match`, and it matched before.
    Kept,
    /// It stays for some more messages.
    Sticky {
        /// How many.
        left: u32,
    },
    /// It needs no key.
    Constant,
    /// A key was found.
    Key {
        /// The key as it is written.
        key: String,
        /// Where.
        place: Place,
        /// The secondary keys that decided, where any did.
        secondary: Option<(Logic, Vec<String>)>,
    },

    /// It is switched off.
    Disabled,
    /// `@@dont_activate`.
    DontActivate,
    /// `@@dont_activate_after_match`, and it matched before.
    MatchedBefore,
    /// It is meant for other characters.
    OtherCharacter,
    /// It rests for some more messages.
    Cooldown {
        /// How many.
        left: u32,
    },
    /// The conversation is too short.
    Delay {
        /// Messages it must have.
        needs: u32,
        /// Messages it has.
        has: u32,
    },
    /// `@@activate_only_after`.
    TooEarly {
        /// Messages of the character's that it waits for.
        needs: u32,
        /// How many there are.
        has: u32,
    },
    /// `@@activate_only_every`.
    NotThisTime {
        /// Every how many messages of the character's.
        every: u32,
        /// How many there are.
        has: u32,
    },
    /// `@@is_greeting`.
    OtherGreeting {
        /// The greeting it is meant for.
        wants: u32,
        /// The active one.
        has: u32,
    },
    /// `@@is_user_icon`.
    OtherIcon {
        /// The icon it is meant for.
        wants: String,
    },
    /// It has no key that could be found.
    NoUsableKey,
    /// None of its keys was found.
    NoKey,
    /// The secondary keys forbid it.
    Secondary {
        /// How they count.
        logic: Logic,
        /// The key that decided: one missing, or one too many.
        key: String,
    },
    /// `@@additional_keys`: none of these was found.
    NoAdditional {
        /// The list.
        keys: Vec<String>,
    },
    /// `@@exclude_keys`: this one was found.
    Excluded {
        /// The key.
        key: String,
    },
    /// It waits until entries call each other.
    WaitsForRecursion {
        /// From which level on.
        level: u32,
    },
    /// Its probability was drawn, and it lost.
    Chance {
        /// Percent it has.
        percent: f64,
        /// What was drawn, from 0 to 100.
        drawn: f64,
    },
    /// Another entry of its group fired.
    Group {
        /// The group.
        group: String,
        /// The id of the other entry.
        winner: String,
    },
}

/// Where a key was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a message, 1 is the newest.
    Message(u32),
    /// In the content of another entry.
    Entry(String),
    /// In a text beside the conversation.
    Beside,
    /// Within the tokens or characters that are searched.
    Window,
}

impl Because {
    /// A short name of the rule, for machines.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Kept => "keep_activate_after_match",
            Self::Sticky { .. } => "sticky",
            Self::Constant => "constant",
            Self::Key { .. } => "key",
            Self::Disabled => "disabled",
            Self::DontActivate => "dont_activate",
            Self::MatchedBefore => "dont_activate_after_match",
            Self::OtherCharacter => "character_filter",
            Self::Cooldown { .. } => "cooldown",
            Self::Delay { .. } => "delay",
            Self::TooEarly { .. } => "activate_only_after",
            Self::NotThisTime { .. } => "activate_only_every",
            Self::OtherGreeting { .. } => "is_greeting",
            Self::OtherIcon { .. } => "is_user_icon",
            Self::NoUsableKey => "no_usable_key",
            Self::NoKey => "no_key",
            Self::Secondary { .. } => "secondary_keys",
            Self::NoAdditional { .. } => "additional_keys",
            Self::Excluded { .. } => "exclude_keys",
            Self::WaitsForRecursion { .. } => "delay_until_recursion",
            Self::Chance { .. } => "probability",
            Self::Group { .. } => "group",
        }
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Activate => f.write_str("`@@activate`"),
            Self::Kept => f.write_str("it matched before and keeps matching"),
            Self::Sticky { left } => write!(f, "it stays for {left} more messages"),
            Self::Constant => f.write_str("it is constant"),
            Self::Key { key, place, secondary } => {
                write!(f, "`{key}` in {place}")?;
                match secondary {
                    None => Ok(()),
                    Some((Logic::AndAny | Logic::AndAll, keys)) => {
                        write!(f, ", and {}", quoted(keys))
                    }
                    Some((Logic::NotAny | Logic::NotAll, keys)) => {
                        write!(f, ", without {}", quoted(keys))
                    }
                }
            }
            Self::Disabled => f.write_str("it is switched off"),
            Self::DontActivate => f.write_str("`@@dont_activate`"),
            Self::MatchedBefore => f.write_str("it matched before and does so only once"),
            Self::OtherCharacter => f.write_str("it is meant for other characters"),
            Self::Cooldown { left } => write!(f, "it rests for {left} more messages"),
            Self::Delay { needs, has } => {
                write!(f, "the conversation has {has} messages, and it waits for {needs}")
            }
            Self::TooEarly { needs, has } => {
                write!(f, "the character has said {has} messages, and it waits for {needs}")
            }
            Self::NotThisTime { every, has } => {
                write!(f, "the character has said {has} messages, which is no multiple of {every}")
            }
            Self::OtherGreeting { wants, has } => {
                write!(f, "it is for greeting {wants}, and the active one is {has}")
            }
            Self::OtherIcon { wants } => write!(f, "it is for the user icon `{wants}`"),
            Self::NoUsableKey => f.write_str("it has no key that could be found"),
            Self::NoKey => f.write_str("none of its keys was found"),
            Self::Secondary { logic: Logic::AndAny, .. } => {
                f.write_str("none of its secondary keys was found")
            }
            Self::Secondary { logic: Logic::AndAll, key } => {
                write!(f, "its secondary key `{key}` is missing")
            }
            Self::Secondary { logic: Logic::NotAny, key } => {
                write!(f, "its secondary key `{key}` was found and must not be")
            }
            Self::Secondary { logic: Logic::NotAll, .. } => {
                f.write_str("all of its secondary keys were found and must not be")
            }
            Self::NoAdditional { keys } => write!(f, "none of {} was found", quoted(keys)),
            Self::Excluded { key } => write!(f, "`{key}` was found and must not be"),
            Self::WaitsForRecursion { level } => {
                write!(f, "it waits for other entries to call it (level {level})")
            }
            Self::Chance { percent, drawn } => {
                write!(f, "its chance is {percent} %, and {drawn:.1} was drawn")
            }
            Self::Group { group, winner } => {
                write!(f, "`{winner}` fired for the group `{group}`")
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(1) => f.write_str("the newest message"),
            Self::Message(n) => write!(f, "message {n} from the end"),
            Self::Entry(id) => write!(f, "the entry `{id}`"),
            Self::Beside => f.write_str("a text of the character or the person"),
            Self::Window => f.write_str("the last words"),
        }
    }
}

fn quoted(keys: &[String]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}
