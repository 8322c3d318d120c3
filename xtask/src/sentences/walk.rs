//! What an expression says: followed backwards through names, calls, branches and macros to its literals.

use std::collections::{BTreeMap, BTreeSet};

use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Expr, Lit, Token};

use super::flow::{Found, Told};
use super::sources::{Function, Local};
use super::template::{Arguments, Joined, template};

/// How far the sentences have been followed.
pub(super) struct Walk<'a, 'b> {
    pub(super) functions: &'b [Function<'a>],
    pub(super) names: BTreeMap<&'b str, Vec<usize>>,
    pub(super) constants: BTreeMap<(String, String), &'b Expr>,
    pub(super) fields: &'b [(&'b str, &'b str)],
    pub(super) told: BTreeSet<Told>,
    pub(super) found: Found,
    /// Whether what is followed stands where it is handed over: a word there is a word of a sentence.
    pub(super) handed: bool,
    /// Local names that are being followed, against a name that is bound to itself.
    pub(super) busy: Vec<(usize, String)>,
}

/// Fields that hold words, whatever they are fields of.
const WORDED: &[&str] = &["detail", "notice", "problem", "reason", "remedy", "warnings", "why"];

/// Methods that hand on the words they are called on, or those that they are given.
const SAME: &[&str] = &[
    "and_then",
    "as_deref",
    "as_ref",
    "as_str",
    "chain",
    "clone",
    "cloned",
    "collect",
    "concat",
    "copied",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "first",
    "flat_map",
    "flatten",
    "into",
    "into_boxed_str",
    "into_iter",
    "into_owned",
    "into_string",
    "iter",
    "join",
    "last",
    "map",
    "map_or",
    "map_or_else",
    "next",
    "or",
    "or_else",
    "then",
    "then_some",
    "to_owned",
    "to_string",
    "trim",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
];

