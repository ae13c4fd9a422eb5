// SPDX-License-Identifier: ISC
/*
 * http/handle.h - the functions that rows of routes[] name, and the positions
 * of the fields they read.
 *
 * A handler calls auth/ and writes the payload.  It parses nothing, opens nothing
 * and logs nothing; its caller turns the result into an answer.
 */
#ifndef HTTP_HANDLE_H
#define HTTP_HANDLE_H

struct answer;
struct call;

/* Positions in the fields of their routes. */
enum { TOKEN_NAME, TOKEN_TTL, TOKEN_SCOPE, TOKEN_ADDRESSES, TOKEN_STRAY, TOKEN_DETAIL };
enum { ROTATE_GRACE, ROTATE_STRAY, ROTATE_DETAIL };
enum { LOGOUT_TOKENS };
enum { PASSWORD_OLD, PASSWORD_NEW, PASSWORD_REVOKE };
enum { LIST_LIMIT, LIST_AFTER, LIST_DETAIL, LIST_UNUSED };
enum { LOGIN_USERNAME, LOGIN_PASSWORD };
enum { DOMAIN_EXPIRE, DOMAIN_ROLE };
enum { DOMAIN_STATE };
enum { OAUTH_TOKEN, OAUTH_HINT, OAUTH_CLIENT_IP };
enum { USERS_LIMIT, USERS_AFTER, USERS_SEARCH, USERS_LOGIN };
enum { USER_RECORD, USER_PASSWORD, USER_REVOKE };
enum { DELETE_KEEP };
enum { ACCOUNTS_LIMIT, ACCOUNTS_AFTER };

/* may_...: V_FORBIDDEN.  find_...: looks up what the path names.  on_...: handles it. */
int on_auth_show(struct call *c);
int on_auth_end(struct call *c);
int may_session(struct call *c);
int on_session_list(struct call *c);
int on_session_end(struct call *c);
int may_password_change(struct call *c);
int on_password_change(struct call *c);
int on_settings_show(struct call *c);
int on_verify(struct call *c);

int may_token_create(struct call *c);
int may_token_delete(struct call *c);
int may_token_rotate(struct call *c);
int find_token(struct call *c);
int on_token_create(struct call *c);
int on_token_list(struct call *c);
int on_token_change(struct call *c);
int on_token_rotate(struct call *c);
int on_token_delete(struct call *c);
int on_token_delete_all(struct call *c);

int on_introspect(struct call *c);
int on_revoke(struct call *c);
int on_jwks(struct call *c);
int on_oauth_metadata(struct call *c);
int on_openid_metadata(struct call *c);

int may_administer(struct call *c);
int find_user(struct call *c);
int on_user_list(struct call *c);
int on_user_show(struct call *c);
int on_user_add(struct call *c);
int on_user_change(struct call *c);
int on_user_disable(struct call *c);
int on_user_enable(struct call *c);
int on_user_logout(struct call *c);
int on_user_delete(struct call *c);

int find_account(struct call *c);
int on_account_list(struct call *c);
int on_account_show(struct call *c);
int on_account_add(struct call *c);
int on_account_change(struct call *c);
int on_account_delete(struct call *c);

int on_health(struct call *c);
int on_metrics(struct call *c);

int on_webitel_login(struct call *c);
int on_webitel_logout(struct call *c);
int on_webitel_whoami(struct call *c);
int on_webitel_license(struct call *c);

int may_domain_create(struct call *c);
int may_domain_read(struct call *c);
int may_domain_change(struct call *c);
int may_domain_delete(struct call *c);
int find_domain_token(struct call *c);
int on_domain_token_create(struct call *c);
int on_domain_token_list(struct call *c);
int on_domain_token_change(struct call *c);
int on_domain_token_delete(struct call *c);

/* What they answer with (http/answer.h). */
extern const struct answer answer_caller, answer_sessions, answer_settings,
    answer_token_created, answer_tokens, answer_token, answer_token_revoked,
    answer_inspected, answer_jwks, answer_oauth_metadata, answer_openid_metadata,
    answer_users, answer_user, answer_user_logout, answer_accounts,
    answer_account, answer_webitel_login, answer_webitel_logout, answer_webitel_caller,
    answer_webitel_license, answer_domain_token, answer_domain_tokens, answer_done,
    answer_health, answer_metrics;

#endif
