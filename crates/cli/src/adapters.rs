//! `--adapter NAME|PATH[:SCALE]`.

/// Takes a name or path and a strength apart. What stands behind the last colon is a strength where it is a number: a drive's
/// letter is none.
pub(crate) fn parse(typed: &str) -> Result<(String, f32), String> {
    let (name, scale) = match typed.rsplit_once(':') {
        Some((name, scale)) => match scale.parse::<f32>() {
            Ok(scale) => (name, scale),
            Err(_) => (typed, 1.0),
        },
        None => (typed, 1.0),
    };
    if name.is_empty() {
        return Err("an adapter needs a name or a path".to_owned());
    }
    if !scale.is_finite() {
        return Err(format!("the strength of an adapter cannot be {scale}"));
    }
    Ok((name.to_owned(), scale))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn strengths_stand_behind_the_last_colon() {
        let parsed = |typed: &str| parse(typed).map(|(name, scale)| (name, scale.to_string()));
        let wanted = |name: &str, scale: &str| Ok((name.to_owned(), scale.to_owned()));
        assert_eq!(parsed("koto"), wanted("koto", "1"));
        assert_eq!(parsed("koto:0.5"), wanted("koto", "0.5"));
        assert_eq!(parsed("koto:-1"), wanted("koto", "-1"));
        assert_eq!(parsed(r"C:\adapters\koto"), wanted(r"C:\adapters\koto", "1"));
        assert_eq!(parsed(r"C:\adapters\koto:2"), wanted(r"C:\adapters\koto", "2"));
        assert!(parse(":0.5").is_err() && parse("").is_err());
        assert!(parse("koto:inf").is_err() && parse("koto:NaN").is_err());
    }
}
