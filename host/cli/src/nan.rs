//! NaNs with a payload, which WAVE can't say: `nan:0x1` as in WebAssembly's text format.

/// The layout of a float type's bits.
pub(crate) struct Layout {
    /// The width of the payload, the quiet bit at its top.
    payload_bits: u32,
    /// The width of the whole.
    bits: u32,
}

/// That of f32.
pub(crate) const F32: Layout = Layout { payload_bits: 23, bits: 32 };
/// That of f64.
pub(crate) const F64: Layout = Layout { payload_bits: 52, bits: 64 };

/// The bits of a NaN; `None` where `text` does not begin like one.
pub(crate) fn parse(text: &str, layout: &Layout) -> Option<Result<u64, String>> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (1 << (layout.bits - 1), unsigned),
        None => (0, text),
    };
    let payload = match unsigned.strip_prefix("nan")? {
        "" => Ok(1 << (layout.payload_bits - 1)),
        rest => payload(rest.strip_prefix(':')?, layout),
    };
    let exponent = ((1 << (layout.bits - layout.payload_bits - 1)) - 1) << layout.payload_bits;
    Some(payload.map(|payload| sign | exponent | payload))
}

/// Whether `text` is a NaN of some float type.
pub(crate) fn is_nan(text: &str) -> bool {
    parse(text, &F64).is_some()
}

fn payload(text: &str, layout: &Layout) -> Result<u64, String> {
    let digits = text.strip_prefix("0x").filter(|digits| !digits.starts_with('+'));
    let payload = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let most = (1 << layout.payload_bits) - 1;
    match payload {
        Some(payload) if (1..=most).contains(&payload) => Ok(payload),
        _ => Err(format!("a NaN's payload is a number from 0x1 to {most:#x}")),
    }
}
