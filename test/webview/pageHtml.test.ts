import { createPageHtml } from '../../src/models/pageHtml';
import { expect, test } from '../support/page/pageTest';

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
		expect(directives.map(([name]) => name)).toEqual(['default-src', 'script-src', 'style-src', 'font-src']);
		expect(directives[0]).toEqual(['default-src', "'none'"]);
		expect(directives[1]).toEqual(['script-src', "'nonce-abc'"]);
		expect(policy).not.toContain('unsafe');
	});

	test('escapes every inserted value', () => {
		const hostile = `"'><script>alert(1)</script>&`;
		const all = Object.fromEntries(Object.keys(options).map((key) => [key, hostile])) as unknown as typeof options;
		const html = createPageHtml(all);
		expect(html.split('<script')).toHaveLength(2);
		expect(html).not.toContain('alert(1)</');
		expect(html).not.toMatch(/["']>&lt;|"'>/);
	});

	test('makes the browser block inline scripts, inline styles, and other origins', async ({ openDetails, pages }) => {
		pages.expectProblem(/Content Security Policy|violation of/);
		const { page } = await openDetails();
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
		expect(await policyViolations).toEqual(['connect-src', 'script-src-elem', 'style-src-attr', 'style-src-elem']);
		expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
	});
});
