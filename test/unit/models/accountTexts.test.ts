import assert from 'node:assert/strict';
import {
	accountKeyLinks,
	addedAccountText,
	assertSameAccount,
	gatewayAccountText,
	removeAccountConfirmation,
	removedUpstreamText,
	replacedAccountKeyText,
} from '../../../src/models/accountTexts';

const ACCOUNT = { id: 'VA-100-200', name: '$(x) Acme', endpoint: 'https://api.example/public/v1' };
const LABEL = '$\u200b(x) Acme';

describe('Texts about accounts', () => {
	it('name the account without reading its name as markup', () => {
		assert.equal(addedAccountText(ACCOUNT), `Added account “${LABEL}” (VA-100-200).`);
		assert.equal(replacedAccountKeyText(ACCOUNT), `Account “${LABEL}” now uses the new key.`);
		assert.deepEqual(removeAccountConfirmation(ACCOUNT, false), {
			message: `Remove account “${LABEL}” (VA-100-200)?`,
			detail: "Its key is removed from VS Code. The account's tokens in CloudBlue Connect aren't affected.",
		});
		assert.equal(removedUpstreamText(ACCOUNT), `Removed account “${LABEL}”. The gateway has no upstream now, so it echoes requests.`);
		assert.equal(
			gatewayAccountText('http://127.0.0.1:7357/public/v1', ACCOUNT),
			`The gateway at http://127.0.0.1:7357/public/v1 now forwards requests to “${LABEL}” using the account's key. Each workspace token is still limited to its own modules.`,
		);
	});

	it('link to the instructions for a key, and to the tokens in the browser if their address is known', () => {
		const instructions = '[Where do I find a key?](https://connect.cloudblue.com/community/modules/extensions/api-tokens/)';
		assert.equal(accountKeyLinks(undefined), instructions);
		assert.equal(
			accountKeyLinks('https://portal.connect.cloudblue.com/integrations/tokens/'),
			`${instructions} · [Open in Connect](https://portal.connect.cloudblue.com/integrations/tokens/)`,
		);
	});

	it('warn before the gateway’s account is removed', () => {
		assert.match(
			removeAccountConfirmation(ACCOUNT, true).detail,
			/aren't affected\.\n\nThe gateway forwards requests to this account\. Without it, /,
		);
	});

	it('reject a key of another account', () => {
		assert.doesNotThrow(() => assertSameAccount({ id: 'VA-100-200' }, ACCOUNT));
		assert.throws(() => assertSameAccount({ id: 'VA-300-400' }, ACCOUNT), /belongs to account VA-300-400, not VA-100-200\./);
	});
});
