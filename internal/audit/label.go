package audit

import (
	"os"
	"strings"
)

// checkLabel is whether a security module with labels confines the process.
func checkLabel(s *subject) verdict {
	label := s.Credentials.Label
	if label != "" {
		return weighLabel(label)
	}
	text, _ := os.ReadFile("/sys/kernel/security/lsm")
	for _, module := range strings.Split(strings.TrimSpace(string(text)), ",") {
		if module == "apparmor" || module == "selinux" || module == "smack" {
			return untold("%s is on, but its label may not be read", module)
		}
	}
	return verdict{state: inapplicable}
}

// unconfined are types of SELinux that are held by no rule, or by few.
var unconfined = [...]string{"unconfined_t", "spc_t", "kernel_t", "init_t", "initrc_t", "unconfined_service_t"}

// weighLabel judges a label of AppArmor, "docker-default (enforce)", or of
// SELinux, "system_u:system_r:container_t:s0".
func weighLabel(label string) verdict {
	profile, mode, _ := strings.Cut(label, " ")
	shown := strings.ToValidUTF8(label, "�")
	if profile == "unconfined" || mode == "(unconfined)" || profile == "kernel" { // SELinux before its policy is loaded
		return bad(1, "its label is %s", shown)
	}
	if mode == "(complain)" {
		return bad(0.8, "its profile only takes notes: %s", shown)
	}
	if parts := strings.Split(label, ":"); len(parts) >= 3 {
		for _, t := range unconfined {
			if parts[2] == t {
				return bad(1, "its label is %s", shown)
			}
		}
	}
	return fine("its label is %s", shown)
}
