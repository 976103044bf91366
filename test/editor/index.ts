import { printWithMark } from '../support/runner/markedOutput';
import { runMocha } from '../support/runner/runMocha';

/** Called by VS Code in the extension host. Runs the editor suite and rejects if a test fails. */
export async function run(): Promise<void> {
	const failures = await runMocha(__dirname, { print: printWithMark }).catch((error: unknown) => {
		printWithMark(error);
		throw error;
	});
	if (failures > 0) {
		throw new Error(`${failures} of the editor tests failed.`);
	}
}
