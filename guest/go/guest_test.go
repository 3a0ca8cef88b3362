package guest

import (
	"fmt"
	"slices"
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

func invert(image List[uint8]) ListResult[uint8] {
	Check(image)
	inverted := make([]uint8, len(image))
	for index, value := range image.Slice() {
		inverted[index] = 255 - value
	}
	return ReturnList(inverted)
}

func TestAnExportWithListsIsTestedWithoutAHost(t *testing.T) {
	if image := invert(ListOf([]uint8{0, 1, 255})).Take(); !slices.Equal(image, []uint8{255, 254, 0}) {
		t.Error(image)
	}
	if image := invert(ListOf([]uint8{})).Take(); len(image) != 0 {
		t.Error(image)
	}
}

func TestAListCountsItsElements(t *testing.T) {
	type celsius float32
	items := []celsius{1.5, -2, 300}
	list := ListOf(items)
	if len(list) != 3 || !slices.Equal(list.Slice(), items) {
		t.Error(len(list), list.Slice())
	}
	if taken := ReturnList(items[:2]).Take(); !slices.Equal(taken, items[:2]) {
		t.Error(taken)
	}
}

func TestListsPanic(t *testing.T) {
	bytes := []byte{1, 0, 2}
	flags := unsafe.Slice((*bool)(unsafe.Pointer(&bytes[0])), 3)
	words := make([]uint64, 2)
	odd := List[uint32](unsafe.String((*byte)(unsafe.Add(unsafe.Pointer(&words[0]), 2)), 1))
	tests := []struct {
		run     func()
		message string
	}{
		{func() { ListOf(flags).Slice() }, "the host passed 2 for a bool to `"},
		{func() { Check(ListOf(flags)) }, ", in [2]: 0 or 1 expected"},
		{func() { ReturnList(flags).Take() }, "the host returned 2 for a bool to `"},
		{func() { Bool(2).Value() }, "the host passed or returned 2 for a bool to `"},
		{func() { odd.Slice() }, "the host passed a misaligned pointer to `"},
		{func() { Check(odd) }, ", a multiple of 4 expected"},
		{func() { ListResult[int16](1 << 40).Take() }, "does not lie in a block"},
		{func() { ListResult[int16](ReturnList([]int32{1})).Take() }, "does not lie in a block"},
	}
	for number, test := range tests {
		if message := panicOf(test.run); !strings.Contains(message, test.message) {
			t.Errorf("%d: %s", number, message)
		}
	}
}

func TestCheckAcceptsSupportedTypes(t *testing.T) {
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
