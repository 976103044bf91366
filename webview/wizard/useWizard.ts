import * as l10n from '@vscode/l10n';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Peer } from '../../src/protocol/peer';
import type { FieldErrors } from '../../src/protocol/shared';
import type { wizardHost, wizardPage, WizardInput, WizardSnapshot, WizardStep } from '../../src/protocol/wizard';
import { expirationProblem } from '../shared/ExpirationField';
import { keepState, restoreState } from '../shared/host';
import { useAsking, type Failure } from '../shared/useAsking';
import { initialState, stepOfField, stepsFor, wizardStateSchema } from './state';

type Leaving = 'goToDetails' | 'close';
type Action = 'next' | Leaving;

export interface WizardModel {
	/** Whether this page goes on where an earlier one stopped. */
	readonly resumed: boolean;
	readonly step: WizardStep;
	/** The steps that the input needs, in their order. */
	readonly steps: readonly WizardStep[];
	readonly input: WizardInput;
	/** The token created; null before, and once it has been deleted again. */
	readonly created: WizardSnapshot['created'];
	readonly finished: boolean;
	readonly errors: FieldErrors;
	/** How often fields were found at fault. */
	readonly refusals: number;
	readonly failure: Failure<Action> | undefined;
	/** Whether the host is being asked something; then nothing else can be asked. */
	readonly pending: boolean;
	/** Changes part of the input; the error of `field`, as the host names it, no longer applies. */
	readonly change: (changes: Partial<WizardInput>, field: string) => void;
	readonly back: () => void;
	/** Has the host check the step and shows the following one; after the last one creates the token. */
	readonly next: () => void;
	readonly leave: (action: Leaving) => void;
	/** Does again what failed, with the input as it is by now. */
	readonly retry: () => void;
}

export function useWizard(peer: Peer<typeof wizardPage, typeof wizardHost>, snapshot: WizardSnapshot): WizardModel {
	const [restored] = useState(() => restoreState(wizardStateSchema));
	const [state, setState] = useState(restored ?? initialState(snapshot));
	const [created, setCreated] = useState(snapshot.created);
	const [errors, setErrors] = useState<FieldErrors>({});
	const [refusals, setRefusals] = useState(0);
	const { pending, failure, ask, forget } = useAsking<Action>();
	const { input } = state;
	const sourceId = snapshot.source.id;
	const createdId = created?.id ?? state.createdId;
	const steps = stepsFor(input, snapshot);
	// The input may have come to need fewer steps, while the host was being asked or the page was away.
	const step = steps.includes(state.step) ? state.step : 'extension';
	const at = steps.indexOf(step);

	useLayoutEffect(() => keepState({ step, input, createdId, sourceId }), [step, input, createdId, sourceId]);

	function goTo(other: WizardStep, found: FieldErrors = {}): void {
		forget();
		setErrors(found);
		setState((now) => ({ ...now, step: other }));
	}

	/** Shows errors at their fields, going to the step of the first. */
	function refuse(found: FieldErrors): void {
		const first = steps.find((one) => Object.keys(found).some((field) => stepOfField[field] === one));
		if (first === undefined) {
			throw new Error(Object.values(found).join(' '));
		}
		goTo(first, found);
		setRefusals((count) => count + 1);
	}

	async function check(following: WizardStep): Promise<void> {
		const found = await peer.ask('check', { step, input });
		if (Object.keys(found).length > 0) {
			refuse(found);
		} else {
			goTo(following);
		}
	}

	async function create(): Promise<void> {
		const answer = await peer.ask('create', { input });
		if ('token' in answer) {
			setCreated(answer.token);
		} else {
			refuse(answer.errors);
		}
	}

	function next(): void {
		const following = steps[at + 1];
		const incomplete = step === 'expiration' ? expirationProblem(input.expiration) : undefined;
		if (incomplete) {
			refuse({ expirationDate: incomplete });
		} else if (following) {
			void ask('next', l10n.t('The entries could not be checked.'), () => check(following));
		} else {
			void ask('next', l10n.t('The token could not be created.'), create);
		}
	}

	function leave(action: Leaving): void {
		void ask(action, l10n.t('The editor could not do this.'), async () => {
			await peer.ask(action, {});
		});
	}

	return {
		resumed: restored !== undefined,
		step,
		steps,
		input,
		created,
		finished: createdId !== null,
		errors,
		refusals,
		failure,
		pending,
		change: (changes, field) => {
			setState((now) => ({ ...now, input: { ...now.input, ...changes } }));
			setErrors(({ [field]: _corrected, ...others }) => others);
		},
		back: () => goTo(steps[at - 1] ?? step),
		next,
		leave,
		retry: () => (failure?.action === 'goToDetails' || failure?.action === 'close' ? leave(failure.action) : next()),
	};
}
