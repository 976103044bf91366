import type { RefObject, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface MenuItem {
	readonly id: string;
	readonly label: string;
	readonly onSelect: () => void;
}

export interface MenuButtonProps {
	readonly label: string;
	readonly items: readonly MenuItem[];
	readonly buttonRef: RefObject<HTMLButtonElement | null>;
}

/** A ⋮ button that opens a menu, which the arrow keys, Home, End and Escape operate. */
export function MenuButton({ label, items, buttonRef }: MenuButtonProps): VNode {
	/** Where the focus goes in the menu that opens; undefined while it is closed. */
	const [open, setOpen] = useState<'first' | 'last'>();
	const menu = useRef<HTMLDivElement>(null);
	const entries = () => [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
	const close = () => {
		buttonRef.current?.focus();
		setOpen(undefined);
	};
	useEffect(() => {
		if (open) {
			entries()
				.at(open === 'first' ? 0 : -1)
				?.focus();
		}
	}, [open]);
	const offered = items.map(({ id }) => id).join();
	// An entry that vanishes under the focus would take the focus with it.
	useEffect(() => {
		if (menu.current) {
			close();
		}
	}, [offered]);

	const onMenuKey = (event: KeyboardEvent) => {
		const all = entries();
		const at = all.findIndex((entry) => entry === document.activeElement);
		const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
		if (to !== undefined) {
			event.preventDefault();
			all.at(to % all.length)?.focus();
		} else if (event.key === 'Escape' || event.key === 'Tab') {
			// From the button, Tab goes where it would go from there.
			close();
		}
	};
	return (
		<div
			class="menu-anchor"
			onFocusOut={({ currentTarget, relatedTarget }) => {
				if (!currentTarget.contains(relatedTarget as Node | null)) {
					setOpen(undefined);
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
				aria-expanded={open !== undefined}
				onClick={() => setOpen(open ? undefined : 'first')}
				onKeyDown={(event) => {
					if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
						event.preventDefault();
						setOpen(event.key === 'ArrowDown' ? 'first' : 'last');
					}
				}}
			>
				<span class="codicon codicon-kebab-vertical" aria-hidden="true" />
			</button>
			{open && (
				<div class="menu" role="menu" aria-label={label} ref={menu} onKeyDown={onMenuKey}>
					{items.map(({ id, label: text, onSelect }) => (
						<button
							key={id}
							type="button"
							role="menuitem"
							tabIndex={-1}
							onMouseEnter={({ currentTarget }) => currentTarget.focus()}
							onClick={() => {
								close();
								onSelect();
							}}
						>
							{text}
						</button>
					))}
				</div>
			)}
		</div>
	);
}
