//! The shim of a call: a small module between the adapter and the export, so that floats keep all
//! of their bits.
//!
//! JavaScript and Python may change the payload of a NaN that they hold. The shim's function `f`
//! takes and returns integers, and reinterprets their bits as floats around its call of the export,
//! which it imports under the same name.

use super::wire::Core;

const MAGIC: [u8; 8] = *b"\0asm\x01\0\0\0";

/// The shim for an export of that type.
pub(super) fn module(params: &[Core], result: Option<Core>) -> Vec<u8> {
    let types = [vec![2], func_type(params, result, Core::byte), func_type(params, result, bits)];
    let import = b"\x01\0\x01f\0\0"; // one: from the module "", "f", a function, of type 0
    let functions = b"\x01\x01"; // one, of type 1
    let export = b"\x01\x01f\0\x01"; // one: "f", a function, number 1
    let mut body = vec![0]; // no locals
    for (number, param) in params.iter().enumerate() {
        body.push(0x20); // local.get
        body.extend(leb(number));
        match param {
            Core::F32 => body.push(0xbe), // f32.reinterpret_i32
            Core::F64 => body.push(0xbf), // f64.reinterpret_i64
            Core::I32 | Core::I64 => {}
        }
    }
    body.extend([0x10, 0]); // call 0
    match result {
        Some(Core::F32) => body.push(0xbc), // i32.reinterpret_f32
        Some(Core::F64) => body.push(0xbd), // i64.reinterpret_f64
        _ => {}
    }
    body.push(0x0b); // end
    let code = [vec![1], leb(body.len()), body].concat();
    let mut module = MAGIC.to_vec();
    for (id, content) in
        [(1, &types.concat()[..]), (2, import), (3, functions), (7, export), (10, &code)]
    {
        module.push(id);
        module.extend(leb(content.len()));
        module.extend(content);
    }
    module
}

fn func_type(params: &[Core], result: Option<Core>, byte: fn(Core) -> u8) -> Vec<u8> {
    let mut bytes = vec![0x60];
    bytes.extend(leb(params.len()));
    bytes.extend(params.iter().map(|param| byte(*param)));
    bytes.extend(leb(result.iter().len()));
    bytes.extend(result.map(byte));
    bytes
}

/// The type of the integer with as many bits.
fn bits(core: Core) -> u8 {
    match core {
        Core::I32 | Core::F32 => Core::I32.byte(),
        Core::I64 | Core::F64 => Core::I64.byte(),
    }
}

impl Core {
    fn byte(self) -> u8 {
        match self {
            Core::I32 => 0x7f,
            Core::I64 => 0x7e,
            Core::F32 => 0x7d,
            Core::F64 => 0x7c,
        }
    }
}

/// A number in LEB128.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        bytes.push(if number == 0 { low } else { low | 0x80 });
        if number == 0 {
            return bytes;
        }
    }
}
