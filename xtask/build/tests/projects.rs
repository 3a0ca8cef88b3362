//! What `build-guests` makes of whole projects, with the real compilers: the modules that come out,
//! the notes, and the errors.

#[path = "projects/environment.rs"]
mod environment;
#[path = "projects/mains.rs"]
mod mains;
#[path = "projects/messages.rs"]
mod messages;
#[path = "projects/modes.rs"]
mod modes;
#[path = "projects/portable.rs"]
mod portable;
#[path = "projects/project.rs"]
mod project;
#[path = "projects/rust_files.rs"]
mod rust_files;
#[path = "projects/settings.rs"]
mod settings;
