/** A command, as the help and the completion of shells show it. */
export interface CommandHelp {
	readonly summary: string;
	readonly usage: string;
	readonly description: string;
	/** Options with what they do. */
	readonly options: Readonly<Record<string, string>>;
}

const REFERENCE_TEXT = `REF is a token ID (SU-000-000-000) or a reference:
  connect://SU-000-000-000             ApiKey SU-000-000-000:… (the value of the Authorization header)
  connect://SU-000-000-000#credential  SU-000-000-000:…
  connect://SU-000-000-000#secret      only the 40 characters after the colon
  connect://VA-000-000/SU-000-000-000  a token of an account`;

/** All commands, in the order of the help. */
export const commands = {
	list: {
		summary: 'List the tokens, without keys',
		usage: 'list [--json]',
		description: 'Lists the tokens of the window, without their keys.',
		options: { '--json': 'Print a JSON array.' },
	},
	get: {
		summary: 'Print a key',
		usage: 'get REF',
		description: `Prints the key that REF stands for.\n\n${REFERENCE_TEXT}`,
		options: {},
	},
	header: {
		summary: 'Print the Authorization header',
		usage: 'header [REF] [--json | --bazel]',
		description: `Prints the Authorization header with the key of REF. You can leave out REF if there's only one usable token.\n\n${REFERENCE_TEXT}`,
		options: {
			'--json': 'Print {"Authorization": "…"}, for example for the headersHelper of Claude Code.',
			'--bazel': 'Read {"uri": "…"} from the standard input, and print what Bazel\'s credential helpers return.',
		},
	},
	run: {
		summary: 'Run a program with keys in its environment',
		usage: 'run [--env-file FILE]… [--token NAME=REF]… [--no-masking] -- COMMAND…',
		description: `Replaces references in environment variables with keys, and runs COMMAND with them. Its signals and exit code are passed through.
Where the output isn't a terminal, keys in it are masked.

${REFERENCE_TEXT}`,
		options: {
			'--env-file': 'Add the variables of an .env file. Can be repeated.',
			'--token': 'Set the variable NAME to the key of REF. Can be repeated.',
			'--no-masking': "Don't mask keys in the output.",
		},
	},
	mcp: {
		summary: 'Offer the tools for agents as an MCP server',
		usage: 'mcp [--folder FOLDER]',
		description: `Offers the tools for agents on the standard input and output, as a server of the Model Context Protocol. An agent starts it; for example:
  claude mcp add connect-tokens -- connect-tokens mcp
The tools run in the window of the editor that has the working directory open, which also asks you. It can be opened, closed, and reloaded meanwhile.`,
		options: { '--folder': 'Use the window that has FOLDER open.' },
	},
	policy: {
		summary: "Export the gateway's policy for HAProxy",
		usage:
			'policy export --target haproxy --bind ADDRESS:PORT [--upstream URL] [OPTIONS] DIR\n       connect-tokens policy push|pull [--socket PATH]… DIR',
		description: `Exports what the gateway enforces to the folder DIR, for HAProxy on any machine. It contains hashes, but no keys.
“push” replaces the policy of running instances, and the files. “pull” adds their counts to the statistics of the workspace.`,
		options: {
			'--target': 'Export for haproxy.',
			'--bind': 'Listen on ADDRESS:PORT.',
			'--upstream': "Forward to URL, by default the gateway's upstream.",
			'--cert': 'Use HTTPS, with the certificate and its private key in a PEM file.',
			'--insecure': 'Allow keys to be sent to and from other machines without encryption.',
			'--instance': 'Share limits and counts with others. NAME=ADDRESS:PORT for each, can be repeated.',
			'--totals': "remaining: allow what's left of totals. denied: deny tokens with a total, the default.",
			'--force': 'Export to a folder that has other files.',
			'--socket': 'Use the instance at PATH instead of those that run in DIR. Can be repeated.',
		},
	},
	gateway: {
		summary: 'Run the gateway without an editor',
		usage: 'gateway --policy DIR --upstream URL [OPTIONS]',
		description: `Enforces the policy that was exported into DIR until SIGTERM, and reads it again on SIGHUP.
CONNECT_UPSTREAM_AUTHORIZATION in the environment is the Authorization header for the upstream. GET /.connect-tokens/health needs no key.`,
		options: {
			'--policy': 'Folder with policy.json.',
			'--upstream': 'URL of the API.',
			'--bind': 'Listen on ADDRESS:PORT. The default is 127.0.0.1:7357.',
			'--insecure': 'Allow keys to be sent to and from other machines without encryption.',
			'--host': 'Allow requests to this host, too. Can be repeated.',
			'--origin': 'Allow requests from pages of this origin. Can be repeated.',
			'--count-file': 'Keep counts in this file when the gateway restarts.',
			'--log': 'Print a line of JSON for each request.',
			'--auth-request': "Decide about the requests of nginx's auth_request, and forward none.",
		},
	},
	completion: {
		summary: 'Print a completion script for a shell',
		usage: 'completion bash|zsh|fish|powershell',
		description: `Prints a script that completes commands and options. Add one of these lines to your shell's profile:
  bash        eval "$(connect-tokens completion bash)"
  zsh         eval "$(connect-tokens completion zsh)"
  fish        connect-tokens completion fish | source
  PowerShell  connect-tokens completion powershell | Out-String | Invoke-Expression`,
		options: {},
	},
	help: {
		summary: 'Show help for a command',
		usage: 'help [COMMAND]',
		description: 'Shows help for a command, or for all of them.',
		options: {},
	},
} satisfies Record<string, CommandHelp>;

export type CommandName = keyof typeof commands;

/** The help for all commands. */
export function createOverview(): string {
	const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
	return `usage: connect-tokens COMMAND [ARGUMENTS]

Gives API keys of the Connect Tokens extension to programs. The editor asks you before a program gets one.

${rows.join('\n')}

See “connect-tokens help COMMAND” for the arguments of a command. “connect-tokens --version” prints the version.`;
}

/** The help for a command. */
export function createHelp(name: CommandName): string {
	const { usage, description, options }: CommandHelp = commands[name];
	const rows = Object.entries(options).map(([option, text]) => `  ${option.padEnd(16)}${text}`);
	return [`usage: connect-tokens ${usage}`, description, ...(rows.length > 0 ? [rows.join('\n')] : [])].join('\n\n');
}
