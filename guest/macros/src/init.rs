//! `#[init]`: the function unchanged, and on wasm32 an entry in `.init_array`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ReturnType;

use crate::signature;

/// The entry in `.init_array` is a pointer to a shim; the linker's `__wasm_call_ctors` calls it.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = match signature::parse("init", item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = error.into_compile_error();
            return quote! { #item #error };
        }
    };
    let mut faults = signature::faults("init", &function.sig);
    if !arguments.is_empty() {
        faults.add(&arguments, "`#[init]` takes no arguments");
    }
    if !function.sig.inputs.is_empty() && function.sig.receiver().is_none() {
        let why = "an `#[init]` function has no parameters: `_initialize` passes none";
        faults.add(&function.sig.inputs, why);
    }
    if let ReturnType::Type(_, ty) = &function.sig.output {
        let why = "an `#[init]` function has no result: panic if the plugin cannot be initialised";
        faults.add(ty, why);
    }
    let ident = &function.sig.ident;
    let free = signature::assert_free(ident);
    faults.or_else(&function, || {
        quote! {
            #free
            const _: () = {
                extern "C" fn __polyreactor_shim() {
                    ::polyreactor_guest::abi::prepare_output();
                    #ident();
                    ::polyreactor_guest::abi::flush();
                }
                #[cfg_attr(target_arch = "wasm32", used)]
                #[cfg_attr(target_arch = "wasm32", unsafe(link_section = ".init_array"))]
                #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
                static INIT: extern "C" fn() = __polyreactor_shim;
            };
        }
    })
}
