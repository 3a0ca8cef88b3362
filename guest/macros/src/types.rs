//! A type that an author wrote, in; why it cannot cross and what to write instead, out.
//!
//! Only what can be told from the words is refused here, with a remedy made for it. What
//! stands behind an alias, the traits of `polyreactor_guest::abi` refuse.

use proc_macro2::{Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{
    FnArg, GenericArgument, Path, PathArguments, ReturnType, Signature, Type, TypeReference,
};

use crate::signature::Faults;

/// Where the type stands.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Place {
    /// A parameter of an exported function or of a host function.
    Parameter,
    /// The result of an exported function.
    Result,
    /// The result of a host function.
    Answer,
    /// Behind a pointer.
    Pointee,
    /// A field of a record.
    Field,
}

use Place::{Answer, Field, Parameter, Pointee, Result};

impl Place {
    fn is_in_memory(self) -> bool {
        matches!(self, Pointee | Field)
    }

    fn is_result(self) -> bool {
        matches!(self, Result | Answer)
    }
}

/// Adds what is wrong with the type there.
pub(crate) fn refuse(faults: &mut Faults, ty: &Type, place: Place) {
    match ty {
        Type::Group(inner) => refuse(faults, &inner.elem, place),
        Type::Paren(inner) => refuse(faults, &inner.elem, place),
        Type::Reference(reference) => refuse_reference(faults, ty, reference, place),
        Type::Array(array) if place.is_in_memory() => refuse(faults, &array.elem, place),
        Type::Path(path) if path.qself.is_none() => refuse_path(faults, ty, &path.path, place),
        Type::Tuple(tuple) if tuple.elems.is_empty() && place.is_result() => {}
        _ => {
            if let Some(remedy) = remedy(ty, place) {
                faults.add(ty, format!("`{}` cannot cross: {remedy}", words(ty)));
            }
        }
    }
}

/// The remedies for what is no reference and no name.
fn remedy(ty: &Type, place: Place) -> Option<&'static str> {
    Some(match ty {
        Type::Array(_) if place.is_result() => {
            "answer a `GuestPtr` to it, or write it through a `&mut` parameter"
        }
        Type::Array(_) => "pass it by reference, `&[T; N]`",
        Type::Slice(_) => {
            "an array has a known length, `[T; N]`; else pass a string, or a `GuestPtr<T>` and a length"
        }
        Type::Tuple(_) if place.is_result() => {
            "there is at most one result; write the others through `&mut` parameters"
        }
        Type::Tuple(_) if place.is_in_memory() => {
            "its layout is Rust's own; use a struct that derives `HostLayout`"
        }
        Type::Tuple(_) => {
            "pass each of its parts as a parameter, or a struct that derives `HostLayout` by reference"
        }
        Type::Ptr(_) if place.is_in_memory() => {
            "a record holds no pointers, because they mean nothing to the host; pass it beside the record"
        }
        Type::Ptr(_) => "use `GuestPtr<T>`, whose address is checked when it is used",
        Type::BareFn(_) => "the host cannot call it; make what it does an exported function",
        Type::ImplTrait(_) | Type::TraitObject(_) => "the host needs one type; name it",
        Type::Never(_) => "answer nothing; a call that does not come back needs no type",
        Type::Infer(_) => "the host needs one type; name it",
        // Macros and what syn does not know are left to the traits.
        _ => return None,
    })
}

fn refuse_reference(faults: &mut Faults, ty: &Type, reference: &TypeReference, place: Place) {
    let is_static = reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static");
    let to = unwrap(&reference.elem);
    let is_str = matches!(to, Type::Path(path) if path.path.is_ident("str"));
    match place {
        Field | Pointee => faults.add(
            ty,
            format!(
                "`{}` cannot cross: {}",
                words(ty),
                if place == Field {
                    "a record holds no pointers, because they mean nothing to the host; pass it \
                     beside the record"
                } else {
                    "a pointer leads to numbers, bools, arrays and records of them, never to \
                     another pointer"
                }
            ),
        ),
        Result if is_str && is_static && reference.mutability.is_none() => {}
        Result if is_str => faults.add(
            ty,
            "a string that is borrowed ends with the call: answer `String` or `&'static str`",
        ),
        Answer if is_str => faults.add(ty, "a string that the host answers is yours: write `String`"),
        Result | Answer => faults.add(
            ty,
            format!(
                "`{}` cannot cross: a reference ends with the call; use `GuestPtr<T>`, or a `&mut` parameter",
                words(ty)
            ),
        ),
        Parameter => {
            if is_static {
                let lifetime = reference.lifetime.as_ref().expect("it is 'static");
                faults.add(
                    lifetime,
                    "what is passed is lent for the call only: leave `'static` out",
                );
            }
            if is_str && reference.mutability.is_some() {
                faults.add(ty, "`&mut str` cannot cross: a string is only read, so write `&str`");
            } else if !is_str {
                refuse(faults, to, Pointee);
            }
        }
    }
}

