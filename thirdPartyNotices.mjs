// Writes ThirdPartyNotices.txt: the license of every package that's part of the extension as shipped.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Part of the shipped keytar.node files, which aren't bundled: the package itself and the C++ headers compiled into it. */
const NATIVE_PACKAGES = ['node_modules/keytar', 'node_modules/node-addon-api'];

/** Packages that other bundled packages contain a copy of, without its license. */
const EMBEDDED_PACKAGES = [
	{ name: 'llhttp', container: 'undici', license: 'MIT', author: 'Fedor Indutny, 2018' },
	{ name: 'path-browserify', container: 'vscode-uri', license: 'MIT', author: '2013 James Halliday' },
];

const LICENSE_FILE = /^(licen[cs]e|copying|copyright|notice)/i;

/**
 * Writes the notices of the extension: for the packages that the bundled files belong to, for what those contain, and for the native ones.
 * @param {readonly string[]} bundledFiles paths relative to the root, as in esbuild's metafile
 * @throws {Error} if a package has no license text
 */
export function writeThirdPartyNotices(bundledFiles) {
	const native = NATIVE_PACKAGES.filter((folder) => existsSync(folder));
	writeFileSync('ThirdPartyNotices.txt', formatThirdPartyNotices('Connect Tokens', bundledFiles, native));
}

/**
 * Returns the notices for the packages that the bundled files belong to, for what those contain, and for others.
 * @param {string} product what includes them
 * @param {readonly string[]} bundledFiles paths relative to the root, as in esbuild's metafile
 * @param {readonly string[]} otherFolders of packages that aren't bundled
 * @throws {Error} if a package has no license text
 */
export function formatThirdPartyNotices(product, bundledFiles, otherFolders = []) {
	const bundled = bundledFiles.map(packageFolder).filter((folder) => folder !== undefined);
	const folders = new Set([...bundled, ...otherFolders]);
	const embedded = EMBEDDED_PACKAGES.filter(({ container }) => [...folders].some((folder) => folder.endsWith(`node_modules/${container}`)));
	const notices = new Set([...Array.from(folders, describePackage), ...embedded.map(describeEmbedded)]);
	const introduction = `${product} includes the following third-party packages, each under its own license.\n`;
	return [introduction, ...[...notices].sort()].join(`\n${'-'.repeat(80)}\n\n`);
}

/** The innermost package folder that contains `file`, or undefined for the extension's own sources. */
function packageFolder(file) {
	return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}

function describePackage(folder) {
	const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	const texts = readdirSync(folder, { recursive: true })
		.filter((path) => LICENSE_FILE.test(basename(path)) && !path.includes('node_modules'))
		.sort()
		.map((path) => readFileSync(join(folder, path), 'utf8').replaceAll('\r\n', '\n').trim());
	const text = texts.length > 0 ? texts.join('\n\n') : mitLicense(manifest);
	return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text}\n`;
}

function describeEmbedded(embedded) {
	return `${embedded.name} as part of ${embedded.container} (${embedded.license})\n\n${mitLicense(embedded)}\n`;
}

/** Some packages name the MIT license without including its text. */
function mitLicense({ name, license, author }) {
	const holder = author?.name ?? author;
	if (license !== 'MIT' || !holder) {
		throw new Error(`The package ${name} has no license text. Add one to thirdPartyNotices.mjs before shipping it.`);
	}
	return readFileSync('LICENSE', 'utf8')
		.replace(/^Copyright .*$/m, `Copyright (c) ${holder}`)
		.trim();
}
