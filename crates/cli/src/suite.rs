//! `hanashi bench turn --suite`: the voice loop's figures as JSON.

use app::Paths;
use app::terminal::bench::voice::{self, SuiteOptions};
use domain::Problem;
use serde_json::{Value, json};

use crate::bench::machine;

/// Runs the suite; says on stderr what it is doing.
pub(crate) fn run(paths: &Paths, options: &SuiteOptions) -> Result<Value, Problem> {
    let report = voice::run(paths, options, &mut |doing| tracing::info!("{doing} …"))?;
    let round = |value: f64| (value * 100.0).round() / 100.0;
    let metrics: serde_json::Map<String, Value> = report
        .metrics
        .iter()
        .map(|(name, figure)| {
            let value =
                json!({ "p50": round(figure.p50), "p95": round(figure.p95), "unit": figure.unit });
            ((*name).to_owned(), value)
        })
        .collect();
    let ratios: serde_json::Map<String, Value> = report
        .ratios
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(round(*value))))
        .collect();
    Ok(json!({ "v": 1, "machine": machine(), "runs": 1, "metrics": metrics, "ratios": ratios }))
}
