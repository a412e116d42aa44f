#!/usr/bin/env bash
# Run `make test` on every Python found here and on both versions of DuckDB; the demo of each, with one and with two
# threads, must publish equal rows; other clients must read that file; thirty kills must leave it whole.
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
for other in "${published[@]:1}"; do
    "$(dirname "$newest")/l2c" diff --tolerance 0 "${published[0]}" "$other"
done

echo "== other clients"
published="$PWD/${published[0]}"
python3 -m venv data/soak/client
client() {
    data/soak/client/bin/python -m pip install --quiet --upgrade "${@:2}"
    found=$(data/soak/client/bin/python "tests/soak/$1" "$published")
    [ "$found" = "${expected:=$found}" ] || { echo "${*:2} reads: $found, not: $expected"; exit 1; }
    echo "read by ${*:2}"
}
client read.py duckdb==1.4.5
client read.py duckdb==1.5.6
client read.py duckdb==2.0.0
# duckdb-engine supports SQLAlchemy up to 2.0.44 only (Mause/duckdb_engine #1379).
client reflect.py duckdb==1.5.6 duckdb-engine==0.17.0 sqlalchemy==2.0.44
if command -v npm >/dev/null; then
    mkdir -p data/soak/node
    (cd data/soak/node && npm install --silent --no-save @duckdb/node-api@1.5.6-r.1 >/dev/null)
    found=$(cd data/soak/node && node ../../../tests/soak/read.mjs "$published")
    [ "$found" = "$expected" ] || { echo "Node reads: $found, not: $expected"; exit 1; }
    echo "read by @duckdb/node-api"
else
    echo "skipped: no npm here"
fi

echo "== thirty kills"
mkdir -p data/soak/kill
"$newest" tests/soak/kill.py data/soak/kill
