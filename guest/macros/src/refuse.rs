//! Unsupported types: refuses the types that are recognisable by their tokens, each with a remedy.
//!
//! A macro cannot see what an alias or a path stands for. Unsupported types behind one are refused
//! by the traits of `polyreactor_guest::abi`.

use quote::ToTokens;
use syn::{GenericArgument, Path, PathArguments, PathSegment, Type, TypeReference};

use crate::signature::Faults;
use crate::types::unwrap;

/// Where a type is used.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Place {
    /// A parameter of an exported function.
    ExportParameter,
    /// A parameter of a host function.
    ImportParameter,
    /// The result of an exported function.
    ExportResult,
    /// The result of a host function.
    ImportResult,
    /// An element of a list.
    Element,
    /// Behind a pointer.
    Pointee,
    /// A field of a record.
    Field,
}

use Place::{
    Element, ExportParameter, ExportResult, Field, ImportParameter, ImportResult, Pointee,
};

impl Place {
    fn is_in_memory(self) -> bool {
        matches!(self, Element | Pointee | Field)
    }

    fn is_result(self) -> bool {
        matches!(self, ExportResult | ImportResult)
    }
}

/// Adds an error for each unsupported part of the type.
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
                faults.add(ty, unsupported(ty, remedy));
            }
        }
    }
}

fn unsupported(ty: &Type, remedy: &str) -> String {
    format!("`{}` cannot be passed between plugin and host: {remedy}", text(ty))
}

/// The remedy for a type that is neither a reference nor a path.
fn remedy(ty: &Type, place: Place) -> Option<&'static str> {
    Some(match ty {
        Type::Array(_) if place.is_result() => {
            "return a `Vec<T>` or a `GuestPtr` to it, or write it through a `&mut` parameter"
        }
        Type::Array(_) if place == Element => OF_A_LIST,
        Type::Array(_) => "pass it by reference, `&[T; N]`",
        Type::Slice(_) if place.is_result() => "to return a list, write `Vec<T>`",
        Type::Slice(_) if place == Pointee => {
            "pass a list as `&[T]`, or an array as `&[T; N]`, without another pointer"
        }
        Type::Slice(_) if place.is_in_memory() => "its length is not known; use an array, `[T; N]`",
        Type::Slice(_) => "its length is not known; write `&[T]`",
        Type::Tuple(_) if place.is_result() => {
            "a function has at most one result; write the others through `&mut` parameters"
        }
        Type::Tuple(_) | Type::Ptr(_) if place == Element => OF_A_LIST,
        Type::Tuple(_) if place.is_in_memory() => {
            "Rust does not specify its layout; use a struct that derives `HostLayout`"
        }
        Type::Tuple(_) => {
            "pass each of its parts as a parameter, or a struct that derives `HostLayout` by reference"
        }
        Type::Ptr(_) if place.is_in_memory() => NO_POINTERS,
        Type::Ptr(_) => "use `GuestPtr<T>`, whose address is checked when it is used",
        Type::BareFn(_) => "the host cannot call it; export a function instead",
        Type::ImplTrait(_) | Type::TraitObject(_) => "the host needs a concrete type; name it",
        Type::Never(_) => {
            "leave the result out; a function that never returns needs no result type"
        }
        Type::Infer(_) => "the host needs a concrete type; name it",
        // Macros, and types that syn does not know, are left to the traits.
        _ => return None,
    })
}

/// The types that an element of a list may have.
const OF_A_LIST: &str = "a list holds numbers from 8 to 64 bits, or bools; pass a record or an \
                         array of a fixed length by reference";

const NO_POINTERS: &str = "a record cannot contain pointers, which mean nothing to the host; \
                           pass it as a parameter beside the record";

