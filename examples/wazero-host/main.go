// A host of one's own: the plugin is embedded in the program, and wazero runs it.
//
// The plugin is initialised once, when it is instantiated, and then stays live: what it
// holds survives from one call to the next. Nothing here depends on the language that it
// was written in.
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

// The whole folder, so that the program compiles before a plugin has been copied there.
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
		return errors.New("no " + plugin + " was there to embed: copy one (see README.md)")
	} else if err != nil {
		return err
	}

	// A signal ends the guest in the middle of a call too, not only between two.
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

// instantiate answers a plugin that has been initialised.
func instantiate(ctx context.Context, runtime wazero.Runtime, wasm []byte) (api.Module, error) {
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, runtime); err != nil {
		return nil, err
	}
	config := wazero.NewModuleConfig().
		WithName("counter").
		// By itself wazero calls `_start`, which is what programs have; plugins have this.
		WithStartFunctions("_initialize").
		// Panics and logs of the guest; by itself wazero discards them.
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
