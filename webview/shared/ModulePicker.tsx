import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { filterModules, listModuleAccess, type ModuleAccess } from '../../src/models/moduleChoices';
import { getAllModulesLevel, withAllModules, withLevelForAll, withModuleLevel } from '../../src/models/permissionChoices';
import { Caution } from './Caution';
import { Checkbox } from './Checkbox';
import { descriptionIds, Field } from './Field';
import type { ModuleListProps } from './ModuleList';
import { formatNumber } from './localeFormats';
import { TextField } from './toolkit';

export interface ModulePickerProps extends ModuleListProps {
	/** Whether access to a module can be limited to reading. */
	readonly hasReadOnlyAccess: boolean;
	readonly error: string | undefined;
	readonly labelledBy: string;
	readonly onChange: (permissions: readonly string[]) => void;
}

/** Checkboxes for the modules that a token can access, for which of them are read-only, for all modules, and a filter. */
export function ModulePicker({ permissions, modules, hasReadOnlyAccess, error, labelledBy, onChange }: ModulePickerProps): VNode {
	const [filter, setFilter] = useState('');
	const list = useRef<HTMLDivElement>(null);
	const field = { id: 'permissions', error };
	const allLevel = getAllModulesLevel(permissions);
	const access = listModuleAccess(modules, permissions);
	const selectedCount = access.filter(({ level }) => level !== undefined).length;
	const readOnlyCount = access.filter(({ level }) => level === 'read').length;
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
						checked={allLevel !== undefined}
						indeterminate={allLevel === undefined && permissions.length > 0}
						onChange={(isChecked) => onChange(withAllModules(isChecked ? 'full' : undefined))}
					/>
					{hasReadOnlyAccess && permissions.length > 0 && (
						<Checkbox
							id="all-modules-read-only"
							label={allLevel ? l10n.t('Read-only') : l10n.t('All selected read-only')}
							{...(allLevel && { labelledBy: 'all-modules-label all-modules-read-only-label' })}
							checked={readOnlyCount === selectedCount}
							indeterminate={readOnlyCount > 0 && readOnlyCount < selectedCount}
							onChange={(isChecked) => onChange(withLevelForAll(permissions, isChecked ? 'read' : 'full'))}
						/>
					)}
					<span class="muted" role="status">
						{l10n.t('{0} of {1} selected', formatNumber(selectedCount), formatNumber(access.length))}
					</span>
				</div>
				{hasReadOnlyAccess && permissions.length > 0 && (
					<p class="hint">{l10n.t('Read-only: the gateway allows only GET, HEAD, and OPTIONS requests.')}</p>
				)}
				{allLevel === 'full' && (
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
						modules={filterModules(access, filter)}
						hasReadOnlyAccess={hasReadOnlyAccess}
						onChange={(moduleId, level) =>
							onChange(
								withModuleLevel(
									permissions,
									moduleId,
									level,
									access.map(({ id }) => id),
								),
							)
						}
					/>
				</div>
			</div>
		</Field>
	);
}

interface ModuleCheckboxesProps {
	readonly modules: readonly ModuleAccess[];
	readonly hasReadOnlyAccess: boolean;
	readonly onChange: (moduleId: string, level: ModuleAccess['level']) => void;
}

/** A single Tab stop. The arrow keys, Home, and End move the focus inside. */
function ModuleCheckboxes({ modules, hasReadOnlyAccess, onChange }: ModuleCheckboxesProps): VNode {
	const [lastFocusedId, setLastFocusedId] = useState<string>();
	if (modules.length === 0) {
		return (
			<p class="muted" role="status">
				{l10n.t('No modules match the filter.')}
			</p>
		);
	}
	const readOnlyId = (id: string) => `${id} read-only`;
	const shownIds = modules.flatMap(({ id, level }) => [id, ...(hasReadOnlyAccess && level ? [readOnlyId(id)] : [])]);
	const tabStopId = lastFocusedId !== undefined && shownIds.includes(lastFocusedId) ? lastFocusedId : shownIds[0];
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
			{modules.map(({ id, name, paths, level }, index) => (
				<div key={id} class="module">
					<Checkbox
						id={`module-${index}`}
						label={name}
						description={paths?.join(', ')}
						checked={level !== undefined}
						isTabStop={id === tabStopId}
						onFocus={() => setLastFocusedId(id)}
						onChange={(isChecked) => onChange(id, isChecked ? 'full' : undefined)}
					/>
					{hasReadOnlyAccess && level && (
						<Checkbox
							id={`module-${index}-read-only`}
							label={l10n.t('Read-only')}
							labelledBy={`module-${index}-label module-${index}-read-only-label`}
							checked={level === 'read'}
							isTabStop={readOnlyId(id) === tabStopId}
							onFocus={() => setLastFocusedId(readOnlyId(id))}
							onChange={(isChecked) => onChange(id, isChecked ? 'read' : 'full')}
						/>
					)}
				</div>
			))}
		</div>
	);
}
