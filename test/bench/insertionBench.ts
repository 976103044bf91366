import { setAuthorization } from '../../src/requestFiles/authorizationEdits';
import { medianTime, milliseconds, type Row } from './resultTable';

const LINES_PER_REQUEST = 10;

/** Measures inserting a header at the start, middle, and end of a long request file. */
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
		const time = await medianTime(25, () => Promise.resolve(setAuthorization(text, Math.floor(offset), 'ApiKey SU-000-000-000:secret')));
		rows.push({
			label: `insert a header at the ${position} of ${lines} lines`,
			figure: milliseconds(time),
			target: 'within one frame, 16 ms',
		});
	}
	return rows;
}
