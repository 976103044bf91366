/** Each kind of configuration file with one value: its name, and what's before and after the value. */
export const CONFIGURATION_FILES: readonly (readonly [name: string, before: string, after: string])[] = [
	['.env', 'API_KEY="', '"\n'],
	['.env.local', "export API_KEY='", "' # note\n"],
	['.shop_dev.env', 'API_KEY=', '\n'],
	['.vscode/launch.json', '{\n\t// note\n\t"configurations": [{ "env": { "API_KEY": "', '" } }],\n}\n'],
	['.vscode/tasks.json', '{ "tasks": [{ "options": { "env": { "API_KEY": "', '" } } }] }\n'],
	['.vscode/settings.json', '{ "terminal.integrated.env.linux": { "API_KEY": "', '" } }\n'],
	['.vscode/mcp.json', '{ "servers": { "a": { "env": { "API_KEY": "', '" } } } }\n'],
	['.mcp.json', '{ "mcpServers": { "a": { "env": { "API_KEY": "', '" } } } }\n'],
	['compose.yaml', 'services:\n  web:\n    environment:\n      API_KEY: ', ' # note\n'],
	['docker-compose.yml', 'services:\n  web:\n    environment:\n      - API_KEY=', '\n'],
];
