import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { actionTitle } from '../../src/models/actionTitles';
import type { EditDraft } from '../../src/protocol/detailsMessages';
import { DescriptionList } from '../shared/DescriptionList';
import { focusFirstError } from '../shared/Field';
import { FixedModules } from '../shared/FixedModules';
import { ModulePicker } from '../shared/ModulePicker';
import { RequestRuleFields } from '../shared/RequestRuleFields';
import { FailureNotice, Notice } from '../shared/Notice';
import { TokenTextFields } from '../shared/TokenTextFields';
import { Button } from '../shared/toolkit';
import { useChangeEffect } from '../shared/useChangeEffect';
import { useSaveShortcut } from '../shared/useSaveShortcut';
import { findConcurrentChanges, effectiveChanges, hasNoChanges, toEditableValues } from './editedFields';
import type { DetailsSectionProps } from './sectionProps';
import { TokenDescriptionItem } from './TokenDescriptionItem';

export interface EditFormProps extends DetailsSectionProps {
	readonly edit: EditDraft;
}

/** The form for the editable properties of the token. */
export function EditForm(props: EditFormProps): VNode {
	const { details, snapshot, token, edit } = props;
	const { errors, failure, isPending, errorCount } = details;
	const values = { ...toEditableValues(token), ...edit.entered };
	useChangeEffect(focusFirstError, errorCount);
	useSaveShortcut(details.save);
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.key === 'Escape' && !event.isComposing && !isPending && hasNoChanges(effectiveChanges(token, edit.entered))) {
			details.cancelEdit();
		}
	};
	return (
		<section aria-labelledby="edit" onKeyDown={onKeyDown}>
			<h2 id="edit">{actionTitle('edit')}</h2>
			<ConcurrentChanges {...props} />
			<TokenTextFields
				values={{ ...values, externalId: values.externalId ?? '' }}
				errors={errors}
				maxLengths={snapshot.maxLengths}
				onChange={(field, value) => details.changeFields({ [field]: field === 'externalId' ? value || null : value })}
				onEnter={details.save}
			/>
			<h3 id="permissions-heading">{l10n.t('Permissions')}</h3>
			{snapshot.permissionsFixed ? (
				<FixedModules {...snapshot} permissions={token.permissions} />
			) : (
				<ModulePicker
					{...snapshot}
					permissions={values.permissions}
					error={errors.permissions}
					labelledBy="permissions-heading"
					onChange={(permissions) => details.changeFields({ permissions })}
				/>
			)}
			{snapshot.hasRequestRules && (
				<RequestRuleFields
					limits={values.limits}
					approval={values.approval}
					errors={errors}
					onChange={details.changeFields}
					onEnter={details.save}
				/>
			)}
			{failure && <FailureNotice failure={failure} onRetry={details.retry} />}
			<div class="actions">
				<Button primary disabled={isPending} onClick={details.save}>
					{l10n.t('Save')}
				</Button>
				<Button disabled={isPending} onClick={details.cancelEdit}>
					{l10n.t('Cancel')}
				</Button>
			</div>
		</section>
	);
}

/** The changes made elsewhere since the user started editing. Not shown while saving, when they might be the user's own. */
function ConcurrentChanges({ details, snapshot, token, edit }: EditFormProps): VNode | null {
	const changedFields = details.isPending ? [] : findConcurrentChanges(edit.seen, token, edit.entered);
	if (changedFields.length === 0) {
		return null;
	}
	return (
		<Notice kind="info" title={l10n.t('This token was changed while you were editing.')} onDismiss={details.acknowledgeChanges}>
			<DescriptionList>
				{changedFields.map((field) => (
					<TokenDescriptionItem key={field} field={field} token={token} snapshot={snapshot}>
						{field in edit.entered && <div class="muted">{l10n.t('Your edit is kept. Saving overwrites this value.')}</div>}
					</TokenDescriptionItem>
				))}
			</DescriptionList>
		</Notice>
	);
}
