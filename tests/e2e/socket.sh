#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Requests that no web server would send, and the fate of workers: FastCGI by hand.
exec "${BASH_SOURCE[0]%/*}/stack.sh" socket tests/e2e/raw
