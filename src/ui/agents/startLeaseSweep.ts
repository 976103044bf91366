import { existsSync } from 'node:fs';
import type * as vscode from 'vscode';
import { LeaseSweep, type LeaseSweepOptions } from '../../models/leaseSweep';
import { getStoreFiles } from '../../sources/workspace/storeFiles';
import { currentWorkspaceLocation } from '../currentWorkspaceLocation';

/** Deletes leases a day after they ended. Reads nothing if the workspace has no tokens yet. */
export function startLeaseSweep(context: vscode.ExtensionContext, options: LeaseSweepOptions): void {
	const sweep = new LeaseSweep(options);
	context.subscriptions.push(sweep);
	if (existsSync(getStoreFiles(currentWorkspaceLocation(context).folder).main)) {
		void sweep.sweep();
	}
}
