/** Ids that the manifest declares and code registers; a test holds the two together. */
export const commandIds = {
	createToken: 'connectTokens.createToken',
	quickCreateToken: 'connectTokens.quickCreateToken',
	importToken: 'connectTokens.importToken',
	exportTokens: 'connectTokens.exportTokens',
	openDetails: 'connectTokens.openDetails',
	editToken: 'connectTokens.editToken',
	rotateToken: 'connectTokens.rotateToken',
	renewToken: 'connectTokens.renewToken',
	disableToken: 'connectTokens.disableToken',
	enableToken: 'connectTokens.enableToken',
	openTerminal: 'connectTokens.openTerminal',
	copyApiKey: 'connectTokens.copyApiKey',
	deleteToken: 'connectTokens.deleteToken',
	insertAuthorization: 'connectTokens.insertAuthorization',
	insertAuthorizationInFile: 'connectTokens.insertAuthorizationInFile',
	sendAs: 'connectTokens.sendAs',
	replaceReference: 'connectTokens.replaceReference',
	sortTokens: 'connectTokens.sortTokens',
	filterTokens: 'connectTokens.filterTokens',
	changeFilter: 'connectTokens.changeFilter',
	clearFilter: 'connectTokens.clearFilter',
	showExpiring: 'connectTokens.showExpiring',
	startGateway: 'connectTokens.startGateway',
	stopGateway: 'connectTokens.stopGateway',
	restartGateway: 'connectTokens.restartGateway',
	showGateway: 'connectTokens.showGateway',
	copyGatewayUrl: 'connectTokens.copyGatewayUrl',
	setGatewayCredential: 'connectTokens.setGatewayCredential',
	cleanHistory: 'connectTokens.cleanHistory',
	copyAs: 'connectTokens.copyAs',
	copyAsCurl: 'connectTokens.copyAsCurl',
	newRequestFile: 'connectTokens.newRequestFile',
	findKeys: 'connectTokens.findKeys',
	replaceKey: 'connectTokens.replaceKey',
	addAccount: 'connectTokens.addAccount',
	removeAccount: 'connectTokens.removeAccount',
	replaceAccountKey: 'connectTokens.replaceAccountKey',
	reloadAccount: 'connectTokens.reloadAccount',
	useAccountInGateway: 'connectTokens.useAccountInGateway',
	copyToAccount: 'connectTokens.copyToAccount',
	insertReferences: 'connectTokens.insertReferences',
} as const;

/** Where the editor's state keeps which accounts were added. */
export const ACCOUNTS_STATE_KEY = 'connectTokens.accounts';

export const viewIds = {
	tokens: 'connectTokens.tokens',
	wizard: 'connectTokens.wizard',
	details: 'connectTokens.details',
} as const;

export const contextKeys = {
	/** The tokens cannot be read or changed. */
	hasProblem: 'connectTokens.hasProblem',
	/** The Tokens view shows only what its filter lets through. */
	isFiltered: 'connectTokens.isFiltered',
	/** There are tokens, and the filter hides every one. */
	hidesAll: 'connectTokens.hidesAll',
	/** At least one account has been added. */
	hasAccounts: 'connectTokens.hasAccounts',
	/** The gateway's state: stopped, starting, running or failed. */
	gateway: 'connectTokens.gateway',
} as const;
