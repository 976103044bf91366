const { existsSync } = require('node:fs');
const { readFile, readdir, writeFile } = require('node:fs/promises');
const { dirname, isAbsolute, join } = require('node:path');
const vscode = require('vscode');

/** httpYac's library from the project's dependencies. */
const httpyac = require(join(vscode.extensions.getExtension('connect-tokens.connect-tokens').extensionPath, 'node_modules/httpyac'));

Object.assign(httpyac.io.fileProvider, {
	EOL: '\n',
	exists: (path) => Promise.resolve(existsSync(String(path))),
	dirname: (path) => dirname(String(path)),
	hasExtension: (path, ...extensions) => extensions.some((extension) => String(path).endsWith(`.${extension}`)),
	isAbsolute: (path) => Promise.resolve(isAbsolute(String(path))),
	joinPath: (path, name) => join(String(path), name),
	readFile: (path, encoding) => readFile(String(path), encoding),
	readBuffer: (path) => readFile(String(path)),
	writeBuffer: (path, buffer) => writeFile(String(path), buffer),
	readdir: (path) => readdir(String(path)),
	fsPath: (path) => String(path),
});

const store = new httpyac.store.HttpFileStore();

/** Sends the request at a line like httpYac does. Returns the request and what httpYac logged. */
async function send(document, line) {
	const httpFile = await store.getOrCreate(document.fileName, () => Promise.resolve(document.getText()), document.version, { config: {} });
	const httpRegion = httpFile.httpRegions.find(({ symbol }) => symbol.startLine <= line && line <= symbol.endLine);
	const logged = [];
	const log = httpyac.utils.requestLoggerFactory((text) => logged.push(text), { requestOutput: true, requestHeaders: true });
	let request;
	await httpyac.send({
		httpFile,
		httpRegion,
		logResponse: async (response, region) => {
			request = response.request;
			await log(response, region);
		},
	});
	return { logged: logged.join('\n'), request };
}

module.exports = { httpyac, store, send };
