//! The types in a signature: what their tokens say about them, and how an expansion names them.

use proc_macro2::{Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{FnArg, ReturnType, Signature, Type};

/// The size of a parameter on Go's stack, in bytes; `None` if the tokens do not say (an alias). See
/// [`GoFrame`](polyreactor_layout::limits::GoFrame).
pub(crate) fn go_bytes(ty: &Type) -> Option<usize> {
    match unwrap(ty) {
        Type::Reference(reference) => match unwrap(&reference.elem) {
            Type::Path(path) if path.path.is_ident("str") => Some(16),
            Type::Slice(_) => Some(16),
            _ => Some(8),
        },
        Type::Path(path) => match path.path.get_ident()?.to_string().as_str() {
            "bool" => Some(1),
            "i32" | "u32" | "f32" => Some(4),
            "i64" | "u64" | "f64" => Some(8),
            "String" => Some(16),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the function has a result. An alias of `()` counts as a result.
pub(crate) fn has_result(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    !matches!(unwrap(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether the tokens say that the type is supported, by value or behind a pointer.
fn is_plain(ty: &Type) -> bool {
    let plain = [
        "bool", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64", "str", "String",
    ];
    match unwrap(ty) {
        Type::Reference(reference) => is_plain(&reference.elem),
        Type::Array(array) => is_plain(&array.elem),
        Type::Slice(slice) => is_plain(&slice.elem),
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Path(path) => {
            path.path.get_ident().is_some_and(|ident| plain.iter().any(|one| ident == one))
        }
        _ => false,
    }
}

/// The span for errors that concern the whole expansion: the first type whose tokens do not say
/// that it is supported. If it is not, the compiler reports an error at this span anyway.
pub(crate) fn doubtful(signature: &Signature) -> Span {
    let parameters = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(&*parameter.ty),
        FnArg::Receiver(_) => None,
    });
    let result = match &signature.output {
        ReturnType::Type(_, ty) => Some(&**ty),
        ReturnType::Default => None,
    };
    let mut doubtful = parameters.chain(result).filter(|ty| !is_plain(ty));
    doubtful.next().map_or_else(|| signature.ident.span(), at)
}

/// The span for errors about the type: that of its last token.
pub(crate) fn at(ty: &Type) -> Span {
    let last = ty.to_token_stream().into_iter().last();
    last.map_or_else(|| ty.span(), |token| token.span())
}

pub(crate) fn unwrap(ty: &Type) -> &Type {
    match ty {
        Type::Group(inner) => unwrap(&inner.elem),
        Type::Paren(inner) => unwrap(&inner.elem),
        other => other,
    }
}

/// The type of the result; `()` if the function has none.
pub(crate) fn result(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => syn::parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    }
}

/// The type as an expansion names it: with `'_` for named lifetimes, which are not in scope there.
/// Each token has the span [`at`], so that the compiler reports an unsupported type once, not once
/// for each use in the expansion.
pub(crate) fn named(ty: &Type) -> TokenStream {
    anonymous(ty.to_token_stream(), at(ty))
}

fn anonymous(tokens: TokenStream, at: Span) -> TokenStream {
    let mut is_lifetime = false;
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) if is_lifetime => {
            is_lifetime = false;
            let name = if ident == "static" { "static" } else { "_" };
            proc_macro2::Ident::new(name, at.resolved_at(ident.span())).into()
        }
        TokenTree::Group(group) => {
            let inner = anonymous(group.stream(), at);
            let mut group = proc_macro2::Group::new(group.delimiter(), inner);
            group.set_span(at);
            group.into()
        }
        mut token => {
            is_lifetime = matches!(&token, TokenTree::Punct(punct)
                if punct.as_char() == '\'' && punct.spacing() == Spacing::Joint);
            token.set_span(at.resolved_at(token.span()));
            token
        }
    });
    tokens.collect()
}
