//! The functions of WASI preview 1 and their core types.

use wasmparser::ValType::{self, I32, I64};

use polyreactor_contract::FuncType;
pub use polyreactor_contract::WASI_MODULE as MODULE;

use crate::types::core_type;

/// Every function of WASI preview 1, with the core types of its parameters. Each returns an `errno`
/// (i32), except `proc_exit`, which does not return.
const FUNCTIONS: &[(&str, &[ValType])] = &[
    ("args_get", &[I32, I32]),
    ("args_sizes_get", &[I32, I32]),
    ("clock_res_get", &[I32, I32]),
    ("clock_time_get", &[I32, I64, I32]),
    ("environ_get", &[I32, I32]),
    ("environ_sizes_get", &[I32, I32]),
    ("fd_advise", &[I32, I64, I64, I32]),
    ("fd_allocate", &[I32, I64, I64]),
    ("fd_close", &[I32]),
    ("fd_datasync", &[I32]),
    ("fd_fdstat_get", &[I32, I32]),
    ("fd_fdstat_set_flags", &[I32, I32]),
    ("fd_fdstat_set_rights", &[I32, I64, I64]),
    ("fd_filestat_get", &[I32, I32]),
    ("fd_filestat_set_size", &[I32, I64]),
    ("fd_filestat_set_times", &[I32, I64, I64, I32]),
    ("fd_pread", &[I32, I32, I32, I64, I32]),
    ("fd_prestat_dir_name", &[I32, I32, I32]),
    ("fd_prestat_get", &[I32, I32]),
    ("fd_pwrite", &[I32, I32, I32, I64, I32]),
    ("fd_read", &[I32, I32, I32, I32]),
    ("fd_readdir", &[I32, I32, I32, I64, I32]),
    ("fd_renumber", &[I32, I32]),
    ("fd_seek", &[I32, I64, I32, I32]),
    ("fd_sync", &[I32]),
    ("fd_tell", &[I32, I32]),
    ("fd_write", &[I32, I32, I32, I32]),
    ("path_create_directory", &[I32, I32, I32]),
    ("path_filestat_get", &[I32, I32, I32, I32, I32]),
    ("path_filestat_set_times", &[I32, I32, I32, I32, I64, I64, I32]),
    ("path_link", &[I32, I32, I32, I32, I32, I32, I32]),
    ("path_open", &[I32, I32, I32, I32, I32, I64, I64, I32, I32]),
    ("path_readlink", &[I32, I32, I32, I32, I32, I32]),
    ("path_remove_directory", &[I32, I32, I32]),
    ("path_rename", &[I32, I32, I32, I32, I32, I32]),
    ("path_symlink", &[I32, I32, I32, I32, I32]),
    ("path_unlink_file", &[I32, I32, I32]),
    ("poll_oneoff", &[I32, I32, I32, I32]),
    ("proc_exit", &[I32]),
    ("proc_raise", &[I32]),
    ("random_get", &[I32, I32]),
    ("sched_yield", &[]),
    ("sock_accept", &[I32, I32, I32]),
    ("sock_recv", &[I32, I32, I32, I32, I32, I32]),
    ("sock_send", &[I32, I32, I32, I32, I32]),
    ("sock_shutdown", &[I32, I32]),
];

/// The names of all functions of WASI preview 1.
pub fn functions() -> impl ExactSizeIterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, _)| *name)
}

/// The core type of a function of WASI preview 1; `None` if there is no function of that name.
pub fn function(name: &str) -> Option<FuncType> {
    let (_, params) = FUNCTIONS.iter().find(|(known, _)| *known == name)?;
    let results: &[ValType] = if name == "proc_exit" { &[] } else { &[I32] };
    let all = |types: &[ValType]| types.iter().copied().map(core_type).collect::<Vec<_>>();
    Some(FuncType::new(all(params), all(results)))
}
