package main

import (
	"context"
	"fmt"
	"math/bits"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/sys"
)

const (
	// The bytes of a stream that are kept a call; the rest is counted.
	kept = 64 << 20
	// The nanoseconds by which a read advances the clock.
	step = 1000
	// The year 2000.
	start = 946_684_800_000_000_000
)

// A guest is the state of one instance: its memory, streams, clock and random numbers.
type guest struct {
	name           string
	limit, size    uint64
	refused        bool
	stdout, stderr stream
	// The bytes on standard output since the last write to standard error.
	after  int
	passed int64
	random uint64
}

type stream struct {
	kept    []byte
	dropped int
}

type writer func(bytes []byte)

func newGuest(seed, limit uint64) *guest {
	return &guest{random: seed, limit: limit}
}

// config gives the instance its own streams, clocks and random numbers: the host compares output
// call by call, and the same calls must see the same time and the same random numbers as in every
// other host.
func (g *guest) config() wazero.ModuleConfig {
	wall := func() (int64, int32) {
		now := start + g.monotonic()
		return now / 1e9, int32(now % 1e9)
	}
	// Our own host reads its clock twice while it waits for an event.
	sleep := func(ns int64) { g.passed += ns + 2*step }
	// By default wazero calls `_start`. It would take an exit of `_initialize` with status 0 for a
	// success: the adapter calls that function itself.
	return wazero.NewModuleConfig().
		WithName("").
		WithArgs(g.name).
		WithStartFunctions().
		WithStdout(writer(g.toStdout)).
		WithStderr(writer(g.toStderr)).
		WithRandSource(g).
		WithWalltime(wall, sys.ClockResolution(step)).
		WithNanotime(g.monotonic, sys.ClockResolution(step)).
		WithNanosleep(sleep)
}

func (g *guest) monotonic() int64 {
	now := g.passed
	g.passed += step
	return now
}

// Read fills the buffer with bytes of the generator of our own host (wyrand): each is the lowest of
// a new number.
func (g *guest) Read(buffer []byte) (int, error) {
	for at := range buffer {
		g.random += 0x2d358dccaa6c78a5
		high, low := bits.Mul64(g.random, g.random^0x8bb84b93962eacc9)
		buffer[at] = byte(high ^ low)
	}
	return len(buffer), nil
}

func (write writer) Write(bytes []byte) (int, error) {
	write(bytes)
	return len(bytes), nil
}

func (g *guest) toStdout(bytes []byte) {
	g.stdout.add(bytes)
	g.after += len(bytes)
}

func (g *guest) toStderr(bytes []byte) {
	g.stderr.add(bytes)
	if len(bytes) > 0 {
		g.after = 0
	}
}

func (s *stream) add(bytes []byte) {
	fits := min(len(bytes), kept-len(s.kept))
	s.kept = append(s.kept, bytes[:fits]...)
	s.dropped += len(bytes) - fits
}

// take returns the output of the call that ends.
func (g *guest) take() output {
	taken := output{g.stdout.kept, g.stdout.dropped, g.stderr.kept, g.stderr.dropped, g.after}
	g.stdout, g.stderr, g.after = stream{}, stream{}, 0
	return taken
}

// A linear is the memory of a guest, which notes a growth beyond the limit.
type linear struct {
	guest *guest
	bytes []byte
}

func (g *guest) allocate(capacity, _ uint64) experimental.LinearMemory {
	return &linear{g, make([]byte, 0, min(capacity, g.limit))}
}

func (l *linear) Reallocate(size uint64) []byte {
	if size > l.guest.limit {
		l.guest.refused = true
		return nil
	}
	if size > uint64(cap(l.bytes)) {
		// Doubled, so that a guest which grows often is not copied each time.
		grown := make([]byte, size, min(max(size, 2*uint64(cap(l.bytes))), l.guest.limit))
		copy(grown, l.bytes)
		l.bytes = grown
	}
	l.bytes = l.bytes[:size]
	l.guest.size = size
	return l.bytes
}

func (l *linear) Free() { l.bytes = nil }

// An allocation is guest memory that an argument lies in.
type allocation struct {
	address, size, align uint32
	isPointer            bool
}

// allocate copies the bytes of an argument into the guest. No bytes take no memory.
func allocate(ctx context.Context, instance api.Module, a *arg) (allocation, error) {
	one := allocation{a.Align, uint32(len(a.Memory)), a.Align, a.Count == nil}
	if one.size == 0 {
		return one, nil
	}
	alloc := instance.ExportedFunction("polyreactor_alloc")
	if alloc == nil {
		return one, passing("the guest has no polyreactor_alloc")
	}
	returned, err := alloc.Call(ctx, uint64(one.size), uint64(one.align))
	if err != nil {
		return one, err
	}
	one.address = uint32(returned[0])
	if one.address == 0 || !instance.Memory().Write(one.address, a.Memory) {
		return one, passing(fmt.Sprintf("polyreactor_alloc returned %d", one.address))
	}
	return one, nil
}

// isTyped says whether a function has these types.
func isTyped(types []api.ValueType, names []string) bool {
	if len(types) != len(names) {
		return false
	}
	for at, name := range names {
		if api.ValueTypeName(types[at]) != name {
			return false
		}
	}
	return true
}

// withoutDirectories serves a function that takes a path. Where a guest looks for a file in the
// first directory, our own host says that there is no such file, since Zig takes EBADF for a bug
// and panics.
func withoutDirectories(name string) api.GoFunc {
	const badDescriptor, noEntry = 8, 44
	at := 0
	if name == "path_symlink" {
		at = 2
	}
	return func(_ context.Context, stack []uint64) {
		fd := int32(stack[at])
		stack[0] = badDescriptor
		if fd == 3 || fd == -1 {
			stack[0] = noEntry
		}
	}
}
