import assert from 'node:assert/strict';
import { ProblemError } from '../../../src/domain/problems';
import {
	createDeployment,
	formatInstances,
	isLoopbackBind,
	parseInstances,
	type DeploymentInput,
} from '../../../src/policy/createDeployment';

const input: DeploymentInput = {
	bind: '127.0.0.1:8080',
	upstream: 'https://api.example.com/public/v1',
	certificate: null,
	instances: [],
	isInsecure: false,
	totals: 'denied',
};
const create = (changes: Partial<DeploymentInput>) => createDeployment({ ...input, ...changes });

describe('a deployment', () => {
	it('has one instance unless some are named, and an upstream without a slash at the end', () => {
		assert.deepEqual(create({ upstream: 'https://api.example.com/public/v1/' }), {
			version: 1,
			bind: '127.0.0.1:8080',
			upstream: 'https://api.example.com/public/v1',
			certificate: null,
			instances: [{ name: 'gateway', address: null }],
			totals: 'denied',
		});
	});

	it('listens beyond this machine only with a certificate, or if that’s explicitly insecure', () => {
		for (const bind of ['127.0.0.1:8080', '127.8.8.8:1', '[::1]:8080', 'localhost:65535']) {
			assert.ok(isLoopbackBind(bind), bind);
			assert.equal(create({ bind }).bind, bind);
		}
		for (const bind of [
			'0.0.0.0:8080',
			'*:8080',
			'[::]:8080',
			'10.0.0.1:80',
			'edge.example:8443',
			'localhost.evil.test:80',
			'127.0.0.1.evil.test:80',
		]) {
			assert.ok(!isLoopbackBind(bind), bind);
			assert.throws(() => create({ bind }), /Without a certificate, API keys would be sent to .+ without encryption\. Add a certificate/);
			assert.equal(create({ bind, certificate: '/etc/edge.pem' }).certificate, '/etc/edge.pem');
			assert.equal(create({ bind, isInsecure: true }).bind, bind);
		}
	});

	it('rejects addresses that aren’t ADDRESS:PORT', () => {
		for (const bind of [
			'',
			'8080',
			':8080',
			'127.0.0.1',
			'127.0.0.1:0',
			'127.0.0.1:65536',
			'127.0.0.1:80\nuser root',
			'127.0.0.1:80 ssl',
			'::1:80',
		]) {
			assert.throws(() => create({ bind }), /isn't valid\. Enter it as ADDRESS:PORT/, bind);
		}
	});

	it('rejects upstreams that the gateway rejects, and those that a configuration can’t contain', () => {
		for (const upstream of [
			'',
			'api.example.com',
			'ftp://api.example.com',
			'https://user:password@api.example.com',
			'https://api.example.com/?a',
			'https://api.example.com/#a',
			'https://api.example.com/a b',
			'https://api.example.com/"a',
			'https://api.example.com\n',
			'https://api.example.com\\a',
			"https://api'.example.com",
			'https://$api.example.com',
			'https://api.example.com;a',
			'https://api.example.com:',
		]) {
			assert.throws(() => create({ upstream }), /The upstream “.*” isn't valid/s, upstream);
		}
	});

	it('sends the credential to another machine only with encryption, or if that’s explicitly insecure', () => {
		assert.throws(() => create({ upstream: 'http://api.example.com' }), /sent to api\.example\.com without encryption/);
		assert.equal(create({ upstream: 'http://api.example.com', isInsecure: true }).upstream, 'http://api.example.com');
		assert.equal(create({ upstream: 'http://127.0.0.1:9' }).upstream, 'http://127.0.0.1:9');
	});

	it('rejects paths of certificates with control characters', () => {
		for (const certificate of ['', 'a\nb']) {
			assert.throws(() => create({ certificate }), /Enter the path of a PEM file/);
		}
	});
});

describe('instances', () => {
	it('are read as they are formatted', () => {
		for (const [text, expected] of [
			['', []],
			[' edge-1=10.0.0.1:10000,edge_2=[fd00::1]:10001 ', ['edge-1=10.0.0.1:10000', 'edge_2=[fd00::1]:10001']],
			['only', ['only']],
		] as const) {
			const parsed = parseInstances(text);
			assert.ok(!(parsed instanceof Error));
			assert.equal(formatInstances(parsed), expected.join(', '));
			assert.deepEqual(parseInstances(formatInstances(parsed)), parsed);
		}
		// The default isn't something that the user has entered.
		assert.equal(formatInstances(create({}).instances), '');
	});

	it('have unique names and addresses', () => {
		for (const [text, message] of [
			['a, b', /The instance “a” isn't valid/],
			['a=10.0.0.1:1, b', /The instance “b” isn't valid/],
			['a=10.0.0.1', /The instance “a=10\.0\.0\.1” isn't valid/],
			['a.b=10.0.0.1:1', /isn't valid/],
			['=10.0.0.1:1', /isn't valid/],
			['a=10.0.0.1:1 a=10.0.0.2:1', /Two instances have the name “a”/],
			[Array.from({ length: 17 }, (_, index) => `a${index}=10.0.0.1:1`).join(' '), /more than 16/],
		] as const) {
			const parsed = parseInstances(text);
			assert.ok(parsed instanceof ProblemError, text);
			assert.match(parsed.message, message);
		}
		assert.throws(() => create({ instances: [{ name: 'a b', address: null }] }), /isn't valid/);
	});
});
