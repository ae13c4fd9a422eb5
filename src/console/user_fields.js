// SPDX-License-Identifier: ISC
/* user_fields.js - the fields that administrators make and change users with. */
import { el } from './dom.js';
import { checkbox, field, select, text } from './form.js';

const ROLES = ['User', 'Provider', 'Admin'].map(role => [role, role]);
const TEXTS = ['email', 'sip_login', 'first_name', 'last_name', 'phone_number'];

export function passwordField(hint) {
	return field('Password', el('input', { name: 'password', type: 'password',
		autocomplete: 'new-password' }), hint);
}

export function revokeBox() {
	return checkbox('revoke_tokens', 'Revoke the user’s tokens too');
}

/* For a new user, with a password. */
export function userFields(user, fresh) {
	return [
		field('E-mail address', text('email', { value: user.email || '', inputmode: 'email' })),
		fresh ? passwordField('Empty for a user who logs in through a provider only.') : null,
		field('First name', text('first_name', { value: user.first_name || '' })),
		field('Last name', text('last_name', { value: user.last_name || '' })),
		field('Role', select('role', ROLES, user.role),
			'Admins manage users here; Providers may ask about any token.'),
		field('Account', text('account', { value: user.account?.name || '' }),
			'The name of one under Accounts, or empty.'),
		field('SIP login', text('sip_login', { value: user.sip_login || '' })),
		field('Telephone number', text('phone_number', { value: user.phone_number || '' })),
	];
}

/* What the fields say, without those that are as they were. */
export function bodyOf(elements, former = {}) {
	const body = {};
	const put = (name, value, before) => {
		if (value !== before)
			body[name] = value;
	};

	for (const name of TEXTS)
		put(name, elements[name].value.trim() || null, former[name] || null);
	put('role', elements.role.value, former.role);
	put('account', elements.account.value.trim() || null, former.account?.name || null);
	put('password', elements.password?.value || null, null);
	return body;
}
