import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Peer } from '../../src/protocol/peer';
import type { FieldErrors } from '../../src/protocol/shared';
import type { wizardHost, wizardPage, WizardSnapshot, WizardStep } from '../../src/protocol/wizard';
import { ExpirationField } from '../shared/ExpirationField';
import { focusFirstError } from '../shared/Field';
import { keepState, restoreState } from '../shared/host';
import { Notice } from '../shared/Notice';
import { textOf } from '../shared/Page';
import { Button } from '../shared/toolkit';
import { ExtensionStep } from './ExtensionStep';
import { GeneralStep } from './GeneralStep';
import { PermissionsStep } from './PermissionsStep';
import { initialState, stepOfField, stepsFor, wizardStateSchema } from './state';
import { StepIndicator, stepName } from './StepIndicator';
import type { StepProps } from './steps';
import { Summary } from './Summary';

export interface WizardProps {
	readonly peer: Peer<typeof wizardPage, typeof wizardHost>;
	readonly snapshot: WizardSnapshot;
}

/** A question to the host that failed as a whole, and how to ask it again. */
interface Failure {
	readonly title: string;
	readonly text: string;
	readonly retry: () => void;
}

const HEADING_ID = 'step';

export function Wizard({ peer, snapshot }: WizardProps): VNode {
	const [state, setState] = useState(() => restoreState(wizardStateSchema) ?? initialState(snapshot));
	const [created, setCreated] = useState(snapshot.created);
	const [errors, setErrors] = useState<FieldErrors>({});
	const [refusals, setRefusals] = useState(0);
	const [failure, setFailure] = useState<Failure>();
	const [pending, setPending] = useState(false);
	// The state of a render is too late for the second click of a double click.
	const asking = useRef(false);
	const heading = useRef<HTMLHeadingElement>(null);
	const { step, input } = state;
	const needed = stepsFor(input, snapshot);
	const at = needed.indexOf(step);
	const shown = created ? 'summary' : step;

	useLayoutEffect(() => keepState({ ...state, createdId: created?.id ?? state.createdId }), [state, created]);
	useChangeEffect(() => heading.current?.focus(), shown);
	useChangeEffect(focusFirstError, refusals);

	/** Asks the host one thing at a time; what it refuses can be tried again. */
	async function ask(title: string, question: () => Promise<void>): Promise<void> {
		if (asking.current) {
			return;
		}
		asking.current = true;
		setPending(true);
		setFailure(undefined);
		try {
			await question();
		} catch (error) {
			setFailure({ title, text: textOf(error), retry: () => void ask(title, question) });
		} finally {
			asking.current = false;
			setPending(false);
		}
	}

	/** Shows errors at their fields, going to the step of the first. Returns whether there were any. */
	function show(found: FieldErrors): boolean {
		const fields = Object.keys(found);
		if (fields.length === 0) {
			return false;
		}
		const first = needed.find((one) => fields.some((field) => stepOfField[field] === one));
		if (first === undefined) {
			throw new Error(Object.values(found).join(' '));
		}
		setState({ ...state, step: first });
		setErrors(found);
		setRefusals(refusals + 1);
		return true;
	}

	function goTo(next: WizardStep): void {
		setErrors({});
		setFailure(undefined);
		setState({ ...state, step: next });
	}

	function next(): void {
		const following = needed[at + 1];
		if (step === 'expiration' && input.expiration.kind === 'custom' && !input.expiration.date) {
			show({ expirationDate: l10n.t('Choose a date and a time.') });
		} else if (following) {
			void ask(l10n.t('The entries could not be checked.'), async () => {
				if (!show(await peer.ask('check', { step, input }))) {
					goTo(following);
				}
			});
		} else {
			void ask(l10n.t('The token could not be created.'), async () => {
				const answer = await peer.ask('create', { input });
				if ('token' in answer) {
					setCreated(answer.token);
				} else {
					show(answer.errors);
				}
			});
		}
	}

	const leave = (method: 'goToDetails' | 'close') => () =>
		void ask(l10n.t('The editor could not do this.'), async () => {
			await peer.ask(method, {});
		});

	const props: StepProps = {
		input,
		errors,
		snapshot,
		headingId: HEADING_ID,
		onChange: (changes, field) => {
			setState({ ...state, input: { ...input, ...changes } });
			setErrors(({ [field]: _corrected, ...others }) => others);
		},
		onNext: next,
	};
	return (
		<>
			<h1>{l10n.t('Create Token')}</h1>
			<StepIndicator current={shown} needed={needed} />
			<h2 id={HEADING_ID} tabIndex={-1} ref={heading}>
				{stepName(shown)}
			</h2>
			{created ? <Summary token={created} snapshot={snapshot} /> : <Step step={step} {...props} />}
			{failure && <Notice title={failure.title} text={failure.text} onRetry={failure.retry} />}
			{created ? (
				<div class="actions">
					<Button primary disabled={pending} onClick={leave('goToDetails')}>
						{l10n.t('Go to Details')}
					</Button>
					<Button disabled={pending} onClick={leave('close')}>
						{l10n.t('Close')}
					</Button>
				</div>
			) : (
				<div class="actions">
					{at > 0 && (
						<Button disabled={pending} onClick={() => goTo(needed[at - 1] ?? 'general')}>
							{l10n.t('Back')}
						</Button>
					)}
					<Button primary disabled={pending} onClick={next}>
						{at + 1 < needed.length ? l10n.t('Next') : l10n.t('Create')}
					</Button>
				</div>
			)}
		</>
	);
}

function Step({ step, ...props }: StepProps & { readonly step: WizardStep }): VNode {
	switch (step) {
		case 'general':
			return <GeneralStep {...props} />;
		case 'expiration':
			return (
				<ExpirationField
					presets={props.snapshot.presets}
					value={props.input.expiration}
					error={props.errors.expirationDate}
					labelledBy={props.headingId}
					onChange={(expiration) => props.onChange({ expiration }, 'expirationDate')}
					onEnter={props.onNext}
				/>
			);
		case 'extension':
			return <ExtensionStep {...props} />;
		case 'permissions':
			return <PermissionsStep {...props} />;
	}
}

/** Runs `effect` whenever `value` has changed, not for its first one. */
function useChangeEffect(effect: () => void, value: unknown): void {
	const previous = useRef(value);
	useEffect(() => {
		if (previous.current !== value) {
			previous.current = value;
			effect();
		}
	});
}
