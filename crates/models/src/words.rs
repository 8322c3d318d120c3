//! Sizes as people read and write them.

/// `57.3 MB`, `2.5 GB`: decimal units, as disks and hubs count.
pub fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} bytes"),
        1_000..1_000_000 => format!("{:.0} kB", n as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.0} MB", n as f64 / 1e6),
        _ => format!("{:.1} GB", n as f64 / 1e9),
    }
}

/// Reads `75 MiB`, `386 MB`, `1.5 GiB`.
pub(crate) fn parse_bytes(text: &str) -> Option<u64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: f64 = number.parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0)?;
    let unit = match unit {
        "bytes" | "B" => 1.0,
        "kB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "KiB" => 1024.0,
        "MiB" => 1024.0 * 1024.0,
        "GiB" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    Some((number * unit).round() as u64)
}

/// A revision as people write it: of a commit the first ten letters, a branch as it is.
pub fn short(revision: &str) -> &str {
    let commit = revision.len() >= 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    if commit { &revision[..10] } else { revision }
}

#[cfg(test)]
mod tests {
    //! Both directions.

    use super::*;

    #[test]
    fn sizes_read_as_their_sources_write_them() {
        assert_eq!(parse_bytes("75 MiB"), Some(78_643_200));
        assert_eq!(parse_bytes("386 MB"), Some(386_000_000));
        assert_eq!(parse_bytes("1.5 GiB"), Some(1_610_612_736));
        for bad in ["", "MB", "12", "-1 MB", "nan MB", "1 XB"] {
            assert_eq!(parse_bytes(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes_are_written_for_people() {
        assert_eq!(bytes(12), "12 bytes");
        assert_eq!(bytes(63_201_294), "63 MB");
        assert_eq!(bytes(2_497_280_256), "2.5 GB");
    }
}
