//! [`SeededRng`]: the seeded random source of deterministic mode.

use std::convert::Infallible;

use rand_core::TryRng;

/// A random number generator that returns the same bytes for the same seed. Predictable: not for
/// secrets.
pub(crate) struct SeededRng(fastrand::Rng);

impl SeededRng {
    pub(crate) fn new(seed: u64) -> Self {
        SeededRng(fastrand::Rng::with_seed(seed))
    }
}

impl TryRng for SeededRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.u32(..))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.u64(..))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}
