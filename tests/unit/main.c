// SPDX-License-Identifier: ISC
/* tests/unit/main.c - the tables of unit tests, one for each file with logic. */
#include "base/descriptors.h"
#include "base/log.h"
#include "unit.h"

int
main(void)
{
	CU_SuiteInfo suites[] = {
		{ "auth/audit", NULL, NULL, NULL, NULL, audit_tests },
		{ "auth/auth", NULL, NULL, NULL, NULL, auth_tests },
		{ "auth/domain_token", NULL, NULL, NULL, NULL, domain_token_tests },
		{ "auth/field", NULL, NULL, NULL, NULL, field_tests },
		{ "auth/ha1b", NULL, NULL, NULL, NULL, ha1b_tests },
		{ "auth/jwt", NULL, NULL, NULL, NULL, jwt_tests },
		{ "auth/keyring", NULL, NULL, NULL, NULL, keyring_tests },
		{ "auth/password", NULL, NULL, NULL, NULL, password_tests },
		{ "auth/person", NULL, NULL, person_start, person_end, person_tests },
		{ "auth/role", NULL, NULL, NULL, NULL, role_tests },
		{ "auth/session", NULL, NULL, NULL, NULL, session_tests },
		{ "auth/token", NULL, NULL, NULL, NULL, token_tests },
		{ "auth/user", NULL, NULL, NULL, NULL, user_tests },
		{ "auth/user_jwt", NULL, NULL, NULL, NULL, user_jwt_tests },
		{ "base/address", NULL, NULL, NULL, NULL, address_tests },
		{ "base/arena", NULL, NULL, NULL, NULL, arena_tests },
		{ "base/b64", NULL, NULL, NULL, NULL, b64_tests },
		{ "base/clock", NULL, NULL, NULL, NULL, clock_tests },
		{ "base/form", NULL, NULL, NULL, NULL, form_tests },
		{ "base/json", NULL, NULL, NULL, NULL, json_tests },
		{ "base/log", NULL, NULL, NULL, NULL, log_tests },
		{ "base/multipart", NULL, NULL, NULL, NULL, multipart_tests },
		{ "base/private_file", NULL, NULL, NULL, NULL, private_file_tests },
		{ "base/secret", NULL, NULL, NULL, NULL, secret_tests },
		{ "base/slots", NULL, NULL, NULL, NULL, slots_tests },
		{ "base/text", NULL, NULL, NULL, NULL, text_tests },
		{ "base/uuid", NULL, NULL, NULL, NULL, uuid_tests },
		{ "base/verdict", NULL, NULL, NULL, NULL, verdict_tests },
		{ "conf/conf", NULL, NULL, NULL, NULL, conf_tests },
		{ "conf/options", NULL, NULL, NULL, NULL, options_tests },
		{ "cred/cred", NULL, NULL, NULL, NULL, cred_tests },
		{ "cred/cred_basic", NULL, NULL, NULL, NULL, cred_basic_tests },
		{ "cred/cred_ha1b", NULL, NULL, NULL, NULL, cred_ha1b_tests },
		{ "cred/jwks", NULL, NULL, NULL, NULL, jwks_tests },
		{ "cred/upstream", NULL, NULL, NULL, NULL, upstream_tests },
		{ "http/dialect", NULL, NULL, NULL, NULL, dialect_tests },
		{ "http/handle_auth", NULL, NULL, NULL, NULL, handle_auth_tests },
		{ "http/handle_token", NULL, NULL, NULL, NULL, handle_token_tests },
		{ "http/input", NULL, NULL, NULL, NULL, input_tests },
		{ "http/reply", NULL, NULL, NULL, NULL, reply_tests },
		{ "http/request", NULL, NULL, NULL, NULL, request_tests },
		{ "http/routes", NULL, NULL, NULL, NULL, routes_tests },
		{ "http/serve", NULL, NULL, NULL, NULL, serve_tests },
		{ "http: CORS", NULL, NULL, NULL, NULL, cors_tests },
		{ "http: Webitel", NULL, NULL, NULL, NULL, webitel_tests },
		{ "http: settings", NULL, NULL, NULL, NULL, settings_tests },
		{ "server/listen", NULL, NULL, NULL, NULL, listen_tests },
		{ "store/codec", NULL, NULL, NULL, NULL, codec_tests },
		{ "store/record", NULL, NULL, NULL, NULL, record_tests },
		CU_SUITE_INFO_NULL,
	};

	if (descriptors_fill())
		return 99;
	if (log_open(UNIT_LOG, LOG_LEVEL_ERROR))
		return 99;
	return test_run(suites);
}
