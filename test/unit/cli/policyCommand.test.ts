import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { policy as runPolicy } from '../../../src/cli/policyCommand';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import { problem } from '../../../src/domain/problems';
import type { TokenRecord } from '../../../src/domain/token';
import { parseCountsMessage } from '../../../src/policy/countsMessage';
import { createPolicy } from '../../../src/policy/createPolicy';
import { CommandLineHome } from '../../support/commandLine';
import { eventually } from '../../support/eventually';
import { findFreePorts } from '../../support/freePorts';
import { startHaproxy, type HaproxyInstance } from '../../support/haproxy/haproxyInstance';
import { findHaproxy } from '../../support/haproxy/haproxyProgram';
import { issueToken } from '../../support/gateway/memoryTokens';

const UPSTREAM = 'https://api.example.com/public/v1';

describe('connect-tokens policy', function () {
	this.timeout(120_000);
	const user = new CommandLineHome();
	let tokens: readonly TokenRecord[];
	let folder: string;

	beforeEach(() => {
		tokens = [issueToken({ id: 'SU-000-000-001', name: 'Sync' }).token];
		folder = join(user.home, 'policy');
	});

	/** Opens a window with these tokens. */
	const open = (options: Parameters<typeof user.open>[0] = {}) =>
		user.open({
			createPolicy: ({ totals }) => {
				const source = { tokens, modules: BUILT_IN_MODULES, modulePaths: BUILT_IN_MODULE_PATHS, requestCounts: {} };
				return Promise.resolve({ created: createPolicy(source, { totals }, new Date()), upstream: UPSTREAM });
			},
			...options,
		});
	const exportArgs = (...more: readonly string[]) => [
		'policy',
		'export',
		'--target',
		'haproxy',
		'--bind',
		'127.0.0.1:8080',
		...more,
		folder,
	];
	const readJson = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Record<string, unknown>;

	describe('export', () => {
		it('writes what HAProxy needs, without a question, and the same the next time', async () => {
			const window = await open();
			const { code, stdout, stderr } = await user.run(exportArgs(), window);
			assert.deepEqual([code, stderr], [0, '']);
			const names = await readdir(folder);
			assert.match(stdout, new RegExp(`^Exported the policy of 1 token to ${folder} \\(${names.length} files changed\\)\\.\\n`));
			assert.ok(
				['haproxy.cfg', 'tokens.map', 'modules.map', 'permissions.map', 'limits.map', 'policy.json'].every((name) => names.includes(name)),
			);
			assert.deepEqual(await readJson('deployment.json'), {
				version: 1,
				bind: '127.0.0.1:8080',
				upstream: UPSTREAM,
				certificate: null,
				instances: [{ name: 'gateway', address: null }],
				totals: 'denied',
			});
			assert.ok((await readFile(join(folder, 'tokens.map'), 'utf8')).includes(tokens[0]!.key.sha256));
			assert.match((await user.run(exportArgs(), window)).stdout, /\(0 files changed\)/);
			assert.deepEqual(window.questions, []);
		});

		it('changes only what a change of the tokens needs', async () => {
			const window = await open();
			await user.run(exportArgs(), window);
			const before = new Map(
				await Promise.all((await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
			);
			tokens = tokens.map((token) => ({ ...token, enabled: false }));
			assert.match((await user.run(exportArgs(), window)).stdout, /\(2 files changed\)/);
			for (const [name, text] of before) {
				assert.equal((await readFile(join(folder, name), 'utf8')) === text, !['policy.json', 'tokens.map'].includes(name), name);
			}
		});

		it('saves its options', async () => {
			const options = ['--upstream', 'http://api.example.com', '--insecure', '--totals', 'remaining'];
			const instances = ['--instance', 'a=10.0.0.1:10000', '--instance', 'b=10.0.0.2:10000'];
			const certificate = ['--cert', join(folder, 'edge.pem')];
			assert.equal((await user.run(exportArgs(...options, ...instances, ...certificate), await open())).code, 0);
			assert.deepEqual(await readJson('deployment.json'), {
				version: 1,
				bind: '127.0.0.1:8080',
				upstream: 'http://api.example.com',
				// Wherever the folder is.
				certificate: 'edge.pem',
				instances: [
					{ name: 'a', address: '10.0.0.1:10000' },
					{ name: 'b', address: '10.0.0.2:10000' },
				],
				totals: 'remaining',
			});
		});

		it('lists what differs for single tokens, without their names, which could look like something else', async () => {
			tokens = [
				issueToken({ id: 'SU-000-000-001', name: 'Evil \u001b[2J', approval: 'writes' }).token,
				issueToken({ id: 'SU-000-000-002', limits: { total: 5 } }).token,
			];
			const { stdout } = await user.run(exportArgs(), await open());
			assert.match(
				stdout,
				/^ {2}SU-000-000-001 {2}stricter: Its writes require approval, .+\n {2}SU-000-000-002 {2}denied: Its total of 5 requests /m,
			);
			assert.doesNotMatch(stdout, /(?!\n)\p{Cc}/u);
			const differences = await readFile(join(folder, 'differences.txt'), 'utf8');
			assert.match(differences, /\n\nSU-000-000-001 "Evil \\u001b\[2J"\n {2}stricter: Its writes .+\n\nSU-000-000-002 .+\n {2}denied: /);
		});

		it('says which argument is missing or wrong, and writes nothing', async () => {
			const window = await open();
			const attempts: [readonly string[], RegExp][] = [
				[['policy'], /Name one of these: export, push, pull\./],
				[['policy', 'other'], /Name one of these/],
				[['policy', 'constructor'], /Name one of these/],
				[['policy', 'export', folder], /--target haproxy/],
				[['policy', 'export', '--target', 'nginx', folder], /--target haproxy/],
				[['policy', 'export', '--target', 'haproxy', folder], /--bind 127\.0\.0\.1:8080/],
				[['policy', 'export', '--target', 'haproxy', '--bind', '127.0.0.1:8080'], /Name the folder/],
				[exportArgs('--totals', 'all'), /remaining, denied/],
			];
			for (const [[, ...args], message] of attempts) {
				await assert.rejects(runPolicy(args), { name: 'UsageError', command: 'policy', message }, args.join(' '));
			}
			// These are wrong for the policy, which only the process gets from the window. It does the same for all wrong arguments.
			const attemptsWithWindow: typeof attempts = [
				attempts[0]!,
				[exportArgs('--bind', '0.0.0.0:8080'), /API keys would be sent to 0\.0\.0\.0:8080 without encryption\. Add a certificate/],
				[exportArgs('--upstream', 'http://api.example.com'), /without encryption/],
				[exportArgs('--upstream', 'https://a:b@api.example.com'), /isn't valid/],
				[exportArgs('--instance', 'a', '--instance', 'b'), /The instance “a” isn't valid/],
				[exportArgs('--instance', 'a b=10.0.0.1:1'), /The instance “a b=10\.0\.0\.1:1” isn't valid/],
			];
			for (const [args, message] of attemptsWithWindow) {
				const { code, stdout, stderr } = await user.run(args, window);
				assert.deepEqual([code, stdout], [2, ''], args.join(' '));
				assert.match(stderr, message);
				assert.match(stderr, /See “connect-tokens help policy”/);
			}
			await assert.rejects(readdir(folder), /ENOENT/);
		});

		it('needs an upstream if the gateway has none', async () => {
			const created = createPolicy({ tokens, modules: [], modulePaths: {}, requestCounts: {} }, { totals: 'denied' }, new Date());
			const window = await open({ createPolicy: () => Promise.resolve({ created, upstream: null }) });
			assert.match((await user.run(exportArgs(), window)).stderr, /because the gateway has no upstream: --upstream URL/);
			assert.equal((await user.run(exportArgs('--upstream', UPSTREAM), window)).code, 0);
		});

		it('writes to a folder with other files only with --force, and never through a link', async () => {
			const window = await open();
			await mkdir(folder);
			await writeFile(join(folder, 'notes.md'), 'mine');
			const { code, stderr } = await user.run(exportArgs(), window);
			assert.equal(code, 1);
			assert.match(stderr, /has other files, such as notes\.md\. Choose an empty folder, or add --force/);
			assert.deepEqual(await readdir(folder), ['notes.md']);
			assert.equal((await user.run(exportArgs('--force'), window)).code, 0);
			assert.equal(await readFile(join(folder, 'notes.md'), 'utf8'), 'mine');
			// It's a policy's folder now.
			assert.equal((await user.run(exportArgs(), window)).code, 0);

			await rm(folder, { recursive: true });
			await mkdir(join(user.home, 'elsewhere'));
			await symlink(join(user.home, 'elsewhere'), folder);
			assert.match((await user.run(exportArgs('--force'), window)).stderr, /is a symbolic link\. Choose the folder that it leads to/);
			assert.deepEqual(await readdir(join(user.home, 'elsewhere')), []);
		});

		it('passes on why the window has no policy', async () => {
			const window = await open({ createPolicy: () => Promise.reject(problem('Trust the workspace and try again.')) });
			const { code, stderr } = await user.run(exportArgs(), window);
			assert.deepEqual([code, stderr], [1, 'connect-tokens: Trust the workspace and try again.\n']);
		});
	});

	describe('push and pull', () => {
		const { token, authorization } = issueToken({ id: 'SU-000-000-001', name: 'Sync' });
		let haproxy: string | undefined;
		let upstream: Server | undefined;
		let upstreamUrl: string;
		const running: HaproxyInstance[] = [];

		before(async function () {
			haproxy = await findHaproxy();
			if (haproxy === undefined) {
				return this.skip();
			}
			const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
			upstream = server;
			await once(server, 'listening');
			upstreamUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		});

		beforeEach(() => (tokens = [token]));

		afterEach(async () => {
			await Promise.all(running.splice(0).map((instance) => instance.stop()));
		});

		after(() => upstream?.close());

		/** Exports the policy and starts its instances. */
		async function start(window: Awaited<ReturnType<typeof open>>, ...names: readonly string[]): Promise<readonly HaproxyInstance[]> {
			const [ports, peerPorts] = [await findFreePorts(names.length), await findFreePorts(names.length)];
			const instances = names.flatMap((name, index) => ['--instance', `${name}=127.0.0.1:${peerPorts[index]!}`]);
			const { code, stderr } = await user.run(exportArgs('--upstream', upstreamUrl, ...instances), window);
			assert.deepEqual([code, stderr], [0, '']);
			for (const [index, name] of names.entries()) {
				running.push(await startHaproxy(haproxy!, folder, { name, port: ports[index]! }));
			}
			return [...running];
		}

		const request = async ({ port }: HaproxyInstance) =>
			(await fetch(`http://127.0.0.1:${port}/products`, { headers: { authorization } })).status;

		it('denies a disabled token on all instances, says what has changed, and keeps it that way after a restart', async () => {
			const window = await open();
			const [first, second] = await start(window, 'a', 'b');
			assert.deepEqual([await request(first!), await request(second!)], [200, 200]);
			tokens = [{ ...token, enabled: false }];
			const { code, stdout, stderr } = await user.run(['policy', 'push', folder], window);
			assert.deepEqual([code, stdout, stderr], [0, 'a: 1 token changed\nb: 1 token changed\n', '']);
			assert.deepEqual([await request(first!), await request(second!)], [401, 401]);
			assert.equal((await user.run(['policy', 'push', folder], window)).stdout, 'a: nothing changed\nb: nothing changed\n');
			await first!.stop('SIGTERM');
			const restarted = await startHaproxy(haproxy!, folder, { name: 'a', port: first!.port });
			running.push(restarted);
			assert.equal(await request(restarted), 401);
		});

		it('continues a total when a rate changes, and denies a total that was changed until the next export', async () => {
			const window = await open();
			tokens = [{ ...token, limits: { total: 3, rate: { requests: 100, per: 'hour' } } }];
			const peers = await findFreePorts(1);
			const exportTotals = exportArgs('--upstream', upstreamUrl, '--totals', 'remaining', '--instance', `a=127.0.0.1:${peers[0]!}`);
			assert.equal((await user.run(exportTotals, window)).code, 0);
			const [port] = await findFreePorts(1);
			const instance = await startHaproxy(haproxy!, folder, { name: 'a', port: port! });
			running.push(instance);
			// In its first seconds, it doesn't know yet what others have counted.
			await eventually(async () => assert.equal(await request(instance), 200));
			assert.equal(await request(instance), 200);
			tokens = [{ ...token, limits: { total: 3, rate: { requests: 50, per: 'day' } } }];
			assert.equal((await user.run(['policy', 'push', folder], window)).stdout, 'a: 1 token changed\n');
			assert.deepEqual([await request(instance), await request(instance)], [200, 429]);
			tokens = [{ ...token, limits: { total: 30 } }];
			await user.run(['policy', 'push', folder], window);
			assert.equal(await request(instance), 429);
			assert.match(await readFile(join(folder, 'differences.txt'), 'utf8'), /Its total was changed to 30 requests after the export/);
			// An export is a decision to start with what's left.
			const exported = await user.run(exportTotals, window);
			assert.match(exported.stderr, /Running with the previous policy: a\. Run “connect-tokens policy push” to change that\./);
			await user.run(['policy', 'push', folder], window);
			assert.equal(await request(instance), 200);
		});

		it('names instances that don’t run in the folder, and pushes to sockets elsewhere', async () => {
			const window = await open();
			const [first, second] = await start(window, 'a', 'b');
			await second!.stop();
			tokens = [];
			const pushed = await user.run(['policy', 'push', folder], window);
			assert.deepEqual([pushed.code, pushed.stdout], [0, 'a: 1 token changed\n']);
			assert.match(
				pushed.stderr,
				/^connect-tokens: Not in this folder: b\. Start these instances there or, if they run on other machines, forward their sockets, as README\.md explains\.\n$/,
			);
			assert.equal(await request(first!), 401);
			tokens = [token];
			const link = join(user.home, 'forwarded.sock');
			await symlink(first!.socketPath, link);
			const forwarded = await user.run(['policy', 'push', '--socket', link, folder], window);
			assert.deepEqual([forwarded.code, forwarded.stdout, forwarded.stderr], [0, 'forwarded.sock: 1 token changed\n', '']);
			assert.equal(await request(first!), 200);
			const missing = await user.run(['policy', 'push', '--socket', join(user.home, 'missing.sock'), folder], window);
			assert.deepEqual([missing.code, missing.stdout], [1, '']);
			assert.match(missing.stderr, /^connect-tokens: missing\.sock: HAProxy isn't running/);
		});

		it('says that nothing runs, after it has saved the policy', async () => {
			const window = await open();
			const [instance] = await start(window, 'a');
			await instance!.stop();
			tokens = [];
			const { code, stderr } = await user.run(['policy', 'push', folder], window);
			assert.equal(code, 1);
			assert.match(stderr, /^connect-tokens: No instance runs in .+\. Start HAProxy in this folder/);
			assert.deepEqual((await readJson('policy.json')).tokens, []);
			assert.match((await user.run(['policy', 'push', join(user.home, 'other')], window)).stderr, /contains no exported policy/);
			assert.match((await user.run(['policy', 'pull', join(user.home, 'other')], window)).stderr, /contains no exported policy/);
		});

		it('sends the counts to the window, which says what was new', async () => {
			const received: unknown[] = [];
			const window = await open({
				addCounts: (counts) => {
					received.push(parseCountsMessage(counts));
					return Promise.resolve({ responses: 2, tokens: 1, unknownTokens: 1 });
				},
			});
			const [instance] = await start(window, 'a');
			assert.deepEqual([await request(instance!), await request(instance!)], [200, 200]);
			await eventually(async () => {
				received.length = 0;
				const { code, stdout, stderr } = await user.run(['policy', 'pull', folder], window);
				assert.deepEqual([code, stderr], [0, '']);
				assert.match(stdout, /^Added 2 responses of 1 token to the statistics of the workspace\.\nIgnored counts of 1 token that/);
				const [pull] = received as [ReturnType<typeof parseCountsMessage>];
				assert.deepEqual(
					pull!.readings.map(({ readFrom, counts }) => [
						readFrom,
						counts.map(({ tokenId, statusClass, count }) => [tokenId, statusClass, count]),
					]),
					[['a', [[token.id, '2xx', 2]]]],
				);
			});
		});
	});

	it('sends more counts than a message has room for', async function () {
		if (process.platform === 'win32') {
			return this.skip();
		}
		const received: ReturnType<typeof parseCountsMessage>[] = [];
		const window = await open({
			addCounts: (counts) => {
				received.push(parseCountsMessage(counts));
				return Promise.resolve({ responses: 2, tokens: 1, unknownTokens: 1 });
			},
		});
		await user.run(['policy', 'export', '--target', 'haproxy', '--bind', '127.0.0.1:8080', folder], window);
		const rows = Array.from(
			{ length: 12_000 },
			(_, index) =>
				`0x5f: key=20000|SU-000-000-${String(index % 1000).padStart(3, '0')}|${'x'.repeat(32)}|${index} use=0 gpc0=1 gpc1=0 gpc2=1 gpc3=0\n`,
		);
		const socket = createSocketServer((connection) =>
			connection.once('data', () => connection.end(`# table: counts, type: string, size:10, used:2\n${rows.join('')}\n`)),
		).listen(join(folder, 'haproxy-gateway.sock'));
		await once(socket, 'listening');
		try {
			const { code, stdout, stderr } = await user.run(['policy', 'pull', folder], window);
			assert.equal(code, 0, stderr);
			assert.match(stdout, new RegExp(`Added ${received.length * 2} responses of ${received.length} tokens`));
		} finally {
			socket.close();
		}
		assert.ok(received.length > 1);
		const counts = received.flatMap((part) => part!.readings.flatMap((reading) => reading.counts));
		assert.equal(new Set(counts.map((count) => JSON.stringify(count))).size, 24_000);
	});
});
