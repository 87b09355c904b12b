package resources

import (
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

func ioWeight(r *specs.LinuxResources, file string) string {
	if r.BlockIO == nil {
		return ""
	}
	return blockWeight(r.BlockIO.Weight, file)
}

func ioLeafWeight(r *specs.LinuxResources, file string) string {
	if r.BlockIO == nil {
		return ""
	}
	return blockWeight(r.BlockIO.LeafWeight, file)
}

// blockWeight turns a weight of 10 to 1000 into one of 1 to 10000 for io.weight;
// BFQ's has the range of version 1 everywhere.
func blockWeight(w *uint16, file string) string {
	if w == nil || *w == 0 {
		return ""
	}
	n := uint64(*w)
	if file == "io.weight" {
		n = 1 + (n-10)*9999/990
	}
	return strconv.FormatUint(n, 10)
}

func ioWeightDevice(r *specs.LinuxResources, file string) string {
	return weightDevices(r, file, func(w *specs.LinuxWeightDevice) *uint16 { return w.Weight })
}

func ioLeafWeightDevice(r *specs.LinuxResources, file string) string {
	return weightDevices(r, file, func(w *specs.LinuxWeightDevice) *uint16 { return w.LeafWeight })
}

func weightDevices(r *specs.LinuxResources, file string, of func(*specs.LinuxWeightDevice) *uint16) string {
	if r.BlockIO == nil {
		return ""
	}
	var lines []string
	for i := range r.BlockIO.WeightDevice {
		d := &r.BlockIO.WeightDevice[i]
		if w := blockWeight(of(d), file); w != "" {
			lines = append(lines, deviceNumber(d.Major, d.Minor)+" "+w)
		}
	}
	return strings.Join(lines, "\n")
}

func deviceNumber(major, minor int64) string {
	return strconv.FormatInt(major, 10) + ":" + strconv.FormatInt(minor, 10)
}

func ioReadBps(r *specs.LinuxResources, file string) string {
	if r.BlockIO == nil {
		return ""
	}
	return throttle(r.BlockIO.ThrottleReadBpsDevice, file, "rbps")
}

func ioWriteBps(r *specs.LinuxResources, file string) string {
	if r.BlockIO == nil {
		return ""
	}
	return throttle(r.BlockIO.ThrottleWriteBpsDevice, file, "wbps")
}

func ioReadIOPS(r *specs.LinuxResources, file string) string {
	if r.BlockIO == nil {
		return ""
	}
	return throttle(r.BlockIO.ThrottleReadIOPSDevice, file, "riops")
}

func ioWriteIOPS(r *specs.LinuxResources, file string) string {
	if r.BlockIO == nil {
		return ""
	}
	return throttle(r.BlockIO.ThrottleWriteIOPSDevice, file, "wiops")
}

// throttle writes a line a device. A rate of 0 takes the limit away: version 1
// has 0 for that and version 2 "max".
func throttle(list []specs.LinuxThrottleDevice, file, key string) string {
	var lines []string
	for _, d := range list {
		rate := strconv.FormatUint(d.Rate, 10)
		if file == "io.max" {
			if d.Rate == 0 {
				rate = "max"
			}
			rate = key + "=" + rate
		}
		lines = append(lines, deviceNumber(d.Major, d.Minor)+" "+rate)
	}
	return strings.Join(lines, "\n")
}
