//! Checks of a function's signature that `#[export]`, `#[import]` and `#[init]` share, and
//! [`Faults`], which collects the compile errors.

use polyreactor_layout::limits::{GoFrame, MAX_CORE_PARAMETERS, MAX_GO_FRAME_BYTES};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, FnArg, GenericParam, Ident, ItemFn, Pat, PatType, Signature};

use crate::refuse::{self, Place};
use crate::types;

/// Parses the item of the attribute `attribute` as a function. For any other item, the error says
/// that the attribute is for functions.
pub(crate) fn parse(attribute: &str, item: TokenStream) -> Result<ItemFn, Error> {
    syn::parse2(item).map_err(|error| {
        Error::new(error.span(), format!("`#[{attribute}]` goes on a function with a body"))
    })
}

/// The errors of a signature that hold for each of the attributes.
pub(crate) fn faults(attribute: &str, signature: &Signature) -> Faults {
    let mut faults = Faults::default();
    let mut refuse = |tokens: &dyn ToTokens, what: &str| {
        faults.add(tokens, format!("`#[{attribute}]` cannot be {what}"));
    };
    if let Some(token) = &signature.asyncness {
        refuse(token, "async: calls between host and plugin are synchronous");
    }
    if let Some(token) = &signature.unsafety {
        refuse(token, "unsafe: the host guarantees nothing; write an unsafe block in the body");
    }
    let is_lifetime = |parameter: &&GenericParam| matches!(parameter, GenericParam::Lifetime(_));
    let mut generic = signature.generics.params.iter().filter(|one| !is_lifetime(one));
    if let Some(first) = generic.next() {
        refuse(first, "generic: a Wasm function has one type");
    }
    if let Some(receiver) = signature.receiver() {
        refuse(receiver, "a method: a host has no `self`; make it a free function");
    }
    if let Some(variadic) = &signature.variadic {
        refuse(variadic, "variadic: a Wasm function has a fixed number of parameters");
    }
    faults
}

/// An item that does not compile inside an `impl` block or a trait, with the error at the
/// function's name: an attribute sees the function only, not what encloses it.
pub(crate) fn assert_free(name: &Ident) -> TokenStream {
    quote_spanned!(name.span()=> ::polyreactor_guest::the_attribute_goes_on_a_free_function!();)
}

/// Adds all errors of the parameters' names and types, of the result, and of the limits.
pub(crate) fn refuse_types(
    faults: &mut Faults,
    signature: &Signature,
    parameter_place: Place,
    result_place: Place,
) {
    for parameter in typed(signature) {
        if !matches!(&*parameter.pat, Pat::Ident(_) | Pat::Wild(_)) {
            faults.add(
                &parameter.pat,
                "a parameter has to be a name, not a pattern: destructure it in the body",
            );
        }
        refuse::refuse(faults, &parameter.ty, parameter_place);
    }
    if let syn::ReturnType::Type(_, ty) = &signature.output {
        refuse::refuse(faults, ty, result_place);
    }
    if let Some(frame) = frame(signature) {
        if frame.bytes > MAX_GO_FRAME_BYTES {
            faults.add(&signature.inputs, too_many_bytes(&frame.bytes.to_string()));
        } else if !frame.fits() {
            faults.add(&signature.inputs, too_many_parameters(&frame.core_parameters.to_string()));
        }
    }
}

/// The frame of the function; `None` if a parameter's size is not known from its tokens.
fn frame(signature: &Signature) -> Option<GoFrame> {
    let mut frame = GoFrame::EMPTY;
    for parameter in typed(signature) {
        frame = frame.with_parameter(types::go_bytes(&parameter.ty)?);
    }
    Some(frame.with_result(types::has_result(&signature.output)))
}

fn too_many_bytes(bytes: &str) -> String {
    format!(
        "the parameters and the result take {bytes} bytes on Go's stack, where a function has at \
         most {MAX_GO_FRAME_BYTES}; {REMEDY}"
    )
}

fn too_many_parameters(count: &str) -> String {
    format!(
        "the function has {count} core parameters (a string or a list takes two), and Go passes at \
         most {MAX_CORE_PARAMETERS}; {REMEDY}"
    )
}

const REMEDY: &str =
    "put parameters into a struct that derives `HostLayout`, and pass it by reference";

/// A constant assertion that the function is within the limits, for a function whose
/// [`frame`] is not known from its tokens; else no tokens.
pub(crate) fn assert_frame(signature: &Signature, of: &TokenStream) -> TokenStream {
    if frame(signature).is_some() {
        return TokenStream::new();
    }
    let parameters = typed(signature).map(|parameter| {
        let ty = types::named(&parameter.ty);
        quote_spanned! {types::at(&parameter.ty)=>
            .with_parameter(::core::mem::size_of::<<#ty as #of>::InGo>())
        }
    });
    let too_many_bytes = too_many_bytes(&format!("more than {MAX_GO_FRAME_BYTES}"));
    let too_many_parameters = too_many_parameters(&format!("more than {MAX_CORE_PARAMETERS}"));
    let has_result = types::has_result(&signature.output);
    let inputs = &signature.inputs;
    quote_spanned! {inputs.span()=>
        const _: () = {
            use ::polyreactor_guest::layout::limits::{GoFrame, MAX_GO_FRAME_BYTES};
            let frame = GoFrame::EMPTY #(#parameters)* .with_result(#has_result);
            assert!(frame.bytes <= MAX_GO_FRAME_BYTES, #too_many_bytes);
            assert!(frame.fits(), #too_many_parameters);
        };
    }
}

pub(crate) fn typed(signature: &Signature) -> impl Iterator<Item = &PatType> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(parameter),
        FnArg::Receiver(_) => None,
    })
}

/// Compile errors, collected so that the author sees all of them at once.
#[derive(Default)]
pub(crate) struct Faults(Option<Error>);

impl Faults {
    pub(crate) fn add(&mut self, at: &dyn ToTokens, message: impl std::fmt::Display) {
        self.push(Error::new_spanned(at.to_token_stream(), message));
    }

    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            none => *none = Some(error),
        }
    }

    pub(crate) fn append(&mut self, other: Faults) {
        if let Some(error) = other.0 {
            self.push(error);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The item, followed by the errors if there are any, else by `expansion`. The item is emitted
    /// in both cases, so that its uses in the crate are not reported as unknown names.
    pub(crate) fn or_else(
        self,
        item: &dyn ToTokens,
        expansion: impl FnOnce() -> TokenStream,
    ) -> TokenStream {
        let added = match self.0 {
            Some(error) => error.into_compile_error(),
            None => expansion(),
        };
        let item = item.to_token_stream();
        quote! { #item #added }
    }
}
