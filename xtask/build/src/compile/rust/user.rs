//! The user's cargo configuration (in CARGO_HOME): which of its keys would change plugins, and how
//! these are kept out of builds.

use std::path::Path;

use toml::{Table, Value};

use super::config::Config;
use super::ignored::is_no_wrapper;
use super::variable;
use crate::toolchain::rust::TARGET;

/// The settings of a profile that are a single value, with cargo's defaults for release and for dev
/// builds. The pipeline sets `strip`, and with `--debug` also `debug`.
const DEFAULTS: [(&str, &str, &str); 9] = [
    ("opt-level", "3", "0"),
    ("debug", "false", "true"),
    ("debug-assertions", "false", "true"),
    ("overflow-checks", "false", "true"),
    ("lto", "false", "false"),
    ("panic", "unwind", "unwind"),
    ("incremental", "false", "true"),
    ("codegen-units", "16", "256"),
    ("rpath", "false", "false"),
];

/// The keys of the user's configuration that concern plugins, and what is done about them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct KeptOut {
    /// Environment variables that reset settings of profiles to the values that they have without
    /// the user's file.
    pub(super) environment: Vec<(String, String)>,
    /// Keys that are kept out of builds.
    pub(super) ignored: Vec<String>,
    /// Keys that cannot be kept out: they change plugins on this machine.
    pub(super) obeyed: Vec<String>,
}

impl KeptOut {
    /// Sorts the keys of the user's configuration, for a build with `profile`. `manifest` is that
    /// of the workspace, which may define the profile.
    pub(super) fn of(config: &Config, manifest: &Table, profile: &str) -> Self {
        let Some((_, user)) = &config.user else { return KeptOut::default() };
        let mut kept_out = KeptOut::default();
        for table in ["build".to_owned(), format!("target.{TARGET}")] {
            if at(user, &format!("{table}.rustflags")).is_some() {
                kept_out.ignored.push(format!("{table}.rustflags"));
            }
        }
        for key in ["linker", "ar", "rustc", "rustc-wrapper"] {
            let target = format!("target.{TARGET}.{key}");
            kept_out.obeyed.extend(at(user, &target).map(|_| target));
        }
        for key in ["build.rustc-wrapper", "build.rustc-workspace-wrapper"] {
            let value = at(user, key).filter(|value| !is_no_wrapper(value.as_str().unwrap_or("")));
            kept_out.obeyed.extend(value.map(|_| key.to_owned()));
        }
        for key in ["build.rustc", "patch", "paths", "unstable"] {
            kept_out.obeyed.extend(at(user, key).map(|_| key.to_owned()));
        }
        let levels = Levels::of(config, manifest, profile);
        for (level, name) in levels.names.iter().enumerate() {
            let settings = at(user, &format!("profile.{name}")).and_then(Value::as_table);
            for key in settings.into_iter().flat_map(Table::keys) {
                let path = format!("profile.{name}.{key}");
                match levels.value(level, key) {
                    Some(value) => {
                        kept_out.environment.push((variable(name, key), value));
                        kept_out.ignored.push(path);
                    }
                    None if matches!(&**key, "inherits" | "strip" | "split-debuginfo") => {}
                    None if levels.is_of_the_project(level, key) => {}
                    None => kept_out.obeyed.push(path),
                }
            }
        }
        kept_out
    }

    /// Notes for the user on these keys; none if there are no such keys.
    pub(super) fn notes(&self, file: &Path) -> Vec<String> {
        let file = file.display();
        let instead = "move settings for plugins to the project's `.cargo/config.toml` or \
                       Cargo.toml";
        let mut notes = Vec::new();
        if !self.ignored.is_empty() {
            notes.push(format!(
                "plugins are built without {} of {file}, which other machines do not have: \
                 {instead}",
                self.ignored.join(", ")
            ));
        }
        if !self.obeyed.is_empty() {
            notes.push(format!(
                "{} of {file} changes the plugins that are built on this machine, compared with \
                 other machines: {instead}",
                self.obeyed.join(", ")
            ));
        }
        notes
    }
}

/// A profile and those that it inherits from, with the files that define them.
struct Levels<'a> {
    names: Vec<String>,
    project: Vec<&'a Table>,
    manifest: &'a Table,
}

