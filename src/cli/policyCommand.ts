import { isAbsolute, relative, resolve } from 'node:path';
import * as v from 'valibot';
import { CommandLineError } from '../broker/commandLineError';
import { formatProblem, ProblemError } from '../domain/problems';
import { splitCounts } from '../policy/countsMessage';
import { createDeployment } from '../policy/createDeployment';
import { EXPORTED_TOTALS, type CreatedPolicy, type ExportedTotals } from '../policy/createPolicy';
import type { Deployment } from '../policy/deployment';
import { pullCounts } from '../policy/haproxy/pullCounts';
import { policySchema } from '../policy/policy';
import { getPolicyEffect, getPolicyReason, policyExceptionSchema, type PolicyException } from '../policy/policyExceptions';
import { createPolicyFiles, DIFFERENCES_FILE, effectTexts, README_FILE } from '../policy/policyFiles';
import { inspectFolder, readPolicyFolder, writePolicyFolder } from '../policy/policyFolder';
import { findInstances, listRunning } from '../policy/policyInstances';
import { pushExportedPolicy } from '../policy/pushExportedPolicy';
import { readOperand, readOptions } from './readOptions';
import { UsageError } from './usageError';
import { addCounts, fetchPolicy } from './windows';

const COMMAND = 'policy';
const actions: Readonly<Record<string, (args: readonly string[], report: Report) => Promise<void>>> = { export: exportPolicy, push, pull };
const createdPolicySchema = v.object({ policy: policySchema, exceptions: v.array(policyExceptionSchema) });

/** What a command prints when it's done. */
class Report {
	readonly #lines: string[] = [];
	readonly #failures: string[] = [];
	hasFailed = false;

	add(...lines: readonly string[]): void {
		this.#lines.push(...lines);
	}

	/** Adds something that the user should do. */
	warn(text: string): void {
		this.#failures.push(`connect-tokens: ${text}`);
	}

	/** Adds a failure, after which the exit code isn't 0. */
	fail(text: string): void {
		this.hasFailed = true;
		this.warn(text);
	}

