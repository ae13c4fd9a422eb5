// SPDX-License-Identifier: ISC
/*
 * auth/admin.h - what an administrator does to users and accounts from afar, where
 * doorwardctl is not at hand (API 11).
 */
#ifndef AUTH_ADMIN_H
#define AUTH_ADMIN_H

#include "auth/auth.h"
#include "auth/identity.h"

/*
 * May the caller administer?  V_FORBIDDEN: it does not have the role Admin, or did not log
 * in: a token that was stolen must not create an administrator.
 */
int admin_may(const struct identity *who);

#endif
