import * as l10n from '@vscode/l10n';
import type { LeaseProposal } from '../agents/agentServices';
import { ALL_MODULES, type Catalog } from '../domain/catalog';
import { findDraftProblems } from '../domain/draftValidation';
import { MAX_LEASE_MS } from '../domain/lease';
import { formatPermission, getModuleIds, getPermissionLevel, normalizePermissions } from '../domain/permissions';
import { APPROVALS, type Approval, type RatePeriod } from '../domain/tokenLimits';
import { findModulesProblem } from './draftRules';
import { promptForAccess } from './draftSteps';
import { createLeaseDraft, durationText, leaseModulesText, leaseTermTexts } from './leaseProposalTexts';
import { formatNumber, localizeProblem } from './localization';
import { BACK, mapStepResult, type InputPrompts, type InputStep, type StepPrompt, type StepResult } from './multiStepInput';
import { allModulesLabel } from './permissionTexts';
import { approvalText } from './requestRuleTexts';

const MAX_LEASE_MINUTES = MAX_LEASE_MS / 60_000;
/** Durations to choose from, in minutes. */
const DURATIONS: readonly number[] = [15, 30, 60, 120, 240, MAX_LEASE_MINUTES];

/** What *Lease Token to Agent* starts with. */
export const NEW_LEASE: LeaseProposal = {
	lease: { task: '', agent: '' },
	permissions: [],
	minutes: 60,
	limits: { rate: { requests: 60, per: 'minute' } },
	approval: 'writes',
};

export interface LeaseStepOptions {
	readonly prompts: InputPrompts;
	/** Of the workspace. */
	readonly catalog: Catalog;
	readonly now: () => Date;
	/** What an agent asked for, which the user can narrow but not widen. Undefined if the user chooses everything. */
	readonly requested?: LeaseProposal;
}

/** Creates the steps that prompt for what a lease allows, and for how long. */
export function createLeaseSteps(options: LeaseStepOptions): (proposal: LeaseProposal) => readonly InputStep<LeaseProposal>[] {
	const steps = [
		...(options.requested ? [] : [leaseTextStep('task', options), leaseTextStep('agent', options)]),
		permissionsStep(options),
		durationStep(options),
		rateStep(options),
		approvalStep(options),
		summaryStep(options),
	];
	return () => steps;
}

function leaseTextStep(part: 'task' | 'agent', options: LeaseStepOptions): InputStep<LeaseProposal> {
	return (state, stepPrompt) => {
		const change = (text: string): LeaseProposal => ({ ...state, lease: { ...state.lease, [part]: text } });
		const result = options.prompts.promptForText(stepPrompt, {
			prompt:
				part === 'task'
					? l10n.t('What the agent will do, for example: Check the prices of the listings')
					: l10n.t('Name of the agent, for example: Claude Code'),
			value: state.lease[part],
			validate: (text) => findFieldProblem(`lease.${part}`, change(text), options),
		});
		return mapStepResult(result, (text) => change(text.trim()));
	};
}

function permissionsStep(options: LeaseStepOptions): InputStep<LeaseProposal> {
	const { prompts, catalog, requested } = options;
	const names = new Map([[ALL_MODULES, allModulesLabel('full')], ...catalog.modules.map(({ id, name }): [string, string] => [id, name])]);
	const toChoice = (id: string) => ({ value: id, label: names.get(id) ?? id });
	const offeredIds = [...names.keys(), ...getModuleIds(requested?.permissions ?? [])].filter(
		(id, index, all) => all.indexOf(id) === index && (!requested || getPermissionLevel(requested.permissions, id) !== undefined),
	);
	const validate = (ids: readonly string[]) => {
		const problem = findModulesProblem(ids);
		return problem && localizeProblem(problem);
	};
	const promptForPermissions = async (
		permissions: readonly string[],
		stepPrompt: StepPrompt,
		initialIds = [...new Set(getModuleIds(permissions))],
	): Promise<StepResult<readonly string[]>> => {
		const placeholder = requested
			? l10n.t('Clear the modules that the agent must not access')
			: l10n.t('Select the modules the agent can access');
		const moduleIds = await prompts.promptForMany(stepPrompt, placeholder, offeredIds.map(toChoice), initialIds, validate);
		if (moduleIds === undefined || moduleIds === BACK) {
			return moduleIds;
		}
		const access = await (requested
			? narrowAccess(stepPrompt, moduleIds, permissions)
			: promptForAccess(stepPrompt, moduleIds, permissions, { prompts, catalog, defaultAccess: 'read' }));
		// The access is a second prompt of the same step, so Back returns to the modules, as they were selected.
		return access === BACK ? promptForPermissions(permissions, stepPrompt, [...moduleIds]) : access;
	};
	/** Full access only to modules for which the agent asked for it. */
	const narrowAccess = async (
		stepPrompt: StepPrompt,
		moduleIds: readonly string[],
		permissions: readonly string[],
	): Promise<StepResult<readonly string[]>> => {
		const writableIds = moduleIds.filter((id) => getPermissionLevel(requested!.permissions, id) === 'full');
		const fullIds =
			writableIds.length === 0
				? []
				: await prompts.promptForMany(
						stepPrompt,
						l10n.t('Select the modules with full access. The others are read-only.'),
						writableIds.map(toChoice),
						writableIds.filter((id) => getPermissionLevel(permissions, id) === 'full'),
						() => undefined,
					);
		return fullIds === undefined || fullIds === BACK
			? fullIds
			: moduleIds.map((moduleId) => formatPermission({ moduleId, level: fullIds.includes(moduleId) ? 'full' : 'read' }));
	};
	return (state, stepPrompt) =>
		mapStepResult(promptForPermissions(state.permissions, stepPrompt), (permissions) => ({
			...state,
			permissions: normalizePermissions(permissions),
		}));
}

