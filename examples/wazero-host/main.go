// A host that embeds a plugin and runs it with wazero.
//
// Instantiation runs the plugin's _initialize, once. The instance then stays alive, and its state
// lasts from one call to the next. Nothing here depends on the language of the plugin.
package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// plugins embeds the whole folder rather than one file, so that the program compiles even before a
// plugin has been copied there.
//
//go:embed all:plugins
var plugins embed.FS

const plugin = "plugins/counter.wasm"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "wazero-host:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	wasm, err := plugins.ReadFile(plugin)
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("no " + plugin + " was embedded: copy a plugin there and build again (see README.md)")
	} else if err != nil {
		return err
	}

	// Without this, a signal would end the guest only between two calls, not during one.
	config := wazero.NewRuntimeConfig().WithCloseOnContextDone(true)
	runtime := wazero.NewRuntimeWithConfig(ctx, config)
	defer runtime.Close(context.Background())

	counter, err := instantiate(ctx, runtime, wasm)
	if err != nil {
		return err
	}
	for _, by := range []int32{1, 21} {
		total, err := inc(ctx, counter, by)
		if err != nil {
			return err
		}
		fmt.Printf("inc(%d) = %d\n", by, total)
	}
	return nil
}

// instantiate returns an instance whose _initialize has run.
func instantiate(ctx context.Context, runtime wazero.Runtime, wasm []byte) (api.Module, error) {
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, runtime); err != nil {
		return nil, err
	}
	config := wazero.NewModuleConfig().
		WithName("counter").
		// By default wazero calls `_start`, which commands have and reactors do not.
		WithStartFunctions("_initialize").
		// The guest's panic messages and logs; by default wazero discards them.
		WithStderr(os.Stderr)
	return runtime.InstantiateWithConfig(ctx, wasm, config)
}

func inc(ctx context.Context, counter api.Module, by int32) (int32, error) {
	function := counter.ExportedFunction("inc")
	if function == nil {
		return 0, errors.New("the plugin exports no function inc")
	}
	results, err := function.Call(ctx, api.EncodeI32(by))
	if err != nil {
		return 0, fmt.Errorf("inc(%d): %w", by, err)
	}
	return api.DecodeI32(results[0]), nil
}
