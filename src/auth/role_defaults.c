// SPDX-License-Identifier: ISC
/* auth/role_defaults.c - the default permissions of root, admin and user. */
#include "auth/role.h"

#define ROOT_ACL \
	"{\"license\":[\"*\"]," \
	"\"system/reload\":[\"*\"]," \
	"\"account\":[\"*\"]," \
	"\"domain/item\":[\"*\"]," \
	"\"domain\":[\"*\"]," \
	"\"gateway/profile\":[\"*\"]," \
	"\"gateway\":[\"*\"]," \
	"\"outbound/list\":[\"*\"]," \
	"\"cdr/media\":[\"*\"]," \
	"\"cdr/files\":[\"*\"]," \
	"\"cdr\":[\"*\"]," \
	"\"hook\":[\"*\"]," \
	"\"book\":[\"*\"]," \
	"\"dialer/members\":[\"*\"]," \
	"\"dialer\":[\"*\"]," \
	"\"cc/queue\":[\"*\"]," \
	"\"cc/members\":[\"*\"]," \
	"\"cc/tiers\":[\"*\"]," \
	"\"channels\":[\"*\"]," \
	"\"rotes/domain\":[\"*\"]," \
	"\"rotes/extension\":[\"*\"]," \
	"\"rotes/public\":[\"*\"]," \
	"\"rotes/default\":[\"*\"]," \
	"\"calendar\":[\"*\"]," \
	"\"blacklist\":[\"*\"]," \
	"\"acl/resource\":[\"*\"]," \
	"\"acl/roles\":[\"*\"]}"

#define ADMIN_ACL \
	"{\"account\":[\"*\",\"r\",\"uo\"]," \
	"\"domain/item\":[\"*\"]," \
	"\"gateway\":[\"*\"]," \
	"\"outbound/list\":[\"*\"]," \
	"\"cdr/media\":[\"*\"]," \
	"\"cdr/files\":[\"*\",\"ro\"]," \
	"\"cdr\":[\"*\",\"ro\"]," \
	"\"hook\":[\"*\"]," \
	"\"book\":[\"*\",\"c\",\"u\",\"r\"]," \
	"\"dialer/members\":[\"*\"]," \
	"\"dialer\":[\"*\"]," \
	"\"cc/queue\":[\"*\"]," \
	"\"cc/members\":[\"*\"]," \
	"\"cc/tiers\":[\"*\",\"r\"]," \
	"\"channels\":[\"*\"]," \
	"\"rotes/domain\":[\"*\"]," \
	"\"rotes/extension\":[\"*\"]," \
	"\"rotes/public\":[\"*\"]," \
	"\"rotes/default\":[\"*\"]," \
	"\"calendar\":[\"*\"]," \
	"\"blacklist\":[\"*\",\"c\",\"u\",\"r\"]," \
	"\"acl/roles\":[\"r\"]}"

#define USER_ACL \
	"{\"cc/tiers\":[\"r\"]," \
	"\"cdr/files\":[\"ro\"]," \
	"\"cdr\":[\"ro\"]," \
	"\"book\":[\"c\",\"u\",\"r\"]," \
	"\"channels\":[\"*\"]," \
	"\"blacklist\":[\"c\",\"u\",\"r\"]," \
	"\"acl/roles\":[\"r\"]," \
	"\"account\":[\"r\",\"uo\"]}"

const struct role role_defaults[ROLE_DEFAULTS] = {
	{ .name = "root", .acl = ROOT_ACL },
	{ .name = "admin", .acl = ADMIN_ACL },
	{ .name = "user", .acl = USER_ACL },
};
