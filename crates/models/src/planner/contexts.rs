//! How long a context a plan is made with: a shorter one rather than none.

use super::{Plan, Reason, Wish, plan};
use crate::machine::Machine;
use crate::planner::Candidate;

/// Contexts that are tried where nobody has said how long it is to be, in tokens: the usual one, and shorter ones where memory is small.
/// With less than the last of them a talk would forget its beginning before it has become one.
pub const CONTEXTS: [u64; 3] = [8192, 4096, 2048];

/// Plans with the first of `contexts` (in tokens, the longest first) with which something fits that a person is helped by: what was
/// chosen, or a language model beyond the one that came with the program. Where none of them helps it is the first one's plan.
/// `candidates` says what there is and what it takes with a context.
///
/// # Errors
/// Those of `candidates`.
pub fn plan_within<E>(
    machine: &Machine,
    contexts: &[u64],
    wish: &Wish,
    mut candidates: impl FnMut(u64) -> Result<Vec<Candidate>, E>,
) -> Result<Plan, E> {
    let longest = contexts.first().copied().unwrap_or(CONTEXTS[0]);
    let made = |context, all: &[Candidate]| {
        let mut made = plan(machine, all, wish);
        made.context = Some(context);
        made.reasons.insert(1, Reason::Context { context, longest });
        made
    };
    let all = candidates(longest)?;
    let usual = made(longest, &all);
    if is_enough(&usual, &all, wish) {
        return Ok(usual);
    }
    for &context in contexts.iter().skip(1) {
        let all = candidates(context)?;
        let shorter = made(context, &all);
        if is_enough(&shorter, &all, wish) {
            return Ok(shorter);
        }
    }
    Ok(usual)
}

/// Whether a shorter context would help nobody.
fn is_enough(made: &Plan, all: &[Candidate], wish: &Wish) -> bool {
    let unchosen = |one: &&Candidate| one.built_in && !wish.chosen.contains(&one.id);
    let least = all.iter().filter(unchosen).any(|one| made.set.contains(&one.id));
    made.fits && !least
}

/// Which context a plan means, in plain English.
pub(super) fn words(context: u64, longest: u64) -> String {
    let planned = format!("this is planned with {context} tokens of context");
    if context < longest {
        format!(
            "{planned}: with {longest} it may not fit (`context_length` in the settings; the window sets it where it has to)"
        )
    } else {
        planned
    }
}
