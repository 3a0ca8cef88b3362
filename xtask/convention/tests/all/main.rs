//! The convention's tests, as one program: a module a question.

mod cases;
mod contract;
mod embedded;
mod hostile;
mod proposals;
mod random;
