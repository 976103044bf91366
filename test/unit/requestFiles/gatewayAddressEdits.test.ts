import assert from 'node:assert/strict';
import { applyReplacements } from '../../../src/requestFiles/authorizationEdits';
import { replaceGatewayPorts } from '../../../src/requestFiles/gatewayAddressEdits';

describe('replaceGatewayPorts', () => {
	const replace = (text: string) => applyReplacements(text, replaceGatewayPorts(text, [7357, 7360], 7358));
	const cases: [text: string, expected: string][] = [
		['@gateway = http://127.0.0.1:7357/public/v1\n', '@gateway = http://127.0.0.1:7358/public/v1\n'],
		['GET http://localhost:7360/x\nHost: LOCALHOST:7357', 'GET http://localhost:7358/x\nHost: LOCALHOST:7358'],
		['http://127.0.0.1:7358/', 'http://127.0.0.1:7358/'],
		['http://127.0.0.1:73570/ http://127.0.0.1:735/', 'http://127.0.0.1:73570/ http://127.0.0.1:735/'],
		['http://localhost:3000/ https://api.test:7357/', 'http://localhost:3000/ https://api.test:7357/'],
		['', ''],
	];
	for (const [text, expected] of cases) {
		it(`changes ${JSON.stringify(text)} to ${JSON.stringify(expected)}`, () => {
			assert.equal(replace(text), expected);
		});
	}
});
