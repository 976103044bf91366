import assert from 'node:assert/strict';
import type { LeaseProposal } from '../../../src/agents/agentServices';
import { McpServerStarts, OtherUpstreamError } from '../../../src/agents/mcpServerStarts';
import { Emitter } from '../../../src/domain/emitter';
import { silentLog } from '../../../src/domain/log';
import type { McpServer } from '../../../src/domain/mcpServers';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import type { Token } from '../../../src/domain/token';
import { eventually } from '../../support/eventually';
import { createSourceToken } from '../../support/sourceTokens';

const UPSTREAM = 'https://api.example/public/v1';
const NOW = Date.parse('2030-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const SERVER: McpServer = { label: 'Usage', url: `${UPSTREAM}/mcp/usage/?version=1` };
const LEASE = { task: 'MCP server Usage', agent: 'VS Code' };

/** The window, with tokens and a gateway that a test changes. */
class Window {
	tokens: Token[] = [];
	/** Increased by a rotation. */
	keyNumber = 1;
	upstream: string | undefined = UPSTREAM;
	upstreamAccount: string | undefined;
	now = NOW;
	readonly proposals: LeaseProposal[] = [];
	readonly released: string[] = [];
	readonly tokensChanged = new Emitter();
	readonly gatewayChanged = new Emitter();
	url: string | undefined;
	phase = { kind: 'stopped' };
	startedUrl = 'http://127.0.0.1:7357/public/v1';
	/** What the user answers to a proposal. */
	answer: (proposal: LeaseProposal) => Token | undefined = ({ permissions }) =>
		this.add({ id: 'SU-000-000-009', permissions, lease: LEASE });
	readonly starts = new McpServerStarts({
		source: {
			list: () => Promise.resolve(this.tokens),
			get: (id: string) => Promise.resolve(this.tokens.find((token) => token.id === id)),
			listKeys: (id: string) => Promise.resolve([{ which: 'current', issuedAt: `${id} ${this.keyNumber}`, expirationDate: null }]),
			onDidChange: (listener: () => void) => this.tokensChanged.on(listener),
		},
		gateway: this.createGateway(),
		clock: () => new Date(this.now),
		log: silentLog,
		readUpstream: () => this.upstream,
		isUpstream: (sourceId) => Promise.resolve(sourceId === this.upstreamAccount),
		readModulePaths: () => BUILT_IN_MODULE_PATHS,
		askForLease: (proposal) => {
			this.proposals.push(proposal);
			return Promise.resolve(this.answer(proposal));
		},
		releaseKey: (token, label) => {
			this.released.push(`${token.id} ${label}`);
			return Promise.resolve(`key ${this.keyNumber} of ${token.id}`);
		},
	});
	changeCount = 0;

	constructor() {
		this.starts.onDidChange(() => this.changeCount++);
	}

	add(changes: Partial<Token>): Token {
		const { token } = createSourceToken(changes);
		this.tokens.push(token);
		return token;
	}

	change(changes: Partial<Token>): void {
		this.tokens = this.tokens.map((token) => ({ ...token, ...changes }));
		this.tokensChanged.fire();
	}

	setGateway(url: string | undefined, kind: string): void {
		this.url = url;
		this.phase = { kind };
		this.gatewayChanged.fire();
	}

	private createGateway() {
		// eslint-disable-next-line @typescript-eslint/no-this-alias
		const window = this;
		return {
			get url() {
				return window.url;
			},
			get phase() {
				return window.phase;
			},
			start: () => {
				if (window.url === undefined) {
					window.setGateway(undefined, 'starting');
					window.setGateway(window.startedUrl, 'running');
				}
				return Promise.resolve(window.url!);
			},
			onDidChange: (listener: () => void) => window.gatewayChanged.on(listener),
		};
	}
}

describe('Starting an MCP server', () => {
	let window: Window;
	beforeEach(() => (window = new Window()));
	afterEach(() => window.starts.dispose());

	const untilChanged = (count: number) => eventually(() => assert.equal(window.changeCount, count), 1000, 5);

	it('starts the gateway and uses the key of the configured token', async () => {
		window.add({ id: 'SU-000-000-001' });
		assert.deepEqual(await window.starts.start({ ...SERVER, token: 'SU-000-000-001' }), {
			url: 'http://127.0.0.1:7357/public/v1/mcp/usage/?version=1',
			authorization: 'key 1 of SU-000-000-001',
		});
		assert.deepEqual(window.released, ['SU-000-000-001 Usage']);
		assert.deepEqual(window.proposals, []);
		assert.equal(window.starts.getVersion(SERVER), '0');
		assert.equal(window.starts.getVersion({ ...SERVER, token: 'SU-000-000-001' }), '0 SU-000-000-001', 'another token is another version');
	});

	it('asks for a lease for the module of the path only, and uses it again while it is valid', async () => {
		await window.starts.start(SERVER);
		assert.deepEqual(window.proposals, [
			{
				lease: LEASE,
				permissions: ['mcp'],
				minutes: 480,
				limits: { rate: { requests: 120, per: 'minute' } },
				approval: 'never',
			},
		]);
		await window.starts.start(SERVER);
		assert.equal(window.proposals.length, 1);
		window.change({ expirationDate: new Date(NOW + HOUR_MS).toISOString() });
		await window.starts.start(SERVER);
		assert.equal(window.proposals.length, 1);
		window.now = NOW + HOUR_MS - 30_000;
		await window.starts.start(SERVER);
		assert.equal(window.proposals.length, 2, 'it would end right after the start');
	});

	it('uses a lease that the user has widened, but none that a language model could have asked for', async () => {
		window.add({ id: 'SU-000-000-002', permissions: ['MD-0000'], lease: LEASE });
		window.add({ id: 'SU-000-000-003', permissions: ['mcp'], lease: { ...LEASE, agent: 'Copilot' } });
		window.add({ id: 'SU-000-000-004', permissions: ['mcp'], lease: { ...LEASE, task: 'MCP server Other' } });
		window.answer = () => window.add({ id: 'SU-000-000-005', permissions: ['mcp', 'usage'], lease: LEASE });
		await window.starts.start(SERVER);
		await window.starts.start(SERVER);
		assert.equal(window.proposals.length, 1);
		assert.deepEqual(window.released, ['SU-000-000-005 Usage', 'SU-000-000-005 Usage']);
	});

	it('proposes all modules only for a path that no module covers', async () => {
		await window.starts.start({ label: 'Other', url: `${UPSTREAM}/tools/server` });
		assert.deepEqual(window.proposals[0]!.permissions, ['MD-0000']);
	});

	it('releases no key if the user denies the lease', async () => {
		window.answer = () => undefined;
		assert.equal(await window.starts.start(SERVER), undefined);
		assert.deepEqual(window.released, []);
	});

	it('says what to do if the server or its token cannot be used, without starting the gateway or asking', async () => {
		const account = { sourceId: 'VA-1', name: 'Acme' };
		await assert.rejects(window.starts.start({ ...SERVER, account }), OtherUpstreamError);
		window.upstream = undefined;
		window.upstreamAccount = 'VA-1';
		await assert.rejects(window.starts.start({ ...SERVER, account }), /Use the account in the gateway/);
		await assert.rejects(window.starts.start(SERVER), /connectTokens\.gateway\.upstream/);
		assert.equal(window.url, undefined);
		window.upstream = UPSTREAM;
		await window.starts.start({ ...SERVER, account });
		window.released.splice(0);
		await assert.rejects(window.starts.start({ ...SERVER, token: 'SU-000-000-404' }), /doesn't exist.*connectTokens\.mcp\.servers/);
		window.add({ id: 'SU-000-000-006', status: 'inactive' });
		await assert.rejects(window.starts.start({ ...SERVER, token: 'SU-000-000-006' }), /disabled or expired/);
		assert.deepEqual(window.released, []);
	});

	it('changes the version once when the key of the server is not the current one anymore', async () => {
		window.add({ id: 'SU-000-000-001' });
		window.add({ id: 'SU-000-000-002' });
		const server = { ...SERVER, token: 'SU-000-000-001' };
		await window.starts.start(server);
		window.change({ name: 'Renamed' });
		window.keyNumber++;
		window.tokensChanged.fire();
		await untilChanged(1);
		assert.equal(window.starts.getVersion(SERVER), '1');
		window.tokensChanged.fire();
		await window.starts.start(server);
		window.change({ status: 'inactive' });
		await untilChanged(2);
		assert.equal(window.starts.getVersion({ ...SERVER, label: 'Other' }), '0');
	});

	it('changes the version when the token is deleted, ends, or the gateway stops or moves', async () => {
		window.add({ id: 'SU-000-000-001' });
		const server = { ...SERVER, token: 'SU-000-000-001' };
		const { tokens } = window;
		await window.starts.start(server);
		window.tokens = [];
		window.tokensChanged.fire();
		await untilChanged(1);
		window.tokens = tokens;
		await window.starts.start(server);
		window.setGateway(undefined, 'starting');
		window.setGateway('http://127.0.0.1:7358/public/v1', 'running');
		await untilChanged(2);
		await window.starts.start(server);
		window.setGateway(undefined, 'stopped');
		await untilChanged(3);
		// The source only reports changes, so the end of the lease is waited for.
		window.tokens = tokens.map((token) => ({ ...token, expirationDate: new Date(NOW + 50).toISOString() }));
		await window.starts.start(server);
		window.tokens = window.tokens.map((token) => ({ ...token, status: 'expired' as const }));
		await untilChanged(4);
	});
});
