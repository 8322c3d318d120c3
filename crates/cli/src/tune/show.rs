//! What is shown while a model learns.

use app::studio::tuning::{Event, Place, Summary};
use domain::Flow;

use crate::arguments::Common;
use crate::print;

/// Shows events: lines on standard error, or JSON lines there.
pub(super) fn event(common: &Common, event: &Event) -> Flow {
    if common.json {
        // Passes are too many, and tell nothing that steps do not.
        if !matches!(event, Event::Pass { .. }) {
            print::aside(&serde_json::to_string(event).unwrap_or_default());
        }
        return Flow::More;
    }
    match event {
        Event::Pass { .. } => {}
        Event::Placed { device, name, notice } => {
            if let Some(notice) = notice {
                print::aside(notice);
            } else if device != "cpu" {
                print::aside(&format!("it computes on {name} ({device})"));
            }
        }
        Event::Started { total, done, items, trained, warmup } => {
            let from =
                if *done > 0 { format!(" (goes on behind step {done})") } else { String::new() };
            print::aside(&format!(
                "{total} steps{from}, {items} items, {trained} numbers are trained"
            ));
            if let Some(told) = never_warm(*warmup, *total) {
                print::aside(&told);
            }
        }
        Event::Step {
            step,
            total,
            epoch,
            loss,
            metrics,
            learning_rate,
            tokens_per_s,
            remaining_s,
            ..
        } => {
            let metrics: String = metrics.iter().map(|(n, v)| format!("  {n} {v:.3}")).collect();
            print::aside(&format!(
                "step {step}/{total}  epoch {epoch:.2}  loss {loss:.4}{metrics}  rate {learning_rate:.2e}  {tokens_per_s:.0} tokens/s  {} left",
                clock(*remaining_s)
            ));
        }
        Event::Evaluated { step, loss, best, .. } => {
            let best = if *best { " (the best so far)" } else { "" };
            print::aside(&format!("step {step}: validation loss {loss:.4}{best}"));
        }
        Event::Sample { prompt, reply, .. } => print::aside(&format!("  > {prompt}\n  < {reply}")),
        Event::Saved { step, folder } => {
            print::aside(&format!("step {step}: kept in {}", folder.display()));
        }
    }
    Flow::More
}

/// What it will take, and, where it does not begin now, why it would not be where it was asked to be; a training says so itself.
pub(super) fn plan(place: &Place, begins: bool) {
    if let Some(notice) = place.on.notice.as_deref().filter(|_| !begins) {
        print::aside(notice);
    }
    let plan = &place.plan;
    let mb = |bytes: u64| bytes as f64 / (1u64 << 20) as f64;
    let free =
        plan.available.map_or_else(String::new, |a| format!(" of {:.0} MB that are free", mb(a)));
    print::aside(&format!(
        "memory{}: about {:.0} MB{free} (weights {:.0}, trained {:.0}, activations {:.0}, logits {:.0}{})",
        if place.is_processor() { String::new() } else { format!(" of {}", place.on.name) },
        mb(plan.total()),
        mb(plan.weights),
        mb(plan.trained),
        mb(plan.activations),
        mb(plan.logits),
        if plan.workspace == 0 {
            String::new()
        } else {
            format!(", the card's libraries {:.0}", mb(plan.workspace))
        }
    ));
}

/// That a training is over before its learning rate has risen, if it is.
fn never_warm(warmup: usize, total: usize) -> Option<String> {
    (warmup >= total).then(|| {
        format!(
            "the learning rate rises for {warmup} steps, and there are {total}: little will be learnt (`--warmup-steps` takes fewer)"
        )
    })
}

/// How it ended.
pub(super) fn summary(common: &Common, out: &std::path::Path, summary: &Summary) {
    if common.json {
        let mut value = serde_json::to_value(summary).unwrap_or_default();
        value["v"] = 1.into();
        value["out"] = out.display().to_string().into();
        print::json(&value);
        return;
    }
    let best = summary.best.map_or_else(String::new, |(step, loss)| {
        format!(", best validation loss {loss:.4} at step {step}")
    });
    print::line(&format!(
        "{}: {} of {} steps in {}, loss {:.4}{best}",
        out.display(),
        summary.steps,
        summary.total,
        clock(summary.seconds),
        summary.loss
    ));
}

/// Seconds as `m:ss` or `h:mm:ss`.
fn clock(seconds: f64) -> String {
    let s = seconds.clamp(0.0, 1e9) as u64;
    if s >= 3600 {
        format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    } else {
        format!("{}:{:02}", s / 60, s % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_trains_for_less_than_the_warm_up_is_told() {
        assert!(
            never_warm(4000, 100)
                .is_some_and(|told| told.contains("4000 steps, and there are 100"))
        );
        assert_eq!(never_warm(10, 100), None);
    }
}
