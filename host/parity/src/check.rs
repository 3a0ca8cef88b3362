//! [`check`]: a parity run in a test of the plugin's author.

use std::fmt;
use std::path::Path;

use anyhow::Result;

use crate::parity::Parity;
use crate::report::Report;
use crate::report::terminal::{self, TerminalOptions};

/// Compares all implementations of the plugin in `folder`, as `polyreactor parity FOLDER` does.
///
/// ```no_run
/// #[test]
/// fn all_languages_behave_the_same() -> Result<(), Box<dyn std::error::Error>> {
///     Ok(polyreactor_parity::check("plugins/counter")?)
/// }
/// ```
///
/// The artifacts are those that `cargo polyreactor build-guests` has written.
///
/// # Errors
///
/// [`Differs`], whose text is the report, where the implementations differ or are not as the suite
/// expects; and the errors of [`Parity::of_plugin`] and [`Parity::run`].
pub fn check(folder: impl AsRef<Path>) -> Result<()> {
    let folder = folder.as_ref();
    let report = Parity::of_plugin(folder)?.run()?;
    if report.is_equal() {
        return Ok(());
    }
    let replay_command = format!("polyreactor parity {}", folder.display());
    Err(Differs { report, replay_command }.into())
}

/// The error of [`check`] where implementations differ. The text is the report.
#[derive(Debug)]
pub struct Differs {
    /// The report.
    pub report: Report,
    replay_command: String,
}

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = TerminalOptions {
            width: 100,
            color: false,
            replay_command: self.replay_command.clone(),
        };
        let mut text = Vec::new();
        terminal::write(&self.report, &options, &mut text).map_err(|_| fmt::Error)?;
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

impl std::error::Error for Differs {}
