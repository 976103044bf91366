import type { Page } from '@playwright/test';

const TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 20;
/** Time for the page to render after an action. Until then, its handlers still use the previous state. */
const RENDER_MS = 30;

/** Selectors of the elements that the pages use for each role. */
const ROLE_SELECTORS: Readonly<Record<string, string>> = {
	alert: '[role=alert]',
	button: 'vscode-button, button:not([role])',
	checkbox: '[type=checkbox]',
	heading: 'h1, h2, h3',
	menu: '[role=menu]',
	menuitem: '[role=menuitem]',
	radio: 'vscode-radio',
	slider: '[role=slider]',
	tab: '[role=tab]',
	tabpanel: '[role=tabpanel]',
	textbox: 'vscode-text-field, vscode-text-area',
};

interface RoleOptions {
	readonly name?: string;
	readonly exact?: boolean;
	readonly level?: number;
}

/**
 * Drives the document of a frame in the same browser, with the part of Playwright's API that `pageStates` uses. Playwright itself can only
 * drive a browser from outside.
 * @param getDocument returns the frame's document, which is replaced when the page loads
 */
export function createDomPage(getDocument: () => Document | null): Page {
	const queryAll = (selector: string) => [...(getDocument()?.querySelectorAll<HTMLElement>(selector) ?? [])];
	const page = {
		locator: (selector: string) =>
			createLocator(page, selector, () =>
				selector === ':focus'
					? [getDocument()?.activeElement as HTMLElement | null].filter((element) => element !== null)
					: queryAll(selector),
			),
		getByText: (text: string) =>
			createLocator(page, text, () =>
				queryAll('body *').filter((element) => hasText(element, text) && ![...element.children].some((child) => hasText(child, text))),
			),
		getByRole: (role: string, { name = '', exact = false, level }: RoleOptions = {}) => {
			const selector = level === undefined ? ROLE_SELECTORS[role] : `h${level}`;
			if (selector === undefined) {
				throw new Error(`The gallery has no selector for the role "${role}".`);
			}
			return createLocator(page, `${role} "${name}"`, () =>
				queryAll(selector).filter((element) => {
					const elementName = getAccessibleName(element);
					return exact ? elementName === name : elementName.toLowerCase().includes(name.toLowerCase());
				}),
			);
		},
	};
	return page as unknown as Page;
}

interface DomLocator {
	readonly find: () => HTMLElement[];
	readonly and: (other: DomLocator) => DomLocator;
	readonly first: () => DomLocator;
	readonly nth: (index: number) => DomLocator;
	readonly page: () => unknown;
	readonly waitFor: () => Promise<void>;
	readonly click: () => Promise<void>;
	readonly focus: () => Promise<void>;
	readonly fill: (text: string) => Promise<void>;
}

function createLocator(page: unknown, description: string, find: () => HTMLElement[]): DomLocator {
	const derive = (suffix: string, findDerived: () => HTMLElement[]) => createLocator(page, `${description}${suffix}`, findDerived);
	const findFirst = async (): Promise<HTMLElement> => {
		const deadline = performance.now() + TIMEOUT_MS;
		for (;;) {
			const element = find().find(isReady);
			if (element) {
				return element;
			}
			if (performance.now() > deadline) {
				throw new Error(`The page doesn't have this element: ${description}.`);
			}
			await delay(POLL_INTERVAL_MS);
		}
	};
	const act = async (action: (element: HTMLElement) => void) => {
		action(await findFirst());
		await delay(RENDER_MS);
	};
	return {
		find,
		and: (other) => derive(' and', () => find().filter((element) => other.find().includes(element))),
		first: () => derive('', () => find().slice(0, 1)),
		nth: (index) => derive(`, number ${index + 1}`, () => find().slice(index, index + 1)),
		page: () => page,
		waitFor: async () => {
			await findFirst();
		},
		click: () => act((element) => element.click()),
		focus: () => act((element) => element.focus()),
		fill: (text) =>
			act((element) => {
				(element as HTMLInputElement).value = text;
				element.dispatchEvent(new Event('input', { bubbles: true }));
			}),
	};
}

function delay(milliseconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Whether the user could see and use the element. */
function isReady(element: HTMLElement): boolean {
	return (
		element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.matches('[disabled], [aria-disabled=true]')
	);
}

function hasText(element: Element, text: string): boolean {
	return element.textContent.includes(text);
}

function getAccessibleName(element: Element): string {
	const labelId = element.getAttribute('aria-labelledby');
	const label = labelId === null ? element.getAttribute('aria-label') : element.ownerDocument.getElementById(labelId)?.textContent;
	return (label ?? element.textContent).trim();
}
