/** A part of the platform's API that a token can be granted access to. */
export interface Module {
	readonly id: string;
	readonly name: string;
}

/** The integration that a token is for. */
export interface Extension {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	/** The modules that its tokens always have, empty if the platform decides; null if the user chooses them. */
	readonly permissions: readonly string[] | null;
}

/** The extensions and modules that tokens can have. */
export interface Catalog {
	readonly extensions: readonly Extension[];
	readonly modules: readonly Module[];
	/** Whether access to a module can be limited to reading. The platform doesn't support that, so an account's catalog omits it. */
	readonly hasReadOnlyAccess?: boolean;
	/** Whether tokens can have limits and require approval; false if omitted. */
	readonly hasRequestRules?: boolean;
	/** Whether tokens can be leases; false if omitted. */
	readonly hasLeases?: boolean;
}

/** Represents all modules; shown as "Full". */
export const ALL_MODULES = 'MD-0000';

/** The default extension of a token. */
export const CUSTOM_EXTENSION_ID = 'EXT-000';

/**
 * The modules that can be granted to workspace tokens. IDs that start with `MD-` are the platform's, from its OpenAPI document 37.0.
 * It doesn't publish the IDs of the others, so those have our own.
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

/** The extensions that workspace tokens can have. */
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

/** The catalog of workspace tokens without custom modules. */
export const BUILT_IN_CATALOG: Catalog = {
	extensions: BUILT_IN_EXTENSIONS,
	modules: BUILT_IN_MODULES,
	hasReadOnlyAccess: true,
	hasRequestRules: true,
	hasLeases: true,
};
