package guest

import (
	"bufio"
	"os"
	"sync"
)

// Stdout is standard output with a buffer of 8 KiB, for plugins that print much: os.Stdout calls
// the host at each write. The buffer is written out only when it is full, and by [Flush]:
//
//	//go:wasmexport report
//	func report() {
//		defer guest.Flush()
//		fmt.Fprintln(guest.Stdout, "a line")
//	}
//
// Several goroutines may write to Stdout at the same time.
var Stdout = &Buffered{writer: bufio.NewWriterSize(os.Stdout, 8<<10)}

// Buffered is the type of [Stdout]: an [io.Writer] and an [io.StringWriter].
type Buffered struct {
	lock   sync.Mutex
	writer *bufio.Writer
}

// Write writes to the buffer. It returns the error of standard output, if the buffer had to be
// written out.
func (b *Buffered) Write(bytes []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.writer.Write(bytes)
}

// WriteString is [Buffered.Write] for a string.
func (b *Buffered) WriteString(s string) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.writer.WriteString(s)
}

// Flush writes the buffer of [Stdout] out, and returns the error of standard output. Defer it in
// each export that prints to Stdout, because Go runs nothing of its own when an export returns.
func Flush() error {
	Stdout.lock.Lock()
	defer Stdout.lock.Unlock()
	return Stdout.writer.Flush()
}
