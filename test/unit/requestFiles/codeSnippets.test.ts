import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createSnippet, SNIPPET_KINDS, type SnippetKind } from '../../../src/requestFiles/codeSnippets';
import { repositoryRoot } from '../../host/paths';
import { startRecordingServer } from '../../support/recordingServer';

const run = promisify(execFile);

/** File name, command, and prerequisite for running each kind of snippet. */
const RUNNERS: Record<SnippetKind, readonly [file: string, command: string, needs: readonly string[]]> = {
	curl: ['call.sh', 'sh', ['curl', '--version']],
	fetch: ['call.mjs', process.execPath, [process.execPath, '--version']],
	python: ['call.py', 'python3', ['python3', '-c', 'import requests']],
	sdk: ['call.cjs', process.execPath, [process.execPath, '--version']],
};

describe('createSnippet', function () {
	this.timeout(30_000);
	const authorization = `ApiKey SU-631-646-036:${'ab'.repeat(20)}`;
	let folder: string;
	let api: Awaited<ReturnType<typeof startRecordingServer>>;

	before(async () => {
		api = await startRecordingServer();
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-copy-'));
	});

	after(async () => {
		await api.stop();
		await rm(folder, { recursive: true, force: true });
	});

	beforeEach(() => api.received.splice(0));

	for (const form of SNIPPET_KINDS) {
		it(`doesn't include a key: ${form}`, () => {
			const code = createSnippet(form, { endpoint: 'https://api.example/v1', url: 'https://api.example/v1/products' });
			assert.doesNotMatch(code, /SU-\d/);
			assert.match(code, /CONNECT_API_KEY/);
		});
	}

	const texts: Record<SnippetKind, string> = {
		curl: `curl --header "Authorization: $CONNECT_API_KEY" "https://api.example/v1/it's"\n`.trimEnd(),
		fetch: `const response = await fetch('https://api.example/v1/it\\'s', {
	headers: { Authorization: process.env.CONNECT_API_KEY },
});
console.log(response.status, await response.json());
`,
		python: `import os

import requests

response = requests.get('https://api.example/v1/it\\'s', headers={"Authorization": os.environ["CONNECT_API_KEY"]})
print(response.status_code, response.json())
`,
		sdk: `const { ConnectClient } = require('@cloudblueconnect/connect-javascript-sdk');

const client = new ConnectClient('https://api.example/v1', process.env.CONNECT_API_KEY);
client.accounts.search().then(console.log, console.error);
`,
	};
	for (const [form, text] of Object.entries(texts)) {
		it(`is code that shows what the API returns: ${form}`, () => {
			const request = { endpoint: 'https://api.example/v1', url: "https://api.example/v1/it's" };
			assert.equal(createSnippet(form as SnippetKind, request), text);
		});
	}

	for (const [form, [file, command, needs]] of Object.entries(RUNNERS)) {
		it(`calls the API with the key from the environment: ${form}`, async function () {
			if (!isInstalled(needs)) {
				this.skip();
			}
			const endpoint = `${api.origin}/public/v1`;
			const { href: url, pathname } = new URL(`${endpoint}/it's/$HOME/\`id\`/"q"`);
			const code = createSnippet(form as SnippetKind, { endpoint, url });
			await writeFile(join(folder, file), code);
			await run(command, [join(folder, file)], {
				cwd: folder,
				env: { ...process.env, CONNECT_API_KEY: authorization, NODE_PATH: join(repositoryRoot, 'node_modules') },
			});
			const [request] = api.received;
			assert.equal(request!.headers.authorization, authorization);
			assert.equal(request!.url.split('?')[0], form === 'sdk' ? '/public/v1/accounts' : pathname);
		});
	}
});

function isInstalled([command, ...args]: readonly string[]): boolean {
	try {
		execFileSync(command!, args, { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}
