//! What can be done about a module that the engine can't compile.

/// What to do about the reason that the engine gives.
pub(super) fn remedy(cause: &str) -> &'static str {
    if cause.contains("legacy_exceptions") {
        return "this engine runs exceptions as Wasm 3.0 has them, not those of the proposal before \
                it: compile with `-mllvm -wasm-use-legacy-eh=false` (clang) or \
                `-sWASM_LEGACY_EXCEPTIONS=0` (emscripten), or convert the module with \
                `wasm-opt --translate-to-exnref`";
    }
    let proposals = ["stack switching", "wide arithmetic", "shared-everything-threads"];
    if proposals.iter().any(|name| cause.contains(name)) || cause.contains("custom page size") {
        return "this engine runs Wasm 3.0 and atomics, and not this proposal: compile without it";
    }
    "this engine runs Wasm 3.0 and atomics: compile without what goes beyond (in Rust \
     `-C target-feature=-NAME`, in clang `-mno-NAME`)"
}
