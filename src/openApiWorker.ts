// Entry point of the worker thread that makes modules from an OpenAPI document: parsing a large one would block the extension host for seconds.
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { ProblemError } from './domain/problems';
import { createModules } from './openApi/importedModules';
import { parseOpenApi } from './openApi/openApiDocument';
import { importRequestSchema, type ImportResult } from './openApi/workerMessages';

function importModules(): ImportResult {
	const { bytes, basePath } = v.parse(importRequestSchema, workerData);
	try {
		const document = parseOpenApi(new TextDecoder().decode(bytes));
		return {
			kind: 'modules',
			title: document.title,
			modules: createModules(document, basePath).map(({ name, paths, sharedPaths }) => ({
				name,
				paths: [...paths],
				sharedPaths: [...sharedPaths],
			})),
		};
	} catch (error) {
		if (!(error instanceof ProblemError)) {
			throw error;
		}
		const [{ template, args } = { template: error.message, args: [] }] = error.problems;
		return { kind: 'problem', template, args: [...args] };
	}
}

parentPort?.postMessage(importModules());
