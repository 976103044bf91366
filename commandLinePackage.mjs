// Collects the npm package of the command line in out/commandLine, from which `npm run package` creates connect-tokens-cli-<version>.tgz.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatThirdPartyNotices } from './thirdPartyNotices.mjs';

const FOLDER = 'out/commandLine';
const MAIN_BUNDLE = 'out/cli.js';
const DOCUMENTS = ['LICENSE', 'docs/gateway-without-an-editor.md'];
/** Sections of the README that are about the command line. */
const SECTIONS = ['Command line', 'For a team: the same policy on HAProxy', 'Without an editor'];

/**
 * Replaces the folder. Call it after a production build.
 * @param {import('esbuild').Metafile['outputs']} outputs of the build, as in esbuild's metafile
 */
export function collectCommandLinePackage(outputs) {
	rmSync(FOLDER, { recursive: true, force: true });
	// Other bundles are loaded on demand.
	const onDemand = outputs[MAIN_BUNDLE].imports.filter(({ external, path }) => external && path.startsWith('./'));
	const files = [MAIN_BUNDLE, ...onDemand.map(({ path }) => `out/${path.slice(2)}.js`)];
	[...files, ...DOCUMENTS].forEach((path) => {
		mkdirSync(dirname(join(FOLDER, path)), { recursive: true });
		cpSync(path, join(FOLDER, path));
	});
	const bundledFiles = files.flatMap((file) => Object.keys(outputs[file].inputs));
	write('ThirdPartyNotices.txt', formatThirdPartyNotices('The connect-tokens command line', bundledFiles));
	write('package.json', `${JSON.stringify(createManifest(), undefined, 2)}\n`);
	// The manifest's texts are in it.
	write('package.nls.json', '{}\n');
	write('README.md', createReadme());
	write('bin/connect-tokens.js', `#!/usr/bin/env node\nrequire('../${MAIN_BUNDLE}');\n`);
}

function write(path, text) {
	mkdirSync(dirname(join(FOLDER, path)), { recursive: true });
	writeFileSync(join(FOLDER, path), text);
}

/** The MCP server reads the version and the tools from the manifest. */
function createManifest() {
	const texts = JSON.parse(readFileSync('package.nls.json', 'utf8'));
	const { version, license, repository, bugs, homepage, engines, contributes } = JSON.parse(
		readFileSync('package.json', 'utf8'),
		(_, value) => (typeof value === 'string' ? value.replace(/^%(.+)%$/, (placeholder, key) => texts[key] ?? placeholder) : value),
	);
	return {
		name: 'connect-tokens-cli',
		version,
		description: 'API keys of the Connect Tokens extension for programs, and its gateway without an editor',
		license,
		repository,
		bugs,
		homepage,
		private: true,
		engines: { node: engines.node },
		bin: { 'connect-tokens': 'bin/connect-tokens.js' },
		contributes: { languageModelTools: contributes.languageModelTools },
	};
}

function createReadme() {
	const sections = readFileSync('README.md', 'utf8').split(/^(?=## )/m);
	const excerpt = SECTIONS.map((heading) => {
		const section = sections.find((text) => text.startsWith(`## ${heading}\n`));
		if (section === undefined) {
			throw new Error(`README.md has no section “${heading}”.`);
		}
		return section.trim();
	});
	const introduction =
		'The `connect-tokens` command of the Connect Tokens extension for Visual Studio Code, for machines without the extension. It needs no other packages.';
	return `${['# connect-tokens', introduction, ...excerpt].join('\n\n')}\n`;
}
