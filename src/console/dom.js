// SPDX-License-Identifier: ISC
/*
 * dom.js - elements, made without markup: whatever a user, a client or the service wrote
 * only ever becomes text.
 */

const SVG = 'http://www.w3.org/2000/svg';

/*
 * el('button.primary', { type: 'button', onclick: f }, 'text', node, ...): a name with classes;
 * attributes, of which null and false are left out; children, of which null is left out.
 */
export function el(spec, attributes = {}, ...children) {
	const [name, ...classes] = spec.split('.');
	const node = document.createElement(name);

	if (classes.length)
		node.className = classes.join(' ');
	for (const [key, value] of Object.entries(attributes)) {
		if (typeof value === 'function')
			node.addEventListener(key.slice(2), value);
		else if (value !== null && value !== undefined && value !== false)
			node.setAttribute(key, value === true ? '' : value);
	}
	node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
	return node;
}

/* An element of SVG, whose looks are attributes and classes. */
export function draw(name, attributes = {}, ...children) {
	const node = document.createElementNS(SVG, name);

	for (const [key, value] of Object.entries(attributes))
		node.setAttribute(key, value);
	node.append(...children);
	return node;
}

const ICONS = {
	door: 'M6 21V8a6 6 0 0 1 12 0v13 M12 12v4 M12 10v.01',
	token: 'M15 4a5 5 0 1 1-4.3 7.5L4 18v3h4v-2h2v-2h2l1.5-1.5 M16 8v.01',
	session: 'M3 5h18v11H3z M9 20h6 M12 16v4',
	password: 'M5 11h14v10H5z M8 11V7a4 4 0 0 1 8 0v4 M12 15v2',
	users: 'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M2 21v-1a7 7 0 0 1 14 0v1 ' +
		'M17 4a4 4 0 0 1 0 7 M22 21v-1a7 7 0 0 0-4-6',
	accounts: 'M4 21V4h10v17 M14 10h6v11 M2 21h20 M8 8h2 M8 12h2 M8 16h2',
	service: 'M3 12h4l3-8 4 16 3-8h4',
	api: 'M8 6l-5 6 5 6 M16 6l5 6-5 6 M14 4l-4 16',
	leave: 'M10 4H4v16h6 M15 8l4 4-4 4 M19 12H9',
	plus: 'M12 5v14 M5 12h14',
	copy: 'M8 8h12v12H8z M16 8V4H4v12h4',
};

/* A picture beside a text that says the same. */
export function icon(name) {
	return draw('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
		draw('path', { d: ICONS[name] }));
}

export function button(text, onclick, kind = '') {
	return el(`button${kind && '.' + kind}`, { type: 'button', onclick }, text);
}

/* The top of a view: one h1, which gets the focus when the view opens. */
export function head(title, text, ...actions) {
	return el('div.head', {},
		el('div', {}, el('h1', { tabindex: '-1' }, title), text ? el('p.muted', {}, text) : null),
		actions.length ? el('div.actions', {}, actions) : null);
}

/*
 * A table; columns are { label, cell(row) }, the first cell of a row is its header.  The
 * roles are written out because narrow windows show each row as a card.
 */
export function table(caption, columns, rows) {
	const line = row => el('tr', { role: 'row', 'data-id': row.uuid },
		columns.map(({ label, cell }, index) => index ?
			el('td', { role: 'cell', 'data-label': label }, cell(row)) :
			el('th', { role: 'rowheader', scope: 'row' }, cell(row))));

	return el('table.card', { role: 'table' },
		el('caption.hidden', {}, caption),
		el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' },
			columns.map(({ label, hide }) => el('th', { role: 'columnheader', scope: 'col' },
				hide ? el('span.hidden', {}, label) : label)))),
		el('tbody', { role: 'rowgroup' }, rows.map(line)));
}

let shown;

/* Tells screen readers and eyes what has happened; the text goes by itself. */
export function announce(text) {
	const node = document.getElementById('status');

	clearTimeout(shown);
	node.textContent = text;
	shown = setTimeout(() => { node.textContent = ''; }, 8000);
}

export function focusHeading() {
	document.querySelector('main h1')?.focus();
}

/* Copies by the clipboard, or selects the text for the user to copy. */
export async function copy(text, source) {
	try {
		await navigator.clipboard.writeText(text);
		announce('Copied.');
	} catch {
		getSelection().selectAllChildren(source);
		announce('The browser refused.  The text is selected: copy it with the keyboard.');
	}
}
