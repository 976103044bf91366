import * as v from 'valibot';
import { isConfidential, isLoopbackHost } from '../domain/origins';
import { problem, sanitizeForMessage, type ProblemError } from '../domain/problems';
import type { ExportedTotals } from './createPolicy';
import { deploymentSchema, type Deployment } from './deployment';

/** Name of the only instance, unless the user names one. */
const DEFAULT_INSTANCE = 'gateway';
const MAX_PORT = 65_535;

type Instance = Deployment['instances'][number];

/** What the user has entered. */
export interface DeploymentInput {
	readonly bind: string;
	readonly upstream: string;
	/** Path of a PEM file; null for plain HTTP. */
	readonly certificate: string | null;
	readonly instances: readonly Instance[];
	/** Whether keys and the upstream credential may be sent without encryption to and from other machines. */
	readonly isInsecure: boolean;
	readonly totals: ExportedTotals;
}

/**
 * Checks what the user has entered, and returns the deployment.
 * @throws ProblemError that names what's wrong
 */
export function createDeployment({ bind, upstream, certificate, instances, isInsecure, totals }: DeploymentInput): Deployment {
	const found =
		findBindProblem(bind) ??
		findUpstreamProblem(upstream) ??
		(certificate === null ? undefined : findCertificateProblem(certificate)) ??
		(isInsecure ? undefined : ((certificate === null ? findPlainBindProblem(bind) : undefined) ?? findPlainUpstreamProblem(upstream))) ??
		findInstancesProblem(instances);
	if (found) {
		throw found;
	}
	return v.parse(deploymentSchema, {
		version: 1,
		bind,
		upstream: upstream.replace(/\/+$/, ''),
		certificate,
		instances: instances.length > 0 ? instances : [{ name: DEFAULT_INSTANCE, address: null }],
		totals,
	});
}

/** Whether only this machine can connect to an address with a port. */
export function isLoopbackBind(bind: string): boolean {
	return isLoopbackHost(bind.slice(0, bind.lastIndexOf(':')));
}

export function findBindProblem(bind: string): ProblemError | undefined {
	return isEndpoint(bind)
		? undefined
		: problem("The address “{0}” isn't valid. Enter it as ADDRESS:PORT, like 127.0.0.1:8080 or *:8443.", sanitizeForMessage(bind));
}

/** Says that keys would be sent without encryption; undefined if they can't leave this machine. */
export function findPlainBindProblem(bind: string): ProblemError | undefined {
	return isLoopbackBind(bind)
		? undefined
		: problem(
				'Without a certificate, API keys would be sent to {0} without encryption. Add a certificate, or listen on 127.0.0.1.',
				sanitizeForMessage(bind),
			);
}

export function findUpstreamProblem(upstream: string): ProblemError | undefined {
	const isValid = v.is(deploymentSchema.entries.upstream, upstream);
	return isValid
		? undefined
		: problem(
				"The upstream “{0}” isn't valid. Enter an API URL like https://api.connect.cloudblue.com/public/v1 without a query, fragment, password, or escapes.",
				sanitizeForMessage(upstream),
			);
}

/** Says that the upstream credential would be sent without encryption; undefined if it can't be read on the network. */
export function findPlainUpstreamProblem(upstream: string): ProblemError | undefined {
	return isConfidential(upstream)
		? undefined
		: problem(
				'The upstream credential would be sent to {0} without encryption. Use a URL that begins with https://.',
				new URL(upstream).host,
			);
}

export function findCertificateProblem(certificate: string): ProblemError | undefined {
	return v.is(deploymentSchema.entries.certificate, certificate)
		? undefined
		: problem('Enter the path of a PEM file that contains the certificate and its private key.');
}

/**
 * Reads instances as the user enters them: `NAME=ADDRESS:PORT`, separated by commas or spaces. None is a single instance.
 * @returns what's wrong, or the instances
 */
export function parseInstances(text: string): readonly Instance[] | ProblemError {
	const instances = text
		.split(/[\s,]+/)
		.filter(Boolean)
		.map((item): Instance => {
			const separator = item.indexOf('=');
			return separator < 0 ? { name: item, address: null } : { name: item.slice(0, separator), address: item.slice(separator + 1) };
		});
	return findInstancesProblem(instances) ?? instances;
}

/** Formats instances as `parseInstances` reads them. */
export function formatInstances(instances: readonly Instance[]): string {
	return instances
		.filter(({ name, address }) => address !== null || name !== DEFAULT_INSTANCE)
		.map(({ name, address }) => (address === null ? name : `${name}=${address}`))
		.join(', ');
}

function findInstancesProblem(instances: readonly Instance[]): ProblemError | undefined {
	const names = instances.map(({ name }) => name);
	const invalid = instances.find(
		({ name, address }) => !/^[\w-]{1,32}$/.test(name) || (address === null ? instances.length > 1 : !isEndpoint(address)),
	);
	if (invalid) {
		return problem(
			"The instance “{0}” isn't valid. Enter each instance as NAME=ADDRESS:PORT, like edge-1=10.0.0.1:10000: a name of letters, digits, and hyphens, and where the others reach it.",
			sanitizeForMessage(invalid.address === null ? invalid.name : `${invalid.name}=${invalid.address}`),
		);
	}
	const repeated = names.find((name, index) => names.indexOf(name) !== index);
	if (repeated !== undefined) {
		return problem('Two instances have the name “{0}”. Give each its own name.', repeated);
	}
	return instances.length > 16 ? problem('There are more than 16 instances. Export a policy for fewer of them.') : undefined;
}

function isEndpoint(text: string): boolean {
	const port = Number(text.slice(text.lastIndexOf(':') + 1));
	return v.is(deploymentSchema.entries.bind, text) && port >= 1 && port <= MAX_PORT;
}
