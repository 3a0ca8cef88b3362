//! `#[import]`: turns a block of foreign functions into safe functions that call the host.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::Parser;
use syn::{
    Attribute, Error, Expr, ForeignItem, ForeignItemFn, ItemForeignMod, Lit, LitStr, Meta, Pat,
};

use crate::export::{plain, setup};
use crate::name::refuse_import;
use crate::refuse::Place;
use crate::signature::{self, Faults, assert_frame, refuse_types, typed};
use crate::types::{self, at};

/// Before: `extern "C" { fn log(message: &str); }`. After, in essence:
///
/// ```text
/// fn log(message: &str) {
///     #[link(wasm_import_module = "host")]
///     unsafe extern "C" {
///         #[link_name = "log"]
///         fn import(low0: <&str as Argument>::Low, high0: <&str as Argument>::High);
///     }
///     let (low0, high0) = <&str as Argument>::lower(message);
///     let answer = unsafe { import(low0, high0) };
///     unsafe { <&str as Argument>::check(low0, "host.log") };     // what the host wrote
///     <() as Answer>::lift(answer, "host.log")
/// }
/// ```
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut faults = Faults::default();
    let block: ItemForeignMod = match syn::parse2(item.clone()) {
        Ok(block) => block,
        Err(error) => {
            faults.push(Error::new(
                error.span(),
                "`#[import]` goes on a block of host functions, `extern \"C\" { … }`",
            ));
            return faults.or_else(&item, TokenStream::new);
        }
    };
    let module = module(&mut faults, arguments, &block);
    if let Some(abi) = block.abi.name.as_ref().filter(|abi| abi.value() != "C") {
        faults.add(abi, "host functions have C's ABI: write `extern \"C\"`");
    }
    for attribute in &block.attrs {
        if attribute.path().is_ident("link") {
            faults.add(attribute, "`#[import]` names the module of the functions: leave this out");
        }
    }
    // Attributes of the block, such as `#[cfg]` and `#[allow]`, apply to each function.
    let shared = block.attrs.iter().filter(|attribute| !attribute.path().is_ident("doc"));
    let shared: Vec<_> = shared.collect();
    let mut functions = TokenStream::new();
    for item in &block.items {
        match item {
            ForeignItem::Fn(function) => {
                functions.extend(quote!(#(#shared)*));
                functions.extend(declare(&mut faults, &module, function));
            }
            // Statics and types, but also `safe fn`, which syn does not parse.
            other => faults.add(
                other,
                "only functions can be imported: write `fn name(…) -> …;`, without `safe`",
            ),
        }
    }
    faults.or_else(&functions, TokenStream::new)
}

fn module(faults: &mut Faults, arguments: TokenStream, block: &ItemForeignMod) -> String {
    let mut module: Option<LitStr> = None;
    let parser = syn::meta::parser(|meta| {
        if !meta.path.is_ident("module") {
            return Err(meta.error("`#[import]` takes `module = \"…\"` and nothing else"));
        }
        let value: LitStr = meta.value()?.parse()?;
        if module.replace(value).is_some() {
            return Err(meta.error("`module` is given twice: write a block for each module"));
        }
        Ok(())
    });
    let parsed = parser.parse2(arguments);
    match (&module, parsed) {
        (_, Err(error)) => faults.push(error),
        (None, Ok(())) => faults.add(
            &block.abi,
            "the module of these functions is missing: write `#[import(module = \"host\")]`, with \
             the module's name in the contract",
        ),
        (Some(literal), Ok(())) => {
            if let Some(why) = refuse_import(&literal.value()) {
                faults.add(literal, why);
            }
        }
    }
    module.map(|literal| literal.value()).unwrap_or_default()
}

/// The function that the author calls. If its declaration has errors, something else gets its name,
/// so that the uses of the name are not reported as errors too.
fn declare(faults: &mut Faults, module: &str, function: &ForeignItemFn) -> TokenStream {
    let mut own = signature::faults("import", &function.sig);
    refuse_types(&mut own, &function.sig, Place::ImportParameter, Place::ImportResult);
    let (attributes, name) = name(&mut own, function);
    let vis = &function.vis;
    let mut sig = function.sig.clone();
    // Each parameter gets a name of its own, because the body cannot pass on one named `_`.
    for (n, input) in sig.inputs.iter_mut().enumerate() {
        if let syn::FnArg::Typed(parameter) = input {
            let ident = format_ident!("__argument{n}", span = types::at(&parameter.ty));
            if matches!(&*parameter.pat, Pat::Wild(_) | Pat::Ident(_)) {
                *parameter.pat = syn::parse_quote!(#ident);
            }
        }
    }
    if own.is_empty() {
        let body = body(module, &name, function);
        return quote! { #(#attributes)* #vis #sig { #body } };
    }
    faults.append(own);
    let ident = &sig.ident;
    quote! { #[allow(unused)] #vis use ::core::unreachable as #ident; }
}

fn body(module: &str, name: &str, function: &ForeignItemFn) -> TokenStream {
    let argument = quote!(::polyreactor_guest::abi::Argument);
    let answer = quote!(::polyreactor_guest::abi::Answer);
    let whole = format!("{module}.{name}");

    let mut parameters = TokenStream::new();
    let mut lowers = TokenStream::new();
    let mut passed = TokenStream::new();
    let mut checks = TokenStream::new();
    for (n, parameter) in typed(&function.sig).enumerate() {
        let at = at(&parameter.ty);
        let ty = types::named(&parameter.ty);
        let [low, high, given] =
            ["low", "high", "argument"].map(|what| format_ident!("__{what}{n}", span = at));
        let ty = quote_spanned!(at=> <#ty as #argument>);
        parameters.extend(quote_spanned!(at=> #low: #ty::Low, #high: #ty::High,));
        lowers.extend(quote_spanned!(at=> let (#low, #high) = #ty::lower(#given);));
        passed.extend(quote_spanned!(at=> #low, #high,));
        checks.extend(quote_spanned!(at=> #ty::check(#low, #whole);));
    }
    let result = types::result(&function.sig.output);
    let at = at(&result);
    let result = types::named(&result);
    let result = quote_spanned!(at=> <#result as #answer>);
    let setup = setup(0, &result, at);
    let core = quote_spanned!(at=> #result::Core);
    let lift = quote_spanned!(at=> #result::lift);
    let assertion = assert_frame(&function.sig, &argument);
    let native = format!(
        "`{whole}` is a host function, and there is no host when the plugin runs natively: in a \
         test, call logic that gets what it needs from the host as a parameter"
    );
    let doubtful = types::doubtful(&function.sig);
    let import = quote_spanned!(doubtful=> fn import(#parameters) -> #core;);
    let no_host = quote_spanned! {doubtful=>
        let import = |#parameters| -> #core { ::core::panic!(#native) };
    };
    quote_spanned! {doubtful=>
        #assertion
        #setup
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = #module)]
        unsafe extern "C" {
            #[link_name = #name]
            #[allow(improper_ctypes)]
            #import
        }
        #lowers
        #[cfg(not(target_arch = "wasm32"))]
        #[allow(unused_variables)]
        #no_host
        // SAFETY: the arguments are numbers, and addresses of values that stay borrowed until the
        // host function returns.
        #[allow(unused_unsafe, clippy::let_unit_value)]
        unsafe {
            let answer = import(#passed);
            #checks
            #lift(answer, #whole)
        }
    }
}

/// The name of the import, which is that of `#[link_name]` or else the function's; and the other
/// attributes.
fn name(faults: &mut Faults, function: &ForeignItemFn) -> (Vec<Attribute>, String) {
    let ident = &function.sig.ident;
    let mut name = plain(&ident.to_string()).to_owned();
    let mut at: &dyn ToTokens = ident;
    let mut others = Vec::new();
    for attribute in &function.attrs {
        match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("link_name") => match &pair.value {
                Expr::Lit(syn::ExprLit { lit: Lit::Str(literal), .. }) => {
                    name = literal.value();
                    at = literal;
                }
                other => faults.add(other, "the name has to be a string, `#[link_name = \"…\"]`"),
            },
            _ => others.push(attribute.clone()),
        }
    }
    if let Some(why) = refuse_import(&name) {
        faults.add(&at.to_token_stream(), why);
    }
    (others, name)
}
