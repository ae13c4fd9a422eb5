#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: random requests and commands get the answers of a model, tests/e2e/model.py.
# MODEL_SECONDS=1800 makes it take so long, MODEL_SEED=N repeats a run.
here=${BASH_SOURCE[0]%/*}
[ -x /usr/bin/python3 ] || exit 77
exec "$here/stack.sh" lighttpd "$here/model.py"
