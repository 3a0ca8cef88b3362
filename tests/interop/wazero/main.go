// Interop adapter for wazero: runs a plugin, makes the calls of the command line in order, on one
// instance, and prints a line for each result.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: wazero FILE 'NAME(I32, ...)'...")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "wazero:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, file string, calls []string) error {
	wasm, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	runtime := wazero.NewRuntime(ctx)
	defer runtime.Close(ctx)
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, runtime); err != nil {
		return err
	}
	// By default wazero calls `_start`. A start function that a module does not export is skipped.
	config := wazero.NewModuleConfig().
		WithStartFunctions("_initialize").
		WithStderr(os.Stderr)
	instance, err := runtime.InstantiateWithConfig(ctx, wasm, config)
	if err != nil {
		return err
	}
	for _, text := range calls {
		results, err := call(ctx, instance, text)
		if err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		fmt.Println(results)
	}
	return nil
}

// call parses a call such as `inc(-1)`, makes it, and returns the result as a signed i32.
func call(ctx context.Context, instance api.Module, text string) (string, error) {
	name, inside, ok := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	if !ok || !strings.HasSuffix(text, ")") {
		return "", errors.New("not NAME(I32, ...)")
	}
	var words []string
	if inside != "" {
		words = strings.Split(inside, ", ")
	}
	function := instance.ExportedFunction(name)
	if function == nil {
		return "", errors.New("no such export")
	}
	var arguments []uint64
	for _, word := range words {
		number, err := strconv.ParseInt(word, 10, 32)
		if err != nil {
			return "", err
		}
		arguments = append(arguments, api.EncodeI32(int32(number)))
	}
	results, err := function.Call(ctx, arguments...)
	if err != nil {
		return "", err
	}
	if len(results) != 1 {
		return "", fmt.Errorf("one result expected, not %d", len(results))
	}
	return strconv.Itoa(int(api.DecodeI32(results[0]))), nil
}
