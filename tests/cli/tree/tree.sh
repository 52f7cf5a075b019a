# Trees as text, in ASCII and with box-drawing characters.
golden="$top/tests/cli/tree"
cp "$golden"/*.yaml .

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

run tree shapes.yaml --format pdf
is_status 2
no_out

run tree nothing.yaml
is_status 2
has_err "could not read 'nothing.yaml'"
