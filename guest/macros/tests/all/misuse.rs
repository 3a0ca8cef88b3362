//! Each `fail/*.rs` is refused with the messages in the `.stderr` beside it; each `pass/*.rs`
//! compiles. `TRYBUILD=overwrite` rewrites the `.stderr` files.

#[test]
fn misuse_is_refused_at_the_authors_line() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/fail/*.rs");
    cases.pass("tests/pass/*.rs");
}
