//! Numbers and bools, which are one core value each.

use super::refuse::Side;
use super::{Answer, Argument, Nothing, Output, Param, refuse};

/// Implements the traits for a type that is passed by value: `$lower` is the core value of
/// `$value`, `$lift` the checked value of `$got`, which is from `$side`.
macro_rules! by_value {
    ($ty:ty as $core:ty, |$value:ident| $lower:expr, |$got:ident, $side:ident, $function:ident| $lift:expr) => {
        impl Param for $ty {
            type Low = $core;
            type High = ();
            type InGo = $ty;
            type Held = $ty;
            type Lent<'call> = $ty;
            type Setup = Nothing;
            const SETUP: Nothing = Nothing;
            #[inline(always)]
            fn hold($got: $core, (): (), $function: &'static str) -> $ty {
                let $side = Side::Argument;
                $lift
            }
            #[inline(always)]
            fn lend(held: &mut $ty) -> $ty {
                *held
            }
        }

        impl Output for $ty {
            type Core = $core;
            #[inline(always)]
            fn lower(self) -> $core {
                let $value = self;
                $lower
            }
        }

        impl Argument for $ty {
            type Low = $core;
            type High = ();
            type InGo = $ty;
            #[inline(always)]
            fn lower(self) -> ($core, ()) {
                (Output::lower(self), ())
            }
        }

        impl Answer for $ty {
            type Core = $core;
            type Setup = Nothing;
            const SETUP: Nothing = Nothing;
            #[inline(always)]
            fn lift($got: $core, $function: &'static str) -> $ty {
                let $side = Side::Result;
                $lift
            }
        }
    };
}

macro_rules! numbers {
    ($($number:ty as $core:ty),*) => {$(
        by_value!($number as $core, |value| value as $core, |got, _side, _function| got as $number);
    )*};
}

numbers!(i32 as i32, u32 as i32, i64 as i64, u64 as i64, f32 as f32, f64 as f64);

by_value!(bool as i32, |value| value.into(), |got, side, function| match got {
    0 => false,
    1 => true,
    other => refuse::bool(other, side, function),
});

impl Output for () {
    type Core = ();

    #[inline(always)]
    fn lower(self) {}
}

impl Answer for () {
    type Core = ();
    type Setup = Nothing;
    const SETUP: Nothing = Nothing;

    #[inline(always)]
    fn lift((): (), _: &'static str) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsigned_numbers_keep_their_bits() {
        assert_eq!(u32::hold(-1, (), "f"), u32::MAX);
        assert_eq!(Output::lower(u64::MAX), -1);
    }

    #[test]
    #[should_panic = "`f`: the host passed 2 for a bool"]
    fn a_bool_is_checked() {
        bool::hold(2, (), "f");
    }

    #[test]
    #[should_panic = "`f`: the host returned 256 for a bool"]
    fn a_bool_is_no_byte() {
        <bool as Answer>::lift(256, "f");
    }
}
