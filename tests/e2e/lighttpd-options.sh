#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The service behind lighttpd, with options that are not at their defaults.
export E2E_SUITES=options
export E2E_SETTINGS='
	realm = "Other realm"
	basic_challenge = no
	accept_query_credentials = no
	cors_origins = {"https://app.example.org", "http://localhost:3000"}
	google_client_ids = {"first.apps.example", "second.apps.example"}
	ha1b = no
	bearer_may_create = yes
	token_prefix = dwt_
	max_body_bytes = 2048
	jwt_ttl_s = 600
	max_session_s = 900
	token_ttl_default_s = 120
	token_ttl_max_s = 3600
	max_tokens_per_user = 2
	workers = 1
	webitel = no
'
exec "${BASH_SOURCE[0]%/*}/stack.sh" lighttpd tests/e2e/e2e
