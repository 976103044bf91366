import { userInfo } from 'node:os';

/** Who is at work here, as the operating system calls them. A container's user may have no name, only a number. */
export function userName(): string {
	try {
		return userInfo().username;
	} catch {
		return String(process.getuid?.() ?? 'unknown');
	}
}
