#!/bin/sh
# catalogue.sh REHEARSE PROJECT - docs/catalogue.md is what script/catalogue makes of the scenarios.
set -eu
page=$(mktemp)
trap 'rm -f "$page"' EXIT
"$2/script/catalogue" "$1" >"$page"
diff -u "$2/docs/catalogue.md" "$page" || {
	echo "docs/catalogue.md is stale; make it anew: script/catalogue >docs/catalogue.md"
	exit 1
}
