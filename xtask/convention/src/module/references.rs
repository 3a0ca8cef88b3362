//! The call graph: callers and callees of each function. Memory and time are linear in the number
//! of calls in the module.

use std::collections::BTreeSet;

/// The references to functions. An indirect call has no known callee: instead, each function in a
/// table counts as stored.
#[derive(Default)]
pub(super) struct References {
    imported: u32,
    /// By local function: the functions that its body refers to, each once.
    callees: Lists,
    /// By function: the local functions whose bodies refer to it, each once.
    callers: Lists,
    /// Functions in a table or a global, or referred to by `ref.func` anywhere.
    stored: BTreeSet<u32>,
    /// Functions that call through a table or a reference.
    indirect: BTreeSet<u32>,
}

/// Lists of function indices, one after the other in one allocation.
#[derive(Default)]
struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl References {
    /// Records that a reference to `function` is stored, so indirect calls may reach it.
    pub(super) fn note_stored(&mut self, function: u32) {
        self.stored.insert(function);
    }

    /// Adds the body of the next local function: `callees` are the functions that it refers to, in
    /// any order; `referenced` are those of them that it refers to by `ref.func`; `indirect` says
    /// whether it calls through a table or a reference.
    pub(super) fn note_body(&mut self, callees: &mut Vec<u32>, referenced: &[u32], indirect: bool) {
        self.stored.extend(referenced);
        callees.sort_unstable();
        callees.dedup();
        if indirect {
            self.indirect.insert(self.imported + self.callees.ends.len() as u32);
        }
        self.callees.push(callees);
    }

    /// Sets the number of imported functions. Must be called before the first body is added.
    pub(super) fn set_imported(&mut self, functions: u32) {
        self.imported = functions;
    }

    /// Computes the callers from the callees. Must be called after the last body was added.
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
        // Filling the lists has moved each start to the end of its list.
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

    /// All functions that `function` reaches by direct calls and `ref.func`, itself included; and
    /// whether one of them makes an indirect call.
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
    fn callers_are_the_inverse_of_callees() {
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
