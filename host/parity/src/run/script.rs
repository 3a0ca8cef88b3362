//! [`Script`]: what a host function of a suite does.

use polyreactor_contract::Val;
use polyreactor_host::Caller;

/// The behaviour of a host function that a suite defines.
pub(crate) trait Script: Send + Sync {
    /// The result of a call, or the message of its failure.
    fn answer(&self, caller: &mut Caller<'_>, arguments: &[Val]) -> Result<Option<Val>, String>;
}
