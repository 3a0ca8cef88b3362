//! `#[derive(HostLayout)]`: the trait that checks and writes the bytes of a struct.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, FieldsNamed, GenericParam};

use crate::refuse::{self, Place};
use crate::signature::Faults;
use crate::types::{self, at};

/// The implementation for `struct Point { x: i32, y: f64 }`, in essence:
///
/// ```text
/// unsafe impl HostLayout for Point {
///     const PLAIN: bool = <i32 as HostLayout>::PLAIN && <f64 as HostLayout>::PLAIN
///         && size_of::<i32>() + size_of::<f64>() == size_of::<Point>();   // no padding
///     const SHAPE: Shape = Shape::Record(&[Field { name: "x", … }, Field { name: "y", … }]);
///     unsafe fn invalid(at: *const Self) -> Option<u8> {
///         None.or_else(|| i32::invalid(&raw const (*at).x)).or_else(|| …y)
///     }
///     unsafe fn store(&self, to: *mut Self) {
///         self.x.store(&raw mut (*to).x); …y
///     }
/// }
/// ```
///
/// `layout` is the path of the crate `polyreactor-layout` in the author's crate.
pub(crate) fn expand(item: TokenStream, layout: &TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut faults = Faults::default();
    refuse_repr(&mut faults, &input);
    let is_lifetime =
        input.generics.params.iter().all(|one| matches!(one, GenericParam::Lifetime(_)));
    if !input.generics.params.is_empty() {
        let why = if is_lifetime {
            "a record cannot contain references, which mean nothing to the host"
        } else {
            "a generic struct has many layouts: write a struct for each one that you pass"
        };
        faults.add(&input.generics, why);
    }
    let fields = fields(&mut faults, &input);
    for field in fields.iter().flat_map(|fields| &fields.named) {
        refuse::refuse(&mut faults, &field.ty, Place::Field);
    }
    let Some(fields) = fields else { return faults.or_else(&TokenStream::new(), TokenStream::new) };
    faults.or_else(&TokenStream::new(), || implement(&input, fields, layout))
}

fn fields<'a>(faults: &mut Faults, input: &'a DeriveInput) -> Option<&'a FieldsNamed> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => return Some(fields),
            Fields::Unnamed(fields) => {
                faults.add(fields, "the fields of a record have names: write `name: type`");
            }
            _ => faults.add(&input.ident, "a record without fields has no bytes to pass"),
        },
        Data::Enum(data) => faults.add(
            &data.enum_token,
            "a host may write a number that is no variant: use an integer, and convert it",
        ),
        Data::Union(data) => {
            faults.add(&data.union_token, "Go has no unions: use a struct, or an array of bytes");
        }
    }
    None
}

/// Refuses a `repr` other than `#[repr(C)]` alone: packed and over-aligned structs too.
fn refuse_repr(faults: &mut Faults, input: &DeriveInput) {
    let mut is_c = false;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("C") {
                is_c = true;
                return Ok(());
            }
            let what = meta.path.to_token_stream().to_string();
            if meta.input.peek(syn::token::Paren) {
                let inside;
                syn::parenthesized!(inside in meta.input);
                inside.parse::<TokenStream>()?;
            }
            Err(meta.error(format!(
                "`{what}` is a layout that Go and Zig do not share: write `#[repr(C)]` alone, and \
                 pad with fields of your own"
            )))
        });
        if let Err(error) = parsed {
            // `C` may follow what could not be parsed, so its absence is no second error.
            is_c = true;
            faults.push(error);
        }
    }
    if !is_c && !matches!(input.data, Data::Enum(_)) {
        faults.add(
            &input.ident,
            "Rust does not specify the layout of this struct: write `#[repr(C)]`, which the host \
             expects",
        );
    }
}

fn implement(input: &DeriveInput, fields: &FieldsNamed, root: &TokenStream) -> TokenStream {
    let ident = &input.ident;
    let mut plain = TokenStream::new();
    let mut size = TokenStream::new();
    let mut invalid = TokenStream::new();
    let mut store = TokenStream::new();
    let mut parts = TokenStream::new();
    for field in &fields.named {
        let name = &field.ident;
        let at = at(&field.ty);
        let ty = types::named(&field.ty);
        let layout = quote_spanned!(at=> <#ty as #root::HostLayout>);
        plain.extend(quote_spanned!(at=> && #layout::PLAIN));
        size.extend(quote_spanned!(at=> + ::core::mem::size_of::<#ty>()));
        let text = name.as_ref().map(|name| name.unraw().to_string());
        parts.extend(quote_spanned! {at=>
            #root::Field {
                name: #text,
                offset_bytes: ::core::mem::offset_of!(#ident, #name),
                shape: &#layout::SHAPE,
            },
        });
        invalid.extend(quote_spanned! {at=>
            .or_else(|| unsafe { #layout::invalid(&raw const (*at).#name) })
        });
        store.extend(quote_spanned! {at=>
            unsafe { #layout::store(&self.#name, &raw mut (*to).#name) }
        });
    }
    quote! {
        // SAFETY: the struct has C's layout, and the type of each field is `HostLayout`.
        unsafe impl #root::HostLayout for #ident {
            const PLAIN: bool = true #plain && 0 #size == ::core::mem::size_of::<#ident>();
            const SHAPE: #root::Shape = #root::Shape::Record(&[#parts]);

            unsafe fn invalid(at: *const Self) -> ::core::option::Option<u8> {
                ::core::option::Option::None #invalid
            }

            unsafe fn store(&self, to: *mut Self) {
                #store
            }
        }
    }
}
