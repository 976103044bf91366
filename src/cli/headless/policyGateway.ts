import { CommandLineError } from '../../broker/commandLineError';
import { createLog } from '../../domain/log';
import type { Clock } from '../../domain/ports';
import { getBasePath } from '../../gateway/basePath';
import type { TokenReader } from '../../gateway/currentTokens';
import { Gateway } from '../../gateway/gateway';
import { createAuthorizationEndpoint, createHealthEndpoint } from '../../gateway/ownEndpoints';
import { readProxyConfiguration } from '../../gateway/proxyConfiguration';
import { RequestLimits } from '../../gateway/requestLimits';
import { RequestLog } from '../../gateway/requestLog';
import { UsageRecorder } from '../../gateway/usageRecorder';
import { getErrorCode } from '../errorCode';
import { CountFile } from './countFile';
import { formatGatewayUrl, type HeadlessOptions } from './gatewayOptions';
import { MemoryCounts } from './memoryCounts';
import { readPolicyFile, type EnforcedPolicy } from './policyFile';
import type { RequestLogOutput } from './requestLogOutput';

/** For requests in progress when the gateway stops, in milliseconds. Docker kills a container that takes longer than 10 seconds. */
const SHUTDOWN_GRACE_MS = 8000;
/** For the reader of the log when the gateway stops, in milliseconds. */
const LOG_FLUSH_TIMEOUT_MS = 500;

export interface PolicyGatewayOptions extends HeadlessOptions {
	readonly environment: NodeJS.ProcessEnv;
	readonly output: RequestLogOutput;
	readonly clock: Clock;
	/** Gets messages for the user, in English. */
	readonly report: (message: string) => void;
}

/** A gateway that enforces an exported policy, without an editor. */
export class PolicyGateway {
	readonly #gateway: Gateway;
	readonly #counts: CountFile | MemoryCounts;
	/** Without the error of each attempt: the next ones rarely differ. */
	#hasReportedCountFailure = false;
	#policy: EnforcedPolicy;
	#version = 0;
	/** Policies are read one after another. */
	#reload: Promise<void> = Promise.resolve();

	/** @throws CommandLineError that says what to do */
	static async create(options: PolicyGatewayOptions): Promise<PolicyGateway> {
		return new PolicyGateway(options, await readPolicyFile(options.policy));
	}

	private constructor(
		private readonly options: PolicyGatewayOptions,
		policy: EnforcedPolicy,
	) {
		const { upstream, credential, hosts, origins, countFile, isLogging, isAuthorizer, environment, output, clock, report } = options;
		this.#policy = policy;
		// Errors of single requests are in the responses.
		const log = createLog((level, message) => (level === 'warn' || level === 'error' ? report(`${message}.`) : undefined));
		const counts = countFile === undefined ? new MemoryCounts(clock) : new CountFile(countFile, clock, log);
		const reportCountFailure = (error: unknown) => this.#reportCountFailure(error);
		const basePath = getBasePath(upstream);
		this.#counts = counts;
		this.#gateway = new Gateway({
			configuration: {
				upstream,
				credential,
				modules: policy.modules,
				moduleNames: policy.moduleNames,
				mcpPaths: [],
				proxy: readProxyConfiguration({ upstream, getHttpSetting: () => undefined, environment }),
				allowedHosts: [...hosts],
				allowedOrigins: [...origins],
				remedies: { host: 'start the gateway with --host and the name', origin: 'start the gateway with --origin and the origin' },
			},
			tokens: this.#createTokenReader(),
			recorder: new UsageRecorder(
				(usage) => (counts instanceof CountFile ? counts.addUsage(usage) : Promise.resolve()),
				clock,
				reportCountFailure,
			),
			limits: new RequestLimits(counts, clock, reportCountFailure),
			requestLog: new RequestLog({ basePath, send: () => undefined, write: isLogging ? (request) => output.add(request) : undefined }),
			clock,
			log,
			timeouts: { shutdownGraceMs: SHUTDOWN_GRACE_MS },
			ownEndpoints: isAuthorizer ? createAuthorizationEndpoint(basePath) : createHealthEndpoint(),
		});
	}

	/**
	 * Starts listening, and returns the URL.
	 * @throws CommandLineError that says what to do
	 */
	async start(): Promise<string> {
		const { address, port, upstream, isAuthorizer } = this.options;
		if (this.#counts instanceof CountFile) {
			await this.#counts.open();
		}
		try {
			const boundPort = await this.#gateway.listen(port, { address, maxExtraPorts: 0 });
			return formatGatewayUrl(address, boundPort, isAuthorizer ? '' : getBasePath(upstream));
		} catch (error) {
			throw toListenError(error, address, port);
		}
	}

	/** Reads the policy again, and enforces it from the next request on. If it isn't valid, the previous one stays in effect. Never rejects. */
	reload(): Promise<void> {
		return (this.#reload = this.#reload.then(async () => {
			const { policy, report } = this.options;
			try {
				this.#policy = await readPolicyFile(policy);
			} catch (error) {
				report(`${error instanceof Error ? error.message : String(error)} The previous policy stays in effect.`);
				return;
			}
			this.#version++;
			this.#gateway.replaceModules(this.#policy);
			this.#gateway.checkRequestsInProgress();
			report(`The policy was read again, with ${formatCount(this.#policy.tokens.length)}.`);
		}));
	}

	/** Stops listening, lets requests in progress finish, and saves counts. */
	async stop(): Promise<void> {
		await this.#gateway.stop();
		if (this.#counts instanceof CountFile) {
			this.#counts.dispose();
		}
		await this.options.output.flush(LOG_FLUSH_TIMEOUT_MS);
	}

	/** The policy is in memory, so a change is visible at once. */
	#createTokenReader(): TokenReader {
		return {
			getChangeCount: () => this.#version,
			getVersion: () => String(this.#version),
			read: () => Promise.resolve({ version: String(this.#version), tokens: this.#policy.tokens }),
		};
	}

	#reportCountFailure(error: unknown): void {
		if (!this.#hasReportedCountFailure) {
			this.#hasReportedCountFailure = true;
			const message = error instanceof CommandLineError ? error.message : `Couldn't save counts (${getErrorCode(error)}).`;
			this.options.report(`${message} Until that succeeds, counts are kept in memory.`);
		}
	}
}

function formatCount(count: number): string {
	return `${count} ${count === 1 ? 'token' : 'tokens'}`;
}

function toListenError(error: unknown, address: string, port: number): CommandLineError {
	const code = getErrorCode(error);
	switch (code) {
		case 'EADDRINUSE':
			return new CommandLineError(`Port ${port} of ${address} is in use. Choose another port with --bind.`, { cause: error });
		case 'EACCES':
		case 'EPERM':
			return new CommandLineError(`The system doesn't allow this user to listen on port ${port}. Choose another port with --bind.`, {
				cause: error,
			});
		case 'EADDRNOTAVAIL':
		case 'ENOTFOUND':
			return new CommandLineError(`This machine doesn't have the address ${address}. Choose another one with --bind.`, { cause: error });
		default:
			return new CommandLineError(`Couldn't listen on ${address}, port ${port} (${code}). Choose another address with --bind.`, {
				cause: error,
			});
	}
}
