//! The macros' tests, as one program.

mod misuse;
