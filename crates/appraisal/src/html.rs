//! A comparison as one page that loads nothing: bars, intervals, examples, and why what failed did.

use std::fmt::Write;

use crate::compare::{Comparison, Failed, Verdict};
use crate::failures::{Cause, Failure};
use crate::figures::METRICS;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#2b2a33;--soft:#6b6875;--paper:#fbf9f6;--line:#ddd6cc;--better:#2f7d4f;--worse:#b3402f;--bar:#8a7fb5}\
@media(prefers-color-scheme:dark){:root{--ink:#ece8e1;--soft:#a8a2b0;--paper:#1f1d26;--line:#3a3645;--better:#76c893;--worse:#ff9a85;--bar:#a79bd8}}\
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:64rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.5rem}p.note{color:var(--soft)}\
table{border-collapse:collapse;width:100%}th,td{padding:.4rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}small{color:var(--soft);display:block}\
.better{color:var(--better);font-weight:600}.worse{color:var(--worse);font-weight:600}.other{color:var(--soft)}\
svg{display:block}blockquote{margin:.3rem 0;padding:.2rem .8rem;border-left:3px solid var(--line);overflow-wrap:anywhere;white-space:pre-wrap}\
details{margin:.6rem 0}summary{cursor:pointer;font-weight:600}td.held{font-weight:600}\
article{border:1px solid var(--line);border-radius:.5rem;padding:.6rem 1rem;margin:.8rem 0}";

/// The page of a comparison.
pub fn page(comparison: &Comparison) -> String {
    let mut out = String::new();
    let title = format!("{}: before and after", comparison.after.character);
    // Writing to a string cannot fail.
    let _ok = write!(
        out,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{0}</title><style>{STYLE}</style></head><body><h1>{0}</h1>",
        escaped(&title)
    );
    subjects(&mut out, comparison);
    summary(&mut out, comparison);
    table(&mut out, comparison);
    times(&mut out, comparison);
    examples(&mut out, comparison);
    failures(&mut out, comparison);
    out.push_str("</body></html>\n");
    out
}

fn subjects(out: &mut String, comparison: &Comparison) {
    out.push_str(
        "<table><tr><th></th><th>Character</th><th>Model</th><th>Probes</th><th>Variant</th></tr>",
    );
    for (name, of) in [("before", &comparison.before), ("after", &comparison.after)] {
        let _ok = write!(
            out,
            "<tr><th scope=\"row\">{name}</th><td>{}</td><td>{}</td><td>{}, seed {}</td><td>{}</td></tr>",
            escaped(&of.character),
            escaped(&of.model),
            escaped(&of.lang),
            of.seed,
            escaped(&of.variant)
        );
    }
    out.push_str("</table>");
}

fn summary(out: &mut String, comparison: &Comparison) {
    let names = |verdict| {
        let of = comparison.changes.iter().filter(|change| change.verdict == verdict);
        let names: Vec<String> = of.map(|change| change.metric.replace('_', " ")).collect();
        if names.is_empty() { "nothing for sure".to_owned() } else { escaped(&names.join(", ")) }
    };
    let _ok = write!(
        out,
        "<p><span class=\"better\">▲ Better:</span> {}. <span class=\"worse\">▼ Worse:</span> {}.</p>\
         <p class=\"note\">Counted by rule, not judged by people: each figure says how often something was found in the replies. \
         A change is called better or worse only where the 95 % interval of the paired difference does not hold zero.</p>",
        names(Verdict::Better),
        names(Verdict::Worse)
    );
}

fn table(out: &mut String, comparison: &Comparison) {
    out.push_str(
        "<h2>Figures</h2><table><tr><th>Metric</th><th class=\"n\">Before</th><th class=\"n\">After</th><th>0 to 1</th>\
         <th class=\"n\">Difference (95 %)</th><th>Verdict</th></tr>",
    );
    for change in &comparison.changes {
        let about =
            METRICS.iter().find(|one| one.name == change.metric).map_or("", |one| one.about);
        let (class, mark, word) = match change.verdict {
            Verdict::Better => ("better", "▲", "better"),
            Verdict::Worse => ("worse", "▼", "worse"),
            Verdict::Unsure => ("other", "≈", "not sure"),
            Verdict::Changed => ("other", "•", "different"),
            Verdict::Same => ("other", "=", "same"),
        };
        let interval = match (change.low, change.high) {
            (Some(low), Some(high)) => {
                format!("{low:+.3} … {high:+.3}<small>{} pairs</small>", change.pairs)
            }
            _ => "<small>of all replies together</small>".to_owned(),
        };
        let _ok = write!(
            out,
            "<tr><td>{}<small>{}</small></td><td class=\"n\">{:.3}</td><td class=\"n\">{:.3}</td><td>{}</td>\
             <td class=\"n\">{interval}</td><td class=\"{class}\">{mark} {word}</td></tr>",
            escaped(&change.metric.replace('_', " ")),
            escaped(about),
            change.before,
            change.after,
            bars(change.before, change.after)
        );
    }
    out.push_str("</table>");
}

/// Two bars; values outside of 0 to 1 end at the edge.
fn bars(before: f64, after: f64) -> String {
    let width = |value: f64| (value.clamp(0.0, 1.0) * 120.0).round();
    format!(
        "<svg width=\"122\" height=\"20\" role=\"img\" aria-label=\"before {before:.2}, after {after:.2}\">\
         <rect x=\"1\" y=\"2\" width=\"{}\" height=\"7\" fill=\"var(--line)\"/>\
         <rect x=\"1\" y=\"11\" width=\"{}\" height=\"7\" fill=\"var(--bar)\"/></svg>",
        width(before),
        width(after)
    )
}

fn times(out: &mut String, comparison: &Comparison) {
    if comparison.timings.is_empty() {
        return;
    }
    out.push_str("<h2>Times</h2><table><tr><th></th><th class=\"n\">Before p50 / p90 / p99</th><th class=\"n\">After p50 / p90 / p99</th></tr>");
    for (name, (one, other)) in &comparison.timings {
        let _ok = write!(
            out,
            "<tr><td>{}</td><td class=\"n\">{:.1} / {:.1} / {:.1}</td><td class=\"n\">{:.1} / {:.1} / {:.1}</td></tr>",
            escaped(&name.replace('_', " ")),
            one.p50,
            one.p90,
            one.p99,
            other.p50,
            other.p90,
            other.p99
        );
    }
    out.push_str("</table>");
}

fn examples(out: &mut String, comparison: &Comparison) {
    out.push_str("<h2>Examples</h2>");
    if comparison.examples.is_empty() {
        out.push_str("<p class=\"note\">No single exchange was counted differently.</p>");
    }
    for example in &comparison.examples {
        let (class, mark) = if example.better { ("better", "▲") } else { ("worse", "▼") };
        let _ok = write!(
            out,
            "<article><p class=\"{class}\">{mark} {} <small>{}</small></p><p>“{}”</p><p>before</p><blockquote>{}</blockquote>\
             <p>after</p><blockquote>{}</blockquote></article>",
            escaped(&example.metric.replace('_', " ")),
            escaped(&example.item),
            escaped(&example.asked),
            escaped(&example.before),
            escaped(&example.after)
        );
    }
}

/// What went wrong after, metric by metric, each with what its prompt held.
fn failures(out: &mut String, comparison: &Comparison) {
    if comparison.failures.is_empty() {
        return;
    }
    out.push_str(
        "<h2>Why did it fail?</h2><p class=\"note\">Replies of the appraisal after, at most twelve for each figure, with what was in the \
         prompt that they answer.</p>",
    );
    for metric in METRICS {
        let of: Vec<&Failed> = comparison
            .failures
            .iter()
            .filter(|failed| failed.failure.metric == metric.name)
            .collect();
        if of.is_empty() {
            continue;
        }
        let _ok = write!(
            out,
            "<details><summary>{} <small>{} shown, {} of them right before</small></summary>",
            escaped(&metric.name.replace('_', " ")),
            of.len(),
            of.iter().filter(|failed| failed.new).count()
        );
        for failed in of {
            failure(out, failed);
        }
        out.push_str("</details>");
    }
}

fn failure(out: &mut String, failed: &Failed) {
    let Failure { item, asked, reply, why, blocks, cause, .. } = &failed.failure;
    let new = if failed.new { "<span class=\"worse\">right before</span> · " } else { "" };
    let _ok = write!(
        out,
        "<article><p>{new}<small>{}</small></p><p>“{}”</p><blockquote>{}</blockquote><p>{}</p>",
        escaped(item),
        escaped(asked),
        escaped(reply),
        escaped(why)
    );
    let because = match cause {
        Cause::Absent => "The fact was not in the prompt.".to_owned(),
        Cause::LeftOut => {
            "What was told had fallen out of the prompt: the talk was longer than what the model can read.".to_owned()
        }
        Cause::Unused => {
            let held = failed.failure.holding().join(", ");
            format!("It was in the prompt ({held}), and the reply did not use it.")
        }
        Cause::Other => String::new(),
    };
    if !because.is_empty() {
        let _ok = write!(out, "<p><strong>{}</strong></p>", escaped(&because));
    }
    if !blocks.is_empty() {
        out.push_str(
            "<table><tr><th>Block of the prompt</th><th class=\"n\">Tokens</th><th>Begins</th><th>Held the answer</th></tr>",
        );
        for block in blocks {
            let trimmed = match block.trimmed {
                0 => String::new(),
                n => format!("<small>{n} messages left out</small>"),
            };
            let _ok = write!(
                out,
                "<tr><td>{}</td><td class=\"n\">{}{trimmed}</td><td>{}</td><td class=\"held\">{}</td></tr>",
                escaped(&block.name),
                block.tokens,
                escaped(&block.begins),
                if block.holds_answer { "yes" } else { "" }
            );
        }
        out.push_str("</table>");
    }
    out.push_str("</article>");
}

/// Text as it may stand in a page: what a stranger's card or model wrote becomes no markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
