// SPDX-License-Identifier: ISC
/* users.js - for administrators: find users, and add one. */
import { announce, button, el, head, icon, table } from './dom.js';
import { attempt, form, submitButton } from './form.js';
import { call } from './session.js';
import { bodyOf, userFields } from './user_fields.js';
import { showUser } from './user.js';
import { date } from './words.js';

const PAGE = 50;

/* What was searched for last, so that the way back from a user leads to it. */
let search = '';

/* One page; a page may be empty and still be followed by another one. */
async function list(after) {
	const query = new URLSearchParams({ limit: PAGE });

	if (search)
		query.set('search', search);
	for (let next = after; ;) {
		if (next)
			query.set('after', next);
		const found = await call('GET', `/rest/user/list?${query}`);

		if (found.users.length || !found.next)
			return found;
		next = found.next;
	}
}

export function state(user) {
	if (user.deleted_on)
		return el('span.badge.bad', {}, 'Deleted');
	if (user.disabled_on)
		return el('span.badge.warn', {}, 'Disabled');
	return el('span.badge.good', {}, 'Active');
}

function nameOf(user) {
	const name = [user.first_name, user.last_name].filter(Boolean).join(' ');
	const login = user.email || user.sip_login || user.uuid;

	return el('div', {}, el('a.name', { href: `#users/${user.uuid}` }, login),
		name ? el('div.muted', {}, name) : null);
}

function userTable(users) {
	return table('Users', [
		{ label: 'User', cell: nameOf },
		{ label: 'Role', cell: user => user.role },
		{ label: 'Account', cell: user => user.account ? el('span.free', {}, user.account.name) :
			el('span.muted', {}, 'None') },
		{ label: 'State', cell: state },
		{ label: 'Made', cell: user => date(user.created_on) },
	], users);
}

/* The rows, and a button for more of them. */
function results(found) {
	const place = el('div', {}, found.users.length ? userTable(found.users) :
		el('p.card.empty', {}, 'Nobody has that in a name, telephone number or id.'));
	let next = found.next;
	const more = button('Show more', () => attempt(async () => {
		const { users, next: following } = await list(next);

		place.querySelector('tbody')?.append(
			...userTable(users).querySelectorAll('tbody tr'));
		announce(`${users.length} more.`);
		next = following;
		more.hidden = !next;
	}));

	more.hidden = !next;
	place.append(el('p.after', {}, more));
	return place;
}

export async function showUsers(args, page) {
	if (args === 'new')
		return showNewUser(page);
	if (args)
		return showUser(args, page);

	let rows = results(await list());
	const input = el('input', { name: 'search', type: 'search', value: search,
		'aria-label': 'Search users', placeholder: 'Name, e-mail address, SIP login, id …',
		autocomplete: 'off' });

	return el('div', {},
		head('Users', 'Everybody who can log in.',
			el('a.button.primary', { href: '#users/new' }, icon('plus'), 'Add a user')),
		el('div.search', {}, form(async () => {
			search = input.value.trim();
			const next = results(await list());

			rows.replaceWith(next);
			rows = next;
			announce(`${next.querySelectorAll('tbody tr').length} found.`);
		}, [input], submitButton('Search', 'plain'))),
		rows);
}

function showNewUser(page) {
	return el('div', {},
		head('Add a user'),
		el('div.card.narrow', {}, form(async elements => {
			const user = await call('POST', '/rest/user', bodyOf(elements));

			announce('The user is added.');
			page.go(`#users/${user.uuid}`);
		}, userFields({ role: 'User' }, true),
		el('a.button', { href: '#users' }, 'Cancel'), submitButton('Add the user'))));
}
