#!/bin/sh
# A virtual environment with uv in it. Usage: make-venv.sh PYTHON
set -eu
python=$1

if [ -z "$python" ] || ! "$python" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))'; then
    echo "Zhiyin needs Python 3.11 or newer on PATH; or name it: make PYTHON=/path/to/python3.11" >&2
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    # Debian ships venv apart from Python.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv
    else
        echo "Python's venv module is missing: install the package python3-venv, then run make again." >&2
        exit 1
    fi
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
