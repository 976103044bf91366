import { connect } from 'node:net';
import { relative } from 'node:path';
import { problem, type ProblemError } from '../../domain/problems';
import { checkMapRow, type MapRow } from './mapRows';

/** How long HAProxy may take to continue its response, in milliseconds. */
const RESPONSE_TIMEOUT_MS = 10_000;

/** How long a whole response may take, in milliseconds. Listing 100,000 rows takes about a second. */
const MAX_RESPONSE_MS = 60_000;

/** What the rows of a million tokens need, and less than the longest string. */
const MAX_RESPONSE_BYTES = 256 * 1024 * 1024;

/** The longest path that all operating systems can connect to, in bytes. */
const MAX_SOCKET_PATH_BYTES = 103;

/** HAProxy reads a command and its payload into one buffer of 16 KB, and ignores what's longer. */
const MAX_COMMAND_BYTES = 15_000;

/** In a map with 100,000 rows, HAProxy takes 3 ms to change one, and handles no requests meanwhile. */
const MAX_COMMANDS_PER_LINE = 20;

// Lines of HAProxy's output. Sticky, because reading 100,000 of them must not take long.
const MAP_PATTERN = /(-?\d+) \(.*\) pattern loaded from file '([^']*)'.*\n/y;
const MAP_ROW_PATTERN = /0x[0-9a-f]+ (\S+) (.+)\n/y;
const TABLE_ENTRY_PATTERN = /0x[0-9a-f]+: key=(\S+) (.*gpc0=\d+.*)\n/y;
const NEW_VERSION_PATTERN = /New version created: (\d+)\n/y;
/** The headers of both lists. */
const HEADER_PATTERN = /^# (?:id \(file\) description|table: [\w-]+, type: string, .*)\n/;

/**
 * Reads and changes the maps, and reads the stick tables, of a running HAProxy through its stats socket. All methods reject with a
 * `ProblemError` if HAProxy isn't running, doesn't respond, or rejects a command.
 */
export class RuntimeApi {
	/** Identifiers of the maps by file name. */
	#maps: Promise<ReadonlyMap<string, string>> | undefined;

	/** @param socketPath the path of a stats socket with the level `admin` */
	constructor(
		private readonly socketPath: string,
		private readonly timeoutMs = RESPONSE_TIMEOUT_MS,
		private readonly maxResponseBytes = MAX_RESPONSE_BYTES,
		private readonly maxResponseMs = MAX_RESPONSE_MS,
	) {}

