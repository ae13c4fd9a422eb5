// SPDX-License-Identifier: ISC
/* user.js - for administrators: one user, with what can be done about it. */
import { announce, button, el, focusHeading, head } from './dom.js';
import { ask, attempt, whose } from './form.js';
import { call } from './session.js';
import { listTokens, tokenTable } from './token_table.js';
import { bodyOf, passwordFields, userFields } from './user_fields.js';
import { exactly } from './words.js';

function loginOf(user) {
	return user.email || user.sip_login || user.uuid;
}

/* A row for each that has a value. */
function facts(user) {
	const rows = [
		['Name', [user.first_name, user.last_name].filter(Boolean).join(' ')],
		['Role', user.role], ['Account', user.account?.name],
		['SIP login', user.sip_login], ['Telephone', user.phone_number],
		['Webitel role', user.webitel_role],
		['Made', exactly(user.created_on)],
		['Password', user.password_set_on ? `set ${exactly(user.password_set_on)}` : 'none'],
		['Disabled', user.disabled_on && exactly(user.disabled_on)],
		['Deleted', user.deleted_on && exactly(user.deleted_on)],
		['Id', user.uuid],
	];

	return el('dl.facts.card', {}, rows.filter(([, value]) => value).map(([name, value]) =>
		el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

/* Asks, does it, says so and shows the user again. */
async function settle(page, question, said) {
	if (await question) {
		announce(said);
		await page.reload();
		focusHeading();
	}
}

function edit(user, page) {
	return settle(page, ask(`Change ${loginOf(user)}`, userFields(user, false), 'Save',
		elements => call('PATCH', `/rest/user/${user.uuid}`, bodyOf(elements, user))), 'Saved.');
}

function setPassword(user, page) {
	return settle(page, ask(`A new password for ${loginOf(user)}`, [
		el('p', {}, 'All logins of the user end.'), whose(loginOf(user)), passwordFields(true),
	], 'Set it', ({ password, revoke_tokens }) => call('PATCH', `/rest/user/${user.uuid}`,
		{ password: password.value || null, revoke_tokens: revoke_tokens.checked })),
	'The password is set.');
}

function disable(user, page) {
	return settle(page, ask(`Disable ${loginOf(user)}?`, [
		el('p', {}, 'All logins of the user end, and the tokens are refused until you enable ' +
			'the user again.'),
	], 'Disable', () => call('POST', `/rest/user/${user.uuid}/disable`), 'danger'),
	'The user is disabled.');
}

function enable(user, page) {
	return attempt(async () => {
		await call('POST', `/rest/user/${user.uuid}/enable`);
		announce('The user is enabled.');
		await page.reload();
		focusHeading();
	});
}

function logOut(user, page) {
	return settle(page, ask(`Log ${loginOf(user)} out?`, [
		el('p', {}, 'All logins of the user end, and all tokens are revoked.  Programs that ' +
			'use them stop working at once.'),
	], 'Log out', () => call('POST', `/rest/user/${user.uuid}/logout`), 'danger'),
	'The user is logged out.');
}

async function remove(user, page) {
	const done = await ask(`Delete ${loginOf(user)}?`, [
		el('p', {}, `${loginOf(user)} is deleted with password and tokens.  This can’t be undone.`),
	], 'Delete', () => call('DELETE', `/rest/user/${user.uuid}`), 'danger');

	if (done) {
		announce('The user is deleted.');
		page.go('#users');
	}
}

function revoke(user, token, page) {
	return settle(page, ask(`Revoke “${token.name}”?`, [
		el('p', {}, `Programs that use “${token.name}” of ${loginOf(user)} stop working at ` +
			'once.  This can’t be undone.'),
	], 'Revoke', () => call('DELETE', `/rest/user/${user.uuid}/token/${token.uuid}`), 'danger'),
	`“${token.name}” is revoked.`);
}

function tokensOf(user, tokens, page) {
	return el('section', { 'aria-labelledby': 'user-tokens' },
		el('h2', { id: 'user-tokens' }, 'Tokens'),
		tokens.length ? tokenTable(`Tokens of ${loginOf(user)}`, tokens, token => [
			el('button.quiet', { type: 'button', 'aria-label': `Revoke ${token.name}`,
				onclick: () => revoke(user, token, page) }, 'Revoke'),
		]) : el('p.card.empty', {}, 'This user has no tokens.'));
}

export async function showUser(uuid, page) {
	const path = `/rest/user/${encodeURIComponent(uuid)}`;
	const [user, tokens] = await Promise.all([
		call('GET', path), listTokens(`${path}/token`)]);
	const act = (label, what, kind) => button(label, () => what(user, page), kind);

	return el('div', {},
		el('p.back', {}, el('a', { href: '#users' }, '← Users')),
		head(loginOf(user), ''),
		facts(user),
		el('div.actions.band', {},
			act('Change …', edit), act('Set password …', setPassword),
			user.disabled_on ? act('Enable', enable) : act('Disable …', disable),
			act('Log out …', logOut), act('Delete …', remove, 'danger')),
		tokensOf(user, tokens, page));
}
