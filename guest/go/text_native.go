//go:build !wasm

package guest

import "sync"

// Without a host, a Text is the number of a string in here: pointers of 64 bits don't fit.
var (
	texts     = map[Text]string{}
	textsLock sync.Mutex
	last      Text
)

func lower(s string) Text {
	textsLock.Lock()
	defer textsLock.Unlock()
	last++
	texts[last] = s
	return last
}

func (t Text) lift() (string, bool) {
	textsLock.Lock()
	defer textsLock.Unlock()
	s, ok := texts[t]
	delete(texts, t)
	return s, ok
}
