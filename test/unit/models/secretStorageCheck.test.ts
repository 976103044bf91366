import assert from 'node:assert/strict';
import { isSecretStorageVolatile, type SecretStorageHost } from '../../../src/models/secretStorageCheck';

describe('the check of secret storage', () => {
	const host: SecretStorageHost = {
		platform: 'linux',
		isRemote: false,
		desktop: 'GNOME',
		runtimeArguments: undefined,
		isSecretServiceMissing: () => Promise.resolve(true),
	};

	it('reports Linux without a keyring', async () => {
		const hosts: Partial<SecretStorageHost>[] = [
			{},
			{ desktop: undefined },
			{ runtimeArguments: '{\n\t// "password-store": "basic",\n\t"locale": "es"\n}' },
			{ runtimeArguments: '{ "password-store": "gnome-libsecret" }' },
		];
		for (const changes of hosts) {
			assert.equal(await isSecretStorageVolatile({ ...host, ...changes }), true, JSON.stringify(changes));
		}
	});

	it('reports nothing where secrets are stored elsewhere, or where it cannot know', async () => {
		const hosts: Partial<SecretStorageHost>[] = [
			{ isSecretServiceMissing: () => Promise.resolve(false) },
			{ platform: 'darwin' },
			{ platform: 'win32' },
			{ isRemote: true },
			{ desktop: 'KDE' },
			{ runtimeArguments: '{\n\t"password-store" : "basic"\n}' },
			{ runtimeArguments: '{ "password-store": "kwallet6" }' },
		];
		for (const changes of hosts) {
			assert.equal(await isSecretStorageVolatile({ ...host, ...changes }), false, JSON.stringify(changes));
		}
	});
});
