# Trees as text, in ASCII and with box-drawing characters.
golden="$top/tests/cli/tree"
cp "$golden"/*.yaml .

export LC_ALL=C
run tree shapes.yaml
is_status 0
no_err
is_out <"$golden/tree-shapes-ascii.txt"

export LC_ALL=C.UTF-8
run tree shapes.yaml
is_out <"$golden/tree-shapes.txt"

run tree shapes.yaml --strategy pull-apart --from 2b3c4d5e6f70,5e6f708192a3,lost
is_status 0
is_out <"$golden/tree-shapes-from.txt"

# A tree that Alembic cannot load is drawn too.
run tree broken.yaml
is_status 0
is_out <"$golden/tree-broken.txt"

run tree trading-bot.yaml
is_out <"$golden/tree-trading-bot.txt"

run tree shapes.yaml --color always --from 4d5e6f708192
has_out "$(printf '\033[33m4d5e6f708192\033[0m')"

# What a terminal would obey is shown, not sent.
cat >odd.yaml <<'END'
rehearse: 1
revisions:
  - revision: "a\e[31m\nb"
    down_revision: null
    branch_labels: "lab\tel"
    message: "red\aflag"
  - {revision: c, down_revision: "go\rne"}
steps: []
END
for format in text dot mermaid; do
	run tree odd.yaml --format "$format" --from "$(printf 'r\033ow')"
	is_status 0
	no_err
	case $(tr -d '\n\t' <"$folder/out" | tr -d '[:print:]' | LC_ALL=C tr -d '\200-\377') in
	'') ;;
	*) fail "control characters in format $format" ;;
	esac
done
run tree odd.yaml --from "$(printf 'r\033ow')"
has_out 'a\x1b[31m\nb [lab\tel]'
has_out 'red\x07flag'
has_out "row 'r\x1bow' names no revision"
run doctor odd.yaml
has_out 'go\rne'
sed -i '/revision: c/d' odd.yaml
run plan odd.yaml upgrade heads
has_out 'upgrade base -> a\x1b[31m\nb, red\x07flag'
has_out 'rows after: a\x1b[31m\nb'
run plan odd.yaml upgrade heads --from "$(printf 'r\033ow')"
has_err 'r\x1bow'

# The other formats.
run tree shapes.yaml --format dot
is_status 0
is_out <"$golden/tree-shapes.dot"

run tree shapes.yaml --format mermaid
is_out <"$golden/tree-shapes.mmd"

run tree shapes.yaml --format json --from 4d5e6f708192
is_out <"$golden/tree-shapes.json"

run tree shapes.yaml --format svg
has_out '<svg'
has_out 'orders are &quot;audited&quot;'

# What Graphviz says of its plugins is said once, and by us.
GVBINDIR=/nowhere run tree shapes.yaml --format svg
if [ "$status" -ne 0 ]; then
	is_status 3
	is_err <<'END'
error: could not lay the tree out with Graphviz
  hint: Its plugins may be missing: install libgvc6, or draw with --format dot.
END
fi

run tree shapes.yaml --format pdf
is_status 2
no_out

run tree nothing.yaml
is_status 2
has_err "there is no file, folder or scenario 'nothing.yaml'"
