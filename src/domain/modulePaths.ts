/**
 * The paths that each module covers, by module id. A path covers everything below it; `{id}` stands for any one segment.
 */
export type ModulePaths = Readonly<Record<string, readonly string[]>>;

/** The paths of the modules of the catalogue, as the platform's API has them below its base path. */
export const BUILT_IN_MODULE_PATHS: ModulePaths = {
	'MD-0001': ['/accounts', '/users', '/acl', '/domains', '/idps', '/brands', '/portal', '/notifications/subscriptions'],
	'MD-0007': ['/extensions', '/notifications/webhooks', '/auth/tokens', '/statistics/tokens'],
	'MD-0023': ['/helpdesk'],
	'MD-0024': ['/devops'],
	'MD-0032': ['/leads', '/embed/leads'],
	billing: ['/billing'],
	conversations: ['/conversations'],
	customers: ['/tier/accounts', '/tier/account-requests'],
	listings: ['/listings', '/listing-requests'],
	localization: ['/localization'],
	marketplaces: ['/marketplaces', '/hubs', '/countries'],
	mcp: ['/mcp'],
	news: ['/news'],
	offers: ['/offers', '/offers-ns'],
	partners: ['/partners', '/agreements', '/forms', '/contracts'],
	pim: ['/pim', '/products/{id}/taxonomies'],
	pricing: ['/pricing'],
	products: ['/products', '/categories', '/catalog'],
	reports: ['/reporting'],
	subscriptions: ['/assets', '/requests', '/subscriptions'],
	'tier-config': ['/tier/configs', '/tier/config-requests'],
	usage: ['/usage', '/products/{id}/usage', '/assets/{id}/usage'],
};

/** The paths that any token reaches, unless a module that is not the catalogue's own covers them. */
export const SHARED_PATHS: readonly string[] = ['/modules', '/industries', '/metrics', '/auth/context'];

/** The one path that any token may read, and nothing below it: what clients ask to see whether a key works. */
export const SHARED_READ_PATH = '/accounts';
