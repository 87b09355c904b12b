package spawn

// saFlags are SA_ONSTACK, as all handlers in a Go program must have it, and
// SA_RESTART.
const saFlags = 0x08000000 | 0x10000000
