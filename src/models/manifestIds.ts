/** IDs of the commands that the manifest declares. A test compares the two. */
export const commandIds = {
	createToken: 'connectTokens.createToken',
	quickCreateToken: 'connectTokens.quickCreateToken',
	importToken: 'connectTokens.importToken',
	exportTokens: 'connectTokens.exportTokens',
	reviewTokens: 'connectTokens.reviewTokens',
	adoptTokens: 'connectTokens.adoptTokens',
	openDetails: 'connectTokens.openDetails',
	previewDetails: 'connectTokens.previewDetails',
	editToken: 'connectTokens.editToken',
	rotateToken: 'connectTokens.rotateToken',
	renewToken: 'connectTokens.renewToken',
	disableToken: 'connectTokens.disableToken',
	enableToken: 'connectTokens.enableToken',
	openTerminal: 'connectTokens.openTerminal',
	copyApiKey: 'connectTokens.copyApiKey',
	testToken: 'connectTokens.testToken',
	deleteToken: 'connectTokens.deleteToken',
	reducePermissions: 'connectTokens.reducePermissions',
	duplicateToken: 'connectTokens.duplicateToken',
	copyTokenId: 'connectTokens.copyTokenId',
	copySecret: 'connectTokens.copySecret',
	endPreviousKey: 'connectTokens.endPreviousKey',
	leaseToken: 'connectTokens.leaseToken',
	endLease: 'connectTokens.endLease',
	showUses: 'connectTokens.showUses',
	insertAuthorization: 'connectTokens.insertAuthorization',
	insertAuthorizationInFile: 'connectTokens.insertAuthorizationInFile',
	sendAs: 'connectTokens.sendAs',
	replaceReference: 'connectTokens.replaceReference',
	useGatewayInFile: 'connectTokens.useGatewayInFile',
	changeRequestHost: 'connectTokens.changeRequestHost',
	changeRequestToken: 'connectTokens.changeRequestToken',
	allowHost: 'connectTokens.allowHost',
	manageKeyAccess: 'connectTokens.manageKeyAccess',
	showKeyAccessLog: 'connectTokens.showKeyAccessLog',
	sortTokens: 'connectTokens.sortTokens',
	filterTokens: 'connectTokens.filterTokens',
	changeFilter: 'connectTokens.changeFilter',
	clearFilter: 'connectTokens.clearFilter',
	groupByStatus: 'connectTokens.groupByStatus',
	ungroupTokens: 'connectTokens.ungroupTokens',
	showExpiring: 'connectTokens.showExpiring',
	startGateway: 'connectTokens.startGateway',
	stopGateway: 'connectTokens.stopGateway',
	restartGateway: 'connectTokens.restartGateway',
	showGateway: 'connectTokens.showGateway',
	copyGatewayUrl: 'connectTokens.copyGatewayUrl',
	setGatewayCredential: 'connectTokens.setGatewayCredential',
	chooseUpstream: 'connectTokens.chooseUpstream',
	useNoUpstream: 'connectTokens.useNoUpstream',
	chooseGatewayPort: 'connectTokens.chooseGatewayPort',
	importModules: 'connectTokens.importModules',
	exportGatewayPolicy: 'connectTokens.exportGatewayPolicy',
	pushGatewayPolicy: 'connectTokens.pushGatewayPolicy',
	pullGatewayCounts: 'connectTokens.pullGatewayCounts',
	cleanHistory: 'connectTokens.cleanHistory',
	copyAs: 'connectTokens.copyAs',
	copyAsCurl: 'connectTokens.copyAsCurl',
	newRequestFile: 'connectTokens.newRequestFile',
	findKeys: 'connectTokens.findKeys',
	findKeysOutsideWorkspace: 'connectTokens.findKeysOutsideWorkspace',
	replaceKey: 'connectTokens.replaceKey',
	addAccount: 'connectTokens.addAccount',
	removeAccount: 'connectTokens.removeAccount',
	replaceAccountKey: 'connectTokens.replaceAccountKey',
	reloadAccount: 'connectTokens.reloadAccount',
	useGatewayForMcpServers: 'connectTokens.useGatewayForMcpServers',
	useAccountInGateway: 'connectTokens.useAccountInGateway',
	copyToAccount: 'connectTokens.copyToAccount',
	insertReferences: 'connectTokens.insertReferences',
	filterRequests: 'connectTokens.filterRequests',
	changeRequestFilter: 'connectTokens.changeRequestFilter',
	clearRequestFilter: 'connectTokens.clearRequestFilter',
	clearRequests: 'connectTokens.clearRequests',
	goToToken: 'connectTokens.goToToken',
	copyRequestAsCurl: 'connectTokens.copyRequestAsCurl',
	newFileFromRequest: 'connectTokens.newFileFromRequest',
	addModuleToToken: 'connectTokens.addModuleToToken',
	openRequestSetting: 'connectTokens.openRequestSetting',
	installCommandLine: 'connectTokens.installCommandLine',
	showLog: 'connectTokens.showLog',
	copyDiagnostics: 'connectTokens.copyDiagnostics',
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** Key of the added accounts in the extension's global state. */
export const ACCOUNTS_STATE_KEY = 'connectTokens.accounts';

/** Key of the last export of the gateway's policy in the workspace's state. */
export const POLICY_STATE_KEY = 'connectTokens.gatewayPolicy';

/** The tools for language models, in the order of the manifest, which is what's registered. */
export const agentToolNames = [
	'connect_tokens_list',
	'connect_tokens_request_lease',
	'connect_tokens_call',
	'connect_tokens_explain',
	'connect_tokens_insert_authorization',
	'connect_tokens_statistics',
] as const;
export type AgentToolName = (typeof agentToolNames)[number];

/** ID of the provider of MCP servers. */
export const MCP_PROVIDER_ID = 'connectTokens.mcpServers';

export const viewIds = {
	tokens: 'connectTokens.tokens',
	requests: 'connectTokens.requests',
	wizard: 'connectTokens.wizard',
	details: 'connectTokens.details',
	review: 'connectTokens.review',
} as const;

export const contextKeys = {
	/** The workspace's tokens can't be read or changed. */
	hasProblem: 'connectTokens.hasProblem',
	/** A filter is set in the Tokens view. */
	isFiltered: 'connectTokens.isFiltered',
	/** The tokens in the view are grouped. */
	isGrouped: 'connectTokens.isGrouped',
	/** There are tokens, but none of them matches the filter. */
	hidesAll: 'connectTokens.hidesAll',
	/** The workspace is empty, and there are tokens that it can adopt. */
	hasAdoptableTokens: 'connectTokens.hasAdoptableTokens',
	/** Secrets are in memory only, so keys are lost when VS Code is closed. */
	hasVolatileSecrets: 'connectTokens.hasVolatileSecrets',
	/** At least one account has been added. */
	hasAccounts: 'connectTokens.hasAccounts',
	/** There's at least one token. */
	hasTokens: 'connectTokens.hasTokens',
	/** A token has been renewed, and its previous key is still valid. */
	hasRenewedToken: 'connectTokens.hasRenewedToken',
	/** A request got an Authorization header in this window. */
	hasInsertedHeader: 'connectTokens.hasInsertedHeader',
	/** An API accepted a token in *Test Token* in this window. */
	hasTestedToken: 'connectTokens.hasTestedToken',
	/** A filter is set in the Requests view. */
	areRequestsFiltered: 'connectTokens.areRequestsFiltered',
	/** There are requests, but none of them matches the filter. */
	hidesAllRequests: 'connectTokens.hidesAllRequests',
	/** The Requests view has requests, regardless of the filter. */
	hasRequests: 'connectTokens.hasRequests',
	/** The gateway's policy was exported from this workspace. */
	hasGatewayPolicy: 'connectTokens.hasGatewayPolicy',
	/** Phase of the gateway: `stopped`, `starting`, `running`, or `failed`. */
	gateway: 'connectTokens.gateway',
} as const;

/** The type of tasks whose environment can have references to keys. */
export const TASK_TYPE = 'connectTokens';

/** Returns a key to an input variable. Menus don't offer it, so the manifest doesn't declare it. */
export const RESOLVE_COMMAND = 'connectTokens.resolve';
