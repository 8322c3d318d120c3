//! Variables of macros: texts by name, and names of the whole app beside those of the conversation.

use std::collections::BTreeMap;

/// How many there may be.
const MOST: usize = 1000;
/// Longest value, in bytes.
const LONGEST: usize = 64 << 10;

/// The variables of one prompt.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Runs a macro on variables; `None`: it is none, or its arguments are missing.
    pub(super) fn call(&mut self, name: &str, arguments: &[String]) -> Option<String> {
        let (name, space) = match name.replacen("global", "", 1) {
            plain if plain != name => (plain, "global "),
            plain => (plain, ""),
        };
        let variable = format!("{space}{}", arguments.first()?);
        let value = || arguments.get(1).map(|value| arguments_joined(value, &arguments[2..]));
        match name.as_str() {
            "getvar" => Some(self.0.get(&variable).cloned().unwrap_or_default()),
            "hasvar" | "varexists" => Some(self.0.contains_key(&variable).to_string()),
            "setvar" => Some(self.set(variable, value()?)),
            "setdefaultvar" => {
                let value = value()?;
                if self.0.contains_key(&variable) {
                    Some(String::new())
                } else {
                    Some(self.set(variable, value))
                }
            }
            "deletevar" | "flushvar" => {
                self.0.remove(&variable);
                Some(String::new())
            }
            "addvar" => {
                let value = value()?;
                let sum = self.sum(&variable, &value);
                Some(self.set(variable, sum))
            }
            "incvar" | "decvar" => {
                let sum = self.sum(&variable, if name == "incvar" { "1" } else { "-1" });
                self.set(variable, sum.clone());
                Some(sum)
            }
            _ => None,
        }
    }

    /// Gives the text that stands in place of the macro: none.
    fn set(&mut self, name: String, value: String) -> String {
        let room = self.0.len() < MOST || self.0.contains_key(&name);
        if room && name.len() + value.len() <= LONGEST {
            self.0.insert(name, value);
        }
        String::new()
    }

    /// Numbers are added, texts put together.
    fn sum(&self, name: &str, more: &str) -> String {
        let old = self.0.get(name).map_or("0", String::as_str);
        match (old.trim().parse::<f64>(), more.trim().parse::<f64>()) {
            (Ok(old), Ok(more)) if (old + more).is_finite() => (old + more).to_string(),
            _ if self.0.contains_key(name) => format!("{old}{more}"),
            _ => more.to_owned(),
        }
    }
}

/// The short form of a macro of variables, behind the name: `= 5`, `+= 5`, `++`, `--`, or nothing. Gives the long form's verb and its
/// value; `None`: it is none of these.
pub(super) fn short(said: &str) -> Option<(&'static str, Option<&str>)> {
    match said {
        "" => return Some(("getvar", None)),
        "++" => return Some(("incvar", None)),
        "--" => return Some(("decvar", None)),
        _ => {}
    }
    if let Some(value) = said.strip_prefix("+=") {
        return Some(("addvar", Some(value.trim())));
    }
    let value = said.strip_prefix('=').filter(|value| !value.starts_with('='))?;
    Some(("setvar", Some(value.trim())))
}

/// A value may have `::` in it.
fn arguments_joined(first: &str, rest: &[String]) -> String {
    rest.iter().fold(first.to_owned(), |all, part| all + "::" + part)
}
