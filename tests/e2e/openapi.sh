#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs calls.py, in Debian's Python: its packages are there.  What hypothesis keeps of the
# Unicode tables would be in the directory where this runs.
export HYPOTHESIS_STORAGE_DIRECTORY="$E2E_DIR/hypothesis"
exec /usr/bin/python3 -W ignore "$(dirname "$0")/../openapi/calls.py"
