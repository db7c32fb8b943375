# The entries of a TAP report that did not simply pass, a line each: result, tab, title. Results are failed,
# aborted, not_run, warning, and the kind of an error (error.timeout); a skipped entry is left out, since it is
# not red.

/^(not )?ok / {
	title = $0
	sub(/^(not )?ok [0-9]+ - /, "", title)
	result = ""
}

/^ok / && / # SKIP warning: / {
	sub(/ # SKIP warning: .*/, "", title)
	printf "warning\t%s\n", title
}

/^not ok / {
	red = 1
}

red && /^  (status|kind): "/ {
	split($0, part, "\"")
	if (result == "" || result == "error")
		result = part[2]
}

red && /^  \.\.\.$/ {
	printf "%s\t%s\n", result, title
	red = 0
}
