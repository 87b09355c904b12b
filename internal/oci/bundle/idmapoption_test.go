package bundle

import (
	"fmt"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

func TestMappingOption(t *testing.T) {
	namespace := []specs.LinuxIDMapping{{ContainerID: 0, HostID: 1000, Size: 100}}
	linux := &specs.Linux{UIDMappings: namespace, GIDMappings: namespace}
	for _, test := range []struct{ option, want string }{
		{"idmap", "[] [] <nil>"},
		{"idmap=uids=0-5-10;gids=1-6-2", "[{0 5 10}] [{1 6 2}] <nil>"},
		{"idmap=gids=1-6-2;uids=0-5-10#20-7-1", "[{0 5 10} {20 7 1}] [{1 6 2}] <nil>"},
		{"idmap=uids=@0-5-10;gids=@0-99-1", "[{0 1005 10}] [{0 1099 1}] <nil>"},
		{"idmap=uids=0-5-10", `[] [] "idmap=uids=0-5-10" wants both uids= and gids=`},
		{"idmap=", `[] [] "idmap=": "" has neither uids= nor gids=`},
		{"idmap=pids=0-1-1", `[] [] "idmap=pids=0-1-1": "pids=0-1-1" has neither uids= nor gids=`},
		{"idmap=uids=0-5;gids=0-5-1", `[] [] "idmap=uids=0-5;gids=0-5-1": "uids=0-5" has "0-5" where FROM-TO-COUNT is wanted`},
		{"idmap=uids=0-5-0", `[] [] "idmap=uids=0-5-0": "uids=0-5-0" has "0-5-0" where FROM-TO-COUNT is wanted`},
		{"idmap=uids=0-4294967296-1", `[] [] "idmap=uids=0-4294967296-1": "uids=0-4294967296-1" has "0-4294967296-1" where FROM-TO-COUNT is wanted`},
		{"idmap=uids=@0-99-2", `[] [] "idmap=uids=@0-99-2": "uids=@0-99-2" has "0-99-2", which is not in one range of the user namespace's`},
	} {
		uids, gids, err := MappingOption(&specs.Mount{Options: []string{"bind", test.option}}, linux)
		if got := fmt.Sprint(uids, gids, err); got != test.want {
			t.Errorf("%s: %s, want %s", test.option, got, test.want)
		}
	}
}
