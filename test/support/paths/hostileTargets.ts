/** Targets that differ between servers. */
export const HOSTILE_TARGETS = [
	...['/products/X', '/products/X/', '/products/a%20b', '/products/caf%c3%a9', '/products/team%2Fapi', '/products/X/usage'],
	...[
		'/products/X/usage.json',
		'/products/X/usage%3f',
		'/products/X/usage%3Fx',
		'/products/X/usage%23',
		'/products/X/u%73age',
		'/products/X/%2e%2e',
	],
	...[
		'/products/X%2fusage',
		'/products//X/usage',
		'/products/X/usage%20x',
		'/products/X%20y/usage',
		'/products/X/usage%00',
		'/products/X/Usage',
	],
	...[
		'/products/X/usage;x',
		'/products/5%25',
		'/products/X/%2575sage',
		'/products/X/usage%5cx',
		'/modules%3f/x',
		'/modules%23',
		'/modules%20x',
	],
	...[
		'/%25%32%65%25%32%65/admin',
		'/%c0%ae%c0%ae/admin',
		'/%u002e%u002e/admin',
		'/..%20/admin',
		'/..%00/admin',
		'/%2e%2e%3f/admin',
		'/%2e%2e%23',
	],
	...['/products/..%2f..%2fadmin', '/products/%252e%252e/admin', '/./products', '/products/X/..;/usage'],
];
