import { Fragment, type RefObject, type VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface MenuItem {
	readonly id: string;
	readonly label: string;
	/** Whether the item can't be selected now. It keeps the focus, as in VS Code's menus. */
	readonly isDisabled?: boolean;
	readonly onSelect: () => void;
}

export interface MenuButtonProps {
	readonly label: string;
	/** The items by group. The groups are separated. */
	readonly groups: readonly (readonly MenuItem[])[];
	readonly buttonRef: RefObject<HTMLButtonElement | null>;
}

/** A ⋮ button that opens a menu. The menu supports the arrow keys, Home, End, and Escape. */
export function MenuButton({ label, groups, buttonRef }: MenuButtonProps): VNode {
	/** The item that gets the focus when the menu opens; undefined while it's closed. */
	const [initialFocus, setInitialFocus] = useState<'first' | 'last'>();
	const menu = useRef<HTMLDivElement>(null);
	const menuItems = () => [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
	const close = () => {
		buttonRef.current?.focus();
		setInitialFocus(undefined);
	};
	// Before anything else can move the focus: the menu closes only when it loses the focus.
	useLayoutEffect(() => {
		if (initialFocus) {
			menuItems()
				.at(initialFocus === 'first' ? 0 : -1)
				?.focus();
		}
	}, [initialFocus]);
	const itemIds = groups
		.flat()
		.map(({ id }) => id)
		.join();
	// If the focused item were removed, the page would lose the focus.
	useEffect(() => {
		if (menu.current) {
			close();
		}
	}, [itemIds]);

	const onMenuKeyDown = (event: KeyboardEvent) => {
		const menuItemElements = menuItems();
		const focusedIndex = menuItemElements.findIndex((item) => item === document.activeElement);
		const targetIndex = { ArrowDown: focusedIndex + 1, ArrowUp: focusedIndex - 1, Home: 0, End: -1 }[event.key];
		if (targetIndex !== undefined) {
			event.preventDefault();
			menuItemElements.at(targetIndex % menuItemElements.length)?.focus();
		} else if (event.key === 'Escape' || event.key === 'Tab') {
			// Tab isn't prevented: it moves the focus on from the button.
			close();
		}
	};
	return (
		<div
			class="menu-anchor"
			onFocusOut={({ currentTarget, relatedTarget }) => {
				if (!currentTarget.contains(relatedTarget as Node | null)) {
					setInitialFocus(undefined);
				}
			}}
		>
			<button
				ref={buttonRef}
				type="button"
				class="icon-button"
				aria-label={label}
				title={label}
				aria-haspopup="menu"
				aria-expanded={initialFocus !== undefined}
				onClick={() => setInitialFocus(initialFocus ? undefined : 'first')}
				onKeyDown={(event) => {
					if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
						event.preventDefault();
						setInitialFocus(event.key === 'ArrowDown' ? 'first' : 'last');
					}
				}}
			>
				<span class="codicon codicon-kebab-vertical" aria-hidden="true" />
			</button>
			{initialFocus && (
				<div class="menu" role="menu" aria-label={label} ref={menu} onKeyDown={onMenuKeyDown}>
					{groups.map((items, index) => (
						<Fragment key={items[0]?.id}>
							{index > 0 && <div class="menu-separator" role="separator" />}
							{items.map(({ id, label: text, isDisabled = false, onSelect }) => (
								<button
									key={id}
									type="button"
									role="menuitem"
									tabIndex={-1}
									aria-disabled={isDisabled}
									onMouseEnter={({ currentTarget }) => currentTarget.focus()}
									onClick={() => {
										if (!isDisabled) {
											close();
											onSelect();
										}
									}}
								>
									{text}
								</button>
							))}
						</Fragment>
					))}
				</div>
			)}
		</div>
	);
}
