// SPDX-License-Identifier: ISC
#include "place.h"

#include "contract.h"

struct place
contract_place(enum table table, unsigned n)
{
	struct place at = { .table = table };
	struct uuid account = contract_uuid(5), user = contract_uuid(1);
	struct domain_token domain_token = contract_domain_token(6, "example.org");
	struct token token = contract_token(n, 1);

	switch (table) {
	case TABLE_META:	return at_text(table, "store");
	case TABLE_USER:
	case TABLE_PASSWORD:	return at_uuid(table, &user);
	case TABLE_IDENTITY:	return at_identity(IDENTITY_LOGIN, "user1@example.org");
	case TABLE_ACCOUNT:	return at_uuid(table, &account);
	case TABLE_ACCOUNT_NAME: return at_text(table, "account 5");
	case TABLE_ACCOUNT_USER: return at_account_user(&account, &user);
	case TABLE_TOKEN:	return at_digest(token.digest);
	case TABLE_TOKEN_UUID:	return at_uuid(table, &token.id);
	case TABLE_TOKEN_USER:	return at_token_user(&token);
	case TABLE_TOKEN_EXPIRY: return at_token_expiry(token.expires_ms, token.digest);
	case TABLE_KEY:		return at_text(table, "key2");
	case TABLE_DOMAIN_TOKEN: return at_domain_token("example.org", &domain_token.id);
	case TABLE_ROLE:	return at_text(table, "role 8");
	default:		return at;
	}
}
