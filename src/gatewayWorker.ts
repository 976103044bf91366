// Entry point of the gateway's worker thread: runs the gateway with the workspace's files. src/gateway/workerMessages.ts has the messages to and
// from the host.
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { createLog } from './domain/log';
import { problem, ProblemError, type Problem } from './domain/problems';
import { Gateway } from './gateway/gateway';
import { getBasePath } from './gateway/basePath';
import { RequestLog } from './gateway/requestLog';
import { RequestLogFile } from './gateway/requestLogFile';
import type { ApprovalPort } from './gateway/heldRequests';
import { gatewayConfigurationSchema, hostMessageSchema, type WorkerMessage } from './gateway/workerMessages';
import { RequestLimits } from './gateway/requestLimits';
import { UsageRecorder } from './gateway/usageRecorder';
import type { TokenReader } from './gateway/currentTokens';
import { getErrorCode } from './storage/fileErrors';
import { readFileVersion } from './storage/fileVersions';
import { RequestCountsFile } from './sources/workspace/requestCountsFile';
import { getStoreFiles } from './sources/workspace/storeFiles';
import { readStore, type StoreSnapshot } from './sources/workspace/storeRecovery';
import { UsageFile } from './sources/workspace/usageFile';

const configuration = v.parse(gatewayConfigurationSchema, workerData);
const clock = () => new Date();
const log = createLog((level, message) => postMessage({ kind: 'log', level, message }));
const files = getStoreFiles(configuration.folder);

const changeCounter = new Int32Array(configuration.changes);

let lastSnapshot: StoreSnapshot | undefined;
const tokens: TokenReader = {
	getChangeCount: () => Atomics.load(changeCounter, 0),
	getVersion: () => readFileVersion(files.main),
	read: async () => {
		const snapshot = await readStore(files, lastSnapshot);
		if (!snapshot) {
			// The host repairs the store and notifies the user. Until then, it's unknown which tokens are valid.
			throw new Error('The token store needs repair.');
		}
		lastSnapshot = snapshot;
		return { version: snapshot.fileVersion, tokens: snapshot.tokens };
	},
};

const usageFile = new UsageFile(configuration.folder, clock, log);
usageFile.onDidRecover(warn);
let hasWarnedOfWriteFailure = false;
const recorder = new UsageRecorder(
	(usage) => usageFile.add(usage),
	clock,
	(error) => {
		log.debug("Couldn't save usage", error);
		// One notification is enough, because the recorder keeps trying.
		if (!hasWarnedOfWriteFailure) {
			hasWarnedOfWriteFailure = true;
			warn(toProblem(error, problem("Couldn't save statistics ({0}). They're kept in memory and will be saved later.", getReason(error))));
		}
	},
);
const requestCountsFile = new RequestCountsFile(configuration.folder, clock, log);
requestCountsFile.onDidRecover(warn);
let hasWarnedOfLimitFailure = false;
const limits = new RequestLimits(requestCountsFile, clock, (error) => {
	log.debug("Couldn't access counted requests", error);
	if (!hasWarnedOfLimitFailure) {
		hasWarnedOfLimitFailure = true;
		const fallback = problem(
			"Couldn't save how many requests count toward the limits of tokens ({0}). Until that succeeds, each window counts only its own.",
			getReason(error),
		);
		warn(toProblem(error, fallback));
	}
});
let hasWarnedOfLogFailure = false;
const logFile =
	configuration.logFile === null
		? undefined
		: new RequestLogFile(configuration.logFile, (error) => {
				log.debug("Couldn't write requests", error);
				if (!hasWarnedOfLogFailure) {
					hasWarnedOfLogFailure = true;
					warn(
						toProblem(
							error,
							problem(
								"Couldn't write requests to the file in the `connectTokens.gateway.logFile` setting ({0}). Choose another file.",
								getReason(error),
							),
						),
					);
				}
			});
const requestLog = new RequestLog({
	basePath: getBasePath(configuration.upstream),
	send: (requests) => postMessage({ kind: 'requests', requests: [...requests] }),
	write: logFile && ((request) => logFile.add(request)),
});
const approvals: ApprovalPort = {
	ask: (request) => postMessage({ kind: 'approvalRequested', request }),
	end: (id, end) => postMessage({ kind: 'approvalEnded', id, end }),
};
const gateway = new Gateway({ configuration, tokens, recorder, limits, requestLog, clock, log, approvals });

parentPort?.on('message', (message: unknown) => {
	const parsed = v.parse(hostMessageSchema, message);
	switch (parsed.kind) {
		case 'tokensChanged':
			gateway.checkRequestsInProgress();
			break;
		case 'watchRequests':
			requestLog.setWatched(parsed.isWatched);
			break;
		case 'clearRequests':
			requestLog.clear();
			break;
		case 'approvalDecided':
			gateway.decideApproval(parsed.id, parsed.decision);
			break;
		case 'stop':
			void stop();
			break;
	}
});

gateway.listen(configuration.port).then(
	(port) => postMessage({ kind: 'listening', port }),
	(error: unknown) => {
		postMessage({ kind: 'failed', ...toMessageTemplate(toProblem(error, toListenProblem(error, configuration.port))) });
		process.exitCode = 1;
		parentPort?.close();
	},
);

async function stop(): Promise<void> {
	await gateway.stop();
	// The window keeps them.
	requestLog.flush();
	await logFile?.flush();
	process.exit(0);
}

function postMessage(message: WorkerMessage): void {
	parentPort?.postMessage(message);
}

function warn(warning: Problem): void {
	postMessage({ kind: 'warning', ...toMessageTemplate(warning) });
}

function toMessageTemplate({ template, args }: Problem): { template: string; args: (string | number)[] } {
	return { template, args: [...args] };
}

function toListenProblem(error: unknown, port: number): ProblemError {
	switch (getErrorCode(error)) {
		case 'EADDRINUSE':
			return problem('Port {0} and the ports after it are in use. Choose another port in the `connectTokens.gateway.port` setting.', port);
		case 'EACCES':
		case 'EPERM':
			return problem(
				"The system doesn't allow the gateway to use port {0}. Choose another port in the `connectTokens.gateway.port` setting.",
				port,
			);
		default:
			return problem(
				"The gateway can't use port {0} ({1}). Choose another port in the `connectTokens.gateway.port` setting.",
				port,
				getReason(error),
			);
	}
}

/** Returns the error's own message for the user if it has one. */
function toProblem(error: unknown, fallback: ProblemError): Problem {
	return (error instanceof ProblemError ? error : fallback).problems[0]!;
}

function getReason(error: unknown): string {
	return getErrorCode(error) || (error instanceof Error ? error.name : 'error');
}
