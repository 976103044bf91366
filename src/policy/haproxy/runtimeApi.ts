import { connect } from 'node:net';
import { relative } from 'node:path';
import * as v from 'valibot';
import { problem, type ProblemError } from '../../domain/problems';
import { checkMapRow, type MapRow } from './mapRows';

/** How long HAProxy may take to continue its response, in milliseconds. */
const RESPONSE_TIMEOUT_MS = 10_000;

/** The longest path that all operating systems can connect to, in bytes. */
const MAX_SOCKET_PATH_BYTES = 103;

/** HAProxy reads a command and its payload into one buffer of 16 KB, and ignores what's longer. */
const MAX_COMMAND_BYTES = 15_000;

/** In a map with 100,000 rows, HAProxy takes 3 ms to change one, and handles no requests meanwhile. */
const MAX_COMMANDS_PER_LINE = 20;

/** A line of the list of maps. */
const mapSchema = parseLine(/^(-?\d+) \(.*\) pattern loaded from file '([^']*)'/, ([, id = '', path = '']) => ({ id: `#${id}`, path }));
/** A line of a map. */
const mapRowSchema = parseLine(/^0x[0-9a-f]+ (\S+) (.+)$/, ([, key = '', value = '']): MapRow => [key, value]);
const tableHeaderSchema = parseLine(/^# table: [\w-]+, type: string, /, ([header]) => header);
/** A line of a stick table. */
const tableEntrySchema = parseLine(/^0x[0-9a-f]+: key=(\S+) (?:.* )?gpc0=(\d+)(?: |$)/, ([, key = '', count]) => ({
	key,
	count: Number(count),
}));
const newVersionSchema = parseLine(/^New version created: (\d+)$/, ([, version = '']) => `@${version}`);

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
	) {}

	/** Returns the rows of a map, in the order in which they were added. A key may occur several times. */
	async readMap(fileName: string): Promise<readonly MapRow[]> {
		const map = await this.#findMap(fileName);
		return this.#parse(mapRowSchema, await this.#send(`show map ${map}`));
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
		const [version = ''] = this.#parse(newVersionSchema, await this.#send(`prepare map ${map}`));
		await this.#add(`${version} ${map}`, rows);
		await this.#run([`commit map ${version} ${map}`]);
	}

	/** Returns the general-purpose counter of each entry of a stick table, by key. */
	async readTable(name: string): Promise<ReadonlyMap<string, number>> {
		const response = await this.#send(`show table ${name}`);
		const headerEnd = response.indexOf('\n') + 1;
		this.#parse(tableHeaderSchema, response.slice(0, headerEnd));
		return new Map(this.#parse(tableEntrySchema, response.slice(headerEnd)).map(({ key, count }) => [key, count]));
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
		const response = await this.#send('show map');
		const maps = this.#parse(mapSchema, response.replace(/^# .*\n/, ''));
		return new Map(maps.map(({ id, path }) => [path.slice(path.lastIndexOf('/') + 1), id]));
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

	#expectNoOutput(response: string): void {
		const line = splitLines(response)[0];
		if (line !== undefined) {
			throw this.#createResponseError(line);
		}
	}

	#parse<T>(schema: v.GenericSchema<string, T>, response: string): readonly T[] {
		return splitLines(response).map((line) => {
			const result = v.safeParse(schema, line);
			if (!result.success) {
				throw this.#createResponseError(line);
			}
			return result.output;
		});
	}

	/** HAProxy's errors have a single line. Other lines are rows, in which there's nothing secret. */
	#createResponseError(line: string): ProblemError {
		return problem(
			'HAProxy at {0} responded with “{1}”. Check that it runs the exported configuration, and try again.',
			this.socketPath,
			line.slice(0, 200),
		);
	}

	/** Sends a line of commands, or a command and its payload, and returns the output. */
	#send(command: string): Promise<string> {
		return new Promise((resolve, reject) => {
			const chunks: Buffer[] = [];
			const fail = (error: ProblemError) => {
				socket.destroy();
				reject(error);
			};
			const socket = connect(this.#shortenPath())
				.setTimeout(this.timeoutMs)
				.on('timeout', () =>
					fail(
						problem(
							"HAProxy at {0} didn't respond within {1} seconds. Check its load, and try again.",
							this.socketPath,
							this.timeoutMs / 1000,
						),
					),
				)
				.on('error', (error: NodeJS.ErrnoException) => fail(this.#createConnectionError(error)))
				.on('data', (chunk) => chunks.push(chunk))
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

function splitLines(response: string): readonly string[] {
	return response.split('\n').filter((line) => line !== '');
}

function parseLine<T>(pattern: RegExp, read: (match: RegExpExecArray) => T) {
	return v.pipe(
		v.string(),
		v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
			const match = pattern.exec(dataset.value);
			if (!match) {
				addIssue();
				return NEVER;
			}
			return read(match);
		}),
	);
}
