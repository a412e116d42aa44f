#!/bin/sh
# Find the Chromium of the tests of the page, or install Debian's with Japanese fonts; else print how, and fail.
set -eu
found() {
    set -- chromium chromium-browser google-chrome google-chrome-stable
    if [ -n "${L2C_CHROMIUM:-}" ]; then set -- "$L2C_CHROMIUM"; fi
    for program; do
        if command -v "$program" >/dev/null; then return 0; fi
    done
    return 1
}
if found; then exit 0; fi
# Ubuntu's package needs snap, which containers lack.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && grep -qx 'ID=debian' /etc/os-release; then
    export DEBIAN_FRONTEND=noninteractive
    install="apt-get install -qq --no-install-recommends chromium fonts-noto-cjk"
    $install >/dev/null || { apt-get update -qq && $install >/dev/null; } || true
    if found; then exit 0; fi
fi
printf '%s\n' "Tests of the page need Chromium or Chrome; there is none." \
    "  Debian:     sudo apt-get install chromium fonts-noto-cjk" \
    "  Ubuntu:     install Google Chrome; sudo apt-get install fonts-noto-cjk" \
    "  macOS:      brew install --cask chromium" \
    "  elsewhere:  set L2C_CHROMIUM to the path of one" >&2
exit 1
