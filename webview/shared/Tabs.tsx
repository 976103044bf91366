import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';

export interface Tab<Id extends string> {
	readonly id: Id;
	readonly label: string;
	readonly content: () => VNode;
}

export interface TabsProps<Id extends string> {
	/** Accessible name of the tab list. */
	readonly label: string;
	readonly tabs: readonly Tab<Id>[];
	readonly selected: Id;
	readonly onSelect: (id: Id) => void;
}

/** Tabs with their panels, of which only the selected one is rendered. The arrow keys, Home, and End move between the tabs. */
export function Tabs<Id extends string>({ label, tabs, selected, onSelect }: TabsProps<Id>): VNode {
	const tabList = useRef<HTMLDivElement>(null);
	const selectedIndex = tabs.findIndex(({ id }) => id === selected);
	const onKeyDown = (event: KeyboardEvent) => {
		const targetIndex = { ArrowRight: selectedIndex + 1, ArrowLeft: selectedIndex - 1, Home: 0, End: -1 }[event.key];
		const target = targetIndex === undefined ? undefined : tabs.at(targetIndex % tabs.length);
		if (target) {
			event.preventDefault();
			onSelect(target.id);
			tabList.current?.querySelector<HTMLElement>(`#tab-${target.id}`)?.focus();
		}
	};
	return (
		<>
			<div class="tabs" role="tablist" aria-label={label} ref={tabList} onKeyDown={onKeyDown}>
				{tabs.map((tab) => (
					<button
						key={tab.id}
						type="button"
						role="tab"
						id={`tab-${tab.id}`}
						aria-selected={tab.id === selected}
						aria-controls={tab.id === selected ? `panel-${tab.id}` : undefined}
						tabIndex={tab.id === selected ? 0 : -1}
						onClick={() => onSelect(tab.id)}
					>
						{tab.label}
					</button>
				))}
			</div>
			<div key={selected} class="tab-panel" role="tabpanel" id={`panel-${selected}`} aria-labelledby={`tab-${selected}`} tabIndex={0}>
				{tabs[selectedIndex]?.content()}
			</div>
		</>
	);
}