	/** Resolves when everything is written, because the process exits afterwards. */
	async print(): Promise<void> {
		await write(process.stdout, this.#lines);
		await write(process.stderr, this.#failures);
	}
}

/** `policy`: exports the gateway's policy for HAProxy, pushes it to running instances, and pulls their counts. Returns the exit code. */
export async function policy([action, ...args]: readonly string[]): Promise<number> {
	if (action === undefined || !Object.hasOwn(actions, action)) {
		throw new UsageError(`Name one of these: ${Object.keys(actions).join(', ')}.`, COMMAND);
	}
	const report = new Report();
	try {
		await actions[action]!(args, report);
		await report.print();
		return report.hasFailed ? 1 : 0;
	} catch (error) {
		throw error instanceof ProblemError ? new CommandLineError(error.problems.map(formatProblem).join(' '), { cause: error }) : error;
	}
}

async function exportPolicy(args: readonly string[], report: Report): Promise<void> {
	const { values, positionals } = readOptions(COMMAND, args, {
		target: { type: 'string' },
		bind: { type: 'string' },
		upstream: { type: 'string' },
		cert: { type: 'string' },
		insecure: { type: 'boolean' },
		instance: { type: 'string', multiple: true },
		totals: { type: 'string' },
		force: { type: 'boolean' },
	});
	const folder = readFolder(positionals);
	if (values.target !== 'haproxy') {
		throw new UsageError('Name the target, which is haproxy: --target haproxy', COMMAND);
	}
	if (values.bind === undefined) {
		throw new UsageError('Name the address on which HAProxy listens, like this: --bind 127.0.0.1:8080', COMMAND);
	}
	const totals = readTotals(values.totals);
	const content = await inspectFolder(folder);
	if (content.kind === 'other' && !values.force) {
		throw new CommandLineError(
			`${folder} has other files, such as ${content.name}. Choose an empty folder, or add --force to replace files that have the name of a file of the policy.`,
		);
	}
	const { created, upstream } = await requestPolicy(totals);
	const url = values.upstream ?? upstream;
	if (url === null) {
		throw new UsageError('Name the URL of the API, because the gateway has no upstream: --upstream URL', COMMAND);
	}
	const deployment = createDeploymentOrThrow({
		bind: values.bind,
		upstream: url,
		certificate: values.cert === undefined ? null : toStoredPath(values.cert, folder),
		instances: (values.instance ?? []).map(parseInstance),
		isInsecure: values.insecure === true,
		totals,
	});
	const changed = await writePolicyFolder(folder, createPolicyFiles(created, deployment));
	report.add(
		`Exported the policy of ${count(created.policy.tokens.length, 'token')} to ${folder} (${count(changed.length, 'file')} changed).`,
	);
	if (created.exceptions.length > 0) {
		report.add('', 'What differs from the gateway in the editor:', ...created.exceptions.map(formatException), '');
	}
	const running = changed.length > 0 ? await listRunning(folder) : [];
	if (running.length > 0) {
		const names = running.map(({ name }) => name).join(', ');
		report.warn(`Running with the previous policy: ${names}. Run “connect-tokens policy push” to change that.`);
	}
	report.add(
		`${README_FILE} says how to start HAProxy, and what differs for all tokens. ${DIFFERENCES_FILE} says what differs for single ones.`,
	);
}

async function push(args: readonly string[], report: Report): Promise<void> {
	const { folder, sockets } = readFolderAndSockets(args);
	const previous = await readPolicyFolder(folder);
	const { created } = await requestPolicy(previous.deployment.totals ?? 'denied');
	const { pushed, failed, missing, saveFailure, needsRestart } = await pushExportedPolicy(folder, previous, created, sockets);
	for (const { instance, tokenCount, areModulesChanged } of pushed) {
		report.add(
			`${instance}: ${tokenCount === 0 && !areModulesChanged ? 'nothing changed' : `${count(tokenCount, 'token')} changed${areModulesChanged ? ', modules changed' : ''}`}`,
		);
	}
	reportProblems(report, { failed, missing, sockets });
	if (saveFailure) {
		report.fail(`The files weren't saved, so a restart restores the previous policy. ${toMessage(saveFailure)}`);
	}
	if (needsRestart) {
		report.warn('The configuration has changed, too. Restart HAProxy to use it.');
	}
}

async function pull(args: readonly string[], report: Report): Promise<void> {
	const { folder, sockets } = readFolderAndSockets(args);
	const { instances, missing } = await findInstances(folder, await readPolicyFolder(folder), sockets);
	const readAt = new Date().toISOString();
	const { readings, failed } = await pullCounts(instances);
	reportProblems(report, { failed, missing, sockets });
	if (readings.length > 0) {
		const added = { responses: 0, tokens: 0, unknownTokens: 0 };
		for (const part of splitCounts(readings)) {
			const { responses, tokens, unknownTokens } = await addCounts({ readAt, readings: part });
			added.responses += responses;
			added.tokens += tokens;
			added.unknownTokens += unknownTokens;
		}
		report.add(`Added ${count(added.responses, 'response')} of ${count(added.tokens, 'token')} to the statistics of the workspace.`);
		if (added.unknownTokens > 0) {
			report.add(`Ignored counts of ${count(added.unknownTokens, 'token')} that the workspace doesn't have.`);
		}
	}
}

function readFolderAndSockets(args: readonly string[]): { readonly folder: string; readonly sockets: readonly string[] } {
	const { values, positionals } = readOptions(COMMAND, args, { socket: { type: 'string', multiple: true } });
	return { folder: readFolder(positionals), sockets: (values.socket ?? []).map((path) => resolve(path)) };
}

function readFolder(positionals: readonly string[]): string {
	const folder = readOperand(COMMAND, positionals);
	if (folder === undefined) {
		throw new UsageError('Name the folder of the policy.', COMMAND);
	}
	return resolve(folder);
}

function readTotals(text = 'denied'): ExportedTotals {
	const totals = EXPORTED_TOTALS.find((value) => value === text);
	if (!totals) {
		throw new UsageError(`The option --totals is one of these: ${EXPORTED_TOTALS.join(', ')}.`, COMMAND);
	}
	return totals;
}

function parseInstance(text: string): Deployment['instances'][number] {
	const separator = text.indexOf('=');
	return { name: text.slice(0, Math.max(0, separator)) || text, address: separator < 0 ? null : text.slice(separator + 1) };
}

/** What's wrong is an argument. */
function createDeploymentOrThrow(input: Parameters<typeof createDeployment>[0]): Deployment {
	try {
		return createDeployment(input);
	} catch (error) {
		throw error instanceof ProblemError ? new UsageError(error.problems.map(formatProblem).join(' '), COMMAND) : error;
	}
}

/** A file in the folder is found wherever the folder is. */
function toStoredPath(path: string, folder: string): string {
	const absolute = resolve(path);
	const inside = relative(folder, absolute);
	return inside.startsWith('..') || isAbsolute(inside) ? absolute : inside;
}

async function requestPolicy(totals: ExportedTotals): Promise<{ readonly created: CreatedPolicy; readonly upstream: string | null }> {
	return fetchPolicy(totals, createdPolicySchema);
}

function formatException(exception: PolicyException): string {
	return `  ${exception.tokenId}  ${effectTexts[getPolicyEffect(exception)]}: ${formatProblem(getPolicyReason(exception))}`;
}

function reportProblems(
	report: Report,
	{
		failed,
		missing,
		sockets,
	}: {
		readonly failed: readonly { readonly instance: string; readonly error: Error }[];
		readonly missing: readonly string[];
		readonly sockets: readonly string[];
	},
): void {
	failed.forEach(({ instance, error }) => report.fail(`${instance}: ${toMessage(error)}`));
	// Who names sockets knows which instances those are.
	if (missing.length > 0 && sockets.length === 0) {
		report.warn(
			`Not in this folder: ${missing.join(', ')}. Start these instances there or, if they run on other machines, forward their sockets, as README.md explains.`,
		);
	}
}

function toMessage(error: Error): string {
	return error instanceof ProblemError ? error.problems.map(formatProblem).join(' ') : error.message;
}

function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Paths and names can contain characters that control a terminal, so those are replaced. */
function write(stream: NodeJS.WriteStream, lines: readonly string[]): Promise<void> {
	const text = lines.map((line) => `${line.replace(/\p{Cc}/gu, '�')}\n`).join('');
	return new Promise((resolve, reject) => {
		stream.write(text, (error) => (error ? reject(error) : resolve()));
	});
}
