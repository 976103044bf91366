import assert from 'node:assert/strict';
import { findInDocument } from '../../../src/requestFiles/findings';
import { listGatewayBaseUrls } from '../../../src/requestFiles/gatewayBaseUrls';
import { formatAuthorizationReference } from '../../../src/requestFiles/keyReferences';
import { createFindingContext } from '../../support/findingContext';
import { createSourceToken } from '../../support/sourceTokens';

describe('Findings in requests to the gateway', () => {
	const sourceToken = createSourceToken({ permissions: ['products'] });
	const url = 'http://127.0.0.1:7357/public/v1';

	function listKinds(path: string, origin = new URL(url).origin): readonly string[] {
		const text = `GET ${origin}${path}\nAuthorization: ${formatAuthorizationReference(sourceToken.token.id)}\n`;
		return findInDocument(text, 'requestFile', { ...createFindingContext(sourceToken), baseUrls: listGatewayBaseUrls(url) }).map(
			({ kind }) => kind,
		);
	}

	it('are the same with and without the upstream’s path, and by any name of this machine', () => {
		for (const origin of ['http://127.0.0.1:7357', 'http://localhost:7357']) {
			for (const base of ['', '/public/v1']) {
				assert.deepEqual(listKinds(`${base}/products/PRD-1`, origin), [], origin + base);
				assert.deepEqual(listKinds(`${base}/devops`, origin), ['not-covered'], origin + base);
			}
		}
	});

	it('don’t exist if the upstream’s path is incomplete, because the gateway takes it for a path below', () => {
		assert.deepEqual(listKinds('/public/v1products'), ['not-covered']);
		assert.deepEqual(
			listKinds('/products', 'http://127.0.0.1:7358').filter((kind) => kind === 'not-covered'),
			[],
		);
	});
});
