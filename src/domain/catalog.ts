/** A part of the platform that a token may be allowed to reach. */
export interface Module {
	readonly id: string;
	readonly name: string;
}

/** What a token is for. */
export interface Extension {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	/** The modules it always has, empty where a platform decides that; null when its user chooses them. */
	readonly permissions: readonly string[] | null;
}

/** What tokens can be created for, and the modules that they can be given. */
export interface Catalog {
	readonly extensions: readonly Extension[];
	readonly modules: readonly Module[];
}

/** Stands for every module; shown as "Full". */
export const ALL_MODULES = 'MD-0000';

/** The extension of a token for which none was named. */
export const CUSTOM_EXTENSION_ID = 'EXT-000';

/**
 * The modules a workspace token can be given. Ids that begin with `MD-` are the platform's (its OpenAPI document 37.0);
 * it publishes no list of the rest, which have ids of our own.
 */
export const BUILT_IN_MODULES: readonly Module[] = [
	{ id: 'MD-0001', name: 'Account' },
	{ id: 'billing', name: 'Billing' },
	{ id: 'conversations', name: 'Conversations' },
	{ id: 'customers', name: 'Customers' },
	{ id: 'MD-0024', name: 'DevOps' },
	{ id: 'MD-0023', name: 'Helpdesk' },
	{ id: 'MD-0007', name: 'Integrations' },
	{ id: 'MD-0032', name: 'Leads' },
	{ id: 'listings', name: 'Listings' },
	{ id: 'localization', name: 'Localization' },
	{ id: 'marketplaces', name: 'Marketplaces' },
	{ id: 'mcp', name: 'MCP' },
	{ id: 'news', name: 'News' },
	{ id: 'offers', name: 'Offers' },
	{ id: 'partners', name: 'Partners' },
	{ id: 'pim', name: 'PIM' },
	{ id: 'pricing', name: 'Pricing' },
	{ id: 'products', name: 'Products' },
	{ id: 'reports', name: 'Reports' },
	{ id: 'subscriptions', name: 'Subscriptions' },
	{ id: 'tier-config', name: 'Tier Config' },
	{ id: 'usage', name: 'Usage' },
];

/** The extensions a workspace token can be created for. */
export const BUILT_IN_EXTENSIONS: readonly Extension[] = [
	{
		id: 'flowgear',
		name: 'Flowgear',
		description: 'Connect the Flowgear integration platform.',
		permissions: [ALL_MODULES],
	},
	{
		id: 'reports',
		name: 'Reports',
		description: 'Build custom reports.',
		permissions: ['reports'],
	},
	{
		id: 'zapier',
		name: 'Zapier',
		description: 'Connect the Zapier workflow automation platform.',
		permissions: [ALL_MODULES],
	},
	{
		id: CUSTOM_EXTENSION_ID,
		name: 'Custom',
		description: 'Use your own integration with the modules you choose.',
		permissions: null,
	},
];

/** What this project knows by itself. */
export const BUILT_IN_CATALOG: Catalog = { extensions: BUILT_IN_EXTENSIONS, modules: BUILT_IN_MODULES };
