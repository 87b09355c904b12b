package setup

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/engine/request"
)

// blockLimits fills in what the container may read from and write to disks.
func blockLimits(r *specs.LinuxResources, l *request.Limits) error {
	var io specs.LinuxBlockIO
	some := false
	if l.BlkioWeight != 0 {
		if l.BlkioWeight < 10 || l.BlkioWeight > 1000 {
			return fmt.Errorf("--blkio-weight %d: it is 10 to 1000", l.BlkioWeight)
		}
		io.Weight, some = &l.BlkioWeight, true
	}
	for _, text := range l.BlkioWeightDevice {
		device, n, err := parseBlock(text)
		if err == nil && (n < 10 || n > 1000) {
			err = errors.New("the weight is 10 to 1000")
		}
		if err != nil {
			return fmt.Errorf("--blkio-weight-device %s: %w", text, err)
		}
		weight := uint16(n)
		io.WeightDevice, some = append(io.WeightDevice, specs.LinuxWeightDevice{LinuxBlockIODevice: device, Weight: &weight}), true
	}
	for _, o := range [...]struct {
		name string
		from []string
		to   *[]specs.LinuxThrottleDevice
	}{
		{"--device-read-bps", l.ReadBps, &io.ThrottleReadBpsDevice}, {"--device-write-bps", l.WriteBps, &io.ThrottleWriteBpsDevice},
		{"--device-read-iops", l.ReadIOps, &io.ThrottleReadIOPSDevice}, {"--device-write-iops", l.WriteIOps, &io.ThrottleWriteIOPSDevice},
	} {
		for _, text := range o.from {
			device, n, err := parseBlock(text)
			if err != nil {
				return fmt.Errorf("%s %s: %w", o.name, text, err)
			}
			*o.to, some = append(*o.to, specs.LinuxThrottleDevice{LinuxBlockIODevice: device, Rate: n}), true
		}
	}
	if some {
		r.BlockIO = &io
	}
	return nil
}

// parseBlock reads PATH:NUMBER, of which PATH is a block device of the host; the
// number may end in a unit.
func parseBlock(text string) (d specs.LinuxBlockIODevice, n uint64, err error) {
	i := strings.LastIndexByte(text, ':')
	if i < 1 {
		return d, 0, errors.New("want PATH:NUMBER")
	}
	if n, err = parseSize(text[i+1:]); err != nil {
		return d, 0, err
	}
	var st unix.Stat_t
	if err := unix.Stat(text[:i], &st); err != nil {
		return d, 0, &os.PathError{Op: "look at", Path: text[:i], Err: err}
	}
	if st.Mode&unix.S_IFMT != unix.S_IFBLK {
		return d, 0, fmt.Errorf("%s is no block device", text[:i])
	}
	d.Major, d.Minor = int64(unix.Major(uint64(st.Rdev))), int64(unix.Minor(uint64(st.Rdev)))
	return d, n, nil
}

// parseSize reads a number with a unit of 1024s, if it has one.
func parseSize(text string) (uint64, error) {
	text = strings.ToLower(text)
	digits := strings.TrimRight(text, "bkmgti")
	unit := strings.TrimSuffix(strings.TrimSuffix(text[len(digits):], "b"), "i")
	shift := strings.Index("kmgt", unit)
	if len(unit) > 1 || shift < 0 {
		return 0, fmt.Errorf("%q is no number of bytes", text)
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if unit != "" {
		shift = 10 * (shift + 1)
	}
	if err != nil || n > (1<<63-1)>>shift {
		return 0, fmt.Errorf("%q is no number of bytes", text)
	}
	return n << shift, nil
}
