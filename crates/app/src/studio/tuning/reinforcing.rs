//! Trying answers and learning from what a reward model says of them (PPO): rows to prompts, and the training itself.

use std::path::PathBuf;

use domain::{Flow, Problem, ProblemKind};
use tuning::rows::{self, Rows};
use tuning::{Base, Event, PpoKnobs, Summary};

use super::base_name;
use super::lora::{LoraOrder, job};
use super::preferring::Encoder;
use crate::app::paths::Paths;

/// What is tried, and who judges.
#[derive(Debug, Clone)]
pub struct Reinforcing {
    /// Folder that `tune reward` left, made for the same base.
    pub reward: PathBuf,
    /// Strengths.
    pub knobs: PpoKnobs,
}

/// Trains on the questions of a dataset: last turns of its conversations, pairs and judged answers, each question once.
pub fn reinforce(
    paths: &Paths,
    order: &LoraOrder,
    what: &Reinforcing,
    events: &mut dyn FnMut(&Event) -> Flow,
) -> Result<Summary, Problem> {
    let path = paths.chat_model(&order.base)?;
    let base = Base::read(&path)?;
    let mut prompts = asked(&base, order)?;
    let watched = rows::split(&mut prompts, order.val_size, order.settings.seed)?;
    let own = base_name(&path);
    let name = if order.base_name.is_empty() { &own } else { &order.base_name };
    let job = job(order, &path, name, &[], &[]);
    Ok(job.ppo(&base, &prompts, &watched, (&what.reward, what.knobs), events)?)
}

/// What is asked in an order's dataset, in tokens, as much of it as the order takes.
pub(crate) fn asked(base: &Base, order: &LoraOrder) -> Result<Vec<Vec<u32>>, Problem> {
    let mut prompts = questions(base, order, &rows::read(&order.dataset, &order.names)?)?;
    if prompts.is_empty() {
        return Err(Problem::new(
            ProblemKind::Invalid,
            format!("there is nothing to answer in `{}`", order.dataset.display()),
            "any dataset with questions will do (*Studio*, or `hanashi novel dataset` in a terminal)",
        ));
    }
    if let Some(most) = order.max_samples.filter(|most| *most < prompts.len()) {
        // Some of all kinds, not the shortest ones.
        let every = prompts.len() as f64 / most.max(1) as f64;
        prompts = (0..most).map(|at| prompts[(at as f64 * every) as usize].clone()).collect();
    }
    Ok(prompts)
}

/// Prompts in tokens; where one is longer than the cutoff its newest part is kept, as on stage.
fn questions(base: &Base, order: &LoraOrder, rows: &Rows) -> Result<Vec<Vec<u32>>, Problem> {
    let info = super::lora::info(base);
    let encoder = Encoder::new(base, order, &info);
    let pairs = rows.preferences.iter().map(|pair| &pair.talk);
    let judged = rows.judged.iter().map(|(talk, _)| talk);
    let mut prompts = Vec::new();
    for talk in rows.talks.iter().chain(pairs).chain(judged) {
        let (mut prompt, _) = encoder.last(talk)?;
        let over = prompt.len().saturating_sub(order.cutoff.min(base.context));
        prompt.drain(..over);
        prompts.push(prompt);
    }
    prompts.sort_unstable();
    prompts.dedup();
    Ok(prompts)
}
