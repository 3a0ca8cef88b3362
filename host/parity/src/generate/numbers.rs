//! Integers and floats: simplest first, and the values at which implementations differ most often.

use super::choices::Source;
use super::dictionary::Dictionary;

/// Values near which behaviour changes: sizes of types, shifts, lengths, powers of ten.
const BOUNDARIES: [i128; 34] = [
    0,
    1,
    2,
    3,
    7,
    8,
    9,
    10,
    15,
    16,
    31,
    32,
    33,
    63,
    64,
    65,
    99,
    100,
    127,
    128,
    255,
    256,
    999,
    1000,
    1024,
    32767,
    65535,
    65536,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    1 << 53,
    (1 << 63) - 1,
    1 << 63,
];

/// Draws an integer from `least` to `most`, both included. The simplest one is the nearest to 0.
pub(crate) fn integer(
    source: &mut Source,
    least: i128,
    most: i128,
    dictionary: &Dictionary,
    recent: &[i128],
) -> i128 {
    let order = Order::new(least, most);
    let drawn = source.draw(order.max, |rng| {
        let value = match rng.u32(0..100) {
            0..30 => {
                let boundary = BOUNDARIES[rng.usize(..BOUNDARIES.len())];
                let near = boundary + i128::from(rng.i8(-1..=1));
                if rng.bool() { near } else { -near }
            }
            30..55 => i128::from(rng.i32(-16..=16)),
            55..70 if !dictionary.integers.is_empty() => {
                let known = dictionary.integers.pick(rng).copied().unwrap_or_default();
                i128::from(known) + i128::from(rng.i8(-1..=1))
            }
            70..82 if !recent.is_empty() => {
                recent[rng.usize(..recent.len())] + i128::from(rng.i8(-1..=1))
            }
            // The ends of the range, which may lie between the boundaries above.
            82..86 => [least, most][rng.usize(..2)],
            _ => {
                let bits = rng.u32(1..=64);
                let value = i128::from(rng.u64(..) >> (64 - bits));
                if rng.bool() { value } else { -value }
            }
        };
        // Outside of the range: the value with the same low bits, as a cast has it.
        let size = (most - least).saturating_add(1);
        let wrapped = (value - least).rem_euclid(size) + least;
        order.index(wrapped)
    });
    order.value(drawn)
}

/// The choice that gives `value` in the range from `least` to `most`.
pub(crate) fn index(value: i128, least: i128, most: i128) -> u64 {
    Order::new(least, most).index(value)
}

/// The value of a choice in the range from `least` to `most`.
pub(crate) fn value(index: u64, least: i128, most: i128) -> i128 {
    Order::new(least, most).value(index)
}

/// The order of the integers in a range, from simple to less simple: away from 0, the positive one
/// of two first.
struct Order {
    simplest: i128,
    /// The number of integers that have one on the other side of the simplest.
    both: i128,
    goes_up: bool,
    max: u64,
}

impl Order {
    fn new(least: i128, most: i128) -> Self {
        let simplest = 0_i128.clamp(least, most);
        let (up, down) = (most - simplest, simplest - least);
        let max = u64::try_from(most - least).unwrap_or(u64::MAX);
        Order { simplest, both: up.min(down), goes_up: up >= down, max }
    }

    fn value(&self, index: u64) -> i128 {
        let index = i128::from(index);
        let distance = match index <= 2 * self.both {
            true => {
                let distance = (index + 1) / 2;
                return self.simplest + if index % 2 == 1 { distance } else { -distance };
            }
            false => index - self.both,
        };
        self.simplest + if self.goes_up { distance } else { -distance }
    }

    fn index(&self, value: i128) -> u64 {
        let offset = value - self.simplest;
        let distance = offset.abs();
        let index = match distance <= self.both {
            true => 2 * distance - i128::from(offset > 0),
            false => distance + self.both,
        };
        u64::try_from(index).unwrap_or(self.max)
    }
}

/// Floats that are no small integers, and at which implementations differ.
const FLOATS: [f64; 26] = [
    0.5,
    -0.5,
    1.5,
    -1.5,
    2.5,
    0.1,
    0.2,
    0.3,
    -0.0,
    1e9,
    2147483647.0,
    2147483648.0,
    -2147483649.0,
    4294967295.0,
    4294967296.0,
    9007199254740993.0,
    9223372036854775807.0,
    -9223372036854775809.0,
    1e308,
    -1e308,
    5e-324,
    1e-7,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    16777217.0,
];

/// Draws a float: a small integer, a known float, or any bits.
pub(crate) fn float(
    source: &mut Source,
    dictionary: &Dictionary,
    from_bits: fn(u64) -> f64,
) -> f64 {
    let known = FLOATS.len() + dictionary.floats.len();
    let form = source.draw(2, |rng| [0, 0, 1, 1, 1, 2][rng.usize(..6)]);
    match form {
        0 => {
            let order = Order::new(-1000, 1000);
            let index = source.draw(order.max, |rng| rng.u64(0..=40));
            order.value(index) as f64
        }
        1 => {
            let index = source.draw(known as u64 - 1, |rng| rng.u64(..known as u64)) as usize;
            FLOATS.get(index).copied().unwrap_or_else(|| dictionary.floats[index - FLOATS.len()])
        }
        _ => from_bits(source.draw(u64::MAX, |rng| rng.u64(..))),
    }
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn the_order_of_integers_is_a_bijection_from_the_simplest_on() {
        for (least, most) in [(-5, 5), (0, 9), (-9, 0), (-2, 7), (-7, 2), (3, 8), (-8, -3)] {
            let order = Order::new(least, most);
            let values: Vec<i128> = (0..=order.max).map(|index| order.value(index)).collect();
            let mut sorted = values.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (least..=most).collect::<Vec<_>>(), "{values:?}");
            assert!(values.windows(2).all(|pair| pair[0].abs() <= pair[1].abs()), "{values:?}");
            for (index, value) in values.iter().enumerate() {
                assert_eq!(order.index(*value), index as u64, "{value} in {values:?}");
            }
        }
        let all = Order::new(i64::MIN.into(), i64::MAX.into());
        for value in [0, 1, -1, i64::MAX, i64::MIN, i64::MIN + 1] {
            assert_eq!(all.value(all.index(value.into())), i128::from(value));
        }
    }
}
