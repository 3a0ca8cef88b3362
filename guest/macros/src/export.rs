//! `#[export]`: a function in; the function and, on wasm32, the shim that the host calls, out.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{FnArg, ItemFn, Pat, ReturnType, Type, spanned::Spanned};

use crate::signature;

/// Before: `fn inc(by: i32) -> i32 { … }`. Added, in essence:
///
/// ```text
/// #[export_name = "inc"]
/// extern "C" fn shim(a0: <i32 as Param>::Core) -> <i32 as Output>::Core {
///     Output::into_core(inc(Param::from_core(a0, "inc")))
/// }
/// ```
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = match signature::parse("export", &arguments, item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = error.into_compile_error();
            return quote! { #item #error };
        }
    };
    let mut faults = signature::faults("export", &function.sig);
    for parameter in typed_parameters(&function) {
        if !matches!(&*parameter.pat, Pat::Ident(_) | Pat::Wild(_)) {
            faults.add(&parameter.pat, "an exported function's parameter is a name, not a pattern");
        }
    }
    let name = function.sig.ident.to_string();
    if matches!(name.as_str(), "_initialize" | "_start" | "memory") {
        faults.add(
            &function.sig.ident,
            format!(
                "`{name}` is the reactor's own name; {}",
                match name.as_str() {
                    "_initialize" => "to run code once at the start, use `#[init]`",
                    _ => "call the function something else",
                }
            ),
        );
    }
    faults.or_else(&function, || shim(&function))
}

fn shim(function: &ItemFn) -> TokenStream {
    let ident = &function.sig.ident;
    let name = ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    let types: Vec<&Type> = typed_parameters(function).map(|parameter| &*parameter.ty).collect();
    let names: Vec<_> = (0..types.len()).map(|n| format_ident!("a{n}")).collect();

    // The spans are the author's types, so that a type that cannot cross is reported there.
    let parameters = types.iter().zip(&names).map(|(ty, name)| {
        quote_spanned! {ty.span()=> #name: <#ty as ::polyreactor_guest::abi::Param>::Core }
    });
    let lifted = types.iter().zip(&names).map(|(ty, argument)| {
        quote_spanned! {ty.span()=>
            <#ty as ::polyreactor_guest::abi::Param>::from_core(#argument, #name)
        }
    });
    let unit: Type = syn::parse_quote!(());
    let result = match &function.sig.output {
        ReturnType::Default => &unit,
        ReturnType::Type(_, ty) => ty,
    };
    let core = quote_spanned! {result.span()=>
        <#result as ::polyreactor_guest::abi::Output>::Core
    };
    quote! {
        const _: () = {
            #[cfg_attr(target_arch = "wasm32", unsafe(export_name = #name))]
            #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
            extern "C" fn shim(#(#parameters),*) -> #core {
                ::polyreactor_guest::abi::Output::into_core(#ident(#(#lifted),*))
            }
        };
    }
}

fn typed_parameters(function: &ItemFn) -> impl Iterator<Item = &syn::PatType> {
    function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(parameter),
        FnArg::Receiver(_) => None,
    })
}
