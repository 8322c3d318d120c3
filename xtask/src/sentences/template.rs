//! A sentence with holes, as the page knows it: `could not open {path}: {error}`.
//!
//! What Rust writes between a hole's braces (formats, positions, expressions) is taken away; the name of what fills it stays,
//! because a translator needs it.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Token};

/// What stands between the parentheses of `format!` and of `#[error(…)]`.
pub(super) struct Arguments {
    /// The format string.
    pub(super) format: LitStr,
    /// What fills its holes: by name, or by position.
    pub(super) values: Vec<(Option<Ident>, Expr)>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let format = input.parse()?;
        let mut values = vec![];
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let name = if input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
                let name = input.parse()?;
                input.parse::<Token![=]>()?;
                Some(name)
            } else {
                None
            };
            values.push((name, value(input)?));
        }
        Ok(Self { format, values })
    }
}

/// What fills a hole, up to the next comma. `#[error]` allows `.0.display()` and `name(*.pid)`, which are no expressions: `self` makes
/// them some.
fn value(input: ParseStream<'_>) -> syn::Result<Expr> {
    let tokens: TokenStream = input.step(|cursor| {
        let (mut tokens, mut at) = (TokenStream::new(), *cursor);
        while let Some((token, next)) = at.token_tree() {
            if matches!(&token, TokenTree::Punct(p) if p.as_char() == ',') {
                break;
            }
            tokens.extend([token]);
            at = next;
        }
        Ok((tokens, at))
    })?;
    syn::parse2(tokens.clone()).or_else(|_| syn::parse2(dotted(tokens)))
}

/// `.path.display()` as an expression of `self`, at the beginning and in parentheses.
fn dotted(tokens: TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut begins = true;
    for token in tokens {
        if begins && matches!(&token, TokenTree::Punct(p) if p.as_char() == '.') {
            out.extend([TokenTree::Ident(Ident::new("self", Span::call_site()))]);
        }
        begins = matches!(&token, TokenTree::Punct(p) if matches!(p.as_char(), '*' | '&' | ','));
        out.extend([match token {
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), dotted(group.stream())))
            }
            other => other,
        }]);
    }
    out
}

/// Literals joined by `concat!`.
pub(super) struct Joined(pub(super) Punctuated<LitStr, Token![,]>);

impl Parse for Joined {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Punctuated::parse_terminated(input).map(Self)
    }
}

/// A hole: the name it has in the template, what fills it where that is written down, and whether it stands in backticks.
pub(super) struct Hole {
    pub(super) name: String,
    pub(super) value: Option<Expr>,
    pub(super) quoted: bool,
}

/// A template and its holes in the order in which they stand.
pub(super) fn template(arguments: &Arguments) -> (String, Vec<Hole>) {
    let text = arguments.format.value();
    let (mut out, mut holes, mut next) = (String::new(), Vec::<Hole>::new(), 0);
    let mut rest = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = rest.next() {
        match c {
            '{' if rest.peek() == Some(&'{') => {
                rest.next();
                out.push('{');
            }
            '}' => {
                rest.next();
                out.push('}');
            }
            '{' => {
                let inside: String = rest.by_ref().take_while(|&c| c != '}').collect();
                let key = inside.split(':').next().unwrap_or_default().trim();
                let value = if key.is_empty() {
                    next += 1;
                    positional(arguments, next - 1)
                } else if let Ok(index) = key.parse() {
                    positional(arguments, index)
                } else {
                    arguments
                        .values
                        .iter()
                        .find(|(name, _)| name.as_ref().is_some_and(|name| name == key))
                        .map(|(_, value)| value.clone())
                };
                let base = if key.is_empty() || key.bytes().all(|b| b.is_ascii_digit()) {
                    value.as_ref().and_then(subject).unwrap_or_else(|| key.to_owned())
                } else {
                    key.to_owned()
                };
                let name = unused(&base, &holes, key);
                out.push('{');
                out.push_str(&name);
                out.push('}');
                holes.push(Hole { name, value, quoted });
            }
            '`' => {
                quoted = !quoted;
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    (out, holes)
}

fn positional(arguments: &Arguments, index: usize) -> Option<Expr> {
    arguments.values.iter().filter(|(name, _)| name.is_none()).nth(index).map(|(_, v)| v.clone())
}

/// A name for a hole that no other has: two holes of one name would have to hold the same.
fn unused(base: &str, holes: &[Hole], key: &str) -> String {
    let base = if base.is_empty() { "0" } else { base };
    if key == base && !key.bytes().all(|b| b.is_ascii_digit()) {
        return base.to_owned();
    }
    let taken = |name: &str| holes.iter().any(|hole| hole.name == name);
    (1..=holes.len() + 1)
        .map(|n| match (n, base.bytes().all(|b| b.is_ascii_digit())) {
            (1, _) => base.to_owned(),
            (n, true) => (n - 1).to_string(),
            (n, false) => format!("{base}{n}"),
        })
        .find(|name| !taken(name))
        .unwrap_or_default()
}

/// What an expression is about, in a word: `path` of `self.path.display()`.
fn subject(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(name.to_string()),
            syn::Member::Unnamed(_) => subject(&field.base).filter(|name| name != "self"),
        },
        Expr::MethodCall(call) => subject(&call.receiver)
            .filter(|n| n != "self")
            .or_else(|| Some(call.method.to_string())),
        Expr::Reference(inner) => subject(&inner.expr),
        Expr::Paren(inner) => subject(&inner.expr),
        Expr::Try(inner) => subject(&inner.expr),
        Expr::Cast(inner) => subject(&inner.expr),
        Expr::Unary(inner) => subject(&inner.expr),
        Expr::Binary(inner) => subject(&inner.left),
        Expr::Index(inner) => subject(&inner.expr),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
            _ => None,
        },
        _ => None,
    }
}
