# What shells complete: the scripts, and what they ask. tests/package presses Tab in the shells themselves.
for shell in bash zsh fish; do
	run completions "$shell"
	is_status 0
	no_err
	has_out 'completions words --'
done
run completions basch
is_status 2
is_err <<'END'
error: no completions for a shell 'basch'
  hint: Did you mean 'bash'?
END
run completions bash zsh
is_status 2
has_err "too many arguments: 'zsh'"
run completions
is_status 2

# words WORD...: what may stand for the last WORD, and what it means.
run completions words -- chec
is_out <<'END'
check	read scenario files and report every mistake in them
END
run completions words -- run --fail
is_out <<'END'
--fail-fast	stop after the first cell that differs
END
run completions words -- run --keep f
is_out <<'END'
failed	
END
run completions words -- run --keep=f
is_out <<'END'
--keep=failed	
END
run completions words -- run --expected ''
is_out <<'END'
:folders
END
run completions words -- run --report html:rep
is_out <<'END'
:files	html:
END
cat >scenarios/shop.yaml <<'END'
rehearse: 1
title: A shop
tags: [small, lying-version]
engines: [sqlite]
revisions: [{revision: a1, down_revision: null, message: orders}]
steps: [{upgrade: head, fails: a pattern}]
END
echo 'services: {rehearse: [' >scenarios/broken.yaml
run completions words -- run sh
is_out <<'END'
shop	A shop
:files
END
run completions words -- run shop/
is_out <<'END'
shop/replay@fresh:sqlite	
:files
END
run completions words -- explain shop ''
is_out <<'END'
replay@fresh:sqlite	
END
run completions words -- run --tag ly
is_out <<'END'
lying-version	
END
run completions words -- plan shop upgrade a
is_out <<'END'
a1	orders
END
run completions words -- plan upgrade hea
is_out <<'END'
head	the newest revision
heads	the newest revision of each branch
END
run completions words -- nothing at all
is_out <<'END'
END
no_err

# Pages of the manual are roff; tests/package holds that they say what help says.
run manual
is_status 0
has_out '.TH REHEARSE 1'
run manual rehearse-run
has_out '.TH REHEARSE-RUN 1'
cp "$folder/out" "$folder/page"
run manual run
is_out <"$folder/page"
run manual rum
is_status 2
has_err "Did you mean 'run'?"
