import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_IN_MODULE_PATHS } from '../../src/domain/modulePaths';
import { createTokenFromRecord } from '../../src/domain/token';
import { findPlainTextKeys } from '../../src/requestFiles/plainTextKeys';
import { silentLog } from '../../src/domain/log';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { findInRequests, findPlainKeyFindings } from '../../src/requestFiles/findings';
import { searchFiles } from '../../src/storage/searchFiles';
import { WorkspaceSource } from '../../src/sources/workspace/workspaceSource';
import { createTestRecord } from '../support/seedTokens';
import { MemoryVault } from '../support/store/memoryVault';
import { DEFAULT_OPTIONS } from '../support/store/sourceOptions';
import { medianTime, milliseconds, type Row } from './resultTable';
import { NO_ALLOWED_HOSTS } from '../support/hostChecks';

const BASE = 'https://api.example/public/v1';

/**
 * Measures finding all diagnostics in a request file and searching the workspace for keys.
 * @param lines length of the request file, with 10 lines per request
 * @param files number of files in the workspace
 */
export async function measureFindings(lines: number, files: number): Promise<readonly Row[]> {
	const source = new WorkspaceSource({ ...DEFAULT_OPTIONS, folder: join(tmpdir(), 'connect-tokens-bench-none'), vault: new MemoryVault() });
	const token = createTokenFromRecord(createTestRecord(1, { name: 'Measured', permissions: ['products'] }), new Date(), 7);
	const tokens = [{ source, token }];
	const requests = Array.from({ length: lines / 10 }, (_, index) =>
		[
			`### ${index}`,
			'# a comment',
			`POST ${BASE}/products/{{id}}`,
			`Authorization: ${formatAuthorizationReference(token.id)}`,
			'Accept: */*',
			'',
			'{',
			'  "a": 1',
			'}',
			'',
		].join('\n'),
	);
	const text = requests.join('\n');
	const context = {
		tokens,
		hasAllTokens: true,
		modulePaths: BUILT_IN_MODULE_PATHS,
		baseUrls: [BASE],
		file: 'file:///requests.http',
		hostCheck: NO_ALLOWED_HOSTS,
	};
	const time = await medianTime(9, () =>
		Promise.resolve([findPlainKeyFindings(text, tokens), findInRequests(text, 'requestFile', context)]),
	);
	return [
		{
			label: `diagnostics for ${lines} lines with ${requests.length} requests`,
			figure: milliseconds(time),
			target: 'runs only after a pause in typing',
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
		let peak = before;
		const found = await searchFiles([folder], {
			search: (text) => (findPlainTextKeys(text).length > 0 ? true : undefined),
			isCanceled: () => false,
			onRead: () => (peak = Math.max(peak, process.memoryUsage().rss)),
			log: silentLog,
		});
		const time = performance.now() - start;
		return [
			{ label: `search ${count} files, ${found.length} with keys`, figure: milliseconds(time) },
			{ label: 'memory growth during the search', figure: `${((peak - before) / 1e6).toFixed(0)} MB`, target: 'bounded' },
		];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
