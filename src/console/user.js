// SPDX-License-Identifier: ISC
/* user.js - for administrators: one user, with what can be done about it. */
import { announce, button, el, focusHeading, head } from './dom.js';
import { ask, attempt, Invalid, whose } from './form.js';
import { call, currentUser, isAdmin, lookAgain } from './session.js';
import { listTokens, tokenTable } from './token_table.js';
import { bodyOf, passwordField, revokeBox, userFields } from './user_fields.js';
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

function isOwn(user) {
	return user.uuid === currentUser().uuid;
}

/* Who changes the own role may not be permitted to see this view any more. */
async function edit(user, page) {
	const done = await ask(`Change ${loginOf(user)}`, userFields(user, false), 'Save',
		elements => call('PATCH', `/rest/user/${user.uuid}`, bodyOf(elements, user)));

	if (!done)
		return;
	announce('Saved.');
	if (isOwn(user))
		await lookAgain();
	if (!isAdmin()) {
		page.go('#tokens');
	} else {
		await page.reload();
		focusHeading();
	}
}

function setPassword(user, page) {
	return settle(page, ask(`A new password for ${loginOf(user)}`, [
		el('p', {}, 'All logins of the user end.'), whose(loginOf(user)), passwordField(''),
		revokeBox(),
	], 'Set it', async ({ password, revoke_tokens }) => {
		if (!password.value)
			throw new Invalid({ password: "'password' is required" });
		await call('PATCH', `/rest/user/${user.uuid}`,
			{ password: password.value, revoke_tokens: revoke_tokens.checked });
	}), 'The password is set.');
}

function removePassword(user, page) {
	return settle(page, ask(`Remove the password of ${loginOf(user)}?`, [
		el('p', {}, 'All logins of the user end.  After that the user can log in through a ' +
			'provider only, until you set a new password.'),
		revokeBox(),
	], 'Remove it', ({ revoke_tokens }) => call('PATCH', `/rest/user/${user.uuid}`,
		{ password: null, revoke_tokens: revoke_tokens.checked }), 'danger'),
	'The password is removed.');
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
		el('p', {}, user.deleted_on ?
			`The record of ${loginOf(user)} goes, and another user may have the names.  ` :
			`${loginOf(user)} is deleted with password and tokens.  `,
		'This can’t be undone.'),
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

/* Only what works: the service keeps a deleted user as it is. */
function actions(user, page) {
	const act = (label, what, kind) => button(label, () => what(user, page), kind);

	if (user.deleted_on) {
		return [el('p.note', {}, 'This user is deleted.  The record is kept, so that nobody ' +
			'else can have its names.'),
		el('div.actions.band', {}, act('Delete the record …', remove, 'danger'))];
	}
	return el('div.actions.band', {},
		act('Change …', edit),
		isOwn(user) ? el('a.button', { href: '#password' }, 'Change password') :
			[act('Set password …', setPassword),
				user.password_set_on ? act('Remove password …', removePassword) : null],
		user.disabled_on ? act('Enable', enable) : act('Disable …', disable),
		act('Log out …', logOut), act('Delete …', remove, 'danger'));
}

export async function showUser(uuid, page) {
	const path = `/rest/user/${encodeURIComponent(uuid)}`;
	const [user, tokens] = await Promise.all([
		call('GET', path), listTokens(`${path}/token`)]);

	return el('div', {},
		el('p.back', {}, el('a', { href: '#users' }, '← Users')),
		head(loginOf(user), ''),
		facts(user),
		actions(user, page),
		user.deleted_on ? null : tokensOf(user, tokens, page));
}