impl Walk<'_, '_> {
    /// Keeps a template that says something. A single word in a hole is a name (a key, a file, a type of numbers), unless it
    /// was handed over as a word of a sentence (`"read"` in `could not {what} …`).
    pub(super) fn keep(&mut self, room: &str, text: String, place: &str, top: bool) {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase());
        let mut depth = 0;
        let says = text.chars().any(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth == 0 && c != '}' && !c.is_whitespace()
        });
        if says && (text.contains(' ') || (top && plain && self.handed)) {
            self.found.templates.entry((room.to_owned(), text)).or_insert_with(|| place.to_owned());
        }
    }

    /// A function of a room, by its name alone.
    pub(super) fn named(&mut self, room: &str, function: &Expr) {
        let Expr::Path(path) = function else { return };
        let Some(last) = path.path.segments.last().map(|s| s.ident.to_string()) else { return };
        let all = self.names.get(last.as_str()).cloned().unwrap_or_default();
        let near = all.into_iter().filter(|&one| self.functions[one].source.room == room).collect();
        self.ask(near, None, false);
    }

    pub(super) fn room(&self, at: usize) -> String {
        self.functions[at].source.room.clone()
    }

    pub(super) fn place(&self, at: usize, span: proc_macro2::Span) -> String {
        format!("{}:{}", self.functions[at].source.path, span.start().line)
    }

    /// Notes what an expression of function `at` says: a sentence of its own (`top`) or a value in one. With `part`, only that element of
    /// the tuple it gives. False: nobody knows what it says.
    pub(super) fn says(&mut self, at: usize, expr: &Expr, part: Option<usize>, top: bool) -> bool {
        match expr {
            Expr::Lit(lit) => {
                if let Lit::Str(text) = &lit.lit {
                    let place = self.place(at, text.span());
                    self.keep(&self.room(at), text.value(), &place, top);
                }
                true
            }
            Expr::Macro(call) => self.says_macro(at, &call.mac, top),
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => self.says_name(at, &name.to_string(), part, top),
                None => self.says_constant(at, &path.path, part, top),
            },
            Expr::Reference(inner) => self.says(at, &inner.expr, part, top),
            Expr::Paren(inner) => self.says(at, &inner.expr, part, top),
            Expr::Group(inner) => self.says(at, &inner.expr, part, top),
            Expr::Unary(inner) => self.says(at, &inner.expr, part, top),
            Expr::Try(inner) => self.says(at, &inner.expr, part, top),
            Expr::Await(inner) => self.says(at, &inner.base, part, top),
            Expr::Index(inner) => self.says(at, &inner.expr, None, top),
            Expr::Closure(inner) => self.says(at, &inner.body, part, top),
            Expr::Block(inner) => self.says_block(at, &inner.block, part, top),
            Expr::If(inner) => {
                let then = self.says_block(at, &inner.then_branch, part, top);
                let other = inner.else_branch.as_ref();
                other.is_none_or(|(_, other)| self.says(at, other, part, top)) && then
            }
            Expr::Match(inner) => self.all(at, inner.arms.iter().map(|arm| &*arm.body), part, top),
            Expr::Tuple(inner) => match part {
                Some(part) => self.all(at, inner.elems.iter().skip(part).take(1), None, top),
                None => self.all(at, &inner.elems, None, top),
            },
            Expr::Array(inner) => self.all(at, &inner.elems, part, top),
            Expr::Binary(inner) => self.all(at, [&*inner.left, &*inner.right], None, top),
            Expr::MethodCall(call) => self.says_method(at, call, part, top),
            Expr::Call(call) => self.says_call(at, call, part, top),
            Expr::Field(inner) => {
                // What stands in such a field was put there by somebody.
                if let syn::Member::Named(name) = &inner.member
                    && WORDED.iter().any(|word| name == word)
                {
                    self.told.insert(Told::Field("*".to_owned(), name.to_string()));
                }
                true
            }
            // These go elsewhere, or are no words.
            Expr::Return(_)
            | Expr::Continue(_)
            | Expr::Break(_)
            | Expr::Range(_)
            | Expr::Struct(_)
            | Expr::Cast(_)
            | Expr::Repeat(_) => true,
            _ => false,
        }
    }

    pub(super) fn all<'e>(
        &mut self,
        at: usize,
        list: impl IntoIterator<Item = &'e Expr>,
        part: Option<usize>,
        top: bool,
    ) -> bool {
        let mut known = true;
        for one in list {
            known &= self.says(at, one, part, top);
        }
        known
    }

    fn says_block(
        &mut self,
        at: usize,
        block: &syn::Block,
        part: Option<usize>,
        top: bool,
    ) -> bool {
        match block.stmts.last() {
            Some(syn::Stmt::Expr(expr, None)) => self.says(at, expr, part, top),
            Some(syn::Stmt::Macro(call)) => self.says_macro(at, &call.mac, top),
            _ => true,
        }
    }

    fn says_macro(&mut self, at: usize, call: &syn::Macro, top: bool) -> bool {
        let name = call.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        match name.as_str() {
            "format" | "format_args" => {
                let Ok(arguments) = call.parse_body::<Arguments>() else { return false };
                let (text, holes) = template(&arguments);
                let place = self.place(at, arguments.format.span());
                self.keep(&self.room(at), text, &place, top);
                for hole in holes.into_iter().filter(|hole| !hole.quoted) {
                    // What fills a hole need not be words.
                    let _ = match &hole.value {
                        Some(value) => self.says(at, value, None, false),
                        None => self.says_name(at, &hole.name, None, false),
                    };
                }
                true
            }
            "concat" => {
                let Ok(Joined(parts)) = call.parse_body() else { return false };
                let text = parts.iter().map(syn::LitStr::value).collect();
                let place = self.functions[at].source.path.clone();
                self.keep(&self.room(at), text, &place, top);
                true
            }
            "vec" => {
                let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
                call.parse_body_with(parser).is_ok_and(|list| self.all(at, &list, None, top))
            }
            "unreachable" | "panic" | "json" | "matches" => true,
            _ => false,
        }
    }

    fn says_constant(
        &mut self,
        at: usize,
        path: &syn::Path,
        part: Option<usize>,
        top: bool,
    ) -> bool {
        let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        let value = self.constants.get(&(self.room(at), name.clone())).copied();
        match value {
            Some(value) => self.says(at, value, part, top),
            // `Self::name`: a function that somebody else calls. `Kind::Other`: a value, whose own words are its `Display`.
            None => name.contains(char::is_lowercase),
        }
    }

    pub(super) fn says_name(
        &mut self,
        at: usize,
        name: &str,
        part: Option<usize>,
        top: bool,
    ) -> bool {
        let function = &self.functions[at];
        let room = self.room(at);
        if let Some(n) = function.parameters.iter().position(|p| p.as_deref() == Some(name))
            && (function.wordy[n] || top)
        {
            self.told.insert(Told::Parameter(at, n));
        }
        if let Some(locals) = function.locals.get(name).cloned() {
            if self.busy.iter().any(|(f, n)| *f == at && n == name) {
                return true;
            }
            self.busy.push((at, name.to_owned()));
            let handed = std::mem::take(&mut self.handed);
            for local in locals {
                match local {
                    Local::Value(value, own) => {
                        self.says(at, value, own.or(part), top);
                    }
                    Local::Field(owner, field) => {
                        self.told.insert(Told::Field(owner, field));
                    }
                    Local::Parameter(closure, index) => {
                        self.told.insert(Told::Closure(at, closure, index));
                    }
                }
            }
            self.busy.pop();
            self.handed = handed;
        }
        if let Some(value) = self.constants.get(&(room, name.to_owned())).copied() {
            return self.says(at, value, part, top);
        }
        // A name that a pattern binds (`Err(error) =>`, `|error|`) holds what somebody else said.
        true
    }

    fn says_method(
        &mut self,
        at: usize,
        call: &syn::ExprMethodCall,
        part: Option<usize>,
        top: bool,
    ) -> bool {
        let name = call.method.to_string();
        if SAME.contains(&name.as_str()) {
            let mut known = self.says(at, &call.receiver, part, top);
            for argument in call.args.iter().filter(|_| name != "join") {
                // `.map(name_of)`
                if let Expr::Path(path) = argument {
                    let asked = self.candidates(at, &path.path, None, false);
                    self.ask(asked, part, top);
                }
                known &= self.says(at, argument, part, top);
            }
            return known;
        }
        let asked: Vec<usize> = self
            .methods(at, &name, call.args.len())
            .into_iter()
            .filter(|&one| self.functions[one].speaks)
            .collect();
        // Other methods are those of errors and paths, which say what is theirs.
        self.ask(asked, part, top);
        true
    }

    fn says_call(
        &mut self,
        at: usize,
        call: &syn::ExprCall,
        part: Option<usize>,
        top: bool,
    ) -> bool {
        let Expr::Path(path) = &*call.func else { return false };
        let mut names = path.path.segments.iter().rev().map(|s| s.ident.to_string());
        let (last, owner) = (names.next().unwrap_or_default(), names.next());
        let owner = owner.as_deref();
        if matches!(last.as_str(), "Some" | "Ok" | "Borrowed" | "Owned")
            || (last == "from" && matches!(owner, Some("String" | "Cow" | "Box")))
        {
            return self.all(at, &call.args, part, top);
        }
        let asked = self.candidates(at, &path.path, Some(call.args.len()), true);
        let known =
            !asked.is_empty() || matches!(last.as_str(), "new" | "default" | "from_utf8_lossy");
        // A variant of an error (`Error::Missing(path)`) says its own `#[error]`.
        let made = last.starts_with(char::is_uppercase) || matches!(last.as_str(), "other");
        // Closures are asked where they are bound.
        let local = owner.is_none() && self.functions[at].locals.contains_key(&last);
        self.ask(asked, part, top);
        known || made || local
    }

    pub(super) fn ask(&mut self, functions: Vec<usize>, part: Option<usize>, top: bool) {
        for one in functions {
            if self.functions[one].speaks {
                self.told.insert(Told::Result(one, part, top));
            }
        }
    }

    /// The methods of this room with that name and so many arguments; of every room for what an error does about the error in it.
    pub(super) fn methods(&self, at: usize, name: &str, count: usize) -> Vec<usize> {
        let room = &self.functions[at].source.room;
        let all = self.names.get(name).into_iter().flatten().copied();
        all.filter(|&one| {
            let function = &self.functions[one];
            let near = function.source.room == *room || name == "remedy";
            function.method && function.parameters.len() == count && near
        })
        .collect()
    }

    /// Methods of any room that make a failure of what they are given (`file.damaged("…")`).
    pub(super) fn makers(&self, name: &str, count: usize) -> Vec<usize> {
        let all = self.names.get(name).into_iter().flatten().copied();
        all.filter(|&one| {
            let function = &self.functions[one];
            function.method && function.parameters.len() == count && function.fails
        })
        .collect()
    }

    /// The functions that a path may mean.
    pub(super) fn candidates(
        &self,
        at: usize,
        path: &syn::Path,
        count: Option<usize>,
        any_room: bool,
    ) -> Vec<usize> {
        let mut segments = path.segments.iter().rev().map(|s| s.ident.to_string());
        let Some(last) = segments.next() else { return vec![] };
        let caller = &self.functions[at];
        let owner = segments.next().filter(|name| name.starts_with(char::is_uppercase));
        let owner = owner.map(|name| match &caller.owner {
            Some(own) if name == "Self" => own.clone(),
            _ => name,
        });
        let all = self.names.get(last.as_str()).into_iter().flatten().copied();
        all.filter(|&one| {
            let function = &self.functions[one];
            let arity = function.parameters.len() + usize::from(function.method);
            let near = function.source.room == caller.source.room;
            count.is_none_or(|count| count == arity)
                && function.owner == owner
                && (near || (any_room && function.public))
        })
        .collect()
    }

    /// Follows what a function gives.
    pub(super) fn result(&mut self, at: usize, part: Option<usize>, top: bool) {
        let body = self.functions[at].body;
        self.says_block(at, body, part, top);
        let mut returns = Returns(vec![]);
        returns.visit_block(body);
        self.all(at, returns.0, part, top);
    }
}

/// What a function gives by `return`; not what a closure in it does.
struct Returns<'a>(Vec<&'a Expr>);

impl<'a> Visit<'a> for Returns<'a> {
    fn visit_expr_return(&mut self, expr: &'a syn::ExprReturn) {
        self.0.extend(expr.expr.as_deref());
    }
    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
}
