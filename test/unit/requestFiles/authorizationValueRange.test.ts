import assert from 'node:assert/strict';
import { findAuthorizationValueRange } from '../../../src/requestFiles/authorizationValueRange';

/** Lines with `|` at the cursor, and the text that a completion replaces, if any. */
const CASES: [line: string, replaced: string | undefined][] = [
	['Authorization:|', ''],
	['Authorization: |', ' '],
	['authorization:  ApiKey |', '  ApiKey '],
	['  Authorization: Api|Key SU-000-000-000:old', ' ApiKey SU-000-000-000:old'],
	['Authorization:| Basic abc  ', ' Basic abc'],
	['Authorization: tut|', ' tut'],
	['Authorization: ApiKey {{$processEnv CONN|', ' ApiKey {{$processEnv CONN'],
	['@auth = ApiKey |', ' ApiKey '],
	['@name = A|', undefined],
	['Authorization : |', ' '],
	['@auth=ApiKey |', 'ApiKey '],
	['@auth =  ApiKey x|', '  ApiKey x'],
	['curl -H"authorization: |"', ' '],
	['curl --header   "Authorization : |"', ' '],
	['curl -H "Authorization: |" https://a.example', ' '],
	['curl -H "Accept: */*" --header=\'authorization: ApiKey x|yz\' -s', ' ApiKey xyz'],
	['curl -H "Authorization: x" https://a.exa|mple', undefined],
	['curl -H "Authorization: open|', ' open'],
	['Author|ization: x', undefined],
	['X-Authorization: |', undefined],
	['GET https://a.example/?authorization:|', undefined],
	['|', undefined],
];

describe('findAuthorizationValueRange', () => {
	for (const [marked, replaced] of CASES) {
		it(`returns ${replaced === undefined ? 'nothing' : `"${replaced}"`} in ${marked}`, () => {
			const line = marked.replace('|', '');
			const range = findAuthorizationValueRange(line, marked.indexOf('|'));
			assert.equal(range && line.slice(range.start, range.end), replaced);
		});
	}
});
