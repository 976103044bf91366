import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { presetLabel, previewExpirationDate } from '../../src/models/expirationChoices';
import type { ReplacementExpiration } from '../../src/protocol/detailsMessages';
import type { WizardInput } from '../../src/protocol/wizardMessages';
import { descriptionIds, Field } from './Field';
import { formatDate, formatRelative } from './localeFormats';
import { useNow } from './useNow';
import { RadioGroup } from './toolkit';

export type ExpirationInput = WizardInput['expiration'];

export interface ExpirationFieldProps {
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
	const onChoice = (choice: string) => {
		if (choice === 'same') {
			sameLifetime?.onChoose();
		} else if (choice === 'never') {
			onChange({ kind: 'never' });
		} else if (choice === 'custom') {
			onChange({ kind: 'custom', date: '' });
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
						{ value: 'never', label: l10n.t('No expiration') },
						{ value: 'custom', label: l10n.t('Custom date and time') },
					]}
					value={value.kind === 'preset' ? value.preset : value.kind}
					labelledBy={labelledBy}
					describedBy={['expiration-preview', ...descriptionIds({ id: 'expiration', error })]}
					isInvalid={error !== undefined && value.kind !== 'custom'}
					onChange={onChoice}
				/>
				{value.kind === 'custom' && <CustomDateInput date={value.date} error={error} onChange={onChange} onEnter={onEnter} />}
			</Field>
			<ExpirationPreview value={value} sameEnd={sameLifetime?.end} />
		</>
	);
}

interface CustomDateProps {
	/** ISO 8601 UTC; empty while it's incomplete. */
	readonly date: string;
	readonly error: string | undefined;
	readonly onChange: (value: ExpirationInput) => void;
	readonly onEnter: () => void;
}

function CustomDateInput({ date, error, onChange, onEnter }: CustomDateProps): VNode {
	const now = useNow();
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

/** The expiration date that the choice results in. */
function ExpirationPreview({ value, sameEnd }: { readonly value: ReplacementExpiration; readonly sameEnd: string | undefined }): VNode {
	const now = useNow();
	const end = value.kind === 'same' ? sameEnd : previewExpirationDate(value, now);
	const text =
		value.kind === 'never'
			? l10n.t('The token is valid until you disable or delete it.')
			: end && Date.parse(end) > now.getTime() && l10n.t('The token expires {0} ({1}).', formatRelative(end, now), formatDate(end, 'full'));
	return (
		<p class="preview" id="expiration-preview" role="status">
			{text && <span class="codicon codicon-calendar" aria-hidden="true" />}
			{text}
		</p>
	);
}

/** The value of a `datetime-local` input, which is in the user's time zone. */
function toLocalDateTime(date: Date): string {
	const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
	return shifted.toISOString().slice(0, 16);
}

function toUtcIso(local: string): string {
	return local && new Date(local).toISOString();
}
