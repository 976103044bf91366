// A keychain vault in its own process: node vaultChild.js MODULES WORKSPACE-KEY INDEX. Handles the calls of a `RemoteVault`.
import { KeychainVault } from '../../../src/vaults/keychainVault';
import type { Call, CallResult } from './remoteVault';
import { silentLog } from '../../../src/domain/log';

const [modules = '', workspaceKey = '', index = ''] = process.argv.slice(2);
const vault = new KeychainVault({ nativeModulesFolder: modules, workspaceKey, indexFolder: index, log: silentLog });

process.on('message', (call: Call) => void handleCall(call).then((result) => process.send?.(result)));
process.once('disconnect', () => process.exit());

async function handleCall({ id, method, args }: Call): Promise<CallResult> {
	try {
		const [keyId = '', secret = ''] = args;
		return { id, result: await vault[method](keyId, secret) };
	} catch (error) {
		const { name, message } = error as Error;
		return { id, error: { name, message } };
	}
}
