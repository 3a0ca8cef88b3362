//! Randomness that two runs have in common: a seed in, the same bytes out. Not for secrets.

use std::convert::Infallible;

use rand_core::TryRng;

/// What a guest is given in place of randomness.
pub(crate) struct Chance(fastrand::Rng);

impl Chance {
    pub(crate) fn of_seed(seed: u64) -> Self {
        Chance(fastrand::Rng::with_seed(seed))
    }
}

impl TryRng for Chance {
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
