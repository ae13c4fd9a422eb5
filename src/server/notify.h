// SPDX-License-Identifier: ISC
/*
 * server/notify.h - reports the state to a service manager, as sd_notify(3) does.
 *
 * Nothing happens unless NOTIFY_SOCKET is in the environment.
 */
#ifndef SERVER_NOTIFY_H
#define SERVER_NOTIFY_H

/* state: "READY=1", "RELOADING=1", "STOPPING=1". */
void notify(const char *state);

#endif
