//! Room for what stops guest code: epoch ticker, deadlines, cancellation.

pub(crate) mod cancellation;
pub(crate) mod deadline;
pub(crate) mod ticker;
