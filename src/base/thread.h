// SPDX-License-Identifier: ISC
/*
 * base/thread.h - threads that do something slow while their process goes on.
 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

/*
 * Starts a thread; join it with pthread_join.  Signals of the process never come to
 * it.  -errno, logged with what the thread is for.
 */
int thread_start(pthread_t *thread, const char *what, void *(*run)(void *), void *arg);

#endif
