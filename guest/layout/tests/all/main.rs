//! The layout crate's tests, as one program.

mod limits;
