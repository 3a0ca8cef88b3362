package guest

import (
	"fmt"
	"strings"
	"structs"
	"testing"
	"unsafe"
)

type point struct {
	_ structs.HostLayout
	X int32
	Y float64
}

type shape struct {
	_      structs.HostLayout
	Origin point
	Marks  [3]struct {
		_  structs.HostLayout
		On bool
	}
}

func greet(name string) Text {
	Check(name)
	return Return("hello " + name)
}

func TestAnExportIsTestedWithoutAHost(t *testing.T) {
	if text := greet("bob").Take(); text != "hello bob" {
		t.Error(text)
	}
	if text := Return("").Take(); text != "" {
		t.Error(text)
	}
}

func TestCheckAcceptsWhatCrosses(t *testing.T) {
	var numbers struct {
		_ structs.HostLayout
		A int8
		B uint16
		C [2]float32
		D int64
	}
	Check("", "text", Bool(0), Bool(1), new(int32), new(uint32), new(float64), new(bool), new([4]int64), new(point), new(shape), &numbers)
}

func TestCheckPanics(t *testing.T) {
	broken := new(shape)
	*(*uint8)(unsafe.Pointer(&broken.Marks[2].On)) = 3
	bytes := new([16]byte)
	odd := unsafe.Pointer(&bytes[1])
	tests := []struct {
		parameter any
		message   string
	}{
		{(*int32)(nil), "the host passed a null pointer to `"},
		{(*point)(nil), "the host passed a null pointer to"},
		{(*int32)(odd), "the host passed a misaligned pointer to"},
		{"a\xed\xa0\x80", "is not UTF-8"},
		{Bool(2), "the host passed 2 for a bool to"},
		{Bool(256), "the host passed 256 for a bool to"},
		{broken, ", in .Marks[2].On: 0 or 1 expected"},
		{true, "a bool cannot be checked"},
		{nil, "a nil cannot be checked"},
		{1, "a int cannot be checked"},
		{new(string), "a *string cannot be checked"},
		{new(uintptr), "a *uintptr cannot be checked"},
	}
	for _, test := range tests {
		if message := panicOf(func() { Check(test.parameter) }); !strings.Contains(message, test.message) {
			t.Errorf("%#v: %s", test.parameter, message)
		}
	}
}

func TestTextPanics(t *testing.T) {
	if message := panicOf(func() { Return("\xff") }); !strings.Contains(message, "returns a string that is not UTF-8") {
		t.Error(message)
	}
	if message := panicOf(func() { Text(1 << 40).Take() }); !strings.Contains(message, "does not lie in a block") {
		t.Error(message)
	}
}

func panicOf(run func()) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	run()
	return "no panic"
}
