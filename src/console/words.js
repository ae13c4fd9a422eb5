// SPDX-License-Identifier: ISC
/* words.js - times, programs and faults in words. */
import { el } from './dom.js';

const MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR, YEAR = 365 * DAY;

const UNITS = [
	[YEAR, 'year'], [30 * DAY, 'month'], [DAY, 'day'], [HOUR, 'hour'], [MINUTE, 'minute'],
];

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

/* Seconds from now, below 0 in the past. */
export function secondsTo(iso) {
	return (Date.parse(iso) - Date.now()) / 1000;
}

/* "in 6 days", "3 hours ago". */
export function relative(iso) {
	const seconds = secondsTo(iso);
	const unit = UNITS.find(([length]) => Math.abs(seconds) > 0.98 * length);

	return unit ? RELATIVE.format(Math.round(seconds / unit[0]), unit[1]) :
		seconds > 0 ? 'in less than a minute' : 'just now';
}

/* "90 days": a life in the largest unit that needs no fraction. */
export function duration(seconds) {
	const units = UNITS.filter(([, name]) => name !== 'month');
	const [length, name] = units.find(unit => seconds % unit[0] === 0) || [1, 'second'];
	const count = seconds / length;

	return `${count} ${name}${count === 1 ? '' : 's'}`;
}

export function exactly(iso) {
	return EXACT.format(new Date(iso));
}

/* A moment as words, with the exact time where the mouse rests. */
export function when(iso) {
	return el('time', { datetime: iso, title: exactly(iso) }, relative(iso));
}

export function date(iso) {
	return el('time', { datetime: iso, title: exactly(iso) }, DATE.format(new Date(iso)));
}

const BROWSERS = [
	[/\bEdg\//, 'Edge'], [/\bFirefox\//, 'Firefox'], [/\b(Headless)?Chrome\//, 'Chrome'],
	[/\bVersion\/.*Safari\//, 'Safari'], [/^curl\//, 'curl'],
];
const SYSTEMS = [
	[/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'],
	[/Mac OS X/, 'macOS'], [/Linux/, 'Linux'],
];

/* What a User-Agent claims to be, or null if it looks like none that we know. */
export function program(agent) {
	const find = rows => rows.find(([pattern]) => pattern.test(agent))?.[1];
	const browser = find(BROWSERS), system = find(SYSTEMS);

	return browser ? (system ? `${browser} on ${system}` : browser) : null;
}

/* For messages of fields, which are terse so that programs can compare them. */
const FIELD_WORDS = [
	[/^'(.*)' is required$/, () => 'This is needed.'],
	[/^minLength (\d+)$/, n => n === '1' ? 'This is needed.' : `At least ${n} characters.`],
	[/^maxLength (\d+)$/, n => `At most ${n} characters.`],
	[/^min (\d+)$/, n => `At least ${n}.`],
	[/^max (\d+)$/, n => `At most ${n}.`],
	[/^maxItems (\d+)$/, n => `At most ${n} of them.`],
	[/^minItems/, () => 'At least one.'],
	[/^invalid network$/, () => 'One of these is no address or network, such as 192.0.2.0/24.'],
	[/^invalid scope name$/, () => 'Scopes are made of a-z, 0-9 and _ : . - only.'],
	[/^invalid string value$/, () => 'This text has characters that cannot be used.'],
	[/^wrong password$/, () => 'That is not your password.'],
	[/^common password$/, () => 'Too many people use this password.'],
	[/^refused password$/, () => 'This password is on the list of refused ones.'],
	[/^login name$/, () => 'This is the login name, which others try first.'],
	[/^reserved by a deleted user$/, () => 'A deleted user still has it.'],
	[/^there is no such account$/, () => 'There is no account with this name.'],
	[/^your own password is changed by/, () => 'Change your own on the Password page.'],
	[/^your own is changed by/, () => 'Another administrator has to change your own.'],
	[/^the role of this user permits/, () => 'The role of this user permits more than yours.'],
	[/^permits more than your own/, () => 'This role permits more than your own.'],
	[/^unknown field$/, () => 'The service does not have this.'],
];

/* "another rule" as "Another rule." */
function sentence(text) {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

/* "sip_login" as "Sip login". */
export function fieldName(name) {
	return `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`;
}

/* An end that is too far away, in words: the service counts seconds. */
export function fieldFault(name, message) {
	const longest = name === 'ttl' && /^max (\d+)$/.exec(message);

	if (longest)
		return `The service permits ${duration(Number(longest[1]))} at most.`;
	for (const [pattern, say] of FIELD_WORDS) {
		const found = pattern.exec(message);

		if (found)
			return say(found[1]);
	}
	return sentence(message);
}

/* Why the service said no, for whoever asked. */
const FAULTS = {
	0: 'The service cannot be reached.  Nothing is known to have changed.',
	401: 'Wrong e-mail address or password.',
	403: 'You may not do this here.',
	404: 'It is not there any more.',
	409: 'This is not possible now.',
	413: 'That is too much at once.',
	429: 'Too many tries.',
	500: 'The service has a fault.  Its log says more.',
	502: 'The service does not answer its web server.',
	503: 'The service is busy, or its database cannot be reached.  Try again in a moment.',
	504: 'The service took too long to answer its web server.',
};
const REFUSALS = {
	'Already rotated': 'This token has a successor already.',
	'Too many tokens': 'You have as many tokens as one user may.  Revoke one first.',
	'Last admin': 'Nobody could administer the service after that.',
	'Account in use': 'Users belong to this account.',
	'Already taken': 'Another one has this name.',
	ValidateError: 'Some of this cannot be used.',
};

export function fault(error) {
	// a web server that answers for the service does not know what the service did
	if (error.stranger && error.status !== 504 && (error.status >= 500 || error.status < 300))
		return FAULTS[502];
	const text = REFUSALS[error.message] || FAULTS[error.status] ||
		(error.status ? `The service answers ${error.status}.` : 'This page has a fault.');

	return error.retry_s ? `${text}  Try again in ${duration(error.retry_s)}.` : text;
}
