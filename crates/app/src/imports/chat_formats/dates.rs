//! When something was said, in any of the ways in which other programs have written it down.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, fmt::strtime};
use serde_json::Value;

/// Before this nobody talked to a language model: 2015. What is earlier is no date.
const EARLIEST: i64 = 1_420_070_400_000;

/// Ways to write a time of the clock on the wall: `2023-6-2 @17h 30m 58s`, `June 19, 2023 2:20pm`.
const ON_THE_WALL: [&str; 11] = [
    "%Y-%m-%d @%Hh %Mm %Ss",
    "%Y-%m-%d@%Hh%Mm%Ss",
    "%B %d, %Y %I:%M%p",
    "%B %d, %Y %I:%M %p",
    "%b %d, %Y %I:%M%p",
    "%b %d, %Y %I:%M %p",
    "%b %d, %Y %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
];

/// Unix time in milliseconds; `None` for what is no time, or none that can be. Times without a zone are those of this machine's.
pub(super) fn read(value: &Value) -> Option<i64> {
    in_zone(value, &TimeZone::system())
}

fn in_zone(value: &Value, zone: &TimeZone) -> Option<i64> {
    let found = match value {
        Value::Number(number) => number.as_f64().map(milliseconds),
        Value::String(text) => written(text.trim(), zone),
        _ => None,
    }?;
    // A clock that ran ahead tells nothing; a day is for zones.
    let latest = Timestamp::now().as_millisecond() + 86_400_000;
    (EARLIEST..latest).contains(&found).then_some(found)
}

/// Seconds and milliseconds are told apart by their size.
fn milliseconds(number: f64) -> i64 {
    (if number.abs() < 1e11 { number * 1000.0 } else { number }) as i64
}

fn written(text: &str, zone: &TimeZone) -> Option<i64> {
    if text.len() > 64 {
        return None;
    }
    if let Ok(number) = text.parse::<f64>() {
        return Some(milliseconds(number));
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_millisecond());
    }
    let (text, thousandths) = without_thousandths(text);
    // "2:20pm" has no leading nought, which is no matter; "PM" and "p.m." are.
    let text = text.replace("a.m.", "am").replace("p.m.", "pm");
    let at = ON_THE_WALL.iter().find_map(|format| {
        let parsed = strtime::parse(format, &text).ok()?;
        parsed.to_datetime().ok()
    })?;
    Some(of(at, zone)? + thousandths)
}

fn of(at: DateTime, zone: &TimeZone) -> Option<i64> {
    Some(at.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond())
}

/// `… 58s 321ms` and `…58s321ms` without the last part, and that.
fn without_thousandths(text: &str) -> (&str, i64) {
    let parts = || {
        let body = text.strip_suffix("ms")?;
        let start = body.rfind(|c: char| !c.is_ascii_digit())? + 1;
        let thousandths: i64 = body[start..].parse().ok()?;
        Some((body[..start].trim_end(), thousandths.clamp(0, 999)))
    };
    parts().unwrap_or((text, 0))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_way_that_was_ever_written_is_read() {
        let zone = TimeZone::UTC;
        let at = |value: Value| in_zone(&value, &zone);
        let wanted = Some(1_687_184_458_000);
        for value in [
            json!("2023-6-19 @14h 20m 58s"),
            json!("2023-6-19@14h20m58s"),
            json!("2023-06-19T14:20:58Z"),
            json!("2023-06-19T16:20:58+02:00"),
            json!("2023-06-19 14:20:58"),
            json!(1_687_184_458_000_u64),
            json!(1_687_184_458),
            json!("1687184458000"),
        ] {
            assert_eq!(at(value.clone()), wanted, "{value}");
        }
        assert_eq!(at(json!("2023-6-19 @14h 20m 58s 321ms")), wanted.map(|at| at + 321));
        assert_eq!(at(json!("2023-6-19@14h20m58s321ms")), wanted.map(|at| at + 321));
        let minute = wanted.map(|at| at - 58_000);
        for value in [json!("June 19, 2023 2:20pm"), json!("June 19, 2023 2:20 PM")] {
            assert_eq!(at(value.clone()), minute, "{value}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for value in [
            json!(null),
            json!(""),
            json!("yesterday"),
            json!("9999-01-01T00:00:00Z"),
            json!(5),
            json!(-1e300),
            json!("2023-13-40 @99h 0m 0s"),
            json!({"a": 1}),
            json!("9".repeat(400)),
            json!("ms"),
        ] {
            assert_eq!(in_zone(&value, &TimeZone::UTC), None, "{value}");
        }
    }
}
