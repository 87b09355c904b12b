package spawn

const segment = 0x10000
