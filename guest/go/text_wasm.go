package guest

import "unsafe"

// returned is what the last export answered: the host has yet to read it.
var returned string

func lower(s string) Text {
	returned = s
	if s == "" {
		return 0
	}
	return Text(uint64(uintptr(unsafe.Pointer(unsafe.StringData(s))))<<32 | uint64(len(s)))
}

func (t Text) lift() (string, bool) {
	if uint32(t>>32) == 0 {
		return "", t == 0
	}
	return take(uint32(t>>32), uint32(t))
}
