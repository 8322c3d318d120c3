//! Who may speak: `define e = Character("Eileen")` and its relatives, wherever a game writes them.

use std::collections::{HashMap, HashSet};

use super::lexer::{Lexer, Monologue, arguments, bracket_end};

/// A character as its definition has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Character {
    /// Displayed name; none for a narrator.
    pub(super) name: Option<String>,
    /// Image tag that its attributes belong to.
    pub(super) image: Option<String>,
}

/// What is written down of a definition until all files are read: `kind` and variables may be defined later than they are used.
#[derive(Debug, Clone)]
struct Definition {
    name: Name,
    kind: Option<String>,
    image: Option<String>,
}

#[derive(Debug, Clone)]
enum Name {
    /// Not given: that of the kind.
    Inherited,
    /// `None`.
    Nobody,
    Known(String),
    /// A variable that may hold a text.
    Variable(String),
    /// Computed when the game runs.
    Unknown,
}

/// Everything that scripts define and the sayers need.
#[derive(Debug, Default)]
pub(super) struct Cast {
    definitions: HashMap<String, Definition>,
    texts: HashMap<String, String>,
    aliases: HashMap<String, String>,
    /// Statements that the game itself registers, with the kind of their block.
    pub(super) statements: HashMap<String, bool>,
}

impl Cast {
    /// Takes up `NAME = VALUE` of a `define`, `default`, `$` or Python line. The first definition of a name stays.
    pub(super) fn assignment(&mut self, statement: &str) {
        let Some((target, value)) = split_assignment(statement) else { return };
        if let Some(call) = character_call(value) {
            let definition = definition(&call);
            self.definitions.entry(target.to_owned()).or_insert(definition);
        } else if let Some(text) = literal(value) {
            self.texts.entry(target.to_owned()).or_insert(text);
        } else if is_path(value) {
            self.aliases.entry(target.to_owned()).or_insert_with(|| value.to_owned());
        }
    }

    /// Takes up what a Python block defines: characters, and statements the game adds to the language.
    pub(super) fn python_line(&mut self, line: &str) {
        self.assignment(line);
        if let Some(at) = line.find("register_statement") {
            let rest = &line[at + "register_statement".len()..];
            let mut lexer = Lexer::new(rest);
            if let Some(inside) = lexer.bracketed() {
                let inside = &inside[1..inside.len() - 1];
                let list = arguments(inside);
                let first = list.iter().find(|(key, _)| key.is_none_or(|key| key == "name"));
                if let Some(name) = first.and_then(|(_, value)| literal(value)) {
                    let script = list.iter().any(|(key, value)| {
                        *key == Some("block")
                            && value.trim_matches(['"', '\'']).starts_with("script")
                    });
                    self.statements.insert(name, script);
                }
            }
        }
    }

    /// The character behind an expression that says something; nothing if no script defines it.
    pub(super) fn resolve(&self, expression: &str) -> Option<Character> {
        // Names of sayers are looked up in the `character` namespace first, then in the store.
        let named = format!("character.{expression}");
        if self.definitions.contains_key(&named) {
            return self.follow(&named);
        }
        let expression = expression.strip_prefix("store.").unwrap_or(expression);
        let callee = expression.split('(').next().unwrap_or(expression).trim_end();
        self.follow(callee)
    }

    fn follow(&self, name: &str) -> Option<Character> {
        let mut name = name.to_owned();
        let mut image = None;
        let mut seen = HashSet::new();
        let mut any = false;
        while seen.insert(name.clone()) {
            if let Some(definition) = self.definitions.get(&name) {
                any = true;
                image = image.or_else(|| definition.image.clone());
                match &definition.name {
                    Name::Known(known) => {
                        return Some(Character { name: super::text::name(known), image });
                    }
                    Name::Nobody => return Some(Character { name: None, image }),
                    Name::Variable(variable) => {
                        // What the variable holds when the game starts is what is shown, unless the game asks the player.
                        let name =
                            self.texts.get(variable).and_then(|text| super::text::name(text));
                        let name = name.unwrap_or_else(|| format!("[{variable}]"));
                        return Some(Character { name: Some(name), image });
                    }
                    Name::Unknown => return None,
                    Name::Inherited => match &definition.kind {
                        Some(kind) => name.clone_from(kind),
                        None => break,
                    },
                }
            } else if let Some(other) = self.aliases.get(&name) {
                name.clone_from(other);
            } else {
                break;
            }
        }
        // `kind=nvl`, `kind=centered` and the like: Ren'Py's own, which have no name.
        any.then_some(Character { name: None, image })
    }
}

/// `target = value`, where the target is a name or a dotted path.
fn split_assignment(statement: &str) -> Option<(&str, &str)> {
    let (target, value) = statement.split_once('=')?;
    let target = target.trim();
    let target = target.strip_prefix("store.").unwrap_or(target);
    // `define 1 e = …` has a priority in front; `default` and `define` may have annotations (`e: Character = …`).
    let target = target.split(':').next().unwrap_or(target).trim();
    let target = target.rsplit(' ').next().unwrap_or(target);
    let value = value.trim();
    (is_path(target) && !value.is_empty() && !value.starts_with('=')).then_some((target, value))
}

fn is_path(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c == '_' || c == '.' || c.is_alphanumeric())
}

struct Call<'a> {
    callee: &'a str,
    arguments: Vec<(Option<&'a str>, &'a str)>,
}

/// `Character(…)`, `NVLCharacter(…)`, `renpy.character.DynamicCharacter(…)`, or a class of the game whose name ends like that.
fn character_call(value: &str) -> Option<Call<'_>> {
    let open = value.find('(')?;
    let callee = value[..open].trim();
    if !is_path(callee) || !callee.ends_with("Character") {
        return None;
    }
    let end = bracket_end(&value[open..])?;
    let inside = &value[open + 1..open + end - 1];
    Some(Call { callee, arguments: arguments(inside) })
}

fn definition(call: &Call<'_>) -> Definition {
    let keyword = |wanted: &str| {
        call.arguments.iter().find(|(key, _)| *key == Some(wanted)).map(|(_, value)| *value)
    };
    let positional =
        call.arguments.first().filter(|(key, _)| key.is_none()).map(|(_, value)| *value);
    let positional = positional.filter(|value| !value.starts_with('*'));
    let dynamic = call.callee.ends_with("DynamicCharacter")
        || keyword("dynamic").is_some_and(|value| value == "True");
    let name = match positional.or_else(|| keyword("name")) {
        None => Name::Inherited,
        Some("None") => Name::Nobody,
        Some(value) => match literal(value) {
            Some(text) if dynamic => Name::Variable(text.trim().to_owned()),
            Some(text) => Name::Known(text),
            None if is_path(value) => Name::Variable(value.to_owned()),
            None => Name::Unknown,
        },
    };
    Definition {
        name,
        kind: keyword("kind").map(str::to_owned),
        image: keyword("image").and_then(literal),
    }
}

/// A Python string: adjacent ones joined, translated ones (`_("…")`) opened; nothing if it is anything else.
pub(super) fn literal(value: &str) -> Option<String> {
    let value = value.trim();
    for wrapper in ["__(", "_(", "_p("] {
        if let Some(inside) = value.strip_prefix(wrapper) {
            return literal(inside.strip_suffix(')')?);
        }
    }
    let mut lexer = Lexer::new(value);
    let mut out = String::new();
    loop {
        match lexer.string() {
            Some(part) => out.push_str(&part),
            None => out.push_str(&lexer.triple_string(Monologue::None)?.join("\n")),
        }
        if lexer.at_end() {
            return Some(out);
        }
    }
}
