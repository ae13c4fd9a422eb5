# SPDX-License-Identifier: ISC
# plot.gp - processor time of a request by route; variables type, out and data are load.sh's.
set terminal type size 800, 450
set output out . "." . type
set datafile separator ","
set style data histograms
set style histogram rowstacked
set style fill solid 0.8 border -1
set boxwidth 0.6
set yrange [0:*]
set ylabel "microseconds of CPU per request"
set key top left
plot data using 5:xtic(1) every ::1 title "worker", "" using 6 every ::1 title "web server"
