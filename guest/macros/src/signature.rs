//! What an attribute was put on, in; the function, or all its faults at once, out.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Error, ItemFn, Signature};

/// The function that an attribute was put on. What is no free function at all is an error
/// that says what the attribute `attribute` is for.
pub(crate) fn parse(
    attribute: &str,
    arguments: &TokenStream,
    item: TokenStream,
) -> Result<ItemFn, Error> {
    let function: ItemFn = syn::parse2(item).map_err(|error| {
        Error::new(error.span(), format!("`#[{attribute}]` goes on a function with a body"))
    })?;
    if let Some(first) = arguments.clone().into_iter().next() {
        return Err(Error::new(first.span(), format!("`#[{attribute}]` takes no arguments")));
    }
    Ok(function)
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
    if !signature.generics.params.is_empty() {
        refuse(&signature.generics, "generic: a host calls one function with one type");
    }
    if let Some(clause) = &signature.generics.where_clause {
        refuse(clause, "generic: a host calls one function with one type");
    }
    if let Some(receiver) = signature.receiver() {
        refuse(receiver, "a method: a host has no `self`; make it a free function");
    }
    if let Some(variadic) = &signature.variadic {
        refuse(variadic, "variadic: a Wasm function takes what its type says");
    }
    faults
}

/// Compile errors, gathered so that the author sees all of them at once.
#[derive(Default)]
pub(crate) struct Faults(Option<Error>);

impl Faults {
    pub(crate) fn add(&mut self, at: &dyn ToTokens, message: impl std::fmt::Display) {
        let error = Error::new_spanned(at.to_token_stream(), message);
        match &mut self.0 {
            Some(all) => all.combine(error),
            none => *none = Some(error),
        }
    }

    /// The errors where there are any, beside the item itself, so that its other uses in
    /// the crate are not reported as unknown names; else what `expansion` makes of it.
    pub(crate) fn or_else(
        self,
        function: &ItemFn,
        expansion: impl FnOnce() -> TokenStream,
    ) -> TokenStream {
        let added = match self.0 {
            Some(error) => error.into_compile_error(),
            None => expansion(),
        };
        quote! { #function #added }
    }
}