function durationStep({ prompts, requested }: LeaseStepOptions): InputStep<LeaseProposal> {
	const maximum = Math.min(requested?.minutes ?? MAX_LEASE_MINUTES, MAX_LEASE_MINUTES);
	const durations = [...new Set([...DURATIONS.filter((minutes) => minutes < maximum), maximum])];
	const promptForMinutes = async (state: LeaseProposal, stepPrompt: StepPrompt): Promise<StepResult<LeaseProposal>> => {
		const choices = [
			...durations.map((minutes) => ({ value: minutes, label: durationText(minutes) })),
			{ value: 0, label: l10n.t('Another duration') },
		];
		const initial = durations.includes(state.minutes) ? state.minutes : 0;
		const minutes = await prompts.promptForOne(stepPrompt, l10n.t('Select how long the agent needs the token'), choices, initial);
		if (minutes !== 0) {
			return minutes === undefined || minutes === BACK ? minutes : { ...state, minutes };
		}
		const text = await promptForCount(prompts, stepPrompt, l10n.t('Duration in minutes'), String(state.minutes), maximum, false);
		// The duration is a second prompt of the same step, so Back returns to the choices.
		return text === BACK ? promptForMinutes(state, stepPrompt) : text === undefined ? undefined : { ...state, minutes: Number(text) };
	};
	return promptForMinutes;
}

function rateStep({ prompts, requested }: LeaseStepOptions): InputStep<LeaseProposal> {
	const maximum = requested?.limits?.rate?.requests;
	return async (state, stepPrompt) => {
		const { rate, ...others } = state.limits ?? {};
		const per = rate?.per ?? 'minute';
		const prompt = ratePrompt(per, maximum === undefined);
		const text = await promptForCount(prompts, stepPrompt, prompt, String(rate?.requests ?? ''), maximum, maximum === undefined);
		if (text === undefined || text === BACK) {
			return text;
		}
		const limits = { ...others, ...(text !== '' && { rate: { requests: Number(text), per } }) };
		return { ...state, limits: Object.keys(limits).length > 0 ? limits : null };
	};
}

function ratePrompt(per: RatePeriod, isOptional: boolean): string {
	const prompt = {
		second: () => l10n.t('Highest number of requests per second'),
		minute: () => l10n.t('Highest number of requests per minute'),
		hour: () => l10n.t('Highest number of requests per hour'),
		day: () => l10n.t('Highest number of requests per day'),
	}[per]();
	return isOptional ? l10n.t('{0} (empty for no limit)', prompt) : prompt;
}

function approvalStep({ prompts, requested }: LeaseStepOptions): InputStep<LeaseProposal> {
	const least = requested ? APPROVALS.indexOf(requested.approval) : 0;
	const descriptions: Readonly<Record<Approval, string>> = {
		never: l10n.t('The agent can write without being asked about'),
		writes: l10n.t('You allow each request that can change something'),
		always: l10n.t('You allow each request'),
	};
	const choices = APPROVALS.slice(least).map((value) => ({ value, label: approvalText(value), description: descriptions[value] }));
	return async (state, stepPrompt) => {
		const placeholder = l10n.t('Select when the gateway asks you before it forwards a request');
		const approval = await prompts.promptForOne(stepPrompt, placeholder, choices, state.approval);
		return approval === undefined || approval === BACK ? approval : { ...state, approval };
	};
}

/** Shows what the agent gets before it does. */
function summaryStep({ prompts, catalog }: LeaseStepOptions): InputStep<LeaseProposal> {
	return async (state, stepPrompt) => {
		const choice = {
			value: true,
			label: l10n.t('Lease Token'),
			// On two lines, because a long one is cut at its end.
			description: leaseTermTexts(state).join(' · '),
			detail: leaseModulesText(state, (id) => catalog.modules.find((module) => module.id === id)?.name ?? id),
			icon: ['hubot'] as const,
		};
		const accepted = await prompts.promptForOne(stepPrompt, l10n.t('Check what the agent may do'), [choice], true);
		return accepted === undefined || accepted === BACK ? accepted : state;
	};
}

/** Prompts for a whole number, and returns its digits. */
function promptForCount(
	prompts: InputPrompts,
	stepPrompt: StepPrompt,
	prompt: string,
	value: string,
	maximum = 1_000_000,
	isOptional = false,
): Promise<StepResult<string>> {
	const result = prompts.promptForText(stepPrompt, {
		prompt,
		value,
		validate: (text) => {
			const trimmed = text.trim();
			const isValid = /^\d+$/.test(trimmed) && Number(trimmed) >= 1 && Number(trimmed) <= maximum;
			return isValid || (isOptional && trimmed === '') ? undefined : l10n.t('Enter a whole number from 1 to {0}.', formatNumber(maximum));
		},
	});
	return mapStepResult(result, (text) => text.trim());
}

/** An error message for one field of the lease; undefined if the field is valid. */
function findFieldProblem(field: string, proposal: LeaseProposal, { now, catalog }: LeaseStepOptions): string | undefined {
	const problem = findDraftProblems(createLeaseDraft(proposal, now()), now(), catalog).find((item) => item.field === field);
	return problem && localizeProblem(problem);
}
