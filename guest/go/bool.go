package guest

import "fmt"

// Bool is a bool from the host: a parameter of an export, or the result of a host function. It
// keeps all 32 bits that came from the host, where a bool of Go keeps the lowest byte only. To pass a
// bool to the host, use a plain bool.
type Bool uint32

// Value returns the bool. It panics if the host passed or returned neither 0 nor 1; the message names the
// running export.
func (b Bool) Value() bool {
	if b > 1 {
		notABool(asEither, uint32(b), "")
	}
	return b == 1
}

// A verb says how a value came from the host.
type verb string

const (
	asParameter verb = "passed"
	asResult    verb = "returned"
	asEither    verb = "passed or returned"
)

func notABool(how verb, value uint32, where string) {
	panic(fmt.Sprintf("the host %s %d for a bool to `%s`%s: 0 or 1 expected", how, value, export(), where))
}
