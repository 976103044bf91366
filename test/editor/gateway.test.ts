import assert from 'node:assert/strict';
import { connect } from 'node:net';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { eventually } from '../support/eventually';

const gatewaySettings = () => vscode.workspace.getConfiguration('connectTokens');

describe('The gateway', () => {
	let api: ConnectTokensApi;

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		await gatewaySettings().update('gateway.port', 0, vscode.ConfigurationTarget.Global);
	});

	after(async () => {
		await api.gateway.stop();
		for (const name of ['gateway.port', 'gateway.upstream', 'modules']) {
			await gatewaySettings().update(name, undefined, vscode.ConfigurationTarget.Global);
		}
	});

	const sendRequest = async (authorization: string, path: string) => {
		const response = await fetch(`${api.gateway.url}${path}`, { headers: { authorization } });
		return { status: response.status, body: (await response.json()) as { error_code?: string; errors?: string[] } };
	};

	it('permits only the modules of a token, and applies each change from the next request', async () => {
		const { id } = await api.workspace.create({ name: 'Gateway', permissions: ['products'] });
		const first = await api.workspace.authorization(id);
		const { url } = await api.gateway.start();
		assert.equal(api.gateway.url, url);
		assert.equal((await sendRequest(first, '/products')).status, 200);
		assert.match((await sendRequest(first, '/listings')).body.errors!.join(), /Listings/);

		await api.workspace.disable(id);
		assert.match((await sendRequest(first, '/products')).body.errors!.join(), /disabled/i);
		await api.workspace.enable(id);
		assert.equal((await sendRequest(first, '/products')).status, 200);

		await api.workspace.update(id, { permissions: ['listings'] });
		assert.equal((await sendRequest(first, '/products')).status, 403);

		await api.workspace.rotate(id);
		const deniedResponse = await sendRequest(first, '/listings');
		assert.equal(deniedResponse.status, 401);
		assert.equal((await sendRequest(await api.workspace.authorization(id), '/listings')).status, 200);

		await api.workspace.delete(id);
		assert.deepEqual(
			await sendRequest(first, '/listings'),
			deniedResponse,
			'a key of a deleted token gets the same response as any invalid key',
		);
	});

	it('stops listening when stopped, and can be started again', async () => {
		const { url } = await api.gateway.start();
		await api.gateway.stop();
		assert.equal(api.gateway.url, undefined);
		const { port } = new URL(url);
		await assert.rejects(new Promise((resolve, reject) => connect(Number(port), '127.0.0.1').on('connect', resolve).on('error', reject)), {
			code: 'ECONNREFUSED',
		});
		assert.match((await api.gateway.start()).url, /^http:\/\/127\.0\.0\.1:\d+\/public\/v1$/);
	});

	it('enforces custom modules, and applies changes of the setting on the same port', async () => {
		const { url } = await api.gateway.start();
		await gatewaySettings().update('modules', { Orders: ['/orders', '/carts'] }, vscode.ConfigurationTarget.Global);
		const { id } = await api.workspace.create({ name: 'Orders', permissions: ['Orders'] });
		const authorization = await api.workspace.authorization(id);
		// The change of the setting may still be restarting the gateway. Starting it waits for that.
		assert.equal((await api.gateway.start()).url, url);
		assert.equal((await sendRequest(authorization, '/carts/1')).status, 200);
		assert.equal((await sendRequest(authorization, '/products')).status, 403);
		await gatewaySettings().update('modules', undefined, vscode.ConfigurationTarget.Global);
		await assert.rejects(api.workspace.create({ name: 'Orders', permissions: ['Orders'] }), /Module "Orders" doesn't exist/);
		assert.deepEqual((await api.workspace.update(id, { name: 'Renamed' })).permissions, ['Orders'], 'a token keeps its modules');
	});

	it('names the invalid setting', async () => {
		await api.gateway.stop();
		for (const [name, value] of [
			['gateway.upstream', 'ftp://example.com'],
			['gateway.upstream', 'https://user:secret@example.com'],
			['modules', { Orders: 'orders' }],
			['modules', { Orders: ['orders'] }],
		] as const) {
			await gatewaySettings().update(name, value, vscode.ConfigurationTarget.Global);
			await assert.rejects(
				api.gateway.start(),
				(error: Error) => error.message.includes(`connectTokens.${name}`) && !error.message.includes('secret'),
			);
			await gatewaySettings().update(name, undefined, vscode.ConfigurationTarget.Global);
		}
		assert.equal(api.gateway.url, undefined);
		await api.gateway.start();
	});

	it('permits each request of a new request file for a token', async () => {
		const { url } = await api.gateway.start();
		const token = await api.workspace.create({ name: 'Request file', permissions: ['products', 'usage'] });
		await vscode.commands.executeCommand('connectTokens.newRequestFile', { tokenId: token.id });
		const text = vscode.window.activeTextEditor!.document.getText();
		assert.ok(text.startsWith(`@gateway = ${new URL(url).origin}\n`), 'works with any upstream');
		const requests = [...text.matchAll(/^GET \{\{gateway\}\}(.+)\nAuthorization: (.+)$/gm)];
		assert.equal(requests.length, 2);
		for (const [, path, authorization] of requests) {
			assert.equal((await sendRequest(authorization!, path!)).status, 200, path);
		}
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	});

	it('receives the request of a copied cURL command, which reads the key from the environment', async () => {
		const token = await api.workspace.create({ name: 'cURL', permissions: ['products'] });
		const { url } = await api.gateway.start();
		void vscode.commands.executeCommand('connectTokens.copyAsCurl', { tokenId: token.id });
		const expected = `curl --header "Authorization: $CONNECT_API_KEY" "${new URL(url).origin}/products"`;
		await eventually(async () => assert.equal(await vscode.env.clipboard.readText(), expected));
	});
});
