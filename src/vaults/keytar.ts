import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { problem, ProblemError } from '../domain/problems';

/**
 * The functions of keytar's native module that are used. Each call occupies a thread of Node's pool until it returns.
 * `findCredentials` isn't used because it crashes the process if the keychain is locked.
 */
export interface Keytar {
	/** Returns null if there's no such password, or if the keychain is locked. */
	getPassword(service: string, account: string): Promise<string | null>;
	setPassword(service: string, account: string, password: string): Promise<void>;
	/** Returns false if there's no such password, or if the keychain is locked. */
	deletePassword(service: string, account: string): Promise<boolean>;
}

/**
 * Loads the native module for this platform.
 * @param folder contains a folder for each platform
 * @throws ProblemError when this platform isn't supported, or a required library is missing
 */
export function loadKeytar(folder: string): Keytar {
	// Alpine's C library differs from that of the other Linux distributions that VS Code supports.
	const platform = `${existsSync('/etc/alpine-release') ? 'alpine' : process.platform}-${process.arch}`;
	const file = join(folder, platform, 'keytar.node');
	if (!existsSync(file)) {
		throw problem("The keychain isn't supported on this system ({0}). Set connectTokens.vault to “editor”.", platform);
	}
	try {
		return createRequire(file)(file) as Keytar;
	} catch (error) {
		const reason = getErrorMessage(error);
		const [, library] = /(lib[\w.+-]+\.so[\w.]*): cannot open|loading shared library (lib[\w.+-]+\.so[\w.]*)/i.exec(reason) ?? [];
		throw library === undefined
			? problem("The keychain isn't available ({0}). Fix the problem and try again, or set connectTokens.vault to “editor”.", reason)
			: problem(
					"The keychain isn't available because the library {0} is missing. Install libsecret (Debian and Ubuntu: libsecret-1-0, Fedora: libsecret) and restart VS Code.",
					library,
				);
	}
}

/** Explains to the user why a call to the native module failed. Returns a `ProblemError` as is. */
export function toKeychainProblem(error: unknown): ProblemError {
	if (error instanceof ProblemError) {
		return error;
	}
	const reason = getErrorMessage(error);
	if (/\blocked\b|dismiss/i.test(reason)) {
		return problem('The keychain is locked. Unlock it and try again.');
	}
	if (reason.includes('org.freedesktop.secrets')) {
		return problem(
			"The keychain isn't available because no keyring service is running ({0}). Install one, such as gnome-keyring, and sign in again.",
			reason,
		);
	}
	if (/D-Bus|could not connect|connection is closed/i.test(reason)) {
		return problem(
			"The keychain isn't available because there's no D-Bus session ({0}). Start VS Code from a desktop session, or in dbus-run-session with an unlocked keyring.",
			reason,
		);
	}
	if (reason.startsWith('The name :')) {
		return problem('The keyring service was restarted. Reload the window to reconnect.');
	}
	if (reason.includes('does not exist at path')) {
		return problem(
			"The keychain doesn't have a default keyring, and none was created when prompted. Create a default keyring and try again.",
		);
	}
	return problem('The keychain returned an error ({0}). Check the keychain and try again.', reason);
}

function getErrorMessage(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
