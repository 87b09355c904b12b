#include "textflag.h"

// The handler of signals to be forwarded: R0 is the signal. The kernel has saved
// all registers, and the vDSO has the way back. A process that appears while the
// signal is being noted may get it twice.
TEXT ·passOn(SB), NOSPLIT|NOFRAME, $0-0
	MOVD R0, R1
	SUB  $1, R0, R2
	MOVD $1, R3
	LSL  R2, R3, R3
	MOVD $·forward(SB), R4
	MOVD 8(R4), R5
	TST  R3, R5
	BEQ  done
	MOVW (R4), R0
	CBNZ R0, send
	ADD  $16, R4, R6
again:
	LDAXR (R6), R7
	ORR   R3, R7, R7
	STLXR R7, (R6), R8
	CBNZ  R8, again
	DMB   $0xb // ISH: the note before the look
	MOVW  (R4), R0
	CBZ   R0, done
send:
	MOVD $129, R8 // kill
	SVC
done:
	RET

// func handlers() (handler, restorer uintptr)
TEXT ·handlers(SB), NOSPLIT, $0-16
	MOVD $·passOn(SB), R0
	MOVD R0, handler+0(FP)
	MOVD ZR, restorer+8(FP)
	RET
