#!/usr/bin/env bash
# `make test` on every Python found here and on both lines of DuckDB; then the demo of each, with one and
# with two threads, must publish equal rows.
set -euo pipefail
cd "$(dirname "$0")/../.."
rm -rf data/soak
published=()

# soak NAME PYTHON [PACKAGE INSTEAD OF THE LOCKED ONE]
soak() {
    if ! "$2" -c 'import ensurepip' 2>/dev/null; then
        echo "skipped: no $2 here"
        return
    fi
    echo "== $1"
    make test VENV=".venv-soak-$1" PYTHON="$2" INSTEAD="${3:-}"
    for threads in 1 2; do
        L2C_THREADS=$threads ".venv-soak-$1/bin/l2c" demo --data-dir "data/soak/$1-$threads"
        published+=("data/soak/$1-$threads/demo/publish/lead_to_cash.duckdb")
    done
    newest=".venv-soak-$1/bin/python"
}

soak duckdb-1.5.6 "${PYTHON:-python3}" duckdb==1.5.6
for version in 3.11 3.12 3.13; do soak "python-$version" "python$version"; done
"$newest" tests/soak/compare.py "${published[@]}"
