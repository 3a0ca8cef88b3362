//! Who refers to which function: what each body names goes in, callers and callees come out.
//! Memory and time are linear in the calls that the module makes.

use std::collections::BTreeSet;

/// Who refers to a function. A call that goes through a table counts as the table's.
#[derive(Default)]
pub(super) struct References {
    imported: u32,
    /// By local function: what its body names, each once.
    callees: Lists,
    /// By function: the local functions whose bodies name it, each once.
    callers: Lists,
    /// Functions in a table, a global, or named by `ref.func` anywhere.
    stored: BTreeSet<u32>,
    /// Functions that call through a table or a reference.
    indirect: BTreeSet<u32>,
}

/// Lists of numbers, one after the other in one allocation.
#[derive(Default)]
struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl References {
    /// Notes that `function` can be called by whoever gets hold of it.
    pub(super) fn note_stored(&mut self, function: u32) {
        self.stored.insert(function);
    }

    /// Notes the next local function's body: the functions that it names, in any order; those
    /// of them that it takes references of; whether it calls through a table or a reference.
    pub(super) fn note_body(&mut self, callees: &mut Vec<u32>, taken: &[u32], indirect: bool) {
        self.stored.extend(taken);
        callees.sort_unstable();
        callees.dedup();
        if indirect {
            self.indirect.insert(self.imported + self.callees.ends.len() as u32);
        }
        self.callees.push(callees);
    }

    /// To be called before any body is noted.
    pub(super) fn set_imported(&mut self, functions: u32) {
        self.imported = functions;
    }

    /// To be called when every body is noted: turns callees round into callers.
    pub(super) fn finish(&mut self) {
        let functions = self.imported as usize + self.callees.ends.len();
        let mut starts = vec![0; functions + 1];
        for &callee in &self.callees.items {
            starts[callee as usize + 1] += 1;
        }
        for function in 0..functions {
            starts[function + 1] += starts[function];
        }
        let mut items = vec![0; self.callees.items.len()];
        for number in 0..self.callees.ends.len() {
            for &callee in self.callees.at(number) {
                let next = &mut starts[callee as usize];
                items[*next as usize] = self.imported + number as u32;
                *next += 1;
            }
        }
        // Each start has moved to where its list ends.
        starts.truncate(functions);
        self.callers = Lists { ends: starts, items };
    }

    pub(super) fn callers(&self, function: u32) -> &[u32] {
        self.callers.at(function as usize)
    }

    pub(super) fn callees(&self, function: u32) -> &[u32] {
        let local = function.checked_sub(self.imported);
        local.map_or(&[], |number| self.callees.at(number as usize))
    }

    pub(super) fn is_stored(&self, function: u32) -> bool {
        self.stored.contains(&function)
    }

    /// All functions that can be reached from `function`, itself included, by direct calls;
    /// and whether one of them makes a call that is not direct.
    pub(super) fn reach(&self, function: u32) -> (BTreeSet<u32>, bool) {
        let mut reached = BTreeSet::from([function]);
        let mut open = vec![function];
        while let Some(next) = open.pop() {
            for &callee in self.callees(next) {
                if reached.insert(callee) {
                    open.push(callee);
                }
            }
        }
        let indirect = reached.iter().any(|function| self.indirect.contains(function));
        (reached, indirect)
    }
}

impl Lists {
    fn push(&mut self, items: &[u32]) {
        self.items.extend_from_slice(items);
        self.ends.push(self.items.len() as u32);
    }

    fn at(&self, number: usize) -> &[u32] {
        let Some(&end) = self.ends.get(number) else { return &[] };
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.items[start as usize..end as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_are_callees_turned_round() {
        let mut references = References::default();
        references.set_imported(1);
        references.note_body(&mut vec![2, 0, 2], &[], false);
        references.note_body(&mut vec![], &[], true);
        references.note_body(&mut vec![0], &[0], false);
        references.finish();
        assert_eq!(references.callers(0), [1, 3]);
        assert!(references.callers(1).is_empty());
        assert!(references.is_stored(0) && !references.is_stored(2));
        assert_eq!(references.callers(2), [1]);
        assert_eq!(references.callees(1), [0, 2]);
        assert_eq!(references.reach(1), (BTreeSet::from([0, 1, 2]), true));
        assert_eq!(references.reach(3), (BTreeSet::from([0, 3]), false));
    }
}
