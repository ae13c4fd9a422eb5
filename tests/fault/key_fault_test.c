// SPDX-License-Identifier: ISC
/* Keys and stores that a service must not start with, or go on with. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault.h"

/* A service that was closed: its options, its files in a directory of its own. */
static struct conf *
closed_service(void)
{
	const char *dir = strdup(test_directory());
	struct conf *conf;
	struct box my;

	box_open(&my, dir);
	box_close(&my);
	conf = box_conf(dir);
	free((char *)dir);
	return conf;
}

static int
open_with(const struct conf *conf)
{
	GUARD(service_close) struct service *service = NULL;
	int r;

	r = service_open(&service, conf);
	EXPECT_TRUE("a service, or none", (service != NULL) == (r == 0));
	return r;
}

static void
put(const char *path, const char *bytes, size_t len, mode_t mode)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) || chmod(path, mode))
		exit(99);
}

static void
key_files(void)
{
	static const char other[] = "another key of thirty-two bytes!and another one behind the first";
	static const struct { const char *row; size_t len; mode_t mode; int want; } rows[] = {
		{ "empty", 0, 0600, -EINVAL },
		{ "a byte short", 31, 0600, -EINVAL },
		{ "a byte more", 33, 0600, -EINVAL },
		{ "another", 32, 0600, -EKEYREJECTED },
		{ "two others", 64, 0600, -EKEYREJECTED },
		{ "for all to read", 32, 0644, -EPERM },
		{ "for the group to write", 32, 0660, -EPERM },
	};
	GUARD(conf_drop) struct conf *conf = closed_service();
	char good[64];
	FILE *file;

	EXPECT_INT("good", open_with(conf), 0);
	file = fopen(conf->key_file, "r");
	EXPECT_INT("good", (int64_t)fread(good, 1, sizeof good, file), 32);
	fclose(file);
	for (size_t i = 0; i < NELEM(rows); i++) {
		put(conf->key_file, other, rows[i].len, rows[i].mode);
		EXPECT_VERDICT(rows[i].row, open_with(conf), rows[i].want);
	}
	good[31] ^= 1;
	put(conf->key_file, good, 32, 0600);
	EXPECT_VERDICT("a bit changed", open_with(conf), -EKEYREJECTED);
	unlink(conf->key_file);
	EXPECT_VERDICT("none", open_with(conf), -ENOKEY);
	mkdir(conf->key_file, 0700);
	EXPECT_VERDICT("a directory", open_with(conf), -EINVAL);
	rmdir(conf->key_file);
	good[31] ^= 1;
	put(conf->key_file, good, 32, 0600);
	EXPECT_INT("good again", open_with(conf), 0);
	memmove(good + 32, good, 32);
	memcpy(good, other, 32);
	put(conf->key_file, good, 64, 0640);
	EXPECT_INT("while it is changed", open_with(conf), 0);
}

static void
data_files(void)
{
	static const struct { const char *row; size_t len; } rows[] = {
		{ "empty", 0 }, { "a byte", 1 }, { "a page of nothing", 4096 },
		    { "two pages", 8192 },
	};
	static const char nothing[8192];
	GUARD(conf_drop) struct conf *conf = closed_service();
	char *data = arena_printf(&conf->mem, "%s/data.mdb", conf->data_dir);

	for (size_t i = 0; i < NELEM(rows); i++) {
		put(data, nothing, rows[i].len, 0660);
		EXPECT_TRUE(rows[i].row, open_with(conf) < 0);
	}
	unlink(data);
	EXPECT_VERDICT("none", open_with(conf), -ENOENT);
}

/* A key in the store that was changed, or that is for nothing we know, stops all. */
static void
stored_keys(void)
{
	static const struct { const char *row, *purpose, *sealed_by; int want; } rows[] = {
		{ "sealed by nobody", "jwt", "0000000000000000", -EKEYREJECTED },
		{ "sealed by no name", "jwt", "", -EKEYREJECTED },
		{ "not sealed by who it says", "jwt", NULL, -EKEYREJECTED },
	};
	GUARD(conf_drop) struct conf *conf = NULL;
	struct key key;
	struct box my;
	int want;

	for (size_t i = 0; i < NELEM(rows); i++) {
		box_open(&my, test_directory());
		key = (struct key){ .id = "00000000000000ff", .created_ms = NOW_MS };
		strcpy(key.purpose, rows[i].purpose);
		strcpy(key.sealed_by, rows[i].sealed_by ? rows[i].sealed_by :
		    my.auth->keys.masters[0].id);
		EXPECT_VERDICT(rows[i].row, store_key_add(my.auth->store, &key), 0);
		want = keyring_load(&my.auth->keys, my.auth->store);
		EXPECT_INT(rows[i].row, want, rows[i].want);
		EXPECT_INT("the keys of before stay", (int64_t)my.auth->keys.count, KEY_PURPOSES_OF_ALL);
		conf = box_conf(my.conf->data_dir);
		box_close(&my);
		EXPECT_VERDICT(rows[i].row, open_with(conf), rows[i].want);
		conf_drop(&conf);
	}
}

/* Without a key of its purpose nothing is answered by another one. */
static void
missing_keys(void)
{
	struct ring_key hash_key;
	struct reply reply;
	struct box my;

	fault_open(&my);
	hash_key = *keyring_newest(&my.auth->keys, KEY_HASH);
	hash_key.purpose = KEY_JWT;
	my.auth->keys.keys[0] = hash_key;
	my.auth->keys.count = 1;
	my.auth->keys.is_whole = false;	/* nobody but a load, which resets it, takes keys away */
	reply = box_ask(&my, &(struct ask){ .path = "/rest/auth", .x_auth_token = "$j" });
	EXPECT_INT("a fault, no refusal", reply.status, 500);
	my.auth->keys.followed = 0;
	reply = box_ask(&my, &(struct ask){ .path = "/rest/auth", .x_auth_token = "$j" });
	EXPECT_INT("once it is found again", reply.status, 200);
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "key files", key_files },
	{ "data files", data_files },
	{ "stored keys", stored_keys },
	{ "missing keys", missing_keys },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("keys fail", tests);
