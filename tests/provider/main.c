// SPDX-License-Identifier: ISC
/* tests/provider/main.c - API 2.8, against providers spoken to over TLS. */
#include "base/descriptors.h"
#include "host.h"

int
main(int argc, char **argv)
{
	int status;

	if (descriptors_fill())
		return 99;
	if (provider_start())
		return 99;
	status = test_run(NULL, argc, argv);
	provider_stop();
	return status;
}
