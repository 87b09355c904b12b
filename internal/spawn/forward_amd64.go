package spawn

// saFlags are SA_ONSTACK, as all handlers in a Go program must have it,
// SA_RESTART and SA_RESTORER, without which the machine has no way back.
const saFlags = 0x08000000 | 0x10000000 | 0x04000000
