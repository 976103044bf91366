import { placeAuthorization } from '../../src/http/authorization';
import { medianTime, milliseconds, type Row } from './table';

const LINES_PER_REQUEST = 10;

/** Placing a header in a long request file, with the cursor at its start, middle and end. */
export async function measureInsertion(lines: number): Promise<readonly Row[]> {
	const request = ['### A request', '# a comment', 'POST https://api.example/public/v1/products', 'Accept: application/json'];
	const body = ['Content-Type: application/json', '', '{', '  "name": "value"', '}', ''];
	const text = Array.from({ length: lines / LINES_PER_REQUEST }, () => [...request, ...body].join('\n')).join('\n');
	const rows: Row[] = [];
	for (const [where, offset] of [
		['start', 0],
		['middle', text.length / 2],
		['end', text.length],
	] as const) {
		const time = await medianTime(25, () => Promise.resolve(placeAuthorization(text, Math.floor(offset), 'ApiKey SU-000-000-000:secret')));
		rows.push({ what: `place a header at the ${where} of ${lines} lines`, figure: milliseconds(time), aim: 'within a frame, 16 ms' });
	}
	return rows;
}
