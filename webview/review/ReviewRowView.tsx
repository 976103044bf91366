import * as l10n from '@vscode/l10n';
import { Component, createRef, type VNode } from 'preact';
import { reasonTitle, remedyLabel } from '../../src/models/reviewTexts';
import type { ReviewFile, ReviewRow } from '../../src/protocol/reviewMessages';
import { Checkbox } from '../shared/Checkbox';
import { MenuButton } from '../shared/MenuButton';
import { StatusBadge } from '../shared/StatusBadge';
import { Button } from '../shared/toolkit';
import { changesToken, type RowActions } from './useReview';

/** How many places in files are shown of a token. */
const MAX_FILES = 3;

export interface ReviewRowProps {
	readonly row: ReviewRow;
	/** Unique in the page. */
	readonly id: string;
	readonly isSelected: boolean;
	readonly isBusy: boolean;
	readonly failure: string | undefined;
	readonly actions: RowActions;
}

/** A token that needs attention. Rendered again only if it has changed, because there can be thousands. */
export class ReviewRowView extends Component<ReviewRowProps> {
	readonly #menuButton = createRef<HTMLButtonElement>();

	override shouldComponentUpdate(next: ReviewRowProps): boolean {
		return (Object.keys(next) as (keyof ReviewRowProps)[]).some((name) => next[name] !== this.props[name]);
	}

	override render({ row, id, isSelected, isBusy, failure, actions }: ReviewRowProps): VNode {
		const [first, ...others] = row.remedies;
		const nameId = `${id}-name`;
		return (
			// The roles stay if a narrow page shows the cells below each other.
			<tr role="row">
				<td role="cell" class="select-cell">
					<Checkbox id={id} label="" labelledBy={nameId} checked={isSelected} onChange={(isChecked) => actions.select(row, isChecked)} />
				</td>
				<th role="rowheader" scope="row" class="token-cell">
					<button type="button" class="link" id={nameId} dir="auto" onClick={() => actions.openDetails(row)}>
						{row.name}
					</button>
					<div class="token-properties">
						<span class="token-id">{row.tokenId}</span>
						<StatusBadge token={row} />
						{row.account !== null && (
							<span class="account" dir="auto">
								<span class="codicon codicon-cloud" aria-hidden="true" /> {row.account}
							</span>
						)}
					</div>
				</th>
				<td role="cell" class="reasons-cell">
					<ul class="reasons">
						{row.reasons.map(({ kind, evidence }) => (
							<li key={kind}>
								<span class={`reason reason-${kind}`}>{reasonTitle(kind)}</span>
								{evidence !== '' && <span class="evidence">{evidence}</span>}
								{kind === 'keyInFile' && <FileLinks row={row} goToFile={(file) => actions.goToFile(row, file)} />}
							</li>
						))}
					</ul>
					{failure !== undefined && (
						<p class="error" role="alert">
							<span class="codicon codicon-error" aria-hidden="true" />
							<span>{failure}</span>
						</p>
					)}
				</td>
				<td role="cell" class="actions-cell">
					<div class="actions">
						{first && (
							<Button disabled={isBusy && changesToken(first)} onClick={() => actions.remedy(row, first)}>
								{remedyLabel(first)}
								<span class="visually-hidden"> {row.name}</span>
							</Button>
						)}
						<MenuButton
							label={l10n.t('More Actions for {0}', row.name)}
							buttonRef={this.#menuButton}
							groups={[
								...(others.length > 0
									? [
											others.map((remedy) => ({
												id: remedy,
												label: remedyLabel(remedy),
												isDisabled: isBusy && changesToken(remedy),
												onSelect: () => actions.remedy(row, remedy),
											})),
										]
									: []),
								[{ id: 'openDetails', label: l10n.t('Open Details'), onSelect: () => actions.openDetails(row) }],
							]}
						/>
					</div>
				</td>
			</tr>
		);
	}
}

function FileLinks({ row, goToFile }: { readonly row: ReviewRow; readonly goToFile: (file: ReviewFile) => void }): VNode {
	const unlistedCount = row.files.length - MAX_FILES;
	return (
		<span class="files">
			{row.files.slice(0, MAX_FILES).map((file) => (
				<button key={`${file.uri}:${file.line}:${file.character}`} type="button" class="link" onClick={() => goToFile(file)}>
					{file.label}:{file.line + 1}
				</button>
			))}
			{unlistedCount > 0 && <span class="muted">{l10n.t('and {0} more', unlistedCount)}</span>}
		</span>
	);
}
