// SPDX-License-Identifier: ISC
/*
 * tests/bench/noop.c SOCKET WORKERS - the least that libfcgi can do for a request:
 * accepts, answers a few bytes, closes.  What doorward costs is compared with it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/descriptors.h"

static void
serve(int listener)
{
	FCGX_Request request;

	if (FCGX_InitRequest(&request, listener, 0))
		exit(1);
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutS("Content-Type: application/json\r\n\r\n{\"success\":true}", request.out);
		FCGX_Finish_r(&request);
	}
	exit(1);
}

int
main(int argc, char **argv)
{
	int listener;

	if (descriptors_fill())
		return 2;
	/* whatever ends the script must end this too */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (argc != 3 || FCGX_Init() || (listener = FCGX_OpenSocket(argv[1], 1024)) < 0 ||
	    chmod(argv[1], 0666)) {
		fputs("usage: noop SOCKET WORKERS\n", stderr);
		return 2;
	}
	signal(SIGTERM, SIG_DFL);	/* libfcgi catches it */
	for (int left = atoi(argv[2]); left > 0; left--) {
		switch (fork()) {
		case -1:
			return 1;
		case 0:
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(listener);
		}
	}
	while (wait(NULL) > 0)
		;
	return 1;
}
