//! `generate!`: bindings of a WIT world for a reactor.

/// Generates the bindings of a WIT world: [`wit_bindgen::generate!`], with the same syntax and
/// options, and two other defaults:
///
/// - `export_macro_name` is `export_world`, because [`export`](macro@crate::export) is the
///   attribute for plain exports.
/// - `disable_run_ctors_once_workaround` is true with Rust 1.100 and later, whose `_initialize`
///   runs the static constructors: wit-bindgen's bindings would run them again at the first
///   export. With earlier compilers the option stays false, because with wit-bindgen linked
///   nothing else would run the constructors. There `build-guests` and `patch` add an
///   `_initialize` that runs them, and make sure that they run once (CONVENTION, R012).
///
/// An option that you write comes after these defaults and overrides them.
///
/// ```
/// polyreactor_guest::generate!({
///     inline: "
///         package docs:greeter;
///         world greeter {
///             export greet: func(name: string) -> string;
///         }
///     ",
/// });
///
/// struct Plugin;
///
/// impl Guest for Plugin {
///     fn greet(name: String) -> String {
///         format!("hello {name}")
///     }
/// }
///
/// export_world!(Plugin);
/// # fn main() {}
/// ```
///
/// # Errors
///
/// The compile errors of wit-bindgen, for a world that cannot be read or is not valid.
#[macro_export]
macro_rules! generate {
    ({ $($options:tt)* }) => {
        $crate::__generate!({ $($options)* });
    };
    () => {
        $crate::__generate!({});
    };
    ($world:literal) => {
        $crate::__generate!({ world: $world });
    };
    ($world:literal in $path:literal) => {
        $crate::__generate!({ world: $world, path: $path });
    };
    (in $path:literal) => {
        $crate::__generate!({ path: $path });
    };
}

#[cfg(constructors_run_in_initialize)]
#[doc(hidden)]
#[macro_export]
macro_rules! __generate {
    ({ $($options:tt)* }) => {
        $crate::wit_bindgen::generate!({
            runtime_path: "polyreactor_guest::wit_bindgen::rt",
            export_macro_name: "export_world",
            disable_run_ctors_once_workaround: true,
            $($options)*
        });
    };
}

#[cfg(not(constructors_run_in_initialize))]
#[doc(hidden)]
#[macro_export]
macro_rules! __generate {
    ({ $($options:tt)* }) => {
        $crate::wit_bindgen::generate!({
            runtime_path: "polyreactor_guest::wit_bindgen::rt",
            export_macro_name: "export_world",
            $($options)*
        });
    };
}
