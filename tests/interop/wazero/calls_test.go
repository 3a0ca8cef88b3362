// Benchmark of a call in each language, and in Rust with the linker's wrapping left in. The figures
// in the main README are from here.
//
//	cargo xtask build-guests && cd tests/interop/wazero && go test -bench .
package main

import (
	"context"
	"os"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

func BenchmarkInc(b *testing.B) {
	for _, guest := range []string{"go", "zig", "rust", "unpatched/rust"} {
		b.Run(guest, func(b *testing.B) { benchmarkInc(b, guest) })
	}
}

func benchmarkInc(b *testing.B, guest string) {
	wasm, err := os.ReadFile("../../../target/guests/" + guest + "/counter.wasm")
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	defer runtime.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	// Without WithStderr wazero discards the guest's output, which should not be measured.
	config := wazero.NewModuleConfig().WithStartFunctions("_initialize")
	instance, err := runtime.InstantiateWithConfig(ctx, wasm, config)
	if err != nil {
		b.Fatal(err)
	}
	inc := instance.ExportedFunction("inc")
	stack := make([]uint64, 1)
	for b.Loop() {
		stack[0] = api.EncodeI32(1)
		if err := inc.CallWithStack(ctx, stack); err != nil {
			b.Fatal(err)
		}
	}
}
