//! Tests of the layout crate, as one program.

mod limits;
