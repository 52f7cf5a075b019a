# The JSON Schema of the format.
run schema
is_status 0
no_err
has_out '"$schema"'
has_out 'draft-07'
