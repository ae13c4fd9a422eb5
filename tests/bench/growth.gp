# SPDX-License-Identifier: ISC
# growth.gp - requests a second against what grows; variables type, out and data are bench.sh's.
set terminal type size 1100, 350
set output out . "." . type
set datafile separator ","
set datafile missing NaN
set ylabel "requests a second"
set multiplot layout 1, 3
set logscale x
set yrange [0:*]
set key bottom right
do for [what in "workers connections tokens"] {
	set xlabel what
	plot for [route in "noop bearer"] data \
	    using (strcol(1) eq what && strcol(3) eq route ? $2 : NaN):4 \
	    with linespoints title route
}
