module rehearse/bench/pgtestdb

go 1.21.0

require (
	github.com/lib/pq v1.12.3
	github.com/peterldowns/pgtestdb v0.1.1
)
