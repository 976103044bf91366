import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Approval } from '../../src/domain/tokenLimits';
import { approvalOptions, periodOptions } from '../../src/models/requestRuleTexts';
import type { FieldErrors, LimitsInput } from '../../src/protocol/messageSchemas';
import { descriptionIds, Field } from './Field';
import { RadioGroup, TextField } from './toolkit';

export interface RequestRuleFieldsProps {
	readonly limits: LimitsInput;
	readonly approval: Approval;
	readonly errors: FieldErrors;
	/** @param errorField the error that the change clears */
	readonly onChange: (changes: { readonly limits?: LimitsInput; readonly approval?: Approval }, errorField: string) => void;
	/** Called when Enter is pressed in a text field. */
	readonly onEnter: () => void;
}

/** The choice of how many requests the gateway allows, and when it asks before it forwards one. */
export function RequestRuleFields({ limits, approval, errors, onChange, onEnter }: RequestRuleFieldsProps): VNode {
	const rateField = { id: 'rate', error: errors['limits.rate'] };
	const totalField = { id: 'total', error: errors['limits.total'] };
	const approvalField = { id: 'approval', error: errors.approval };
	const changeRate = (changes: Partial<LimitsInput>) => onChange({ limits: { ...limits, ...changes } }, 'limits.rate');
	return (
		<>
			<div class="request-rules" role="group" aria-labelledby="limits-heading" aria-describedby="limits-hint">
				<h3 id="limits-heading">{l10n.t('Limits')}</h3>
				<p class="hint" id="limits-hint">
					{l10n.t('The gateway denies requests beyond a limit with status 429. Leave a field empty for no limit.')}
				</p>
				<div class="limit-fields">
					<Field {...rateField}>
						<div class="rate-field">
							<TextField
								label={l10n.t('Rate (optional)')}
								value={limits.rate}
								isInvalid={rateField.error !== undefined}
								describedBy={descriptionIds(rateField)}
								onInput={(rate) => changeRate({ rate })}
								onEnter={onEnter}
							/>
							<span class="select">
								<select
									aria-label={l10n.t('Period of the rate')}
									value={limits.per}
									onChange={({ currentTarget }) => {
										const chosen = periodOptions().find(({ value }) => value === currentTarget.value);
										if (chosen) {
											changeRate({ per: chosen.value });
										}
									}}
								>
									{periodOptions().map(({ value, label }) => (
										<option key={value} value={value}>
											{label}
										</option>
									))}
								</select>
							</span>
						</div>
					</Field>
					<Field {...totalField}>
						<TextField
							label={l10n.t('Total (optional)')}
							value={limits.total}
							isInvalid={totalField.error !== undefined}
							describedBy={descriptionIds(totalField)}
							onInput={(total) => onChange({ limits: { ...limits, total } }, 'limits.total')}
							onEnter={onEnter}
						/>
					</Field>
				</div>
			</div>
			<div class="request-rules">
				<h3 id="approval-heading">{l10n.t('Approval')}</h3>
				<p class="hint" id="approval-hint">
					{l10n.t('When the gateway holds a request and asks in this window. Writes are all requests except GET, HEAD, and OPTIONS.')}
				</p>
				<Field {...approvalField}>
					<RadioGroup
						options={approvalOptions()}
						value={approval}
						labelledBy="approval-heading"
						describedBy={['approval-hint', ...descriptionIds(approvalField)]}
						isInvalid={approvalField.error !== undefined}
						onChange={(value) => {
							const chosen = approvalOptions().find((option) => option.value === value);
							if (chosen) {
								onChange({ approval: chosen.value }, 'approval');
							}
						}}
					/>
				</Field>
			</div>
		</>
	);
}
