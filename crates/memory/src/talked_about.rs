//! What is being talked about, message by message: "No, it's in June" is about what somebody spoke of just before.

use std::collections::HashMap;

use domain::{MessageId, Role};
use store::EventLog;

use crate::Error;
use crate::facts::{self, Attribute};
use crate::sync::without_tags;

/// For how many messages "it" still means what was talked about.
const REACH: u8 = 2;
/// How many messages are looked at to find out what was talked about: more corrections in a row than that is nobody's way of talking.
const FAR: usize = 64;

/// An attribute that was talked about, and how many messages ago.
pub(crate) type About = Option<(Attribute, u8)>;

/// What the messages just before were about, for "no, it's in June". Only to be quicker: [`about`] finds out the same.
#[derive(Debug, Default)]
pub(crate) struct Context {
    pub(crate) about: HashMap<MessageId, About>,
}

/// What is talked about after a message, where before it was `about`, and what it tells is `told` last of all.
pub(crate) fn next_about(text: &str, told: Option<Attribute>, about: About) -> About {
    told.or_else(|| facts::asked(text)).map(|attribute| (attribute, 0)).or_else(|| {
        about.filter(|(_, age)| *age < REACH).map(|(attribute, age)| (attribute, age + 1))
    })
}

/// What is talked about after a message of the log: the same whether it was just read or long ago, so that a memory that is made anew
/// knows what the old one knew.
pub(crate) fn about(log: &EventLog, message: MessageId) -> Result<About, Error> {
    // Up to where nothing older matters: more silent messages than "it" reaches over.
    let (mut path, mut silent, mut up) = (Vec::new(), 0, Some(message));
    while let Some(id) = up.filter(|_| path.len() < FAR && silent <= REACH) {
        let message = log.message(id)?;
        let text = without_tags(&message.text);
        if message.role == Role::Narrator {
            path.push((text, true));
            break;
        }
        let any = Attribute::named("birthday");
        let speaks = facts::asked(&text).is_some() || !facts::read(&text, Some(&any)).is_empty();
        silent = if speaks { 0 } else { silent + 1 };
        path.push((text, false));
        up = message.parent;
    }
    let mut about = None;
    for (text, narrated) in path.into_iter().rev() {
        let told = if narrated { Vec::new() } else { facts::read(&text, attribute(&about)) };
        about = next_about(&text, told.into_iter().next_back().map(|one| one.attribute), about);
    }
    Ok(about)
}

/// What it is.
pub(crate) fn attribute(about: &About) -> Option<&Attribute> {
    about.as_ref().map(|(attribute, _)| attribute)
}
