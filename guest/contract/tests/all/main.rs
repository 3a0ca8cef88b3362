//! The contract crate's tests, as one program: a module a question.

mod contract;
mod noise;
mod val;
