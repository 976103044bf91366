import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { presetLabel, previewExpirationDate, proposeCustomDate } from '../../src/models/expirationChoices';
import type { ReplacementExpiration } from '../../src/protocol/detailsMessages';
import type { WizardInput } from '../../src/protocol/wizardMessages';
import { Caution } from './Caution';
import { descriptionIds, Field } from './Field';
import { formatDate, formatRelative } from './localeFormats';
import { useNow } from './useNow';
import { RadioGroup } from './toolkit';

export type ExpirationInput = WizardInput['expiration'];

export interface ExpirationFieldProps {
	/** Empty for a lease, which also has to expire. */
	readonly presets: readonly string[];
	/** Offers the lifetime of the current key. If it's chosen, the new key expires at `end` (ISO 8601). */
	readonly sameLifetime?: { readonly end: string; readonly onChoose: () => void } | undefined;
	readonly value: ReplacementExpiration;
	readonly error: string | undefined;
	readonly labelledBy: string;
	readonly onChange: (value: ExpirationInput) => void;
	readonly onEnter: () => void;
}

/** Error message for an incomplete choice, in the user's language; undefined for a complete one. */
export function validateExpiration(value: ReplacementExpiration): string | undefined {
	return value.kind === 'custom' && !value.date ? l10n.t('Choose a date and time.') : undefined;
}

/** The choice of an expiration: the same lifetime, a preset, no expiration, or a custom date and time. */
export function ExpirationField({ presets, sameLifetime, value, error, labelledBy, onChange, onEnter }: ExpirationFieldProps): VNode {
	const now = useNow();
	const end = value.kind === 'same' ? sameLifetime?.end : previewExpirationDate(value, now);
	const onChoice = (choice: string) => {
		if (choice === 'same') {
			sameLifetime?.onChoose();
		} else if (choice === 'never') {
			onChange({ kind: 'never' });
		} else if (choice === 'custom') {
			onChange({ kind: 'custom', date: proposeCustomDate(end, now) });
		} else {
			onChange({ kind: 'preset', preset: choice });
		}
	};
	return (
		<>
			<Field id="expiration" error={error}>
				<RadioGroup
					options={[
						...(sameLifetime ? [{ value: 'same', label: l10n.t('Same lifetime (expires {0})', formatDate(sameLifetime.end)) }] : []),
						...presets.map((preset) => ({ value: preset, label: presetLabel(preset) })),
						...(presets.length > 0 ? [{ value: 'never', label: l10n.t('No expiration') }] : []),
						{ value: 'custom', label: l10n.t('Custom date and time') },
					]}
					value={value.kind === 'preset' ? value.preset : value.kind}
					labelledBy={labelledBy}
					describedBy={['expiration-preview', ...descriptionIds({ id: 'expiration', error })]}
					isInvalid={error !== undefined && value.kind !== 'custom'}
					onChange={onChoice}
				/>
				{value.kind === 'custom' && <CustomDateInput date={value.date} error={error} now={now} onChange={onChange} onEnter={onEnter} />}
			</Field>
			<ExpirationPreview kind={value.kind} text={error === undefined && previewText(end, now)} />
		</>
	);
}

interface CustomDateProps {
	/** ISO 8601 UTC; empty while it's incomplete. */
	readonly date: string;
	readonly error: string | undefined;
	readonly now: Date;
	readonly onChange: (value: ExpirationInput) => void;
	readonly onEnter: () => void;
}

function CustomDateInput({ date, error, now, onChange, onEnter }: CustomDateProps): VNode {
	return (
		<input
			class="date-input"
			type="datetime-local"
			aria-label={l10n.t('Expiration date and time')}
			aria-invalid={error !== undefined}
			aria-describedby={descriptionIds({ id: 'expiration', error }).join(' ') || undefined}
			min={toLocalDateTime(now)}
			max="9999-12-31T23:59"
			value={date && toLocalDateTime(new Date(date))}
			onInput={({ currentTarget }) => onChange({ kind: 'custom', date: toUtcIso(currentTarget.value) })}
			onKeyDown={(event) => event.key === 'Enter' && onEnter()}
		/>
	);
}

/** What the choice results in, and what to consider about it. */
function ExpirationPreview({ kind, text }: { readonly kind: ReplacementExpiration['kind']; readonly text: string | false }): VNode {
	return (
		<>
			<p class="preview" id="expiration-preview" role="status">
				{text && <span class="codicon codicon-calendar" aria-hidden="true" />}
				{text}
			</p>
			{kind === 'never' && (
				<Caution>{l10n.t('If its key leaks, it can be used indefinitely. Choose an expiration unless you need a permanent key.')}</Caution>
			)}
		</>
	);
}

/**
 * @param end the date that the choice results in (ISO 8601); null for no expiration; undefined for an incomplete choice
 */
function previewText(end: string | null | undefined, now: Date): string {
	if (end === null) {
		return l10n.t('The token is valid until you disable or delete it.');
	}
	return end !== undefined && Date.parse(end) > now.getTime()
		? l10n.t('The token expires {0} ({1}).', formatRelative(end, now), formatDate(end, 'full'))
		: l10n.t('Choose a date and time in the future.');
}

/** The value of a `datetime-local` input, which is in the user's time zone. */
function toLocalDateTime(date: Date): string {
	const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
	return shifted.toISOString().slice(0, 16);
}

function toUtcIso(local: string): string {
	return local && new Date(local).toISOString();
}
