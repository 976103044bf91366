export interface PageHtmlOptions {
	readonly title: string;
	/** BCP 47 tag of the language that the page speaks. */
	readonly lang: string;
	/** Addresses of the page's one script and one style sheet. */
	readonly script: string;
	readonly style: string;
	/** Where the page's own files come from, as a Content Security Policy names it. */
	readonly cspSource: string;
	/** Fresh for every page. */
	readonly nonce: string;
}

/** SHA-256 of no text: the component library tries out what the browser supports in an empty style element. */
const EMPTY_STYLE_HASH = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** The document of a page: nothing inline, nothing from elsewhere, no script but its own. */
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
