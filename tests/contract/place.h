// SPDX-License-Identifier: ISC
/* tests/contract/place.h - where the records of contract.h are in LMDB. */
#ifndef TESTS_CONTRACT_PLACE_H
#define TESTS_CONTRACT_PLACE_H

#include "store/lmdb/lmdb_place.h"

/*
 * The place of a record in that database: of user 1, account 5, the n-th token, which is
 * the user's, key 2, domain token 6 of example.org or role 8.
 */
struct place contract_place(enum table table, unsigned token);

#endif
