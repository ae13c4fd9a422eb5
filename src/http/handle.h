// SPDX-License-Identifier: ISC
/*
 * http/handle.h - the handlers that rows of routes[] name, and their inputs.
 *
 * A handler asks the domain and puts the answer.  It parses nothing, opens
 * nothing, logs nothing; its caller turns the result into an answer.
 */
#ifndef HTTP_HANDLE_H
#define HTTP_HANDLE_H

struct call;

/* Positions in the fields of their routes. */
enum { TOKEN_NAME, TOKEN_TTL };
enum { LIST_LIMIT, LIST_AFTER };
enum { LOGIN_USERNAME, LOGIN_PASSWORD };
enum { DOMAIN_EXPIRE, DOMAIN_ROLE };
enum { DOMAIN_STATE };

int auth_show(struct call *c);
int settings_show(struct call *c);
int verify_role(struct call *c);

int token_post(struct call *c);
int token_get_list(struct call *c);
int token_locate(struct call *c);
int token_patch(struct call *c);
int token_delete(struct call *c);
int token_delete_all(struct call *c);

int webitel_login(struct call *c);
int webitel_logout(struct call *c);
int webitel_whoami(struct call *c);

int domain_permit_create(struct call *c);
int domain_token_post(struct call *c);
int domain_token_get_list(struct call *c);
int domain_token_locate(struct call *c);
int domain_token_patch(struct call *c);
int domain_token_delete(struct call *c);

#endif
