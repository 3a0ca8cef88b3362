//! The integration tests of the convention, as one program with one module per question.

mod cases;
mod contract;
mod embedded;
mod hostile;
mod proposals;
mod random;
