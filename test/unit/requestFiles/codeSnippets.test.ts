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
	curlPowerShell: ['call.ps1', 'pwsh', ['pwsh', '-Version']],
	curlCmd: ['call.cmd', process.execPath, ['curl', '--version']],
	csharp: ['call.cs', 'dotnet', ['dotnet', 'script', '--version']],
	go: ['call.go', 'go', ['go', 'version']],
	java: ['Main.java', 'java', ['java', '--version']],
	php: ['call.php', 'php', ['php', '--version']],
	fetch: ['call.mjs', process.execPath, [process.execPath, '--version']],
	python: ['call.py', 'python3', ['python3', '-c', 'import requests']],
	sdk: ['call.cjs', process.execPath, [process.execPath, '--version']],
};

/** Arguments in front of the file. */
const ARGUMENTS: Record<string, readonly string[]> = { go: ['run'], csharp: ['script'] };

/**
 * Reads a command the way cmd does when it's typed: replaces the variables that are defined, then removes carets outside of quotes. The C
 * runtime then splits the line into arguments. Operators outside of cmd's quotes must be escaped.
 */
function readCmdLine(line: string, variables: Record<string, string>): string[] {
	const expanded = line.replace(/%([^%]+)%/g, (match, name: string) => variables[name] ?? match);
	let command = '';
	let isQuoted = false;
	for (let at = 0; at < expanded.length; at++) {
		const char = expanded.charAt(at);
		if (char === '^' && !isQuoted) {
			command += expanded.charAt(++at);
		} else {
			isQuoted = char === '"' ? !isQuoted : isQuoted;
			assert.ok(isQuoted || !/[&|<>()]/.test(char), `${char} is an operator`);
			command += char;
		}
	}
	return Array.from(command.matchAll(/"((?:\\.|[^"])*)"|(\S+)/g), ([, quoted, plain]) => quoted?.replaceAll('\\"', '"') ?? plain!);
}

describe('createSnippet', function () {
	this.timeout(120_000);
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

	it('is one argument that interactive shells and cURL take as it is, whatever a program has put into the path', function () {
		if (process.platform === 'win32') {
			this.skip();
		}
		for (const path of ["/a'!!'$(id)`id`;id", '/!-1"', '/[1-9]{a,b}', "/a'b", '/$HOME;&&id']) {
			const url = `https://api.example${path}`;
			const code = createSnippet('curl', { endpoint: '', url });
			const script = `set -o history -H\necho earlier\n${code.replace(/^curl/, "printf '%s\\n'")}\n`;
			const lines = execFileSync('bash', ['--norc', '-i'], { input: script, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
			assert.ok(lines.split('\n').includes(url), lines);
			assert.equal(code.includes(' --globoff '), path.includes('['));
		}
	});

	const texts: Partial<Record<SnippetKind, string>> = {
		curl: `curl --header "Authorization: $CONNECT_API_KEY" "https://api.example/v1/it's"\n`.trimEnd(),
		curlPowerShell: `& (Get-Command curl -CommandType Application -TotalCount 1) --header "Authorization: $env:CONNECT_API_KEY" 'https://api.example/v1/it''s'`,
		curlCmd: `curl --header "Authorization: %CONNECT_API_KEY%" ^"https://api.example/v1/it's^"`,
		php: `<?php
$options = ['http' => ['header' => 'Authorization: ' . getenv('CONNECT_API_KEY'), 'ignore_errors' => true]];
$body = file_get_contents('https://api.example/v1/it\\'s', false, stream_context_create($options));
echo $http_response_header[0], PHP_EOL, $body, PHP_EOL;
`,
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
			const { href: url, pathname, search } = new URL(`${endpoint}/it's/$HOME/\`id\`/"q"/(%41)?a=1&b=%20CONNECT%20`);
			const code = createSnippet(form as SnippetKind, { endpoint, url });
			await writeFile(join(folder, file), code);
			const options = {
				cwd: folder,
				env: { ...process.env, CONNECT_API_KEY: authorization, NODE_PATH: join(repositoryRoot, 'node_modules') },
			};
			if (form === 'curlCmd') {
				const [program, ...args] = readCmdLine(code, { CONNECT_API_KEY: authorization });
				await run(program!, args, options);
			} else {
				await run(command, [...(ARGUMENTS[form] ?? []), join(folder, file)], options);
			}
			const [request] = api.received;
			assert.equal(request!.headers.authorization, authorization);
			if (form === 'sdk') {
				assert.equal(request!.url.split('?')[0], '/public/v1/accounts');
			} else {
				assert.equal(decodeURIComponent(request!.url), decodeURIComponent(pathname + search));
			}
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
