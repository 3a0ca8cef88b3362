//! The format of a recording: a JSON object a line. The first line is the [`World`], each other one
//! a [`Step`].
//!
//! ```text
//! {"recording":1,"plugin":"counter","sha256":"f55a…","seed":7,"start_ns":1764028800000000000,"args":[],"env":[]}
//! {"call":"_initialize","outcome":"returned"}
//! {"call":"inc(1)","outcome":"21"}
//! {"call":"greet(\"bob\")","host_calls":[{"call":"host.log(\"bob\")","answer":null}],"outcome":"\"hello\"","stdout":"bob\n"}
//! ```
//!
//! Calls and values are written as CALLs and in WAVE. Output is text, escaped as
//! [`char::escape_debug`] does except for line feeds, with `\xff` for a byte that is not UTF-8.

use std::io::{BufRead, BufReader, Read};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

/// The version of the format. It is raised when a key changes its meaning or is removed.
pub const VERSION: u32 = 1;

/// The world of the instance: the first line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct World {
    /// The version of the format.
    #[serde(rename = "recording")]
    pub version: u32,
    /// The plugin's name.
    pub plugin: String,
    /// The SHA-256 hash of the module that was recorded, in hexadecimal digits.
    pub sha256: String,
    /// The seed of `random_get`.
    pub seed: u64,
    /// The time at which the virtual clocks begin, in nanoseconds since 1970.
    pub start_ns: u64,
    /// The guest's arguments; empty for the default.
    #[serde(default)]
    pub args: Vec<String>,
    /// The guest's environment variables.
    #[serde(default)]
    pub env: Vec<(String, String)>,
}

/// A call: one line.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Step {
    /// The CALL; `_initialize` for the first one.
    pub call: String,
    /// The host functions that the guest called, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub host_calls: Vec<HostEvent>,
    /// The outcome in words, as reports have it: `21`, `returned`, `panic`, `exit 3`.
    pub outcome: String,
    /// What the call wrote to standard output.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stdout: String,
    /// What the call wrote to standard error.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stderr: String,
}

/// A call of a host function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HostEvent {
    /// The call as a CALL, with the module: `host.log("a")`.
    pub call: String,
    /// The result in WAVE; `None` where the function has none.
    pub answer: Option<String>,
    /// The message of the error, where the function failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl HostEvent {
    /// A call of a host function that has returned `answer`, or failed with `error`.
    pub(super) fn new(call: String, answer: Option<String>, error: Option<String>) -> Self {
        HostEvent { call, answer, error }
    }
}

/// A recording that was read.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Recording {
    /// The world.
    pub world: World,
    /// The calls, in order.
    pub steps: Vec<Step>,
    /// The number of the line that is cut, where the recording ends in the middle of one: the
    /// program that recorded was killed. The calls before are whole.
    pub cut_at_line: Option<usize>,
}

/// The most bytes of a line: a call with a list of 50 MB fits.
const MOST_BYTES: u64 = 1 << 30;

impl Recording {
    /// Reads a recording. A last line that is cut is left out.
    ///
    /// # Errors
    ///
    /// Where the first line is no world of this version, and where a line in the middle is
    /// malformed. The message names the line.
    pub fn read(from: impl Read) -> Result<Recording> {
        let mut reader = BufReader::new(from);
        let (first, is_whole) = line(&mut reader)?;
        let world: World = match serde_json::from_str(&first) {
            Ok(world) => world,
            Err(_) if first.is_empty() => bail!("the recording is empty"),
            Err(_) if !is_whole => bail!("the recording is cut in its first line"),
            Err(error) => match version(&first) {
                Some(version) if version > VERSION => bail!(
                    "the recording has version {version}, and this program reads up to {VERSION}\n\
                     help: use a newer version of this program"
                ),
                _ => bail!("line 1 is not the beginning of a recording: {error}"),
            },
        };
        if world.version != VERSION {
            let version = world.version;
            bail!("the recording has version {version}, and this program reads {VERSION}");
        }
        let mut recording = Recording { world, steps: Vec::new(), cut_at_line: None };
        for number in 2.. {
            let (text, is_whole) = line(&mut reader)?;
            if text.is_empty() && !is_whole {
                break;
            }
            if text.trim().is_empty() {
                continue;
            }
            match serde_json::from_str(&text) {
                Ok(step) => recording.steps.push(step),
                Err(_) if !is_whole => {
                    recording.cut_at_line = Some(number);
                    break;
                }
                Err(error) => bail!("line {number} is malformed: {error}"),
            }
        }
        Ok(recording)
    }
}

/// The next line, and whether it ends in a line feed.
fn line(reader: &mut impl BufRead) -> Result<(String, bool)> {
    let mut bytes = Vec::new();
    let mut limited = reader.take(MOST_BYTES);
    limited.read_until(b'\n', &mut bytes).context("the recording can't be read")?;
    if bytes.len() as u64 == MOST_BYTES {
        bail!("a line of the recording is longer than 1 GiB");
    }
    let is_whole = bytes.pop_if(|last| *last == b'\n').is_some();
    // Only a cut may be within a character.
    match String::from_utf8(bytes) {
        Ok(text) => Ok((text, is_whole)),
        Err(error) if !is_whole => Ok((String::from_utf8_lossy(error.as_bytes()).into(), false)),
        Err(_) => bail!("the recording is not UTF-8"),
    }
}

fn version(first: &str) -> Option<u32> {
    let value: serde_json::Value = serde_json::from_str(first).ok()?;
    value.get("recording")?.as_u64()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{Recording, Step, VERSION, World};

    fn text() -> String {
        let world = World {
            version: VERSION,
            plugin: "counter".into(),
            sha256: "00".into(),
            seed: 7,
            start_ns: 5,
            args: vec!["ä".into()],
            env: Vec::new(),
        };
        let step = Step { call: "inc(1)".into(), outcome: "21".into(), ..Step::default() };
        let lines = [
            serde_json::to_string(&world).unwrap(),
            serde_json::to_string(&step).unwrap(),
            serde_json::to_string(&step).unwrap(),
        ];
        lines.join("\n") + "\n"
    }

    #[test]
    fn a_recording_that_is_cut_anywhere_is_read_up_to_the_cut() {
        let text = text();
        let whole = Recording::read(text.as_bytes()).unwrap();
        assert_eq!((whole.steps.len(), whole.cut_at_line), (2, None));
        let first = text.find('\n').unwrap();
        for cut in 0..text.len() {
            match Recording::read(&text.as_bytes()[..cut]) {
                Ok(read) => assert!(cut >= first && read.steps.len() <= 2, "{cut}: {read:?}"),
                Err(error) => assert!(cut < first, "{cut}: {error:#}"),
            }
        }
    }

    #[test]
    fn other_versions_and_malformed_lines_are_refused() {
        let later = text().replace("\"recording\":1", "\"recording\":9");
        let error = Recording::read(later.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("version 9"), "{error}");
        let edited = text().replacen("{\"call\"", "{\"cull\"", 1);
        let error = Recording::read(edited.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("line 2 is malformed"), "{error}");
        assert!(Recording::read(&b""[..]).is_err());
    }
}
