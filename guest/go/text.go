package guest

import (
	"fmt"
	"unicode/utf8"
)

// Text is a string as the result of a function, as it crosses: the pointer in the high half,
// the length in the low half. An export answers one, made by [Return]; a host function that
// is declared with one answers one, to be read by [Text.Take].
type Text int64

// Return makes the result of an export of a string. The string stays alive until the next
// call of Return, which is long enough for the host to copy it.
//
// It panics where the string isn't UTF-8, with the export's name.
func Return(s string) Text {
	if !utf8.ValidString(s) {
		panic(fmt.Sprintf("`%s` returns a string that is not UTF-8", export()))
	}
	return lower(s)
}

// Take reads the string that a host function answered. The plugin owns its memory then; it
// is taken once.
//
// It panics where the string doesn't lie in a block of polyreactor_alloc's of just its
// length, or isn't UTF-8, with the name of the export that runs.
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
