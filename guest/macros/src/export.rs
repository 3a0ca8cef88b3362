//! `#[export]`: the function unchanged, and a shim that is exported on wasm32. The shim lifts the
//! parameters, calls the function and lowers the result.

use polyreactor_layout::EXPORT_SYMBOL_PREFIX;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::Parser;
use syn::{Error, ItemFn, LitStr};

use crate::name::refuse_export;
use crate::refuse::Place;
use crate::signature::{self, Faults, assert_frame, refuse_types, typed};
use crate::types::{self, at};

/// Before: `fn greet(name: &str) -> String { … }`. Added, in essence:
///
/// ```text
/// #[export_name = "polyreactor-export:greet"]     // `build-guests` removes the prefix
/// extern "C" fn shim(
///     low0: <&str as Param>::Low,             // i32
///     high0: <&str as Param>::High,           // i32, and () for a number
/// ) -> <String as Output>::Core {             // i64
///     let mut held0 = <&str as Param>::hold(low0, high0, "greet");    // checks
///     let result = <String as Output>::lower(greet(<&str as Param>::lend(&mut held0)));
///     flush();
///     result
/// }
/// #[link_section = ".init_array"]
/// static SETUP0: <&str as Param>::Setup = <&str as Param>::SETUP;     // the allocator
/// #[link_section = ".init_array"]
/// static PRINTED: Printed = PRINTED;                                  // flushes at a panic
/// ```
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = match signature::parse("export", item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = error.into_compile_error();
            return quote! { #item #error };
        }
    };
    let mut faults = signature::faults("export", &function.sig);
    refuse_types(&mut faults, &function.sig, Place::ExportParameter, Place::ExportResult);
    for attribute in &function.attrs {
        let path = attribute.path();
        let inside = attribute.meta.to_token_stream().to_string();
        if path.is_ident("no_mangle")
            || inside.contains("no_mangle")
            || inside.contains("export_name")
        {
            faults.add(
                attribute,
                "`#[export]` exports the function by itself: leave this out; for another name, \
                 `#[export(name = \"…\")]`",
            );
        }
    }
    let name = name(&mut faults, arguments, &function);
    faults.or_else(&function, || shim(&function, &name))
}

/// The name of the export: that of the attribute, or else the function's.
fn name(faults: &mut Faults, arguments: TokenStream, function: &ItemFn) -> String {
    let mut given: Option<LitStr> = None;
    let parser = syn::meta::parser(|meta| {
        if !meta.path.is_ident("name") {
            return Err(meta.error("`#[export]` takes `name = \"…\"` and nothing else"));
        }
        let value: LitStr = meta.value()?.parse()?;
        if given.replace(value).is_some() {
            return Err(meta.error("`name` is given twice: a function has one export name"));
        }
        Ok(())
    });
    if let Err(error) = parser.parse2(arguments) {
        faults.push(error);
    }
    let ident = &function.sig.ident;
    let (name, at): (String, &dyn ToTokens) = match &given {
        Some(literal) => (literal.value(), literal),
        None => (plain(&ident.to_string()).to_owned(), ident),
    };
    if let Some(why) = refuse_export(&name) {
        faults.push(Error::new_spanned(at.to_token_stream(), why));
    }
    name
}

/// The name without `r#`: to the host, the raw identifier `r#type` is the name `type`.
pub(crate) fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

fn shim(function: &ItemFn, name: &str) -> TokenStream {
    let ident = &function.sig.ident;
    let param = quote!(::polyreactor_guest::abi::Param);
    let output = quote!(::polyreactor_guest::abi::Output);

    // The spans are those of the author's types, so that the compiler reports an unsupported type
    // there.
    let mut parameters = TokenStream::new();
    let mut holds = TokenStream::new();
    let mut lends = TokenStream::new();
    let mut setups = TokenStream::new();
    for (n, parameter) in typed(&function.sig).enumerate() {
        let at = at(&parameter.ty);
        let ty = types::named(&parameter.ty);
        let [low, high, held] =
            ["low", "high", "held"].map(|what| format_ident!("__{what}{n}", span = at));
        let ty = quote_spanned!(at=> <#ty as #param>);
        parameters.extend(quote_spanned!(at=> #low: #ty::Low, #high: #ty::High,));
        holds.extend(quote_spanned!(at=> let mut #held = #ty::hold(#low, #high, #name);));
        lends.extend(quote_spanned!(at=> #ty::lend(&mut #held),));
        setups.extend(setup(n, &ty, at));
    }
    let result = types::result(&function.sig.output);
    let at = at(&result);
    let result = types::named(&result);
    let result = quote_spanned!(at=> <#result as #output>);
    let core = quote_spanned!(at=> #result::Core);
    let lower = quote_spanned!(at=> #result::lower);
    setups.extend(printed());
    let assertion = assert_frame(&function.sig, &param);
    let symbol = format!("{EXPORT_SYMBOL_PREFIX}{name}");
    let shim = quote_spanned! {types::doubtful(&function.sig)=>
        extern "C" fn __polyreactor_shim(#parameters) -> #core {
            #holds
            let result = #lower(#ident(#lends));
            ::polyreactor_guest::abi::flush();
            result
        }
    };
    let free = signature::assert_free(ident);
    // A parameter of one core value has a second one of type `()`, which is no Wasm parameter.
    quote! {
        #free
        const _: () = {
            #assertion
            #[cfg_attr(target_arch = "wasm32", unsafe(export_name = #symbol))]
            #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
            #[allow(improper_ctypes_definitions, clippy::let_unit_value)]
            #shim
            #setups
        };
    }
}

/// The entry of `.init_array` that functions with the type `ty` need; a static of size 0 if they
/// need none.
pub(crate) fn setup(n: usize, ty: &TokenStream, at: Span) -> TokenStream {
    let name = format_ident!("SETUP{n}");
    let setup = quote_spanned!(at=> #name: #ty::Setup = #ty::SETUP);
    quote! {
        #[cfg(target_arch = "wasm32")]
        #[used]
        #[unsafe(link_section = ".init_array")]
        static #setup;
    }
}

/// The entry of `.init_array` that sets the panic hook, which flushes standard output.
pub(crate) fn printed() -> TokenStream {
    quote! {
        #[cfg(target_arch = "wasm32")]
        #[used]
        #[unsafe(link_section = ".init_array")]
        static PRINTED: ::polyreactor_guest::abi::Printed = ::polyreactor_guest::abi::PRINTED;
    }
}
