import assert from 'node:assert/strict';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { createHaproxyFiles } from '../../../src/policy/haproxy/haproxyPolicyFiles';
import { REPAIRED_KINDS, STRICTER_KINDS, type RepairedKind, type StricterKind } from '../../../src/policy/stricterKinds';
import { fuzzSeed } from '../../support/fuzzing';
import { GatewayServers, type RunningGateway } from '../../support/gateway/gatewayServers';
import { createDeployment, toPolicy } from '../../support/haproxy/examplePolicy';
import { findFreePorts } from '../../support/freePorts';
import { startHaproxy, writeToNewFolder, type HaproxyInstance } from '../../support/haproxy/haproxyInstance';
import { findHaproxyOrSkip } from '../../support/haproxy/haproxyProgram';
import { RawClient, type RawResponse } from '../../support/haproxy/rawClient';
import { HOST, RequestGenerator, TESTED_PATHS, type GeneratedRequest } from '../../support/haproxy/requestGenerator';

const CREDENTIAL = 'Bearer upstream-credential';
const MODULE_NAMES = Object.fromEntries(BUILT_IN_MODULES.map(({ id, name }) => [id, name]));

/** Set DIFFERENTIAL_REQUESTS to compare more of them. */
const REQUESTS = Number(process.env.DIFFERENTIAL_REQUESTS ?? 10_000);
/** Rare kinds of requests may occur only later. */
const MAX_REQUESTS = 20 * REQUESTS;
const WORKERS = 8;

/** The gateway allows trailers, too, but doesn't forward all of them. */
const DIFFERENT_KINDS = (Object.keys({ ...STRICTER_KINDS, ...REPAIRED_KINDS }) as (StricterKind | RepairedKind)[]).filter(
	(kind) => kind !== 'trailers',
);

/** What reached the upstream. */
interface Received {
	readonly method: string;
	readonly url: string;
	readonly headers: readonly string[];
}

