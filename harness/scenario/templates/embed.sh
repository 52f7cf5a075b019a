#!/bin/sh
# embed.sh FILE... - each FILE as a C string of its own: two-heads.yaml is `template_two_heads`.
set -eu
echo '/* Made of harness/scenario/templates/ when this is built. */'
echo '#include "scenario/template_texts.h"'
for file in "$@"; do
	name=$(basename "$file" .yaml | tr - _)
	printf '\nconst char template_%s[] =\n' "$name"
	sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/\t"&\\n"/' "$file"
	printf '\t;\n'
done
