/* Runs a program and prints the most memory that it had, in KiB: this small
 * program is its parent, because what it has at the fork counts too. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
	struct rusage used;
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		execv(argv[1], argv + 1);
		_exit(127);
	}
	if (argc < 2 || pid < 0 || wait4(pid, &status, 0, &used) != pid || status != 0) return 1;
	printf("\n%ld\n", used.ru_maxrss);
	return 0;
}
