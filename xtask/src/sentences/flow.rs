//! Which literals become a sentence that a person reads: followed backwards from where a sentence is told.
//!
//! A sentence begins as an argument of `Problem::new`, as `#[error("…")]`, as a failure that is nothing but words (`Err("…".to_owned())`), or
//! in a field of the API that holds words. Where such a place is filled by a parameter, the callers are asked; where by a local
//! name, what it was bound to; where by a function, what it gives. That goes on until nothing new is found. It follows names, not
//! types: of two functions of one name in one room both are asked, which costs a template too many and never one too few.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens as _;
use syn::visit::Visit;
use syn::{Expr, Item};

use super::sources::{Function, Source, may_be_text};
use super::template::{Arguments, template};
use super::told::{Calls, Displayed};
use super::walk::Walk;

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// Room and template, with the place (`path:line`) where it is written.
    pub(super) templates: BTreeMap<(String, String), String>,
    /// What is told and could not be followed to a literal: the place and the expression.
    pub(super) lost: BTreeSet<(String, String)>,
}

/// A place that is told to a person.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Told {
    /// A parameter of a function, by the function's number.
    Parameter(usize, usize),
    /// A parameter of a closure with a name, in a function.
    Closure(usize, String, usize),
    /// What a function gives, or one part of the tuple that it gives; and whether that is a sentence or a value in one.
    Result(usize, Option<usize>, bool),
    /// A field of a struct or of an enum's variant; `*` for that field of whatever has it.
    Field(String, String),
}

/// Follows every sentence of the sources to its literals. `fields` are the API's fields that hold words.
pub(super) fn follow(
    sources: &[Source],
    functions: &[Function<'_>],
    fields: &[(&str, &str)],
) -> Found {
    let mut names: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, function) in functions.iter().enumerate() {
        names.entry(&function.name).or_default().push(at);
    }
    let constants = constants(sources);
    let mut walk = Walk {
        functions,
        names,
        constants,
        fields,
        told: BTreeSet::new(),
        found: Found::default(),
        handed: false,
        busy: vec![],
    };
    for source in sources {
        errors(&mut walk, source, &source.tree.items);
    }
    for (at, function) in functions.iter().enumerate().filter(|(_, one)| one.displays) {
        Displayed { walk: &mut walk, at }.visit_block(function.body);
    }
    loop {
        let before = (walk.told.len(), walk.found.templates.len());
        for (at, function) in functions.iter().enumerate() {
            Calls { walk: &mut walk, at }.visit_block(function.body);
        }
        for told in walk.told.clone() {
            if let Told::Result(at, part, top) = told {
                walk.result(at, part, top);
            }
        }
        if before == (walk.told.len(), walk.found.templates.len()) {
            return walk.found;
        }
    }
}

/// The constants of every room, by room and name.
fn constants(sources: &[Source]) -> BTreeMap<(String, String), &Expr> {
    struct Constants<'a> {
        room: &'a str,
        all: BTreeMap<(String, String), &'a Expr>,
    }
    impl<'a> Visit<'a> for Constants<'a> {
        fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
            self.all.insert((self.room.to_owned(), item.ident.to_string()), &item.expr);
        }
        fn visit_impl_item_const(&mut self, item: &'a syn::ImplItemConst) {
            self.all.insert((self.room.to_owned(), item.ident.to_string()), &item.expr);
        }
    }
    let mut found = Constants { room: "", all: BTreeMap::new() };
    for source in sources {
        found.room = &source.room;
        found.visit_file(&source.tree);
    }
    found.all
}

/// The `#[error("…")]` of a file's enums and structs.
fn errors(walk: &mut Walk<'_, '_>, source: &Source, items: &[Item]) {
    for item in items {
        match item {
            Item::Enum(item) => {
                for one in &item.variants {
                    error(walk, source, &one.attrs, &one.ident.to_string(), &one.fields);
                }
            }
            Item::Struct(item) => {
                error(walk, source, &item.attrs, &item.ident.to_string(), &item.fields);
            }
            Item::Mod(module) => {
                if let Some((_, inside)) = &module.content {
                    errors(walk, source, inside);
                }
            }
            _ => {}
        }
    }
}

fn error(
    walk: &mut Walk<'_, '_>,
    source: &Source,
    attributes: &[syn::Attribute],
    owner: &str,
    fields: &syn::Fields,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("error")) {
        let Ok(arguments) = attribute.parse_args::<Arguments>() else { continue };
        let (text, holes) = template(&arguments);
        let line = arguments.format.span().start().line;
        walk.keep(&source.room, text, &format!("{}:{line}", source.path), true);
        for hole in holes.iter().filter(|hole| !hole.quoted) {
            let field = match &hole.value {
                None => hole.name.clone(),
                Some(Expr::Path(path)) => path.to_token_stream().to_string(),
                Some(Expr::Field(field)) => field.member.to_token_stream().to_string(),
                // `process(*.pid)`: a function of the same room.
                Some(Expr::Call(call)) => {
                    walk.named(&source.room, &call.func);
                    continue;
                }
                Some(_) => continue,
            };
            let filled = fields.iter().enumerate().find(|(at, one)| {
                one.ident.as_ref().map_or_else(|| at.to_string(), ToString::to_string) == field
            });
            if filled.is_some_and(|(_, one)| may_be_text(&one.ty)) {
                walk.told.insert(Told::Field(owner.to_owned(), field));
            }
        }
    }
}
