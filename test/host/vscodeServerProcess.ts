// Runs the server's entry script in this process: vscodeServerProcess.js <key file> <script> <arguments of the script…>
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';

// The script must see only its own arguments.
const [, keyFile, script] = process.argv.splice(1, 3, process.argv[3]!) as [string, string, string];

exitWhenStdinCloses();
serveSecretKey(readOrCreateKey(keyFile));
void import(pathToFileURL(script).href);

/** Kills the server and all its child processes once the parent process has exited, even if that was killed. */
function exitWhenStdinCloses(): void {
	process.stdin.resume().on('end', () => {
		if (process.platform === 'win32') {
			process.exit();
		}
		process.kill(-process.pid, 'SIGKILL');
	});
}

/**
 * Serves the server's half of the key that encrypts SecretStorage, as the front end of the server build would do. Without it, the
 * workbench would lose all secrets when its page is closed.
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

/** Reads the 256-bit key from the file, or creates the file. */
function readOrCreateKey(file: string): Buffer {
	try {
		return readFileSync(file);
	} catch {
		const key = randomBytes(32);
		writeFileSync(file, key, { mode: 0o600 });
		return key;
	}
}