impl<'a> Levels<'a> {
    fn of(config: &'a Config, manifest: &'a Table, profile: &str) -> Self {
        let project = config.project.iter().collect();
        let mut levels = Levels { names: vec![profile.to_owned()], project, manifest };
        loop {
            let last = levels.names.last().map_or("", String::as_str);
            let next = match last {
                "release" | "dev" => break,
                "bench" => "release".to_owned(),
                "test" => "dev".to_owned(),
                _ => match levels.own(last, "inherits") {
                    Some(next) => text(next),
                    None => break,
                },
            };
            // Cargo itself refuses a cycle.
            if levels.names.contains(&next) {
                break;
            }
            levels.names.push(next);
        }
        levels
    }

    /// The project's own value of a setting.
    fn own(&self, profile: &str, key: &str) -> Option<&'a Value> {
        let path = format!("profile.{profile}.{key}");
        let configured = self.project.iter().rev().find_map(|table| at(table, &path));
        configured.or_else(|| at(self.manifest, &path))
    }

    /// Whether a configuration file of the project has the setting; it takes precedence over the
    /// user's file.
    fn is_of_the_project(&self, level: usize, key: &str) -> bool {
        let path = format!("profile.{}.{key}", self.names[level]);
        self.project.iter().any(|table| at(table, &path).is_some())
    }

    /// The value that a setting would have without the user's file; `None` if no variable is needed
    /// or none can set it.
    fn value(&self, level: usize, key: &str) -> Option<String> {
        let (_, release, dev) = DEFAULTS.iter().find(|(name, ..)| *name == key)?;
        if self.is_of_the_project(level, key) {
            return None;
        }
        let own = self.names[level..].iter().find_map(|name| self.own(name, key)).map(text);
        let last = self.names.last().map_or("", String::as_str);
        let default = || if last == "dev" { *dev } else { *release };
        Some(own.unwrap_or_else(|| default().to_owned()))
    }
}

/// The value at a dotted path of keys.
fn at<'t>(table: &'t Table, path: &str) -> Option<&'t Value> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let value = table.get(first)?;
    if rest.is_empty() { Some(value) } else { at(value.as_table()?, rest) }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept_out(user: &str, project: &str, manifest: &str, profile: &str) -> KeptOut {
        let table = |text: &str| text.parse::<Table>().expect("it is TOML");
        let user = Some(("config.toml".into(), table(user)));
        let config = Config { project: vec![table(project)], user };
        KeptOut::of(&config, &table(manifest), profile)
    }

    fn environment(user: &str, project: &str, manifest: &str, profile: &str) -> Vec<String> {
        let environment = kept_out(user, project, manifest, profile).environment;
        environment.iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn settings_of_a_profile_are_reset_to_their_values_without_the_users_file() {
        let user = "profile.release = { lto = \"fat\", opt-level = 1 }\nprofile.dev.debug = 0";
        assert_eq!(
            environment(user, "", "", "release"),
            ["CARGO_PROFILE_RELEASE_LTO=false", "CARGO_PROFILE_RELEASE_OPT_LEVEL=3"]
        );
        let manifest = "profile.release.opt-level = \"s\"\nprofile.plugin.inherits = \"release\"";
        assert_eq!(
            environment(user, "profile.release.lto = true", manifest, "plugin"),
            ["CARGO_PROFILE_RELEASE_OPT_LEVEL=s"]
        );
        let user = "profile.plugin = { lto = \"fat\", panic = \"abort\" }";
        let manifest = "profile.plugin = { inherits = \"dev\", panic = \"abort\" }";
        assert_eq!(
            environment(user, "", manifest, "plugin"),
            ["CARGO_PROFILE_PLUGIN_LTO=false", "CARGO_PROFILE_PLUGIN_PANIC=abort"]
        );
    }

    #[test]
    fn keys_that_change_plugins_are_noted_and_no_others() {
        let user = "build = { jobs = 1, rustflags = \"-O\", rustc-wrapper = \"sccache\" }\n\
                    patch.crates-io.x.path = \"/x\"\nregistry.default = \"mine\"\n\
                    profile.release.package.x.opt-level = 1\nprofile.bench.lto = true";
        let kept_out = kept_out(user, "", "", "release");
        assert_eq!(kept_out.ignored, ["build.rustflags"]);
        assert_eq!(kept_out.obeyed, ["patch", "profile.release.package"]);
        assert_eq!(kept_out.notes("c".as_ref()).len(), 2);
        let wrappers = "build = { rustc-wrapper = \"/x/other\", rustc-workspace-wrapper = \"w\" }";
        assert_eq!(
            self::kept_out(wrappers, "", "", "release").obeyed,
            ["build.rustc-wrapper", "build.rustc-workspace-wrapper"]
        );
        assert!(KeptOut::default().notes("c".as_ref()).is_empty());
    }
}
