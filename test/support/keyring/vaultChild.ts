// A keychain vault in a process of its own: node vaultChild.js MODULES WORKSPACE-KEY INDEX. Answers the calls of a `RemoteVault`.
import { KeychainVault } from '../../../src/vaults/keychainVault';
import type { Answer, Call } from './remoteVault';
import { silentLog } from '../../../src/domain/log';

const [modules = '', workspaceKey = '', index = ''] = process.argv.slice(2);
const vault = new KeychainVault({ nativeModulesFolder: modules, workspaceKey, indexFolder: index, log: silentLog });

process.on('message', (call: Call) => void answer(call).then((result) => process.send?.(result)));
process.once('disconnect', () => process.exit());

async function answer({ id, method, args }: Call): Promise<Answer> {
	try {
		const [keyId = '', secret = ''] = args;
		return { id, result: await vault[method](keyId, secret) };
	} catch (error) {
		const { name, message } = error as Error;
		return { id, error: { name, message } };
	}
}
