# table.awk - the table of tests/corpus/lint/table.sh.

# What squawk says of nearly every statement (ub sets both limits itself),
# and what is taste, flags nothing here.
function serious(rules,    n, i, v, out)
{
	n = split(rules, v, ",")
	for (i = 1; i <= n; i++)
		if (v[i] != "-" && v[i] !~ /^(require-(lock|statement)-timeout|prefer-.*)$/)
			out = out (out == "" ? "" : ", ") v[i]
	return out
}

function words(list)
{
	gsub(/,/, ", ", list)
	return list == "-" ? "" : list
}

function verdict(who, flagged)
{
	if (hazard[f] != "no") {
		both[who] += flagged && squawk[f] != ""
		count[who, flagged ? "found" : "missed"]++
		return flagged ? "" : "**missed** "
	}
	if (f ~ /^2/) {
		count[who, flagged ? "false" : "silent"]++
		return flagged ? "**false alarm** " : ""
	}
	return ""
}

function line(who)
{
	printf "| %s | %d of %d | %d of %d |\n", who, count[who, "found"],
	    hazards, count[who, "false"], harmless
}

$2 == "file" || $2 ~ /^#/ { next }
$1 == "A" { about[$2] = $3 }
$1 == "T" { order[++n] = $2; hazard[$2] = $14; notes[$2] = $13 }
$1 == "S" { squawk[$2] = serious($3) }
$1 == "U" {
	said[$2, $3] = words($14)
	if ($15 != "-")
		said[$2, $3] = said[$2, $3] \
		    (said[$2, $3] == "" ? "" : ", ") words($15)
}

END {
	for (i = 1; i <= n; i++) {
		f = order[i]
		gsub(/\|/, "\\|", about[f])
		hazards += hazard[f] != "no"
		harmless += f ~ /^2/
		row[i] = "| " f " | " about[f] " | " \
		    (hazard[f] == "no" ? "" : words(hazard[f])) " | " \
		    verdict("live", said[f, "live"] != "") said[f, "live"] " | " \
		    verdict("offline", said[f, "offline"] != "") \
		    said[f, "offline"] " | " \
		    verdict("squawk", squawk[f] != "") squawk[f] " |"
	}
	print "# Hazards: what happens, what ub says, what squawk says\n"
	print "Made by `table.sh`; see `README.md`. A file counts as found where" \
	    " an error or a\nwarning names it. Left out for squawk:" \
	    " `require-lock-timeout` and\n`require-statement-timeout` (ub sets" \
	    " both itself), and `prefer-…`, which is taste.\n"
	print "| | hazards found | false alarms on harmless ones |"
	print "|---|---|---|"
	line("live")
	line("offline")
	line("squawk")
	printf "\nOf the %d that squawk finds, ub finds %d live and %d offline.\n",
	    count["squawk", "found"], both["live"], both["offline"]
	print "\n| migration | | what happened | ub live | ub offline | squawk |"
	print "|---|---|---|---|---|---|"
	for (i = 1; i <= n; i++)
		print row[i]
}
