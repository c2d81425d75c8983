#!/bin/sh
# Node 20.19 or newer: the machine's own, else from a package into the virtual environment.
set -eu

recent() {
    command -v "$1" >/dev/null && command -v npm >/dev/null &&
        "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

if recent node; then
    exit 0
fi
echo "No Node 20.19 or newer on this machine: installing one into .venv"
.venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements/node.txt
