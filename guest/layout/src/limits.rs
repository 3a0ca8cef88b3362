//! Limits of the functions between a plugin and its host: those of Go, which are the strictest of
//! the three languages. A function within them can be written in each language.

/// Maximum size of the parameters and the result of a function on Go's stack, in bytes.
///
/// This is Go's `StackSmall`: see `GenWasmExportWrapper` in its cmd/compile/internal/ssagen/abi.go.
pub const MAX_GO_FRAME_BYTES: usize = 128;

/// Maximum number of core parameters of a function.
///
/// This is the number of registers for parameters in Go's cmd/internal/obj/wasm. With one parameter
/// more, Go's compiler panics (Go 1.26: `bad Get: invalid register`).
pub const MAX_CORE_PARAMETERS: usize = 16;

const REGISTER_BYTES: usize = 8;

/// The size of a function's parameters and result on Go's stack, and the number of its core
/// parameters.
///
/// ```
/// use polyreactor_layout::limits::GoFrame;
///
/// // (name: string, times: u32) -> string
/// let frame = GoFrame::EMPTY.with_parameter(16).with_parameter(4).with_result(true);
/// assert_eq!((frame.bytes, frame.core_parameters), (32, 3));
/// assert!(frame.fits());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoFrame {
    /// The size on Go's stack, in bytes.
    pub bytes: usize,
    /// The number of core parameters: a string or a list takes two.
    pub core_parameters: usize,
}

impl GoFrame {
    /// The frame of a function without parameters and without a result.
    pub const EMPTY: GoFrame = GoFrame { bytes: 0, core_parameters: 0 };

    /// Adds a parameter of `size_bytes` bytes: 1 for a bool, 4 or 8 for a number, 8 for a pointer
    /// (Go's addresses have 64 bits), 16 for a string or a list.
    #[must_use]
    pub const fn with_parameter(self, size_bytes: usize) -> GoFrame {
        let (align, core_parameters) =
            if size_bytes > REGISTER_BYTES { (REGISTER_BYTES, 2) } else { (size_bytes, 1) };
        GoFrame {
            bytes: self.bytes.next_multiple_of(align) + size_bytes,
            core_parameters: self.core_parameters + core_parameters,
        }
    }

    /// Ends the frame: aligns it to 8 bytes and adds the result, which takes one register of 8
    /// bytes, whatever its type.
    #[must_use]
    pub const fn with_result(self, has_result: bool) -> GoFrame {
        let result = if has_result { REGISTER_BYTES } else { 0 };
        GoFrame { bytes: self.bytes.next_multiple_of(REGISTER_BYTES) + result, ..self }
    }

    /// Whether the frame is within both limits.
    pub const fn fits(self) -> bool {
        self.bytes <= MAX_GO_FRAME_BYTES && self.core_parameters <= MAX_CORE_PARAMETERS
    }
}
