/*
 * hold FILE SHARE opens FILE as another program of Windows would, says so, and keeps it open until its standard input
 * ends. SHARE is what others may do meanwhile, as CreateFile takes it: 0 nothing; 3 read and write, but neither replace
 * nor delete, which is how Go, and so Docker, opens every file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

int main(int argc, char **argv)
{
	HANDLE file;

	if (argc != 3)
		return 2;
	file = CreateFileA(argv[1], GENERIC_READ, strtoul(argv[2], NULL, 10), NULL, OPEN_EXISTING, 0, NULL);
	if (file == INVALID_HANDLE_VALUE) {
		fprintf(stderr, "%s: error %lu\n", argv[1], GetLastError());
		return 1;
	}
	puts("held");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
