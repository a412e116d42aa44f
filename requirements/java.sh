#!/bin/sh
# Find the Java that Spark will start; if it is missing or too old, print how to install it and fail.
set -eu
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9][^"]*\)".*/\1/p')
major=${version%%[!0-9]*}
[ "${major:-0}" -ge 17 ] && exit 0
printf '%s\n' "Spark needs Java 17 or 21; $java is ${version:+Java }${version:-not there}." \
    "  Debian, Ubuntu:  sudo apt-get install openjdk-17-jre-headless" \
    "  macOS:           brew install openjdk@17" \
    "  elsewhere:       set JAVA_HOME to the folder of a Java 17" >&2
exit 1
