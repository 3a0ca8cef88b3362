//! Remedies for a module that uses a Wasm proposal which the engine can't compile.

/// The remedy for the cause that the engine reports.
pub(super) fn remedy(cause: &str) -> &'static str {
    if cause.contains("legacy_exceptions") {
        return "this engine runs the exceptions of Wasm 3.0, not those of the legacy proposal: \
                compile with `-mllvm -wasm-use-legacy-eh=false` (clang) or \
                `-sWASM_LEGACY_EXCEPTIONS=0` (emscripten), or convert the module with \
                `wasm-opt --translate-to-exnref`";
    }
    let proposals = ["stack switching", "wide arithmetic", "shared-everything-threads"];
    if proposals.iter().any(|name| cause.contains(name)) || cause.contains("custom page size") {
        return "this engine runs Wasm 3.0 and atomics, and not this proposal: compile without it";
    }
    "this engine runs Wasm 3.0 and atomics: compile without the proposals beyond these (in Rust \
     `-C target-feature=-NAME`, in clang `-mno-NAME`)"
}
