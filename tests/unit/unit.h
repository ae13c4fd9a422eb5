// SPDX-License-Identifier: ISC
/* tests/unit/unit.h - the tables of unit tests, alphabetically by folder and file. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include "base/arena.h"
#include "test.h"

extern CU_TestInfo address_tests[];
extern CU_TestInfo arena_tests[];
extern CU_TestInfo audit_tests[];
extern CU_TestInfo auth_tests[];
extern CU_TestInfo b64_tests[];
extern CU_TestInfo clock_tests[];
extern CU_TestInfo codec_tests[];
extern CU_TestInfo conf_tests[];
extern CU_TestInfo cors_tests[];
extern CU_TestInfo cred_basic_tests[];

extern CU_TestInfo dialect_tests[];
extern CU_TestInfo cred_ha1b_tests[];
extern CU_TestInfo cred_tests[];
extern CU_TestInfo domain_token_tests[];
extern CU_TestInfo field_tests[];
extern CU_TestInfo form_tests[];
extern CU_TestInfo ha1b_tests[];
extern CU_TestInfo handle_auth_tests[];
extern CU_TestInfo handle_token_tests[];
extern CU_TestInfo input_tests[];
extern CU_TestInfo json_tests[];
extern CU_TestInfo jwks_tests[];
extern CU_TestInfo jwt_tests[];
extern CU_TestInfo keyring_tests[];
extern CU_TestInfo listen_tests[];
extern CU_TestInfo log_tests[];
extern CU_TestInfo multipart_tests[];
extern CU_TestInfo options_tests[];
extern CU_TestInfo password_tests[];
extern CU_TestInfo person_tests[];
extern CU_TestInfo private_file_tests[];
extern CU_TestInfo record_tests[];
extern CU_TestInfo reply_tests[];
extern CU_TestInfo request_tests[];
extern CU_TestInfo routes_tests[];
extern CU_TestInfo secret_tests[];
extern CU_TestInfo serve_tests[];
extern CU_TestInfo webitel_tests[];
extern CU_TestInfo settings_tests[];
extern CU_TestInfo slots_tests[];
extern CU_TestInfo text_tests[];
extern CU_TestInfo role_tests[];
extern CU_TestInfo session_tests[];
extern CU_TestInfo token_tests[];
extern CU_TestInfo upstream_tests[];
extern CU_TestInfo user_jwt_tests[];
extern CU_TestInfo user_tests[];
extern CU_TestInfo uuid_tests[];
extern CU_TestInfo verdict_tests[];

/* What auth/person needs around its tests. */
void person_start(void);
void person_end(void);

/* Where lines go that no test looks at. */
#define UNIT_LOG "/dev/null"

/* A file of a directory of its own with that text; its path is in mem. */
const char *unit_write(struct arena *mem, const void *bytes, size_t len);

/* header and payload, encoded, and signed by HMAC-SHA-256 under key (RFC 7515, 7.1). */
const char *unit_jwt(struct arena *mem, const char *header, const char *payload,
    const void *key, size_t key_len);

/* All of a file in mem, or "" if it cannot be read. */
const char *unit_read(struct arena *mem, const char *path);

#endif
