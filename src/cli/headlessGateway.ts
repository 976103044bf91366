import { readGatewayOptions } from './headless/gatewayOptions';
import { PolicyGateway } from './headless/policyGateway';
import { RequestLogOutput } from './headless/requestLogOutput';
import { printError } from './printError';
import { toExitCode } from './processes';

/** Signals that stop the gateway. A second one ends it at once. */
const STOP_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/**
 * `gateway`: runs the gateway until a signal stops it, and returns the exit code.
 * @throws UsageError or CommandLineError if it can't start
 */
export async function runGateway(args: readonly string[]): Promise<number> {
	const gateway = await PolicyGateway.create({
		...readGatewayOptions(args, process.env),
		environment: process.env,
		output: new RequestLogOutput(process.stdout),
		clock: () => new Date(),
		report,
	});
	const stopped = waitForStopSignal();
	process.on('SIGHUP', () => void gateway.reload());
	report(`Listening on ${await gateway.start()}`);
	await stopped;
	await gateway.stop();
	return 0;
}

function waitForStopSignal(): Promise<void> {
	return new Promise((resolve) => {
		for (const signal of STOP_SIGNALS) {
			process.once(signal, () => {
				resolve();
				process.once(signal, () => process.exit(toExitCode(signal)));
			});
		}
	});
}

/** The standard output is for requests only. */
function report(message: string): void {
	printError(`connect-tokens: ${message}`);
}
