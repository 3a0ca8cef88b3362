//! Generates modules that no compiler writes, as raw sections.

/// The sections of a module: id and contents.
#[derive(Clone, Default)]
pub(crate) struct Raw(pub(crate) Vec<(u8, Vec<u8>)>);

impl Raw {
    /// Splits a valid module into its sections.
    pub(crate) fn of(module: &[u8]) -> Self {
        let mut sections = Vec::new();
        let mut rest = &module[8..];
        while let Some((&id, after)) = rest.split_first() {
            let (size, after) = read_leb(after);
            sections.push((id, after[..size].to_vec()));
            rest = &after[size..];
        }
        Raw(sections)
    }

    pub(crate) fn with(mut self, id: u8, content: Vec<u8>) -> Self {
        self.0.push((id, content));
        self
    }

    /// Adds a section of `count` items, whose bytes are `items`.
    pub(crate) fn list(self, id: u8, count: usize, items: Vec<u8>) -> Self {
        self.with(id, [leb(count), items].concat())
    }

    pub(crate) fn custom(self, name: &str, content: &[u8]) -> Self {
        self.with(0, [string(name), content.to_vec()].concat())
    }

    /// Replaces all exports by that of the memory.
    pub(crate) fn without_exports(mut self) -> Self {
        for (id, content) in &mut self.0 {
            if *id == EXPORT {
                *content = [leb(1), string("memory"), vec![2, 0]].concat();
            }
        }
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        for (id, content) in &self.0 {
            bytes.push(*id);
            bytes.extend(leb(content.len()));
            bytes.extend(content);
        }
        bytes
    }
}

pub(crate) const TYPE: u8 = 1;
pub(crate) const FUNCTION: u8 = 3;
pub(crate) const MEMORY: u8 = 5;
pub(crate) const EXPORT: u8 = 7;
pub(crate) const CODE: u8 = 10;

const I32: u8 = 0x7f;
const END: u8 = 0x0b;
const CALL: u8 = 0x10;

/// A module with `count` exported functions, each with `params` parameters and this body, after two
/// empty functions 0 and 1, which the body may call as constructors and destructors.
pub(crate) fn functions(count: usize, params: usize, body: &[u8]) -> Raw {
    let ty = [vec![0x60], leb(params), vec![I32; params], leb(0)].concat();
    let plain = vec![0x60, 0, 0];
    let mut exports = [string("memory"), vec![2, 0]].concat();
    let mut indices = vec![1, 1];
    let mut code = [sized(&[0, END]), sized(&[0, END])].concat();
    for number in 0..count {
        exports.extend([string(&number.to_string()), vec![0], leb(number + 2)].concat());
        indices.push(0);
        code.extend(sized(body));
    }
    Raw::default()
        .list(TYPE, 2, [ty, plain].concat())
        .list(FUNCTION, count + 2, indices)
        .list(MEMORY, 1, vec![0, 1])
        .list(EXPORT, count + 1, exports)
        .list(CODE, count + 2, code)
}

/// The body `call constructors; BETWEEN; call destructors`.
pub(crate) fn wrapper(between: &[u8]) -> Vec<u8> {
    [&[0, CALL, 0], between, &[CALL, 1, END]].concat()
}

/// A module of wrapped exports with the linker's names, into which the wrapped functions are
/// inlined.
pub(crate) fn wrapped(exports: usize) -> Vec<u8> {
    let mut names = [leb(0), string("__wasm_call_ctors"), leb(1), string("__wasm_call_dtors")];
    names[0].splice(0..0, leb(exports + 2));
    let mut names = names.concat();
    for number in 0..exports {
        names.extend([leb(number + 2), string(&format!("{number}.command_export"))].concat());
    }
    let subsection = [vec![1], leb(names.len()), names].concat();
    functions(exports, 0, &wrapper(&[0x01])).custom("name", &subsection).bytes()
}

/// A body with `depth` nested blocks.
pub(crate) fn nested(depth: usize) -> Vec<u8> {
    [vec![0], [2, 0x40].repeat(depth), vec![END; depth + 1]].concat()
}

/// A body that only declares `count` locals.
pub(crate) fn locals(count: usize) -> Vec<u8> {
    [vec![1], leb(count), vec![I32, END]].concat()
}

/// Debug information whose entries are nested to this depth.
pub(crate) fn deep_dwarf(depth: usize) -> [(&'static str, Vec<u8>); 2] {
    // Abbreviation 1: a namespace with children and without attributes.
    let abbreviations = vec![1, 0x39, 1, 0, 0, 0];
    let entries = [vec![1; depth], vec![0; depth]].concat();
    let mut info = vec![4, 0, 0, 0, 0, 0, 4];
    info.extend(entries);
    let info = [(info.len() as u32).to_le_bytes().to_vec(), info].concat();
    [(".debug_abbrev", abbreviations), (".debug_info", info)]
}

pub(crate) fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

pub(crate) fn string(text: &str) -> Vec<u8> {
    [leb(text.len()), text.as_bytes().to_vec()].concat()
}

fn sized(content: &[u8]) -> Vec<u8> {
    [leb(content.len()), content.to_vec()].concat()
}

fn read_leb(bytes: &[u8]) -> (usize, &[u8]) {
    let length = bytes.iter().position(|byte| byte & 0x80 == 0).expect("a whole number") + 1;
    let low_first = bytes[..length].iter().rev();
    let number = low_first.fold(0, |number, byte| number << 7 | usize::from(byte & 0x7f));
    (number, &bytes[length..])
}
