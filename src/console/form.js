// SPDX-License-Identifier: ISC
/* form.js - fields with labels and errors, forms, and questions in dialogs. */
import { announce, button, el } from './dom.js';
import { fault, fieldFault, fieldName } from './words.js';

let number = 0;

/* A labelled input; its name says which field of the service it is. */
export function field(label, input, hint) {
	const id = `field-${++number}`;

	input.id = id;
	input.setAttribute('aria-describedby', `${id}-hint ${id}-error`);
	return el('div.field', {},
		el('label', { for: id }, label), input,
		el('p.hint', { id: `${id}-hint` }, hint || ''),
		el('p.error', { id: `${id}-error` }));
}

export function text(name, attributes = {}) {
	return el('input', { name, type: 'text', autocomplete: 'off', spellcheck: 'false',
		...attributes });
}

/* For what manages passwords in the browser: whose password a form is about. */
export function whose(name) {
	return text('username', { value: name, autocomplete: 'username', readonly: true,
		hidden: true });
}

export function select(name, options, chosen) {
	return el('select', { name }, options.map(([value, label]) =>
		el('option', { value, selected: String(value) === String(chosen) }, label)));
}

export function checkbox(name, label, attributes = {}) {
	return el('label.check', {}, el('input', { ...attributes, name, type: 'checkbox' }), label);
}

function setError(input, message) {
	const place = document.getElementById(`${input.id}-error`);

	input.toggleAttribute('aria-invalid', Boolean(message));
	if (message)
		input.setAttribute('aria-invalid', 'true');
	if (place)
		place.textContent = message;
}

function clearErrors(form) {
	for (const input of form.querySelectorAll('[aria-invalid]'))
		setError(input, '');
	form.querySelector('.fault').textContent = '';
}

/* An error of the form itself: { field: message }. */
export class Invalid extends Error {
	constructor(fields) {
		super('ValidateError');
		this.status = 400;
		this.fields = Object.fromEntries(Object.entries(fields).map(
			([name, message]) => [`params.${name}`, { message }]));
	}
}

/* Each field's message goes beside the field, what has no field of its own to the end. */
function showErrors(form, error) {
	const rest = [];
	let first;

	for (const [key, { message }] of Object.entries(error.fields || {})) {
		const name = key.replace(/^params\./, '').replace(/\..*/, '');
		const input = form.elements.namedItem(name);

		if (input?.id) {
			setError(input, fieldFault(name, message));
			first ||= input;
		} else {
			rest.push(`${fieldName(name)}: ${fieldFault(name, message)}`);
		}
	}
	if (!first || rest.length)
		form.querySelector('.fault').textContent = [fault(error), ...rest].join('  ');
	first?.focus();
}

async function submit(event, act) {
	const form = event.target;
	const buttons = form.querySelectorAll('button');

	event.preventDefault();
	if (form.getAttribute('aria-busy'))
		return;
	clearErrors(form);
	form.setAttribute('aria-busy', 'true');
	buttons.forEach(item => item.setAttribute('aria-disabled', 'true'));
	try {
		await act(form.elements);
	} catch (error) {
		showErrors(form, error);
	}
	form.removeAttribute('aria-busy');
	buttons.forEach(item => item.removeAttribute('aria-disabled'));
}

/* A form that calls act(elements), and shows what that throws.  The last children are buttons. */
export function form(act, children, ...buttons) {
	return el('form', { novalidate: true, onsubmit: event => submit(event, act) },
		children, el('p.fault', { role: 'alert' }), el('div.buttons', {}, buttons));
}

export function submitButton(label, kind = 'primary') {
	return el(`button.${kind}`, { type: 'submit' }, label);
}

/*
 * Asks in a dialog, whose button is labelled act.  Resolves with true once then(elements) is
 * done, or with false if the user does not want it; what then() throws is shown in the dialog.
 */
export function ask(title, children, label, then, kind = 'primary') {
	const back = document.activeElement;

	return new Promise(resolve => {
		let done = false;
		const id = `dialog-${++number}`;
		const dialog = el('dialog', { 'aria-labelledby': id, onclose },
			el('h2', { id }, title),
			form(async elements => {
				await then(elements);
				done = true;
				dialog.close();
			}, children, button('Cancel', () => dialog.close()), submitButton(label, kind)));

		function onclose() {
			dialog.remove();
			if (back?.isConnected)
				back.focus();
			resolve(done);
		}
		document.body.append(dialog);
		dialog.showModal();
	});
}

/* For what asks nothing: a fault is said in passing. */
export async function attempt(act) {
	try {
		await act();
	} catch (error) {
		announce(fault(error));
	}
}

/* Dialogs do not outlive what they are about. */
export function closeDialogs() {
	for (const dialog of document.querySelectorAll('dialog[open]'))
		dialog.close();
}
