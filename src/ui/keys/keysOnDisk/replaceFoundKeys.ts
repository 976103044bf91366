import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { getProgramFolder } from '../../../broker/installLauncher';
import type { PlaceKind } from '../../../keysOnDisk/foundKey';
import { replaceKeys } from '../../../keysOnDisk/replaceKeys';
import { readPlace, writePlace, type WriteFailure } from '../../../keysOnDisk/placeFile';
import { locate, type LocatedFinding } from './searchPlaces';

/** A file that wasn't changed. */
export interface ChangeFailure {
	readonly path: string;
	readonly failure: WriteFailure | 'unsaved';
}

/** What was replaced, and the files that weren't changed. */
export interface Replacement {
	readonly replaced: readonly LocatedFinding[];
	readonly failures: readonly ChangeFailure[];
}

/** Applications that aren't started from a terminal don't have its PATH. */
const DESKTOP_KINDS: readonly PlaceKind[] = ['claudeDesktop', 'cursor', 'vscode'];

/** Replaces the keys of findings in all of their files, one file after another. */
export async function replaceFoundKeys(findings: readonly LocatedFinding[]): Promise<Replacement> {
	const replaced: LocatedFinding[] = [];
	const failures: ChangeFailure[] = [];
	for (const path of new Set(findings.map(({ place }) => place.path))) {
		const inFile = findings.filter(({ place }) => place.path === path);
		const { kind } = inFile[0]!.place;
		const failure = await changeFile(inFile[0]!, (text) =>
			replaceKeys(
				text,
				kind,
				inFile.flatMap(({ keys, owner }) => (owner ? keys.map((key) => ({ key, token: locate(owner) })) : [])),
				DESKTOP_KINDS.includes(kind) ? getCommandPath() : 'connect-tokens',
			),
		);
		if (failure) {
			failures.push({ path, failure });
		} else {
			replaced.push(...inFile);
		}
	}
	return { replaced, failures };
}

/** Changes the text of a file, unless it's no longer the one that was searched. */
export async function changeFile(
	{ place: { path, kind }, hash }: Pick<LocatedFinding, 'place' | 'hash'>,
	change: (text: string) => string | undefined,
): Promise<ChangeFailure['failure'] | undefined> {
	if (vscode.workspace.textDocuments.some(({ isDirty, uri }) => isDirty && uri.scheme === 'file' && uri.fsPath === path)) {
		return 'unsaved';
	}
	const read = await readPlace(path, kind);
	if ('failure' in read || read.hash !== hash) {
		return 'changed';
	}
	const text = change(read.text);
	return text === undefined ? 'failed' : writePlace(path, kind, hash, text);
}

/** Returns where *Install connect-tokens Command in PATH* installs it. */
export function getCommandPath(): string {
	return join(getProgramFolder(homedir(), process.env), process.platform === 'win32' ? 'connect-tokens.cmd' : 'connect-tokens');
}
