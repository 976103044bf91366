/** The paths that each module covers, by module ID. A path covers everything below it; `{id}` matches any single segment. */
export type ModulePaths = Readonly<Record<string, readonly string[]>>;

/** The paths of the built-in modules, relative to the base path of the platform's API. */
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

/** The paths that any token can access, unless a custom module covers them. */
export const SHARED_PATHS: readonly string[] = ['/modules', '/industries', '/metrics', '/auth/context'];

/** A path that any token can read, but nothing below it: clients use it to check whether a key is valid. */
export const SHARED_READ_PATH = '/accounts';
