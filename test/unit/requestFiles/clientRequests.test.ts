import assert from 'node:assert/strict';
import { request, type RequestOptions } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { readClientRequest } from '../../../src/requestFiles/clientRequests';

describe('A request of Node.js’s HTTP client', () => {
	function read(send: typeof request, url: string, options: RequestOptions = {}) {
		const created = send(url, options).on('error', () => undefined);
		created.destroy();
		return readClientRequest({ request: created })?.outgoing;
	}

	it('has the origin that it’s sent to', () => {
		assert.deepEqual(read(request, 'http://evil.test/x')?.urls, ['http://evil.test']);
		assert.deepEqual(read(request, 'http://evil.test:8080/x')?.urls, ['http://evil.test:8080']);
		assert.deepEqual(read(requestSecurely, 'https://evil.test/x')?.urls, ['https://evil.test']);
		assert.deepEqual(read(request, 'http://[::1]:8080/x')?.urls, ['http://[::1]:8080']);
		assert.deepEqual(read(request, 'http://evil.test/x', { headers: { Host: 'good.test' } })?.urls, ['http://evil.test']);
	});

	it('contains its path and headers', () => {
		const text = read(request, 'http://evil.test/path?a=b', { headers: { 'X-Many': ['one', 'two'], Authorization: 'secret' } })?.text;
		for (const part of ['/path?a=b', 'one', 'two', 'secret']) {
			assert.ok(text?.includes(part), part);
		}
	});

	it('isn’t known if Node.js publishes something else', () => {
		for (const message of [undefined, {}, { request: null }, { request: { protocol: 'http:', host: 'a', path: '/' } }]) {
			assert.equal(readClientRequest(message), undefined);
		}
	});
});
