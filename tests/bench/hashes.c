// SPDX-License-Identifier: ISC
/*
 * tests/bench/hashes.c THREADS SECONDS - how many Argon2id hashes of a second so many threads
 * calculate, each at the shipped cost and with nothing else to do.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <sodium.h>

#include "base/descriptors.h"
#include "microseconds.h"

#define THREADS_MAX	64
#define MEMORY_KIB	19456
#define ITERATIONS	2

static atomic_ulong hashes;

static void *
calculate(void *unused)
{
	static const unsigned char salt[crypto_pwhash_SALTBYTES] = "0123456789abcdef";
	unsigned char hash[32];

	(void)unused;
	for (;; atomic_fetch_add(&hashes, 1)) {
		if (crypto_pwhash(hash, sizeof hash, "correct horse", 13, salt, ITERATIONS,
		    (size_t)MEMORY_KIB * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
			exit(EXIT_FAILURE);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	struct timespec duration = { 0 };
	pthread_t thread;
	double began;
	int threads;

	if (descriptors_fill() || sodium_init() < 0 || argc != 3)
		return 99;
	threads = atoi(argv[1]);
	duration.tv_sec = atoi(argv[2]);
	if (threads < 1 || threads > THREADS_MAX || duration.tv_sec < 1)
		return 99;
	began = now_us();
	for (int i = 0; i < threads; i++) {
		if (pthread_create(&thread, NULL, calculate, NULL) != 0)
			return 99;
	}
	nanosleep(&duration, NULL);
	printf("%.2f\n", (double)atomic_load(&hashes) * 1e6 / (now_us() - began));
	return 0;
}
