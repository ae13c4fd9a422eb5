// SPDX-License-Identifier: ISC
/*
 * reader.js - shows openapi.json, which "doorward --openapi" printed, to people: what can be
 * asked, what with, and what is answered.
 */
import { textOf } from './api.js';
import { el, icon } from './dom.js';

const OBJECT = '#/components/schemas/';
const NONE = 'none';

const main = document.getElementById('main');

/* Where an object or a request is on this page. */
function anchor(...names) {
	return names.join(' ').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

function objectLink(reference) {
	const name = reference.slice(OBJECT.length);

	return el('a', { href: `#${anchor('object', name)}` }, name);
}

/* "integer, 60 to 31536000": what a value may be, in words and links. */
function typeOf(schema) {
	if (schema.$ref)
		return [objectLink(schema.$ref)];
	if ('const' in schema)
		return [el('code', {}, JSON.stringify(schema.const))];
	if (schema.anyOf)
		return schema.anyOf.flatMap((one, index) => [index ? ' or ' : '', ...typeOf(one)]);
	const kinds = [schema.type].flat().filter(Boolean);
	const words = kinds.flatMap((kind, index) => [index ? ' or ' : '', kind,
		...kind === 'array' ? [' of ', ...typeOf(schema.items)] : [],
		kind === 'string' && schema.format ? ` (${schema.format})` : '']);

	return [...words.length ? words : ['any value'], bounds(schema)];
}

function bounds(schema) {
	const at = name => schema[`${name}imum`] ?? schema[`${name}Length`] ?? schema[`${name}Items`];
	const unit = 'maxLength' in schema ? ' characters' : 'maxItems' in schema ? ' elements' : '';
	const [low, high] = [at('min'), at('max')];

	if (low !== undefined && high !== undefined)
		return `, ${low} to ${high}${unit}`;
	return low !== undefined ? `, at least ${low}` : high !== undefined ? `, at most ${high}` : '';
}

function member(name, schema, note) {
	return el('li', {}, el('code', {}, name), el('span.type', {}, typeOf(schema), note),
		schema.description ? el('div', {}, schema.description) : null);
}

function members(list) {
	return el('ul.members', {}, list);
}

function properties(schema) {
	const required = schema.required || [];

	return members(Object.entries(schema.properties || {}).map(([name, of]) =>
		member(name, of, required.includes(name) ? '' : ', optional')));
}

function parameters(operation) {
	return operation.parameters.map(parameter => member(parameter.name,
		{ ...parameter.schema, description: parameter.description },
		`, in the ${parameter.in}${parameter.required ? '' : ', optional'}`));
}

/* A part of a request, with its heading; null if there is nothing to say. */
function part(title, ...content) {
	return content.flat().length ? [el('h3', {}, title), ...content] : null;
}

function body(operation) {
	const content = operation.requestBody?.content;

	return content ? part('Body', el('p.muted', {}, Object.keys(content).join(', ')),
		properties(Object.values(content)[0].schema)) : null;
}

/* What is in the payload of an answer. */
function payload(content) {
	const [type, { schema }] = Object.entries(content)[0];
	const inner = schema.properties?.payload || schema;

	if (inner.maxProperties === 0)
		return 'an empty object';
	return type === 'application/json' ? typeOf(inner) : type;
}

function answer([status, { description, content }]) {
	return el('li', {}, el('code', {}, status), el('span.type', {}, description),
		content ? el('div', {}, payload(content)) : null);
}

function credentials(operation) {
	const ways = operation.security.map(way => Object.keys(way).join(' with '));

	return el('p', {}, ways.join(', ') || NONE);
}

function request(method, path, operation) {
	const fields = parameters(operation);

	return el('details', { id: anchor(method, path) },
		el('summary', {}, el('span.method', {}, method.toUpperCase()), el('code', {}, path),
			el('span.what', {}, operation.summary)),
		part('Credentials', credentials(operation)),
		fields.length ? part('Parameters', members(fields)) : null,
		body(operation),
		part('Answers', members(Object.entries(operation.responses).map(answer))));
}

/* The requests of one tag. */
function group(description, tag) {
	const requests = Object.entries(description.paths).flatMap(([path, item]) =>
		Object.entries(item).filter(([, operation]) => operation.tags.includes(tag))
			.map(([method, operation]) => request(method, path, operation)));

	return el('section', { id: anchor(tag) }, el('h2', {}, tag), requests);
}

function objects(description) {
	return el('section', { id: 'objects' }, el('h2', {}, 'Objects'),
		Object.entries(description.components.schemas).map(([name, schema]) =>
			el('details', { id: anchor('object', name) },
				el('summary', {}, el('code', {}, name)), properties(schema))));
}

function schemes(description) {
	return el('section', { id: 'credentials' }, el('h2', {}, 'Credentials'), members(
		Object.entries(description.components.securitySchemes).map(([name, scheme]) =>
			el('li', {}, el('code', {}, name), el('span.type', {}, scheme.in ?
				`${scheme.name}, in the ${scheme.in}` : 'Authorization, in the header'),
			el('div', {}, scheme.description)))));
}

/* Shows only those requests and objects that have all of the words. */
function filter(words) {
	const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
	let count = 0;

	for (const node of main.querySelectorAll('details')) {
		const text = node.querySelector('summary').textContent.toLowerCase();

		node.hidden = !wanted.every(word => text.includes(word));
		count += !node.hidden;
	}
	for (const node of main.querySelectorAll('section:has(details)'))
		node.hidden = !node.querySelector('details:not([hidden])');
	document.getElementById('count').textContent = `${count} are shown.`;
}

function search() {
	return el('div.field', {}, el('label', { for: 'filter' }, 'Find'),
		el('input', { id: 'filter', type: 'search', autocomplete: 'off',
			'aria-describedby': 'count', oninput: event => filter(event.target.value) }),
		el('p.hint', { id: 'count', 'aria-live': 'polite' }));
}

/* Opens what the address names, when that is on this page. */
function follow() {
	const node = document.getElementById(location.hash.slice(1));

	if (node?.tagName !== 'DETAILS')
		return;
	node.closest('section').hidden = node.hidden = false;
	node.open = true;
	node.querySelector('summary').focus();
	node.scrollIntoView();
}

function showBar(tags) {
	const places = [...tags, 'Credentials', 'Objects'];

	document.getElementById('bar').replaceChildren(
		el('a.brand', { href: './' }, icon('door'), 'doorward'),
		el('nav', { 'aria-label': 'Parts' }, el('ul', {}, places.map(place =>
			el('li', {}, el('a', { href: `#${anchor(place)}` }, place))))));
}

function show(description) {
	const tags = description.tags.map(tag => tag.name);

	showBar(tags);
	main.replaceChildren(el('div.reader', {},
		el('div.head', {}, el('div', {}, el('h1', {}, 'HTTP interface'),
			el('p.muted', {}, `doorward ${description.info.version}.  `,
				'Programs read the same in ', el('a', { href: 'openapi.json' }, 'openapi.json'),
				'.'))),
		search(), tags.map(tag => group(description, tag)), schemes(description),
		objects(description)));
	follow();
}

async function start() {
	showBar([]);
	try {
		show(JSON.parse(await textOf('openapi.json')));
	} catch {
		main.replaceChildren(el('h1', {}, 'HTTP interface'), el('p.card', { role: 'alert' },
			'There is no description here.  “doorward --openapi” prints one.'));
	}
}

window.addEventListener('hashchange', follow);
start();
