// Adapter for wazero: makes calls of a plugin, one instance a sequence of calls. The protocol is
// described in `wire.rs`. `wire.go` has its messages, and `guest.go` what an instance gets in place of
// the machine's clocks and random numbers.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: wazero FILE SEED MEMORY_BYTES")
		os.Exit(2)
	}
	if err := serve(context.Background(), os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "wazero:", err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, file, seed, limit string) error {
	seeded, err := strconv.ParseUint(seed, 10, 64)
	if err != nil {
		return err
	}
	limited, err := strconv.ParseUint(limit, 10, 64)
	if err != nil {
		return err
	}
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithDebugInfoEnabled(false))
	defer runtime.Close(ctx)
	module, err := load(ctx, runtime, file)
	if err != nil {
		write(map[string]string{"refused": err.Error()})
		return err
	}
	write(map[string]bool{"ready": true})
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			return err
		}
		guest := newGuest(seeded, limited)
		guest.name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		guest.run(ctx, runtime, module, &asked)
	}
}

// load compiles the module, and defines what it imports: WASI, and a function that fails for
// everything that this host lacks.
func load(ctx context.Context, runtime wazero.Runtime, file string) (wazero.CompiledModule, error) {
	wasm, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	module, err := runtime.CompileModule(ctx, wasm)
	if err != nil {
		return nil, err
	}
	const wasi = wasi_snapshot_preview1.ModuleName
	builders := map[string]wazero.HostModuleBuilder{wasi: runtime.NewHostModuleBuilder(wasi)}
	wasi_snapshot_preview1.NewFunctionExporter().ExportFunctions(builders[wasi])
	for _, function := range module.ImportedFunctions() {
		from, name, _ := function.Import()
		serve := api.GoFunc(func(context.Context, []uint64) { panic(missingImport(from + "." + name)) })
		if from == wasi {
			if !strings.HasPrefix(name, "path_") {
				continue
			}
			serve = withoutDirectories(name)
		}
		if builders[from] == nil {
			builders[from] = runtime.NewHostModuleBuilder(from)
		}
		builders[from].NewFunctionBuilder().
			WithGoFunction(serve, function.ParamTypes(), function.ResultTypes()).
			Export(name)
	}
	for _, builder := range builders {
		if _, err := builder.Instantiate(ctx); err != nil {
			return nil, err
		}
	}
	return module, nil
}

func (g *guest) run(ctx context.Context, runtime wazero.Runtime, module wazero.CompiledModule, asked *request) {
	ctx = experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(g.allocate))
	var instance api.Module
	goesOn := g.answer(asked.ID, func() (answer, error) {
		made, err := runtime.InstantiateModule(ctx, module, g.config())
		if err != nil {
			return answer{}, err
		}
		instance = made
		if initialize := made.ExportedFunction("_initialize"); initialize != nil {
			_, err = initialize.Call(ctx)
		}
		return answer{End: "returned"}, err
	})
	if instance != nil {
		defer instance.Close(ctx)
	}
	for _, one := range asked.Calls {
		if !goesOn {
			return
		}
		goesOn = g.answer(asked.ID, func() (answer, error) { return g.call(ctx, instance, &one) })
	}
}

// answer makes a call and writes how it ended. It returns whether another call can follow.
func (g *guest) answer(id uint64, make func() (answer, error)) bool {
	made, err := make()
	if err != nil {
		made = failed(err)
	}
	made.ID, made.MemoryBytes, made.Refused, made.output = id, g.size, g.refused, g.take()
	g.refused = false
	write(made)
	return made.End == "returned"
}

func (g *guest) call(ctx context.Context, instance api.Module, c *call) (answer, error) {
	function := instance.ExportedFunction(c.Name)
	if function == nil {
		return answer{End: "no-such-export", Words: c.Name}, nil
	}
	definition := function.Definition()
	var results []string
	if c.Result != nil {
		results = []string{*c.Result}
	}
	if !isTyped(definition.ParamTypes(), c.Params) || !isTyped(definition.ResultTypes(), results) {
		return answer{End: "type-mismatch", Words: c.Name}, nil
	}
	memory := instance.Memory()
	var core []uint64
	var lent []allocation
	for _, a := range c.Args {
		if a.Number != nil {
			number, err := strconv.ParseInt(*a.Number, 10, 64)
			if err != nil {
				return answer{}, err
			}
			if strings.HasSuffix(c.Params[len(core)], "32") {
				number = int64(uint32(number))
			}
			core = append(core, uint64(number))
			continue
		}
		one, err := allocate(ctx, instance, &a)
		if err != nil {
			return answer{}, err
		}
		lent = append(lent, one)
		core = append(core, uint64(one.address))
		if a.Count != nil {
			core = append(core, uint64(*a.Count))
		}
	}
	returned, err := function.Call(ctx, core...)
	if err != nil {
		return answer{}, err
	}
	made := answer{End: "returned"}
	if c.Result != nil {
		bits := int64(returned[0])
		if strings.HasSuffix(*c.Result, "32") {
			bits = int64(int32(bits))
		}
		text := strconv.FormatInt(bits, 10)
		made.Bits = &text
	}
	if c.Elements != nil {
		address, count := uint32(returned[0]>>32), uint32(returned[0])
		size := uint64(count) * uint64(*c.Elements)
		made.Memory = []byte{}
		if count > 0 {
			if address == 0 || uint64(address)+size > uint64(memory.Size()) {
				return answer{}, passing(fmt.Sprintf("%s returned %d elements at %d, out of bounds", c.Name, count, address))
			}
			content, _ := memory.Read(address, uint32(size))
			made.Memory = bytes.Clone(content)
		}
	}
	for _, one := range lent {
		if one.isPointer {
			content, _ := memory.Read(one.address, one.size)
			made.Changed = append(made.Changed, bytes.Clone(content))
		}
	}
	for _, one := range slices.Backward(lent) {
		if one.size > 0 {
			free := instance.ExportedFunction("polyreactor_free")
			if free == nil {
				return answer{}, passing("the guest has no polyreactor_free")
			}
			if _, err := free.Call(ctx, uint64(one.address), uint64(one.size), uint64(one.align)); err != nil {
				return answer{}, err
			}
		}
	}
	return made, nil
}

// failed says how a call ended, out of its error.
func failed(err error) answer {
	var exit *sys.ExitError
	var missing missingImport
	var unpassed passing
	switch {
	case errors.As(err, &exit):
		return answer{End: "exit", Status: int32(exit.ExitCode())}
	case errors.As(err, &missing):
		return answer{End: "missing-import", Words: string(missing)}
	case errors.As(err, &unpassed):
		return answer{End: "passing", Words: string(unpassed)}
	}
	// `wasm error: unreachable`, then a line that begins with a tab for each function. An overflow
	// of the stack may come without the prefix.
	_, text, isTrap := strings.Cut(err.Error(), "wasm error: ")
	if !isTrap && strings.HasPrefix(err.Error(), "stack overflow") {
		text, isTrap = err.Error(), true
	}
	if !isTrap {
		return answer{End: "host", Words: err.Error()}
	}
	words, trace, _ := strings.Cut(text, "\n")
	var frames []string
	for _, line := range strings.Split(trace, "\n") {
		if strings.HasPrefix(line, "\t") && len(frames) < 20 {
			frames = append(frames, strings.TrimSpace(line))
		}
	}
	return answer{End: "trap", Words: words, Frames: frames}
}
