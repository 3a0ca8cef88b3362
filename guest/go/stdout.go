package guest

import (
	"bufio"
	"os"
	"sync"
)

// Stdout is standard output with a buffer, for plugins that print much: os.Stdout calls the
// host with each write. What is in the buffer reaches the host when it is full or by [Flush]:
//
//	//go:wasmexport report
//	func report() {
//		defer guest.Flush()
//		fmt.Fprintln(guest.Stdout, "a line")
//	}
//
// Goroutines may share it.
var Stdout = &Buffered{writer: bufio.NewWriterSize(os.Stdout, 8<<10)}

// Buffered is the type of [Stdout]: an [io.Writer] and an [io.StringWriter].
type Buffered struct {
	lock   sync.Mutex
	writer *bufio.Writer
}

// Write puts it into the buffer. An error is that of standard output.
func (b *Buffered) Write(bytes []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.writer.Write(bytes)
}

// WriteString is Write for a string.
func (b *Buffered) WriteString(s string) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.writer.WriteString(s)
}

// Flush writes out what is in the buffer of [Stdout]. Defer it in exports that print there:
// nothing in Go runs by itself when an export returns. An error is that of standard output.
func Flush() error {
	Stdout.lock.Lock()
	defer Stdout.lock.Unlock()
	return Stdout.writer.Flush()
}
