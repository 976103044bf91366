import type { FullConfig, Reporter, Suite, TestCase, TestError, TestResult } from '@playwright/test/reporter';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { repositoryRoot } from '../../host/paths';
import { writeResults } from './testResults';

/** Attachments that show what happened, by the names that Playwright and our fixtures give them. */
const EVIDENCE = ['screenshot', 'trace', 'logs'];

/** Prints each test when it ends, with the paths of the evidence if it failed, and writes the results to a file. */
export default class PlaywrightReporter implements Reporter {
	readonly #errors: string[] = [];
	#suite: Suite | undefined;

	onBegin({ shuffle }: FullConfig & { shuffle?: unknown }, suite: Suite): void {
		this.#suite = suite;
		if (shuffle !== undefined) {
			console.log(`Random order, seed ${JSON.stringify(shuffle)}`);
		}
	}

	onTestEnd(test: TestCase, { status, retry, duration, errors, attachments }: TestResult): void {
		const mark = status === 'skipped' ? '-' : status === test.expectedStatus ? '✔' : '✖';
		console.log(`  ${mark} ${title(test)}${retry > 0 ? `, retry ${retry}` : ''} (${(duration / 1000).toFixed(1)} s)`);
		if (status !== test.expectedStatus && status !== 'skipped') {
			errors.forEach((error) => console.log(indent(stripVTControlCharacters(errorText(error)))));
			for (const { name, path } of attachments) {
				if (EVIDENCE.includes(name) && path !== undefined) {
					console.log(`      ${name}: ${relative(repositoryRoot, path)}`);
				}
			}
		}
	}

	onError(error: TestError): void {
		console.log(errorText(error));
		this.#errors.push(error.message?.split('\n')[0] ?? 'error outside of a test');
	}

	onStdOut(chunk: string | Buffer): void {
		process.stdout.write(chunk);
	}

	onStdErr(chunk: string | Buffer): void {
		process.stderr.write(chunk);
	}

	onEnd(): void {
		const tests = this.#suite?.allTests() ?? [];
		const titles = (outcome: ReturnType<TestCase['outcome']>) =>
			tests.filter((test) => test.outcome() === outcome).map((test) => title(test) + skipReason(test));
		writeResults({
			passed: titles('expected').length + titles('flaky').length,
			failed: [...titles('unexpected'), ...this.#errors],
			skipped: titles('skipped'),
			flaky: titles('flaky'),
		});
	}
}

/** The title with those of the enclosing `describe` blocks, without the project and the file. */
function title(test: TestCase): string {
	return test.titlePath().slice(3).join(' ');
}

function skipReason({ annotations }: TestCase): string {
	const reason = annotations.find(({ type, description }) => type === 'skip' && description)?.description;
	return reason === undefined ? '' : `: ${reason}`;
}

function errorText({ message, stack, snippet }: TestError): string {
	return [stack ?? message, snippet].filter(Boolean).join('\n');
}

function indent(text: string): string {
	return text.replace(/^/gm, '      ');
}
