import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { solvableProblem } from '../../domain/problems';
import { localizeError } from '../../models/localization';
import { commandIds } from '../../models/manifestIds';
import { BACK, runMultiStepInput, type InputStep, type StepResult } from '../../models/multiStepInput';
import { exportedPolicyText } from '../../models/policyTexts';
import {
	createDeployment,
	findBindProblem,
	findCertificateProblem,
	findPlainUpstreamProblem,
	findUpstreamProblem,
	formatInstances,
	isLoopbackBind,
	parseInstances,
} from '../../policy/createDeployment';
import type { CreatedPolicy, ExportedTotals } from '../../policy/createPolicy';
import type { Deployment } from '../../policy/deployment';
import { createPolicyFiles, DIFFERENCES_FILE, README_FILE } from '../../policy/policyFiles';
import { inspectFolder, writePolicyFolder } from '../../policy/policyFolder';
import { listRunning } from '../../policy/policyInstances';
import { getPolicyEffect } from '../../policy/policyExceptions';
import { inputPrompts } from '../commands/inputPrompts';
import { confirm } from '../commands/messages';
import { readGatewayUpstream } from '../settings';
import type { GatewayPolicyHost } from './policyHost';
import { chooseFolder, folderLabel, getDefaultFolder, recallPolicy, rememberPolicy, type PolicyMemory } from './policyMemory';
import { createWorkspacePolicy } from './workspacePolicy';

const DEFAULT_BIND = '127.0.0.1:8080';

/** What the steps ask for. */
interface PolicyInput {
	readonly folder: string;
	readonly bind: string;
	/** Empty for none. */
	readonly certificate: string;
	readonly isInsecure: boolean;
	readonly upstream: string;
	/** As the user enters them. */
	readonly instances: string;
	readonly totals: ExportedTotals;
}

/** *Export Gateway Policy…* */
export async function exportPolicy(host: GatewayPolicyHost): Promise<void> {
	const title = vscode.l10n.t('Export Gateway Policy');
	const { policy } = await createWorkspacePolicy(host, 'denied');
	if (policy.tokens.length === 0) {
		throw solvableProblem('noTokens', 'There are no tokens to export. Create one first.');
	}
	const memory = recallPolicy(host.context);
	const hasTotals = policy.tokens.some(({ total }) => total !== undefined);
	const input = await runMultiStepInput(title, createInitialInput(memory), (state) => createSteps(state, memory, hasTotals));
	if (!input || !(await confirmOtherFiles(input.folder))) {
		return;
	}
	const deployment = createDeployment({
		...input,
		certificate: needsCertificate(input) ? toStoredCertificate(input) : null,
		instances: parseValidInstances(input.instances),
	});
	const created = await createWorkspacePolicy(host, input.totals);
	const changedFiles = await writePolicyFolder(input.folder, createPolicyFiles(created, deployment));
	await rememberPolicy(host.context, { folder: input.folder, deployment, isInsecure: input.isInsecure });
	await showResult(input.folder, created, changedFiles.length > 0 ? await listRunning(input.folder) : []);
}

function createInitialInput(memory: PolicyMemory | undefined): PolicyInput {
	const { deployment, isInsecure = false } = memory ?? {};
	return {
		folder: memory?.folder ?? getDefaultFolder() ?? '',
		bind: deployment?.bind ?? DEFAULT_BIND,
		certificate: deployment?.certificate ?? '',
		isInsecure,
		upstream: deployment?.upstream ?? readGatewayUpstream() ?? '',
		instances: formatInstances(deployment?.instances ?? []),
		totals: deployment?.totals ?? 'denied',
	};
}

function createSteps(state: PolicyInput, memory: PolicyMemory | undefined, hasTotals: boolean): readonly InputStep<PolicyInput>[] {
	return [
		askForFolder(memory),
		askForText('bind', vscode.l10n.t('Enter the address and the port on which the instances listen.'), findBindProblem),
		...(isLoopbackBind(state.bind) ? [] : [askForEncryption]),
		...(needsCertificate(state)
			? [
					askForText(
						'certificate',
						vscode.l10n.t(
							'Enter the path of a PEM file with the certificate and its private key, on the machines that the instances run on.',
						),
						findCertificateProblem,
					),
				]
			: []),
		askForText(
			'upstream',
			vscode.l10n.t(
				'Enter the URL of the API. The instances read its credential from the environment variable {0}.',
				'CONNECT_UPSTREAM_AUTHORIZATION',
			),
			(text) => findUpstreamProblem(text) ?? (state.isInsecure ? undefined : findPlainUpstreamProblem(text)),
		),
		askForText(
			'instances',
			vscode.l10n.t(
				'Leave this empty for one instance. To share limits and counts between several, enter NAME=ADDRESS:PORT for each, separated by commas.',
			),
			(text) => {
				const parsed = parseInstances(text);
				return parsed instanceof Error ? parsed : undefined;
			},
		),
		...(hasTotals ? [askForTotals] : []),
	];
}

function needsCertificate({ bind, isInsecure }: PolicyInput): boolean {
	return !isLoopbackBind(bind) && !isInsecure;
}

