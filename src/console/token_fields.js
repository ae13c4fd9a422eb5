// SPDX-License-Identifier: ISC
/* token_fields.js - the fields that a token is made and changed with. */
import { el } from './dom.js';
import { checkbox, field, Invalid, select, text } from './form.js';
import { duration } from './words.js';

const DAY = 86400;
const LIVES = [DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY];
const USUAL = 90 * DAY;

/* doorward-api(7), 5.7. */
const SCOPES = [
	['auth', 'See who you are, and get a JWT (auth)'],
	['token:read', 'List your tokens (token:read)'],
	['token:write', 'Change and revoke your tokens (token:write)'],
	['guard', 'Open guarded sites (guard)'],
];

/* The life: seconds of a preset, "date", or "" for the end that there is. */
export function lifeFields(ttl, keep) {
	const options = LIVES.map(seconds => [seconds, duration(seconds)]);
	const date = el('input', { name: 'date', type: 'date' });
	const place = field('Ends on', date, 'At the end of that day.');

	if (ttl && !LIVES.includes(ttl))
		options.unshift([ttl, duration(ttl)]);
	options.push(['date', 'Until a date …']);
	if (keep)
		options.unshift(['', keep]);
	const life = select('ttl', options, keep ? '' : ttl || USUAL);

	place.hidden = true;
	life.addEventListener('change', () => { place.hidden = life.value !== 'date'; });
	return [field('Life', life, keep ? 'A new life begins now.' : ''), place];
}

/* Empty, or the seconds that were chosen. */
function ttlOf({ ttl, date }) {
	if (ttl.value !== 'date')
		return ttl.value ? { ttl: Number(ttl.value) } : {};
	const end_ms = new Date(`${date.value}T23:59:59`).getTime();

	if (!(end_ms > Date.now()))
		throw new Invalid({ date: 'A day that is not over.' });
	return { ttl: Math.floor((end_ms - Date.now()) / 1000) };
}

export function nameField(name = '') {
	return field('Name', text('name', { value: name, maxlength: '255', required: true }),
		'What will use it, and where: “backup of web1”.');
}

/* Limits start open only for a token that has some. */
export function limitFields(scope, addresses) {
	const known = SCOPES.map(([name]) => name);
	const others = (scope || []).filter(name => !known.includes(name));

	return el('details', { open: Boolean(scope || addresses) },
		el('summary', {}, 'Limits'),
		el('fieldset', {},
			el('legend', {}, 'It may only'),
			SCOPES.map(([name, label]) => checkbox('known', label,
				{ value: name, checked: Boolean(scope?.includes(name)) })),
			field('Other scopes', text('scope', { value: others.join(' ') }),
				'Names that guarded sites ask for, with blanks between them.  ' +
				'With none of these at all, the token may do everything that tokens may.')),
		field('Networks', el('textarea', { name: 'addresses', rows: '2', spellcheck: 'false' },
			(addresses || []).join('\n')),
		'Addresses and networks from which it is accepted, such as 192.0.2.0/24; ' +
			'empty for all.'));
}

function words(input) {
	return input.value.split(/[\s,]+/).filter(Boolean);
}

/* What the fields say, as the body of a request: "*" is no limit. */
export function tokenOf(elements) {
	const known = [...elements.known].filter(box => box.checked).map(box => box.value);
	const scope = [...known, ...words(elements.scope)];
	const addresses = words(elements.addresses);

	if (!elements.name.value.trim())
		throw new Invalid({ name: "'name' is required" });
	return { name: elements.name.value.trim(), ...ttlOf(elements),
		scope: scope.length ? scope : '*', addresses: addresses.length ? addresses : '*' };
}
