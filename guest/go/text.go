package guest

import (
	"fmt"
	"unicode/utf8"
)

// Text is a string as a result: the address in the high half, the length in bytes in the low half.
// An export returns one that [Return] has made; [Text.Take] reads the one that a host function has
// returned.
type Text int64

// Return makes the result of an export from a string, without copying it. The package keeps the
// string alive until the next result is made; the host copies it before.
//
// It panics if the string is not UTF-8; the message names the export.
func Return(s string) Text {
	if !utf8.ValidString(s) {
		panic(fmt.Sprintf("`%s` returns a string that is not UTF-8", export()))
	}
	return lower(s)
}

// Take returns the string that a host function has returned. The plugin owns its memory afterwards;
// call Take only once.
//
// It panics if the string is not a block that the host has allocated with polyreactor_alloc with
// exactly its length, or if it is not UTF-8; the message names the running export.
func (t Text) Take() string {
	s, ok := t.lift()
	if !ok {
		panic(fmt.Sprintf("the host returned a string to `%s` that does not lie in a block of `polyreactor_alloc`: %d bytes at %#x",
			export(), uint32(t), uint32(t>>32)))
	}
	if !utf8.ValidString(s) {
		panic(fmt.Sprintf("the host returned a string to `%s` that is not UTF-8", export()))
	}
	return s
}