function askForFolder(memory: PolicyMemory | undefined): InputStep<PolicyInput> {
	return async (state, prompt) => {
		const proposed = [...new Set([memory?.folder, state.folder, getDefaultFolder()])].filter(
			(folder) => folder !== undefined && folder !== '',
		);
		const browse = '';
		for (;;) {
			const picked: StepResult<string> = await inputPrompts.promptForOne(
				prompt,
				vscode.l10n.t('Select the folder to export to'),
				[
					...proposed.map((folder) => ({
						value: folder!,
						label: folderLabel(folder!),
						icon: ['folder'] as const,
						...(folder === memory?.folder && { description: vscode.l10n.t('last used') }),
					})),
					{ value: browse, label: vscode.l10n.t('Browse…'), icon: ['folder-opened'] as const },
				],
				state.folder,
			);
			if (picked !== browse) {
				return typeof picked === 'string' ? { ...state, folder: picked } : picked;
			}
			const chosen = await chooseFolder(prompt.title, state.folder === '' ? undefined : dirname(state.folder));
			if (chosen !== undefined) {
				return { ...state, folder: chosen };
			}
		}
	};
}

function askForText(
	field: 'bind' | 'certificate' | 'upstream' | 'instances',
	text: string,
	findProblem: (text: string) => Error | undefined,
): InputStep<PolicyInput> {
	return async (state, prompt) => {
		const entered = await inputPrompts.promptForText(prompt, {
			prompt: text,
			value: state[field],
			validate: (value) => {
				const found = findProblem(value.trim());
				return found && localizeError(found);
			},
		});
		return typeof entered === 'string' ? { ...state, [field]: entered.trim() } : entered;
	};
}

const askForEncryption: InputStep<PolicyInput> = async (state, prompt) => {
	const choices = [
		{
			value: 'encrypted' as const,
			label: vscode.l10n.t('With a Certificate'),
			detail: vscode.l10n.t('Clients connect with HTTPS.'),
			icon: ['lock'] as const,
		},
		{
			value: 'plain' as const,
			label: vscode.l10n.t('Without Encryption'),
			detail: vscode.l10n.t('API keys can be read on the network, unless something else encrypts it.'),
			icon: ['unlock'] as const,
		},
	];
	const placeholder = vscode.l10n.t('Other machines can connect to {0}. Select how.', state.bind);
	const picked = await inputPrompts.promptForOne(prompt, placeholder, choices, state.isInsecure ? 'plain' : 'encrypted');
	return picked === undefined || picked === BACK ? picked : { ...state, isInsecure: picked === 'plain' };
};

const askForTotals: InputStep<PolicyInput> = async (state, prompt) => {
	const choices = [
		{
			value: 'denied' as const,
			label: vscode.l10n.t('Deny Their Requests'),
			detail: vscode.l10n.t('A total would start over if all instances were restarted.'),
			icon: ['circle-slash'] as const,
		},
		{
			value: 'remaining' as const,
			label: vscode.l10n.t("Allow What's Left"),
			detail: vscode.l10n.t('The instances count separately from the gateway, from the requests that are left now.'),
			icon: ['check'] as const,
		},
	];
	const placeholder = vscode.l10n.t('Select what happens to tokens with a total');
	const totals = await inputPrompts.promptForOne<ExportedTotals>(prompt, placeholder, choices, state.totals);
	return totals === undefined || totals === BACK ? totals : { ...state, totals };
};

function parseValidInstances(text: string): Deployment['instances'] {
	const instances = parseInstances(text);
	if (instances instanceof Error) {
		throw instances;
	}
	return [...instances];
}

/** A certificate in the folder is found wherever the folder is. */
function toStoredCertificate({ folder, certificate }: PolicyInput): string {
	const prefix = join(folder, '/');
	return certificate.startsWith(prefix) ? certificate.slice(prefix.length) : certificate;
}

/** Files of the policy would replace others with the same names. */
async function confirmOtherFiles(folder: string): Promise<boolean> {
	const content = await inspectFolder(folder);
	return (
		content.kind !== 'other' ||
		confirm(
			{
				message: vscode.l10n.t('Export the policy to “{0}”?', folderLabel(folder)),
				detail: vscode.l10n.t(
					'The folder has other files, such as {0}. Those that have the name of a file of the policy are replaced. The others stay as they are.',
					content.name,
				),
			},
			vscode.l10n.t('Export'),
		)
	);
}

/** @param running instances that have another policy */
async function showResult(folder: string, { policy, exceptions }: CreatedPolicy, running: readonly unknown[]): Promise<void> {
	const count = (effect: ReturnType<typeof getPolicyEffect>) =>
		new Set(exceptions.filter((exception) => getPolicyEffect(exception) === effect).map(({ tokenId }) => tokenId)).size;
	const counts = { exported: policy.tokens.length, denied: count('denied'), restricted: count('restricted'), running: running.length };
	const open = (file: string) => vscode.window.showTextDocument(vscode.Uri.file(join(folder, file)));
	const buttons = [
		...(running.length > 0
			? [{ title: vscode.l10n.t('Push Gateway Policy'), run: () => vscode.commands.executeCommand(commandIds.pushGatewayPolicy) }]
			: [{ title: vscode.l10n.t('Open README'), run: () => open(README_FILE) }]),
		...(exceptions.length > 0 ? [{ title: vscode.l10n.t('Show Differences'), run: () => open(DIFFERENCES_FILE) }] : []),
	];
	const text = exportedPolicyText(folderLabel(folder), counts);
	const selected = await (counts.denied + counts.restricted > 0
		? vscode.window.showWarningMessage(text, ...buttons)
		: vscode.window.showInformationMessage(text, ...buttons));
	await selected?.run();
}
