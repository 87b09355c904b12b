#include "textflag.h"

// The handler of signals to be forwarded: DI is the signal. The kernel has saved
// all registers. A process that appears while the signal is being noted may get
// it twice.
TEXT ·passOn(SB), NOSPLIT|NOFRAME, $0-0
	MOVL  DI, SI
	LEAL  -1(DI), CX
	MOVQ  $1, AX
	SHLQ  CX, AX
	TESTQ AX, ·forward+8(SB)
	JEQ   done
	MOVL  ·forward+0(SB), DI
	TESTL DI, DI
	JNE   send
	LOCK
	ORQ   AX, ·forward+16(SB)
	MOVL  ·forward+0(SB), DI
	TESTL DI, DI
	JEQ   done
send:
	MOVL $62, AX // kill
	SYSCALL
done:
	RET

// What the handler returns to.
TEXT ·restorer(SB), NOSPLIT|NOFRAME, $0-0
	MOVL $15, AX // rt_sigreturn
	SYSCALL
	INT  $3

// func handlers() (handler, restorer uintptr)
TEXT ·handlers(SB), NOSPLIT, $0-16
	LEAQ ·passOn(SB), AX
	MOVQ AX, handler+0(FP)
	LEAQ ·restorer(SB), AX
	MOVQ AX, restorer+8(FP)
	RET
