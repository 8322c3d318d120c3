//! A voice's table of phonemes: which numbers stand for each symbol (`phoneme_id_map`).

use std::collections::HashMap;

use serde_json::{Map, Value};

/// More symbols than any voice has; Piper's have 85 to 170.
const MAX_SYMBOLS: usize = 4096;
/// Longer symbols belong to no front end of ours; the longest that is looked up has four bytes (`iang`).
const MAX_BYTES: usize = 16;
/// Numbers of one symbol; real ones have one.
const MAX_IDS: usize = 8;

/// Numbers of each symbol: of IPA one character, of pinyin an initial, a final, a tone or a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table(HashMap<Box<str>, Box<[i64]>>);

impl Table {
    /// Reads the map of a configuration. `symbols` is how many the network has: no number may reach it. The reason where it
    /// cannot be used.
    pub(super) fn read(map: &Map<String, Value>, symbols: i64) -> Result<Self, String> {
        if map.len() > MAX_SYMBOLS {
            let count = map.len();
            return Err(format!("{count} phonemes are more than any Piper voice has"));
        }
        let mut table = HashMap::with_capacity(map.len());
        for (key, value) in map.iter().filter(|(key, _)| (1..=MAX_BYTES).contains(&key.len())) {
            let numbers = match value {
                Value::Array(list) => list.as_slice(),
                other => std::slice::from_ref(other),
            };
            let ids: Option<Box<[i64]>> = match numbers.len() {
                1..=MAX_IDS => numbers.iter().map(Value::as_i64).collect(),
                _ => None,
            };
            let ids = ids.ok_or_else(|| format!("the phoneme `{key}` has no usable id"))?;
            if ids.iter().any(|&id| id < 0 || id >= symbols) {
                return Err("`phoneme_id_map` has ids outside `num_symbols`".to_owned());
            }
            table.insert(key.as_str().into(), ids);
        }
        match ["_", "^", "$"].into_iter().find(|needed| !table.contains_key(*needed)) {
            Some(needed) => Err(format!("`phoneme_id_map` lacks `{needed}`")),
            None => Ok(Self(table)),
        }
    }

    /// Numbers of a symbol; none where the voice does not know it.
    pub(super) fn get(&self, symbol: &str) -> Option<&[i64]> {
        self.0.get(symbol).map(AsRef::as_ref)
    }

    /// Numbers of a symbol of one character.
    pub(super) fn of(&self, symbol: char) -> Option<&[i64]> {
        self.get(symbol.encode_utf8(&mut [0; 4]))
    }

    /// The symbols, in no order.
    pub(super) fn symbols(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }

    /// The highest number.
    pub(super) fn highest(&self) -> i64 {
        self.0.values().flatten().copied().max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(value: &Value) -> Result<Table, String> {
        Table::read(value.as_object().expect("an object"), 256)
    }

    #[test]
    fn symbols_of_any_length_are_kept_within_bounds() {
        let table = read(&json!({"_": [0], "^": 1, "$": [2], "iang": [47], "Ø": [3, 9],
            "a symbol that no front end has": "x", "": "x"}))
        .unwrap();
        assert_eq!(table.get("iang"), Some(&[47][..]));
        assert_eq!(table.of('Ø'), Some(&[3, 9][..]));
        assert_eq!(table.of('^'), Some(&[1][..]));
        assert_eq!(table.symbols().count(), 5);
        assert_eq!(table.highest(), 47);
    }

    #[test]
    fn what_cannot_be_a_table_is_named() {
        for (key, value, word) in [
            ("a", json!([]), "`a` has no usable id"),
            ("a", json!([1, 2, 3, 4, 5, 6, 7, 8, 9]), "`a` has no usable id"),
            ("a", json!([1, "2"]), "`a` has no usable id"),
            ("a", json!("1"), "`a` has no usable id"),
            ("a", json!([1.5]), "`a` has no usable id"),
            ("a", json!([-1]), "num_symbols"),
            ("a", json!([256]), "num_symbols"),
            ("a", json!(u64::MAX), "`a` has no usable id"),
        ] {
            let mut map = json!({"_": [0], "^": [1], "$": [2]});
            map[key] = value;
            let reason = read(&map).unwrap_err();
            assert!(reason.contains(word), "{map}: {reason}");
        }
        assert!(read(&json!({"_": [0], "^": [1]})).unwrap_err().contains("lacks `$`"));
        let many: Map<String, Value> =
            (0..=MAX_SYMBOLS).map(|i| (format!("s{i}"), json!([1]))).collect();
        assert!(Table::read(&many, 256).unwrap_err().contains("more than any"));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            (-2i64..300).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,4}".prop_map(Value::from),
        ];
        leaf.clone().prop_recursive(2, 16, 12, move |inner| {
            proptest::collection::vec(inner, 0..12).prop_map(Value::from)
        })
    }

    proptest! {
        /// Whatever stands in a file: it is refused, or what was read keeps the bounds.
        #[test]
        fn a_table_keeps_its_bounds(
            entries in proptest::collection::hash_map(".{0,24}", any_value(), 0..40),
            whole in any::<bool>(),
            symbols in 0i64..400,
        ) {
            let mut map: Map<String, Value> = entries.into_iter().collect();
            if whole {
                map.extend(["_", "^", "$"].map(|key| (key.to_owned(), json!([0]))));
            }
            if let Ok(table) = Table::read(&map, symbols) {
                for symbol in table.symbols() {
                    let ids = table.get(symbol).unwrap();
                    prop_assert!((1..=MAX_BYTES).contains(&symbol.len()));
                    prop_assert!((1..=MAX_IDS).contains(&ids.len()));
                    prop_assert!(ids.iter().all(|id| (0..symbols).contains(id)));
                }
                prop_assert!(table.highest() < symbols);
            }
        }
    }
}
