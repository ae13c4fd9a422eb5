#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# What no web server would send, and what becomes of workers: FastCGI by hand.
exec "${BASH_SOURCE[0]%/*}/stack.sh" socket tests/e2e/raw