fn refuse_reference(faults: &mut Faults, ty: &Type, reference: &TypeReference, place: Place) {
    let is_static = reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static");
    let to = unwrap(&reference.elem);
    let is_str = matches!(to, Type::Path(path) if path.path.is_ident("str"));
    let element = match to {
        Type::Slice(slice) => Some(&*slice.elem),
        _ => None,
    };
    match place {
        Element => faults.add(ty, unsupported(ty, OF_A_LIST)),
        Field => faults.add(ty, unsupported(ty, NO_POINTERS)),
        Pointee => faults.add(
            ty,
            unsupported(
                ty,
                "a pointer points to a number, a bool, an array or a record, never to another \
                 pointer",
            ),
        ),
        ExportResult
            if is_static && reference.mutability.is_none() && (is_str || element.is_some()) =>
        {
            if let Some(element) = element {
                refuse(faults, element, Element);
            }
        }
        ExportResult if is_str => faults.add(
            ty,
            "a borrowed string is not valid after the call: return `String` or `&'static str`",
        ),
        ExportResult if element.is_some() => faults.add(
            ty,
            "a borrowed list is not valid after the call: return `Vec<T>` or `&'static [T]`",
        ),
        ImportResult if is_str => {
            faults.add(ty, "the plugin owns a string that the host returns: write `String`");
        }
        ImportResult if element.is_some() => {
            faults.add(ty, "the plugin owns a list that the host returns: write `Vec<T>`");
        }
        ExportResult | ImportResult => faults.add(
            ty,
            unsupported(
                ty,
                "a reference is not valid after the call; use `GuestPtr<T>`, or a `&mut` parameter",
            ),
        ),
        ExportParameter | ImportParameter => {
            if is_static {
                let lifetime = reference.lifetime.as_ref().expect("it is 'static");
                faults.add(
                    lifetime,
                    "an argument is valid during the call only: leave `'static` out",
                );
            }
            if is_str && reference.mutability.is_some() {
                faults.add(ty, unsupported(ty, "strings are read-only, so write `&str`"));
            } else if element.is_some() && reference.mutability.is_some() {
                faults.add(
                    ty,
                    unsupported(
                        ty,
                        "lists are read-only, so write `&[T]` and return a `Vec<T>`, or pass an \
                         array, `&mut [T; N]`",
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
        "usize" => "its size depends on the machine; use `u32`",
        "isize" => "its size depends on the machine; use `i32`",
        "u8" | "u16" if by_value => "Go cannot pass it by value; use `u32`",
        "i8" | "i16" if by_value => "Go cannot pass it by value; use `i32`",
        "u128" | "i128" if by_value => "Wasm has no 128-bit integers; pass two `u64`",
        "u128" | "i128" => "Wasm has no 128-bit integers; use `[u64; 2]`",
        "char" => "not every `u32` is a `char`; use `u32`, and convert with `char::from_u32`",
        "str" if place != Element => "its length is not known; write `&str`",
        "String" if place == ImportParameter => "the host only borrows it; write `&str`",
        "str" | "String" | "Vec" | "Box" | "Option" if place == Element => OF_A_LIST,
        "String" if place == Pointee => "the host does not know its layout; use `&str`",
        "String" if place == Field => {
            "a record cannot contain pointers; pass a `&str` parameter beside it"
        }
        "Vec" if place == ImportParameter => "the host only borrows it; write `&[T]`",
        "Vec" if place == Pointee => "the host does not know its layout; use `&[T]`",
        "Vec" if matches!(place, ExportParameter | ExportResult | ImportResult) => {
            return check_arguments(faults, last, Element);
        }
        "Vec" | "Box" | "Rc" | "Arc" | "Cow" | "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet"
        | "VecDeque" => match place {
            Field => {
                "a record cannot contain pointers; use an array `[T; N]`, or pass it as a \
                 parameter beside the record"
            }
            ExportResult | ImportResult => {
                "return a `Vec<T>`, or write it through a `&mut [T; N]` parameter"
            }
            _ => "the host does not know its layout; use `&[T]`, or `&[T; N]`",
        },
        "Option" if place.is_in_memory() => {
            "Rust does not specify its layout; put a `bool` beside the value"
        }
        "Option" if place.is_result() => {
            "return a `bool`, and write the value through a `&mut` parameter"
        }
        "Option" => "pass a `bool` beside the value, or a `GuestPtr<T>`, which may be null",
        "Result" if place == ExportResult => {
            "panic if the call fails, so that the host gets an error with the panic message; or \
             return a `bool`, and write the value through a `&mut` parameter"
        }
        "Result" => "pass a `bool` beside the value",
        _ => return check_pointee(faults, path),
    };
    faults.add(ty, unsupported(ty, remedy));
}

/// Refuses an unsupported `T` in `GuestPtr<T>`.
fn check_pointee(faults: &mut Faults, path: &Path) {
    if let Some(last) = path.segments.last().filter(|last| last.ident == "GuestPtr") {
        check_arguments(faults, last, Pointee);
    }
}

/// Refuses unsupported type arguments of a generic type, which are used at `place`.
fn check_arguments(faults: &mut Faults, segment: &PathSegment, place: Place) {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return };
    for argument in &arguments.args {
        if let GenericArgument::Type(ty) = argument {
            refuse(faults, ty, place);
        }
    }
}

/// The type's source text, with the spacing that people write.
fn text(ty: &Type) -> String {
    let mut written = ty.to_token_stream().to_string();
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
