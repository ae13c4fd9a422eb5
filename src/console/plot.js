// SPDX-License-Identifier: ISC
/* plot.js - lines over time as SVG, with their numbers as text for those who do not see them. */
import { draw, el } from './dom.js';

const WIDTH = 600, HEIGHT = 140;

export function number(value) {
	if (value === null || value === undefined)
		return '–';
	return value >= 100 || value === Math.round(value) ? String(Math.round(value)) :
		value.toPrecision(2);
}

/* The next of 1, 2, 5, 10, ... that no value exceeds. */
function roof(values) {
	const highest = Math.max(1, ...values);
	const power = 10 ** Math.floor(Math.log10(highest));

	return [1, 2, 5, 10].map(step => step * power).find(step => step >= highest);
}

/* A line has gaps where there is no value; the last of length places is now. */
function path(values, top, length) {
	const x = index => WIDTH * (length - values.length + index) / (length - 1);
	const y = value => HEIGHT - HEIGHT * value / top;
	let pen = 'M';

	return values.map((value, index) => {
		if (value === null) {
			pen = 'M';
			return '';
		}
		const step = `${pen}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;

		pen = 'L';
		return step;
	}).join(' ');
}

/*
 * A plot of lines { label, values }, newest last, of which at most length are shown; note says
 * how long ago the first place is.
 */
export function plot(title, unit, lines, length, note) {
	const all = lines.flatMap(({ values }) => values).filter(value => value !== null);
	const top = roof(all);
	const grid = [0, 0.5, 1].map(part => draw('path', { class: 'grid',
		d: `M0 ${HEIGHT * part} H${WIDTH}` }));

	return el('figure.card.plot', {},
		el('figcaption', {}, el('h2', {}, title), el('ul.legend', {},
			lines.map(({ label, values }, index) => el('li', {},
				el(`span.key.line-${index}`, {}),
				`${label} `, el('strong', {}, number(values.at(-1))), ` ${unit}`)))),
		el('div.area', { 'aria-hidden': 'true' },
			el('div.scale', {}, el('span', {}, number(top)), el('span', {}, '0')),
			draw('svg', { viewBox: `0 -2 ${WIDTH} ${HEIGHT + 4}`, preserveAspectRatio: 'none' },
				...grid, ...lines.map(({ values }, index) => draw('path',
					{ class: `line line-${index}`, d: path(values, top, length) }))),
			el('div.from', {}, el('span', {}, note), el('span', {}, 'now'))));
}
