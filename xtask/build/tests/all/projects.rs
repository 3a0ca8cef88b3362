//! What `build-guests` makes of whole projects, with the real compilers: the modules that come out,
//! the notes, and the errors.

mod environment;
mod mains;
mod messages;
mod modes;
mod portable;
mod project;
mod rust_files;
mod settings;
