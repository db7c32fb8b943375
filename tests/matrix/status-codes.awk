# What a check of status codes alone would have said of a run: `awk -f status-codes.awk run.jsonl` prints
# `N of M green`, counted from the record's HTTP exchanges. Green is an answer 2xx, or the refusal that the suite
# asked for. A race is no single answer and is not counted.

# member(NAME): the text of the line's first member of that name, without quotes; lines are flat enough for that
function member(name,	at, rest)
{
	at = index($0, "\"" name "\":")
	if (!at)
		return ""
	rest = substr($0, at + length(name) + 3)
	sub(/^"/, "", rest)
	sub(/["},].*/, "", rest)
	return rest
}

/"ev":"exchange"/ && /"protocol":"http"/ && !/"phases_us":\{"spread":/ {
	key = member("id") " " member("attempt")
	status[key] = match($0, /"url":"[^"]*","status":[0-9]+/) ? substr($0, RSTART + RLENGTH - 3, 3) : 0
}

/"ev":"assertion"/ && /"query":"status"/ && /"ok":true/ {
	asked[member("id") " " member("attempt")] = 1
}

END {
	for (key in status) {
		all++
		green += status[key] ~ /^2/ || key in asked
	}
	printf "%d of %d green\n", green, all
}
