// SPDX-License-Identifier: ISC
/* tests/contract/small_disk.h - a file system that a test can fill. */
#ifndef TESTS_CONTRACT_SMALL_DISK_H
#define TESTS_CONTRACT_SMALL_DISK_H

/* The exit code of a process that may not mount one. */
#define SMALL_DISK_NONE 77

/* Mounts 20 MiB on directory, for this process alone, which exits if it may not. */
void small_disk_mount(const char *directory);

/* The same with btrfs, of more than 100 MiB. */
void small_disk_mount_btrfs(const char *directory);

/* Fills it to the last block; and makes room again. */
void small_disk_fill(const char *directory);
void small_disk_empty(const char *directory);

#endif
