package guest

import "fmt"

// Bool is a bool from the host, as a parameter of an export or as the result of a host
// function, that keeps all of what was passed; Go's own keeps the lowest byte, unseen. What
// goes to the host is a plain bool.
type Bool uint32

// Value is the bool. It panics where the host passed neither 0 nor 1, with the name of the
// export that runs.
func (b Bool) Value() bool {
	if b > 1 {
		notABool(uint32(b), "")
	}
	return b == 1
}

func notABool(value uint32, where string) {
	panic(fmt.Sprintf("the host passed %d for a bool to `%s`%s: 0 or 1 expected", value, export(), where))
}
