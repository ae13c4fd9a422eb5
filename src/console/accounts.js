// SPDX-License-Identifier: ISC
/* accounts.js - for administrators: the groups that users belong to. */
import { announce, button, el, focusHeading, head, icon, table } from './dom.js';
import { ask, field, select, text } from './form.js';
import { call } from './session.js';
import { date } from './words.js';

const LEVELS = ['ServiceAccount', 'Level0', 'Level1', 'Level2'].map(level => [level, level]);

async function list() {
	const all = [];

	for (let after = ''; after !== null;) {
		const { accounts, next } = await call('GET',
			`/rest/account/list${after && `?after=${after}`}`);

		all.push(...accounts);
		after = next;
	}
	return all;
}

function fields(account) {
	return [
		field('Name', text('name', { value: account.name || '', required: true })),
		field('E-mail address', text('email', { value: account.email || '', inputmode: 'email' })),
		field('Level', select('level', LEVELS, account.level || 'Level0')),
		field('Balance', text('balance', { value: String(account.balance ?? 0),
			inputmode: 'decimal' })),
	];
}

/* What differs, so that the digits of a balance that nobody touched stay as they are. */
function bodyOf({ name, email, level, balance }, former) {
	const body = { name: name.value.trim(), email: email.value.trim() || null,
		level: level.value, balance: balance.value.trim() };

	return Object.fromEntries(Object.entries(body).filter(([key, value]) =>
		String(value ?? '') !== String(former[key] ?? '')));
}

/* Asks for what act() then does, and lists the accounts again. */
async function settle(page, question, said) {
	if (await question) {
		announce(said);
		await page.reload();
		focusHeading();
	}
}

function add(page) {
	return settle(page, ask('Add an account', fields({}), 'Add',
		elements => call('POST', '/rest/account', bodyOf(elements, {}))), 'The account is added.');
}

function edit(account, page) {
	return settle(page, ask(`Change ${account.name}`, fields(account), 'Save',
		elements => call('PATCH', `/rest/account/${account.uuid}`, bodyOf(elements, account))),
	'Saved.');
}

function remove(account, page) {
	return settle(page, ask(`Delete ${account.name}?`, [
		el('p', {}, 'This is possible while no user belongs to it.  It can’t be undone.'),
	], 'Delete', () => call('DELETE', `/rest/account/${account.uuid}`), 'danger'),
	'The account is deleted.');
}

function actions(account, page) {
	const act = (label, what) => el('button.quiet', { type: 'button',
		'aria-label': `${label} ${account.name}`, onclick: () => what(account, page) }, label);

	return el('div.row-actions', {}, act('Change', edit), act('Delete', remove));
}

export async function showAccounts(args, page) {
	const accounts = await list();

	return el('div', {},
		head('Accounts', 'Groups of users, such as those of one customer.',
			el('button.primary', { type: 'button', onclick: () => add(page) },
				icon('plus'), 'Add an account')),
		accounts.length ? table('Accounts', [
			{ label: 'Name', cell: account => el('div', {}, el('div.name', {}, account.name),
				account.email ? el('div.muted', {}, account.email) : null) },
			{ label: 'Level', cell: account => account.level },
			{ label: 'Balance', cell: account => String(account.balance) },
			{ label: 'Made', cell: account => date(account.created_on) },
			{ label: 'Actions', hide: true, cell: account => actions(account, page) },
		], accounts) : el('p.card.empty', {}, 'There are no accounts yet.'));
}
