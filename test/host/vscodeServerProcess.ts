// Runs the server's script inside this process: vscodeServerProcess.js <key file> <script> <the script's arguments…>
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';

// The script must find its own command line.
const [, keyFile, script] = process.argv.splice(1, 3, process.argv[3]!) as [string, string, string];

exitWhenStdinCloses();
serveSecretKey(readOrCreateKey(keyFile));
void import(pathToFileURL(script).href);

/** Ends the server and all its children when whoever holds the other end of standard input is gone, even if killed without warning. */
function exitWhenStdinCloses(): void {
	process.stdin.resume().on('end', () => {
		if (process.platform === 'win32') {
			process.exit();
		}
		process.kill(-process.pid, 'SIGKILL');
	});
}

/**
 * Answers the workbench's question for the server's half of the key that encrypts SecretStorage. The server build leaves that to a
 * front end which we do not run; unanswered, the workbench would forget all secrets with each page.
 */
function serveSecretKey(key: Buffer): void {
	const createServer = http.createServer.bind(http);
	Object.assign(http, {
		createServer: (listener: http.RequestListener) =>
			createServer((request, response) => {
				if (request.method === 'POST' && request.url === '/mint-key') {
					response.end(key);
				} else {
					listener(request, response);
				}
			}),
	});
	syncBuiltinESMExports();
}

/** The 256 bits that the file holds, which is made when it is not there. */
function readOrCreateKey(file: string): Buffer {
	try {
		return readFileSync(file);
	} catch {
		const key = randomBytes(32);
		writeFileSync(file, key, { mode: 0o600 });
		return key;
	}
}
