//go:build !wasm

package guest

import "sync"

// Without a host, a result is a key of this map, because a pointer of 64 bits does not fit into
// half of an int64.
var (
	results     = map[int64]any{}
	resultsLock sync.Mutex
	last        int64
)

func keep(value any) int64 {
	resultsLock.Lock()
	defer resultsLock.Unlock()
	last++
	results[last] = value
	return last
}

func taken[V any](result int64) (V, bool) {
	resultsLock.Lock()
	defer resultsLock.Unlock()
	value, ok := results[result].(V)
	if ok {
		delete(results, result)
	}
	return value, ok
}

func lower(s string) Text { return Text(keep(s)) }

func (t Text) lift() (string, bool) { return taken[string](int64(t)) }

func lowerList[T Scalar](items []T) int64 { return keep(items) }

func liftList[T Scalar](result int64) ([]T, bool) { return taken[[]T](result) }
