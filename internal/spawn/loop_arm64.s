#include "textflag.h"

// The loop. R19 holds the current instruction, R20 the status; package program
// lays both out. It uses no stack, so that a child that shares its parent's
// memory and stack pointer can run it, and calls nothing, so that its bytes
// can be copied elsewhere.
TEXT ·loop(SB), NOSPLIT|NOFRAME, $0-0
again:
	MOVD 56(R19), R9 // which arguments are read from memory
	MOVD 8(R19), R0
	TBZ  $0, R9, a1
	MOVD (R0), R0
a1:
	MOVD 16(R19), R1
	TBZ  $1, R9, a2
	MOVD (R1), R1
a2:
	MOVD 24(R19), R2
	TBZ  $2, R9, a3
	MOVD (R2), R2
a3:
	MOVD 32(R19), R3
	TBZ  $3, R9, a4
	MOVD (R3), R3
a4:
	MOVD 40(R19), R4
	TBZ  $4, R9, a5
	MOVD (R4), R4
a5:
	MOVD 48(R19), R5
	TBZ  $5, R9, number
	MOVD (R5), R5
number:
	MOVD (R19), R8
	TBNZ $63, R8, pseudo
	SVC
done:
	MOVD R0, 64(R19)
	MOVD 72(R19), R9
	CBZ  R9, stored
	MOVD R0, (R9)
stored:
	CMN  $4095, R0 // carry: from -4095 to -1
	BCS  error
	CBNZ R0, next
	MOVD 80(R19), R9
	CBZ  R9, next
	MOVD R9, R19
	B    again
next:
	MOVD 96(R19), R19
	B    again
error:
	NEG  R0, R0
	MOVD 104(R19), R9
	MOVD R9, (R20)
	MOVD R0, 8(R20)
	MOVD 88(R19), R9
entry:
	MOVD (R9), R10
	CBZ  R10, take
	CMP  R10, R0
	BEQ  take
	ADD  $16, R9
	B    entry
take:
	MOVD 8(R9), R19
	B    again
pseudo:
	CMN $1, R8
	BEQ end
	CMN $3, R8
	BEQ sub
	CMN $4, R8
	BEQ and
	B   done
sub:
	SUB R1, R0, R0
	B   done
and:
	AND R1, R0, R0
	B   done
end:
	RET

// loopEnd marks the end of the loop's bytes.
TEXT ·loopEnd(SB), NOSPLIT|NOFRAME, $0-0
	RET

// func loopBytes() (start, end *byte)
TEXT ·loopBytes(SB), NOSPLIT, $0-16
	MOVD $·loop(SB), R0
	MOVD R0, start+0(FP)
	MOVD $·loopEnd(SB), R0
	MOVD R0, end+8(FP)
	RET

// func run(entry, status uintptr)
TEXT ·run(SB), NOSPLIT, $16-16
	MOVD entry+0(FP), R19
	MOVD status+8(FP), R20
	CALL ·loop(SB)
	RET

// func clone3(args, size, entry, status uintptr) (pid uintptr)
TEXT ·clone3(SB), NOSPLIT|NOFRAME, $0-40
	MOVD args+0(FP), R0
	MOVD size+8(FP), R1
	MOVD entry+16(FP), R19
	MOVD status+24(FP), R20
	MOVD $435, R8
	SVC
	CBNZ R0, parent
	B    ·loop(SB)
parent:
	MOVD R0, pid+32(FP)
	RET
