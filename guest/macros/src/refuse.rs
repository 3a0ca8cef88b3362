//! Which types cross, as far as their words tell: why others are refused, and what to write instead.
//!
//! Only what can be told from the words is refused here, with a remedy made for it. What
//! stands behind an alias, the traits of `polyreactor_guest::abi` refuse.

use quote::ToTokens;
use syn::{GenericArgument, Path, PathArguments, PathSegment, Type, TypeReference};

use crate::signature::Faults;
use crate::types::unwrap;

/// Where the type stands.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Place {
    /// A parameter of an exported function.
    Parameter,
    /// A parameter of a host function.
    Argument,
    /// The result of an exported function.
    Result,
    /// The result of a host function.
    Answer,
    /// An element of a list.
    Element,
    /// Behind a pointer.
    Pointee,
    /// A field of a record.
    Field,
}

use Place::{Answer, Argument, Element, Field, Parameter, Pointee, Result};

impl Place {
    fn is_in_memory(self) -> bool {
        matches!(self, Element | Pointee | Field)
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
        Type::Array(array) if matches!(place, Pointee | Field) => {
            refuse(faults, &array.elem, place)
        }
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
            "answer a `Vec<T>`, a `GuestPtr` to it, or write it through a `&mut` parameter"
        }
        Type::Array(_) if place == Element => OF_A_LIST,
        Type::Array(_) => "pass it by reference, `&[T; N]`",
        Type::Slice(_) if place.is_result() => "a list that is answered is a `Vec<T>`",
        Type::Slice(_) if place == Pointee => {
            "`&[T]` is a list and `&[T; N]` an array, each without another pointer"
        }
        Type::Slice(_) if place.is_in_memory() => "an array has a known length, `[T; N]`",
        Type::Slice(_) => "its length is not known; write `&[T]`",
        Type::Tuple(_) if place.is_result() => {
            "there is at most one result; write the others through `&mut` parameters"
        }
        Type::Tuple(_) | Type::Ptr(_) if place == Element => OF_A_LIST,
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

/// What an element of a list may be.
const OF_A_LIST: &str = "a list holds numbers from 8 to 64 bits, or bools; pass a record or an array \
                         of a fixed length by reference";

fn refuse_reference(faults: &mut Faults, ty: &Type, reference: &TypeReference, place: Place) {
    let is_static = reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static");
    let to = unwrap(&reference.elem);
    let is_str = matches!(to, Type::Path(path) if path.path.is_ident("str"));
    let element = match to {
        Type::Slice(slice) => Some(&*slice.elem),
        _ => None,
    };
    match place {
        Element => faults.add(ty, format!("`{}` cannot cross: {OF_A_LIST}", words(ty))),
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
        Result if is_static && reference.mutability.is_none() && (is_str || element.is_some()) => {
            if let Some(element) = element {
                refuse(faults, element, Element);
            }
        }
        Result if is_str => faults.add(
            ty,
            "a string that is borrowed ends with the call: answer `String` or `&'static str`",
        ),
        Result if element.is_some() => faults.add(
            ty,
            "a list that is borrowed ends with the call: answer `Vec<T>` or `&'static [T]`",
        ),
        Answer if is_str => faults.add(ty, "a string that the host answers is yours: write `String`"),
        Answer if element.is_some() => {
            faults.add(ty, "a list that the host answers is yours: write `Vec<T>`");
        }
        Result | Answer => faults.add(
            ty,
            format!(
                "`{}` cannot cross: a reference ends with the call; use `GuestPtr<T>`, or a `&mut` parameter",
                words(ty)
            ),
        ),
        Parameter | Argument => {
            if is_static {
                let lifetime = reference.lifetime.as_ref().expect("it is 'static");
                faults.add(
                    lifetime,
                    "what is passed is lent for the call only: leave `'static` out",
                );
            }
            if is_str && reference.mutability.is_some() {
                faults.add(ty, "`&mut str` cannot cross: a string is only read, so write `&str`");
            } else if element.is_some() && reference.mutability.is_some() {
                faults.add(
                    ty,
                    format!(
                        "`{}` cannot cross: a list is only read, so write `&[T]`, and answer a \
                         `Vec<T>`; an array `&mut [T; N]` is written to",
                        words(ty)
                    ),
                );
            } else if let Some(element) = element {
                refuse(faults, element, Element);
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
        "str" if place != Element => "its length is not known; write `&str`",
        "String" if place == Argument => "it is lent to the host; write `&str`",
        "str" | "String" | "Vec" | "Box" | "Option" if place == Element => OF_A_LIST,
        "String" if place == Pointee => "the host does not know how it lies in memory; use `&str`",
        "String" if place == Field => "a record holds no pointers; pass a `&str` beside it",
        "Vec" if place == Argument => "it is lent to the host; write `&[T]`",
        "Vec" if place == Pointee => "the host does not know how it lies in memory; use `&[T]`",
        "Vec" if matches!(place, Parameter | Result | Answer) => {
            return check_arguments(faults, last, Element);
        }
        "Vec" | "Box" | "Rc" | "Arc" | "Cow" | "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet"
        | "VecDeque" => match place {
            Field => {
                "a record holds no pointers; use an array `[T; N]`, or pass it beside the record"
            }
            Result | Answer => "answer a `Vec<T>`, or write it through a `&mut [T; N]` parameter",
            _ => "the host does not know how it lies in memory; use `&[T]`, or `&[T; N]`",
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
    if let Some(last) = path.segments.last().filter(|last| last.ident == "GuestPtr") {
        check_arguments(faults, last, Pointee);
    }
}

/// What a generic type is of, which stands at that place.
fn check_arguments(faults: &mut Faults, segment: &PathSegment, place: Place) {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return };
    for argument in &arguments.args {
        if let GenericArgument::Type(ty) = argument {
            refuse(faults, ty, place);
        }
    }
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
