import assert from 'node:assert/strict';
import { FakeDetailsHost } from '../support/page/fakeDetailsHost';
import { usePages } from '../support/page/testPages';
import { createPageHtml } from '../../src/models/pageHtml';

const options = {
	title: 'Create Token',
	lang: 'en',
	script: 'https://pages.test/wizard.js',
	style: 'https://pages.test/wizard.css',
	cspSource: 'https://pages.test',
	nonce: 'abc',
};

test.describe('The HTML document of a page', () => {
	test('allows only its own script, style sheet, and font', () => {
		const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(createPageHtml(options)) ?? [];
		const directives = (policy ?? '').split('; ').map((directive) => directive.split(' '));
		assert.deepEqual(
			directives.map(([name]) => name),
			['default-src', 'script-src', 'style-src', 'font-src'],
		);
		assert.deepEqual(directives[0], ['default-src', "'none'"]);
		assert.deepEqual(directives[1], ['script-src', "'nonce-abc'"]);
		assert.ok(directives.flat().every((source) => !source.includes('unsafe')));
	});

	test('escapes every inserted value', () => {
		const hostile = `"'><script>alert(1)</script>&`;
		const all = Object.fromEntries(Object.keys(options).map((key) => [key, hostile])) as unknown as typeof options;
		const html = createPageHtml(all);
		assert.equal(html.split('<script').length, 2);
		assert.ok(!html.includes('alert(1)</'));
		assert.ok(!/["']>&lt;|"'>/.test(html));
	});

	test('makes the browser block inline scripts, inline styles, and other origins', async ({ pages }) => {
		pages.expectProblem(/Content Security Policy|violation of/);
		const { page, transport } = await pages.open({ name: 'details' });
		new FakeDetailsHost(transport);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		const policyViolations = page.evaluate(
			() =>
				new Promise<string[]>((resolve) => {
					const seen: string[] = [];
					document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
						seen.push(effectiveDirective);
						if (seen.length === 4) {
							resolve(seen.sort());
						}
					});
					const script = document.createElement('script');
					script.textContent = 'window.hacked = true';
					const style = document.createElement('style');
					style.textContent = 'body { color: red }';
					document.head.append(script, style);
					document.body.setAttribute('style', 'color: red');
					fetch('/elsewhere').catch(() => undefined);
				}),
		);
		assert.deepEqual(await policyViolations, ['connect-src', 'script-src-elem', 'style-src-attr', 'style-src-elem']);
		expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
	});
});
