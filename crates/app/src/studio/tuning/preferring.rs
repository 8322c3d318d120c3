//! Preferences, judgements and rewards: rows with two answers, or with one and a judgement, to tokens, and the training itself.

use domain::{Flow, ModelInfo, Problem, ProblemKind};
use prompt::{Lessons, Names};
use tuning::losses::{PreferenceKnobs, PreferenceLoss};
use tuning::rows::{self, Rows, Talk};
use tuning::{Base, Event, Summary, TokenPair};

use super::base_name;
use super::lora::{LoraOrder, info, job, unwritable};
use crate::app::paths::Paths;

/// What is learnt from pairs of answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Preferring {
    /// To prefer the better ones.
    Pairs(PreferenceLoss, PreferenceKnobs),
    /// From judged answers, one at a time.
    Kto(PreferenceKnobs),
    /// To tell which is better.
    Reward,
}

/// A question in tokens, an answer, and another one or a judgement.
pub(super) struct Encoder<'a> {
    base: &'a Base,
    lessons: Lessons<'a>,
    system: String,
    cutoff: usize,
}

impl<'a> Encoder<'a> {
    /// Writes as a base wants it, for the character and under the instructions of an order.
    pub(super) fn new(base: &'a Base, order: &'a LoraOrder, info: &'a ModelInfo) -> Self {
        let names = Names { char: &order.character, user: "User" };
        let own = || names.expand(base.system_prompt.as_deref().unwrap_or_default());
        let system = order.system.clone().unwrap_or_else(own);
        let cutoff = order.cutoff.min(base.context);
        Self { base, lessons: Lessons::new(info, &base.vocabulary, names), system, cutoff }
    }

    /// The question of a conversation's last turn with everything before it, and its answer.
    pub(super) fn last(&self, talk: &Talk) -> Result<(Vec<u32>, Vec<u32>), Problem> {
        let system = if talk.system.is_empty() { &self.system } else { &talk.system };
        let lessons = self.lessons.of(system, &talk.opening, &talk.turns).map_err(unwritable)?;
        let mut prompt = Vec::new();
        let mut reply = Vec::new();
        for (at, lesson) in lessons.iter().enumerate() {
            prompt.append(&mut reply);
            let text = lesson.prompt.as_str();
            let vocabulary = &self.base.vocabulary;
            prompt.extend(if at == 0 {
                vocabulary.encode_prompt(text)
            } else {
                vocabulary.encode(text)
            });
            reply = self.base.encode_reply(&lesson.reply);
        }
        Ok((prompt, reply))
    }

    fn pairs(&self, rows: &Rows) -> Result<Vec<TokenPair>, Problem> {
        let pair = |preference: &rows::Preference| {
            let (prompt, chosen) = self.last(&preference.talk)?;
            let mut worse = preference.talk.clone();
            if let Some(last) = worse.turns.last_mut() {
                last.1.clone_from(&preference.rejected);
            }
            let (_, rejected) = self.last(&worse)?;
            Ok(TokenPair { prompt, chosen, rejected }.cut(self.cutoff))
        };
        rows.preferences.iter().map(pair).collect()
    }
}

/// Trains on pairs or judgements as `what` says.
pub fn prefer(
    paths: &Paths,
    order: &LoraOrder,
    what: Preferring,
    events: &mut dyn FnMut(&Event) -> Flow,
) -> Result<Summary, Problem> {
    let path = paths.chat_model(&order.base)?;
    let base = Base::read(&path)?;
    let mut learn = rows::read(&order.dataset, &order.names)?;
    // Judged answers are not watched: what was kept back of them would be lost.
    let judges = matches!(what, Preferring::Kto(_));
    let watched = if order.val_size != 0.0 && !judges {
        Rows {
            preferences: rows::split(&mut learn.preferences, order.val_size, order.settings.seed)?,
            ..Rows::default()
        }
    } else {
        Rows::default()
    };
    let info = info(&base);
    let encoder = Encoder::new(&base, order, &info);
    let own = base_name(&path);
    let name = if order.base_name.is_empty() { &own } else { &order.base_name };
    let job = job(order, &path, name, &[], &[]);
    let none = |what: &str| {
        Problem::new(
            ProblemKind::Invalid,
            format!("there are no {what} in `{}`", order.dataset.display()),
            "make some of answers that you swiped away beside those that you kept (*Studio*, with your own conversations, or `hanashi novel dataset --own-chats` in a terminal)",
        )
    };
    let (pairs, watched) = (encoder.pairs(&learn)?, encoder.pairs(&watched)?);
    Ok(match what {
        Preferring::Kto(knobs) => {
            // A pair is a good answer and a bad one.
            let mut rows = Vec::new();
            for (talk, good) in &learn.judged {
                let (prompt, reply) = encoder.last(talk)?;
                let cut = TokenPair { prompt, rejected: reply.clone(), chosen: reply }
                    .cut(encoder.cutoff);
                rows.push((cut.prompt, cut.chosen, *good));
            }
            for pair in pairs {
                rows.push((pair.prompt.clone(), pair.chosen, true));
                rows.push((pair.prompt, pair.rejected, false));
            }
            if rows.is_empty() {
                return Err(none("judged answers"));
            }
            job.judged(&base, &rows, knobs, events)?
        }
        _ if pairs.is_empty() && !learn.judged.is_empty() => {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!(
                    "`{}` holds answers that are called good or bad, and no pairs",
                    order.dataset.display()
                ),
                "learn from them with KTO (`--pref-loss kto`)",
            ));
        }
        _ if pairs.is_empty() => return Err(none("pairs of answers")),
        Preferring::Pairs(kind, knobs) => {
            job.preferences(&base, &pairs, &watched, (kind, knobs), events)?
        }
        Preferring::Reward => job.reward(&base, &pairs, &watched, events)?,
    })
}
