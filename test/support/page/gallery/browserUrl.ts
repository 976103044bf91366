// Replaces node:url in the gallery, which runs in a browser and can't decode internationalized domain names.

export function domainToUnicode(domain: string): string {
	return domain;
}
