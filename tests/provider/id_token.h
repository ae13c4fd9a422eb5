// SPDX-License-Identifier: ISC
/* tests/provider/id_token.h - ID tokens, good ones and others. */
#ifndef PROVIDER_ID_TOKEN_H
#define PROVIDER_ID_TOKEN_H

#define CLAIMS_MAX 12

/* raw is JSON with ' for ", or "@+60": 60 s after now, "@.5+60" half a second later.  NULL: not there. */
struct claim {
	const char *name, *raw;
};

/* Their claims unless a test changes them; up to the first without a name. */
extern const struct claim google_claims[], apple_claims[], keycloak_claims[], limited_claims[];

/* base with changes of those names, or with them added, as JSON. */
const char *claims_with(const struct claim *base, const struct claim *changes);

/* Signed by the key of that file, which is its kid. */
const char *id_token(const char *key, const char *claims);

/* Any header, with ' for ", and any method (key.h). */
const char *any_token(const char *key, const char *method, const char *header,
    const char *claims);

#endif
