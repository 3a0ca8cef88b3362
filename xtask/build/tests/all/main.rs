//! The build library's tests, as one program: a module a question.

mod descriptions;
mod languages;
mod projects;
