import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GatewayServers, sendRaw, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';

const run = promisify(execFile);

/** Sends three requests on a client with default settings, which offers HTTP/2 with each. Prints the status and the hash of each response. */
const JAVA_CLIENT = `
import java.net.URI;
import java.net.http.*;
import java.nio.file.*;

class Client {
	public static void main(String[] args) throws Exception {
		HttpClient client = HttpClient.newHttpClient();
		for (int index = 2; index < args.length; index++) {
			HttpRequest request = HttpRequest.newBuilder(URI.create(args[0])).header("Authorization", args[1])
				.POST(HttpRequest.BodyPublishers.ofFile(Path.of(args[index]))).build();
			HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
			System.out.println(response.statusCode() + " " + response.body());
		}
	}
}
`;

const bodies = [Buffer.alloc(0), Buffer.from('a small body'), Buffer.alloc(10_000_000, 'body')];

describe('A request that offers another protocol', () => {
	const servers = new GatewayServers();
	let gateway: RunningGateway;
	let folder: string;
	let files: string[];

	/** What the upstream responds with: the hash of the body, and the headers that ask for an upgrade. */
	const describeBody = (body: Buffer) => `${body.length} ${createHash('sha256').update(body).digest('hex')} `;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-upgrades-'));
		files = bodies.map((_, index) => join(folder, `body${index}`));
		await Promise.all(files.map((file, index) => writeFile(file, bodies[index]!)));
		const upstream = await servers.upstream((request, response) => {
			const chunks: Buffer[] = [];
			request
				.on('data', (chunk: Buffer) => chunks.push(chunk))
				.on('end', () => {
					const offered = Object.keys(request.headers).filter((name) => /upgrade|http2/i.test(name));
					response.end(`${describeBody(Buffer.concat(chunks))}${offered.join()}`);
				});
		});
		gateway = await servers.gateway({ upstream });
	});
	afterEach(async () => {
		await servers.stopAll();
		await rm(folder, { recursive: true, force: true });
	});

	const headersOf = (protocol: string) => [
		`Host: 127.0.0.1:${gateway.port}`,
		`Authorization: ${gateway.owner.authorization}`,
		`Connection: Upgrade${protocol === 'h2c' ? ', HTTP2-Settings' : ''}`,
		`Upgrade: ${protocol}`,
		...(protocol === 'h2c' ? ['HTTP2-Settings: AAEAAEAAAAIAAAAB'] : []),
	];
	const hello = describeBody(Buffer.from('hello'));

	for (const protocol of ['h2c', 'TLS/1.2', 'websocket', 'IRC/6.9, h2c']) {
		it(`is forwarded completely and without the offer: ${protocol}`, async () => {
			for (const [framing, body, expected] of [
				['Content-Length: 0', '', describeBody(Buffer.alloc(0))],
				['Content-Length: 5', 'hello', hello],
				['Transfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n', hello],
			] as const) {
				const received = await new RawConnection(gateway.port)
					.send('POST /products HTTP/1.1', ...headersOf(protocol), framing, '', body)
					.until(new RegExp(`\r\n\r\n(?:[0-9a-f]+\r\n)?${expected}`));
				assert.match(received, /^HTTP\/1\.1 200 /, framing);
				assert.ok(received.trimEnd().endsWith(expected.trimEnd()), received);
			}
		});
	}

	it('closes the connection after the response, because Node discards pipelined requests', async () => {
		const request = ['POST /products HTTP/1.1', ...headersOf('h2c'), 'Content-Length: 5', '', 'hello'].join('\r\n');
		const received = await sendRaw(gateway.port, request + request);
		assert.match(received, /^HTTP\/1\.1 200 [^]*connection: close\r\n/i);
		assert.equal(received.match(/HTTP\/1\.1 /g)?.length, 1);
	});

	it('can pause before its body', async () => {
		const connection = new RawConnection(gateway.port).send(
			'POST /products HTTP/1.1',
			...headersOf('h2c'),
			'Content-Length: 5',
			'Expect: 100-continue',
			'',
			'',
		);
		await connection.until(/100 Continue\r\n\r\n/);
		connection.send('hello');
		assert.match(await connection.until(new RegExp(hello)), /200 OK/);
		connection.socket.destroy();
	});

	it('is denied like other requests', async () => {
		for (const body of ['', 'hello']) {
			const received = await sendRaw(
				gateway.port,
				'POST /products HTTP/1.1',
				...headersOf('h2c').filter((line) => !line.startsWith('Authorization')),
				`Content-Length: ${body.length}`,
				'Connection: close',
				'',
				body,
			);
			assert.match(received, /^HTTP\/1\.1 401 /);
		}
	});

	it('works with curl --http2', async function () {
		const version = await run('curl', ['--version']).catch(() => undefined);
		if (!version?.stdout.includes('HTTP2')) {
			this.skip();
		}
		for (const [index, file] of files.entries()) {
			const { stdout } = await run('curl', [
				...['--silent', '--show-error', '--http2', '--max-time', '60', '--header', `Authorization: ${gateway.owner.authorization}`],
				...['--data-binary', `@${file}`, `${gateway.origin}/products`, `${gateway.origin}/products`],
			]);
			assert.equal(stdout, describeBody(bodies[index]!).repeat(2));
		}
	});

	it('works with Java’s HttpClient', async function () {
		this.timeout(120_000);
		// Compiles a single source file, which needs a JDK.
		const source = join(folder, 'Client.java');
		await writeFile(source, JAVA_CLIENT);
		const hasCompiler = await run('java', ['--list-modules']).then(
			({ stdout }) => stdout.includes('jdk.compiler'),
			() => false,
		);
		if (!hasCompiler) {
			this.skip();
		}
		const { stdout } = await run('java', [source, `${gateway.origin}/products`, gateway.owner.authorization, ...files]);
		assert.deepEqual(
			stdout
				.trimEnd()
				.split('\n')
				.map((line) => line.trimEnd()),
			bodies.map((body) => `200 ${describeBody(body).trimEnd()}`),
		);
	});
});
