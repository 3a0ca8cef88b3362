//! What an attribute was put on, in; the function, or all its faults at once, out.

use polyreactor_layout::limits::{GoFrame, MAX_CORE_PARAMETERS, MAX_GO_FRAME_BYTES};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, FnArg, GenericParam, Ident, ItemFn, Pat, PatType, Signature};

use crate::refuse::{self, Place};
use crate::types;

/// The function that an attribute was put on. What is no free function at all is an error
/// that says what the attribute `attribute` is for.
pub(crate) fn parse(attribute: &str, item: TokenStream) -> Result<ItemFn, Error> {
    syn::parse2(item).map_err(|error| {
        Error::new(error.span(), format!("`#[{attribute}]` goes on a function with a body"))
    })
}

/// What no function of a plugin's boundary may be, whichever attribute it bears.
pub(crate) fn faults(attribute: &str, signature: &Signature) -> Faults {
    let mut faults = Faults::default();
    let mut refuse = |tokens: &dyn ToTokens, what: &str| {
        faults.add(tokens, format!("`#[{attribute}]` cannot be {what}"));
    };
    if let Some(token) = &signature.asyncness {
        refuse(token, "async: the host waits for a call to end");
    }
    if let Some(token) = &signature.unsafety {
        refuse(token, "unsafe: the host gives no guarantees; put the unsafe block inside");
    }
    let is_lifetime = |parameter: &&GenericParam| matches!(parameter, GenericParam::Lifetime(_));
    let mut generic = signature.generics.params.iter().filter(|one| !is_lifetime(one));
    if let Some(first) = generic.next() {
        refuse(first, "generic: a host calls one function with one type");
    }
    if let Some(receiver) = signature.receiver() {
        refuse(receiver, "a method: a host has no `self`; make it a free function");
    }
    if let Some(variadic) = &signature.variadic {
        refuse(variadic, "variadic: a Wasm function takes what its type says");
    }
    faults
}

/// What does not compile in an impl block or a trait, of which an attribute sees only the
/// function. It stands at the function's name.
pub(crate) fn assert_free(name: &Ident) -> TokenStream {
    quote_spanned!(name.span()=> ::polyreactor_guest::the_attribute_goes_on_a_free_function!();)
}

/// Adds what is wrong with the types and the names of the parameters. Both are told at once.
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
                "a parameter that crosses is a name, not a pattern; take it apart inside",
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

/// The frame of the function, where the words tell every parameter's size.
fn frame(signature: &Signature) -> Option<GoFrame> {
    let mut frame = GoFrame::EMPTY;
    for parameter in typed(signature) {
        frame = frame.with_parameter(types::go_bytes(&parameter.ty)?);
    }
    Some(frame.with_result(types::answers(&signature.output)))
}

fn too_many_bytes(bytes: &str) -> String {
    format!(
        "the arguments and the result take {bytes} bytes on Go's stack, which has \
         {MAX_GO_FRAME_BYTES}; {REMEDY}"
    )
}

fn too_many_parameters(count: &str) -> String {
    format!(
        "the arguments are {count} core parameters as they cross (a string or a list is two), and Go passes \
         {MAX_CORE_PARAMETERS} at most; {REMEDY}"
    )
}

const REMEDY: &str = "put some into a struct that derives `HostLayout`, and pass it by reference";

/// An assertion that the function is within the limits, where the words did not tell.
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
    let answers = types::answers(&signature.output);
    let inputs = &signature.inputs;
    quote_spanned! {inputs.span()=>
        const _: () = {
            use ::polyreactor_guest::layout::limits::{GoFrame, MAX_GO_FRAME_BYTES};
            let frame = GoFrame::EMPTY #(#parameters)* .with_result(#answers);
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

/// Compile errors, gathered so that the author sees all of them at once.
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

    /// The errors where there are any, beside the item itself, so that its other uses in
    /// the crate are not reported as unknown names; else what `expansion` makes of it.
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
