import type { ComponentChildren, VNode } from 'preact';

/** An API key, which a narrow page breaks between its parts, but not at the hyphens of the ID. */
export function KeyText({ text }: { readonly text: string }): VNode {
	return <code>{withLineBreaks(text)}</code>;
}

function withLineBreaks(key: string): ComponentChildren {
	const [, scheme, id, secret] = /^(\S+ )(.*:)(.*)$/.exec(key) ?? [];
	return id === undefined ? (
		key
	) : (
		<>
			{scheme}
			<span class="token-id">{id}</span>
			<wbr />
			{secret}
		</>
	);
}
