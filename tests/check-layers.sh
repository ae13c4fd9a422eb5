#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/check-layers.sh [TREE] - holds the C files below TREE/src to TREE/src/layers,
# and to the rules of shape that a machine can count:
#
#	no circle of includes, where a .c and a .h of one name are one; the SPDX
#	line first; base names that are in one folder alone; files to 500
#	lines, lines to 100 columns, functions to 50 lines, braces to 4 deep; no
#	goto; nothing left to be done
#
# Prints FILE:LINE: WHAT for each violation, and fails if there is any.
set -eu

tree=${1:-${srcdir:-.}}
cd "$tree/src"
[ -r layers ] || { echo "$tree/src/layers: cannot be read" >&2; exit 1; }
files=$(find . -name '*.[ch]' | sed 's|^\./||' | LC_ALL=C sort)
[ -n "$files" ] || { echo "$tree/src: no C files" >&2; exit 1; }

# shellcheck disable=SC2086  # names without blanks, one word each
LC_ALL=C awk '
function complain(line, what) {
	printf "src/%s:%d: %s\n", file, line, what
	bad = 1
}

# A name with * as a regular expression for all of a name.
function pattern_of(name) {
	gsub(/\./, "[.]", name)
	gsub(/\*/, ".*", name)
	return "^" name "$"
}

# The folder of a file below src: "base", "store/lmdb", or "main".
function folder_of(path) {
	return sub(/\/[^\/]*$/, "", path) ? path : "main"
}

# A .c and a .h of one name are one module.
function module_of(path) {
	sub(/\.[ch]$/, "", path)
	return path
}

# Complains of each way that leads from a module back to where it began.
function follow(from,	targets, n, i) {
	state[from] = "open"
	trail = trail " " from
	n = split(includes[from], targets, " ")
	for (i = 1; i <= n; i++) {
		if (targets[i] == from || !(targets[i] in includes))
			continue
		if (state[targets[i]] == "open")
			complain_circle(targets[i])
		else if (!state[targets[i]])
			follow(targets[i])
	}
	sub(/ [^ ]*$/, "", trail)
	state[from] = "done"
}

function complain_circle(first,	circle) {
	circle = substr(trail " ", index(trail " ", " " first " ") + 1)
	gsub(/ /, " > ", circle)
	printf "src/%s: a circle of includes: %s%s\n", first, circle, first
	bad = 1
}

function check_circles(	i, name) {
	for (i = 2; i < ARGC; i++) {
		name = module_of(ARGV[i])
		if (!state[name])
			follow(name)
	}
}

function read_rule(	name) {
	sub(/#.*/, "")
	name = $2
	sub(/:$/, "", name)
	if ($1 == "folder")
		known[name] = 1
	for (i = 2; i <= NF; i++) {
		if ($1 == "folder" && i > 2)
			may[name, $i] = 1
		else if ($1 == "header" && i > 2)
			alone[pattern_of(name), pattern_of($i)] = 1
		else if ($1 == "system")
			system_names[pattern_of($i)] = 1
	}
}

# May this file, and few others, include the header?
function is_alone(header,	key, pair) {
	for (key in alone) {
		split(key, pair, SUBSEP)
		if (header ~ pair[1] && file ~ pair[2])
			return 1
	}
	return 0
}

function is_system(header,	key) {
	for (key in system_names)
		if (header ~ key)
			return 1
	return 0
}

function check_include(line,	header, target) {
	header = line
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "", header)
	if (header ~ /^</) {
		sub(/^</, "", header)
		sub(/>.*/, "", header)
		if (!is_system(header) && !is_alone(header))
			complain(FNR, "may not include <" header ">")
		return
	}
	sub(/^"/, "", header)
	sub(/".*/, "", header)
	includes[module] = includes[module] " " module_of(header)
	target = folder_of(header)
	if (target != folder && !((folder, target) in may) && !is_alone(header))
		complain(FNR, folder " may not include \"" header "\"")
}

# The line without comments and with empty strings and characters.
function code_of(line,	out, token) {
	out = ""
	while (line != "") {
		if (in_comment) {
			if (!match(line, /\*\//))
				return out
			in_comment = 0
			line = substr(line, RSTART + 2)
			continue
		}
		if (!match(line, /"([^"\\]|\\.)*"|\047([^\047\\]|\\.)*\047|\/\*|\/\//))
			return out line
		token = substr(line, RSTART, RLENGTH)
		out = out substr(line, 1, RSTART - 1)
		line = substr(line, RSTART + RLENGTH)
		if (token == "//")
			return out
		if (token == "/*")
			in_comment = 1
		else
			out = out "\"\""
	}
	return out
}

# Columns with a tab every 8; the later bytes of a UTF-8 sequence take none.
function columns(line,	parts, n, width) {
	gsub(/[\200-\277]/, "", line)
	n = split(line, parts, "\t")
	for (i = 1; i < n; i++)
		width += 8 * (int(length(parts[i]) / 8) + 1)
	return width + length(parts[n])
}

function check_shape(code,	brace) {
	if (code ~ /^[A-Za-z_][A-Za-z0-9_ *]*\(/)
		name_line = FNR
	if (code ~ /^\{[ \t]*$/)
		in_function = 1
	if (code ~ /^\}[ \t]*$/ && in_function) {
		if (FNR - name_line + 1 > 50)
			complain(name_line, "a function of " FNR - name_line + 1 " lines")
		in_function = 0
	}
	gsub(/[^{}]/, "", code)
	for (i = 1; i <= length(code); i++) {
		brace = substr(code, i, 1)
		depth += brace == "{" ? 1 : -1
		if (depth > 4 && brace == "{" && deep != FNR) {
			complain(FNR, "braces " depth " deep")
			deep = FNR
		}
	}
}

function check_line(	code) {
	if (columns($0) > 100)
		complain(FNR, columns($0) " columns")
	if ($0 ~ /(^|[^A-Za-z0-9_])(TODO|FIXME|XXX)([^A-Za-z0-9_]|$)/)
		complain(FNR, "something is left to be done")
	if (!in_comment && $0 ~ /^[ \t]*#[ \t]*include/)
		check_include($0)
	code = code_of($0)
	if (code ~ /(^|[^A-Za-z0-9_])goto([^A-Za-z0-9_]|$)/)
		complain(FNR, "goto")
	check_shape(code)
}

function begin_file(	base) {
	end_file()
	file = FILENAME
	folder = folder_of(file)
	module = module_of(file)
	includes[module] = includes[module] ""
	base = file
	sub(/^.*\//, "", base)
	sub(/\.[ch]$/, "", base)
	if (!(folder in known))
		complain(1, "src/layers does not know " folder)
	if (base in home && home[base] != folder)
		complain(1, base " is in " home[base] " too")
	home[base] = folder
	if ($0 != "// SPDX-License-Identifier: ISC")
		complain(1, "no SPDX line")
	in_comment = in_function = depth = deep = 0
}

function end_file() {
	if (file && lines > 500)
		complain(lines, lines " lines")
}

# awk has no line to look at in an empty file.
function check_empty(	line) {
	for (i = 2; i < ARGC; i++) {
		file = ARGV[i]
		if ((getline line < file) <= 0)
			complain(1, "no SPDX line")
		close(file)
	}
	file = ""
}

BEGIN { check_empty() }
FILENAME == "layers" { read_rule(); next }
FNR == 1 { begin_file() }
{ lines = FNR; check_line() }
END { end_file(); check_circles(); exit bad }
' layers $files
