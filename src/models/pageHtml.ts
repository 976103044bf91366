export interface PageHtmlOptions {
	readonly title: string;
	/** BCP 47 tag of the page's language. */
	readonly lang: string;
	/** URLs of the page's script and style sheet. */
	readonly script: string;
	readonly style: string;
	/** Origin of the page's files, as a Content Security Policy source. */
	readonly cspSource: string;
	/** Must be different for every page. */
	readonly nonce: string;
}

/** SHA-256 of an empty text. The component library detects browser features with an empty style element. */
const EMPTY_STYLE_HASH = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** The HTML document of a page. Its policy allows only the page's own script, style sheet, and font, and nothing inline. */
export function createPageHtml(options: PageHtmlOptions): string {
	const { title, lang, script, style, cspSource, nonce } = escapeOptions(options);
	const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource} ${EMPTY_STYLE_HASH}; font-src ${cspSource}`;
	return `<!DOCTYPE html>
<html lang="${lang}">
<head>
	<meta charset="utf-8">
	<meta http-equiv="Content-Security-Policy" content="${policy}">
	<meta name="viewport" content="width=device-width, initial-scale=1">
	<title>${title}</title>
	<link rel="stylesheet" href="${style}">
</head>
<body>
	<div id="root"></div>
	<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}

function escapeOptions(options: PageHtmlOptions): PageHtmlOptions {
	const entries = Object.entries(options).map(([key, text]) => [key, escapeHtml(String(text))]);
	return Object.fromEntries(entries) as PageHtmlOptions;
}

function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