describe(`HAProxy compared with the gateway (seed ${fuzzSeed})`, function () {
	this.timeout(0);
	const servers = new GatewayServers();
	const generator = new RequestGenerator(WORKERS);
	const problems: string[] = [];
	const occurred = new Map<StricterKind | RepairedKind, number>();
	let gateway: RunningGateway;
	let haproxy: HaproxyInstance;
	let removeFolder: () => Promise<void> = () => Promise.resolve();

	before(async function () {
		const program = await findHaproxyOrSkip(this);
		const upstream = await servers.upstream((request, response) => {
			const received: Received = { method: request.method ?? '', url: request.url ?? '', headers: request.rawHeaders };
			const body = Buffer.from(JSON.stringify(received));
			request.resume().on('end', () => response.writeHead(200, { 'content-length': body.length, 'x-upstream': '1' }).end(body));
		});
		gateway = await servers.gateway({
			upstream: `${upstream}/public/v1`,
			credential: CREDENTIAL,
			modules: Object.fromEntries(Object.entries(TESTED_PATHS).map(([id, paths]) => [id, [...paths]])),
			mcpPaths: [],
			allowedHosts: [HOST],
		});
		gateway.tokens.replace(...generator.tokens);
		const [port] = await findFreePorts(1);
		const files = createHaproxyFiles(toPolicy(generator.tokens, TESTED_PATHS, MODULE_NAMES), createDeployment(`${upstream}/public/v1`));
		const { folder, remove } = await writeToNewFolder(files);
		removeFolder = remove;
		haproxy = await startHaproxy(program, folder, { name: 'one', port: port!, upstreamAuthorization: CREDENTIAL });
	});

	after(async () => {
		await haproxy.stop();
		await removeFolder();
		await servers.stopAll();
	});

	it('never allows a request that the gateway denies, and is stricter only in the ways that are documented', async () => {
		let next = 0;
		await Promise.all(
			Array.from({ length: WORKERS }, async (_, worker) => {
				const [toGateway, toHaproxy] = [new RawClient(gateway.port), new RawClient(haproxy.port)];
				while ((next < REQUESTS || (next < MAX_REQUESTS && !haveAllKindsOccurred())) && problems.length < 30) {
					const request = generator.generate(fuzzSeed + next++, worker);
					compare(
						request,
						...(await Promise.all([toGateway.send(request.text, !request.isOdd), toHaproxy.send(request.text, !request.isOdd)])),
					);
				}
				toGateway.close();
				toHaproxy.close();
			}),
		);
		assert.deepEqual(problems, [], `seed ${fuzzSeed}`);
		assert.deepEqual(
			DIFFERENT_KINDS.filter((kind) => !occurred.has(kind)),
			[],
			'each documented kind occurs',
		);
	});

	function haveAllKindsOccurred(): boolean {
		return DIFFERENT_KINDS.every((kind) => occurred.has(kind));
	}

	function compare(request: GeneratedRequest, fromGateway: RawResponse, fromHaproxy: RawResponse): void {
		const [isAllowedByGateway, isAllowed] = [isFromUpstream(fromGateway), isFromUpstream(fromHaproxy)];
		const report = (problem: string) =>
			problems.push(
				`${problem}: gateway ${fromGateway.status}, HAProxy ${fromHaproxy.status} (${request.kinds.join()}) ${JSON.stringify(request.text.slice(0, 700))}`,
			);
		if (request.repair !== undefined) {
			if (isAllowed && !isAllowedByGateway) {
				occurred.set(request.repair, (occurred.get(request.repair) ?? 0) + 1);
				assertIsRepaired(fromHaproxy.body);
			}
		} else if (isAllowed && !isAllowedByGateway) {
			report('HAProxy allows what the gateway denies');
		} else if (isAllowed) {
			const difference = compareReceived(fromGateway.body, fromHaproxy.body);
			if (difference !== undefined) {
				report(difference);
			}
		} else if (isAllowedByGateway || fromGateway.status !== fromHaproxy.status) {
			if (request.kinds.length === 0) {
				report('HAProxy decides differently');
			} else if (request.kinds.length === 1) {
				occurred.set(request.kinds[0]!, (occurred.get(request.kinds[0]!) ?? 0) + 1);
			}
		}
	}
});

function isFromUpstream({ head }: RawResponse): boolean {
	return /^x-upstream: 1/m.test(head);
}

/** Returns how the requests that reached the upstream differ; undefined if they don't. HEAD requests have no body. */
function compareReceived(fromGateway: string, fromHaproxy: string): string | undefined {
	if (fromGateway === '' || fromHaproxy === '') {
		return undefined;
	}
	const [expected, actual] = [fromGateway, fromHaproxy].map((body) => normalize(JSON.parse(body) as Received));
	return expected === actual ? undefined : `The upstream receives ${actual} instead of ${expected}`;
}

/** Only one reading of the request may have reached the upstream. */
function assertIsRepaired(body: string): void {
	if (body === '') {
		// There's nothing to see in the response to a HEAD request.
		return;
	}
	const { headers } = JSON.parse(body) as Received;
	const names = headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
	const count = (name: string) => names.filter((other) => other === name).length;
	assert.equal(count('host'), 1);
	assert.ok(count('content-length') + count('transfer-encoding') <= 1, body);
	assert.doesNotMatch(body, /\\r|\\n/);
}

/** Headers that belong to the connection are the server's own. HAProxy writes names in lower case. */
function normalize({ method, url, headers }: Received): string {
	const lines = headers.flatMap((name, index) => (index % 2 === 0 ? [`${name.toLowerCase()}: ${headers[index + 1]!}`] : []));
	return JSON.stringify([
		method,
		url,
		lines.filter((line) => !/^(?:connection|transfer-encoding|content-length|expect|http2-settings):/.test(line)).sort(),
	]);
}
