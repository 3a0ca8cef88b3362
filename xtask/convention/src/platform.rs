//! Platforms other than WASI that a module may have been built for, recognised by its imports.

use std::fmt;

use serde::Serialize;

use crate::inspect::Import;

/// A platform other than WASI, recognised by imports that only its own glue code provides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Platform {
    /// Go's `GOOS=js`, or TinyGo's target `wasm`.
    GoForJavaScript,
    /// Emscripten, with its JavaScript glue.
    Emscripten,
    /// Rust with wasm-bindgen.
    WasmBindgen,
    /// WASIX, which Wasmer serves.
    Wasix,
}

impl Platform {
    /// The platform that provides the imports; `None` if no import belongs to a known platform
    /// other than WASI.
    pub(crate) fn of(imports: &[Import]) -> Option<Platform> {
        imports.iter().find_map(of_import).or_else(|| {
            // Emscripten minifies the names of import modules and of imports.
            let is_minified = |import: &Import| import.module == "a" && import.name.len() <= 2;
            (!imports.is_empty() && imports.iter().all(is_minified)).then_some(Platform::Emscripten)
        })
    }

    /// Whether the platform provides this import.
    pub(crate) fn serves(self, import: &Import) -> bool {
        of_import(import) == Some(self)
            || self == Platform::Emscripten && matches!(import.module.as_str(), "env" | "a")
    }

    /// How to build the plugin for WASI instead.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Platform::GoForJavaScript => {
                "build it with `GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared` \
                 (TinyGo: `tinygo build -target=wasip1 -buildmode=c-shared`)"
            }
            Platform::Emscripten => {
                "build it with wasi-sdk and `-mexec-model=reactor`, or with \
                 `emcc -sSTANDALONE_WASM --no-entry` and nothing that calls JavaScript"
            }
            Platform::WasmBindgen => {
                "build it for wasm32-wasip1, without wasm-bindgen and crates that use it"
            }
            Platform::Wasix => "build it for wasm32-wasip1, with a toolchain for WASI",
        }
    }
}

fn of_import(import: &Import) -> Option<Platform> {
    let name = import.name.as_str();
    let begins = |all: &[&str]| all.iter().any(|start| name.starts_with(start));
    match import.module.as_str() {
        "gojs" => Some(Platform::GoForJavaScript),
        // Up to Go 1.20.
        "go" if begins(&["runtime.", "syscall/js."]) => Some(Platform::GoForJavaScript),
        "env"
            if begins(&[
                "invoke_",
                "_embind_",
                "emscripten_asm_const",
                "_emscripten_",
                "__syscall_",
            ]) =>
        {
            Some(Platform::Emscripten)
        }
        "wbg" | "__wbindgen_placeholder__" => Some(Platform::WasmBindgen),
        module if module.ends_with("_bg.js") => Some(Platform::WasmBindgen),
        module if module.starts_with("wasix_") => Some(Platform::Wasix),
        _ => None,
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Platform::GoForJavaScript => "Go's glue for browsers (GOOS=js)",
            Platform::Emscripten => "Emscripten's glue in JavaScript",
            Platform::WasmBindgen => "wasm-bindgen's glue in JavaScript",
            Platform::Wasix => "WASIX (provided by Wasmer only)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(imports: &[(&str, &str)]) -> Option<Platform> {
        let imports = imports.iter().map(|(module, name)| {
            let ty = crate::ExternType::Func(polyreactor_contract::FuncType::default());
            Import { module: (*module).to_owned(), name: (*name).to_owned(), ty }
        });
        Platform::of(&imports.collect::<Vec<_>>())
    }

    #[test]
    fn platforms_are_recognised_by_imports_of_their_glue() {
        assert_eq!(of(&[("gojs", "runtime.wasmExit")]), Some(Platform::GoForJavaScript));
        assert_eq!(of(&[("go", "syscall/js.valueGet")]), Some(Platform::GoForJavaScript));
        assert_eq!(of(&[("a", "a"), ("a", "b")]), Some(Platform::Emscripten));
        assert_eq!(of(&[("env", "log"), ("env", "invoke_vi")]), Some(Platform::Emscripten));
        assert_eq!(of(&[("./mine_bg.js", "x")]), Some(Platform::WasmBindgen));
        assert_eq!(of(&[("wasix_32v1", "futex_wait")]), Some(Platform::Wasix));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("env", "log"), ("go", "play"), ("a", "long_name")]), None);
        assert_eq!(of(&[("a", "a"), ("wasi_snapshot_preview1", "fd_write")]), None);
    }
}
