import { userInfo } from 'node:os';

/** Returns the current user's name in the operating system. */
export function getUserName(): string {
	try {
		return userInfo().username;
	} catch {
		// In a container, a user may have only a number.
		return String(process.getuid?.() ?? 'unknown');
	}
}