fn refuse_path(faults: &mut Faults, ty: &Type, path: &Path, place: Place) {
    let Some(last) = path.segments.last() else { return };
    let root = path.segments[0].ident.to_string();
    if path.segments.len() > 1 && !matches!(root.as_str(), "std" | "core" | "alloc") {
        return check_pointee(faults, path);
    }
    let name = last.ident.to_string();
    let by_value = !place.is_in_memory();
    let remedy = match name.as_str() {
        "usize" => "its size is the machine's own; use `u32`",
        "isize" => "its size is the machine's own; use `i32`",
        "u8" | "u16" if by_value => "Go passes no smaller number by value; use `u32`",
        "i8" | "i16" if by_value => "Go passes no smaller number by value; use `i32`",
        "u128" | "i128" if by_value => "Wasm has no such number; pass two `u64`",
        "u128" | "i128" => "Wasm has no such number; use `[u64; 2]`",
        "char" => "not every number is one; use `u32`, and `char::from_u32`",
        "str" => "its length is not known; write `&str`",
        "String" if place == Parameter => "the host lends its strings; write `&str`",
        "String" if place == Pointee => "the host does not know how it lies in memory; use `&str`",
        "String" if place == Field => "a record holds no pointers; pass a `&str` beside it",
        "Vec" | "Box" | "Rc" | "Arc" | "Cow" | "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet"
        | "VecDeque" => match place {
            Field => {
                "a record holds no pointers; use an array `[T; N]`, or pass it beside the record"
            }
            Result | Answer => {
                "write it through a `&mut [T; N]` parameter, or answer a `GuestPtr<T>`"
            }
            _ => {
                "the host does not know how it lies in memory; use `&[T; N]`, or a `GuestPtr<T>` and a length"
            }
        },
        "Option" if place.is_in_memory() => {
            "its layout is Rust's own; put a `bool` beside the value"
        }
        "Option" if place.is_result() => {
            "answer a `bool`, and write the value through a `&mut` parameter"
        }
        "Option" => "pass a `bool` beside the value, or a `GuestPtr<T>`, which may be null",
        "Result" if place == Result => {
            "panic where the call fails, which ends in an error of the host's with that message; \
             or answer a `bool`, and write the value through a `&mut` parameter"
        }
        "Result" => "pass a `bool` beside the value",
        _ => return check_pointee(faults, path),
    };
    faults.add(ty, format!("`{}` cannot cross: {remedy}", words(ty)));
}

/// What a `GuestPtr` leads to.
fn check_pointee(faults: &mut Faults, path: &Path) {
    let Some(last) = path.segments.last().filter(|last| last.ident == "GuestPtr") else { return };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return };
    for argument in &arguments.args {
        if let GenericArgument::Type(to) = argument {
            refuse(faults, to, Pointee);
        }
    }
}

/// The size of a parameter on Go's stack, in bytes, where the words tell; see
/// [`GoFrame`](polyreactor_layout::limits::GoFrame).
pub(crate) fn go_bytes(ty: &Type) -> Option<usize> {
    match unwrap(ty) {
        Type::Reference(reference) => match unwrap(&reference.elem) {
            Type::Path(path) if path.path.is_ident("str") => Some(16),
            _ => Some(8),
        },
        Type::Path(path) => match path.path.get_ident()?.to_string().as_str() {
            "bool" => Some(1),
            "i32" | "u32" | "f32" => Some(4),
            "i64" | "u64" | "f64" => Some(8),
            _ => None,
        },
        _ => None,
    }
}

/// Whether there is a result. What an alias of `()` hides counts as one.
pub(crate) fn answers(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    !matches!(unwrap(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether the words tell that it can cross, as that type or behind a pointer.
fn is_plain(ty: &Type) -> bool {
    let plain = [
        "bool", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64", "str", "String",
    ];
    match unwrap(ty) {
        Type::Reference(reference) => is_plain(&reference.elem),
        Type::Array(array) => is_plain(&array.elem),
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Path(path) => {
            path.path.get_ident().is_some_and(|ident| plain.iter().any(|one| ident == one))
        }
        _ => false,
    }
}

/// Where the compiler is to report what it finds wrong with the whole of an expansion: at the
/// first type about which the words don't tell, for it reports that there already.
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

/// Where errors about the type are shown: at its last word, which is what they are about.
pub(crate) fn at(ty: &Type) -> Span {
    let last = ty.to_token_stream().into_iter().last();
    last.map_or_else(|| ty.span(), |token| token.span())
}

fn unwrap(ty: &Type) -> &Type {
    match ty {
        Type::Group(inner) => unwrap(&inner.elem),
        Type::Paren(inner) => unwrap(&inner.elem),
        other => other,
    }
}

/// The type of the result, `()` where none is written.
pub(crate) fn result(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => syn::parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    }
}

/// The type as an expansion names it: lifetimes that the function names are unknown there.
/// Each token is where the author's type ends, so that the compiler sees one error, not one
/// for each place that it looks at.
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

/// The type as one would write it.
fn words(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    let mut written = text;
    for (from, to) in [
        ("& ", "&"),
        (" < ", "<"),
        (" >", ">"),
        ("< ", "<"),
        (" ,", ","),
        (" ;", ";"),
        (" :: ", "::"),
        ("* const", "*const"),
        ("* mut", "*mut"),
        ("[ ", "["),
        (" ]", "]"),
        ("( ", "("),
        (" )", ")"),
        ("' ", "'"),
    ] {
        written = written.replace(from, to);
    }
    written
}
