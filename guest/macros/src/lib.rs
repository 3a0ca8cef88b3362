//! The macros of `polyreactor-guest`: thin entry points, one file a macro.

use proc_macro::TokenStream;
use quote::quote;

mod export;
mod import;
mod init;
mod layout;
mod name;
mod refuse;
mod signature;
mod types;

/// Makes a function an export of the plugin.
///
/// Parameters are of these types:
///
/// | type | what the host passes |
/// |---|---|
/// | `bool`, `i32`, `u32`, `i64`, `u64`, `f32`, `f64` | the value |
/// | `&str` | a string, lent for the call |
/// | `&[T]` | a list of numbers from 8 to 64 bits, or of bools, lent for the call |
/// | `String`, `Vec<T>` | a copy of the same |
/// | `&T`, `&mut T` | a pointer to a number, a bool, an array or a record, lent for the call |
/// | `GuestPtr<T>` | the same, checked when it is used, which may be kept |
///
/// The result is nothing, a number or a bool, a `String` or `&'static str`, a `Vec<T>` or
/// `&'static [T]`, or a `GuestPtr<T>`.
/// A record is a struct that derives `HostLayout`. The function itself stays as it is and can
/// be called from Rust.
///
/// ```
/// use polyreactor_guest::{HostLayout, export};
///
/// #[derive(HostLayout)]
/// #[repr(C)]
/// pub struct Point {
///     x: i32,
///     y: f64,
/// }
///
/// #[export]
/// fn scale(point: &mut Point, by: f64) {
///     point.y *= by;
/// }
///
/// #[export(name = "greet")]
/// fn greeting(name: &str) -> String {
///     format!("hello {name}")
/// }
///
/// #[export]
/// fn invert(image: &[u8]) -> Vec<u8> {
///     image.iter().map(|value| 255 - value).collect()
/// }
/// ```
///
/// `name` is the export's name; without it, the export has the function's own name. It may be that
/// of a function of libc's, such as `write` or `exp`: to the linker the export is called
/// `polyreactor-export:exp`, so that `f64::exp` and other libraries keep libc's. `build-guests` and
/// `patch` give the export its own name; a module that cargo has built by itself still has the
/// linker's (CONVENTION, R013).
///
/// What the host passes is checked: a bool that is neither 0 nor 1, a string that is not UTF-8,
/// a pointer or a list that is null, misaligned or outside of what the host took from
/// `polyreactor_alloc`, end in a panic that names the export. So does a `&mut` that overlaps
/// with another pointer of a running call.
///
/// # Errors
///
/// A compile error, at the author's line, for what cannot cross to a host: `async`, `unsafe`,
/// generic and variadic functions, methods, parameters that are patterns, types beyond those
/// above, more arguments than Go passes (128 bytes on its stack, 16 core parameters), names that
/// are the reactor's own. CONVENTION, "Types at the plain level", says where the set is from. On
/// an associated function without `self`, rustc says first that something is not supported in
/// an `impl`: make it a free function.
#[proc_macro_attribute]
pub fn export(arguments: TokenStream, item: TokenStream) -> TokenStream {
    export::expand(arguments.into(), item.into()).into()
}

/// Makes functions of the host's callable: `module` is the host's name for where they are.
///
/// They take what an exported function takes, but no copies (`String`, `Vec<T>`), and answer
/// nothing, a number or a bool, a `String`, a `Vec<T>` or a `GuestPtr<T>`. They are safe to call: what the host answers, and what it writes
/// to a `&mut`, is checked, and a fault ends in a panic that names the function. What it is
/// passed is lent for the call.
///
/// ```
/// use polyreactor_guest::import;
///
/// #[import(module = "host")]
/// extern "C" {
///     /// Writes a line into the host's log.
///     pub fn log(message: &str);
///     #[link_name = "random-number"]
///     fn random_number(below: u32) -> u32;
/// }
/// ```
///
/// Natively there is no host, and a call panics. To test logic that needs the host, let it take
/// what it needs as a parameter:
///
/// ```
/// fn roll(random_number: impl Fn(u32) -> u32) -> u32 {
///     random_number(6) + 1
/// }
///
/// assert_eq!(roll(|_| 3), 4);
/// ```
///
/// # Errors
///
/// A compile error, at the author's line, for what cannot cross, as [`macro@export`] says.
#[proc_macro_attribute]
pub fn import(arguments: TokenStream, item: TokenStream) -> TokenStream {
    import::expand(arguments.into(), item.into()).into()
}

/// Marks the function that sets the plugin up: it runs once, inside `_initialize`, before
/// the host can call any export.
///
/// It takes nothing and answers nothing. It is a static constructor (an `.init_array`
/// entry), never a function called `_initialize`, which later compilers bring themselves
/// (CONVENTION, "Toolchain drift"). Where a plugin has several, their order is the linker's.
///
/// ```
/// #[polyreactor_guest::init]
/// fn set_up() {
///     eprintln!("ready");
/// }
/// ```
///
/// # Errors
///
/// A compile error, at the author's line, for a function with parameters or a result, and
/// for one that is `async`, `unsafe` or generic.
#[proc_macro_attribute]
pub fn init(arguments: TokenStream, item: TokenStream) -> TokenStream {
    init::expand(arguments.into(), item.into()).into()
}

#[doc = include_str!("host_layout.md")]
///
/// This derive is for crates that depend on `polyreactor-layout` itself; `polyreactor-guest` and
/// `polyreactor-host` re-export the same one under the same name, with the paths of their own.
#[proc_macro_derive(HostLayout)]
pub fn host_layout(item: TokenStream) -> TokenStream {
    layout::expand(item.into(), &quote!(::polyreactor_layout)).into()
}

/// Re-exported by `polyreactor-guest`, as `HostLayout`.
#[doc = include_str!("host_layout.md")]
#[proc_macro_derive(HostLayoutOfGuest)]
pub fn host_layout_of_guest(item: TokenStream) -> TokenStream {
    layout::expand(item.into(), &quote!(::polyreactor_guest::layout)).into()
}

/// Re-exported by `polyreactor-host`, as `HostLayout`.
#[doc = include_str!("host_layout.md")]
#[proc_macro_derive(HostLayoutOfHost)]
pub fn host_layout_of_host(item: TokenStream) -> TokenStream {
    layout::expand(item.into(), &quote!(::polyreactor_host::layout)).into()
}
