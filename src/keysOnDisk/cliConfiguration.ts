import type { Node } from 'jsonc-parser';
import * as v from 'valibot';
import type { CliAccount, JsonPath } from './foundKey';
import { applyReplacements, getString, getValue, parseJson, removeItem } from './jsonText';

const accountSchema = v.object({ id: v.string(), name: v.string(), endpoint: v.string() });

/** Returns the account whose key is at a path in the configuration of CloudBlue's command line; undefined if it's another value. */
export function readCliAccount(root: Node, path: JsonPath): CliAccount | undefined {
	const [list, index, name, ...rest] = path;
	if (list !== 'accounts' || typeof index !== 'number' || name !== 'api_key' || rest.length > 0) {
		return undefined;
	}
	const read = (field: string) => getString(root, [list, index, field]);
	const { success, output } = v.safeParse(accountSchema, { id: read('id'), name: read('name'), endpoint: read('endpoint') });
	return success ? output : undefined;
}

/** Removes an account as `ccli account remove` does: if it was active, the first of the others is. */
export function removeCliAccount(text: string, id: string): string | undefined {
	const root = parseJson(text);
	const accounts = getValue(root, ['accounts'])?.children ?? [];
	const idOf = (index: number) => getString(root, ['accounts', index, 'id']);
	const index = accounts.findIndex((_, at) => idOf(at) === id);
	const account = accounts[index];
	if (!account) {
		return undefined;
	}
	const active = getValue(root, ['active']);
	const next = idOf(index === 0 ? 1 : 0) ?? '';
	return applyReplacements(text, [
		...removeItem(text, account),
		...(active?.value === id ? [{ start: active.offset, end: active.offset + active.length, text: JSON.stringify(next) }] : []),
	]);
}
