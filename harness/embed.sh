#!/bin/sh
# embed.sh HEADER PREFIX FILE... - each FILE as a C string of its own: with the prefix `template`, two-heads.yaml is
# `template_two_heads`. HEADER declares them.
set -eu
header=$1
prefix=$2
shift 2
echo '/* Made of files when this is built. */'
echo "#include \"$header\""
for file in "$@"; do
	name=$(basename "$file")
	printf '\nconst char %s_%s[] = {' "$prefix" "$(echo "${name%.*}" | tr - _)"
	od -A n -v -t d1 "$file" | sed 's/  */, /g; s/^, //; s/$/,/'
	printf '\t0\n};\n'
done
