package main

import (
	"errors"
	"slices"
	"sync"

	"isle/test/vm/boot/cache"
)

// setup fetches the kernels and roots that are named, or those of the table; with
// -quick those that vm test -quick needs.
func setup(names []string) int {
	s := suite{quick: len(names) == 1 && names[0] == "-quick"}
	if s.quick || len(names) == 0 {
		_ = s.choose(nil, false) // no name is one that is not there
		names = s.parts()
	}
	if err := fetch(names); err != nil {
		return complain(err)
	}
	say("everything is in " + folder())
	return 0
}

// fetch makes sure of kernels and roots, all at once.
func fetch(names []string) error {
	bed, err := open()
	if err != nil {
		return err
	}
	slices.Sort(names)
	names = slices.Compact(names)
	failed := make([]error, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() {
			if slices.Contains(cache.RootNames(), name) {
				_, failed[i] = bed.Root(name)
			} else {
				_, failed[i] = bed.Kernel(name)
			}
		})
	}
	all.Wait()
	return errors.Join(failed...)
}
