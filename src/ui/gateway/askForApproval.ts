import { setTimeout as wait } from 'node:timers/promises';
import type { LimitFunction } from 'p-limit';
import * as vscode from 'vscode';
import { askUntilRead } from '../../broker/askUntilRead';
import { logFailure } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import type { GatewayController } from '../../gateway/gatewayController';
import type { Approvals, ApprovalsOptions } from '../../models/approvals';
import { loadOnDemand } from '../loadOnDemand';
import { log } from '../log';

/** Asks the user about the requests that the gateway holds. Loads the code for that with the first of them. */
export function askForApproval(controller: GatewayController, clock: Clock, askInTurn: LimitFunction): Disposable {
	let approvals: Promise<Approvals> | undefined;
	return controller.onDidHoldRequest((pending) => {
		(approvals ??= createApprovals(clock, askInTurn))
			.then((loaded) => loaded.add(pending))
			.catch((error: unknown) => {
				approvals = undefined;
				logFailure(log, 'ask for approval')(error);
				pending.decide('deny');
			});
	});
}

async function createApprovals(clock: Clock, askInTurn: LimitFunction): Promise<Approvals> {
	const { Approvals, approvalButtons, approvalQuestionText, findClientProgram, lateAnswerText, silencedTokenText } = await loadOnDemand();
	const ask: ApprovalsOptions['ask'] = async (question) => {
		const { message, detail } = approvalQuestionText(question);
		const buttons = approvalButtons().map((button) => ({ ...button, isCloseAffordance: button.decision === 'deny' }));
		const selected = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
		return selected?.decision ?? 'deny';
	};
	return new Approvals({
		ask: (question) =>
			askInTurn(() =>
				askUntilRead(
					() => ask(question),
					() => performance.now(),
				),
			),
		findProgram: (request) => findClientProgram(request),
		reportSilence: (question) => void vscode.window.showWarningMessage(silencedTokenText(question)),
		reportLateAnswer: (question) => void vscode.window.showWarningMessage(lateAnswerText(question)),
		wait: (milliseconds) => wait(milliseconds),
		clock,
		log,
	});
}
