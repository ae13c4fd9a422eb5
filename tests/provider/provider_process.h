// SPDX-License-Identifier: ISC
/* tests/provider/provider_process.h - the provider, and what it is to answer. */
#ifndef PROVIDER_PROCESS_H
#define PROVIDER_PROCESS_H

int provider_start(void);
int provider_stop(void);

/* The same port again, so that clients that knew it find it refused in between. */
void provider_pause(void);
void provider_resume(void);

/* "https://localhost:PORT"; and the path of a file in its directory. */
const char *provider_base(void);
const char *provider_file(const char *name);

/* The answer at path from now on, as in server.h. */
void provider_says(const char *path, const char *answer);

/* A JWK Set of these keys, divided by blanks, with that first line and header. */
void provider_keys(const char *path, const char *first, const char *header, const char *keys);

/* How often path was asked for since the last host_start; and the target of the last time. */
int provider_calls(const char *path);
const char *provider_asked(const char *path);

/* A row of certificate.c to present. */
void provider_certificate(const char *name);

#endif
