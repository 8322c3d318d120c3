//! The program's sources as syntax trees: which functions there are, what they take, and what their local names stand for.

use std::collections::BTreeMap;

use anyhow::Context as _;
use syn::visit::{self, Visit};
use syn::{Block, Expr, FnArg, Item, Pat, Type};

use crate::tidy::File;

/// A file of a room.
pub(super) struct Source {
    /// The room: the name of its crate.
    pub(super) room: String,
    /// Path from the repository's root.
    pub(super) path: String,
    /// What it says.
    pub(super) tree: syn::File,
}

/// A function, wherever it is written.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact about its signature")]
pub(super) struct Function<'a> {
    pub(super) source: &'a Source,
    pub(super) name: String,
    /// The type whose `impl` it is in.
    pub(super) owner: Option<String>,
    /// Names of its parameters without `self`; `None` for a pattern.
    pub(super) parameters: Vec<Option<String>>,
    /// Whether a parameter may hold words: text, or anything that becomes text.
    pub(super) wordy: Vec<bool>,
    /// Whether it is called as a method.
    pub(super) method: bool,
    pub(super) public: bool,
    /// Whether it gives words: text, or something that may hold text.
    pub(super) speaks: bool,
    /// Whether it gives text and nothing else.
    pub(super) text: bool,
    /// Whether it gives a failure.
    pub(super) fails: bool,
    /// Whether it is what a `Display` writes.
    pub(super) displays: bool,
    pub(super) body: &'a Block,
    pub(super) locals: BTreeMap<String, Vec<Local<'a>>>,
}

/// What a local name stands for.
#[derive(Clone)]
pub(super) enum Local<'a> {
    /// A value, or one part of it where a tuple was taken apart.
    Value(&'a Expr, Option<usize>),
    /// A field of an enum's variant or of a struct, taken out by a pattern.
    Field(String, String),
    /// A parameter of a closure that has a name itself.
    Parameter(String, usize),
}

/// Reads the rooms whose words reach a page. Tests say nothing to a person.
pub(super) fn sources(
    files: &[File],
    rooms: impl Fn(&str) -> Option<String>,
) -> anyhow::Result<Vec<Source>> {
    let mut out = vec![];
    for file in files {
        let Some(room) = rooms(&file.path) else { continue };
        let Some(text) = &file.text else { continue };
        let mut tree =
            syn::parse_file(text).with_context(|| format!("{} does not parse", file.path))?;
        tree.items = untested(std::mem::take(&mut tree.items));
        out.push(Source { room, path: file.path.clone(), tree });
    }
    Ok(out)
}

/// Items without those that only tests see.
fn untested(items: Vec<Item>) -> Vec<Item> {
    items
        .into_iter()
        .filter(|item| !attributes(item).iter().any(only_for_tests))
        .map(|item| match item {
            Item::Mod(mut module) => {
                if let Some((brace, inside)) = module.content.take() {
                    module.content = Some((brace, untested(inside)));
                }
                Item::Mod(module)
            }
            other => other,
        })
        .collect()
}

fn attributes(item: &Item) -> &[syn::Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        _ => &[],
    }
}

fn only_for_tests(attribute: &syn::Attribute) -> bool {
    if attribute.path().is_ident("test") {
        return true;
    }
    attribute.path().is_ident("cfg")
        && attribute
            .meta
            .require_list()
            .is_ok_and(|list| list.tokens.to_string().starts_with("test"))
}

/// Every function of the sources.
pub(super) fn functions(sources: &[Source]) -> Vec<Function<'_>> {
    let mut all = vec![];
    for source in sources {
        let mut finder = Finder { source, owner: None, display: false, all: &mut all };
        finder.visit_file(&source.tree);
    }
    all
}

struct Finder<'a, 'b> {
    source: &'a Source,
    owner: Option<String>,
    /// Within an `impl Display`.
    display: bool,
    all: &'b mut Vec<Function<'a>>,
}

impl<'a> Finder<'a, '_> {
    fn add(&mut self, signature: &'a syn::Signature, body: &'a Block, public: bool) {
        let mut parameters = vec![];
        let mut wordy = vec![];
        let mut method = false;
        for input in &signature.inputs {
            match input {
                FnArg::Receiver(_) => method = true,
                FnArg::Typed(typed) => {
                    parameters.push(match &*typed.pat {
                        Pat::Ident(ident) => Some(ident.ident.to_string()),
                        _ => None,
                    });
                    wordy.push(may_be_text(&typed.ty));
                }
            }
        }
        let given = match &signature.output {
            syn::ReturnType::Default => String::new(),
            syn::ReturnType::Type(_, kind) => written(kind).replace(' ', ""),
        };
        let own = self.owner.as_deref().is_some_and(|owner| owner.ends_with("Error"));
        let mut locals = Locals::default();
        locals.visit_block(body);
        self.all.push(Function {
            source: self.source,
            name: signature.ident.to_string(),
            owner: self.owner.clone(),
            parameters,
            wordy,
            method,
            public,
            speaks: ["str", "String", "Cow<", "Problem", "Self", "Error", "Result<"]
                .iter()
                .any(|word| given.contains(word)),
            text: matches!(given.as_str(), "String" | "&str" | "&'staticstr"),
            fails: ["Error", "Problem"].iter().any(|end| given.ends_with(end))
                || (own && given.ends_with("Self")),
            displays: self.display && signature.ident == "fmt",
            body,
            locals: locals.all,
        });
    }
}

