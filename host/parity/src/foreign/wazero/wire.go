package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// A request is a sequence of calls on a new instance.
type request struct {
	ID    uint64 `json:"id"`
	Calls []call `json:"calls"`
}

type call struct {
	Name     string   `json:"name"`
	Params   []string `json:"params"`
	Result   *string  `json:"result"`
	Args     []arg    `json:"args"`
	Elements *uint32  `json:"elements"`
}

// An arg is a number, or bytes that are lent to the guest; without a count, behind a pointer.
type arg struct {
	Number *string `json:"number"`
	Memory []byte  `json:"memory"`
	Align  uint32  `json:"align"`
	Count  *uint32 `json:"count"`
}

// An answer says how a call, or `_initialize`, ended.
type answer struct {
	ID          uint64   `json:"id"`
	End         string   `json:"end"`
	Words       string   `json:"words"`
	Status      int32    `json:"status"`
	Frames      []string `json:"frames"`
	Bits        *string  `json:"bits"`
	Memory      []byte   `json:"memory"`
	Changed     [][]byte `json:"changed"`
	MemoryBytes uint64   `json:"memory_bytes"`
	Refused     bool     `json:"growth_refused"`
	output
}

// A missingImport is the panic of a function that the module imports and this host lacks.
type missingImport string

func (name missingImport) Error() string { return string(name) }

// A passing is the error of a value that can't be passed into the guest or out of it.
type passing string

func (text passing) Error() string { return string(text) }

// An output is what a guest has written during a call.
type output struct {
	Stdout        []byte `json:"stdout"`
	StdoutDropped int    `json:"stdout_dropped"`
	Stderr        []byte `json:"stderr"`
	StderrDropped int    `json:"stderr_dropped"`
	After         int    `json:"after"`
}

func write(message any) {
	line, err := json.Marshal(message)
	if err == nil {
		_, err = os.Stdout.Write(append(line, '\n'))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "wazero:", err)
		os.Exit(1)
	}
}
