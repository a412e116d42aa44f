#!/bin/sh
# Make the virtual environment $1 from the lock $2, with $PYTHON or the newest suitable Python found.
# pip's own configuration decides where packages come from.
set -eu
say() { printf '%s\n' "$@" >&2; }

for python in ${PYTHON:-python3.13 python3.12 python3.11 python3} none; do
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && break
done
if [ "$python" = none ]; then
    say "No Python 3.11, 3.12 or 3.13 under the name ${PYTHON:-python3.13, python3.12, python3.11 or python3}." \
        "  Debian, Ubuntu:  sudo apt-get install python3 python3-venv" \
        "  macOS:           brew install python@3.13" \
        "  elsewhere:       make PYTHON=/path/to/python3.13 demo"
    exit 1
fi
version=$("$python" -c 'import platform; print(platform.python_version())')
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    say "$python ($version) cannot make virtual environments: its module ensurepip is missing." \
        "  Debian, Ubuntu:  sudo apt-get install python3-venv" \
        "  elsewhere:       make PYTHON=/path/to/another/python3.13 demo"
    exit 1
fi

echo "Making $1 with Python $version from $2. This takes a minute or two, once."
"$python" -m venv --clear "$1"
python="$1/bin/python"
# Twice quiet: errors are shown, notes about the package index of this machine are not.
with_pip() { "$python" -m pip install -qq --disable-pip-version-check "$@"; }
# uv needs seconds where pip needs two minutes. It asks the index that pip is configured for.
with_uv() (
    with_pip uv || return
    index=$("$python" -m pip config list | sed -n "s/^[^=]*\.index-url='\(.*\)'/\1/p" | tail -n 1)
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
    "${python%python}uv" pip install --quiet --python "$python" "$@"
)
# Only CI makes every environment each time and needs that speed. What uv cannot install, pip does.
if [ "${CI:-}" != true ] || ! with_uv --requirement "$2"; then with_pip --requirement "$2"; fi
