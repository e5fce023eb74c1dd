# differ.awk - where ub's lint, live, and the truth differ; one line each, as
# "file: what: truth -> ub".

function differ(what, truth, ub)
{
	if (truth != ub)
		printf "%s: %s: %s -> %s\n", f, what, truth, ub
}

function strong(mode)
{
	return mode ~ /^(SHARE|SHARE ROW EXCLUSIVE|EXCLUSIVE|ACCESS EXCLUSIVE)$/
}

# Modes by relation; a lock that bars nobody's reading or writing is left out.
function locks(text, out,    n, i, v, pair)
{
	n = text == "-" ? 0 : split(text, v, ";")
	for (i = 1; i <= n; i++) {
		split(v[i], pair, "=")
		if (strong(pair[2]))
			out[pair[1]] = pair[2]
	}
}

function differ_locks(    t, u, r)
{
	locks(T[f, 5], t)
	locks(U[f, 4], u)
	for (r in t)
		differ("lock on " r, t[r], r in u ? u[r] : "none")
	# truth.tsv leaves out indexes that are locked as their tables are.
	for (r in u)
		if (!(r in t) && r !~ /_(pkey|key|u?idx)$/)
			differ("lock on " r, "none", u[r])
}

# The names in a list, each once, sorted; of those that are locked.
function all_of(list,    n, i, k, v, w, m, t)
{
	locks(T[f, 5], t)
	n = split(list, v, ",")
	for (i = 1; i <= n; i++) {
		if (v[i] == "-" || v[i] == "" || !(v[i] in t))
			continue
		for (k = 1; k <= m && w[k] < v[i]; k++)
			;
		if (k <= m && w[k] == v[i])
			continue
		for (m++; k <= m; k++) {
			t["swap"] = w[k]
			w[k] = v[i]
			v[i] = t["swap"]
		}
	}
	list = ""
	for (k = 1; k <= m; k++)
		list = list (k > 1 ? "," : "") w[k]
	return list == "" ? "-" : list
}

function compat()
{
	if (T[f, 10] == "ok" && T[f, 11] == "ok")
		return "safe"
	return T[f, 10] == "ok" ? "writer" : T[f, 11] == "ok" ? "reader" : \
	    "breaking"
}

function lock(    t, r, h)
{
	h = T[f, 14]
	if (h ~ /rewrite/)
		return "rewrite"
	if (h ~ /scan|build|under-lock/)
		return "scan"
	locks(T[f, 5], t)
	for (r in t)
		return "brief"
	return "none"
}

$2 == "file" { next }
$1 == "T" { order[++n] = $2; for (i = 3; i <= NF; i++) T[$2, i] = $i }
$1 == "U" && $3 == "live" { for (i = 3; i <= NF; i++) U[$2, i] = $i }

END {
	for (k = 1; k <= n; k++) {
		f = order[k]
		said = U[f, 14] "," U[f, 15]
		gsub(/^-,|-$|,-$/, "", said)
		if (!((f, 3) in U)) {
			print f ": not in ub.tsv"
			continue
		}
		if (T[f, 14] != "no" && said == "")
			print f ": missed: " T[f, 14]
		if (f ~ /^2/ && said != "")
			print f ": false alarm: " said
		if (T[f, 4] != "-")
			continue
		differ_locks()
		# A sequence has one row.
		gsub(/[a-z_.]+_seq/, "-", U[f, 5])
		sub(/-risk$/, "", U[f, 8])
		differ("rewrites", T[f, 6], U[f, 5])
		# An index of no rows is built, and nothing read for it.
		built = T[f, 14] == "no" ? "-" : T[f, 8]
		differ("reads", all_of(T[f, 6] "," T[f, 7] "," built),
		    all_of(U[f, 5] "," U[f, 6]))
		differ("lock verdict", lock(), U[f, 7])
		differ("compat", compat(), U[f, 8])
		differ("data", T[f, 9] == "no" ? "keeps" : "loses", U[f, 9])
	}
}
