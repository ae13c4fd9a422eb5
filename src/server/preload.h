// SPDX-License-Identifier: ISC
/*
 * server/preload.h - the libraries that the C library would load only when it
 * first needs them.
 */
#ifndef SERVER_PRELOAD_H
#define SERVER_PRELOAD_H

/*
 * Loads the modules of the name service that nsswitch.conf(5) names for hosts,
 * and what ending a thread needs.  After that, looking up the address of a host
 * maps no further file as code.  A module that is missing stays missing.
 */
void preload_name_service(void);

#endif
