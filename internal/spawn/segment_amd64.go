package spawn

const segment = 0x1000
