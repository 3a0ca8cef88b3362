//! Tests of the macros, as one program.

mod misuse;
