#!/bin/sh
# Runs compiled tests in a guest, one after the other, each in the folder of its
# package. For each leaves in the exchange folder what it said (NAME.out) and, when
# it has ended, its exit status and time (NAME.end).
#
#   in-guest.sh EXCHANGE TREE SKIP [PACKAGE PATTERN]...
exchange=$1 tree=$2 skip=$3
shift 3
while [ $# -gt 0 ]; do
	package=$1 pattern=$2
	shift 2
	name=$(echo "$package" | tr / ,)
	cd "$tree/$package" || exit
	begin=$(date +%s%N)
	./compiled.test -test.v=test2json -test.timeout=10m -test.run="$pattern" -test.skip="$skip" >"$exchange/$name.out" 2>&1 </dev/null
	status=$?
	echo "$status $((($(date +%s%N) - begin) / 1000000))" >"$exchange/$name.end"
done
