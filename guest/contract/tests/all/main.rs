//! Tests of the contract crate, as one program.

mod contract;
mod noise;
mod val;
