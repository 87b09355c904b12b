#include "textflag.h"

// The loop. BX holds the current instruction, R12 the status; package program
// lays both out. It uses no stack, so that a child that shares its parent's
// memory and stack pointer can run it, and calls nothing, so that its bytes
// can be copied elsewhere.
TEXT ·loop(SB), NOSPLIT|NOFRAME, $0-0
again:
	MOVQ 56(BX), R13 // which arguments are read from memory
	MOVQ 8(BX), DI
	BTQ  $0, R13
	JCC  a1
	MOVQ (DI), DI
a1:
	MOVQ 16(BX), SI
	BTQ  $1, R13
	JCC  a2
	MOVQ (SI), SI
a2:
	MOVQ 24(BX), DX
	BTQ  $2, R13
	JCC  a3
	MOVQ (DX), DX
a3:
	MOVQ 32(BX), R10
	BTQ  $3, R13
	JCC  a4
	MOVQ (R10), R10
a4:
	MOVQ 40(BX), R8
	BTQ  $4, R13
	JCC  a5
	MOVQ (R8), R8
a5:
	MOVQ 48(BX), R9
	BTQ  $5, R13
	JCC  number
	MOVQ (R9), R9
number:
	MOVQ  (BX), AX
	TESTQ AX, AX
	JLT   pseudo
	SYSCALL
done:
	MOVQ  AX, 64(BX)
	MOVQ  72(BX), R13
	TESTQ R13, R13
	JEQ   stored
	MOVQ  AX, (R13)
stored:
	CMPQ  AX, $-4095
	JCC   error // unsigned: from -4095 to -1
	TESTQ AX, AX
	JNE   next
	MOVQ  80(BX), R13
	TESTQ R13, R13
	JEQ   next
	MOVQ  R13, BX
	JMP   again
next:
	MOVQ 96(BX), BX
	JMP  again
error:
	NEGQ AX
	MOVQ 104(BX), R13
	MOVQ R13, (R12)
	MOVQ AX, 8(R12)
	MOVQ 88(BX), R13
entry:
	MOVQ  (R13), R9
	TESTQ R9, R9
	JEQ   take
	CMPQ  R9, AX
	JEQ   take
	ADDQ  $16, R13
	JMP   entry
take:
	MOVQ 8(R13), BX
	JMP  again
pseudo:
	CMPQ AX, $-1
	JEQ  end
	CMPQ AX, $-3
	JEQ  sub
	CMPQ AX, $-4
	JEQ  and
	MOVQ DI, AX
	JMP  done
sub:
	MOVQ DI, AX
	SUBQ SI, AX
	JMP  done
and:
	MOVQ DI, AX
	ANDQ SI, AX
	JMP  done
end:
	RET

// loopEnd marks the end of the loop's bytes.
TEXT ·loopEnd(SB), NOSPLIT|NOFRAME, $0-0
	RET

// func loopBytes() (start, end *byte)
TEXT ·loopBytes(SB), NOSPLIT, $0-16
	LEAQ ·loop(SB), AX
	MOVQ AX, start+0(FP)
	LEAQ ·loopEnd(SB), AX
	MOVQ AX, end+8(FP)
	RET

// func run(entry, status uintptr)
TEXT ·run(SB), NOSPLIT, $0-16
	MOVQ entry+0(FP), BX
	MOVQ status+8(FP), R12
	CALL ·loop(SB)
	RET

// func clone3(args, size, entry, status uintptr) (pid uintptr)
TEXT ·clone3(SB), NOSPLIT|NOFRAME, $0-40
	MOVQ  args+0(FP), DI
	MOVQ  size+8(FP), SI
	MOVQ  entry+16(FP), BX
	MOVQ  status+24(FP), R12
	MOVQ  $435, AX
	SYSCALL
	TESTQ AX, AX
	JNE   parent
	JMP   ·loop(SB)
parent:
	MOVQ AX, pid+32(FP)
	RET
