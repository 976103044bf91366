import assert from 'node:assert/strict';
import { applyReplacements } from '../../../src/requestFiles/authorizationEdits';
import { countOtherChanges } from '../../../src/requestFiles/gatewayRewrite';
import { formatAuthorizationReference, getVariableName } from '../../../src/requestFiles/keyReferences';
import { createRecipientRewrite } from '../../../src/requestFiles/recipientRewrite';

const TOKEN = 'SU-111-111-111';
const OTHER_TOKEN = 'SU-222-222-222';
const ENDPOINT = 'https://api.connect.example/public/v1';
const GATEWAY = 'http://127.0.0.1:7357';
const header = (id: string) => `Authorization: ${formatAuthorizationReference(id)}`;
const KEY = header(TOKEN);

/** Returns the file after the edits; undefined if there are none. */
function rewrite(lines: readonly string[], fromOrigin: string, baseUrl: string): readonly string[] | undefined {
	const text = lines.join('\n');
	const edits = createRecipientRewrite(text, 'requestFile', { variables: new Set([getVariableName(TOKEN)]), fromOrigin, baseUrl });
	return edits && applyReplacements(text, edits).split('\n');
}

/** Returns how many other requests are sent somewhere else if those with the token are sent through the gateway. */
function countOthers(lines: readonly string[]): number {
	const text = lines.join('\n');
	const variables = new Set([getVariableName(TOKEN)]);
	const edits = createRecipientRewrite(text, 'requestFile', { variables, fromOrigin: new URL(ENDPOINT).origin, baseUrl: GATEWAY }) ?? [];
	return countOtherChanges(text, 'requestFile', edits, variables);
}

const toGateway = (lines: readonly string[]) => rewrite(lines, new URL(ENDPOINT).origin, GATEWAY);
const toAccount = (lines: readonly string[]) => rewrite(lines, GATEWAY, ENDPOINT);

describe('Sending requests to where their token is valid', () => {
	it('changes only the origin for the gateway, which knows the base path, and keeps the tokens', () => {
		assert.deepEqual(toGateway([`@api = ${ENDPOINT}`, 'GET {{api}}/products', KEY, '###', `GET ${ENDPOINT}/devops`, KEY]), [
			`@api = ${GATEWAY}/public/v1`,
			'GET {{api}}/products',
			KEY,
			'###',
			`GET ${GATEWAY}/public/v1/devops`,
			KEY,
		]);
	});

	it('changes no request to another host, and none with another token', () => {
		const others = ['GET https://other.example/a', KEY, '###', `GET ${ENDPOINT}/b`, header(OTHER_TOKEN), '###'];
		assert.deepEqual(toGateway([...others, `GET ${ENDPOINT}/c`, KEY]), [...others, `GET ${GATEWAY}/public/v1/c`, KEY]);
	});

	it('leaves a variable alone that only other requests need, and counts the requests that share one', () => {
		const others = [`@api = ${ENDPOINT}`, 'GET {{api}}/a', header(OTHER_TOKEN), '###', 'GET {{api}}/b', header(OTHER_TOKEN), '###'];
		const literal = [...others, `GET ${ENDPOINT}/c`, KEY];
		assert.deepEqual(toGateway(literal), [...others, `GET ${GATEWAY}/public/v1/c`, KEY]);
		const shared = [...others, 'GET {{api}}/c', KEY];
		assert.deepEqual(toGateway(shared)?.slice(0, 2), [`@api = ${GATEWAY}/public/v1`, 'GET {{api}}/a']);
		assert.deepEqual([countOthers(literal), countOthers(shared), countOthers(shared.slice(-2))], [0, 2, 0]);
	});

	it('adds the base path for an account, unless the requests have it', () => {
		assert.deepEqual(toAccount([`@gateway = ${GATEWAY}`, 'GET {{gateway}}/products?limit=1', KEY]), [
			`@gateway = ${ENDPOINT}`,
			'GET {{gateway}}/products?limit=1',
			KEY,
		]);
		assert.deepEqual(toAccount([`GET ${GATEWAY}/public/v1/products`, KEY]), [`GET ${ENDPOINT}/products`, KEY]);
		assert.deepEqual(toAccount([`GET ${GATEWAY}`, KEY]), [`GET ${ENDPOINT}`, KEY]);
	});

	it('changes the scheme where only the host is a variable', () => {
		assert.deepEqual(toAccount(['@host = 127.0.0.1:7357', 'GET http://{{host}}/public/v1/products', KEY]), [
			'@host = api.connect.example',
			'GET https://{{host}}/public/v1/products',
			KEY,
		]);
	});

	it('isn’t possible if only some requests have the base path, or if the host isn’t defined in the file', () => {
		assert.equal(toAccount([`GET ${GATEWAY}/public/v1/a`, KEY, '###', `GET ${GATEWAY}/b`, KEY]), undefined);
		assert.equal(toGateway(['GET {{host}}/products', KEY]), undefined);
		assert.equal(toGateway([`GET ${ENDPOINT}/a`, header(OTHER_TOKEN)]), undefined);
	});
});
