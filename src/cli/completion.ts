import { commands, type CommandHelp } from './help';
import { readOperand, readOptions } from './readOptions';
import { UsageError } from './usageError';

const helpTexts: Readonly<Record<string, CommandHelp>> = commands;
const commandNames = Object.keys(helpTexts);
const commandsWithTokens = ['get', 'header'];
/** Options that are followed by a path. */
const pathOptions = ['--env-file', '--folder', '--policy', '--count-file', '--cert', '--socket'];

/** Scripts by shell. They ask `list` for token IDs, and complete what follows `--` as the shell does without them. */
const scripts: Readonly<Record<string, () => string>> = {
	bash: () => `_connect_tokens() {
	local current="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}" words='' index
	COMPREPLY=()
	for ((index = 2; index < COMP_CWORD; index++)); do
		if [ "$command" = run ] && [ "\${COMP_WORDS[index]}" = -- ]; then
			COMPREPLY=($(compgen -o default -- "$current"))
			[ "$index" -eq "$((COMP_CWORD - 1))" ] && COMPREPLY+=($(compgen -c -- "$current"))
			return
		fi
	done
	if [ "$COMP_CWORD" -eq 1 ]; then
		words='${commandNames.join(' ')}'
	else
		case "\${COMP_WORDS[COMP_CWORD - 1]}" in
			${pathOptions.join(' | ')})
				COMPREPLY=($(compgen -f -- "$current"))
				return
				;;
		esac
		case "$command" in
${commandNames.map((name) => `			${name}) words="${createBashWords(name)}" ;;`).join('\n')}
		esac
	fi
	COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _connect_tokens connect-tokens`,
	// A variable that's called `commands` would hide the one in which zsh finds programs.
	zsh: () => `#compdef connect-tokens
_connect_tokens() {
	local -a subcommands
	subcommands=(
${commandNames.map((name) => `		${quote(`${name}:${helpTexts[name]!.summary}`)}`).join('\n')}
	)
	if (( CURRENT == 2 )); then
		_describe command subcommands
		return
	fi
	case $words[2] in
${commandNames.map((name) => `		${name}) ${createZshCase(name)} ;;`).join('\n')}
	esac
}
_connect_tokens_ids() {
	local -a ids
	ids=(\${(f)"$(${LIST_IDS})"})
	compadd -a ids
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _connect_tokens connect-tokens`,
	fish: () =>
		[
			`function __connect_tokens_ids
	connect-tokens list 2>/dev/null | string match -r '^SU-[0-9-]+'
end
function __connect_tokens_program
	set -l words (commandline -opc) (commandline -ct)
	set -e words[1..(contains -i -- -- $words)]
	complete -C "$words"
end`,
			'complete -c connect-tokens -f',
			...commandNames.map((name) => `complete -c connect-tokens -n __fish_use_subcommand -a ${name} -d ${quote(helpTexts[name]!.summary)}`),
			...commandNames.flatMap((name) =>
				Object.entries(helpTexts[name]!.options).map(
					([option, text]) =>
						`complete -c connect-tokens -n '__fish_seen_subcommand_from ${name}; and not contains -- -- (commandline -opc)' -l ${option.slice(2)} -d ${fishQuote(text)}${pathOptions.includes(option) ? ' -r -F' : ''}`,
				),
			),
			`complete -c connect-tokens -n '__fish_seen_subcommand_from ${commandsWithTokens.join(' ')}' -a '(__connect_tokens_ids)'`,
			`complete -c connect-tokens -n '__fish_seen_subcommand_from completion' -a '${shellNames().join(' ')}'`,
			`complete -c connect-tokens -n '__fish_seen_subcommand_from help' -a '${commandNames.join(' ')}'`,
			"complete -c connect-tokens -n '__fish_seen_subcommand_from run; and contains -- -- (commandline -opc)' -a '(__connect_tokens_program)'",
		].join('\n'),
	powershell: () => `Register-ArgumentCompleter -Native -CommandName connect-tokens -ScriptBlock {
	param($word, $ast, $position)
	$elements = @($ast.CommandElements | ForEach-Object { $_.ToString() })
	$command = if ($elements.Count -gt 2 -or ($elements.Count -eq 2 -and $word -eq '')) { $elements[1] } else { '' }
	$words = switch ($command) {
		'' { ${powershellList(commandNames)} }
${commandNames.map((name) => `		'${name}' { ${createPowershellWords(name)} }`).join('\n')}
	}
	$words | Where-Object { $_ -like "$word*" } | ForEach-Object {
		[System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
	}
}`,
};

/** Prints IDs only, so that no names are interpreted by a shell. */
const LIST_IDS = "connect-tokens list 2>/dev/null | sed -n 's/^\\(SU-[0-9-]*\\).*/\\1/p'";

/** `completion`: prints a script. */
export function completion(args: readonly string[]): string {
	const shell = readOperand('completion', readOptions('completion', args, {}).positionals);
	if (shell === undefined || !Object.hasOwn(scripts, shell)) {
		throw new UsageError(`Name one of these shells: ${shellNames().join(', ')}.`, 'completion');
	}
	return scripts[shell]!();
}

function shellNames(): readonly string[] {
	return Object.keys(scripts);
}

/** Words after a command that are the same for all users. */
function fixedWords(name: string): readonly string[] {
	return [
		...Object.keys(helpTexts[name]!.options),
		...(name === 'run' ? ['--'] : []),
		...(name === 'help' ? commandNames : []),
		...(name === 'policy' ? ['export', 'push', 'pull'] : []),
		...(name === 'completion' ? shellNames() : []),
	];
}

function createBashWords(name: string): string {
	return [...fixedWords(name), ...(commandsWithTokens.includes(name) ? [`$(${LIST_IDS})`] : [])].join(' ');
}

function createZshCase(name: string): string {
	if (name === 'run') {
		const separator = 'local -i separator=${words[(i)--]}';
		return `${separator}; if (( separator < CURRENT )); then shift separator words; (( CURRENT -= separator )); _normal; else ${createZshWords(name)}; fi`;
	}
	return [
		...(fixedWords(name).length > 0 ? [createZshWords(name)] : []),
		...(commandsWithTokens.includes(name) ? ['_connect_tokens_ids'] : []),
	].join('; ');
}

function createZshWords(name: string): string {
	const words = `compadd -- ${fixedWords(name).join(' ')}`;
	const options = pathOptions.filter((option) => fixedWords(name).includes(option));
	return options.length > 0 ? `if [[ $words[CURRENT-1] == (${options.join('|')}) ]]; then _files; else ${words}; fi` : words;
}

function createPowershellWords(name: string): string {
	const ids = "connect-tokens list 2>$null | ForEach-Object { if ($_ -match '^SU-[0-9-]+') { $Matches[0] } }";
	return [
		...(fixedWords(name).length > 0 ? [powershellList(fixedWords(name))] : []),
		...(commandsWithTokens.includes(name) ? [ids] : []),
	].join('; ');
}

function powershellList(words: readonly string[]): string {
	return words.map((word) => `'${word}'`).join(', ');
}

function quote(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishQuote(text: string): string {
	return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
