#!/usr/bin/env bash
# Packs psusage, installs it into an empty prefix, records for five seconds and reports. All of it in a
# temporary folder; where better-sqlite3 has to be compiled it takes two minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
psusage() { "$scratch/prefix/bin/psusage" "$@" --config /dev/null --journal "$scratch/psusage.db"; }

npm pack --silent --pack-destination "$scratch"
npm install --silent --global --prefix "$scratch/prefix" "$scratch"/psusage-*.tgz
"$scratch/prefix/bin/psusage" --version
[[ -e $scratch/prefix/share/man/man1/psusage.1 ]]
psusage record --for 5s
psusage report --day --top 5
