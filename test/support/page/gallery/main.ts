// The gallery of all states of the pages: an index, and the selected state in a frame for each selected theme. Runs in the browser.
import type { MessageTransport } from '../../../../src/protocol/peer';
import { applyTheme, getThemeAppearance, type ThemeName } from '../applyTheme';
import { pageStates } from '../pageStates';
import { createDomPage } from './domPage';

// The models use it in the extension host.
Object.assign(globalThis, { setImmediate: (callback: () => void) => setTimeout(callback) });

const ALL_THEMES = 'all';
const THEME_LABELS: Readonly<Record<ThemeName, string>> = {
	dark: 'Dark Modern',
	light: 'Light Modern',
	hcDark: 'Dark High Contrast',
	hcLight: 'Light High Contrast',
};
const PAGE_TITLES = { wizard: 'Wizard', details: 'Details page', review: 'Review' } as const;
const THEME_NAMES = Object.keys(THEME_LABELS) as ThemeName[];

/** Widths of the frames in pixels. */
const WIDTHS: Readonly<Record<string, number>> = { narrow: 300, normal: 900, wide: 1400 };

const parameters = new URLSearchParams(location.search);
const selection = {
	state: parameters.get('state') ?? 'Details',
	theme: parameters.get('theme') ?? 'dark',
	width: parameters.get('width') ?? 'normal',
};

const frames = getSelectedThemes().map(createFrame);
document.body.append(createIndex(), createMain());
void showState();
new EventSource('/changes').onmessage = () => location.reload();

function createIndex(): HTMLElement {
	const lists = (['wizard', 'details', 'review'] as const).flatMap((page) => [
		createElement('h2', PAGE_TITLES[page]),
		createElement(
			'ul',
			...Object.entries(pageStates)
				.filter(([, state]) => state.page === page)
				.map(([name]) => createElement('li', createLink(name, 'state', name))),
		),
	]);
	return createElement('nav', createElement('h1', 'Page Gallery'), ...lists);
}

function createMain(): HTMLElement {
	const toolbar = createElement(
		'header',
		createChoices('Theme', 'theme', { ...THEME_LABELS, [ALL_THEMES]: 'All' }),
		createChoices('Width', 'width', { narrow: 'Narrow', normal: 'Normal', wide: 'Wide' }),
	);
	const figures = createElement('div', ...frames.map(({ figure }) => figure));
	figures.className = 'figures';
	return createElement('main', toolbar, createElement('h2', selection.state), figures);
}

function createChoices(label: string, parameter: keyof typeof selection, choices: Readonly<Record<string, string>>): HTMLElement {
	const links = Object.entries(choices).map(([value, text]) => createLink(text, parameter, value));
	return createElement('div', createElement('strong', label), ...links);
}

/** A link that changes one part of the selection. */
function createLink(text: string, parameter: keyof typeof selection, value: string): HTMLElement {
	const link = createElement('a', text);
	link.setAttribute('href', `?${new URLSearchParams({ ...selection, [parameter]: value }).toString()}`);
	if (selection[parameter] === value) {
		link.setAttribute('aria-current', 'page');
	}
	return link;
}

interface ThemeFrame {
	readonly theme: ThemeName;
	readonly frame: HTMLIFrameElement;
	readonly figure: HTMLElement;
	readonly showStatus: (name: 'ready' | 'failed', text: string) => void;
}

function getSelectedThemes(): readonly ThemeName[] {
	return selection.theme === ALL_THEMES ? THEME_NAMES : THEME_NAMES.filter((theme) => theme === selection.theme);
}

function createFrame(theme: ThemeName): ThemeFrame {
	const frame = document.createElement('iframe');
	frame.width = String(WIDTHS[selection.width] ?? WIDTHS.normal);
	frame.title = `${selection.state}, ${THEME_LABELS[theme]}`;
	const status = createElement('p', 'Loading…');
	const figure = createElement('figure', createElement('figcaption', THEME_LABELS[theme]), frame, status);
	return {
		theme,
		frame,
		figure,
		showStatus: (name, text) => {
			figure.dataset.status = name;
			status.textContent = text;
		},
	};
}

/** Shows the selected state in one frame after the other, because a page that takes the focus closes an open menu in another frame. */
async function showState(): Promise<void> {
	const state = pageStates[selection.state];
	for (const { theme, frame, showStatus } of frames) {
		if (!state) {
			showStatus('failed', "This state doesn't exist.");
			continue;
		}
		const hasLoaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
		const hasTheme = hasLoaded.then(() => applyTheme(getThemeAppearance(theme), frame.contentDocument!));
		frame.src = `/${state.page}`;
		try {
			await state.open({ page: createDomPage(() => frame.contentDocument), transport: createFrameTransport(frame) });
			// The page can be interactive before all of it has loaded.
			await hasTheme;
			showStatus('ready', '');
		} catch (error) {
			showStatus('failed', `Couldn't bring the page into this state. ${String(error)}`);
		}
	}
}

/** Connects the page in a frame to its host, which runs in this window. */
function createFrameTransport(frame: HTMLIFrameElement): MessageTransport {
	return {
		send: (message) => frame.contentWindow?.postMessage(message, location.origin),
		onMessage: (listener) => {
			const onMessage = ({ source, data }: MessageEvent<unknown>) => {
				if (source === frame.contentWindow) {
					listener(data);
				}
			};
			window.addEventListener('message', onMessage);
			return { dispose: () => window.removeEventListener('message', onMessage) };
		},
	};
}

function createElement(tag: string, ...children: (Node | string)[]): HTMLElement {
	const element = document.createElement(tag);
	element.append(...children);
	return element;
}
