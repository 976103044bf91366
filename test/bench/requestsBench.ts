import { Agent, request } from 'node:http';
import { Socket } from 'node:net';
import type { Page } from '@playwright/test';
import { ClientRequest } from '../../src/gateway/clientRequest';
import { RequestLog } from '../../src/gateway/requestLog';
import { openWorkbench } from '../support/openWorkbench';
import { copyApiKey, gatewayAddress, runPaletteCommand } from '../support/workbenchDriver';
import { milliseconds, type Row } from './resultTable';

const MEASURED_MS = 10_000;
const REQUESTS_PER_SECOND = 500;

/** Measures recording requests in the log, and how long the workbench takes for a frame while the Requests view shows them. */
export async function measureRequests(count: number): Promise<readonly Row[]> {
	return [measureRecording(count), ...(await measureView())];
}

function measureRecording(count: number): Row {
	const log = new RequestLog({ basePath: '/public/v1', send: () => undefined });
	const recorded = Object.assign(new ClientRequest(new Socket()), { method: 'GET', url: '/public/v1/products?limit=10', headers: {} });
	const record = (times: number) => {
		for (let index = 0; index < times; index++) {
			log.record(recorded, 'SU-000-000-001', 200, undefined, index);
		}
	};
	record(count / 10);
	const heapBytes = process.memoryUsage().heapUsed;
	const start = performance.now();
	record(count);
	const nanoseconds = ((performance.now() - start) * 1e6) / count;
	const grownBytes = process.memoryUsage().heapUsed - heapBytes;
	return { label: `record ${count} requests`, figure: `${nanoseconds.toFixed(0)} ns each, heap ${(grownBytes / 1e6).toFixed(1)} MB more` };
}

async function measureView(): Promise<readonly Row[]> {
	const workbench = await openWorkbench();
	try {
		const { page, driver } = workbench;
		const { id } = await driver.createToken({ name: 'CRM sync', permissions: ['usage'] });
		const authorization = await copyApiKey(workbench, id);
		await runPaletteCommand(page, 'Connect Tokens: Start Gateway');
		await driver.executeCommand('connectTokens.requests.focus');
		const url = `http://${await gatewayAddress(page)}/public/v1/usage/files`;
		const agent = new Agent({ keepAlive: true, maxSockets: 8 });
		const send = () =>
			new Promise<void>((resolve, reject) => {
				request(url, { agent, headers: { authorization } }, (response) => response.resume().on('end', resolve))
					.on('error', reject)
					.end();
			});
		await Promise.all(Array.from({ length: 1000 }, send));
		await page
			.getByRole('treeitem', { name: /^GET \/usage\/files/ })
			.first()
			.waitFor();
		const rows = [await describeFrames(page, 'frames with 1,000 requests in the view')];
		const stop = sendSteadily(send);
		rows.push(await describeFrames(page, `frames with ${REQUESTS_PER_SECOND} new requests per second`));
		await stop();
		agent.destroy();
		return rows;
	} finally {
		await workbench.close();
	}
}

/** Sends requests at a steady rate until the result is called. */
function sendSteadily(send: () => Promise<void>): () => Promise<unknown> {
	const start = performance.now();
	const pending: Promise<void>[] = [];
	const timer = setInterval(() => {
		while (pending.length < ((performance.now() - start) / 1000) * REQUESTS_PER_SECOND) {
			pending.push(send());
		}
	}, 10);
	return () => {
		clearInterval(timer);
		return Promise.all(pending);
	};
}

async function describeFrames(page: Page, label: string): Promise<Row> {
	const frames = await page.evaluate(
		(durationMs) =>
			new Promise<number[]>((resolve) => {
				const times: number[] = [];
				const start = performance.now();
				let last = start;
				const measure = () => {
					const now = performance.now();
					times.push(now - last);
					last = now;
					if (now - start < durationMs) {
						requestAnimationFrame(measure);
					} else {
						resolve(times);
					}
				};
				requestAnimationFrame(measure);
			}),
		MEASURED_MS,
	);
	frames.sort((left, right) => left - right);
	const quantile = (share: number) => milliseconds(frames[Math.min(frames.length - 1, Math.floor(frames.length * share))]!);
	return { label, figure: `p50 ${quantile(0.5)}  p99 ${quantile(0.99)}  longest ${quantile(1)}`, target: 'under 50 ms' };
}
