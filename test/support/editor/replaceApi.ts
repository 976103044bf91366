import { createRequire } from 'node:module';
import type * as vscode from 'vscode';

/** VS Code's API, as the extension sees it: tests in the extension's folder share its objects. */
export const api = createRequire(__filename)('vscode') as { -readonly [K in keyof typeof vscode]: (typeof vscode)[K] };

/** Replaces a member of VS Code's API. Returns a function that restores it. */
export function replaceMember<T extends object, K extends keyof T>(target: T, name: K, replacement: T[K]): () => void {
	const original = target[name];
	target[name] = replacement;
	return () => (target[name] = original);
}

/** Like `replaceMember`, for a member that's computed when it's read. */
export function replaceGetter<T extends object, K extends keyof T>(target: T, name: K, value: T[K]): () => void {
	const original = Object.getOwnPropertyDescriptor(target, name)!;
	Object.defineProperty(target, name, { ...original, get: () => value });
	return () => void Object.defineProperty(target, name, original);
}
