# Holds docs/limits.md against harness/base/limits.c: awk -f limits.awk tests/docs/limits harness/base/limits.c docs/limits.md
# prints a line for each ceiling or row that does not fit, and nothing when all do.

# as the page writes numbers: 16 * MIB is 16 MiB, 100000 is 100 000
function told(value,	out) {
	if (value ~ /\*/) {
		sub(/ \* /, " ", value)
		sub(/IB$/, "iB", value)
		return value
	}
	while (length(value) > 3) {
		out = " " substr(value, length(value) - 2) out
		value = substr(value, 1, length(value) - 3)
	}
	return value out
}

function is_told_in_row(name, row,	part, n, i) {
	n = split(cell[row], part, /, or /)
	for (i = 1; i <= n; i++)
		if (part[i] == told(limit[name]))
			return 1
	return 0
}

FNR == 1 { file++ }
file == 1 && /^probe\t/ { claimed[substr($0, 7)] = 1; next }
file == 1 && !/^#/ { split($0, word, "\t"); known[word[1]] = word[2] }
file == 2 && match($0, /\.max_[a-z_]+ = /) {
	name = substr($0, RSTART + 1, RLENGTH - 4)
	limit[name] = substr($0, RSTART + RLENGTH)
	sub(/,.*/, "", limit[name])
}
file == 3 && /^\| / && !/^\| what / { split($0, word, / *\| */); cell[word[2]] = word[3] }
file == 3 { page = page $0 " " }

END {
	for (name in limit) {
		what = known[name]
		if (what == "") {
			print name ": tests/docs/limits does not say what docs/limits.md calls it"
		} else if (what ~ /[{][}]/) {
			sub(/[{][}]/, told(limit[name]), what)
			if (!index(page, what))
				print name ": docs/limits.md does not say: " what
		} else if (what != "-") {
			claimed[what] = 1
			if (!(what in cell))
				print name ": docs/limits.md has no row: " what
			else if (!is_told_in_row(name, what))
				print name ": docs/limits.md, " what ": says " cell[what] ", but it is " told(limit[name])
		}
	}
	for (name in known)
		if (!(name in limit))
			print name ": tests/docs/limits names it, and harness/base/limits.c does not"
	for (row in cell)
		if (!(row in claimed) && row !~ /`--/)
			print "docs/limits.md, " row ": no ceiling of harness/base/limits.c"
}