impl<'a> Visit<'a> for Finder<'a, '_> {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.add(&item.sig, &item.block, !matches!(item.vis, syn::Visibility::Inherited));
        visit::visit_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let before = self.owner.take();
        self.owner = name_of(&item.self_ty);
        let of = item.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
        self.display = of.is_some_and(|name| name.ident == "Display");
        visit::visit_item_impl(self, item);
        self.display = false;
        self.owner = before;
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.add(&item.sig, &item.block, true);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.add(&item.sig, body, true);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

/// The last name of a type: `Error` of `crate::Error`.
pub(super) fn name_of(kind: &Type) -> Option<String> {
    match kind {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Reference(inner) => name_of(&inner.elem),
        _ => None,
    }
}

fn written(kind: &Type) -> String {
    quote::ToTokens::to_token_stream(kind).to_string()
}

/// Text, or what is made into text.
pub(super) fn may_be_text(kind: &Type) -> bool {
    let kind = written(kind);
    let kind = kind.replace(' ', "");
    kind.contains("str")
        || kind.contains("String")
        || kind.contains("implInto<")
        || kind.contains("Display")
        || kind.contains("Cow<")
        || kind.contains("Arguments")
}

/// The local names of one function.
#[derive(Default)]
struct Locals<'a> {
    all: BTreeMap<String, Vec<Local<'a>>>,
}

impl<'a> Locals<'a> {
    fn bind(&mut self, pattern: &'a Pat, value: &'a Expr, part: Option<usize>) {
        match pattern {
            Pat::Ident(ident) => {
                self.all
                    .entry(ident.ident.to_string())
                    .or_default()
                    .push(Local::Value(value, part));
            }
            Pat::Type(typed) => self.bind(&typed.pat, value, part),
            Pat::Reference(inner) => self.bind(&inner.pat, value, part),
            Pat::Paren(inner) => self.bind(&inner.pat, value, part),
            // `let Some(x) = …`, `let (x, y) = …`
            Pat::TupleStruct(inner) if inner.elems.len() == 1 && part.is_none() => {
                let name = inner.path.segments.last().map(|s| s.ident.to_string());
                if matches!(name.as_deref(), Some("Some" | "Ok")) {
                    self.bind(&inner.elems[0], value, None);
                }
            }
            Pat::Tuple(tuple) if part.is_none() => {
                for (at, element) in tuple.elems.iter().enumerate() {
                    self.bind(element, value, Some(at));
                }
            }
            _ => {}
        }
    }
}

impl<'a> Visit<'a> for Locals<'a> {
    fn visit_local(&mut self, local: &'a syn::Local) {
        if let Some(init) = &local.init {
            self.bind(&local.pat, &init.expr, None);
            if let (Pat::Ident(name), Expr::Closure(closure)) = (&local.pat, &*init.expr) {
                for (at, input) in closure.inputs.iter().enumerate() {
                    let input = match input {
                        Pat::Type(typed) => &*typed.pat,
                        other => other,
                    };
                    if let Pat::Ident(parameter) = input {
                        self.all
                            .entry(parameter.ident.to_string())
                            .or_default()
                            .push(Local::Parameter(name.ident.to_string(), at));
                    }
                }
            }
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_let(&mut self, bound: &'a syn::ExprLet) {
        self.bind(&bound.pat, &bound.expr, None);
        visit::visit_expr_let(self, bound);
    }

    fn visit_expr_assign(&mut self, assign: &'a syn::ExprAssign) {
        if let Expr::Path(path) = &*assign.left
            && let Some(name) = path.path.get_ident()
        {
            self.all.entry(name.to_string()).or_default().push(Local::Value(&assign.right, None));
        }
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        // `warnings.push(…)`: a list says what is put into it.
        if let ("push" | "push_str" | "extend", Expr::Path(path), Some(value)) =
            (call.method.to_string().as_str(), &*call.receiver, call.args.first())
            && let Some(name) = path.path.get_ident()
        {
            self.all.entry(name.to_string()).or_default().push(Local::Value(value, None));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_for_loop(&mut self, each: &'a syn::ExprForLoop) {
        // `for (a, b) in [("x", "y"), …]`: an array gives its elements.
        self.bind(&each.pat, &each.expr, None);
        visit::visit_expr_for_loop(self, each);
    }

    fn visit_pat_struct(&mut self, pattern: &'a syn::PatStruct) {
        if let Some(owner) = pattern.path.segments.last() {
            for field in &pattern.fields {
                if let (syn::Member::Named(name), Pat::Ident(local)) = (&field.member, &*field.pat)
                {
                    self.all
                        .entry(local.ident.to_string())
                        .or_default()
                        .push(Local::Field(owner.ident.to_string(), name.to_string()));
                }
            }
        }
        visit::visit_pat_struct(self, pattern);
    }

    fn visit_pat_tuple_struct(&mut self, pattern: &'a syn::PatTupleStruct) {
        if let Some(owner) = pattern.path.segments.last().map(|s| s.ident.to_string())
            && !matches!(owner.as_str(), "Some" | "Ok" | "Err")
        {
            for (at, element) in pattern.elems.iter().enumerate() {
                if let Pat::Ident(local) = element {
                    self.all
                        .entry(local.ident.to_string())
                        .or_default()
                        .push(Local::Field(owner.clone(), at.to_string()));
                }
            }
        }
        visit::visit_pat_tuple_struct(self, pattern);
    }
}
