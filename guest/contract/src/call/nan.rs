//! NaNs with a payload, which WAVE does not have: `nan:0x1`, as in WebAssembly's text format.

/// The layout of a float type's bits.
pub(super) struct Layout {
    /// The width of the payload in bits. Its highest bit is the quiet bit.
    payload_bits: u32,
    /// The width of the type in bits.
    bits: u32,
}

/// The layout of f32.
pub(super) const F32: Layout = Layout { payload_bits: 23, bits: 32 };
/// The layout of f64.
pub(super) const F64: Layout = Layout { payload_bits: 52, bits: 64 };

impl Layout {
    /// The largest payload; the smallest is 1.
    pub(super) fn largest_payload(&self) -> u64 {
        (1 << self.payload_bits) - 1
    }
}

/// Parses a NaN to its bits: `None` if `text` is no NaN, `Some(None)` if its payload is invalid.
pub(super) fn parse(text: &str, layout: &Layout) -> Option<Option<u64>> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (1 << (layout.bits - 1), unsigned),
        None => (0, text),
    };
    let payload = match unsigned.strip_prefix("nan")? {
        "" => Some(1 << (layout.payload_bits - 1)),
        rest => payload(rest.strip_prefix(':')?, layout),
    };
    let exponent = ((1 << (layout.bits - layout.payload_bits - 1)) - 1) << layout.payload_bits;
    Some(payload.map(|payload| sign | exponent | payload))
}

/// Whether `text` is a NaN, with a valid payload or not.
pub(super) fn is_nan(text: &str) -> bool {
    parse(text, &F64).is_some()
}

fn payload(text: &str, layout: &Layout) -> Option<u64> {
    let digits = text.strip_prefix("0x").filter(|digits| !digits.starts_with('+'))?;
    let payload = u64::from_str_radix(digits, 16).ok()?;
    (1..=layout.largest_payload()).contains(&payload).then_some(payload)
}
