// Replaces node:crypto in the gallery, which runs in a browser and has neither secrets nor hashes.

export function createHash(): never {
	throw new Error("The gallery doesn't have secrets.");
}

export const timingSafeEqual = createHash;
