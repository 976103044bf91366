import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { Disposable } from '../../domain/ports';
import { findPlainTextKeys } from '../../requestFiles/plainTextKeys';
import { createPositionConverter } from '../../requestFiles/textPositions';
import type { ReviewFile } from '../../protocol/reviewMessages';
import { log } from '../log';
import { DIAGNOSTIC_SOURCE } from './createDiagnostic';

type FilesByToken = ReadonlyMap<string, readonly ReviewFile[]>;

/** The files that have findings of plain-text keys: open ones, and those that the search of the workspace found. */
export class KeyFiles {
	/** The result of the last read, and the findings at that time. */
	#read: { readonly findings: string; readonly files: Promise<FilesByToken> } | undefined;

	/** Returns the places of keys by the ID of their token. Reads the files only if their findings have changed. */
	read(): Promise<FilesByToken> {
		const uris = listUris();
		const findings = describeFindings(uris);
		if (this.#read?.findings !== findings) {
			this.#read = { findings, files: readFiles(uris.map(([uri]) => uri)) };
		}
		return this.#read.files;
	}

	/** Calls `listener` when findings of keys have changed. */
	onDidChange(listener: () => void): Disposable {
		let findings = describeFindings(listUris());
		return vscode.languages.onDidChangeDiagnostics(() => {
			const next = describeFindings(listUris());
			if (next !== findings) {
				findings = next;
				listener();
			}
		});
	}
}

function listUris(): readonly [vscode.Uri, readonly vscode.Diagnostic[]][] {
	return vscode.languages
		.getDiagnostics()
		.map(([uri, diagnostics]): [vscode.Uri, vscode.Diagnostic[]] => [
			uri,
			diagnostics.filter(({ source, code }) => source === DIAGNOSTIC_SOURCE && code === 'plain-key'),
		])
		.filter(([, diagnostics]) => diagnostics.length > 0);
}

function describeFindings(uris: ReturnType<typeof listUris>): string {
	return JSON.stringify(uris.map(([uri, diagnostics]) => [uri.toString(), diagnostics.map(({ range, message }) => [range, message])]));
}

async function readFiles(uris: readonly vscode.Uri[]): Promise<FilesByToken> {
	const filesByToken = new Map<string, ReviewFile[]>();
	const texts = await Promise.all(uris.map((uri) => readText(uri).catch(logFailure(log, 'read a file with keys', ''))));
	uris.forEach((uri, index) => {
		const text = texts[index]!;
		const positionAt = createPositionConverter(text);
		for (const { tokenId, value } of findPlainTextKeys(text)) {
			const place = { uri: uri.toString(), label: vscode.workspace.asRelativePath(uri), ...positionAt(value.start) };
			if (tokenId !== undefined) {
				filesByToken.set(tokenId, [...(filesByToken.get(tokenId) ?? []), place]);
			}
		}
	});
	return filesByToken;
}

/** The text in the editor if the file is open, otherwise on disk. */
async function readText(uri: vscode.Uri): Promise<string> {
	const document = vscode.workspace.textDocuments.find((candidate) => candidate.uri.toString() === uri.toString());
	return document ? document.getText() : new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
