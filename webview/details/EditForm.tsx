import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { Facts } from '../shared/Facts';
import { focusFirstError } from '../shared/Field';
import { ModuleChoice } from '../shared/ModuleChoice';
import { ModuleList } from '../shared/ModuleList';
import { FailureNotice, Notice } from '../shared/Notice';
import { TokenTextFields } from '../shared/TokenTextFields';
import { Button } from '../shared/toolkit';
import { useChangeEffect } from '../shared/useChangeEffect';
import { changesSince, changesTo, isEmpty } from './changes';
import type { PartProps } from './Details';
import { fixedText } from './PermissionsTab';
import type { DetailsState } from './state';
import { TokenFact } from './TokenFact';

export interface EditFormProps extends PartProps {
	readonly edit: NonNullable<DetailsState['edit']>;
}

/** What can be changed of the token, in place. */
export function EditForm(props: EditFormProps): VNode {
	const { details, snapshot, token, edit } = props;
	const { errors, failure, pending, refusals } = details;
	const values = { ...token, ...edit.entered };
	useChangeEffect(focusFirstError, refusals);
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.key === 'Escape' && !event.isComposing && !pending && isEmpty(changesTo(token, edit.entered))) {
			details.cancelEdit();
		}
	};
	return (
		<section aria-labelledby="edit" onKeyDown={onKeyDown}>
			<h2 id="edit">{l10n.t('Edit Token')}</h2>
			<ChangedMeanwhile {...props} />
			<TokenTextFields
				values={{ ...values, externalId: values.externalId ?? '' }}
				errors={errors}
				limits={snapshot.limits}
				onChange={(field, value) => details.change({ [field]: field === 'externalId' ? value || null : value })}
				onEnter={details.save}
			/>
			<h3 id="permissions-heading">{l10n.t('Permissions')}</h3>
			{snapshot.permissionsFixed ? (
				<div class="field">
					<ModuleList {...snapshot} permissions={token.permissions} />
					<p class="hint">{fixedText()}</p>
				</div>
			) : (
				<ModuleChoice
					{...snapshot}
					permissions={values.permissions}
					error={errors.permissions}
					labelledBy="permissions-heading"
					onChange={(permissions) => details.change({ permissions })}
				/>
			)}
			{failure && <FailureNotice failure={failure} onRetry={details.retry} />}
			<div class="actions">
				<Button primary disabled={pending} onClick={details.save}>
					{l10n.t('Save')}
				</Button>
				<Button disabled={pending} onClick={details.cancelEdit}>
					{l10n.t('Cancel')}
				</Button>
			</div>
		</section>
	);
}

/** What somebody else has changed since the user saw the token, unless it is the user's own change on its way back. */
function ChangedMeanwhile({ details, snapshot, token, edit }: EditFormProps): VNode | null {
	const changed = details.pending ? [] : changesSince(edit.seen, token, edit.entered);
	if (changed.length === 0) {
		return null;
	}
	return (
		<Notice kind="info" title={l10n.t('This token has been changed meanwhile.')} onDismiss={details.acknowledge}>
			<Facts>
				{changed.map((field) => (
					<TokenFact key={field} field={field} token={token} snapshot={snapshot}>
						{field in edit.entered && <div class="muted">{l10n.t('Your own entry is kept. Save puts it in place of this.')}</div>}
					</TokenFact>
				))}
			</Facts>
		</Notice>
	);
}
