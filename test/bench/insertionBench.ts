import { setAuthorization, setAuthorizationEverywhere } from '../../src/requestFiles/authorizationEdits';
import { medianTime, milliseconds, type Row } from './resultTable';

const LINES_PER_REQUEST = 10;
const VALUE = 'ApiKey SU-000-000-000:secret';

/** Measures inserting a header at the start, middle, and end of a long request file, and in each of its requests. */
export async function measureInsertion(lines: number): Promise<readonly Row[]> {
	const request = ['### A request', '# a comment', 'POST https://api.example/public/v1/products', 'Accept: application/json'];
	const body = ['Content-Type: application/json', '', '{', '  "name": "value"', '}', ''];
	const text = Array.from({ length: lines / LINES_PER_REQUEST }, () => [...request, ...body].join('\n')).join('\n');
	const rows: Row[] = [];
	for (const [position, offset] of [
		['start', 0],
		['middle', text.length / 2],
		['end', text.length],
	] as const) {
		const time = await medianTime(25, () => Promise.resolve(setAuthorization(text, Math.floor(offset), VALUE)));
		rows.push({
			label: `insert a header at the ${position} of ${lines} lines`,
			figure: milliseconds(time),
			target: 'within one frame, 16 ms',
		});
	}
	for (const [kind, file] of [
		['with separators', text],
		['without separators', text.replaceAll(/^###.*\n/gm, '')],
	] as const) {
		const cursors = Array.from(file.matchAll(/^POST/gm), ({ index }) => index);
		const all = await medianTime(9, () => Promise.resolve(setAuthorizationEverywhere(file, VALUE)));
		const each = await medianTime(9, () => Promise.resolve(setAuthorization(file, cursors, VALUE)));
		rows.push({
			label: `insert headers at ${cursors.length} cursors in ${lines} lines ${kind}`,
			figure: `${milliseconds(each)}, ${(each / all).toFixed(1)} × as long as in all requests`,
			target: 'within 100 ms, 1.5 × as long',
		});
	}
	return rows;
}
