// SPDX-License-Identifier: ISC
/* tests/e2e/webitel.h - people, sessions and shapes for the Webitel dialect (API 6). */
#ifndef E2E_WEBITEL_H
#define E2E_WEBITEL_H

#include "e2e.h"

#define WFAIL(status, message) \
	"{'status':" #status ",'message':'" message "','info':'" message "'}"
#define W400(message)	.status = 400, .shape = WFAIL(400, message)
#define WBAD_CALLER	.status = 401, .shape = WFAIL(401, "Bad caller"), \
	.want = { "WWW-Authenticate: Webitel realm='doorward'" }
#define WBAD_LOGIN	.status = 401, .shape = WFAIL(401, "Invalid credentials"), \
	.want = { "WWW-Authenticate: Webitel realm='doorward'" }
#define WDENIED		.status = 403, .shape = WFAIL(403, "Permission denied!")
#define WNOT_FOUND	.status = 404, .shape = WFAIL(404, "Not found")
#define WNO_USER	.status = 404, .shape = WFAIL(404, "User not found")
#define WDONE		.status = 200, .shape = "{'status':'OK'}"

#define ROOT_ACL "{'license':['*'],'system/reload':['*'],'account':['*'],'domain/item':['*']," \
	"'domain':['*'],'gateway/profile':['*'],'gateway':['*'],'outbound/list':['*']," \
	"'cdr/media':['*'],'cdr/files':['*'],'cdr':['*'],'hook':['*'],'book':['*']," \
	"'dialer/members':['*'],'dialer':['*'],'cc/queue':['*'],'cc/members':['*']," \
	"'cc/tiers':['*'],'channels':['*'],'rotes/domain':['*'],'rotes/extension':['*']," \
	"'rotes/public':['*'],'rotes/default':['*'],'calendar':['*'],'blacklist':['*']," \
	"'acl/resource':['*'],'acl/roles':['*']}"
#define ADMIN_ACL "{'account':['*','r','uo'],'domain/item':['*'],'gateway':['*']," \
	"'outbound/list':['*'],'cdr/media':['*'],'cdr/files':['*','ro'],'cdr':['*','ro']," \
	"'hook':['*'],'book':['*','c','u','r'],'dialer/members':['*'],'dialer':['*']," \
	"'cc/queue':['*'],'cc/members':['*'],'cc/tiers':['*','r'],'channels':['*']," \
	"'rotes/domain':['*'],'rotes/extension':['*'],'rotes/public':['*']," \
	"'rotes/default':['*'],'calendar':['*'],'blacklist':['*','c','u','r']," \
	"'acl/roles':['r']}"
#define USER_ACL "{'cc/tiers':['r'],'cdr/files':['ro'],'cdr':['ro'],'book':['c','u','r']," \
	"'channels':['*'],'blacklist':['c','u','r'],'acl/roles':['r'],'account':['r','uo']}"
#define OPERATOR_ACL "{'cdr':['r'],'domain':['r']}"
#define CDR "{'host':'http://localhost:10023','useProxy':'true'}"

/* The answer of /login; its key, token and expiry become the words kN, sN and eN. */
#define SESSION(domain, username, role, name, acl, n) \
	"{'key':'<uuid:k" #n ">','domain':'" domain "','username':'" username "'," \
	"'expires':<number:e" #n ">,'token':'<jwt:s" #n ">','role':" #role "," \
	"'roleName':'" name "','acl':" acl ",'cdr':" CDR "}"

/* The answer of whoami. */
#define CALLER(id, domain, name, acl, expires) "{'acl':" acl ",'id':'" id "'," \
	"'domain':'" domain "','roleName':'" name "','expires':" expires ",'cdr':" CDR "}"

/* Headers of a session, whose words are kN and sN, and of a domain token, sN. */
#define BY(n) "X-Access-Token: $s" #n, "X-Key: $k" #n
#define BY_TOKEN(n) "X-Access-Token: $s" #n

#define PASSWORD "webitel-password-1"

/*
 * Makes these, once: carl, SIP login 100@mydomain.com, a user; anna, Admin of
 * mydomain.com; rita, root; olga, operator with OPERATOR_ACL; nils, of a role that
 * is not defined; paul, Provider; all @mydomain.com with PASSWORD.
 */
void people_make(void);

/* Logs in by that name: words kN, sN and eN, which must not appear in any log. */
void session_begin(const char *n, const char *username);

extern CU_TestInfo webitel_tests[], webitel_life_tests[], domain_tests[], door_tests[];

#endif
