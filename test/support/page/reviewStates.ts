import type { Page } from '@playwright/test';
import { silentLog } from '../../../src/domain/log';
import type { TokenSource, WorkspaceTokenSource } from '../../../src/domain/ports';
import { TokenSources } from '../../../src/domain/tokenSources';
import type { ReviewFile } from '../../../src/protocol/reviewMessages';
import { ExampleTokens, numberedTokenId, type NumberedToken } from './exampleTokens';
import { addDays } from './exampleToken';
import { daysAgo } from './exampleUsage';
import type { PageState } from './pageStates';
import { ReviewHost } from './reviewHost';
import { clickButton } from './wizardDriver';

const LONG_TEXT = 'x'.repeat(128);
const ACCOUNT = { id: 'VA-100-000-000', name: 'Vallonia', endpoint: 'https://api.example/public/v1' };
const NOW = new Date();

const stampDaysAgo = (days: number) => ({ at: addDays(NOW, -days), by: 'Ada' });

/** A file with a key, by its line, counted from 0. */
export function keyFile(label: string, line: number): ReviewFile {
	return { uri: `file:///home/ada/project/${label}`, label, line, character: 0 };
}

/** A token with each reason, and one that needs no attention. */
const EXAMPLES: readonly NumberedToken[] = [
	{ number: 1, name: 'Nightly import' },
	{ number: 2, name: 'CRM sync', expires: null, created: stampDaysAgo(400) },
	{ number: 3, name: 'Catalog editor', created: stampDaysAgo(200) },
	{ number: 4, name: 'Proof of concept', created: stampDaysAgo(45) },
	{ number: 5, name: 'Reporting', permissions: ['MD-0000'] },
	{ number: 6, name: 'Import of 2024', expires: -60 },
	{ number: 7, name: 'Partner demo', enabled: false, updated: stampDaysAgo(80) },
	{ number: 8, name: 'Debugging', expires: null, permissions: ['MD-0000'], created: stampDaysAgo(31) },
];

const KEY_FILES = new Map([
	[numberedTokenId(2), [keyFile('requests.http', 11), keyFile('tools/import.http', 2), keyFile('.env', 0), keyFile('README.md', 140)]],
]);

interface ReviewExamples {
	readonly host: ReviewHost;
	readonly workspace: ExampleTokens;
}

/** Every state of the review, by its name. */
export const reviewStates: Readonly<Record<string, PageState>> = {
	'Loading review': { page: 'review', open: ({ page }) => page.getByText('Loading…').waitFor() },
	'Review that failed to load': reviewState(
		(page) => page.getByRole('alert').waitFor(),
		({ host }) => host.connection.answer('ready', new Error('The token files are in use by another window.')),
	),
	Review: reviewState((page) => page.getByText('7 of 8 tokens need attention.').waitFor()),
	'Review with a selection': reviewState(selectTwo),
	'Review with an open menu': reviewState(async (page) => {
		await clickButton(page, 'More Actions for CRM sync');
		await page.getByRole('menu').waitFor();
	}),
	'Review filtered by reason': reviewState(async (page) => {
		await page.getByRole('button', { name: /^Never expires/ }).click();
		await page.getByRole('button', { name: /^Never expires/, pressed: true }).waitFor();
	}),
	'Review after an action': reviewState(async (page) => {
		await selectTwo(page);
		await clickButton(page, 'Disable Selected');
		await page.getByText('Disabled 2 tokens.').waitFor();
	}),
	'Review after a failure': reviewState(
		async (page) => {
			await selectTwo(page);
			await clickButton(page, 'Disable Selected');
			await page.getByText("1 token couldn't be changed.").waitFor();
		},
		({ workspace }) => workspace.failures.set(numberedTokenId(3), new Error(`The token files are in use: ${LONG_TEXT}`)),
	),
	'Review with progress': reviewState(async (page, { host }) => {
		await selectTwo(page);
		host.connection.holdRequests('apply');
		await clickButton(page, 'Disable Selected');
		await page.evaluate(() =>
			window.postMessage({ kind: 'request', id: 'progress', method: 'showProgress', params: { done: 120, total: 1000 } }),
		);
		await page.getByText('120 of 1,000 tokens').waitFor();
	}),
	'Review without findings': reviewState(
		(page) => page.getByText('No token needs attention.').waitFor(),
		() => undefined,
		[{ number: 11 }, { number: 12 }],
	),
	'Review with accounts': reviewState(
		(page) => page.getByText('Loading the tokens of').waitFor(),
		() => undefined,
		EXAMPLES,
		() => {
			const unreachable = new ExampleTokens([], { ...ACCOUNT, id: 'VA-300-000-000', name: `Account ${LONG_TEXT}` });
			unreachable.problem = {
				field: null,
				template: "Couldn't reach {0}. Check your network connection and try again.",
				args: ['api.example'],
			};
			return [
				new ExampleTokens([{ number: 1, name: LONG_TEXT, expires: null }], ACCOUNT),
				new ExampleTokens([], { ...ACCOUNT, id: 'VA-200-000-000', name: 'Sandbox' }, { readAt: null, progress: { loaded: 1, total: 2 } }),
				unreachable,
			];
		},
	),
	'Review of many tokens': reviewState(
		(page) => page.getByText('100 of 1,200 shown').waitFor(),
		() => undefined,
		Array.from({ length: 1200 }, (_, number) => ({ number, name: `Token ${number}`, expires: null })),
	),
};

async function selectTwo(page: Page): Promise<void> {
	await page.getByRole('checkbox', { name: 'Catalog editor' }).click();
	await page.getByRole('checkbox', { name: 'Proof of concept' }).click();
	await page.getByText('2 tokens selected').waitFor();
}

/** @param prepare changes the host and the tokens before the page loads */
function reviewState(
	navigate: (page: Page, examples: ReviewExamples) => Promise<unknown>,
	prepare: (examples: ReviewExamples) => unknown = () => undefined,
	tokens: readonly NumberedToken[] = EXAMPLES,
	createAccounts: () => readonly ExampleTokens[] = () => [],
): PageState {
	return {
		page: 'review',
		open: async ({ page, transport }) => {
			const workspace = new ExampleTokens(tokens);
			const used = (days: number, modules = {}) => ({
				days: days < 30 ? [{ date: daysAgo(days), statuses: { 200: 3 }, modules }] : [],
				lastUsed: addDays(NOW, -days),
			});
			workspace.usage = {
				[numberedTokenId(2)]: used(120),
				[numberedTokenId(3)]: used(100),
				[numberedTokenId(5)]: used(1, { billing: { read: 120, write: 0 }, usage: { read: 4, write: 12 } }),
			};
			const sources = new TokenSources(workspace as unknown as WorkspaceTokenSource, silentLog);
			sources.setAccounts(createAccounts() as unknown as readonly TokenSource[]);
			const host = new ReviewHost({
				transport,
				sources,
				clock: () => new Date(),
				keyFiles: tokens === EXAMPLES ? KEY_FILES : new Map(),
			});
			prepare({ host, workspace });
			await page.getByRole('heading', { level: 1 }).waitFor();
			await navigate(page, { host, workspace });
		},
	};
}
