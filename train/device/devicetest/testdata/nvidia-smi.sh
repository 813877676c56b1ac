#!/bin/sh
# A fake nvidia-smi: it prints what $FAKE_NVML says, the file that the fake
# library answers from, in the units and words of the real one.
#
#   smi_exit=9           it ends with this status at once
#   smi_unknown=FIELD    a field that it does not know
#   smi_silent=1         it prints nothing more
set -u
file=$FAKE_NVML
setting() { tr ' ' '\n' <"$file" | sed -n "s/^$1=//p" | head -n 1; }

check() {
	status=$(setting smi_exit)
	if [ -n "$status" ]; then
		echo "NVIDIA-SMI has failed because it was told to" >&2
		exit "$status"
	fi
}

fields="index uuid name pci.bus_id driver_version mig.mode.current utilization.gpu utilization.memory memory.total
memory.used memory.reserved power.draw enforced.power.limit power.limit temperature.gpu clocks.sm clocks.mem fan.speed
ecc.errors.corrected.volatile.total ecc.errors.uncorrected.volatile.total clocks_event_reasons.active timestamp pstate"

query() {
	awk -v fields="$1" -v unknown="$(setting smi_unknown)" -v all="$fields" '
	function put(key, scale) { return key in v ? v[key] * scale : "[N/A]" }
	function get(f) {
		if (v["ret"] == 15) return f == "uuid" ? v["uuid"] : f == "index" ? index_ : "[GPU is lost]"
		if (v["ret"] == 16) return f == "uuid" ? v["uuid"] : f == "index" ? index_ : "[GPU requires reset]"
		if (f == "index") return index_
		if (f == "uuid") return v["uuid"]
		if (f == "name") { gsub("_", " ", v["name"]); return v["name"] }
		if (f == "pci.bus_id") return v["bdf"]
		if (f == "driver_version") return driver
		if (f == "mig.mode.current") return !("mig" in v) ? "[N/A]" : v["mig"] == 1 ? "Enabled" : "Disabled"
		if (f == "utilization.gpu") return put("util", 1)
		if (f == "utilization.memory") return put("membw", 1)
		if (f == "memory.total") return put("total", 1 / 1048576)
		if (f == "memory.used") return put("used", 1 / 1048576)
		if (f == "memory.reserved") return put("reserved", 1 / 1048576)
		if (f == "power.draw") return v["PowerUsage"] == 4 ? "[Insufficient Permissions]" : v["PowerUsage"] == 999 ? "[Unknown Error]" : put("power", 1 / 1000)
		if (f == "enforced.power.limit" || f == "power.limit") return put("limit", 1 / 1000)
		if (f == "temperature.gpu") return put("temp", 1)
		if (f == "clocks.sm") return put("sm", 1)
		if (f == "clocks.mem") return put("memclk", 1)
		if (f == "fan.speed") return put("fan", 1)
		if (f == "ecc.errors.corrected.volatile.total") return put("sbe", 1)
		if (f == "ecc.errors.uncorrected.volatile.total") return put("dbe", 1)
		if (f == "clocks_event_reasons.active") return "throttle" in v ? sprintf("0x%016x", v["throttle"]) : "[N/A]"
	}
	BEGIN {
		n = split(fields, want, ",")
		split(all, known, /[ \n]+/)
		for (i in known) if (known[i] != unknown) ok[known[i]] = 1
		for (i = 1; i <= n; i++) if (!(want[i] in ok)) { print "Field \"" want[i] "\" is not a valid field to query."; exit 2 }
	}
	{ for (i = 1; i <= NF; i++) if (match($i, /^driver=/)) driver = substr($i, 8) }
	$1 == "dev" {
		split("", v)
		for (i = 2; i <= NF; i++) { eq = index($i, "="); v[substr($i, 1, eq - 1)] = substr($i, eq + 1) }
		line = ""
		for (i = 1; i <= n; i++) line = line (i > 1 ? ", " : "") get(want[i])
		print line
		index_++
	}' index_=0 "$file" || exit $?
}

pmon() {
	echo "#Time        gpu         pid   type     sm    mem     fb   command"
	echo "#HH:MM:SS    Idx           #    C/G      %      %     MB   name"
	awk -v now="$(date +%H:%M:%S)" '
	$1 == "dev" { n++; has[n - 1] = 0 }
	$1 == "proc" {
		split("", v)
		for (i = 2; i <= NF; i++) { eq = index($i, "="); v[substr($i, 1, eq - 1)] = substr($i, eq + 1) }
		has[v["dev"] + 0] = 1
		row[v["dev"] + 0] = row[v["dev"] + 0] sprintf(" %s %6d %10s     C %6s      - %6s   some program\n", now, v["dev"], v["pid"],
			"sm" in v ? v["sm"] : "-", "mem" in v ? v["mem"] / 1048576 : "-")
	}
	END {
		for (i = 0; i < n; i++)
			if (has[i]) printf "%s", row[i]; else printf " %s %6d          -     -      -      -      -   -\n", now, i
	}' "$file"
}

check
case $1 in
--help-query-gpu)
	for f in $fields; do [ "$f" = "$(setting smi_unknown)" ] || printf '"%s"\nA field.\n\n' "$f"; done
	;;
--query-gpu=*)
	while :; do
		check
		if [ -z "$(setting smi_silent)" ]; then query "${1#--query-gpu=}"; fi
		sleep 0.5
	done
	;;
pmon)
	while :; do
		pmon
		sleep 1
	done
	;;
esac
