// SPDX-License-Identifier: ISC
/*
 * auth/mask.h - text that a client chose, for the log: without secrets that it may hold.
 *
 * Clients put tokens where a name belongs, alone or together with a host, a scheme or a
 * blank password.  Whatever has the form of a token, a JWT, a HA1B or the key of a session
 * is replaced by its first four characters and "...".  A password has no form.
 */
#ifndef AUTH_MASK_H
#define AUTH_MASK_H

#include <stddef.h>

/* As much of text as fits into size bytes with a NUL, masked before it is cut. */
void mask_secrets(const char *text, char *out, size_t size);

/* The same of a login name: one without '@' that is as long as a secret is masked as a whole. */
void mask_name(const char *name, char *out, size_t size);

#endif
