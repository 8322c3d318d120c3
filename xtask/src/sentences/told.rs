//! The places of a function where a person is told something.

use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, Token};

use super::flow::Told;
use super::template::{Arguments, template};
use super::walk::Walk;

/// What a hand-written `Display` writes: it may fill a hole.
pub(super) struct Displayed<'a, 'b, 'c> {
    pub(super) walk: &'c mut Walk<'a, 'b>,
    pub(super) at: usize,
}

impl<'ast> Visit<'ast> for Displayed<'_, '_, '_> {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.method == "write_str" {
            self.walk.all(self.at, &call.args, None, true);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if call.path.is_ident("write") {
            // After the formatter it is written to, a `write!` is a `format!`.
            let parser = |input: syn::parse::ParseStream<'_>| {
                input.parse::<Expr>()?;
                input.parse::<Token![,]>()?;
                input.parse::<Arguments>()
            };
            if let Ok(arguments) = syn::parse::Parser::parse2(parser, call.tokens.clone()) {
                let place = self.walk.place(self.at, arguments.format.span());
                let room = self.walk.room(self.at);
                self.walk.keep(&room, template(&arguments).0, &place, true);
            }
        }
    }
}

/// Looks through one function for places that are told.
pub(super) struct Calls<'a, 'b, 'c> {
    pub(super) walk: &'c mut Walk<'a, 'b>,
    pub(super) at: usize,
}

impl Calls<'_, '_, '_> {
    /// A sentence: it must lead to its words.
    fn told(&mut self, expr: &Expr) {
        self.walk.handed = true;
        let known = self.walk.says(self.at, expr, None, true);
        self.walk.handed = false;
        if !known {
            let place = self.walk.functions[self.at].source.path.clone();
            self.walk.found.lost.insert((place, expr.to_token_stream().to_string()));
        }
    }

    /// What a type's name means here: `Self` is the type whose `impl` this is.
    fn owner(&self, name: &str) -> String {
        let own = self.walk.functions[self.at].owner.clone();
        own.filter(|_| name == "Self").unwrap_or_else(|| name.to_owned())
    }

    fn field(&mut self, owner: &str, field: &str, value: &Expr) {
        let told =
            |owner: &str| self.walk.told.contains(&Told::Field(owner.to_owned(), field.to_owned()));
        if self.walk.fields.contains(&(owner, field)) || told(owner) || told("*") {
            self.told(value);
        }
    }

    fn arguments<'e>(&mut self, of: &[usize], arguments: impl Iterator<Item = &'e Expr>) {
        for (index, argument) in arguments.enumerate() {
            if of.iter().any(|&one| self.walk.told.contains(&Told::Parameter(one, index))) {
                self.told(argument);
            }
        }
    }

    /// Something is put into a list or into a field: `self.warnings.push(…)`, `self.notice = …`.
    fn put(&mut self, place: &Expr, value: &Expr) {
        if let Expr::Field(place) = place
            && let syn::Member::Named(name) = &place.member
        {
            self.field("*", &name.to_string(), value);
        }
    }

    /// A failure that is nothing but words (`Err("…".to_owned())`): whoever receives it puts it into a sentence.
    fn bare(&mut self, expr: &Expr) {
        let words = match expr {
            Expr::Closure(closure) => return self.bare(&closure.body),
            Expr::Reference(inner) => return self.bare(&inner.expr),
            Expr::Block(inner) => match inner.block.stmts.last() {
                Some(syn::Stmt::Expr(last, None)) => return self.bare(last),
                _ => return,
            },
            Expr::MethodCall(call) if call.args.is_empty() => &*call.receiver,
            Expr::Call(call) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some")) =>
            {
                return call.args.iter().for_each(|argument| self.bare(argument));
            }
            other => other,
        };
        let made = match words {
            Expr::Lit(_) | Expr::Macro(_) => {
                self.walk.says(self.at, words, None, true);
                return;
            }
            // `Err(too_long())`, `.ok_or_else(too_long)`
            Expr::Call(call) => &*call.func,
            other => other,
        };
        if let Expr::Path(path) = made {
            // A closure with a name.
            if let Some(name) = path.path.get_ident().map(ToString::to_string)
                && self.walk.functions[self.at].locals.contains_key(&name)
            {
                self.walk.says_name(self.at, &name, None, true);
            }
            let meant = self.walk.candidates(self.at, &path.path, None, false);
            let texts = meant.into_iter().filter(|&one| self.walk.functions[one].text).collect();
            self.walk.ask(texts, None, true);
        }
    }
}

impl<'ast> Visit<'ast> for Calls<'_, '_, '_> {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let names: Vec<String> =
                path.path.segments.iter().map(|s| s.ident.to_string()).collect();
            let last = names.last().cloned().unwrap_or_default();
            let made = names.iter().rev().nth(1).map(|name| self.owner(name));
            if made.as_deref() == Some("Problem") && last == "new" && call.args.len() == 3 {
                self.told(&call.args[1]);
                self.told(&call.args[2]);
            }
            let meant = self.walk.candidates(self.at, &path.path, Some(call.args.len()), true);
            let (methods, plain): (Vec<_>, Vec<_>) =
                meant.into_iter().partition(|&one| self.walk.functions[one].method);
            self.arguments(&methods, call.args.iter().skip(1));
            self.arguments(&plain, call.args.iter());
            for (index, argument) in call.args.iter().enumerate() {
                self.field(&last, &index.to_string(), argument);
                let closure = Told::Closure(self.at, last.clone(), index);
                if names.len() == 1 && self.walk.told.contains(&closure) {
                    self.told(argument);
                }
            }
            // `io::Error::other("…")` and `io::Error::new(kind, "…")` are made of words, too.
            let of_words = names.iter().rev().nth(1).is_some_and(|name| name == "Error")
                && matches!(last.as_str(), "other" | "new");
            if last == "Err" || of_words {
                call.args.iter().for_each(|argument| self.bare(argument));
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let name = call.method.to_string();
        if matches!(name.as_str(), "ok_or" | "ok_or_else" | "map_err") {
            call.args.iter().for_each(|argument| self.bare(argument));
        }
        if matches!(name.as_str(), "push" | "extend" | "insert") {
            call.args.iter().for_each(|argument| self.put(&call.receiver, argument));
        }
        let mut meant = self.walk.methods(self.at, &name, call.args.len());
        meant.extend(self.walk.makers(&name, call.args.len()));
        self.arguments(&meant, call.args.iter());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        self.put(&assign.left, &assign.right);
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_struct(&mut self, made: &'ast syn::ExprStruct) {
        let owner = made.path.segments.last().map(|s| self.owner(&s.ident.to_string()));
        let owner = owner.unwrap_or_default();
        for field in &made.fields {
            self.field(&owner, &field.member.to_token_stream().to_string(), &field.expr);
        }
        visit::visit_expr_struct(self, made);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // What stands in a macro is only words to the parser: calls in a list or in an assertion are looked into, too.
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(list) = call.parse_body_with(parser) {
            for expr in &list {
                self.visit_expr(expr);
            }
        }
    }
}