	/** Returns the rows of a map. If a key occurs several times with different values, its value is empty, which no row has. */
	async readMap(fileName: string): Promise<ReadonlyMap<string, string>> {
		const map = await this.#findMap(fileName);
		const rows = new Map<string, string>();
		this.#parse(await this.#send(`show map ${map}`), MAP_ROW_PATTERN, ([, key = '', value = '']) => {
			const other = rows.get(key);
			rows.set(key, other === undefined || other === value ? value : '');
		});
		return rows;
	}

	/** Adds rows whose keys don't exist. */
	async addRows(fileName: string, rows: readonly MapRow[]): Promise<void> {
		await this.#add(await this.#findMap(fileName), rows);
	}

	/** Replaces the values of existing rows, each at once: a request sees the previous or the new one. */
	async setRows(fileName: string, rows: readonly MapRow[]): Promise<void> {
		const map = await this.#findMap(fileName);
		rows.forEach(checkMapRow);
		await this.#run(rows.map(([key, value]) => `set map ${map} ${escapeArgument(key)} ${escapeArgument(value)}`));
	}

	/** Deletes existing rows. */
	async deleteRows(fileName: string, keys: readonly string[]): Promise<void> {
		const map = await this.#findMap(fileName);
		keys.forEach((key) => checkMapRow([key, '-']));
		await this.#run(keys.map((key) => `del map ${map} ${escapeArgument(key)}`));
	}

	/** Replaces all rows of a map at once: a request sees the previous or the new ones. */
	async replaceRows(fileName: string, rows: readonly MapRow[]): Promise<void> {
		const map = await this.#findMap(fileName);
		let version = '';
		this.#parse(await this.#send(`prepare map ${map}`), NEW_VERSION_PATTERN, ([, number = '']) => (version = `@${number}`));
		await this.#add(`${version} ${map}`, rows);
		await this.#run([`commit map ${version} ${map}`]);
	}

	/** Returns the general-purpose counters of each entry of a stick table, by key. */
	async readTable(name: string): Promise<ReadonlyMap<string, readonly number[]>> {
		const counters = new Map<string, readonly number[]>();
		this.#parse(await this.#sendForList(`show table ${name}`), TABLE_ENTRY_PATTERN, ([, key = '', fields = '']) => {
			counters.set(
				key,
				Array.from(fields.matchAll(/\bgpc\d+=(\d+)/g), ([, count]) => Number(count)),
			);
		});
		return counters;
	}

	#findMap(fileName: string): Promise<string> {
		this.#maps ??= this.#listMaps();
		return this.#maps.then((maps) => {
			const id = maps.get(fileName);
			if (id === undefined) {
				throw problem(
					'HAProxy at {0} has no map {1}, because it runs another configuration. Restart it with the exported one.',
					this.socketPath,
					fileName,
				);
			}
			return id;
		});
	}

	async #listMaps(): Promise<ReadonlyMap<string, string>> {
		const maps = new Map<string, string>();
		this.#parse(await this.#sendForList('show map'), MAP_PATTERN, ([, id = '', path = '']) => {
			maps.set(path.slice(path.lastIndexOf('/') + 1), `#${id}`);
		});
		return maps;
	}

	/** Sends a command, and returns its output without the header that lists have. */
	async #sendForList(command: string): Promise<string> {
		const output = await this.#send(command);
		const header = HEADER_PATTERN.exec(output);
		if (!header) {
			throw this.#createResponseError(output);
		}
		return output.slice(header[0].length);
	}

	async #add(map: string, rows: readonly MapRow[]): Promise<void> {
		rows.forEach(checkMapRow);
		const lines = rows.map(([key, value]) => `${key} ${value}`);
		for (const batch of this.#split(lines, Infinity)) {
			this.#expectNoOutput(await this.#send(`add map ${map} <<\n${batch.join('\n')}\n`));
		}
	}

	/** Runs commands that have no output. */
	async #run(commands: readonly string[]): Promise<void> {
		for (const batch of this.#split(commands, MAX_COMMANDS_PER_LINE)) {
			this.#expectNoOutput(await this.#send(batch.join(';')));
		}
	}

	/** Splits commands, or lines of a payload, into as many as HAProxy can read at once. */
	*#split(texts: readonly string[], maxCount: number): Generator<readonly string[]> {
		let batch: string[] = [];
		let bytes = 0;
		for (const text of texts) {
			const textBytes = Buffer.byteLength(text) + 1;
			if (textBytes > MAX_COMMAND_BYTES) {
				throw problem(
					"HAProxy at {0} can't receive a row of {1} bytes while it's running. Restart it with the exported policy.",
					this.socketPath,
					textBytes,
				);
			}
			if (batch.length >= maxCount || bytes + textBytes > MAX_COMMAND_BYTES) {
				yield batch;
				batch = [];
				bytes = 0;
			}
			batch.push(text);
			bytes += textBytes;
		}
		if (batch.length > 0) {
			yield batch;
		}
	}

	#expectNoOutput(output: string): void {
		if (/[^\n]/.test(output)) {
			throw this.#createResponseError(output.trimStart());
		}
	}

	/** Calls `read` with the match of each line. The pattern is sticky. Throws if a line doesn't match it. */
	#parse(output: string, pattern: RegExp, read: (match: RegExpExecArray) => void): void {
		let end = 0;
		pattern.lastIndex = 0;
		for (let match = pattern.exec(output); match; match = pattern.exec(output)) {
			end = pattern.lastIndex;
			read(match);
		}
		this.#expectNoOutput(output.slice(end));
	}

	/** HAProxy's errors have a single line. Other lines are rows, in which there's nothing secret. */
	#createResponseError(output: string): ProblemError {
		const [line = ''] = output.split('\n', 1);
		return problem(
			'HAProxy at {0} responded with “{1}”. Check that it runs the exported configuration, and try again.',
			this.socketPath,
			line.slice(0, 200),
		);
	}

	/** Sends a line of commands, or a command and its payload, and returns the output. */
	#send(command: string): Promise<string> {
		return new Promise((resolve, reject) => {
			const path = this.#shortenPath();
			const chunks: Buffer[] = [];
			let byteCount = 0;
			const fail = (error: ProblemError) => {
				socket.destroy();
				reject(error);
			};
			const failLate = (timeoutMs: number) =>
				fail(
					problem("HAProxy at {0} didn't respond within {1} seconds. Check its load, and try again.", this.socketPath, timeoutMs / 1000),
				);
			// Another program could send something now and then, forever.
			const deadline = setTimeout(() => failLate(this.maxResponseMs), this.maxResponseMs);
			const socket = connect(path)
				.setTimeout(this.timeoutMs)
				.on('timeout', () => failLate(this.timeoutMs))
				.on('close', () => clearTimeout(deadline))
				.on('error', (error: NodeJS.ErrnoException) => fail(this.#createConnectionError(error)))
				.on('data', (chunk) => {
					chunks.push(chunk);
					byteCount += chunk.length;
					if (byteCount > this.maxResponseBytes) {
						fail(this.#createResponseError(Buffer.concat(chunks).toString('latin1', 0, 200)));
					}
				})
				.on('end', () => {
					const output = Buffer.concat(chunks).toString();
					// Each output ends with an empty line, so anything else is incomplete.
					if (/(?:^|\n)\n$/.test(output)) {
						resolve(output);
					} else {
						fail(this.#createClosedError());
					}
				});
			socket.write(`${command}\n`);
		});
	}

	#createConnectionError({ code, message }: NodeJS.ErrnoException): ProblemError {
		switch (code) {
			case 'ENOENT':
				return problem(
					"HAProxy isn't running, because {0} doesn't exist. Start HAProxy in the policy's folder, and try again.",
					this.socketPath,
				);
			case 'ECONNREFUSED':
				return problem(
					"HAProxy isn't running, because nothing listens on {0}. Start HAProxy in the policy's folder, and try again.",
					this.socketPath,
				);
			case 'EACCES':
			case 'EPERM':
				return problem("You don't have access to {0}. Run this as the user that HAProxy runs as.", this.socketPath);
			case 'ECONNRESET':
			case 'EPIPE':
				return this.#createClosedError();
			default:
				return problem("Couldn't connect to HAProxy at {0}: {1}. Check that it's running, and try again.", this.socketPath, message);
		}
	}

	#createClosedError(): ProblemError {
		return problem(
			"HAProxy at {0} closed the connection before its response was complete. Check that it's running, and try again.",
			this.socketPath,
		);
	}

	/** Returns the shorter of the absolute and the relative path, because the operating system would cut off a long one. */
	#shortenPath(): string {
		const [path = ''] = [this.socketPath, relative('', this.socketPath)].sort((a, b) => Buffer.byteLength(a) - Buffer.byteLength(b));
		if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
			throw problem(
				"The path of HAProxy's socket is longer than {0} bytes: {1}. Run this in the policy's folder, or move that to a shorter path.",
				MAX_SOCKET_PATH_BYTES,
				this.socketPath,
			);
		}
		return path;
	}
}

/** Escapes everything that could end an argument of a command, the command itself, or start a payload. */
function escapeArgument(argument: string): string {
	return argument.replace(/[\\ ;<]/g, '\\$&');
}
