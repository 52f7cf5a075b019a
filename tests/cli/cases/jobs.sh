# The same bytes for any number of workers.
run run --jobs 1
cp "$folder/out" "$folder/one"
for jobs in 2 3 8; do
	run run -j$jobs
	is_status 0
	is_out <"$folder/one"
done
run run --jobs 1 --format json
sed 's/"elapsed_us": [0-9]*/"elapsed_us": N/' "$folder/out" >"$folder/one"
run run --jobs 8 --format json
sed -i 's/"elapsed_us": [0-9]*/"elapsed_us": N/' "$folder/out"
is_out <"$folder/one"
