//! [`Judge`]: which differences count. Noise does not, and neither does what the suite allows.

use std::collections::BTreeMap;

use crate::compare::observe::{Aspect, Observation};

/// Decides whether observations of one call are equal.
#[derive(Default)]
pub(crate) struct Judge {
    /// Whether messages of failures are compared.
    pub(crate) compares_messages: bool,
    /// What differs between two runs of one implementation, by the number of the export (`None` is
    /// `_initialize`), with the implementations.
    pub(crate) noise: BTreeMap<(Option<usize>, Aspect), Noisy>,
    pub(crate) allowances: Vec<Allowed>,
}

/// A noisy aspect of an export, with evidence.
#[derive(Debug, Clone)]
pub(crate) struct Noisy {
    pub(crate) implementations: Vec<usize>,
    pub(crate) examples: [String; 2],
}

/// An allowance of the suite, resolved against the run.
#[derive(Clone)]
pub(crate) struct Allowed {
    /// The name of the case that it is for; `None` for all.
    pub(crate) case: Option<String>,
    /// The export; `None` for all.
    pub(crate) export: Option<usize>,
    /// The implementations that may differ from the others.
    pub(crate) implementations: Vec<usize>,
    /// What may differ; empty for everything.
    pub(crate) aspects: Vec<Aspect>,
    /// How the calls of the others end; `None` for any end.
    pub(crate) from: Option<String>,
    /// How the calls of these implementations may end; `None` for any end.
    pub(crate) to: Option<String>,
}

/// The verdict over the observations of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    Equal,
    /// They differ, as the allowance of this number allows.
    Allowed(usize),
    Different(Aspect),
}

impl Judge {
    /// Judges the observations of one call of `export`, one for each of `implementations`.
    pub(crate) fn judge(
        &self,
        case: &str,
        export: Option<usize>,
        implementations: &[usize],
        observations: &[Observation],
    ) -> Judged {
        let Some(aspect) = self.difference(export, observations, &[]) else {
            return Judged::Equal;
        };
        let allowed = self.allowances.iter().position(|allowed| {
            let is_for = allowed.case.as_deref().is_none_or(|name| name == case)
                && (allowed.export.is_none() || allowed.export == export);
            is_for && self.is_allowed(allowed, export, implementations, observations)
        });
        allowed.map_or(Judged::Different(aspect), Judged::Allowed)
    }

    /// The first aspect in which the observations differ, those of `except` left out.
    fn difference(
        &self,
        export: Option<usize>,
        observations: &[Observation],
        except: &[Aspect],
    ) -> Option<Aspect> {
        let (first, others) = observations.split_first()?;
        let compares = |aspect| {
            !except.contains(&aspect)
                && (aspect != Aspect::Message || self.compares_messages)
                && (self.noise.is_empty() || !self.noise.contains_key(&(export, aspect)))
        };
        others.iter().find_map(|other| first.difference(other, compares))
    }

    fn is_allowed(
        &self,
        allowed: &Allowed,
        export: Option<usize>,
        implementations: &[usize],
        observations: &[Observation],
    ) -> bool {
        let may_differ = |at: &usize| allowed.implementations.contains(&implementations[*at]);
        let (own, others): (Vec<usize>, Vec<usize>) =
            (0..observations.len()).partition(|at| may_differ(at));
        let pick = |numbers: &[usize]| -> Vec<Observation> {
            numbers.iter().map(|at| observations[*at].clone()).collect()
        };
        let ends = |numbers: &[usize], word: &Option<String>| {
            let is =
                |at: &usize| word.as_deref().is_none_or(|it| it == observations[*at].end_word());
            numbers.iter().all(is)
        };
        // The other implementations have to be equal among themselves, and everything that the
        // allowance does not name has to be equal in all.
        self.difference(export, &pick(&others), &[]).is_none()
            && (allowed.aspects.is_empty()
                || self.difference(export, observations, &allowed.aspects).is_none())
            && ends(&others, &allowed.from)
            && ends(&own, &allowed.to)
    }

    /// Whether anything of an export differs from run to run.
    pub(crate) fn is_noisy(&self, export: Option<usize>) -> bool {
        self.noise.keys().any(|(noisy, _)| *noisy == export)
    }

    /// The observations grouped by equality, in the order of their first member.
    pub(crate) fn groups(
        &self,
        export: Option<usize>,
        observations: &[Observation],
    ) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (at, observation) in observations.iter().enumerate() {
            let own = groups.iter_mut().find(|group| {
                let pair = [observations[group[0]].clone(), observation.clone()];
                self.difference(export, &pair, &[]).is_none()
            });
            match own {
                Some(group) => group.push(at),
                None => groups.push(vec![at]),
            }
        }
        groups
    }
}
