import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { filterModules, type ModuleChoice } from '../../src/models/moduleChoices';
import { Caution } from './Caution';
import { Checkbox } from './Checkbox';
import { descriptionIds, Field } from './Field';
import type { ModuleListProps } from './ModuleList';
import { formatNumber } from './localeFormats';
import { withUnknownModules } from './unknownModules';
import { TextField } from './toolkit';

export interface ModulePickerProps extends ModuleListProps {
	readonly error: string | undefined;
	readonly labelledBy: string;
	readonly onChange: (permissions: string[]) => void;
}

/** Checkboxes for the modules that a token can access, one for all modules, and a filter. */
export function ModulePicker({ permissions, modules, allModules, error, labelledBy, onChange }: ModulePickerProps): VNode {
	const [filter, setFilter] = useState('');
	const list = useRef<HTMLDivElement>(null);
	const field = { id: 'permissions', error };
	const hasAllModules = permissions.includes(allModules);
	const choices = withUnknownModules(modules, permissions, allModules);
	const checkedIds = hasAllModules ? modules.map(({ id }) => id) : permissions;
	const focusList = () => list.current?.querySelector('input')?.focus();
	const onFilterKeyDown = (event: KeyboardEvent) => {
		if (event.key === 'Escape' && filter !== '') {
			// Otherwise, it would also cancel an edit.
			event.stopPropagation();
			setFilter('');
		} else if (event.key === 'ArrowDown') {
			event.preventDefault();
			focusList();
		}
	};
	return (
		<Field {...field} isErrorFirst>
			<div role="group" aria-labelledby={labelledBy} aria-describedby={descriptionIds(field).join(' ') || undefined}>
				<div class="module-picker-header">
					<Checkbox
						id="all-modules"
						label={l10n.t('All Modules')}
						checked={hasAllModules}
						indeterminate={!hasAllModules && permissions.length > 0}
						onChange={(isChecked) => onChange(isChecked ? [allModules] : [])}
					/>
					<span class="muted" role="status">
						{l10n.t('{0} of {1} selected', formatNumber(checkedIds.length), formatNumber(choices.length))}
					</span>
				</div>
				{hasAllModules && (
					<Caution>
						{l10n.t('This includes modules added later. If the key leaks, all of them are exposed, so select only what you need.')}
					</Caution>
				)}
				<div class="module-filter" onKeyDown={onFilterKeyDown}>
					<TextField
						label={l10n.t('Filter Modules')}
						value={filter}
						isInvalid={false}
						describedBy={[]}
						onInput={setFilter}
						onEnter={focusList}
					/>
				</div>
				<div ref={list}>
					<ModuleCheckboxes
						choices={filterModules(choices, filter)}
						checkedIds={checkedIds}
						onToggle={(id, isChecked) => onChange(isChecked ? [...checkedIds, id] : checkedIds.filter((item) => item !== id))}
					/>
				</div>
			</div>
		</Field>
	);
}

interface ModuleCheckboxesProps {
	readonly choices: readonly ModuleChoice[];
	readonly checkedIds: readonly string[];
	readonly onToggle: (id: string, isChecked: boolean) => void;
}

/** A single Tab stop. The arrow keys, Home, and End move the focus inside. */
function ModuleCheckboxes({ choices, checkedIds, onToggle }: ModuleCheckboxesProps): VNode {
	const [lastFocusedId, setLastFocusedId] = useState<string>();
	const tabStopId = choices.some(({ id }) => id === lastFocusedId) ? lastFocusedId : choices[0]?.id;
	if (choices.length === 0) {
		return (
			<p class="muted" role="status">
				{l10n.t('No modules match the filter.')}
			</p>
		);
	}
	const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }) => {
		const checkboxes = [...event.currentTarget.querySelectorAll('input')];
		const index = checkboxes.findIndex((checkbox) => checkbox === event.target);
		const targets: Partial<Record<string, number>> = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: checkboxes.length - 1 };
		const target = targets[event.key];
		if (target !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
			event.preventDefault();
			checkboxes[target]?.focus();
		}
	};
	return (
		<div class="module-picker" role="group" aria-label={l10n.t('Modules')} aria-describedby="module-keys" onKeyDown={onKeyDown}>
			<p class="visually-hidden" id="module-keys">
				{l10n.t('Use the arrow keys to move between modules.')}
			</p>
			{choices.map(({ id, name, paths }, index) => (
				<Checkbox
					key={id}
					id={`module-${index}`}
					label={name}
					description={paths?.join(', ')}
					checked={checkedIds.includes(id)}
					isTabStop={id === tabStopId}
					onFocus={() => setLastFocusedId(id)}
					onChange={(isChecked) => onToggle(id, isChecked)}
				/>
			))}
		</div>
	);
}
