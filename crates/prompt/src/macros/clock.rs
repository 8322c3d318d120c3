//! The time as macros tell it.

use domain::Lang;
use jiff::civil::{DateTime, Weekday};
use jiff::{SignedDuration, Span};

/// A moment, told by whoever knows the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Where the person is.
    pub local: DateTime,
    /// Minutes that local time is ahead of UTC.
    pub utc_offset_minutes: i32,
    /// How long ago the person said something before; `None`: never.
    pub idle: Option<SignedDuration>,
}

impl Moment {
    /// What a macro of the time becomes; `None`: the format is none.
    pub(super) fn tell(&self, name: &str, argument: &str, lang: Lang) -> Option<String> {
        let now = self.local;
        Some(match name {
            "time" | "isotime" => format!("{:02}:{:02}", now.hour(), now.minute()),
            "isodate" => format!("{:04}-{:02}-{:02}", now.year(), now.month(), now.day()),
            "date" => match lang {
                Lang::En => now.strftime("%B %-d, %Y").to_string(),
                Lang::Zh | Lang::Ja => format!("{}年{}月{}日", now.year(), now.month(), now.day()),
            },
            "weekday" => weekday(now.weekday(), lang).to_owned(),
            "datetimeformat" => self.formatted(argument),
            "idle_duration" => idle(self.idle, lang),
            _ => return None,
        })
    }

    /// `{{time_UTC+9}}`, `{{time::UTC-3:30}}`: the time so many hours and minutes from UTC.
    pub(super) fn time_at(&self, offset: &str) -> Option<String> {
        let offset = offset.trim();
        let (hours, minutes) = offset.split_once(':').unwrap_or((offset, "0"));
        let hours: i32 = hours.parse().ok().filter(|hours| (-14..=14).contains(hours))?;
        let minutes: i32 = minutes.parse().ok().filter(|minutes| (0..60).contains(minutes))?;
        let minutes = if offset.starts_with('-') { -minutes } else { minutes };
        let minutes = i64::from(hours * 60 + minutes - self.utc_offset_minutes);
        let there = self.local.checked_add(Span::new().try_minutes(minutes).ok()?).ok()?;
        Some(format!("{:02}:{:02}", there.hour(), there.minute()))
    }

    /// The letters of moment.js, which cards are written for.
    fn formatted(&self, format: &str) -> String {
        let now = self.local;
        let hour12 = (now.hour() + 11) % 12 + 1;
        let mut out = String::new();
        let mut rest = format;
        while let Some(letter) = rest.chars().next() {
            if letter == '['
                && let Some(end) = rest.find(']')
            {
                out.push_str(&rest[1..end]);
                rest = &rest[end + 1..];
                continue;
            }
            let run: usize = rest.chars().take_while(|&c| c == letter).map(char::len_utf8).sum();
            let piece = &rest[..run];
            match piece {
                "YYYY" => pad(&mut out, 4, i64::from(now.year())),
                "YY" => pad(&mut out, 2, i64::from(now.year().rem_euclid(100))),
                "MMMM" => out.push_str(&now.strftime("%B").to_string()),
                "MMM" => out.push_str(&now.strftime("%b").to_string()),
                "MM" => pad(&mut out, 2, i64::from(now.month())),
                "M" => out.push_str(&now.month().to_string()),
                "DD" => pad(&mut out, 2, i64::from(now.day())),
                "D" => out.push_str(&now.day().to_string()),
                "dddd" => out.push_str(weekday(now.weekday(), Lang::En)),
                "ddd" => out.push_str(&weekday(now.weekday(), Lang::En)[..3]),
                "HH" => pad(&mut out, 2, i64::from(now.hour())),
                "H" => out.push_str(&now.hour().to_string()),
                "hh" => pad(&mut out, 2, i64::from(hour12)),
                "h" => out.push_str(&hour12.to_string()),
                "mm" => pad(&mut out, 2, i64::from(now.minute())),
                "m" => out.push_str(&now.minute().to_string()),
                "ss" => pad(&mut out, 2, i64::from(now.second())),
                "s" => out.push_str(&now.second().to_string()),
                "A" => out.push_str(if now.hour() < 12 { "AM" } else { "PM" }),
                "a" => out.push_str(if now.hour() < 12 { "am" } else { "pm" }),
                piece => out.push_str(piece),
            }
            rest = &rest[run..];
        }
        out
    }
}

/// A number with zeros before it.
fn pad(out: &mut String, width: usize, number: i64) {
    out.extend([format!("{number:0width$}")]);
}

fn weekday(day: Weekday, lang: Lang) -> &'static str {
    let names = match lang {
        Lang::En => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        Lang::Zh => ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
        Lang::Ja => ["月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"],
    };
    names[usize::from(day.to_monday_zero_offset().unsigned_abs())]
}

/// A length of time, rounded to what a person would say.
fn idle(duration: Option<SignedDuration>, lang: Lang) -> String {
    let minutes = duration.map_or(0, |duration| duration.as_mins().max(0));
    let (count, unit) = match minutes {
        0 => {
            return match lang {
                Lang::En => "just now",
                Lang::Zh => "刚刚",
                Lang::Ja => "たった今",
            }
            .to_owned();
        }
        1..60 => (minutes, 0),
        60..1440 => (minutes / 60, 1),
        _ => (minutes / 1440, 2),
    };
    match lang {
        Lang::En => {
            let unit = ["minute", "hour", "day"][unit];
            format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
        }
        Lang::Zh => format!("{count}{}", ["分钟", "小时", "天"][unit]),
        Lang::Ja => format!("{count}{}", ["分", "時間", "日"][unit]),
    }
}
