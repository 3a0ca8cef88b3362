//! [`Dictionary`]: the constants in the code and the data of the modules under comparison.
//!
//! An implementation that treats one value in another way compares with that value, and so has the
//! value as a constant. Short strings are compared as integers, so integers of printable bytes are
//! words too.

use std::collections::BTreeSet;

use wasmparser::{Operator, Parser, Payload};

/// Values that the modules contain.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    pub(crate) integers: Pool<i64>,
    pub(crate) floats: Vec<f64>,
    pub(crate) words: Pool<String>,
}

/// Values in groups: those that only the first module has, those that only the second one has, and
/// so on, and those that several have. Each group is drawn from as often as the others: a difference
/// is most likely at a value that one module has alone, and a small module has few of them.
#[derive(Debug, Default)]
pub(crate) struct Pool<T> {
    groups: Vec<Vec<T>>,
}

/// The most values of a group: a large module has tens of thousands, most of them addresses, and
/// each would be drawn too rarely.
const MOST: usize = 200;

impl Dictionary {
    /// Collects the constants of the modules.
    pub(crate) fn of<'a>(modules: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let found: Vec<Found> = modules.into_iter().map(Found::of).collect();
        let floats = Pool::of(found.iter().map(|found| &found.floats));
        Dictionary {
            integers: Pool::of(found.iter().map(|found| &found.integers)),
            floats: floats.groups.into_iter().flatten().map(f64::from_bits).collect(),
            words: Pool::of(found.iter().map(|found| &found.words)),
        }
    }
}

impl<T: Ord + Clone> Pool<T> {
    fn of<'a>(modules: impl Iterator<Item = &'a BTreeSet<T>>) -> Self
    where
        T: 'a,
    {
        let modules: Vec<&BTreeSet<T>> = modules.collect();
        let mut groups = vec![Vec::new(); modules.len() + 1];
        let all: BTreeSet<&T> = modules.iter().flat_map(|module| module.iter()).collect();
        for value in all {
            let mut owners = (0..modules.len()).filter(|at| modules[*at].contains(value));
            match (owners.next(), owners.next()) {
                (Some(owner), None) => groups[owner].push(value.clone()),
                _ => groups[modules.len()].push(value.clone()),
            }
        }
        groups.retain(|group| !group.is_empty());
        for group in &mut groups {
            let step = group.len().div_ceil(MOST);
            *group = std::mem::take(group).into_iter().step_by(step).collect();
        }
        Pool { groups }
    }
}

impl<T> Pool<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// A random value; `None` if there are none.
    pub(crate) fn pick(&self, rng: &mut fastrand::Rng) -> Option<&T> {
        let group = rng.choice(&self.groups)?;
        rng.choice(group)
    }
}

#[derive(Default)]
struct Found {
    integers: BTreeSet<i64>,
    floats: BTreeSet<u64>,
    words: BTreeSet<String>,
}

impl Found {
    /// The constants of a module. A part that can't be parsed has none.
    fn of(module: &[u8]) -> Self {
        let mut found = Found::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload {
                Ok(Payload::CodeSectionEntry(body)) => {
                    if let Ok(operators) = body.get_operators_reader() {
                        found.function(operators.into_iter().filter_map(Result::ok));
                    }
                }
                Ok(Payload::DataSection(segments)) => {
                    for segment in segments.into_iter().filter_map(Result::ok) {
                        found.data(segment.data);
                    }
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        found
    }

    fn function<'a>(&mut self, operators: impl Iterator<Item = Operator<'a>>) {
        let mut previous = String::new();
        for operator in operators {
            let (value, size) = match operator {
                Operator::I32Const { value } => (i64::from(value), 4),
                Operator::I64Const { value } => (value, 8),
                Operator::F32Const { value } => {
                    self.floats.insert(f64::from(f32::from_bits(value.bits())).to_bits());
                    continue;
                }
                Operator::F64Const { value } => {
                    self.floats.insert(value.bits());
                    continue;
                }
                _ => continue,
            };
            self.integers.insert(value);
            let bytes = &value.to_le_bytes()[..size];
            let length = bytes.iter().position(|byte| *byte == 0).unwrap_or(size);
            let (text, rest) = bytes.split_at(length);
            let is_text = length > 0 && text.iter().all(u8::is_ascii_graphic);
            if !is_text || rest.iter().any(|byte| *byte != 0) {
                continue;
            }
            // A string longer than an integer is compared in parts.
            let word: String = text.iter().map(|byte| char::from(*byte)).collect();
            if !previous.is_empty() {
                self.words.insert(format!("{previous}{word}"));
                self.words.insert(format!("{word}{previous}"));
            }
            self.words.insert(word.clone());
            previous = word;
        }
    }

    fn data(&mut self, bytes: &[u8]) {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        for part in bytes.split(|byte| !is_word(byte)) {
            if (2..=24).contains(&part.len()) {
                self.words.insert(part.iter().map(|byte| char::from(*byte)).collect());
            }
        }
    }
}
