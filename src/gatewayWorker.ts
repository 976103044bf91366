// The gateway's worker thread: puts the gateway together with the workspace's files. Its host speaks to it in the messages of src/gateway/messages.ts.
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { problem, ProblemError, type Problem } from './domain/problems';
import { Gateway } from './gateway/gateway';
import { gatewayConfiguration, hostMessage, type WorkerMessage } from './gateway/messages';
import { Recorder } from './gateway/record';
import type { TokenReader } from './gateway/tokens';
import { errorCode } from './sources/workspace/errors';
import { fileVersion, storeFiles } from './sources/workspace/files';
import { readStore } from './sources/workspace/recovery';
import { StatisticsFile } from './sources/workspace/statisticsFile';

const configuration = v.parse(gatewayConfiguration, workerData);
const clock = () => new Date();
const files = storeFiles(configuration.folder);

const changes = new Int32Array(configuration.changes);

const tokens: TokenReader = {
	changes: () => Atomics.load(changes, 0),
	version: () => fileVersion(files.main),
	read: async () => {
		const snapshot = await readStore(files);
		if (!snapshot) {
			// Whoever shows the tokens repairs them and says so; until then nobody knows which are good.
			throw new Error('The store must be repaired.');
		}
		return { version: snapshot.fileVersion, tokens: snapshot.tokens };
	},
};

const statistics = new StatisticsFile(configuration.folder, clock);
statistics.onDidRecover(warn);
let hasFailed = false;
const recorder = new Recorder(
	(counted) => statistics.add(counted),
	clock,
	(error) => {
		// Once is enough for a person; it is tried again and again.
		if (!hasFailed) {
			hasFailed = true;
			warn(problemOf(error, problem('The statistics could not be written ({0}). They are kept until they can.', reasonOf(error))));
		}
	},
);
const gateway = new Gateway({ configuration, tokens, recorder, clock });

parentPort?.on('message', (message: unknown) => {
	v.parse(hostMessage, message);
	void gateway.stop().then(() => process.exit(0));
});

gateway.listen(configuration.port).then(
	(port) => tell({ kind: 'listening', port }),
	(error: unknown) => {
		tell({ kind: 'failed', ...told(problemOf(error, listenProblem(error, configuration.port))) });
		process.exitCode = 1;
		parentPort?.close();
	},
);

function tell(message: WorkerMessage): void {
	parentPort?.postMessage(message);
}

function warn(warning: Problem): void {
	tell({ kind: 'warning', ...told(warning) });
}

function told({ template, args }: Problem): { template: string; args: (string | number)[] } {
	return { template, args: [...args] };
}

function listenProblem(error: unknown, port: number): ProblemError {
	switch (errorCode(error)) {
		case 'EADDRINUSE':
			return problem('Port {0} and those after it are all taken. Choose another in the setting `connectTokens.gateway.port`.', port);
		case 'EACCES':
		case 'EPERM':
			return problem('The system does not let the gateway use port {0}. Choose another in the setting `connectTokens.gateway.port`.', port);
		default:
			return problem(
				'The gateway cannot use port {0} ({1}). Choose another in the setting `connectTokens.gateway.port`.',
				port,
				reasonOf(error),
			);
	}
}

/** What the error itself tells a person, where it is a problem of ours. */
function problemOf(error: unknown, otherwise: ProblemError): Problem {
	return (error instanceof ProblemError ? error : otherwise).problems[0]!;
}

function reasonOf(error: unknown): string {
	return errorCode(error) || (error instanceof Error ? error.name : 'error');
}
