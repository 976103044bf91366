import assert from 'node:assert/strict';
import { readGatewayOptions } from '../../../../src/cli/headless/gatewayOptions';
import { UsageError } from '../../../../src/cli/usageError';

const CREDENTIAL = 'Bearer upstream';
const REQUIRED = ['--policy', 'policy', '--upstream', 'https://api.example.com/public/v1/'];

describe('The options of the gateway command', () => {
	const read = (...args: readonly string[]) => readGatewayOptions([...REQUIRED, ...args], { CONNECT_UPSTREAM_AUTHORIZATION: CREDENTIAL });
	const rejects = (pattern: RegExp, ...args: readonly string[]) =>
		assert.throws(
			() => read(...args),
			(error) => {
				assert.ok(error instanceof UsageError);
				assert.match(error.message, pattern, args.join(' '));
				return true;
			},
		);

	it('have defaults for all but the policy, the upstream, and the credential', () => {
		assert.deepEqual(read(), {
			policy: 'policy',
			upstream: 'https://api.example.com/public/v1',
			address: '127.0.0.1',
			port: 7357,
			hosts: ['127.0.0.1'],
			origins: [],
			countFile: undefined,
			isLogging: false,
			isAuthorizer: false,
			credential: CREDENTIAL,
		});
		assert.throws(() => readGatewayOptions([], {}), /The option --policy DIR is required\./);
		assert.throws(() => readGatewayOptions(['--policy', 'x'], {}), /The option --upstream URL is required\./);
		assert.throws(() => readGatewayOptions(REQUIRED, {}), /CONNECT_UPSTREAM_AUTHORIZATION isn't set\./);
		assert.equal(readGatewayOptions([...REQUIRED, '--auth-request'], {}).credential, '');
		rejects(/Unknown argument: extra\./, 'extra');
		rejects(/Unknown option '--authorization'/, '--authorization', 'secret');
		rejects(/The option --count-file FILE is required\./, '--count-file', ' ');
	});

	it('accept loopback addresses, and others only with --insecure', () => {
		for (const [bind, address, port, host] of [
			['127.0.0.1:0', '127.0.0.1', 0, '127.0.0.1'],
			['127.1.2.3:80', '127.1.2.3', 80, '127.1.2.3'],
			['localhost:65535', 'localhost', 65_535, 'localhost'],
			['[::1]:8080', '::1', 8080, '[::1]'],
		] as const) {
			const options = read('--bind', bind);
			assert.deepEqual([options.address, options.port, options.hosts], [address, port, [host]]);
		}
		for (const bind of [
			'0.0.0.0:7357',
			'[::]:7357',
			'192.0.2.1:7357',
			'[2001:db8::1]:7357',
			'gateway.example.com:7357',
			'127.example.com:1',
		]) {
			rejects(/Keys would cross the network without encryption/, '--bind', bind);
			assert.equal(read('--bind', bind, '--insecure').credential, CREDENTIAL);
		}
		assert.deepEqual(read('--bind', '0.0.0.0:1', '--insecure', '--host', 'a.test', '--host', '[::1]:2').hosts, ['a.test', '[::1]:2']);
		assert.deepEqual(read('--bind', '192.0.2.1:1', '--insecure').hosts, ['192.0.2.1']);
	});

	it('reject what isn’t an address, a host, or an origin', () => {
		for (const bind of [
			'',
			'7357',
			':7357',
			'127.0.0.1',
			'127.0.0.1:',
			'127.0.0.1:65536',
			'127.0.0.1:-1',
			'::1:80',
			'[x]:80',
			'a b:1',
			'http://x:1',
		]) {
			rejects(/isn't an address with a port\. Write it like 127\.0\.0\.1:7357/, '--bind', bind);
		}
		for (const host of ['', '*', 'http://a.test', 'a.test/x', 'a.test,b.test', 'a.test:port']) {
			rejects(/isn't a host\./, '--host', host);
		}
		for (const origin of ['', '*', 'null', 'app.test', 'ftp://app.test', 'file:///x']) {
			rejects(/isn't an origin\./, '--origin', origin);
		}
		assert.deepEqual(read('--origin', 'HTTPS://App.test:443/x').origins, ['https://app.test']);
	});

	it('reject an upstream that isn’t the URL of an API, without repeating a password in it', () => {
		for (const [upstream, pattern] of [
			['api.example.com', /The upstream must be a URL/],
			['api.example.com:443', /The upstream must be a URL/],
			['ftp://api.example.com', /The upstream must be a URL/],
			['https://user:password@api.example.com', /must not contain a user name or password\. Set CONNECT_UPSTREAM_AUTHORIZATION/],
			['https://api.example.com/?x', /must not contain a query or a fragment/],
			['https://api.example.com/#x', /must not contain a query or a fragment/],
		] as const) {
			const args = ['--policy', 'policy', '--upstream', upstream];
			assert.throws(() => readGatewayOptions(args, { CONNECT_UPSTREAM_AUTHORIZATION: CREDENTIAL }), pattern);
		}
		assert.throws(
			() => readGatewayOptions(['--policy', 'x', '--upstream', 'https://user:password@api.example.com'], {}),
			(error: Error) => !error.message.includes('password@'),
		);
	});

	it('reject an upstream that would get the credential without encryption, unless that’s explicitly insecure or nothing is sent to it', () => {
		const readWith = (upstream: string, ...args: readonly string[]) =>
			readGatewayOptions(['--policy', 'policy', '--upstream', upstream, ...args], { CONNECT_UPSTREAM_AUTHORIZATION: CREDENTIAL });
		assert.throws(() => readWith('http://api.example.com:81/x'), /would be sent to api\.example\.com:81 without encryption\. Use a URL/);
		for (const args of [['--insecure'], ['--auth-request']]) {
			assert.equal(readWith('http://api.example.com', ...args).upstream, 'http://api.example.com');
		}
		assert.equal(readWith('http://[::1]:81').upstream, 'http://[::1]:81');
	});

	it('reject an upstream that’s the gateway itself', () => {
		for (const [upstream, bind] of [
			['http://127.0.0.1:7357', '127.0.0.1:7357'],
			['http://localhost:7357/x', '127.0.0.1:7357'],
			['http://[::1]:7357', '0.0.0.0:7357'],
			['http://gateway.test', 'gateway.test:80'],
			['https://localhost', '[::]:443'],
		] as const) {
			const args = ['--policy', 'policy', '--upstream', upstream, '--bind', bind, '--insecure'];
			assert.throws(() => readGatewayOptions(args, { CONNECT_UPSTREAM_AUTHORIZATION: CREDENTIAL }), /would forward requests to itself/);
		}
		const args = ['--policy', 'policy', '--upstream', 'http://localhost:8080', '--bind', '127.0.0.1:7357'];
		assert.equal(readGatewayOptions(args, { CONNECT_UPSTREAM_AUTHORIZATION: CREDENTIAL }).upstream, 'http://localhost:8080');
	});
});
