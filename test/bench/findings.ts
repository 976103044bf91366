import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modulePaths } from '../../src/domain/modulePaths';
import { tokenAt } from '../../src/domain/token';
import { findPlainKeys } from '../../src/http/plainKeys';
import { referenceTo } from '../../src/http/references';
import { parseRequestFile } from '../../src/http/requestFile';
import { findInRequests, findKeys } from '../../src/ui/findings/findings';
import { searchFiles } from '../../src/ui/findings/searchFiles';
import { WorkspaceSource } from '../../src/sources/workspace/workspaceSource';
import { tokenRecord } from '../support/seed';
import { MemoryVault } from '../support/store/memoryVault';
import { usual } from '../support/store/options';
import { medianTime, milliseconds, type Row } from './table';

const BASE = 'https://api.example/public/v1';

/** Looking through a request file of 10 lines a request for all that diagnostics show, and through `files` files for keys. */
export async function measureFindings(lines: number, files: number): Promise<readonly Row[]> {
	const source = new WorkspaceSource({ ...usual, folder: join(tmpdir(), 'connect-tokens-bench-none'), vault: new MemoryVault() });
	const token = tokenAt(tokenRecord(1, { name: 'Measured', permissions: ['products'] }), new Date(), 7);
	const tokens = [{ source, token }];
	const requests = Array.from({ length: lines / 10 }, (_, index) =>
		[
			`### ${index}`,
			'# a comment',
			`POST ${BASE}/products/{{id}}`,
			`Authorization: ${referenceTo(token.id)}`,
			'Accept: */*',
			'',
			'{',
			'  "a": 1',
			'}',
			'',
		].join('\n'),
	);
	const text = requests.join('\n');
	const surroundings = { tokens, areAll: true, modulePaths, bases: [BASE] };
	const all = await medianTime(9, () =>
		Promise.resolve([findKeys(text, tokens), findInRequests(text, parseRequestFile(text), surroundings)]),
	);
	return [
		{
			what: `findings in ${lines} lines, ${requests.length} requests, after typing has paused`,
			figure: milliseconds(all),
			aim: 'never blocks typing',
		},
		...(await measureSearch(files)),
	];
}

async function measureSearch(count: number): Promise<readonly Row[]> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-search-'));
	try {
		for (let part = 0; part < count / 500; part++) {
			const name = join(folder, `part-${part}`);
			await mkdir(name);
			await Promise.all(
				Array.from({ length: 500 }, (_, file) => writeFile(join(name, `${file}.ts`), `export const value${file} = ${file};\n`.repeat(40))),
			);
		}
		const start = performance.now();
		const before = process.memoryUsage().rss;
		let highest = before;
		const found = await searchFiles(
			[folder],
			(text) => (findPlainKeys(text).length > 0 ? true : undefined),
			() => false,
			() => (highest = Math.max(highest, process.memoryUsage().rss)),
		);
		const time = performance.now() - start;
		return [
			{ what: `search through ${count} files, ${found.length} of them with keys`, figure: milliseconds(time) },
			{ what: 'memory that it takes meanwhile', figure: `${((highest - before) / 1e6).toFixed(0)} MB`, aim: 'bounded' },
		];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
