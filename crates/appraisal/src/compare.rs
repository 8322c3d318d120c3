//! Before and after: what got better, what got worse, and what only looks so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::failures::Failure;
use crate::figures::{ADAPTER_STYLE, Better, Figure, METRICS, Report, Subjects};
use crate::metrics::{Spread, bootstrap_paired};

/// Most examples that are shown.
const MOST_EXAMPLES: usize = 20;

/// What became of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Better, surely.
    Better,
    /// Worse, surely.
    Worse,
    /// The interval of the difference holds zero, or there is none to say more.
    Unsure,
    /// It changed, and neither way is better.
    Changed,
    /// It is the same.
    Same,
}

/// One metric, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The metric.
    pub metric: String,
    /// Before.
    pub before: f64,
    /// After.
    pub after: f64,
    /// 95 % interval of the difference, pair by pair, where there are pairs.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
    /// Pairs.
    pub pairs: usize,
    /// What became of it.
    pub verdict: Verdict,
}

/// An exchange that both appraisals have, with replies that were counted differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The metric.
    pub metric: String,
    /// Talk and turn.
    pub item: String,
    /// What was said to her.
    pub asked: String,
    /// Reply before.
    pub before: String,
    /// Reply after.
    pub after: String,
    /// It got better.
    pub better: bool,
}

/// Something that went wrong in the second appraisal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// What, and why.
    #[serde(flatten)]
    pub failure: Failure,
    /// The same was right in the first one.
    pub new: bool,
}

/// Two appraisals, compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Version of this form: 1.
    pub v: u32,
    /// Before.
    pub before: Subjects,
    /// After.
    pub after: Subjects,
    /// By metric, in their order.
    pub changes: Vec<Change>,
    /// Times before and after.
    pub timings: BTreeMap<String, (Spread, Spread)>,
    /// Exchanges that got better or worse.
    pub examples: Vec<Example>,
    /// What went wrong after, and why; what was right before first.
    #[serde(default)]
    pub failures: Vec<Failed>,
}

/// Compares two appraisals. Items that both have are compared pair by pair.
pub fn compare(before: &Report, after: &Report) -> Comparison {
    let mut changes = Vec::new();
    let mut examples = Vec::new();
    for metric in METRICS {
        let (one, other) = (before.metrics.get(metric.name), after.metrics.get(metric.name));
        let of = |report: &Report| -> BTreeMap<String, f64> {
            let own = report.scores.iter().filter(|score| score.metric == metric.name);
            own.map(|score| (score.item.clone(), score.value)).collect()
        };
        let (mut items, mut others) = (of(before), of(after));
        // Without an adapter nothing changes with it: what stands against a run with one is nought, and no gap.
        let none = Figure { value: 0.0, low: None, high: None, n: 0, better: metric.better };
        let (one, other) = match (one, other) {
            (Some(one), Some(other)) => (one, other),
            (None, Some(other)) if metric.name == ADAPTER_STYLE => {
                items = others.keys().map(|item| (item.clone(), 0.0)).collect();
                (&none, other)
            }
            (Some(one), None) if metric.name == ADAPTER_STYLE => {
                others = items.keys().map(|item| (item.clone(), 0.0)).collect();
                (one, &none)
            }
            _ => continue,
        };
        let both: Vec<(&String, f64, f64)> = items
            .iter()
            .filter_map(|(item, value)| Some((item, *value, *others.get(item)?)))
            .collect();
        let pairs: Vec<(f64, f64)> = both.iter().map(|(_, one, other)| (*one, *other)).collect();
        let interval = bootstrap_paired(&pairs, before.of.seed);
        let verdict =
            verdict(metric.better, other.value - one.value, interval.map(|i| (i.low, i.high)));
        changes.push(Change {
            metric: metric.name.to_owned(),
            before: one.value,
            after: other.value,
            low: interval.map(|interval| interval.low),
            high: interval.map(|interval| interval.high),
            pairs: pairs.len(),
            verdict,
        });
        if metric.better == Better::Neither {
            continue;
        }
        let changed = both.iter().filter(|(_, one, other)| (one - other).abs() >= 1.0);
        for (item, one, other) in changed.take(4) {
            let row = |report: &Report| report.rows.iter().find(|row| row.key() == **item).cloned();
            if let (Some(was), Some(is)) = (row(before), row(after))
                && examples.len() < MOST_EXAMPLES
            {
                examples.push(Example {
                    metric: metric.name.to_owned(),
                    item: (*item).clone(),
                    asked: is.asked,
                    before: was.reply,
                    after: is.reply,
                    better: (other > one) == (metric.better == Better::High),
                });
            }
        }
    }
    let timings = before
        .timings
        .iter()
        .filter_map(|(name, one)| Some((name.clone(), (*one, *after.timings.get(name)?))))
        .collect();
    Comparison {
        v: 1,
        before: before.of.clone(),
        after: after.of.clone(),
        changes,
        timings,
        examples,
        failures: failures(before, after),
    }
}

/// The failures of the second appraisal, those that are new first.
fn failures(before: &Report, after: &Report) -> Vec<Failed> {
    let value = |report: &Report, failure: &Failure| {
        let mut own = report.scores.iter();
        let own = own.find(|one| one.metric == failure.metric && one.item == failure.item);
        own.map(|score| score.value)
    };
    let new = |failure: &Failure| {
        let metric = METRICS.iter().find(|metric| metric.name == failure.metric);
        match (metric, value(before, failure), value(after, failure)) {
            (Some(metric), Some(was), Some(is)) => match metric.better {
                Better::High | Better::Neither => was > is,
                Better::Low => was < is,
            },
            _ => false,
        }
    };
    let all = after.failures.iter();
    let mut all: Vec<Failed> =
        all.map(|failure| Failed { new: new(failure), failure: failure.clone() }).collect();
    all.sort_by_key(|failed| !failed.new);
    all
}

fn verdict(better: Better, difference: f64, interval: Option<(f64, f64)>) -> Verdict {
    if difference.abs() < 1e-12 {
        return Verdict::Same;
    }
    if better == Better::Neither {
        return Verdict::Changed;
    }
    match interval {
        Some((low, high)) if low > 0.0 || high < 0.0 => {
            if (difference > 0.0) == (better == Better::High) {
                Verdict::Better
            } else {
                Verdict::Worse
            }
        }
        _ => Verdict::Unsure,
    }
}
