// SPDX-License-Identifier: ISC
/* password.js - the user's own password. */
import { announce, el, focusHeading, head } from './dom.js';
import { checkbox, field, form, Invalid, submitButton, whose } from './form.js';
import { call, currentUser, replaced } from './session.js';

function secretInput(name, autocomplete) {
	return el('input', { name, type: 'password', autocomplete, required: true });
}

async function change(elements) {
	const { old, again, revoke_tokens } = elements;
	const wanted = elements.new;

	if (!old.value)
		throw new Invalid({ old: "'old' is required" });
	if (wanted.value !== again.value)
		throw new Invalid({ again: 'This differs from the one above.' });
	replaced(await call('POST', '/rest/password', { old: old.value, new: wanted.value,
		revoke_tokens: revoke_tokens.checked }));
	for (const input of [old, wanted, again])
		input.value = '';
	revoke_tokens.checked = false;
	announce('Your password is changed.  All your other logins have ended.');
	focusHeading();
}

export async function showPassword() {
	return el('div', {},
		head('Password', 'With a new one, all your other logins end.'),
		el('div.card.narrow', {}, form(change, [
			whose(currentUser().email || ''),
			field('Current password', secretInput('old', 'current-password')),
			field('New password', secretInput('new', 'new-password'),
				'A few words that you use nowhere else are easy to keep in mind.'),
			field('New password again', secretInput('again', 'new-password')),
			checkbox('revoke_tokens', 'Revoke my tokens too: programs that use them stop working'),
		], submitButton('Change the password'))));
}
