// SPDX-License-Identifier: ISC
/* server/stray.h - signals that mean nothing to the service must not end it. */
#ifndef SERVER_STRAY_H
#define SERVER_STRAY_H

/* Children and executed programs inherit it.  Negative: errno. */
int stray_ignore(void);

#endif
