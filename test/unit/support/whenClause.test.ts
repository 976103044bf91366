import assert from 'node:assert/strict';
import manifest from '../../../package.json';
import { evaluateWhen, type ContextValues } from '../../support/manifest/whenClause';

const context: ContextValues = {
	view: 'connectTokens.tokens',
	viewItem: 'token;disable;edit;',
	isOpen: true,
	isEmpty: false,
	count: 3,
	text: '2',
	languages: ['http', 'markdown'],
	schemes: { file: true },
	language: 'http',
	scheme: 'file',
};

describe('the evaluation of `when` clauses', () => {
	const trueClauses: (string | undefined)[] = [
		undefined,
		'true',
		'isOpen',
		'!isEmpty',
		'!missing',
		'view == connectTokens.tokens',
		"view == 'connectTokens.tokens'",
		'view === connectTokens.tokens',
		'view != other',
		'missing != other',
		'isOpen == true',
		'isEmpty == false',
		'viewItem =~ /^token;.*edit;/',
		'viewItem =~ /^TOKEN;/i',
		'!(viewItem =~ /renew/)',
		'count > 2 && count >= 3 && count < 4 && count <= 3',
		'text > 1.5',
		'language in languages',
		'scheme in schemes',
		'view not in languages',
		'isOpen || isEmpty && missing',
		'(isOpen || isEmpty) && isOpen',
		'isEmpty && missing || isOpen',
		'! isEmpty&&isOpen',
	];
	for (const clause of trueClauses) {
		it(`is true: ${clause}`, () => assert.equal(evaluateWhen(clause, context), true));
	}

	const falseClauses = [
		'false',
		'isEmpty',
		'missing',
		'!isOpen',
		'view == connectTokens',
		'missing == true',
		'isEmpty != false',
		'viewItem =~ /^TOKEN;/',
		'missing =~ /./',
		'count > 3',
		'missing < 3',
		'missing > 3',
		'view in languages',
		'language not in languages',
		'language in missing',
		'(isOpen || isEmpty) && missing',
		'isOpen && isEmpty || missing',
	];
	for (const clause of falseClauses) {
		it(`is false: ${clause}`, () => assert.equal(evaluateWhen(clause, context), false));
	}

	const invalidClauses = [
		'',
		'&& isOpen',
		'isOpen &&',
		'isOpen isEmpty',
		'(isOpen',
		'isOpen)',
		'view ==',
		'view = x',
		'viewItem =~ token',
		'viewItem =~ /token',
		'viewItem =~ /token/g',
		'count > many',
		'view not languages',
		'isOpen & isEmpty',
		'isOpen ? a : b',
		'a + b',
	];
	for (const clause of invalidClauses) {
		it(`fails for an unknown syntax: ${clause}`, () => assert.throws(() => evaluateWhen(clause, context), /can't be evaluated/));
	}

	it('supports all clauses of the manifest', () => {
		const { menus, viewsWelcome } = manifest.contributes;
		const clauses = [...Object.values(menus).flat(), ...viewsWelcome].map(({ when }) => when);
		assert.ok(clauses.length > 50);
		clauses.forEach((clause) => assert.equal(typeof evaluateWhen(clause, {}), 'boolean', clause));
	});
});
