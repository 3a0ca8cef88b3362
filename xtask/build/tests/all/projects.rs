//! Builds whole projects with the real compilers, and checks the modules, the notes and the errors.

mod environment;
mod mains;
mod messages;
mod modes;
mod portable;
mod project;
mod rust_files;
mod settings;
