#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs calls.py, in Debian's Python: its packages are there.
exec /usr/bin/python3 -W ignore "$(dirname "$0")/../openapi/calls.py"
